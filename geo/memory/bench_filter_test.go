package memory_test

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/paulmach/orb"

	"innoatlas/geo"
	"innoatlas/geo/cql2"
	"innoatlas/geo/memory"
	"innoatlas/geo/zorder"
)

func text(s string) cql2.Expr { return cql2.Literal{Value: cql2.TextOf(s)} }

func number(n float64) cql2.Expr { return cql2.Literal{Value: cql2.NumberOf(n)} }

// isUniversity is casei(name) LIKE '%university%'.
var isUniversity = cql2.Like{X: cql2.CaseI{X: cql2.Property("name")}, Pattern: cql2.CaseI{X: text("%university%")}}

// inEurope has a polygon of a thousand corners.
func inEurope() cql2.Expr {
	const corners = 1000
	ring := make(orb.Ring, corners+1)
	for i := range ring {
		turn := 2 * math.Pi * float64(i%corners) / corners
		size := 1 + 0.1*math.Sin(37*turn)
		ring[i] = orb.Point{15 + 25*size*math.Cos(turn), 50 + 15*size*math.Sin(turn)}
	}
	return cql2.Spatial{Op: cql2.SIntersects, Left: cql2.Property("geometry"), Right: cql2.Literal{Value: cql2.GeometryOf(orb.Polygon{ring})}}
}

// bound is a filter as a store gets it: its constants are computed.
func bound(b *testing.B, filter cql2.Expr) cql2.Expr {
	e, err := cql2.Bind(filter, geo.Facilities.FilterType)
	if err != nil {
		b.Fatal(err)
	}
	return e
}

// BenchmarkFilter is the first answer and the ones after it.
func BenchmarkFilter(b *testing.B) {
	store := millionStore()
	for _, bb := range []struct {
		name   string
		lists  []geo.List
		filter cql2.Expr
	}{
		{"q, a word", nil, geo.SearchFilter("institute")},
		{"q, a rare word", nil, geo.SearchFilter("123456")},
		{"q, two words", nil, geo.SearchFilter("institute national")},
		{"q within lists", filtered, geo.SearchFilter("institute")},
		{"a pattern of names", nil, isUniversity},
		{"no pattern of names", nil, cql2.Not{X: isUniversity}},
		{"a pattern of names within lists", filtered, isUniversity},
		{"arithmetic with the year", nil, cql2.Compare{Op: cql2.Equal, Left: cql2.Arithmetic{Op: cql2.Modulo, Left: cql2.Property("established"), Right: number(10)},
			Right: number(0)}},
		{"arithmetic with the id", nil, cql2.Compare{Op: cql2.Equal, Left: cql2.Arithmetic{Op: cql2.Modulo, Left: cql2.Property("id"), Right: number(10)}, Right: number(0)}},
		{"a polygon of 1000 corners", nil, inEurope()},
		{"partners", nil, cql2.ArrayPredicate{Op: cql2.AContains, Left: cql2.Property("partners"), Right: cql2.Literal{Value: cql2.ListOf([]string{"WorldFish"})}}},
		{"a town", nil, cql2.Compare{Op: cql2.Equal, Left: cql2.Property("city"), Right: text("Town 77")}},
	} {
		query := geo.Query{Collection: geo.Facilities, Lists: bb.lists, Filter: bb.filter, Limit: 10}
		if !strings.HasPrefix(bb.name, "q") { // for which CQL2 has no form
			query.Filter = bound(b, bb.filter)
		}
		ask := func(b *testing.B) {
			page, err := store.List(b.Context(), query)
			if err != nil {
				b.Fatal(err)
			}
			b.ReportMetric(float64(page.Matched), "matched")
		}
		b.Run(bb.name+"/first", func(b *testing.B) {
			for b.Loop() {
				store.Forget()
				ask(b)
			}
			reportCall(b)
		})
		b.Run(bb.name+"/again", func(b *testing.B) {
			for b.Loop() {
				ask(b)
			}
			reportCall(b)
		})
	}
}

// BenchmarkTile asks for the tile with the densest place of a query at each zoom.
func BenchmarkTile(b *testing.B) {
	store := millionStore()
	everyCountry := geo.List{Dimension: geo.ByCountry, Values: []string{""}}
	for _, c := range millionRows().Countries {
		everyCountry.Values = append(everyCountry.Values, c.Code)
	}
	everyList := []geo.List{
		everyCountry,
		{Dimension: geo.ByKind, Values: organisationKinds[1:]},
		{Dimension: geo.BySector, Values: organisationKinds[1:]},
		{Dimension: geo.ByStatus, Values: []string{"unknown", "operating"}},
		{Dimension: geo.ByPrecision, Values: []string{"city", "site"}},
	}
	for _, bb := range []struct {
		name   string
		query  geo.Query
		states []string
	}{
		{"unfiltered", geo.Query{}, []string{"first"}},
		{"country and kind", geo.Query{Lists: filtered}, []string{"first"}},
		{"long lists of all dimensions", geo.Query{Lists: everyList}, []string{"first"}},
		{"box and years", geo.Query{Filter: cql2.And{geo.BBox{-60, -50, 150, 60}.Filter(), geo.Years{From: 1990, To: 2010}.Filter()}}, []string{"first"}},
		{"q", geo.Query{Filter: geo.SearchFilter("institute")}, []string{"first", "again"}},
		{"pattern of names", geo.Query{Filter: bound(b, isUniversity)}, []string{"first", "again"}},
		{"polygon", geo.Query{Filter: bound(b, inEurope())}, []string{"first", "again"}},
	} {
		bb.query.Collection = geo.Facilities
		dense := densestPlace(b, store, bb.query)
		for _, z := range []int{0, 5, 9, 10, 14} {
			for _, state := range bb.states {
				b.Run(fmt.Sprintf("%s/z=%d/%s", bb.name, z, state), func(b *testing.B) {
					var tile geo.Tile
					for b.Loop() {
						if state == "first" {
							store.Forget()
						}
						var err error
						if tile, err = store.Tile(b.Context(), bb.query, zorder.TileAt(dense, z)); err != nil {
							b.Fatal(err)
						}
					}
					reportCall(b)
					b.ReportMetric(float64(len(tile.Clusters)+len(tile.Facilities)), "features")
				})
			}
		}
	}
}

// densestPlace is in the cell that has the most of what matches.
func densestPlace(b *testing.B, store *memory.Store, q geo.Query) orb.Point {
	found, err := store.Clusters(b.Context(), q, 5)
	if err != nil {
		b.Fatal(err)
	}
	return slices.MaxFunc(found.Clusters, func(a, b geo.Cluster) int { return cmp.Compare(a.Count, b.Count) }).Position
}
