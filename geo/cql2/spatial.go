package cql2

import (
	"slices"

	"github.com/paulmach/orb"
	"github.com/peterstace/simplefeatures/geom"
)

// relateShapes relates two geometries. Points and boxes need plain comparisons only; where
// more is needed and the row is a Meter, it is Unknown when that allows no more work.
func relateShapes(e Spatial, r Row) Truth {
	switch e.Op {
	case SDisjoint:
		e.Op = SIntersects
		return -relateShapes(e, r)
	case SIntersects:
		if box, ok := e.Right.(BBox); ok {
			return box.meets(valueOf(e.Left, r), r)
		}
		if box, ok := e.Left.(BBox); ok {
			return box.meets(valueOf(e.Right, r), r)
		}
	}
	a, b := valueOf(e.Left, r), valueOf(e.Right, r)
	if a.Type != Geometry || b.Type != Geometry {
		return Unknown
	}
	if p, ok := e.Left.(Property); ok && e.Right == Expr(p) { // a geometry and itself
		return truth(e.Op == SIntersects || e.Op == SEquals || e.Op == SWithin || e.Op == SContains)
	}
	return relateValues(e.Op, a, b, r)
}

func relateValues(op SpatialOp, a, b Value, r Row) Truth {
	if !a.bound().Intersects(b.bound()) {
		return False
	}
	if p, ok := a.Geometry.(orb.Point); ok {
		return relatePoint(op, p, b)
	}
	if p, ok := b.Geometry.(orb.Point); ok {
		return relatePoint(op.Converse(), p, a)
	}
	return relate(op, a, b, r)
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
	case orb.MultiPoint:
		return relateSets(op, pointSet{p: {}}, v.points())
	case orb.LineString, orb.MultiLineString, orb.Polygon, orb.MultiPolygon:
		return relateLocation(op, v.prepared().locate(p))
	case orb.Collection:
		if op == SIntersects {
			return meetsPart(p, v.prepared().parts)
		}
	}
	return relateGeometries(op, newShape(p), v.prepared())
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

// relate relates two geometries of which none is a point.
func relate(op SpatialOp, a, b Value, r Row) Truth {
	left, right := a.prepared(), b.prepared()
	_, leftMixed := a.Geometry.(orb.Collection)
	_, rightMixed := b.Geometry.(orb.Collection)
	switch {
	case leftMixed && op == SIntersects:
		return anyMeets(left.parts, b, r)
	case rightMixed && op == SIntersects:
		return anyMeets(right.parts, a, r)
	case leftMixed || rightMixed: // which Bind refuses
		return relateGeometries(op, left, right)
	case a.Geometry.Dimensions() == 0:
		return relatePoints(op, a.points(), b, r)
	case b.Geometry.Dimensions() == 0:
		return relatePoints(op.Converse(), b.points(), a, r)
	}
	return relateEdges(op, left, right, r)
}

func anyMeets(parts []Value, v Value, r Row) Truth {
	most := False
	for _, part := range parts {
		if most = max(most, relateValues(SIntersects, part, v, r)); most == True {
			break
		}
	}
	return most
}

// relateGeometries asks for the matrix of DE-9IM.
func relateGeometries(op SpatialOp, left, right *shape) Truth {
	a, err := left.simple()
	if err != nil {
		return Unknown
	}
	b, err := right.simple()
	if err != nil {
		return Unknown
	}
	var holds bool
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
func (b BBox) meets(v Value, r Row) Truth {
	if v.Type != Geometry {
		return Unknown
	}
	if p, ok := v.Geometry.(orb.Point); ok {
		return truth(b.holds(p))
	}
	most := False
	for _, bound := range b.Bounds() {
		if most = max(most, meets(v, bound, r)); most == True {
			break
		}
	}
	return most
}

// holds needs plain comparisons only.
func (b BBox) holds(p orb.Point) bool {
	switch {
	case p[1] < b[1] || p[1] > b[3]:
		return false
	case b[0] <= b[2]:
		return p[0] >= b[0] && p[0] <= b[2] || p[0] == -180 && b[2] == 180 || p[0] == 180 && b[0] == -180
	}
	return p[0] >= b[0] && p[0] <= 180 || p[0] >= -180 && p[0] <= b[2]
}

func contains(b orb.Bound, p orb.Point) bool {
	return p[0] >= b.Min[0] && p[0] <= b.Max[0] && p[1] >= b.Min[1] && p[1] <= b.Max[1]
}

func meets(v Value, b orb.Bound, r Row) Truth {
	own := v.bound()
	switch {
	case !own.Intersects(b):
		return False
	case contains(b, own.Min) && contains(b, own.Max):
		return True
	}
	return relateValues(SIntersects, v, GeometryOf(BBox{b.Min[0], b.Min[1], b.Max[0], b.Max[1]}.geometry()), r)
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
