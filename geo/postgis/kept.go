package postgis

import (
	"context"
	"crypto/sha256"
	"fmt"

	"github.com/jackc/pgx/v5"

	"innoatlas/recent"
)

// kept are answers by their statements and the revision that they are of. Whoever uses
// one has seen the database at that revision.
type kept[T any] = recent.Cache[[sha256.Size]byte, keptAnswer[T]]

type keptAnswer[T any] struct {
	revision string
	answer   T
}

// How many answers are kept: counts take a few words, facets some kilobytes, and each cell of a
// matrix eight bytes.
const (
	keptCounts = 4096
	keptFacets = 128
	keptCells  = 2 << 20
)

// keyOf names a question by its statements, which are the same for equal ones; nil is none.
func keyOf(statements ...*statement) (key [sha256.Size]byte) {
	h := sha256.New()
	for _, s := range statements {
		if s == nil {
			continue
		}
		fmt.Fprintf(h, "%s\x00%#v\x00", s.sql, s.args)
	}
	h.Sum(key[:0])
	return key
}

// isStill reports whether the database is at a revision.
func (s *Store) isStill(ctx context.Context, what, revision string) (still bool, err error) {
	err = s.read(ctx, what, func(ctx context.Context, conn *pgx.Conn) error {
		return conn.QueryRow(ctx, `SELECT (`+revisionText+`) = $1`, revision).Scan(&still)
	})
	return still, err
}
