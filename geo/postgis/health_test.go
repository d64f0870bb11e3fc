package postgis_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"innoatlas/geo"
	"innoatlas/geo/postgis/postgistest"
)

// Whoever asks whether requests can be answered hears no where they cannot, and yes
// again when they can, within seconds. A request is refused for a while then, which is
// no fault of the program.
func TestReadyAsksWhatRequestsNeed(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		harm, mend string
	}{
		"no tables":           {`ALTER SCHEMA public RENAME TO away`, `ALTER SCHEMA away RENAME TO public`},
		"no facilities":       {`ALTER TABLE facility RENAME TO away`, `ALTER TABLE away RENAME TO facility`},
		"no view":             {`ALTER VIEW country_record RENAME TO away`, `ALTER VIEW away RENAME TO country_record`},
		"a label is a number": {`UPDATE kind SET labels = '{"en": 5}'`, `UPDATE kind SET labels = '{"en": "x"}'`},
		"a name is a list":    {`UPDATE country SET names = '{"en": []}'`, `UPDATE country SET names = '{"en": "x"}'`},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			database := postgistest.Migrated(t)
			store, admin := open(t, database), connect(t, database)
			if _, err := store.Import(t.Context(), small()); err != nil {
				t.Fatal(err)
			}
			if err := store.Ready(t.Context()); err != nil {
				t.Fatal(err)
			}
			execute(t, admin, c.harm)
			waitFor(t, "it is not ready", func() bool { return store.Ready(t.Context()) != nil })
			for method, err := range ask(t.Context(), store) {
				if err != nil && !errors.Is(err, geo.ErrUnavailable) {
					t.Errorf("%s = %v, want %v", method, err, geo.ErrUnavailable)
				}
			}
			execute(t, admin, c.mend)
			waitFor(t, "it is ready again", func() bool { return store.Ready(t.Context()) == nil })
		})
	}
}

// A database that is dropped is away, not a fault of the program; a new one of its
// name is taken up.
func TestDroppedDatabase(t *testing.T) {
	t.Parallel()
	database := postgistest.Migrated(t)
	store, admin := open(t, database), connect(t, database)
	ask(t.Context(), store)
	name := pgx.Identifier{admin.Config().Database}.Sanitize()
	other := connect(t, postgistest.Bare(t))
	execute(t, other, `ALTER DATABASE `+name+` ALLOW_CONNECTIONS false`) // nobody connects between
	execute(t, other, `DROP DATABASE `+name+` WITH (FORCE)`)
	began := time.Now()
	for method, err := range ask(t.Context(), store) {
		if !errors.Is(err, geo.ErrUnavailable) {
			t.Errorf("%s = %v, want %v", method, err, geo.ErrUnavailable)
		}
	}
	if took := time.Since(began); took > soon {
		t.Errorf("ten refusals took %v", took)
	}
	if store.Ready(t.Context()) == nil {
		t.Error("it is ready")
	}
	execute(t, other, `CREATE DATABASE `+name)
}

// A lock on one table is no reason to say that nothing can be answered.
func TestLockedTableIsReady(t *testing.T) {
	t.Parallel()
	database := postgistest.Migrated(t)
	store, admin := open(t, database), connect(t, database)
	if err := store.Ready(t.Context()); err != nil {
		t.Fatal(err)
	}
	execute(t, admin, `BEGIN; LOCK facility, country, kind`)
	for end := time.Now().Add(4 * time.Second); time.Now().Before(end); time.Sleep(100 * time.Millisecond) {
		if err := store.Ready(t.Context()); err != nil || !store.Alive() {
			t.Fatalf("Ready = %v, Alive = %v beside a locked table", err, store.Alive())
		}
	}
}

// A watcher that panics is called again, and the process lives on.
func TestWatcherThatPanics(t *testing.T) {
	t.Parallel()
	store := open(t, postgistest.Migrated(t))
	ctx, stop := context.WithCancel(t.Context())
	calls := make(chan struct{}, 100)
	go store.Watch(ctx, func() error { calls <- struct{}{}; panic("a fault in the watcher") })
	for range 3 {
		next(t, calls, "a call")
	}
	stop()
}
