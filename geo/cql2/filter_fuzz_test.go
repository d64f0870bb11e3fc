package cql2_test

import (
	"testing"

	"github.com/paulmach/orb"

	"innoatlas/geo/cql2"
)

// filters are seeds: each predicate, and what Bind does something with.
var filters = []string{
	"year = 1 OR NOT (year <> 1 AND city >= 'b') OR flag",
	`name LIKE '%a_\%' OR CASEI(name) IN ('x', ACCENTI('É'))`,
	"year BETWEEN 1 AND year ^ 2 * 3 div 4 % 5 - -1 / 0",
	"day < DATE('1969-12-31') AND updated >= TIMESTAMP('0000-01-01T00:00:00.000001Z')",
	"T_DURING(updated, INTERVAL('2020-01-01', '..')) AND T_MEETS(INTERVAL('..', day), updated)",
	"A_CONTAINS(sectors, ('food', 5, TRUE, DATE('2020-01-01'), name)) OR A_OVERLAPS((), sectors)",
	"S_INTERSECTS(geometry, BBOX(170,-5,-170,5)) AND NOT S_DISJOINT(BBOX(0,0,1,1), geometry)",
	"S_WITHIN(geometry, POLYGON((0 0,5 0,5 5,0 0))) OR S_TOUCHES(geometry, BBOX(180,0,-170,0))",
	"S_EQUALS(geometry, MULTIPOINT(1 2, 3 4)) OR S_CROSSES(geometry, MULTILINESTRING((0 0, 4 1),(1 1,2 2)))",
	"S_INTERSECTS(GEOMETRYCOLLECTION(POINT(1 2), LINESTRING(0 0, 1 1)), geometry)",
	"S_CONTAINS(geometry, POINT(1 1)) AND S_OVERLAPS(geometry, MULTIPOLYGON(((0 0,5 0,5 5,0 0))))",
	"(year = 1) = TRUE AND year + 1 IS NOT NULL AND (flag) <> FALSE",
	"city IN ('a','b','c','d','e','f','g','h','i','j','k','l','m','n','o','p','q')",
}

// rows state everything, with a geometry of each kind, or nothing.
var rows = func() []row {
	list := []row{{}}
	for _, g := range []orb.Geometry{
		orb.Point{1, 1}, orb.MultiPoint{{1, 2}, {3, 4}}, orb.LineString{{0, 0}, {5, 5}}, orb.Polygon{{{0, 0}, {5, 0}, {5, 5}, {0, 0}}},
		orb.MultiPolygon{{{{0, 0}, {5, 0}, {5, 5}, {0, 0}}}, {{{170, 0}, {180, 0}, {180, 5}, {170, 0}}}},
	} {
		list = append(list, row{
			"name": cql2.TextOf("Viện Rice 1%"), "city": cql2.TextOf("b"), "year": cql2.NumberOf(2015), "flag": cql2.BoolOf(true),
			"day": cql2.Value{Type: cql2.Date}, "updated": cql2.Value{Type: cql2.Timestamp, Time: 5},
			"sectors": cql2.ListOf([]string{"food", "\uffff5"}), "geometry": cql2.GeometryOf(g),
		})
	}
	return list
}()

// FuzzFilter takes a filter through Bind and Eval. Nothing ends the program, no message
// is long, and Bind changes the meaning of nothing.
func FuzzFilter(f *testing.F) {
	for _, s := range filters {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		e, err := cql2.ParseText(s)
		if err != nil {
			return
		}
		bound, err := cql2.Bind(e, schema)
		if err != nil {
			if len(err.Error()) > 1200 {
				t.Errorf("a message of %d bytes: %v", len(err.Error()), err)
			}
			return
		}
		cql2.FormatJSON(bound)
		for i, r := range rows {
			got := cql2.Eval(bound, r)
			if before := cql2.Eval(e, r); before != got {
				t.Errorf("%s, row %d: %v, bound as %s: %v", s, i, before, cql2.FormatText(bound), got)
			}
			if not := cql2.Eval(cql2.Not{X: bound}, r); not != -got {
				t.Errorf("%s, row %d: %v, its negation: %v", s, i, got, not)
			}
		}
	})
}
