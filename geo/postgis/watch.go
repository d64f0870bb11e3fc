package postgis

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
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
	pollTimeout = 1500 * time.Millisecond

	// maxRetry is the longest pause before what failed for a watcher is tried again.
	maxRetry = 5 * time.Second
)

// revisionText names what the database holds: an id that is random for each revision, so
// that no name comes twice (migration 0013), and its number.
const revisionText = `SELECT id || '-' || revision FROM dataset`

// Revision asks the database for the name of what it holds.
func (s *Store) Revision(ctx context.Context) (revision string, err error) {
	err = s.answer(ctx, s.side, sideSettings, "revision", func(ctx context.Context, conn *pgx.Conn) error {
		return conn.QueryRow(ctx, revisionText).Scan(&revision)
	})
	return revision, err
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
		err := guarded(changed)
		if isPanic(err) {
			s.log.Error("a watcher of the database failed; it is called again", "error", err.Error())
		}
		if err == nil {
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
		err := guarded(func() error { return s.listen(ctx) })
		switch {
		case isPanic(err):
			s.log.Error("the change feed failed; it begins anew", "error", err.Error())
		case isDead(err) || isLost(err):
			s.lost()
		}
		s.revision.Store(nil) // the reason shows in Ready, and in every read
		select {
		case <-ctx.Done():
		case <-time.After(pollInterval):
		}
	}
}

// lost is what follows when the feed, which asks several times a second, has no answer
// any more: connections that are as silent are lost as well, and nobody waits for them.
func (s *Store) lost() {
	s.lines.drop(pollTimeout / 2)
	s.reset()
}

// listen holds one connection, and announces every revision that it sees, until
// the connection fails.
func (s *Store) listen(ctx context.Context) error {
	conn, err := s.side.Acquire(ctx) // whose own error says whether a connection was lost while it was made
	if err != nil {
		return err
	}
	defer func() {
		hangUp(ctx, conn.Conn()) // it still listens, so nobody else may have it
		giveBack(conn)
	}()
	if err := s.beginListening(ctx, conn.Conn()); err != nil {
		return err
	}
	for {
		revision, err := poll(ctx, conn.Conn())
		if err != nil {
			return err
		}
		s.heard.Store(time.Now().UnixNano())
		s.announce(revision)
		if err := s.pause(ctx, conn.Conn()); err != nil {
			return err
		}
	}
}

// beginListening asks for notifications. A standby refuses that, and behind a pooler
// they would come to others: then the poll must do.
func (s *Store) beginListening(ctx context.Context, conn *pgx.Conn) error {
	if s.pooled {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, pollTimeout)
	defer cancel()
	_, err := conn.Exec(ctx, "LISTEN "+revisionChannel)
	var refused *pgconn.PgError
	if errors.As(err, &refused) && !isDead(err) {
		return nil
	}
	return err
}

func poll(ctx context.Context, conn *pgx.Conn) (revision string, err error) {
	ctx, cancel := context.WithTimeout(ctx, pollTimeout)
	defer cancel()
	err = conn.QueryRow(ctx, revisionText).Scan(&revision)
	return revision, err
}

// pause returns at a notification, and after the poll interval without one.
func (s *Store) pause(ctx context.Context, conn *pgx.Conn) error {
	within, cancel := context.WithTimeout(ctx, pollInterval)
	defer cancel()
	var err error
	if s.pooled {
		<-within.Done()
	} else {
		_, err = conn.WaitForNotification(within)
	}
	if within.Err() != nil {
		return ctx.Err()
	}
	return err
}

// failure is a panic that was caught.
type failure struct{ reason string }

func (f *failure) Error() string { return f.reason }

func isPanic(err error) bool {
	var f *failure
	return errors.As(err, &f)
}

// guarded makes an error of a panic: what runs beside the requests must not end the
// process.
func guarded(do func() error) (err error) {
	defer func() {
		if reason := recover(); reason != nil {
			err = &failure{fmt.Sprintf("panic: %v\n%s", reason, debug.Stack())}
		}
	}()
	return do()
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
