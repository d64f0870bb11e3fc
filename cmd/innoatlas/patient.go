package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"time"

	"innoatlas/geo"
	"innoatlas/geo/postgis"
)

// waits is the flag of all commands that need a database.
type waits struct {
	DatabaseWait time.Duration `default:"30s" help:"How long to wait for a database that does not answer yet, or holds a lock (${default})."`
}

// retryAfter is the pause between two attempts.
const retryAfter = time.Second

// patient asks a database again while it does not answer, because a database often
// starts together with its clients. All that one command asks shares one deadline.
type patient struct {
	deadline time.Time
	because  func(reason string) // told what is waited for
	log      *slog.Logger
}

func newPatient(wait time.Duration, because func(string), log *slog.Logger) *patient {
	return &patient{deadline: time.Now().Add(wait), because: because, log: log}
}

// until asks until there is an answer, or an error that waiting does not mend. The
// last attempt begins before the deadline, and ends when it ends.
func (p *patient) until(ctx context.Context, ask func(context.Context) error) error {
	said := ""
	for {
		err := ask(ctx)
		if err == nil || ctx.Err() != nil || !errors.Is(err, geo.ErrUnavailable) || errors.Is(err, geo.ErrMalformed) {
			return err
		}
		err = silent(err)
		left := time.Until(p.deadline)
		if left <= 0 {
			return err
		}
		if cause := err.Error(); cause != said { // once is enough
			p.log.Info("waiting for the database", "cause", cause, "at_most", left.Round(time.Second).String())
			said = cause
		}
		p.because("waiting for the database")
		select {
		case <-ctx.Done():
			return fmt.Errorf("waiting for the database: %w", ctx.Err())
		case <-time.After(min(retryAfter, left)):
		}
	}
}

// readers and editors are the roles, the best first, of what only reads a database and of what changes it.
var (
	readers = postgis.As(postgis.ReaderRole, postgis.EditorRole)
	editors = postgis.As(postgis.EditorRole)
)

// open connects to a database, in one of these roles where the login may; one without our tables is
// an error at once.
func (p *patient) open(ctx context.Context, url string, roles postgis.Option) (store *postgis.Store, err error) {
	if url == "" {
		return nil, errors.New("no database named; add --database-url postgres://user:password@host/name or set DATABASE_URL")
	}
	err = p.until(ctx, func(ctx context.Context) (err error) {
		store, err = postgis.Open(ctx, url, postgis.LogTo(p.log), roles)
		return err
	})
	return store, err
}

// dataset reads the whole of a database.
func (p *patient) dataset(ctx context.Context, store *postgis.Store) (ds *geo.Dataset, err error) {
	p.because("reading the data")
	err = p.until(ctx, func(ctx context.Context) (err error) {
		ds, err = store.Dataset(ctx)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("reading the records of the database: %w", err)
	}
	return ds, nil
}

// catalog reads what a server has to know of a database that it has no copy of. The store
// keeps it.
func (p *patient) catalog(ctx context.Context, store *postgis.Store) error {
	p.because("reading the catalog")
	return p.until(ctx, func(ctx context.Context) error {
		_, err := store.Catalog(ctx)
		return err
	})
}

// migrate brings a database to the schema of this program, from a version to another.
func (p *patient) migrate(ctx context.Context, url string) (from, to int32, err error) {
	p.because("updating the tables of the database")
	err = p.until(ctx, func(ctx context.Context) (err error) {
		from, to, err = postgis.Migrate(ctx, url, postgis.LogTo(p.log))
		return err
	})
	return from, to, err
}

// refold makes the search texts of the records that a hand has changed.
func (p *patient) refold(ctx context.Context, url string) (records int, err error) {
	err = p.until(ctx, func(ctx context.Context) (err error) {
		records, err = postgis.Refold(ctx, url, postgis.LogTo(p.log))
		return err
	})
	return records, err
}

// nobody is told what a command at a terminal waits for: it is in the log.
func nobody(string) {}

// silent says in one sentence that a database does not answer.
func silent(err error) error {
	short := err
	var network *net.OpError
	if errors.As(err, &network) {
		short = network
	}
	return fmt.Errorf("the database does not answer (%w); start it, correct --database-url (or DATABASE_URL), or wait longer with --database-wait", short)
}
