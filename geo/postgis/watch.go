package postgis

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

const (
	// revisionChannel is what an import notifies in the transaction that it commits.
	revisionChannel = "innoatlas_revision"

	// pollInterval is how soon a change is seen without a notification, which a hot
	// standby cannot give, and how soon a lost connection is tried again.
	pollInterval = 250 * time.Millisecond

	// pollTimeout is after how long without an answer the connection counts as lost.
	pollTimeout = 2 * time.Second

	// maxRetry is the longest pause before what failed for a watcher is tried again.
	maxRetry = 5 * time.Second
)

// revisionText names what the database holds: its random id and its revision.
const revisionText = `SELECT id || '-' || revision FROM dataset`

// Revision asks the database for the name of what it holds.
func (s *Store) Revision(ctx context.Context) (string, error) {
	var revision string
	err := s.side.QueryRow(ctx, revisionText).Scan(&revision)
	return revision, wrap(ctx, "revision", err)
}

// Watch calls changed after each new revision and after each reconnect, and once
// at the start, because the data may have changed since the caller read it. Where
// it fails it is called again, after a while that doubles up to maxRetry. Changes
// that come while it runs make one more call. Watch returns when ctx ends.
func (s *Store) Watch(ctx context.Context, changed func() error) {
	var pause time.Duration
	for {
		next := s.changes.next()
		var again <-chan time.Time
		if changed() == nil {
			pause = 0
		} else {
			pause = min(max(2*pause, pollInterval), maxRetry)
			again = time.After(pause)
		}
		select {
		case <-ctx.Done():
			return
		case <-next:
		case <-again:
		}
	}
}

// follow keeps the feed going until the store is closed.
func (s *Store) follow(ctx context.Context) {
	defer close(s.feedEnded)
	for ctx.Err() == nil {
		_ = s.listen(ctx) // the reason shows in Ping, and in every read
		s.revision.Store(nil)
		select {
		case <-ctx.Done():
		case <-time.After(pollInterval):
		}
	}
}

// listen holds one connection, and announces every revision that it sees, until
// the connection fails.
func (s *Store) listen(ctx context.Context) error {
	conn, err := s.side.Acquire(ctx)
	if err != nil {
		return err
	}
	defer conn.Release()
	defer conn.Conn().Close(context.WithoutCancel(ctx)) // it still listens, so nobody else may have it
	var refused *pgconn.PgError
	if _, err := conn.Exec(ctx, "LISTEN "+revisionChannel); err != nil && !errors.As(err, &refused) {
		return err
	}
	for {
		revision, err := poll(ctx, conn.Conn())
		if err != nil {
			return err
		}
		s.announce(revision)
		if err := wait(ctx, conn.Conn()); err != nil {
			return err
		}
	}
}

func poll(ctx context.Context, conn *pgx.Conn) (revision string, err error) {
	ctx, cancel := context.WithTimeout(ctx, pollTimeout)
	defer cancel()
	err = conn.QueryRow(ctx, revisionText).Scan(&revision)
	return revision, err
}

// wait returns at a notification, and after the poll interval without one.
func wait(ctx context.Context, conn *pgx.Conn) error {
	within, cancel := context.WithTimeout(ctx, pollInterval)
	defer cancel()
	_, err := conn.WaitForNotification(within)
	if within.Err() != nil && ctx.Err() == nil {
		return nil
	}
	return err
}

// announce makes a revision the newest. Where it is another than before, or the
// feed was cut off before, the watchers are called.
func (s *Store) announce(revision string) {
	before := s.revision.Swap(&revision)
	if before == nil || *before != revision {
		s.changes.send()
	}
}

// broadcast wakes all who wait, as often as it is sent.
type broadcast struct {
	mu sync.Mutex
	ch chan struct{}
}

// next is closed at the next send.
func (b *broadcast) next() <-chan struct{} {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.ch == nil {
		b.ch = make(chan struct{})
	}
	return b.ch
}

func (b *broadcast) send() {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.ch != nil {
		close(b.ch)
		b.ch = nil
	}
}
