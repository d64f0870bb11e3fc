package postgis_test

import (
	"context"
	"testing"

	"github.com/paulmach/orb"

	"innoatlas/geo"
	"innoatlas/geo/storetest"
	"innoatlas/geo/zorder"
)

// BenchmarkCooperation asks what a map and its statistics ask of a large network, as whoever asks
// first does. Each is to come within 300 ms.
func BenchmarkCooperation(b *testing.B) {
	ds := storetest.Cooperation(51_370, 20_000, 200_000)
	store := fill(b, ds)
	listed := func(d geo.Dimension, value string) []geo.List {
		return []geo.List{{Dimension: d, Values: []string{value}}}
	}
	facets := func(q geo.Query) func(context.Context) error {
		return func(ctx context.Context) error {
			_, err := store.Facets(ctx, q)
			return err
		}
	}
	list := func(q geo.Query) func(context.Context) error {
		q.Limit = 10
		return func(ctx context.Context) error {
			_, err := store.List(ctx, q)
			return err
		}
	}
	tile := func(q geo.Query, t zorder.Tile) func(context.Context) error {
		return func(ctx context.Context) error {
			_, err := store.Tile(ctx, q, t)
			return err
		}
	}
	all := geo.Query{Collection: geo.Partnerships}
	facilities := geo.Query{Collection: geo.Facilities}
	catalog, err := store.Catalog(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	lexicon := geo.NewLexicon(catalog)
	for _, c := range []struct {
		name string
		ask  func(context.Context) error
	}{
		{"catalog", func(ctx context.Context) error { store.ForgetCatalog(); _, err := store.Catalog(ctx); return err }},
		{"facets of facilities", facets(facilities)},
		{"facets of facilities that a country takes part in", facets(geo.Query{Collection: geo.Facilities, Lists: listed(geo.ByTakesPart, "FJI")})},
		{"facets of institutions", facets(geo.Query{Collection: geo.Institutions})},
		{"facets of partnerships", facets(all)},
		{"facets of partnerships of a country", facets(geo.Query{Collection: geo.Partnerships, Lists: listed(geo.ByTakesPart, "FJI")})},
		{"facets of partnerships of a sector", facets(geo.Query{Collection: geo.Partnerships, Lists: listed(geo.BySector, "food")})},
		{"matrix of countries", func(ctx context.Context) error {
			_, err := store.Matrix(ctx, all, geo.ByInstitutionCountry, geo.ByCountry)
			return err
		}},
		{"matrix of countries and sectors", func(ctx context.Context) error {
			_, err := store.Matrix(ctx, all, geo.ByTakesPart, geo.BySector)
			return err
		}},
		{"partnerships", list(all)},
		{"partnerships of an institution", list(geo.Query{Collection: geo.Partnerships, Lists: listed(geo.ByInstitution, "inst-7")})},
		{"partnerships in a box", list(geo.Query{Collection: geo.Partnerships, Filter: geo.BBox{90, 0, 110, 20}.Filter()})},
		{"a search", list(geo.Query{Collection: geo.Partnerships, Filter: lexicon.Filter(geo.Partnerships, "number 77")})},
		{"a search of a frequent word", list(geo.Query{Collection: geo.Partnerships, Filter: lexicon.Filter(geo.Partnerships, "university")})},
		{"a tile of the world", tile(all, zorder.Tile{})},
		{"a tile of a country", tile(all, zorder.Tile{Z: 5, X: 24, Y: 14})},
		{"a tile of a town", tile(all, zorder.TileAt(orb.Point{100.5, 13.7}, 9))},
		{"a tile of the world, of a country", tile(geo.Query{Collection: geo.Partnerships, Lists: listed(geo.ByTakesPart, "FJI")}, zorder.Tile{})},
		{"a tile of institutions", tile(geo.Query{Collection: geo.Institutions}, zorder.Tile{})},
	} {
		b.Run(c.name, func(b *testing.B) {
			for b.Loop() {
				store.ForgetCounts()
				if err := c.ask(b.Context()); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
