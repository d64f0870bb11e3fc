package cql2

import (
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/wkb"
	"github.com/peterstace/simplefeatures/geom"
)

// intersects reports whether the geometry meets one of the bounds. Points and
// geometries wholly inside a bound need plain comparisons only; the rest is
// left to simplefeatures, which agrees with PostGIS at boundaries.
func intersects(g orb.Geometry, bounds []orb.Bound) bool {
	if p, ok := g.(orb.Point); ok {
		for _, b := range bounds {
			if contains(b, p) {
				return true
			}
		}
		return false
	}
	for _, b := range bounds {
		if meets(g, b) {
			return true
		}
	}
	return false
}

func contains(b orb.Bound, p orb.Point) bool {
	return p[0] >= b.Min[0] && p[0] <= b.Max[0] && p[1] >= b.Min[1] && p[1] <= b.Max[1]
}

func meets(g orb.Geometry, b orb.Bound) bool {
	own := g.Bound()
	switch {
	case !own.Intersects(b):
		return false
	case contains(b, own.Min) && contains(b, own.Max):
		return true
	}
	shape, err := toSimple(g)
	if err != nil {
		return false
	}
	return geom.Intersects(shape, Box(b))
}

// Box is a bound as a geometry: a polygon, or where it has no width or no
// height the line or point that it is.
func Box(b orb.Bound) geom.Geometry {
	return geom.NewEnvelope(
		geom.XY{X: b.Min[0], Y: b.Min[1]},
		geom.XY{X: b.Max[0], Y: b.Max[1]},
	).AsGeometry()
}

func toSimple(g orb.Geometry) (geom.Geometry, error) {
	data, err := wkb.Marshal(g)
	if err != nil {
		return geom.Geometry{}, err
	}
	return geom.UnmarshalWKB(data, geom.NoValidate{})
}
