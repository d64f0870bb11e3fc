package cql2

import (
	"strings"

	"github.com/paulmach/orb"
)

// prepare makes the shape of a literal once, so that it is not made for each record.
// A geometry that crosses itself is an *Error: it has no inside.
func (b binder) prepare(v Value) (Value, error) {
	s := newShape(v.Geometry)
	if len(s.parts) > 0 { // each is valid by itself
		for i, part := range s.parts {
			var err error
			if s.parts[i], err = b.prepare(part); err != nil {
				return Value{}, err
			}
		}
		v.shape = s
		return v, nil
	}
	if !checkWork(s.chains, ringBounds(v.Geometry), b.row) {
		return Value{}, fail("the geometry %s: its lines pass each other too often; write fewer and shorter ones", shown(Literal{v}))
	}
	simple, err := s.simple()
	if err == nil {
		err = simple.Validate()
	}
	if err != nil {
		return Value{}, fail("the geometry %s is not valid: %s", shown(Literal{v}), fault(err))
	}
	if len(s.lines) > 0 {
		s.edges = newEdges(s.lines, s.bound)
	}
	v.shape = s
	return v, nil
}

// ringBounds are the bounds of the rings that must not meet each other.
func ringBounds(g orb.Geometry) (bounds []orb.Bound) {
	if g.Dimensions() == 2 {
		for _, ring := range linesOf(g) {
			bounds = append(bounds, ring.Bound())
		}
	}
	return bounds
}

// faults are the rules of Simple Features, by words of the message that says which of
// them is broken.
var faults = []struct{ fragment, means string }{
	{"ring not simple", "a ring crosses or touches itself"},
	{"one distinct", "a line needs two different positions, a ring three"},
	{"nested rings", "a hole lies within another"},
	{"outside of exterior", "a hole lies outside of its polygon"},
	{"disconnected interior", "holes cut a polygon into parts; write a MULTIPOLYGON"},
	{"rings intersect", "a hole crosses a ring or shares an edge with it"},
	{"polygons touch", "two polygons overlap or share an edge; write one in their place"},
}

func fault(err error) string {
	for _, f := range faults {
		if strings.Contains(err.Error(), f.fragment) {
			return f.means
		}
	}
	return shorten(err.Error())
}
