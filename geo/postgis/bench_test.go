package postgis_test

import (
	"testing"

	"innoatlas/geo"
	"innoatlas/geo/cql2"
	"innoatlas/geo/storetest"
)

// benchmarkSize is that of the largest public data set the project is tried on.
const benchmarkSize = 50_000

func BenchmarkStore(b *testing.B) {
	store := fill(b, storetest.Generated(benchmarkSize))
	facilities := func(limit int, filter cql2.Expr, lists ...geo.List) geo.Query {
		return geo.Query{Collection: geo.Facilities, Limit: limit, Filter: filter, Lists: lists}
	}
	lao := geo.List{Dimension: geo.ByCountry, Values: []string{"LAO"}}
	town := geo.BBox{98.5, 18.5, 99.5, 19.5}.Filter()
	queries := []struct {
		name string
		geo.Query
	}{
		{"all", facilities(10, nil)},
		{"country", facilities(100, nil, lao)},
		{"box", facilities(100, town)},
		{"words", facilities(100, geo.SearchFilter("bangkok chula"))},
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
