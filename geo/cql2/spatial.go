package cql2

import (
	"slices"
	"strings"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/wkb"
	"github.com/peterstace/simplefeatures/geom"
)

// shape is a geometry as simplefeatures has it, which is where the predicates of
// Simple Features come from: they agree with PostGIS at boundaries.
type shape struct {
	geom.Geometry
	bound orb.Bound
	edges *edges  // of lines and areas
	parts []Value // of a collection
}

// prepare makes the shape of a literal once, so that it is not made for each record.
// A geometry that crosses itself is an *Error: it has no inside.
func prepare(v Value) (Value, error) {
	s, err := newShape(v.Geometry)
	if err == nil {
		err = s.Validate()
	}
	if err != nil {
		return Value{}, fail("the geometry %s is not valid: %s", shown(Literal{v}), fault(err))
	}
	if lines := linesOf(v.Geometry); len(lines) > 0 {
		s.edges = newEdges(lines, s.bound)
	}
	collection, _ := v.Geometry.(orb.Collection)
	for _, part := range collection {
		prepared, err := prepare(GeometryOf(part))
		if err != nil {
			return Value{}, err
		}
		s.parts = append(s.parts, prepared)
	}
	v.shape = s
	return v, nil
}

// faults are the rules of Simple Features, by words of the message that says which of
// them is broken.
var faults = []struct{ words, means string }{
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
		if strings.Contains(err.Error(), f.words) {
			return f.means
		}
	}
	return shorten(err.Error())
}

func newShape(g orb.Geometry) (*shape, error) {
	data, err := wkb.Marshal(g)
	if err != nil {
		return nil, err
	}
	simple, err := geom.UnmarshalWKB(data, geom.NoValidate{})
	if err != nil {
		return nil, err
	}
	return &shape{Geometry: simple, bound: g.Bound()}, nil
}

// prepared is the shape of a value: that of a literal is there already.
func (v Value) prepared() (*shape, error) {
	if v.shape != nil {
		return v.shape, nil
	}
	return newShape(v.Geometry)
}

// relateShapes relates two geometries by their DE-9IM matrix. Points and boxes need
// plain comparisons only.
func relateShapes(e Spatial, r Row) Truth {
	switch e.Op {
	case SDisjoint:
		e.Op = SIntersects
		return -relateShapes(e, r)
	case SIntersects:
		if box, ok := e.Right.(BBox); ok {
			return box.meets(valueOf(e.Left, r))
		}
		if box, ok := e.Left.(BBox); ok {
			return box.meets(valueOf(e.Right, r))
		}
	}
	a, b := valueOf(e.Left, r), valueOf(e.Right, r)
	if a.Type != Geometry || b.Type != Geometry {
		return Unknown
	}
	if p, ok := e.Left.(Property); ok && e.Right == Expr(p) { // a geometry and itself
		return truth(e.Op == SIntersects || e.Op == SEquals || e.Op == SWithin || e.Op == SContains)
	}
	if !a.bound().Intersects(b.bound()) {
		return False
	}
	if p, ok := a.Geometry.(orb.Point); ok {
		return relatePoint(e.Op, p, b)
	}
	if p, ok := b.Geometry.(orb.Point); ok {
		return relatePoint(e.Op.Converse(), p, a)
	}
	return relate(e.Op, a, b)
}

func (v Value) bound() orb.Bound {
	if v.shape != nil {
		return v.shape.bound
	}
	return v.Geometry.Bound()
}

// relatePoint relates a point with a geometry whose bound it lies in.
func relatePoint(op SpatialOp, p orb.Point, v Value) Truth {
	switch g := v.Geometry.(type) {
	case orb.Point:
		return truth(p == g && (op == SIntersects || op == SEquals || op == SWithin || op == SContains))
	case orb.LineString, orb.MultiLineString, orb.Polygon, orb.MultiPolygon:
		return relateLocation(op, v.locate(p))
	case orb.Collection:
		if op == SIntersects {
			return meetsPart(p, v.parts())
		}
	}
	return relate(op, GeometryOf(p), v)
}

// locate says where a point lies, as seen from lines or areas.
func (v Value) locate(p orb.Point) location {
	var x *edges
	if v.shape != nil {
		x = v.shape.edges
	} else {
		x = unsortedEdges(linesOf(v.Geometry), v.Geometry.Bound())
	}
	if v.Geometry.Dimensions() == 1 {
		return x.locateOnLines(p, linesOf(v.Geometry))
	}
	return x.locate(p)
}

// parts are those of a collection.
func (v Value) parts() (parts []Value) {
	if v.shape != nil {
		return v.shape.parts
	}
	for _, part := range v.Geometry.(orb.Collection) {
		parts = append(parts, GeometryOf(part))
	}
	return parts
}

func meetsPart(p orb.Point, parts []Value) Truth {
	return truth(slices.ContainsFunc(parts, func(part Value) bool { return relatePoint(SIntersects, p, part) == True }))
}

// relateLocation is what the location of a point says of its relation with a line
// or an area, which it cannot equal, contain, cross or overlap.
func relateLocation(op SpatialOp, at location) Truth {
	switch op {
	case SIntersects:
		return truth(at != outside)
	case SWithin:
		return truth(at == inside)
	case STouches:
		return truth(at == onBoundary)
	case SEquals, SContains, SCrosses, SOverlaps:
		return False
	}
	return Unknown
}

func relate(op SpatialOp, a, b Value) Truth {
	left, err := a.prepared()
	if err != nil {
		return Unknown
	}
	right, err := b.prepared()
	if err != nil {
		return Unknown
	}
	return relateGeometries(op, left.Geometry, right.Geometry)
}

func relateGeometries(op SpatialOp, a, b geom.Geometry) Truth {
	var holds bool
	var err error
	switch op {
	case SIntersects:
		holds = geom.Intersects(a, b)
	case SEquals:
		holds, err = geom.Equals(a, b)
	case STouches:
		holds, err = geom.Touches(a, b)
	case SWithin:
		holds, err = geom.Within(a, b)
	case SOverlaps:
		holds, err = geom.Overlaps(a, b)
	case SCrosses:
		holds, err = geom.Crosses(a, b)
	case SContains:
		holds, err = geom.Contains(a, b)
	default:
		return Unknown
	}
	if err != nil {
		return Unknown
	}
	return truth(holds)
}

// meets reports whether a geometry has a point in the box.
func (b BBox) meets(v Value) Truth {
	if v.Type != Geometry {
		return Unknown
	}
	if p, ok := v.Geometry.(orb.Point); ok {
		return truth(b.holds(p))
	}
	return truth(slices.ContainsFunc(b.Bounds(), func(bound orb.Bound) bool { return meets(v, bound) }))
}

// holds needs plain comparisons only.
func (b BBox) holds(p orb.Point) bool {
	switch {
	case p[1] < b[1] || p[1] > b[3]:
		return false
	case b[0] <= b[2]:
		return p[0] >= b[0] && p[0] <= b[2]
	}
	return p[0] >= b[0] && p[0] <= 180 || p[0] >= -180 && p[0] <= b[2]
}

func contains(b orb.Bound, p orb.Point) bool {
	return p[0] >= b.Min[0] && p[0] <= b.Max[0] && p[1] >= b.Min[1] && p[1] <= b.Max[1]
}

func meets(v Value, b orb.Bound) bool {
	own := v.bound()
	switch {
	case !own.Intersects(b):
		return false
	case contains(b, own.Min) && contains(b, own.Max):
		return true
	}
	s, err := v.prepared()
	return err == nil && geom.Intersects(s.Geometry, Box(b))
}

// Box is a bound as a geometry: a polygon, or where it has no width or no
// height the line or point that it is.
func Box(b orb.Bound) geom.Geometry {
	return geom.NewEnvelope(
		geom.XY{X: b.Min[0], Y: b.Min[1]},
		geom.XY{X: b.Max[0], Y: b.Max[1]},
	).AsGeometry()
}

// geometry is the box as a polygon, or as the line or the point that it is; where it
// crosses the antimeridian, as two of them. Then a part without width beside one that
// has some is left out: it is the same meridian as the edge of the other.
func (b BBox) geometry() orb.Geometry {
	var polygons orb.MultiPolygon
	var lines orb.MultiLineString
	var points orb.MultiPoint
	for _, bound := range b.Bounds() {
		switch {
		case bound.Min == bound.Max:
			points = append(points, bound.Min)
		case bound.Min[0] == bound.Max[0] || bound.Min[1] == bound.Max[1]:
			lines = append(lines, orb.LineString{bound.Min, bound.Max})
		default:
			polygons = append(polygons, bound.ToPolygon())
		}
	}
	switch {
	case len(polygons) == 1:
		return polygons[0]
	case len(polygons) > 1:
		return polygons
	case len(lines) == 1:
		return lines[0]
	case len(lines) > 1:
		return lines
	case len(points) == 1:
		return points[0]
	}
	return points
}
