package postgis_test

import (
	"context"
	"testing"
	"time"

	"innoatlas/geo"
	"innoatlas/geo/postgis/postgistest"
)

// soon is long enough for a busy machine, and ends a test that waits for nothing.
const soon = 20 * time.Second

func waitFor(t *testing.T, what string, done func() bool) {
	t.Helper()
	for deadline := time.Now().Add(soon); !done(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("after %v still not: %s", soon, what)
		}
	}
}

// One store imports; the other one's watcher is called, and its catalog follows.
func TestWatch(t *testing.T) {
	t.Parallel()
	url := postgistest.Migrated(t)
	writer, reader := open(t, url), open(t, url)
	ctx, stop := context.WithCancel(t.Context())
	changed, ended := make(chan struct{}, 100), make(chan struct{})
	go func() {
		defer close(ended)
		reader.Watch(ctx, func() error { changed <- struct{}{}; return nil })
	}()
	next(t, changed, "the call at the start")

	if _, err := writer.Import(t.Context(), small()); err != nil {
		t.Fatal(err)
	}
	waitFor(t, "the revision of the import in the reader's catalog", func() bool {
		<-changed
		catalog, err := reader.Catalog(t.Context())
		return err == nil && catalog.Revision == revision(t, writer) && catalog.Facilities == 2
	})

	stop()
	next(t, ended, "the end of Watch")
}

func next(t *testing.T, ch <-chan struct{}, what string) {
	t.Helper()
	select {
	case <-ch:
	case <-time.After(soon):
		t.Fatalf("%s did not come within %v", what, soon)
	}
}

// A hot standby cannot LISTEN, and a trigger or a person may change the revision
// without a NOTIFY: the poll sees it all the same.
func TestPollSeesChangesWithoutNotification(t *testing.T) {
	t.Parallel()
	url := postgistest.Migrated(t)
	store, conn := open(t, url), connect(t, url)
	before, err := store.Catalog(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	execute(t, conn, `UPDATE dataset SET revision = revision + 1`)
	waitFor(t, "the new revision", func() bool {
		catalog, err := store.Catalog(t.Context())
		return err == nil && catalog.Revision != before.Revision
	})
}

// The catalog of a revision is read once, and then costs no query.
func TestCatalogIsKept(t *testing.T) {
	t.Parallel()
	store := fill(t, small())
	var first *geo.Catalog
	waitFor(t, "two calls with one catalog", func() bool {
		catalog, err := store.Catalog(t.Context())
		same := err == nil && catalog == first
		first = catalog
		return same
	})
}
