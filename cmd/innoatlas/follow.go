package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync/atomic"
	"time"

	"innoatlas/api"
	"innoatlas/geo"
	"innoatlas/geo/memory"
	"innoatlas/geo/postgis"
)

// openDatabase makes the store of a database: the database itself, or a copy of
// it in memory that follows it.
func (c *serveCommand) openDatabase(ctx, background context.Context, wait *patient, log *slog.Logger) (served, error) {
	if c.Migrate {
		from, to, err := wait.migrate(ctx, c.DatabaseURL)
		if err != nil {
			return served{}, err
		}
		records, err := wait.refold(ctx, c.DatabaseURL)
		if err != nil {
			return served{}, err
		}
		log.Info("database migrated", "from", from, "to", to, "records_refolded", records)
	}
	database, err := wait.open(ctx, c.DatabaseURL, readers)
	if err != nil {
		return served{}, err
	}
	sayRole(log, database)
	if c.Reads == "database" {
		if err := wait.catalog(ctx, database); err != nil {
			go database.Close()
			return served{}, fmt.Errorf("reading the catalog of the database: %w", err)
		}
		go database.Ready(background) // looks at the tables from now on
		return served{store: database, ready: databaseReady(database), history: database, close: database.Close}, nil
	}
	ds, err := wait.dataset(ctx, database)
	if err != nil {
		go database.Close() // which may wait for what it does not get
		return served{}, err
	}
	f := &follower{database: database, log: log, copy: memory.New(ds), revision: ds.Revision}
	watching, stop := context.WithCancel(background)
	go database.Watch(watching, func() error { return f.reload(watching) })
	return served{store: f.copy, ready: f.ready, history: database, close: func() { stop(); database.Close() }}, nil // a reading under way ends first
}

// sayRole tells with whose rights the database is read.
func sayRole(log *slog.Logger, database *postgis.Store) {
	if role, because := database.Role(); role != "" {
		log.Info("the database is read in a role of its own", "role", role)
	} else {
		log.Info("the database is read with all rights of the login", "because", because)
	}
}

// databaseReady is ready while the database answers what requests ask.
func databaseReady(database *postgis.Store) func(context.Context) api.Readiness {
	return func(ctx context.Context) api.Readiness {
		switch err := database.Ready(ctx); {
		case errors.Is(err, geo.ErrMalformed):
			return api.Readiness{Reason: "somebody changed the tables of the database; the log says where"}
		case err != nil:
			return api.Readiness{Reason: "the database does not answer, or not as it should"}
		}
		return api.Readiness{Ready: true}
	}
}

// follower keeps a copy of a database in memory. While the database is away, or a
// new revision cannot be read, the copy goes on answering, and readiness says
// since when it may be old.
type follower struct {
	database *postgis.Store
	log      *slog.Logger
	copy     *memory.Store
	revision string
	behind   atomic.Bool               // the newest revision could not be read yet
	degraded atomic.Pointer[time.Time] // since when something is wrong; nil where nothing is
}

// reload brings the copy to the newest revision. A failure is logged and the copy stays as it is;
// Watch tries again.
func (f *follower) reload(ctx context.Context) error {
	newest, err := f.database.Revision(ctx)
	if err == nil && newest != f.revision {
		err = f.follow(ctx)
	}
	f.behind.Store(err != nil)
	if err != nil {
		f.log.Error("the new revision could not be read; the one before it goes on being served", "error", err.Error())
	}
	return err
}

// follow takes what has changed since the copy's revision, or where that leads nowhere, the whole.
func (f *follower) follow(ctx context.Context) error {
	start := time.Now()
	delta, err := f.database.Delta(ctx, f.revision)
	if err == nil {
		err = f.copy.Apply(delta)
	}
	if err == nil {
		f.revision = delta.Revision
		f.log.Info("new revision", "revision", f.revision, "records", delta.Count(), "ms", time.Since(start).Milliseconds())
		return nil
	}
	if ctx.Err() != nil || errors.Is(err, geo.ErrUnavailable) {
		return err
	}
	return f.replace(ctx, start, err)
}

// replace reads everything.
func (f *follower) replace(ctx context.Context, start time.Time, because error) error {
	ds, err := f.database.Dataset(ctx)
	if err == nil {
		err = f.copy.Replace(ds)
	}
	if err != nil {
		return err
	}
	f.revision = ds.Revision
	f.log.Info("new revision, read whole", "revision", f.revision, "facilities", len(ds.Facilities), "ms", time.Since(start).Milliseconds(), "because", because.Error())
	return nil
}

// ready never asks the database: it says whether the feed hears it.
func (f *follower) ready(context.Context) api.Readiness {
	if f.database.Alive() && !f.behind.Load() {
		f.degraded.Store(nil)
		return api.Readiness{Ready: true}
	}
	now := time.Now()
	f.degraded.CompareAndSwap(nil, &now)
	return api.Readiness{Ready: true, DegradedSince: *f.degraded.Load()}
}
