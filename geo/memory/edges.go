package memory

import (
	"github.com/paulmach/orb"

	"innoatlas/geo/cql2"
)

// edge is a piece of a geometry: a line from one end to the other, or a point
// where both are one.
type edge [2]orb.Point

// edgesOf appends what a literal geometry consists of; a property has nothing.
func edgesOf(edges []edge, e cql2.Expr) []edge {
	switch e := e.(type) {
	case cql2.BBox:
		for _, b := range e.Bounds() {
			edges = appendEdges(edges, b)
		}
	case cql2.Literal:
		edges = appendEdges(edges, e.Value.Geometry)
	}
	return edges
}

func appendEdges(edges []edge, g orb.Geometry) []edge {
	switch g := g.(type) {
	case orb.Point:
		edges = append(edges, edge{g, g})
	case orb.MultiPoint:
		for _, p := range g {
			edges = append(edges, edge{p, p})
		}
	case orb.LineString:
		for i := 1; i < len(g); i++ {
			edges = append(edges, edge{g[i-1], g[i]})
		}
	case orb.Ring:
		edges = appendEdges(edges, orb.LineString(g))
	case orb.Bound:
		edges = appendEdges(edges, g.ToRing())
	case orb.MultiLineString:
		edges = appendParts(edges, g)
	case orb.Polygon:
		edges = appendParts(edges, g)
	case orb.MultiPolygon:
		edges = appendParts(edges, g)
	case orb.Collection:
		edges = appendParts(edges, g)
	}
	return edges
}

func appendParts[G orb.Geometry](edges []edge, parts []G) []edge {
	for _, part := range parts {
		edges = appendEdges(edges, part)
	}
	return edges
}

// meeting are the edges that may have a point in the bound.
func meeting(edges []edge, b orb.Bound) []edge {
	var kept []edge
	for _, e := range edges {
		if e.mayMeet(b) {
			kept = append(kept, e)
		}
	}
	return kept
}

// mayMeet is false only where the bound lies wholly to one side of the edge. It
// rounds, so the bound is to be a little wider than what matters.
func (e edge) mayMeet(b orb.Bound) bool {
	for axis := range 2 {
		if max(e[0][axis], e[1][axis]) < b.Min[axis] || min(e[0][axis], e[1][axis]) > b.Max[axis] {
			return false
		}
	}
	left, right := 0, 0
	for _, corner := range [4]orb.Point{b.Min, {b.Max[0], b.Min[1]}, b.Max, {b.Min[0], b.Max[1]}} {
		switch side := e.side(corner); {
		case side > 0:
			left++
		case side < 0:
			right++
		}
	}
	return left < 4 && right < 4
}

// side is positive to the left of the line through the edge, negative to its right.
func (e edge) side(p orb.Point) float64 {
	return (e[1][0]-e[0][0])*(p[1]-e[0][1]) - (e[1][1]-e[0][1])*(p[0]-e[0][0])
}
