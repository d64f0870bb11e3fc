package postgis

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"

	"innoatlas/geo"
	"innoatlas/geo/cql2"
)

var update = flag.Bool("update", false, "write the golden files anew")

// trees are one of each node, and the combinations that need care.
func trees() []struct {
	name       string
	collection geo.Collection
	tree       cql2.Expr
} {
	text := func(s string) cql2.Expr { return cql2.Literal{Value: cql2.TextOf(s)} }
	number := func(n float64) cql2.Expr { return cql2.Literal{Value: cql2.NumberOf(n)} }
	values := func(v ...cql2.Value) []cql2.Value { return v }
	property := func(name string) cql2.Expr { return cql2.Property(name) }
	fiji := geo.BBox{177, -19, -178, -16}.Bounds()
	f, c := geo.Facilities, geo.Countries
	return []struct {
		name       string
		collection geo.Collection
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
		{"time of change", f, cql2.Compare{Op: cql2.GreaterEqual, Left: property("updated"), Right: text("2024-01-01T00:00:00Z")}},
		{"in texts", f, cql2.In{X: property("country"), Values: values(cql2.TextOf("THA"), cql2.TextOf("LAO"))}},
		{"in numbers", f, cql2.In{X: property("id"), Values: values(cql2.NumberOf(1), cql2.NumberOf(7))}},
		{"in fractions", f, cql2.In{X: property("id"), Values: values(cql2.NumberOf(1), cql2.NumberOf(1.5))}},
		{"in nothing", f, cql2.In{X: property("country")}},
		{"in mixed types", f, cql2.In{X: property("country"), Values: values(cql2.TextOf("THA"), cql2.NumberOf(1))}},
		{"not stated", f, cql2.IsNull{X: property("established")}},
		{"without position", f, cql2.IsNull{X: property("geometry")}},
		{"nobody states that", f, cql2.IsNull{X: property("nonsense")}},
		{"overlaps", f, cql2.Overlaps{X: property("sectors"), Values: []string{"new-energy", "food"}}},
		{"overlaps with no list", f, cql2.Overlaps{X: property("name"), Values: []string{"a"}}},
		{"contains", f, cql2.Contains{X: property("search_text"), Part: `50%_\`}},
		{"contains in a number", f, cql2.Contains{X: property("id"), Part: "1"}},
		{"box across the antimeridian", f, cql2.Intersects{X: property("geometry"), Bounds: fiji}},
		{"not in a box", f, cql2.Not{X: cql2.Intersects{X: property("geometry"), Bounds: fiji[:1]}}},
		{"no box", f, cql2.Intersects{X: property("geometry")}},
		{"box on a text", f, cql2.Intersects{X: property("name"), Bounds: fiji}},
		{"outline and box", c, cql2.Intersects{X: property("geometry"), Bounds: []orb.Bound{{Min: orb.Point{100, 10}, Max: orb.Point{101, 11}}}}},
		{"country without outline", c, cql2.IsNull{X: property("geometry")}},
		{"country by count", c, cql2.Compare{Op: cql2.Greater, Left: property("facilities"), Right: number(3)}},
		{"a facility's property of a country", c, cql2.Compare{Op: cql2.Equal, Left: property("city"), Right: text("Bangkok")}},
		{"nested", f, cql2.And{
			cql2.Or{cql2.IsNull{X: property("city")}, cql2.Not{X: cql2.IsNull{X: property("admin1")}}},
			cql2.Not{X: cql2.And{cql2.Contains{X: property("name"), Part: "a"}, cql2.Contains{X: property("name"), Part: "b"}}},
		}},
	}
}

func TestWhere(t *testing.T) {
	var b strings.Builder
	for _, c := range trees() {
		s := &statement{table: tables[c.collection]}
		fmt.Fprintf(&b, "-- %s\n%s\n", c.name, s.where(c.tree))
		for i, arg := range s.args {
			fmt.Fprintf(&b, "   $%d = %v\n", i+1, arg)
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
