package cql2_test

import (
	"testing"

	"github.com/paulmach/orb"
	"github.com/peterstace/simplefeatures/geom"
	"pgregory.net/rapid"

	"innoatlas/geo/cql2"
)

// TestRelateAsTheMatrix compares what is told from edges, rings and points alone with
// the matrix of DE-9IM.
func TestRelateAsTheMatrix(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := someGeometry(t), someGeometry(t)
		left, right := simple(t, a), simple(t, b)
		if left.Validate() != nil || right.Validate() != nil {
			t.Skip("not valid")
		}
		for op, matrix := range map[cql2.SpatialOp]func(a, b geom.Geometry) (bool, error){
			cql2.SIntersects: func(a, b geom.Geometry) (bool, error) { return geom.Intersects(a, b), nil },
			cql2.SDisjoint:   geom.Disjoint, cql2.SEquals: geom.Equals, cql2.STouches: geom.Touches, cql2.SWithin: geom.Within,
			cql2.SContains: geom.Contains, cql2.SOverlaps: geom.Overlaps, cql2.SCrosses: geom.Crosses,
		} {
			want, err := matrix(left, right)
			if err != nil {
				t.Skip("no matrix")
			}
			e, err := cql2.Bind(cql2.Spatial{Op: op, Left: cql2.Property("geometry"), Right: cql2.Literal{Value: cql2.GeometryOf(b)}}, schema)
			if err != nil {
				t.Fatal(err)
			}
			for _, r := range []row{{"geometry": cql2.GeometryOf(a)}, {"geometry": cql2.GeometryOf(a).Prepared()}} {
				if got := cql2.Eval(e, r); got != truth(want) {
					t.Errorf("%v %s %v: %v, want %v", a, op, b, got, want)
				}
			}
		}
	})
}

// someGeometry has what touches, crosses, lies within or apart.
func someGeometry(t *rapid.T) orb.Geometry {
	switch rapid.IntRange(0, 7).Draw(t, "kind") {
	case 0:
		return orb.MultiPoint(someCorners(t, 1))
	case 1:
		return someBox(t)
	case 2: // small and apart, as islands
		return orb.MultiPolygon{someBox(t).(orb.Polygon), {someRing(t)}}
	}
	return someShape(t)
}
