package storetest

import (
	"github.com/paulmach/orb"

	"innoatlas/geo"
	"innoatlas/geo/cql2"
)

func (g generator) spatial() cql2.Expr {
	op := pick(g.Rand, cql2.SIntersects, cql2.SIntersects, cql2.SEquals, cql2.SDisjoint, cql2.STouches,
		cql2.SWithin, cql2.SOverlaps, cql2.SCrosses, cql2.SContains)
	property := cql2.Property("geometry")
	switch g.IntN(8) {
	case 0:
		return cql2.Spatial{Op: op, Left: g.geometry(), Right: property}
	case 1:
		return cql2.Spatial{Op: op, Left: property, Right: property}
	case 2, 3:
		return cql2.Spatial{Op: op, Left: property, Right: cql2.BBox(g.box())}
	}
	if op == cql2.SIntersects || op == cql2.SDisjoint { // no other is the same everywhere for parts that overlap
		return cql2.Spatial{Op: op, Left: property, Right: pick(g.Rand, g.geometry(), g.collected())}
	}
	return cql2.Spatial{Op: op, Left: property, Right: g.geometry()}
}

func (g generator) collected() cql2.Expr {
	return cql2.Literal{Value: cql2.GeometryOf(orb.Collection{g.shape(), g.shape()})}
}

func (g generator) geometry() cql2.Expr {
	return cql2.Literal{Value: cql2.GeometryOf(g.shape())}
}

// shape is drawn through the positions of records and the corners of outlines, so
// that boundaries and ends lie exactly on them, or a hair beside.
func (g generator) shape() orb.Geometry {
	p, q := g.point(), g.point()
	switch g.IntN(9) {
	case 0:
		return p
	case 1:
		return orb.MultiPoint{p, q}
	case 2:
		return g.line(p, q)
	case 3:
		return orb.MultiLineString{g.line(p, q), g.line(q, g.around(q))}
	case 4, 5:
		return orb.Polygon{g.triangle(p)}
	case 6:
		return g.square(p)
	case 7: // with a hole, and p on its edge
		size := g.size()
		outer, inner := box(p[0]-size, p[1]-2*size, p[0]+2*size, p[1]+2*size), hole(p[0], p[1]-size, p[0]+size, p[1]+size)
		return orb.Polygon{outer, inner}
	}
	return orb.MultiPolygon{{box(p[0]-g.size(), p[1], p[0], p[1]+g.size())}, {box(p[0]+1, p[1]-g.size(), p[0]+1+g.size(), p[1])}}
}

func (g generator) size() float64 { return pick(g.Rand, 0.0000001, 0.01, 0.7, 3, 20) }

// around is a point in any direction of another.
func (g generator) around(p orb.Point) orb.Point {
	size := g.size()
	return orb.Point{p[0] + size*(2*g.Float64()-1), p[1] + size*(2*g.Float64()-1)}
}

// line goes from p to q, along a parallel, or through p in any direction. It passes
// no corner of an outline by a hair: PostGIS up to GEOS 3.12 takes that for a touch.
func (g generator) line(p, q orb.Point) orb.LineString {
	r := g.around(p)
	switch {
	case g.chance(4):
		return orb.LineString{{p[0] - g.size(), p[1]}, {p[0] + g.size(), p[1]}}
	case g.chance(4) && p != q:
		return orb.LineString{p, q}
	case g.collection.Geometry != geo.Point:
		return orb.LineString{p, r}
	}
	return orb.LineString{{2*p[0] - r[0], 2*p[1] - r[1]}, r}
}

// triangle has p as a corner, or on an edge, as near as numbers allow.
func (g generator) triangle(p orb.Point) orb.Ring {
	r := g.around(p)
	x, y := r[0]-p[0], r[1]-p[1]
	third := orb.Point{p[0] - y, p[1] + x}
	first := p
	if g.collection.Geometry == geo.Point && g.chance(2) {
		first = orb.Point{p[0] - x, p[1] - y}
	}
	return orb.Ring{first, r, third, first}
}

// square has p as a corner or in the middle of an edge.
func (g generator) square(p orb.Point) orb.Polygon {
	size := g.size()
	switch g.IntN(3) {
	case 0:
		return orb.Polygon{box(p[0], p[1], p[0]+size, p[1]+size)}
	case 1:
		return orb.Polygon{box(p[0]-size, p[1]-size, p[0], p[1]+size)}
	}
	return orb.Polygon{box(p[0]-size, p[1]-size, p[0]+size, p[1])}
}
