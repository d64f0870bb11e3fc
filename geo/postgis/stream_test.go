package postgis_test

import (
	"errors"
	"fmt"
	"iter"
	"testing"

	"innoatlas/geo"
	"innoatlas/geo/cql2"
	"innoatlas/geo/postgis"
	"innoatlas/geo/postgis/postgistest"
	"innoatlas/geo/storetest"
)

// An import in the middle of a stream ends it with an error: neither its changes nor
// its new records show in it, whatever the filter and the order.
func TestStreamIsOneRevision(t *testing.T) {
	t.Parallel()
	ds := storetest.Generated(2500) // more than two pieces
	store, records := fill(t, ds), len(ds.Facilities)
	stated := cql2.Not{X: cql2.IsNull{X: cql2.Property("slug")}}
	for i, q := range []geo.Query{
		{Collection: geo.Facilities},
		{Collection: geo.Facilities, Sort: []geo.SortKey{{Property: "slug"}}},
		{Collection: geo.Facilities, Filter: stated},
	} {
		name := fmt.Sprint("changed ", i)
		seen := 0
		var end error
		for f, err := range store.All(t.Context(), q) {
			if end = err; err != nil {
				break
			}
			if seen++; seen == 1 {
				rename(t, store, ds, name)
			}
			if f.(*geo.Facility).Name == name {
				t.Fatalf("%d: record %d is of the revision after", i, seen)
			}
		}
		if !errors.Is(end, geo.ErrUnavailable) || seen == 0 || seen == records {
			t.Errorf("%d: the stream ended with %v after %d records, want %v", i, end, seen, geo.ErrUnavailable)
		}
		if names := namesOf(t, store, q); len(names) != records || names[0] != name {
			t.Errorf("%d: the next stream has %d records and begins with %s", i, len(names), names[0])
		}
	}
	if pieces, orders := store.StreamUse(); pieces != 0 || orders != 0 {
		t.Errorf("streams that ended hold %d bytes of records and %d of ids", pieces, orders)
	}
}

// rename imports the data set once more, with another name.
func rename(t *testing.T, store *postgis.Store, ds *geo.Dataset, name string) {
	t.Helper()
	for i := range ds.Facilities {
		ds.Facilities[i].Name = name
	}
	if _, err := store.Import(t.Context(), ds); err != nil {
		t.Fatal(err)
	}
}

func namesOf(t *testing.T, store *postgis.Store, q geo.Query) (names []string) {
	t.Helper()
	for f, err := range store.All(t.Context(), q) {
		if err != nil {
			t.Fatal(err)
		}
		names = append(names, f.(*geo.Facility).Name)
	}
	return names
}

// A backend that ends between two pieces is not noticed.
func TestStreamSurvivesItsConnection(t *testing.T) {
	t.Parallel()
	database, ds := postgistest.Migrated(t), storetest.Generated(2500)
	store, admin := open(t, database), connect(t, database)
	if _, err := store.Import(t.Context(), ds); err != nil {
		t.Fatal(err)
	}
	seen := 0
	for _, err := range store.All(t.Context(), geo.Query{Collection: geo.Facilities}) {
		if err != nil {
			t.Fatal(err)
		}
		if seen++; seen%500 == 1 {
			execute(t, admin, `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'innoatlas-stream' AND datname = current_database()`)
		}
	}
	if seen != len(ds.Facilities) {
		t.Errorf("the stream had %d records, want %d", seen, len(ds.Facilities))
	}
}

// Any number of readers that stopped in the middle hold no connection and no
// transaction, and keep nobody waiting.
func TestStreamsHoldNoConnection(t *testing.T) {
	t.Parallel()
	database := postgistest.Migrated(t)
	store, admin := open(t, database), connect(t, database)
	if _, err := store.Import(t.Context(), storetest.Generated(2500)); err != nil {
		t.Fatal(err)
	}
	for range 40 {
		next, stop := iter.Pull2(store.All(t.Context(), geo.Query{Collection: geo.Facilities}))
		defer stop()
		if _, err, _ := next(); err != nil {
			t.Fatal(err)
		}
	}
	var busy int
	err := admin.QueryRow(t.Context(), `SELECT count(*) FROM pg_stat_activity
		WHERE application_name = 'innoatlas-stream' AND datname = current_database() AND state <> 'idle'`).Scan(&busy)
	if err != nil || busy != 0 {
		t.Errorf("%d connections are held, %v", busy, err)
	}
	if pieces, _ := store.StreamUse(); pieces > postgis.StreamMemory {
		t.Errorf("40 streams hold %d bytes", pieces)
	}
}

// A download that follows another is given what that has read, but for its first piece,
// which says what the revision is now. Whoever waits for the database says so before.
func TestStreamsShareWhatIsRead(t *testing.T) {
	t.Parallel()
	ds := storetest.Generated(2500)
	store, all := fill(t, ds), geo.Query{Collection: geo.Facilities}
	waitFor(t, "the feed", func() bool { _, err := store.Catalog(t.Context()); return err == nil && store.Alive() })
	first, stop := iter.Pull2(store.All(t.Context(), all))
	defer stop()
	began := store.PiecesRead()
	for range ds.Facilities { // and not its end, so it runs
		if _, err, ok := first(); err != nil || !ok {
			t.Fatal(err)
		}
	}
	pauses, resumed := 0, 0
	ctx := geo.WithPause(t.Context(), func() func() error {
		pauses++
		return func() error { resumed++; return nil }
	})
	before, seen := store.PiecesRead(), 0
	for _, err := range store.All(ctx, all) {
		if err != nil {
			t.Fatal(err)
		}
		seen++
	}
	if read := store.PiecesRead() - before; seen != len(ds.Facilities) || read != 1 || before-began < 2 {
		t.Errorf("the follower had %d records and read %d pieces by itself, want 1 of %d", seen, read, before-began)
	}
	if pauses != 1 || resumed != 1 {
		t.Errorf("it paused %d times, and went on %d times", pauses, resumed)
	}

	rename(t, store, ds, "changed") // what is kept is of another revision now
	for _, name := range namesOf(t, store, all) {
		if name != "changed" {
			t.Fatalf("a download that began after an import has %q", name)
		}
	}
	stop()
	if pieces := store.WindowUse(); pieces != 0 {
		t.Errorf("%d bytes are kept for nobody", pieces)
	}
}
