package postgis_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"

	"innoatlas/geo"
	"innoatlas/geo/memory"
	"innoatlas/geo/zorder"
)

// Both stores have one box around records on both sides of the antimeridian, find them by
// the same boxes, and have them in the same tiles.
func TestAroundTheAntimeridian(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(1, 180))
	longitude := func() float64 {
		special := []float64{180, -180, 179.99, -179.915, 0, -90, 170}
		if n := random.IntN(2 * len(special)); n < len(special) {
			return special[n]
		}
		return float64(random.IntN(3600))/10 - 180
	}
	ds := small()
	for i := range 3 {
		ds.Facilities = append(ds.Facilities, geo.Facility{ID: int64(20 + i), Slug: fmt.Sprintf("at-%d", i), Kind: "lab", Name: "Lab", Status: "unknown"})
	}
	store := fill(t, ds)
	for round := range 12 {
		for i := range ds.Facilities {
			if ds.Facilities[i].Position = nil; random.IntN(8) > 0 {
				p := geo.RoundPosition(orb.Point{longitude(), float64(random.IntN(100)) - 50})
				ds.Facilities[i].Position = &p
			}
		}
		if round == 0 {
			ds.Facilities[0].Position, ds.Facilities[1].Position = &orb.Point{179.99, -16}, &orb.Point{-179.915, -17}
			ds.Facilities[2].Position, ds.Facilities[3].Position, ds.Facilities[4].Position = nil, nil, nil
		}
		if _, err := store.Import(t.Context(), whole(ds)); err != nil {
			t.Fatal(err)
		}
		inMemory := memory.New(ds)
		want, _ := inMemory.Catalog(t.Context())
		got, err := store.Catalog(t.Context())
		if err != nil || got.Extent != want.Extent {
			t.Fatalf("the box is %v and %v, %v", got.Extent, want.Extent, err)
		}
		if small := (geo.BBox{179.99, -17, -179.915, -16}); round == 0 && got.Extent != small {
			t.Errorf("the box is %v, want %v", got.Extent, small)
		}
		for range 20 {
			q := geo.Query{Collection: geo.Facilities, Limit: 10, Filter: geo.BBox{longitude(), -60, longitude(), 60}.Filter()}
			zoom := random.IntN(12)
			tile := zorder.Tile{Z: zoom, X: (1<<zoom - 1) * random.IntN(2), Y: random.IntN(1 << zoom)}
			if d := cmp.Diff(found(t, inMemory, q, tile), found(t, store, q, tile)); d != "" {
				t.Fatalf("%#v, tile %v (-memory +database):\n%s", q, tile, d)
			}
		}
	}
}

// found are the slugs that a store finds, and how many records it has in a tile.
func found(t *testing.T, store geo.Store, q geo.Query, tile zorder.Tile) (all []string) {
	t.Helper()
	page, err := store.List(t.Context(), q)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range page.Features {
		_, slug := f.Ref()
		all = append(all, slug)
	}
	shown, err := store.Tile(t.Context(), q, tile)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range shown.Clusters {
		all = append(all, fmt.Sprint(c.Position, c.Count))
	}
	for _, f := range shown.Facilities {
		all = append(all, fmt.Sprint(*f.Position))
	}
	return all
}
