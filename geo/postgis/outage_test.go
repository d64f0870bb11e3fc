package postgis_test

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"innoatlas/geo"
	"innoatlas/geo/postgis"
	"innoatlas/geo/postgis/postgistest"
)

// ask calls every method of the store, and gives the errors by name.
func ask(ctx context.Context, store *postgis.Store) map[string]error {
	errs := map[string]error{}
	q := geo.Query{Collection: geo.Facilities, Limit: 10}
	_, errs["Catalog"] = store.Catalog(ctx)
	_, errs["Get"] = store.Get(ctx, geo.Facilities, geo.Ref{Slug: "first"})
	_, errs["List"] = store.List(ctx, q)
	_, errs["Facets"] = store.Facets(ctx, q)
	_, errs["Matrix"] = store.Matrix(ctx, q, geo.ByCountry, geo.BySector)
	_, errs["Clusters"] = store.Clusters(ctx, q, 3)
	_, errs["Dataset"] = store.Dataset(ctx)
	_, errs["Revision"] = store.Revision(ctx)
	errs["Ping"] = store.Ping(ctx)
	for _, err := range store.All(ctx, q) {
		errs["All"] = err
	}
	return errs
}

func TestDatabaseGoesAwayAndComesBack(t *testing.T) {
	t.Parallel()
	database := postgistest.Migrated(t)
	if _, err := open(t, database).Import(t.Context(), small()); err != nil {
		t.Fatal(err)
	}
	p, through := postgistest.NewProxy(t, database)
	store := open(t, through)
	for method, err := range ask(t.Context(), store) {
		if err != nil {
			t.Fatalf("%s before the outage: %v", method, err)
		}
	}

	p.Refuse()
	waitFor(t, "the feed sees that the database is away", func() bool {
		_, err := store.Catalog(t.Context())
		return err != nil
	})
	began := time.Now()
	for method, err := range ask(t.Context(), store) {
		if !errors.Is(err, geo.ErrUnavailable) {
			t.Errorf("%s without a database = %v, want %v", method, err, geo.ErrUnavailable)
		}
	}
	if _, err := store.Import(t.Context(), small()); !errors.Is(err, geo.ErrUnavailable) {
		t.Errorf("Import without a database = %v, want %v", err, geo.ErrUnavailable)
	}
	if took := time.Since(began); took > soon {
		t.Errorf("ten refusals took %v", took)
	}

	p.Heal()
	waitFor(t, "every method answers again", func() bool {
		for _, err := range ask(t.Context(), store) {
			if err != nil {
				return false
			}
		}
		return true
	})
}

// A network that swallows everything: the answer is a refusal within five seconds,
// and all is well as soon as the network is.
func TestSilentNetwork(t *testing.T) {
	t.Parallel()
	database := postgistest.Migrated(t)
	if _, err := open(t, database).Import(t.Context(), small()); err != nil {
		t.Fatal(err)
	}
	p, through := postgistest.NewProxy(t, database)
	store := open(t, through)
	get := func() error {
		_, err := store.Get(t.Context(), geo.Facilities, geo.Ref{Slug: "first"})
		return err
	}
	if err := get(); err != nil {
		t.Fatal(err)
	}
	p.Stall()
	began := time.Now()
	err := get()
	took := time.Since(began)
	p.Heal()
	if !errors.Is(err, geo.ErrUnavailable) || took > 5500*time.Millisecond {
		t.Errorf("Get = %v after %v, want %v within five seconds", err, took, geo.ErrUnavailable)
	}
	waitFor(t, "Get answers again", func() bool { return get() == nil })
}

// A restart of the server, or an administrator, ends all connections at once. No
// reader notices.
func TestTerminatedConnectionsFailNoRead(t *testing.T) {
	t.Parallel()
	database := postgistest.Migrated(t)
	store := open(t, database)
	if _, err := store.Import(t.Context(), small()); err != nil {
		t.Fatal(err)
	}
	admin := connect(t, database)
	for range 10 {
		execute(t, admin, `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'innoatlas' AND datname = current_database()`)
		for method, err := range ask(t.Context(), store) {
			if err != nil {
				t.Errorf("%s: %v", method, err)
			}
		}
	}
}

// A locked table ends a read with ErrUnavailable after the lock's time limit.
func TestLockedTable(t *testing.T) {
	t.Parallel()
	database := postgistest.Migrated(t)
	store, admin := open(t, database), connect(t, database)
	execute(t, admin, `BEGIN; LOCK facility`)
	began := time.Now()
	_, err := store.Get(t.Context(), geo.Facilities, geo.Ref{ID: 1})
	if took := time.Since(began); !errors.Is(err, geo.ErrUnavailable) || took > soon {
		t.Errorf("Get = %v after %v, want %v", err, took, geo.ErrUnavailable)
	}
	if err := store.Ping(t.Context()); err != nil {
		t.Errorf("Ping beside the locked table: %v", err)
	}
}

// Idle connections that a firewall has forgotten cost no read: each is asked for a
// sign of life first, and all go when one gives none. The feed hears again as well.
func TestLostConnectionsFailNoRead(t *testing.T) {
	t.Parallel()
	database := postgistest.Migrated(t)
	p, through := postgistest.NewProxy(t, database)
	store := open(t, through)
	if _, err := store.Import(t.Context(), small()); err != nil {
		t.Fatal(err)
	}
	ask(t.Context(), store)
	time.Sleep(1100 * time.Millisecond) // now they are idle
	p.Lose()
	began := time.Now()
	for method, err := range ask(t.Context(), store) {
		if err != nil {
			t.Errorf("%s: %v", method, err)
		}
	}
	if took := time.Since(began); took > 6*time.Second {
		t.Errorf("ten reads on lost connections took %v", took)
	}
	execute(t, connect(t, database), `UPDATE dataset SET revision = revision + 1`)
	want := revision(t, store)
	began = time.Now()
	waitFor(t, "the feed hears of the next revision", func() bool {
		catalog, err := store.Catalog(t.Context())
		return err == nil && catalog.Revision == want && store.Alive()
	})
	if took := time.Since(began); took > 8*time.Second {
		t.Errorf("the feed took %v", took)
	}
}

// A question that is under way when its connection is lost is asked again on another.
func TestConnectionLostInUse(t *testing.T) {
	t.Parallel()
	p, through := postgistest.NewProxy(t, postgistest.Migrated(t))
	store := open(t, through)
	if _, err := store.Import(t.Context(), small()); err != nil {
		t.Fatal(err)
	}
	get := func() error {
		_, err := store.Get(t.Context(), geo.Facilities, geo.Ref{Slug: "first"})
		return err
	}
	for range 5 {
		if err := get(); err != nil {
			t.Fatal(err)
		}
		p.Lose()
		began := time.Now()
		if err := get(); err != nil {
			t.Errorf("Get = %v after %v", err, time.Since(began))
		}
	}
}

// While the whole network is silent everything is refused in time, and all is well
// three seconds after it is not, however many wait.
func TestNetworkHeals(t *testing.T) {
	t.Parallel()
	p, through := postgistest.NewProxy(t, postgistest.Migrated(t))
	store := open(t, through)
	if _, err := store.Import(t.Context(), small()); err != nil {
		t.Fatal(err)
	}
	p.LoseAll()
	end := time.Now().Add(6 * time.Second)
	var group sync.WaitGroup
	for range 12 {
		group.Go(func() {
			for time.Now().Before(end) {
				began := time.Now()
				_, err := store.List(t.Context(), geo.Query{Collection: geo.Facilities, Limit: 1})
				if took := time.Since(began); err == nil || took > 5500*time.Millisecond {
					t.Errorf("List = %v after %v", err, took)
				}
			}
		})
	}
	time.Sleep(time.Until(end) - 10*time.Millisecond)
	if store.Alive() || !errors.Is(store.Ready(t.Context()), geo.ErrUnavailable) {
		t.Errorf("Alive = %v, Ready = %v", store.Alive(), store.Ready(t.Context()))
	}
	group.Wait()
	p.Heal()
	time.Sleep(3 * time.Second)
	for range 20 {
		group.Go(func() {
			if _, err := store.List(t.Context(), geo.Query{Collection: geo.Facilities, Limit: 1}); err != nil {
				t.Errorf("List after the network healed: %v", err)
			}
		})
	}
	group.Wait()
	waitFor(t, "the store is ready", func() bool { return store.Ready(t.Context()) == nil })
}

// Close does not wait for what is silent: not for the feed, idle connections, or a
// reading under way.
func TestCloseDoesNotWait(t *testing.T) {
	t.Parallel()
	p, through := postgistest.NewProxy(t, postgistest.Migrated(t))
	store, err := postgis.Open(t.Context(), through)
	if err != nil {
		t.Fatal(err)
	}
	ask(t.Context(), store)
	p.Stall()
	go store.Dataset(t.Context())
	time.Sleep(100 * time.Millisecond)
	began := time.Now()
	store.Close()
	if took := time.Since(began); took > 4500*time.Millisecond {
		t.Errorf("Close took %v", took)
	}
}

// A reading of everything ends when nothing comes any more, and begins again; one that
// goes on slowly may take as long as it does.
func TestReadingEverythingOnASilentNetwork(t *testing.T) {
	t.Parallel()
	p, through := postgistest.NewProxy(t, postgistest.Migrated(t))
	store := open(t, through)
	if _, err := store.Import(t.Context(), small()); err != nil {
		t.Fatal(err)
	}
	p.Stall()
	time.AfterFunc(2*time.Second, func() { p.Lose(); p.Heal() })
	began := time.Now()
	ds, err := store.Dataset(t.Context())
	if took := time.Since(began); err != nil || len(ds.Facilities) != 2 || took > 10*time.Second {
		t.Errorf("Dataset = %v after %v", err, took)
	}
}

// A slow network is no reason to send requests elsewhere.
func TestSlowNetwork(t *testing.T) {
	t.Parallel()
	p, through := postgistest.NewProxy(t, postgistest.Migrated(t))
	p.Delay(200 * time.Millisecond)
	store := open(t, through)
	for method, err := range ask(t.Context(), store) {
		if err != nil && !errors.Is(err, geo.ErrNotFound) {
			t.Errorf("%s: %v", method, err)
		}
	}
	if err := store.Ready(t.Context()); err != nil {
		t.Errorf("Ready: %v", err)
	}
	for range 3 { // not only for a moment
		time.Sleep(time.Second)
		if err := store.Ready(t.Context()); err != nil || !store.Alive() {
			t.Errorf("Ready = %v, Alive = %v", err, store.Alive())
		}
	}
}

// hosts is a URL of several hosts, by the URLs of each.
func hosts(t *testing.T, urls ...string) string {
	t.Helper()
	var names []string
	for _, one := range urls {
		u, err := url.Parse(one)
		if err != nil {
			t.Fatal(err)
		}
		names = append(names, u.Host)
	}
	u, _ := url.Parse(urls[len(urls)-1])
	u.Host = strings.Join(names, ",")
	return u.String()
}

// Of several hosts those that are silent cost no connection its time, and a URL that
// wants one that writes gets it, though we only read.
func TestSeveralHosts(t *testing.T) {
	t.Parallel()
	database := postgistest.Migrated(t)
	silent, first := postgistest.NewProxy(t, database)
	_, second := postgistest.NewProxy(t, database)
	silent.LoseAll()
	began := time.Now()
	store := open(t, hosts(t, first, second)+"&target_session_attrs=read-write")
	for method, err := range ask(t.Context(), store) {
		if err != nil && !errors.Is(err, geo.ErrNotFound) {
			t.Errorf("%s: %v", method, err)
		}
	}
	if _, err := store.Import(t.Context(), small()); err != nil {
		t.Errorf("Import: %v", err)
	}
	if took := time.Since(began); took > 6*time.Second {
		t.Errorf("it took %v", took)
	}
	if _, _, err := postgis.Migrate(t.Context(), hosts(t, first, second)); err != nil {
		t.Errorf("Migrate: %v", err)
	}
	var refused *pgconn.PgError
	if _, err := store.ReadPool().Exec(t.Context(), `UPDATE dataset SET revision = 99`); !errors.As(err, &refused) || refused.Code != "25006" {
		t.Errorf("a write in a read session = %v, want SQLSTATE 25006", err)
	}
}

// A lock on the facilities keeps only those from being read: countries, their facets
// and their files go on, and the database counts as ready.
func TestLockedFacilitiesLeaveCountriesAlone(t *testing.T) {
	t.Parallel()
	database := postgistest.Migrated(t)
	store, admin := open(t, database), connect(t, database)
	if _, err := store.Import(t.Context(), small()); err != nil {
		t.Fatal(err)
	}
	if _, err := store.Catalog(t.Context()); err != nil {
		t.Fatal(err)
	}
	execute(t, admin, `BEGIN; LOCK facility, facility_source`)
	ctx, stop := context.WithCancel(t.Context())
	var group sync.WaitGroup
	for range 30 { // more than all connections
		group.Go(func() {
			for ctx.Err() == nil {
				if _, err := store.Get(ctx, geo.Facilities, geo.Ref{ID: 1}); err == nil {
					t.Error("a record of a locked table was read")
				}
			}
		})
	}
	q := geo.Query{Collection: geo.Countries, Limit: 10, Lists: []geo.List{{Dimension: geo.ByCountry, Values: []string{"THA", "LAO"}}}}
	for range 30 {
		began := time.Now()
		_, listed := store.List(t.Context(), q)
		_, found := store.Get(t.Context(), geo.Countries, geo.Ref{Slug: "tha"})
		_, counted := store.Facets(t.Context(), q)
		err := errors.Join(listed, found, counted, store.Ready(t.Context()))
		for _, failed := range store.All(t.Context(), q) {
			err = errors.Join(err, failed)
		}
		if err != nil || time.Since(began) > time.Second {
			t.Errorf("beside a locked table: %v after %v", err, time.Since(began))
		}
		time.Sleep(100 * time.Millisecond)
	}
	stop()
	group.Wait()
}

// onceInEachSession makes every reading of the facilities fail with a state, the first
// time that a session tries. A session's locks outlive what it rolls back.
const onceInEachSession = `
ALTER TABLE facility RENAME TO kept;
CREATE FUNCTION conflict() RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
	IF NOT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()) THEN
		PERFORM pg_advisory_lock(pg_backend_pid());
		RAISE EXCEPTION 'canceling statement due to conflict with recovery' USING ERRCODE = '%s';
	END IF;
	RETURN TRUE;
END $$;
CREATE VIEW facility AS SELECT * FROM kept WHERE conflict()`

// What a standby's recovery, or another transaction, was in the way of is asked again,
// and nobody notices: be it a page, or the first piece of a download.
func TestPassingConflictsFailNoRead(t *testing.T) {
	t.Parallel()
	for _, state := range []string{"40001", "40P01"} {
		t.Run(state, func(t *testing.T) {
			t.Parallel()
			database := postgistest.Migrated(t)
			if _, err := open(t, database).Import(t.Context(), small()); err != nil {
				t.Fatal(err)
			}
			execute(t, connect(t, database), fmt.Sprintf(onceInEachSession, state))
			store := open(t, database)
			for method, ask := range map[string]func() error{
				"List": func() error {
					_, err := store.List(t.Context(), geo.Query{Collection: geo.Facilities, Limit: 1})
					return err
				},
				"Get": func() error {
					_, err := store.Get(t.Context(), geo.Facilities, geo.Ref{Slug: "first"})
					return err
				},
				"All": func() error {
					for _, err := range store.All(t.Context(), geo.Query{Collection: geo.Facilities}) {
						return err
					}
					return errors.New("no record")
				},
				"a costly List": func() error {
					_, err := store.List(t.Context(), geo.Query{Collection: geo.Facilities, Limit: 1, Filter: never(1)})
					return err
				},
			} {
				if err := ask(); err != nil {
					t.Errorf("%s: %v", method, err)
				}
			}
		})
	}
}
