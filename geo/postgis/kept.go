package postgis

import (
	"context"
	"crypto/sha256"
	"fmt"
	"sync"

	"github.com/jackc/pgx/v5"
)

// kept are answers by their statements and the revision that they are of. Whoever uses
// one has seen the database at that revision. There are two generations, so what is
// asked for stays, and what is not goes with the older one.
type kept[T any] struct {
	mu           sync.Mutex
	newer, older map[[sha256.Size]byte]keptAnswer[T]
}

type keptAnswer[T any] struct {
	revision string
	answer   T
}

// How many answers a generation has: counts take a few words, facets some kilobytes.
const (
	keptCounts = 2048
	keptFacets = 64
)

// keyOf names a question by its statements, which are the same for equal ones.
func keyOf(statements ...*statement) (key [sha256.Size]byte) {
	h := sha256.New()
	for _, s := range statements {
		fmt.Fprintf(h, "%s\x00%#v\x00", s.sql, s.args)
	}
	h.Sum(key[:0])
	return key
}

func (k *kept[T]) find(key [sha256.Size]byte) (keptAnswer[T], bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if a, ok := k.newer[key]; ok {
		return a, true
	}
	a, ok := k.older[key]
	if ok { // then there is a newer generation
		delete(k.older, key)
		k.newer[key] = a
	}
	return a, ok
}

func (k *kept[T]) keep(key [sha256.Size]byte, a keptAnswer[T], most int) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if len(k.newer) >= most || k.newer == nil {
		k.newer, k.older = map[[sha256.Size]byte]keptAnswer[T]{}, k.newer
	}
	k.newer[key] = a
}

// isStill reports whether the database is at a revision.
func (s *Store) isStill(ctx context.Context, what, revision string) (still bool, err error) {
	err = s.read(ctx, what, func(ctx context.Context, conn *pgx.Conn) error {
		return conn.QueryRow(ctx, `SELECT (`+revisionText+`) = $1`, revision).Scan(&still)
	})
	return still, err
}
