package cql2_test

import (
	"math"
	"strings"
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/wkb"
	"github.com/peterstace/simplefeatures/geom"
	"pgregory.net/rapid"

	"innoatlas/geo/cql2"
)

// spatialOps are the predicates, each with the patterns of DE-9IM that say the same
// where the dimensions are those of the tests (OGC 06-103r4, 6.1.15.3).
var spatialOps = map[cql2.SpatialOp][]string{
	cql2.SIntersects: {"T********", "*T*******", "***T*****", "****T****"},
	cql2.SDisjoint:   {"FF*FF****"},
	cql2.SEquals:     {"T*F**FFF*"},
	cql2.STouches:    {"FT*******", "F**T*****", "F***T****"},
	cql2.SWithin:     {"T*F**F***"},
	cql2.SContains:   {"T*****FF*"},
}

func TestSpatial(t *testing.T) {
	const (
		point     = "POINT(5 5)"
		corner    = "POINT(0 0)"
		square    = "POLYGON((0 0,10 0,10 10,0 10,0 0))"
		annulus   = "POLYGON((0 0,10 0,10 10,0 10,0 0),(4 4,6 4,6 6,4 6,4 4))"
		neighbour = "POLYGON((10 0,20 0,20 10,10 10,10 0))"
		shifted   = "POLYGON((5 0,15 0,15 10,5 10,5 0))"
		diagonal  = "LINESTRING(0 0,10 10)"
		through   = "LINESTRING(-5 5,15 5)"
		cross     = "LINESTRING(0 10,10 0)"
		ring      = "LINESTRING(0 0,10 0,10 10,0 0)"
		fork      = "MULTILINESTRING((0 0,5 5),(0 10,5 5),(10 5,5 5))"
		points    = "MULTIPOINT((5 5),(20 20))"
		mixed     = "GEOMETRYCOLLECTION(POINT(5 5),POLYGON((10 0,20 0,20 10,10 10,10 0)))"
	)
	for _, c := range []struct{ a, b, want string }{ // all that hold
		{point, point, "intersects equals within contains"},
		{point, corner, "disjoint"},
		{point, points, "intersects within"},
		{"MULTIPOINT((5 5))", point, "intersects equals within contains"},
		{point, square, "intersects within"},
		{corner, square, "intersects touches"},
		{"POINT(0 5)", square, "intersects touches"},
		{"POINT(10 5)", square, "intersects touches"},
		{"POINT(5 10)", square, "intersects touches"},
		{point, annulus, "disjoint"},
		{"POINT(4 5)", annulus, "intersects touches"}, // on the edge of the hole
		{"POINT(3 5)", annulus, "intersects within"},
		{point, diagonal, "intersects within"},
		{corner, diagonal, "intersects touches"},
		{"POINT(5 6)", diagonal, "disjoint"},
		{corner, ring, "intersects within"}, // a ring has no ends
		{point, fork, "intersects touches"}, // three ends
		{point, "MULTILINESTRING((0 0,5 5),(5 5,9 0))", "intersects within"},
		{point, mixed, "intersects"},
		{"POINT(15 5)", mixed, "intersects"},
		{"POINT(15 15)", mixed, "disjoint"},
		{square, square, "intersects equals within contains"},
		{square, "POLYGON((0 0,0 10,10 10,10 0,5 0,0 0))", "intersects equals within contains"},
		{square, neighbour, "intersects touches"},
		{square, shifted, "intersects overlaps"},
		{square, "BBOX(2,2,3,3)", "intersects contains"},
		{"BBOX(2,2,3,3)", annulus, "intersects within"},
		{"BBOX(4.5,4.5,5.5,5.5)", annulus, "disjoint"},
		{square, "POLYGON((11 11,12 11,12 12,11 11))", "disjoint"},
		{diagonal, square, "intersects within"},
		{through, square, "intersects crosses"},
		{square, through, "intersects crosses"},
		{"LINESTRING(0 0,10 0)", square, "intersects touches"},
		{diagonal, cross, "intersects crosses"},
		{diagonal, "LINESTRING(5 5,5 0)", "intersects touches"},
		{diagonal, "LINESTRING(5 5,20 20)", "intersects overlaps"},
		{points, square, "intersects crosses"},
		{points, "MULTIPOINT((5 5),(1 1))", "intersects overlaps"},
	} {
		for _, op := range []string{"intersects", "disjoint", "equals", "touches", "within", "contains", "overlaps", "crosses"} {
			if collection := strings.Contains(c.b, "COLLECTION"); collection && op != "intersects" && op != "disjoint" {
				continue // Bind refuses it
			}
			want := truth(strings.Contains(c.want, op))
			forward, backward := "S_"+strings.ToUpper(op)+"("+c.a+", geometry)", "S_"+strings.ToUpper(turned(op))+"(geometry, "+c.a+")"
			r := row{"geometry": geometryOf(t, c.b)}
			if got := cql2.Eval(bind(t, forward), r); got != want {
				t.Errorf("%s where that is %s: %v, want %v", forward, c.b, got, want)
			}
			if got := cql2.Eval(bind(t, backward), r); got != want {
				t.Errorf("%s where that is %s: %v, want %v", backward, c.b, got, want)
			}
			if got := cql2.Eval(parsed(t, forward), r); got != want {
				t.Errorf("%s where that is %s, not bound: %v, want %v", forward, c.b, got, want)
			}
			if got := cql2.Eval(bind(t, "NOT "+forward), row{}); got != cql2.Unknown {
				t.Errorf("%s where that is not stated: %v", forward, got)
			}
		}
	}
}

// turned is the predicate with its sides changed.
func turned(op string) string {
	switch op {
	case "within":
		return "contains"
	case "contains":
		return "within"
	}
	return op
}

// geometryOf is the value of a geometry literal or a box, not prepared.
func geometryOf(t *testing.T, text string) cql2.Value {
	t.Helper()
	e := parsed(t, "S_EQUALS(geometry, "+text+")").(cql2.Spatial)
	if literal, ok := e.Right.(cql2.Literal); ok {
		return literal.Value
	}
	bound, err := cql2.Bind(e, schema)
	must(t, err)
	return cql2.GeometryOf(bound.(cql2.Spatial).Right.(cql2.Literal).Value.Geometry)
}

// Points on the boundary, and as near to it as numbers get, are where simplefeatures
// finds them by the matrix.
func TestPointsAgreeWithTheMatrix(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		shape := someShape(t)
		p := somePointOf(t, shape)
		e := func(op cql2.SpatialOp) cql2.Expr {
			return cql2.Spatial{Op: op, Left: cql2.Property("geometry"), Right: cql2.Literal{Value: cql2.GeometryOf(shape)}}
		}
		if _, err := cql2.Bind(e(cql2.SIntersects), schema); err != nil {
			t.Skip("not valid")
		}
		matrix, err := geom.Relate(simple(t, p), simple(t, shape))
		if err != nil {
			t.Fatal(err)
		}
		for op, patterns := range spatialOps {
			want := cql2.False
			for _, pattern := range patterns {
				if matches, _ := geom.RelateMatches(matrix, pattern); matches {
					want = cql2.True
				}
			}
			bound, err := cql2.Bind(e(op), schema)
			if err != nil {
				t.Fatal(err)
			}
			r := row{"geometry": cql2.GeometryOf(p)}
			if got := cql2.Eval(bound, r); got != want {
				t.Errorf("%s of %v and %v: %v, but the matrix is %s", op, p, shape, got, matrix)
			}
			if got := cql2.Eval(e(op), r); got != want {
				t.Errorf("%s of %v and %v, not bound: %v, but the matrix is %s", op, p, shape, got, matrix)
			}
		}
	})
}

func simple(t *rapid.T, g orb.Geometry) geom.Geometry {
	s, err := geom.UnmarshalWKB(wkb.MustMarshal(g), geom.NoValidate{})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// someShape has its corners on a coarse grid, where points lie in line, or anywhere.
func someShape(t *rapid.T) orb.Geometry {
	switch rapid.IntRange(0, 5).Draw(t, "shape") {
	case 0:
		return orb.LineString(someCorners(t, 2))
	case 1:
		return orb.MultiLineString{someCorners(t, 2), someCorners(t, 2)}
	case 2:
		return orb.MultiPolygon{{someRing(t)}, {someRing(t)}}
	case 3:
		return orb.Polygon{{{-1, -1}, {10, -1}, {10, 10}, {-1, 10}, {-1, -1}}, someRing(t)}
	case 4:
		return someBox(t)
	}
	return orb.Polygon{someRing(t)}
}

func someBox(t *rapid.T) orb.Geometry {
	corners := someCorners(t, 2)
	return orb.Bound{Min: orb.Point{min(corners[0][0], corners[1][0]), min(corners[0][1], corners[1][1])},
		Max: orb.Point{max(corners[0][0], corners[1][0]), max(corners[0][1], corners[1][1])}}.ToPolygon()
}

func someRing(t *rapid.T) orb.Ring {
	corners := someCorners(t, 3)
	return append(orb.Ring(corners), corners[0])
}

func someCorners(t *rapid.T, least int) []orb.Point {
	grid := rapid.Bool().Draw(t, "grid")
	corners := make([]orb.Point, rapid.IntRange(least, 6).Draw(t, "corners"))
	for i := range corners {
		for axis := range 2 {
			corners[i][axis] = float64(rapid.IntRange(1, 9).Draw(t, "grid"))
			if !grid {
				corners[i][axis] = float64(rapid.IntRange(10_000_000, 90_000_000).Draw(t, "anywhere")) / 1e7 // as exact as positions are
			}
		}
	}
	return corners
}

// somePointOf is on an edge, as near as numbers allow or a hair beside, or on the grid.
func somePointOf(t *rapid.T, g orb.Geometry) orb.Point {
	if rapid.IntRange(0, 3).Draw(t, "where") == 0 {
		return orb.Point{float64(rapid.IntRange(1, 20).Draw(t, "x")) / 2, float64(rapid.IntRange(1, 20).Draw(t, "y")) / 2}
	}
	lines := cql2.LinesOf(g)
	line := lines[rapid.IntRange(0, len(lines)-1).Draw(t, "line")]
	i := rapid.IntRange(1, len(line)-1).Draw(t, "edge")
	share := rapid.SampledFrom([]float64{0, 0.5, 1, 1. / 3, 0.1, 0.75}).Draw(t, "share")
	p := orb.Point{line[i-1][0] + share*(line[i][0]-line[i-1][0]), line[i-1][1] + share*(line[i][1]-line[i-1][1])}
	axis := rapid.IntRange(0, 1).Draw(t, "axis")
	switch rapid.IntRange(0, 3).Draw(t, "beside") {
	case 0:
		p[axis] = math.Nextafter(p[axis], -100)
	case 1:
		p[axis] = math.Nextafter(p[axis], 100)
	}
	return p
}

// Predicates of areas that say the same from the other side, or of which one
// excludes the other.
func TestSpatialLaws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := orb.Polygon{someRing(t)}, orb.Polygon{someRing(t)}
		relate := func(op cql2.SpatialOp, a, b orb.Geometry) cql2.Truth {
			e := cql2.Spatial{Op: op, Left: cql2.Literal{Value: cql2.GeometryOf(a)}, Right: cql2.Literal{Value: cql2.GeometryOf(b)}}
			bound, err := cql2.Bind(e, schema)
			if err != nil {
				t.Skip("not valid")
			}
			return cql2.Eval(bound, row{})
		}
		within, contains := relate(cql2.SWithin, a, b), relate(cql2.SContains, a, b)
		touch, meet := relate(cql2.STouches, a, b), relate(cql2.SIntersects, a, b)
		switch {
		case within != relate(cql2.SContains, b, a) || contains != relate(cql2.SWithin, b, a):
			t.Errorf("%v within %v, but not contained, or the other way round", a, b)
		case relate(cql2.SEquals, a, b) != min(within, contains):
			t.Errorf("%v and %v are equal, but not within each other, or the other way round", a, b)
		case relate(cql2.SDisjoint, a, b) != -meet:
			t.Errorf("%v and %v meet and are apart, or neither", a, b)
		case max(touch, within, contains, relate(cql2.SOverlaps, a, b)) != meet:
			t.Errorf("%v and %v meet, but in no way, or the other way round", a, b)
		case touch != relate(cql2.STouches, b, a):
			t.Errorf("%v touches %v, but not the other way round", a, b)
		}
	})
}

// Very small and very large areas have an inside as well.
func TestPointsOfAnySize(t *testing.T) {
	for _, size := range []float64{1e-100, 1e-10, 1, 1e10, 1e100} {
		triangle := orb.Polygon{{{0, 0}, {4 * size, 0}, {0, 4 * size}, {0, 0}}}
		for p, want := range map[orb.Point]cql2.SpatialOp{
			{size, size}: cql2.SWithin, {2 * size, 2 * size}: cql2.STouches, {2 * size, 3 * size}: cql2.SDisjoint,
			{0, size}: cql2.STouches, {size, 0}: cql2.STouches, {-size, size}: cql2.SDisjoint, {0, 4 * size}: cql2.STouches,
		} {
			for _, op := range []cql2.SpatialOp{cql2.SWithin, cql2.STouches, cql2.SDisjoint} {
				e := cql2.Spatial{Op: op, Left: cql2.Property("geometry"), Right: cql2.Literal{Value: cql2.GeometryOf(triangle)}}
				if got := cql2.Eval(bindTree(t, e), row{"geometry": cql2.GeometryOf(p)}); got != truth(op == want) {
					t.Errorf("%s of %v in a triangle of size %v: %v", op, p, 4*size, got)
				}
			}
		}
	}
}

// A box that crosses the antimeridian is two, for every predicate.
func TestBoxAcrossTheAntimeridian(t *testing.T) {
	for filter, want := range map[string]cql2.Truth{
		"S_INTERSECTS(geometry, BBOX(170,-10,-170,10))": cql2.True,
		"S_WITHIN(geometry, BBOX(170,-10,-170,10))":     cql2.True,
		"S_TOUCHES(geometry, BBOX(175,-10,-170,10))":    cql2.True,
		"S_INTERSECTS(geometry, BBOX(176,-10,-170,10))": cql2.False,
		"S_DISJOINT(geometry, BBOX(176,-10,-170,10))":   cql2.True,
		"S_DISJOINT(geometry, BBOX(-170,-10,170,10))":   cql2.True,
		"S_WITHIN(geometry, BBOX(170,0,-170,0))":        cql2.True, // two lines
		"S_INTERSECTS(geometry, BBOX(180,0,-180,10))":   cql2.False,
	} {
		if got := cql2.Eval(bind(t, filter), row{"geometry": cql2.GeometryOf(orb.Point{175, 0})}); got != want {
			t.Errorf("%s of 175, 0: %v, want %v", filter, got, want)
		}
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
