package postgis_test

import (
	"errors"
	"sync"
	"testing"

	"innoatlas/geo"
	"innoatlas/geo/dataset"
	"innoatlas/geo/memory"
	"innoatlas/geo/postgis"
	"innoatlas/geo/postgis/postgistest"
	"innoatlas/geo/storetest"
)

// Through a pooler with one session for each transaction everything works, and no
// session of it is left with a lock, a setting or a statement.
func TestPooler(t *testing.T) {
	t.Parallel()
	direct := postgistest.Bare(t)
	pooled := postgistest.Pooled(t, direct)
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			if _, _, err := postgis.Migrate(t.Context(), pooled); err != nil {
				t.Errorf("Migrate: %v", err)
			}
		})
	}
	group.Wait()
	store := open(t, pooled)
	ds, err := dataset.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := store.Import(t.Context(), ds); err != nil {
		t.Fatal(err)
	}
	for method, err := range ask(t.Context(), store) {
		if err != nil && !errors.Is(err, geo.ErrNotFound) { // the record that it asks for is of another data set
			t.Errorf("%s: %v", method, err)
		}
	}
	if err := store.Ready(t.Context()); err != nil {
		t.Errorf("Ready: %v", err)
	}
	storetest.Compare(t, memory.New(ds), store, ds, 50)

	execute(t, connect(t, direct), `UPDATE dataset SET revision = revision + 1`)
	before := revision(t, store)
	waitFor(t, "a change shows without a notification", func() bool {
		catalog, err := store.Catalog(t.Context())
		return err == nil && catalog.Revision == before
	})
	var locks int
	admin := connect(t, direct)
	if err := admin.QueryRow(t.Context(), `SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = `+
		`current_database())`).Scan(&locks); err != nil || locks != 0 {
		t.Errorf("%d locks are left on the pooler's sessions, %v", locks, err)
	}
	session := connect(t, pooled+"&default_query_exec_mode=exec")
	for name, want := range map[string]string{"statement_timeout": "0", "default_transaction_read_only": "off", "jit": "on"} {
		var got string
		if err := session.QueryRow(t.Context(), `SELECT current_setting($1)`, name).Scan(&got); err != nil || got != want {
			t.Errorf("a session of the pooler is left with %s = %q, %v; want %q", name, got, err, want)
		}
	}
	var statements int
	if err := session.QueryRow(t.Context(), `SELECT count(*) FROM pg_prepared_statements WHERE name <> ''`).Scan(&statements); err != nil || statements != 0 {
		t.Errorf("%d statements are left on a session of the pooler, %v", statements, err)
	}
	if _, err := store.List(t.Context(), geo.Query{Collection: geo.Facilities, Limit: 1}); err != nil {
		t.Error(err)
	}
}

// A pooler that takes our settings and leaves them out is one all the same.
func TestPoolerThatIgnoresSettings(t *testing.T) {
	t.Parallel()
	pooled := postgistest.Pooled(t, postgistest.Migrated(t), "ignore_startup_parameters = statement_timeout, lock_timeout, "+
		"idle_in_transaction_session_timeout, jit, default_transaction_isolation", "default_pool_size = 2")
	store := open(t, pooled)
	if _, err := store.Import(t.Context(), small()); err != nil {
		t.Fatal(err)
	}
	for range 3 {
		for method, err := range ask(t.Context(), store) {
			if err != nil {
				t.Errorf("%s: %v", method, err)
			}
		}
	}
	session := connect(t, pooled+"&default_query_exec_mode=exec")
	for range 4 {
		var got string
		if err := session.QueryRow(t.Context(), `SELECT current_setting('default_transaction_read_only')`).Scan(&got); err != nil || got != "off" {
			t.Errorf("a session of the pooler is left read-only: %q, %v", got, err)
		}
	}
}
