package cql2

import (
	"sync"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/wkb"
	"github.com/peterstace/simplefeatures/geom"
)

// shape is what is made of a geometry once, so that it is not made each time it is
// related.
type shape struct {
	bound  orb.Bound
	area   bool
	lines  []orb.LineString // or rings; none of points
	chains []chain          // of them
	edges  *edges           // of a literal, sorted for the points of many records
	points pointSet         // of a MultiPoint
	parts  []Value          // of a collection

	// simple is the geometry as simplefeatures has it, which is where the matrix of
	// DE-9IM comes from: it agrees with PostGIS at boundaries.
	simple func() (geom.Geometry, error)
}

func newShape(g orb.Geometry) *shape {
	s := &shape{bound: g.Bound(), area: g.Dimensions() == 2, lines: linesOf(g)}
	s.chains = chainsOf(s.lines)
	s.simple = sync.OnceValues(func() (geom.Geometry, error) {
		data, err := wkb.Marshal(g)
		if err != nil {
			return geom.Geometry{}, err
		}
		return geom.UnmarshalWKB(data, geom.NoValidate{})
	})
	switch g := g.(type) {
	case orb.MultiPoint:
		s.points = pointSetOf(g)
	case orb.Collection:
		for _, part := range g {
			s.parts = append(s.parts, GeometryOf(part))
		}
	}
	return s
}

// Prepared is the value with what is needed to relate its geometry often, as that of a
// record whose outline does not change.
func (v Value) Prepared() Value {
	if v.Type == Geometry {
		v.shape = newShape(v.Geometry)
	}
	return v
}

// prepared is the shape of a value: that of a literal is there already.
func (v Value) prepared() *shape {
	if v.shape != nil {
		return v.shape
	}
	return newShape(v.Geometry)
}

// points are those of a MultiPoint, or the one of a Point.
func (v Value) points() pointSet {
	if p, ok := v.Geometry.(orb.Point); ok {
		return pointSet{p: {}}
	}
	return v.prepared().points
}

// locate says where a point lies, as seen from lines or areas.
func (s *shape) locate(p orb.Point) location {
	if !contains(s.bound, p) {
		return outside
	}
	x := s.edges
	if x == nil {
		x = &edges{bound: s.bound, strips: [][]edge{beside(s.chains, p)}}
	}
	if s.area {
		return x.locate(p)
	}
	return x.locateOnLines(p, s.lines)
}

// pointSet is the positions of points, which know no order.
type pointSet map[orb.Point]struct{}

func pointSetOf(points []orb.Point) pointSet {
	set := make(pointSet, len(points))
	for _, p := range points {
		set[p] = struct{}{}
	}
	return set
}

// common counts the points of both.
func (s pointSet) common(t pointSet) (n int) {
	if len(s) > len(t) {
		s, t = t, s
	}
	for p := range s {
		if _, ok := t[p]; ok {
			n++
		}
	}
	return n
}
