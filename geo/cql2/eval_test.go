package cql2_test

import (
	"fmt"
	"testing"

	"github.com/paulmach/orb"
	"pgregory.net/rapid"

	"innoatlas/geo/cql2"
)

// row is a record of whatever properties a case needs.
type row map[string]cql2.Value

func (r row) Value(property string) cql2.Value { return r[property] }

// A predicate of each truth value.
var (
	yes     = cql2.IsNull{X: cql2.Property("nothing")}
	no      = cql2.Not{X: yes}
	unknown = cql2.Contains{X: cql2.Property("nothing"), Part: "a"}
	of      = map[cql2.Truth]cql2.Expr{cql2.True: yes, cql2.False: no, cql2.Unknown: unknown}
)

// The tables of three-valued logic (OGC 21-065r2, as in SQL).
func TestLogic(t *testing.T) {
	const F, U, T = cql2.False, cql2.Unknown, cql2.True
	cases := []struct{ a, b, and, or cql2.Truth }{
		{T, T, T, T}, {T, F, F, T}, {T, U, U, T},
		{F, T, F, T}, {F, F, F, F}, {F, U, F, U},
		{U, T, U, T}, {U, F, F, U}, {U, U, U, U},
	}
	for _, c := range cases {
		if got := cql2.Eval(cql2.And{of[c.a], of[c.b]}, row{}); got != c.and {
			t.Errorf("%v AND %v = %v, want %v", c.a, c.b, got, c.and)
		}
		if got := cql2.Eval(cql2.Or{of[c.a], of[c.b]}, row{}); got != c.or {
			t.Errorf("%v OR %v = %v, want %v", c.a, c.b, got, c.or)
		}
	}
	for a, want := range map[cql2.Truth]cql2.Truth{T: F, F: T, U: U} {
		if got := cql2.Eval(cql2.Not{X: of[a]}, row{}); got != want {
			t.Errorf("NOT %v = %v, want %v", a, got, want)
		}
	}
}

func TestEvalOfNothing(t *testing.T) {
	cases := map[string]struct {
		e    cql2.Expr
		want cql2.Truth
	}{
		"no filter keeps all":        {nil, cql2.True},
		"an empty And is true":       {cql2.And{}, cql2.True},
		"an empty Or is false":       {cql2.Or{}, cql2.False},
		"a bare property":            {cql2.Property("a"), cql2.Unknown},
		"a bare literal":             {cql2.Literal{Value: cql2.NumberOf(1)}, cql2.Unknown},
		"an operator that is none":   {cql2.Compare{Op: "~", Left: literal(1.0), Right: literal(1.0)}, cql2.Unknown},
		"a predicate is a boolean":   {cql2.IsNull{X: yes}, cql2.False},
		"In with no values is false": {cql2.In{X: literal("a")}, cql2.False},
		"not a point in a box": {cql2.Not{X: cql2.Spatial{Op: cql2.SIntersects, Left: cql2.Literal{Value: cql2.GeometryOf(orb.Point{})},
			Right: cql2.BBox{-1, -1, 1, 1}}}, cql2.False},
		"no values overlap": {cql2.ArrayPredicate{Op: cql2.AOverlaps, Left: cql2.Literal{Value: cql2.ListOf([]string{"a"})},
			Right: cql2.Literal{Value: cql2.ListOf([]string{"b"})}}, cql2.False},
		"every text contains nothing": {cql2.Contains{X: literal("a")}, cql2.True},
	}
	for name, c := range cases {
		if got := cql2.Eval(c.e, row{}); got != c.want {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}

// literal is a number, a text, or null for nil.
func literal(v any) cql2.Literal {
	switch v := v.(type) {
	case float64:
		return cql2.Literal{Value: cql2.NumberOf(v)}
	case string:
		return cql2.Literal{Value: cql2.TextOf(v)}
	}
	return cql2.Literal{}
}

func TestCompare(t *testing.T) {
	const F, U, T = cql2.False, cql2.Unknown, cql2.True
	ops := []cql2.Op{cql2.Equal, cql2.NotEqual, cql2.Less, cql2.LessEqual, cql2.Greater, cql2.GreaterEqual}
	cases := map[string]struct {
		a, b any
		want [6]cql2.Truth // in the order of ops
	}{
		"less":                          {1.0, 2.0, [6]cql2.Truth{F, T, T, T, F, F}},
		"equal":                         {2.0, 2.0, [6]cql2.Truth{T, F, F, T, F, T}},
		"greater":                       {2.0, -2.0, [6]cql2.Truth{F, T, F, F, T, T}},
		"texts by bytes, capital first": {"Z", "a", [6]cql2.Truth{F, T, T, T, F, F}},
		"texts by code points":          {"\uffff", "\U00010000", [6]cql2.Truth{F, T, T, T, F, F}},
		"a start is less":               {"ab", "abc", [6]cql2.Truth{F, T, T, T, F, F}},
		"equal texts":                   {"é", "é", [6]cql2.Truth{T, F, F, T, F, T}},
		"composed and decomposed":       {"e\u0301", "\u00e9", [6]cql2.Truth{F, T, T, T, F, F}},
		"null on the left":              {nil, 1.0, [6]cql2.Truth{U, U, U, U, U, U}},
		"null on the right":             {"a", nil, [6]cql2.Truth{U, U, U, U, U, U}},
		"two nulls":                     {nil, nil, [6]cql2.Truth{U, U, U, U, U, U}},
		"two types":                     {"1", 1.0, [6]cql2.Truth{U, U, U, U, U, U}},
	}
	for name, c := range cases {
		for i, op := range ops {
			e := cql2.Compare{Op: op, Left: literal(c.a), Right: literal(c.b)}
			if got := cql2.Eval(e, row{}); got != c.want[i] {
				t.Errorf("%s: %v %s %v = %v, want %v", name, c.a, op, c.b, got, c.want[i])
			}
		}
	}
}

func TestPredicates(t *testing.T) {
	const F, U, T = cql2.False, cql2.Unknown, cql2.True
	record := row{
		"name": cql2.TextOf("rice park"), "year": cql2.NumberOf(2015), "sectors": cql2.ListOf([]string{"rice", "maize"}),
		"empty": cql2.TextOf(""), "none": cql2.ListOf(nil), "geometry": cql2.GeometryOf(orb.Point{102.6, 17.97}),
	}
	in := func(property string, values ...any) cql2.In {
		list := cql2.In{X: cql2.Property(property)}
		for _, v := range values {
			list.Values = append(list.Values, literal(v))
		}
		return list
	}
	overlaps := func(property string, values ...string) cql2.ArrayPredicate {
		return cql2.ArrayPredicate{Op: cql2.AOverlaps, Left: cql2.Property(property), Right: cql2.Literal{Value: cql2.ListOf(values)}}
	}
	contains := func(property, part string) cql2.Contains {
		return cql2.Contains{X: cql2.Property(property), Part: part}
	}
	isNull := func(property string) cql2.IsNull { return cql2.IsNull{X: cql2.Property(property)} }
	meets := func(property string) cql2.Spatial {
		return cql2.Spatial{Op: cql2.SIntersects, Left: cql2.Property(property), Right: cql2.BBox{102, 17, 103, 18}}
	}
	cases := map[string]struct {
		e    cql2.Expr
		want cql2.Truth
	}{
		"in, a number":                        {in("year", 2014.0, 2015.0), T},
		"in, a text":                          {in("name", "rice park"), T},
		"in, not there":                       {in("year", 2014.0), F},
		"in, another type":                    {in("year", "2015"), U},
		"in, another type beside the match":   {in("year", "2015", 2015.0), T},
		"in, another type beside no match":    {in("year", "2015", 2014.0), U},
		"in, not stated":                      {in("city", "Vientiane"), U},
		"in, a null among the values":         {in("year", nil, 2014.0), U},
		"in, a null beside the match":         {in("year", nil, 2015.0), T},
		"is null, not stated":                 {isNull("city"), T},
		"is null, an empty text":              {isNull("empty"), T},
		"is null, an empty list":              {isNull("none"), T},
		"is null, a text":                     {isNull("name"), F},
		"is null, a list":                     {isNull("sectors"), F},
		"is null, a geometry":                 {isNull("geometry"), F},
		"overlaps, one shared":                {overlaps("sectors", "fish", "maize"), T},
		"overlaps, none shared":               {overlaps("sectors", "fish"), F},
		"overlaps, a part of a value":         {overlaps("sectors", "ric"), F},
		"overlaps, not stated":                {overlaps("none", "rice"), U},
		"overlaps, no list":                   {overlaps("name", "rice park"), U},
		"contains":                            {contains("name", "ce pa"), T},
		"contains, not there":                 {contains("name", "Rice"), F},
		"contains, not stated":                {contains("city", "a"), U},
		"contains, no text":                   {contains("year", "2"), U},
		"intersects":                          {meets("geometry"), T},
		"intersects, not stated":              {meets("nowhere"), U},
		"intersects, no geometry":             {meets("name"), U},
		"not in, not stated":                  {cql2.Not{X: in("city", "Vientiane")}, U},
		"not overlaps, not stated":            {cql2.Not{X: overlaps("none", "rice")}, U},
		"unknown or null: the list idiom":     {cql2.Or{overlaps("none", "rice"), isNull("none")}, T},
		"unknown and false is false":          {cql2.And{contains("city", "a"), in("year", 1.0)}, F},
		"a tree of several levels, unknown":   {cql2.And{cql2.Or{meets("nowhere"), contains("name", "x")}, isNull("city")}, U},
		"a tree of several levels, decided":   {cql2.Not{X: cql2.And{cql2.Not{X: isNull("name")}, cql2.Or{in("year", 2015.0), unknown}}}, F},
		"unknown twice negated stays unknown": {cql2.Not{X: cql2.Not{X: unknown}}, U},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			if got := cql2.Eval(c.e, record); got != c.want {
				t.Errorf("%v, want %v", got, c.want)
			}
		})
	}
}

func TestIntersects(t *testing.T) {
	box := cql2.BBox{10, 10, 20, 20}
	fiji := cql2.BBox{177, -19, -178, -16}
	square := func(x0, y0, x1, y1 float64) orb.Polygon {
		return orb.Polygon{{{x0, y0}, {x1, y0}, {x1, y1}, {x0, y1}, {x0, y0}}}
	}
	annulus := orb.Polygon{square(0, 0, 30, 30)[0], {{5, 5}, {5, 25}, {25, 25}, {25, 5}, {5, 5}}}
	triangle := orb.Polygon{{{0, 0}, {30, 0}, {0, 30}, {0, 0}}} // its bound holds the corner (30, 30), the triangle does not
	cases := map[string]struct {
		g    orb.Geometry
		box  cql2.BBox
		want bool
	}{
		"a point inside":                       {orb.Point{15, 15}, box, true},
		"a point on the edge":                  {orb.Point{10, 15}, box, true},
		"a point on the corner":                {orb.Point{20, 20}, box, true},
		"a point just outside":                 {orb.Point{20.0000001, 15}, box, false},
		"a point, the second box":              {orb.Point{-179, -17}, fiji, true},
		"a point, neither box":                 {orb.Point{0, -17}, fiji, false},
		"a point on a box without width":       {orb.Point{10, 15}, cql2.BBox{10, 10, 10, 20}, true},
		"a polygon inside":                     {orb.MultiPolygon{square(12, 12, 13, 13)}, box, true},
		"a polygon around":                     {orb.MultiPolygon{square(0, 0, 30, 30)}, box, true},
		"a polygon across":                     {orb.MultiPolygon{square(0, 14, 30, 16)}, box, true},
		"a polygon that shares an edge":        {orb.MultiPolygon{square(20, 10, 30, 20)}, box, true},
		"a polygon that shares a corner":       {orb.MultiPolygon{square(20, 20, 30, 30)}, box, true},
		"a polygon beside":                     {orb.MultiPolygon{square(21, 10, 30, 20)}, box, false},
		"the box is in the hole":               {orb.MultiPolygon{annulus}, box, false},
		"a part beside, a part inside":         {orb.MultiPolygon{square(40, 40, 50, 50), square(12, 12, 13, 13)}, box, true},
		"bounds meet, shapes do not":           {orb.MultiPolygon{triangle}, cql2.BBox{20, 20, 29, 29}, false},
		"the box is a point inside":            {orb.MultiPolygon{triangle}, cql2.BBox{5, 5, 5, 5}, true},
		"the box is a point on the edge":       {orb.MultiPolygon{triangle}, cql2.BBox{15, 15, 15, 15}, true},
		"the box is a line past the edge":      {orb.MultiPolygon{triangle}, cql2.BBox{16, 16, 16, 29}, false},
		"a polygon, only the second box":       {orb.MultiPolygon{square(-179.5, -18, -179, -17)}, fiji, true},
		"a line, as CQL2 may bring":            {orb.LineString{{0, 0}, {30, 30}}, box, true},
		"a line whose bound meets and no more": {orb.LineString{{0, 15}, {15, 30}}, cql2.BBox{10, 10, 14, 20}, false},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			e := cql2.Spatial{Op: cql2.SIntersects, Left: cql2.Literal{Value: cql2.GeometryOf(c.g)}, Right: c.box}
			if got := cql2.Eval(e, row{}); got != truth(c.want) {
				t.Errorf("%v, want %v", got, c.want)
			}
		})
	}
}

func truth(b bool) cql2.Truth {
	if b {
		return cql2.True
	}
	return cql2.False
}

// The laws of the logic hold for any tree: De Morgan's, and that a tree and its
// negation never hold for one record.
func TestLaws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := tree(t, 3), tree(t, 3)
		and, or := cql2.Eval(cql2.Not{X: cql2.And{a, b}}, row{}), cql2.Eval(cql2.Or{cql2.Not{X: a}, cql2.Not{X: b}}, row{})
		if and != or {
			t.Fatalf("not (%v and %v) = %v, not the one or not the other = %v", a, b, and, or)
		}
		if cql2.Eval(a, row{}) == cql2.True && cql2.Eval(cql2.Not{X: a}, row{}) == cql2.True {
			t.Fatalf("%v holds, and so does its negation", a)
		}
		if once, twice := cql2.Eval(cql2.And{a, b}, row{}), cql2.Eval(cql2.And{b, a, b}, row{}); once != twice {
			t.Fatalf("the order or number of parts matters: %v, %v", once, twice)
		}
	})
}

func tree(t *rapid.T, depth int) cql2.Expr {
	leaf := depth == 0 || rapid.Bool().Draw(t, "leaf")
	if leaf {
		return of[rapid.SampledFrom([]cql2.Truth{cql2.False, cql2.Unknown, cql2.True}).Draw(t, "truth")]
	}
	switch rapid.IntRange(0, 2).Draw(t, "node") {
	case 0:
		return cql2.Not{X: tree(t, depth-1)}
	case 1:
		return cql2.And{tree(t, depth-1), tree(t, depth-1)}
	}
	return cql2.Or{tree(t, depth-1), tree(t, depth-1)}
}

// A point in a box is a matter of four comparisons, whatever way the geometry is
// looked at: as a point, or as a line of no length.
func FuzzIntersects(f *testing.F) {
	f.Add(15.0, 15.0, 10.0, 10.0, 20.0, 20.0)
	f.Add(10.0, 20.0, 10.0, 10.0, 10.0, 20.0)
	f.Add(180.0, -90.0, -180.0, -90.0, 180.0, 90.0)
	f.Fuzz(func(t *testing.T, x, y, west, south, east, north float64) {
		for _, degrees := range []float64{x, y, west, south, east, north} {
			if !(degrees >= -180 && degrees <= 180) {
				return
			}
		}
		if west > east || south > north {
			return
		}
		box := cql2.BBox{west, south, east, north}
		want := truth(x >= west && x <= east && y >= south && y <= north)
		for _, g := range []orb.Geometry{orb.Point{x, y}, orb.MultiPoint{{x, y}}} {
			e := cql2.Spatial{Op: cql2.SIntersects, Left: cql2.Literal{Value: cql2.GeometryOf(g)}, Right: box}
			if got := cql2.Eval(e, row{}); got != want {
				t.Errorf("%v meets %v: %v, want %v", fmt.Sprint(g), box, got, want)
			}
		}
	})
}
