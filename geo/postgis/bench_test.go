package postgis_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/paulmach/orb"

	"innoatlas/geo"
	"innoatlas/geo/cql2"
	"innoatlas/geo/storetest"
	"innoatlas/geo/zorder"
)

// benchmarkSize is that of the largest public data set the project is tried on.
const benchmarkSize = 50_000

func BenchmarkStore(b *testing.B) {
	store := fill(b, storetest.Generated(benchmarkSize))
	facilities := func(limit int, filter cql2.Expr, lists ...geo.List) geo.Query {
		return geo.Query{Collection: geo.Facilities, Limit: limit, Filter: filter, Lists: lists}
	}
	lao := geo.List{Dimension: geo.ByCountry, Values: []string{"LAO"}}
	name, geometry, id := cql2.Property("name"), cql2.Property("geometry"), cql2.Property("id")
	number := func(n float64) cql2.Expr { return cql2.Literal{Value: cql2.NumberOf(n)} }
	like := func(x cql2.Expr, pattern string) cql2.Expr {
		return cql2.Like{X: x, Pattern: cql2.Literal{Value: cql2.TextOf(pattern)}}
	}
	ring := make(orb.Ring, 500)
	for i := range ring[:len(ring)-1] {
		sin, cos := math.Sincos(float64(i) * 2 * math.Pi / float64(len(ring)-1))
		ring[i] = orb.Point{98.98 + cos, 18.79 + sin}
	}
	ring[len(ring)-1] = ring[0]
	town := geo.BBox{98.5, 18.5, 99.5, 19.5}.Filter()
	queries := []struct {
		name string
		geo.Query
	}{
		{"all", facilities(10, nil)},
		{"country", facilities(100, nil, lao)},
		{"box", facilities(100, town)},
		{"words", facilities(100, geo.SearchFilter("bangkok chula"))},
		{"without case", facilities(100, like(cql2.CaseI{X: name}, "%bio-medicine%"))},
		{"without case and accents", facilities(100, like(cql2.AccentI{X: cql2.CaseI{X: name}}, "%muller%"))},
		{"arithmetic", facilities(100, cql2.Compare{Op: cql2.Equal, Left: cql2.Arithmetic{Op: cql2.Modulo, Left: id, Right: number(7)}, Right: number(3)})},
		{"in a polygon of 500 corners", facilities(100, cql2.Spatial{Op: cql2.SIntersects, Left: geometry, Right: cql2.Literal{Value: cql2.GeometryOf(orb.Polygon{ring})}})},
		{"page of 1000", facilities(1000, nil)},
		{"countries", geo.Query{Collection: geo.Countries, Limit: 1000}},
	}
	b.Run("Get", func(b *testing.B) {
		for b.Loop() {
			if _, err := store.Get(b.Context(), geo.Facilities, geo.Ref{Slug: "gen-1000"}); err != nil {
				b.Fatal(err)
			}
		}
	})
	for _, q := range queries {
		b.Run("List/"+q.name, func(b *testing.B) {
			for b.Loop() {
				if _, err := store.List(b.Context(), q.Query); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	for _, zoom := range []int{0, 4, geo.DetailZoom, 14} {
		tile := zorder.TileAt(orb.Point{98.98, 18.79}, zoom)
		b.Run(fmt.Sprintf("Tile/zoom %d", zoom), func(b *testing.B) {
			for b.Loop() {
				if _, err := store.Tile(b.Context(), facilities(0, nil), tile); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	for _, q := range queries[:3] {
		b.Run("Facets/"+q.name, func(b *testing.B) {
			for b.Loop() {
				if _, err := store.Facets(b.Context(), q.Query); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run("Clusters/"+q.name, func(b *testing.B) {
			for b.Loop() {
				if _, err := store.Clusters(b.Context(), q.Query, 4); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
