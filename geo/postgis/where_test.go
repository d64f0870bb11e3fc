package postgis

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5/pgtype"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/wkb"
	"github.com/paulmach/orb/encoding/wkt"

	"innoatlas/geo"
	"innoatlas/geo/cql2"
)

var update = flag.Bool("update", false, "write the golden files anew")

// bound is a tree as stores get it.
func bound(c *geo.Collection, e cql2.Expr) cql2.Expr {
	e, err := cql2.Bind(e, c.FilterSchema())
	if err != nil {
		panic(err)
	}
	return e
}

// trees are one of each node, and the combinations that need care.
func trees() []struct {
	name       string
	collection *geo.Collection
	tree       cql2.Expr
} {
	text := func(s string) cql2.Expr { return cql2.Literal{Value: cql2.TextOf(s)} }
	number := func(n float64) cql2.Expr { return cql2.Literal{Value: cql2.NumberOf(n)} }
	values := func(values ...cql2.Value) (list []cql2.Expr) {
		for _, v := range values {
			list = append(list, cql2.Literal{Value: v})
		}
		return list
	}
	property := func(name string) cql2.Expr { return cql2.Property(name) }
	list := func(l ...string) cql2.Expr { return cql2.Literal{Value: cql2.ListOf(l)} }
	shape := func(g orb.Geometry) cql2.Expr { return cql2.Literal{Value: cql2.GeometryOf(g)} }
	triangle := orb.Polygon{{{0, 0}, {2, 0}, {0, 2}, {0, 0}}}
	day := time.Date(2024, 2, 29, 0, 0, 0, 0, time.UTC)
	fiji := cql2.BBox{177, -19, -178, -16}
	f, c := geo.Facilities, geo.Countries
	return []struct {
		name       string
		collection *geo.Collection
		tree       cql2.Expr
	}{
		{"nothing", f, nil},
		{"empty and", f, cql2.And{}},
		{"empty or", f, cql2.Or{}},
		{"a bare value", f, property("name")},
		{"text equals", f, cql2.Compare{Op: cql2.Equal, Left: property("kind"), Right: text("x' OR 1=1 --")}},
		{"value on the left", f, cql2.Compare{Op: cql2.Less, Left: number(2015), Right: property("established")}},
		{"a fraction", f, cql2.Compare{Op: cql2.Greater, Left: property("established"), Right: number(2015.5)}},
		{"two properties", f, cql2.Compare{Op: cql2.NotEqual, Left: property("name"), Right: property("city")}},
		{"number and text", f, cql2.Compare{Op: cql2.Equal, Left: property("name"), Right: number(1)}},
		{"two values", f, cql2.Compare{Op: cql2.LessEqual, Left: number(1), Right: number(2)}},
		{"a list", f, cql2.Compare{Op: cql2.Equal, Left: property("sectors"), Right: property("partners")}},
		{"an operator that does not exist", f, cql2.Compare{Op: "; DROP TABLE facility", Left: property("name"), Right: text("a")}},
		{"a property that does not exist", f, cql2.Compare{Op: cql2.Equal, Left: property("1=1; --"), Right: text("a")}},
		{"a column that is no property", f, cql2.Compare{Op: cql2.Equal, Left: property("zorder"), Right: number(1)}},
		{"time of change", f, cql2.Compare{Op: cql2.GreaterEqual, Left: property("updated"), Right: cql2.Literal{Value: cql2.TimestampOf(day)}}},
		{"in texts", f, cql2.In{X: property("country"), Values: values(cql2.TextOf("THA"), cql2.TextOf("LAO"))}},
		{"in numbers", f, cql2.In{X: property("id"), Values: values(cql2.NumberOf(1), cql2.NumberOf(7))}},
		{"in fractions", f, cql2.In{X: property("id"), Values: values(cql2.NumberOf(1), cql2.NumberOf(1.5))}},
		{"in nothing", f, cql2.In{X: property("country")}},
		{"in mixed types", f, cql2.In{X: property("country"), Values: values(cql2.TextOf("THA"), cql2.NumberOf(1))}},
		{"not stated", f, cql2.IsNull{X: property("established")}},
		{"without position", f, cql2.IsNull{X: property("geometry")}},
		{"nobody states that", f, cql2.IsNull{X: property("nonsense")}},
		{"overlaps", f, cql2.ArrayPredicate{Op: cql2.AOverlaps, Left: property("sectors"), Right: cql2.Literal{Value: cql2.ListOf([]string{"new-energy", "food"})}}},
		{"overlaps with no list", f, cql2.ArrayPredicate{Op: cql2.AOverlaps, Left: property("name"), Right: cql2.Literal{Value: cql2.ListOf([]string{"a"})}}},
		{"contains", f, cql2.Contains{X: property("search_text"), Part: `50%_\`}},
		{"contains in a number", f, cql2.Contains{X: property("id"), Part: "1"}},
		{"box across the antimeridian", f, cql2.Spatial{Op: cql2.SIntersects, Left: property("geometry"), Right: fiji}},
		{"not in a box", f, cql2.Not{X: cql2.Spatial{Op: cql2.SIntersects, Left: property("geometry"), Right: cql2.BBox{177, -19, 180, -16}}}},
		{"box on a text", f, cql2.Spatial{Op: cql2.SIntersects, Left: property("name"), Right: fiji}},
		{"outline and box", c, cql2.Spatial{Op: cql2.SIntersects, Left: property("geometry"), Right: cql2.BBox{100, 10, 101, 11}}},
		{"country without outline", c, cql2.IsNull{X: property("geometry")}},
		{"country by count", c, cql2.Compare{Op: cql2.Greater, Left: property("facilities"), Right: number(3)}},
		{"a facility's property of a country", c, cql2.Compare{Op: cql2.Equal, Left: property("city"), Right: text("Bangkok")}},
		{"between", f, cql2.Between{X: property("established"), Low: number(1999), High: number(2010.5)}},
		{"like", f, cql2.Like{X: property("name"), Pattern: text(`50\% _f%`)}},
		{"like, with a backslash at the end", f, cql2.Like{X: property("name"), Pattern: text(`a\\\`)}},
		{"without case and accents", f, cql2.Like{X: cql2.AccentI{X: cql2.CaseI{X: property("city")}}, Pattern: text("ha noi%")}},
		{"in with a property", f, cql2.In{X: property("name"), Values: []cql2.Expr{text("a"), property("name_zh"), text("b")}}},
		{"a boolean", f, cql2.Literal{Value: cql2.BoolOf(false)}},
		{"arithmetic", f, cql2.Compare{Op: cql2.Greater, Left: cql2.Arithmetic{Op: cql2.Over, Left: property("id"), Right: property("established")}, Right: number(2)}},
		{"not computable", f, cql2.IsNull{X: cql2.Arithmetic{Op: cql2.Modulo, Left: number(1), Right: property("established")}}},
		{"an operator of arithmetic that does not exist", f,
			cql2.Compare{Op: cql2.Equal, Left: property("id"), Right: cql2.Arithmetic{Op: "||", Left: property("id"), Right: number(1)}}},
		{"contains all of a list", f, cql2.ArrayPredicate{Op: cql2.AContains, Left: property("sectors"), Right: list("food", "new-energy")}},
		{"is contained by a list", f, cql2.ArrayPredicate{Op: cql2.AContainedBy, Left: list("food"), Right: property("sectors")}},
		{"the same lists", c, cql2.ArrayPredicate{Op: cql2.AEquals, Left: property("sectors"), Right: property("kinds")}},
		{"an empty list", f, cql2.ArrayPredicate{Op: cql2.AContainedBy, Left: property("sectors"), Right: cql2.Literal{Value: cql2.Value{Type: cql2.List}}}},
		{"a list with a property", f, cql2.ArrayPredicate{Op: cql2.AContains, Left: property("sectors"), Right: cql2.Array{property("kind"), text("food")}}},
		{"changed on a day", f, cql2.Temporal{Op: cql2.TDuring, Left: property("updated"), Right: cql2.Literal{Value: cql2.DateOf(day)}}},
		{"changed after an instant", f, cql2.Temporal{Op: cql2.TAfter, Left: property("updated"), Right: cql2.Literal{Value: cql2.TimestampOf(day)}}},
		{"an open interval", f, cql2.Temporal{Op: cql2.TIntersects, Left: cql2.Interval{Start: property("updated")},
			Right: cql2.Literal{Value: cql2.Value{Type: cql2.Span, Time: cql2.Always, End: day.UnixMicro()}}}},
		{"in a triangle", f, cql2.Spatial{Op: cql2.SIntersects, Left: property("geometry"), Right: shape(triangle)}},
		{"not in a triangle", f, cql2.Not{X: cql2.Spatial{Op: cql2.SWithin, Left: property("geometry"), Right: shape(triangle)}}},
		{"a triangle contains", f, cql2.Spatial{Op: cql2.SContains, Left: shape(triangle), Right: property("geometry")}},
		{"on an edge", f, cql2.Spatial{Op: cql2.STouches, Left: property("geometry"), Right: shape(triangle)}},
		{"on a line", f, cql2.Spatial{Op: cql2.SIntersects, Left: property("geometry"), Right: shape(orb.LineString{{0, 0}, {1, 1}})}},
		{"apart from a collection", f, cql2.Spatial{Op: cql2.SDisjoint, Left: property("geometry"), Right: shape(orb.Collection{orb.Point{1, 2}, triangle})}},
		{"inside a box", f, bound(f, cql2.Spatial{Op: cql2.SWithin, Left: property("geometry"), Right: fiji})},
		{"apart from a box", f, cql2.Spatial{Op: cql2.SDisjoint, Left: property("geometry"), Right: fiji}},
		{"outlines that a line crosses", c, cql2.Spatial{Op: cql2.SCrosses, Left: shape(orb.LineString{{0, 0}, {1, 1}}), Right: property("geometry")}},
		{"itself", f, cql2.Spatial{Op: cql2.SEquals, Left: property("geometry"), Right: property("geometry")}},
		{"a predicate that does not exist", f, cql2.Spatial{Op: "version(); --", Left: property("geometry"), Right: fiji}},
		{"nested", f, cql2.And{
			cql2.Or{cql2.IsNull{X: property("city")}, cql2.Not{X: cql2.IsNull{X: property("admin1")}}},
			cql2.Not{X: cql2.And{cql2.Contains{X: property("name"), Part: "a"}, cql2.Contains{X: property("name"), Part: "b"}}},
		}},
	}
}

func TestWhere(t *testing.T) {
	var b strings.Builder
	for _, c := range trees() {
		s := &statement{table: tableOf(c.collection)}
		fmt.Fprintf(&b, "-- %s\n%s\n", c.name, s.where(c.tree))
		for i, arg := range s.args {
			fmt.Fprintf(&b, "   $%d = %s\n", i+1, show(arg))
		}
	}
	golden := filepath.Join("testdata", "where.golden.sql")
	if *update {
		if err := os.WriteFile(golden, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(string(want), b.String()); d != "" {
		t.Errorf("where.golden.sql differs; run go test ./geo/postgis -run TestWhere -update and read the diff:\n%s", d)
	}
}

// show prints a parameter, and a geometry as well-known text.
func show(arg any) string {
	switch arg := arg.(type) {
	case []byte:
		g, err := wkb.Unmarshal(arg)
		if err != nil {
			return err.Error()
		}
		return wkt.MarshalString(g)
	case time.Time:
		return arg.Format(time.RFC3339Nano)
	case pgtype.Timestamptz:
		return arg.InfinityModifier.String()
	}
	return fmt.Sprint(arg)
}
