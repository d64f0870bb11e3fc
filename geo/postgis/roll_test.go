package postgis_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"innoatlas/geo"
	"innoatlas/geo/cql2"
	"innoatlas/geo/memory"
	"innoatlas/geo/postgis"
	"innoatlas/geo/postgis/postgistest"
	"innoatlas/geo/storetest"
	"innoatlas/geo/zorder"
)

// Clusters, tiles and pages of all facilities are those of the memory store, read off
// the roll as well as counted by the database.
func TestRollAgreesWithMemory(t *testing.T) {
	t.Parallel()
	ds := storetest.Generated(3000)
	store, inMemory := fill(t, ds), memory.New(ds)
	compareAll(t, inMemory, store, ds)
	waitForRoll(t, store)
	compareAll(t, inMemory, store, ds)
}

func waitForRoll(t *testing.T, store *postgis.Store) {
	t.Helper()
	waitFor(t, "the roll is read", func() bool {
		_, err := store.Clusters(t.Context(), geo.Query{Collection: geo.Facilities}, 0)
		return err == nil && store.HasRoll()
	})
}

// compareAll asks both stores for all facilities in every form that a roll answers.
func compareAll(t *testing.T, a, b geo.Store, ds *geo.Dataset) {
	t.Helper()
	all := geo.Query{Collection: storetest.Collection(ds, geo.Facilities)}
	for zoom := range geo.MaxZoom + 1 {
		inA, errA := a.Clusters(t.Context(), all, zoom)
		inB, errB := b.Clusters(t.Context(), all, zoom)
		same(t, "clusters", inA, inB, errA, errB)
		tile := zorder.TileAt(*ds.Facilities[0].Position, zoom)
		tileA, errA := a.Tile(t.Context(), all, tile)
		tileB, errB := b.Tile(t.Context(), all, tile)
		same(t, "tile", tileA.Clusters, tileB.Clusters, errA, errB)
		if len(tileA.Facilities) != len(tileB.Facilities) {
			t.Errorf("tile %v has %d facilities, want %d", tile, len(tileB.Facilities), len(tileA.Facilities))
		}
	}
	for _, page := range []geo.Query{{Limit: 10}, {Limit: 7, Offset: 1234}, {Limit: 10, Offset: len(ds.Facilities) - 5}, {Limit: 5, Offset: 1_000_000}, {Limit: 1}} {
		page.Collection = all.Collection
		for range 2 { // the page, and the one that follows it
			inA, errA := a.List(t.Context(), page)
			inB, errB := b.List(t.Context(), page)
			inA.Shared, inB.Shared = false, false // whose memory they take is not compared
			same(t, "page", inA, inB, errA, errB)
			if len(inA.Features) > 0 {
				after := page.CursorAfter(inA.Features[len(inA.Features)-1])
				page.After = &after
			}
		}
	}
}

func same(t *testing.T, what string, a, b any, errA, errB error) {
	t.Helper()
	if (errA == nil) != (errB == nil) {
		t.Errorf("%s: %v and %v", what, errA, errB)
		return
	}
	if d := cmp.Diff(a, b); d != "" && errA == nil {
		t.Errorf("%s (-a +b):\n%s", what, d)
	}
}

// What another program imports, or changes by hand, shows in the very next answer.
func TestRollIsNeverStale(t *testing.T) {
	t.Parallel()
	database, ds := postgistest.Migrated(t), storetest.Generated(300)
	store, other, admin := open(t, database), open(t, database), connect(t, database)
	if _, err := other.Import(t.Context(), ds); err != nil {
		t.Fatal(err)
	}
	waitForRoll(t, store)
	check := func(what string, n int) {
		t.Helper()
		all := geo.Query{Collection: geo.Facilities, Limit: 10}
		page, err := store.List(t.Context(), all)
		if err != nil || page.Matched != n {
			t.Errorf("%s: a page matches %d, %v, want %d", what, page.Matched, err, n)
		}
		filtered := geo.Query{Collection: geo.Facilities, Limit: 10, Filter: cql2.Not{X: cql2.IsNull{X: cql2.Property("slug")}}}
		for range 2 { // counted, and counted before
			if page, err = store.List(t.Context(), filtered); err != nil || page.Matched != n {
				t.Errorf("%s: a filtered page matches %d, %v, want %d", what, page.Matched, err, n)
			}
		}
		clusters, err := store.Clusters(t.Context(), all, 3)
		if err != nil || clusters.Matched != n {
			t.Errorf("%s: clusters have %d, %v, want %d", what, clusters.Matched, err, n)
		}
		facets, err := store.Facets(t.Context(), all)
		if err != nil || facets.Matched != n {
			t.Errorf("%s: facets have %d, %v, want %d", what, facets.Matched, err, n)
		}
		tile, err := store.Tile(t.Context(), all, zorder.Tile{})
		members := 0
		for _, c := range tile.Clusters {
			members += c.Count
		}
		if err != nil || members != clusters.Matched-clusters.WithoutPosition {
			t.Errorf("%s: the first tile has %d, %v, want %d", what, members, err, clusters.Matched-clusters.WithoutPosition)
		}
	}
	n := len(ds.Facilities)
	check("at first", n)
	ds.Facilities = append(ds.Facilities, geo.Facility{ID: 900_000, Slug: "one-more", Name: "One more", Status: "unknown"})
	if _, err := other.Import(t.Context(), ds); err != nil {
		t.Fatal(err)
	}
	n++
	check("after an import", n)
	waitForRoll(t, store)
	check("read again", n)
	execute(t, admin, `DELETE FROM facility WHERE id = (SELECT min(id) FROM facility WHERE geom IS NOT NULL)`)
	check("after a DELETE by hand", n-1)
	waitForRoll(t, store)
	execute(t, admin, `INSERT INTO facility (id, slug, zorder) VALUES (900001, 'by-hand', 1::bigint << 62)`)
	check("after an INSERT by hand", n)
}
