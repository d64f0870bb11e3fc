package postgis

import (
	"strings"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/wkb"

	"innoatlas/geo/cql2"
)

// predicates are the functions of PostGIS, which have the meaning of
// simplefeatures: both compute the matrix of DE-9IM.
var predicates = map[cql2.SpatialOp]string{
	cql2.SIntersects: "ST_Intersects", cql2.SEquals: "ST_Equals", cql2.SDisjoint: "ST_Disjoint", cql2.STouches: "ST_Touches",
	cql2.SWithin: "ST_Within", cql2.SOverlaps: "ST_Overlaps", cql2.SCrosses: "ST_Crosses", cql2.SContains: "ST_Contains",
}

// relateShapes puts the column on the left: there is one, since where has seen to
// constants.
func (s *statement) relateShapes(e cql2.Spatial) string {
	switch {
	case s.kind(e.Left) != cql2.Geometry || s.kind(e.Right) != cql2.Geometry || predicates[e.Op] == "":
		return sqlUnknown
	case e.Op == cql2.SDisjoint:
		return "NOT " + s.whereExact(cql2.Spatial{Op: cql2.SIntersects, Left: e.Left, Right: e.Right})
	}
	left, leftIsColumn := s.column(e.Left)
	right, rightIsColumn := s.column(e.Right)
	switch {
	case leftIsColumn && rightIsColumn:
		return relateColumns(left, e.Op, right)
	case leftIsColumn:
		return s.relateShape(left, e.Op, e.Right)
	}
	return s.relateShape(right, e.Op.Converse(), e.Left)
}

// relateColumns knows how a geometry relates to itself: for an outline of many corners
// PostGIS takes long to find out.
func relateColumns(a column, op cql2.SpatialOp, b column) string {
	switch {
	case a.sql != b.sql:
		return predicates[op] + "(" + a.sql + ", " + b.sql + ")"
	case op == cql2.SIntersects || op == cql2.SEquals || op == cql2.SWithin || op == cql2.SContains:
		return "NULLIF(" + a.sql + " IS NOT NULL, FALSE)"
	}
	return "NULLIF(" + a.sql + " IS NULL, TRUE)"
}

// relateShape relates a column with a constant.
func (s *statement) relateShape(c column, op cql2.SpatialOp, e cql2.Expr) string {
	if box, ok := e.(cql2.BBox); ok && s.table.points && op == cql2.SIntersects {
		return s.pointInBox(c, box)
	}
	var or []string
	for _, part := range partsOf(e) {
		if s.table.points {
			or = append(or, s.pointRelation(c, op, part))
		} else {
			or = append(or, predicates[op]+"("+c.sql+", "+s.shape(part)+")")
		}
	}
	switch len(or) {
	case 0: // an empty collection
		return "NULLIF(" + c.sql + " IS NULL, TRUE)"
	case 1:
		return or[0]
	}
	return "(" + strings.Join(or, " OR ") + ")"
}

// nearby is a distance, in degrees, at which the arithmetic of PostGIS's own test
// of a point in a polygon is still sure of the side.
const nearby = 1e-9

// pointRelation relates points with a shape. Away from its edges all that can be
// true of a point is that it lies inside, which PostGIS finds quickly; on them,
// and a hair beside, the matrix decides.
func (s *statement) pointRelation(c column, op cql2.SpatialOp, shape orb.Geometry) string {
	parameter := s.shape(shape)
	edge := parameter
	if shape.Dimensions() == 2 {
		edge = s.shape(edges(shape))
	}
	near := "ST_DWithin(" + c.sql + ", " + edge + ", " + s.bind(nearby, "float8") + ")"
	exact := matrix(op, c.sql, parameter)
	if mayBeInside := op == cql2.SIntersects || op == cql2.SWithin; !mayBeInside || shape.Dimensions() < 2 {
		return "(" + near + " AND " + exact + ")"
	}
	return "(" + c.sql + " && " + parameter + " AND CASE WHEN " + near + " THEN " + exact + " ELSE ST_Intersects(" + c.sql + ", " + parameter + ") END)"
}

// matrix is a predicate by the matrix of DE-9IM alone, where the function of that
// name has a short cut for a point in a polygon.
func matrix(op cql2.SpatialOp, point, shape string) string {
	switch op {
	case cql2.SIntersects:
		return "NOT ST_Relate(" + point + ", " + shape + ", 'FF*FF****')"
	case cql2.SWithin:
		return "ST_Relate(" + point + ", " + shape + ", 'T*F**F***')"
	}
	return predicates[op] + "(" + point + ", " + shape + ")"
}

// shape binds a geometry.
func (s *statement) shape(g orb.Geometry) string {
	return "ST_GeomFromWKB(" + s.bind(wkb.MustMarshal(g), "bytea") + ", 4326)"
}

// partsOf are the geometries that a constant is made of: what meets one of them meets
// the whole. For the other predicates Bind leaves neither boxes nor collections.
func partsOf(e cql2.Expr) []orb.Geometry {
	if box, ok := e.(cql2.BBox); ok {
		var parts []orb.Geometry
		for _, b := range box.Bounds() {
			parts = append(parts, boxShape(b))
		}
		return parts
	}
	literal, _ := e.(cql2.Literal)
	return flatten(literal.Value.Geometry)
}

// boxShape is a polygon, or the line or the point that a box without width or
// height is.
func boxShape(b orb.Bound) orb.Geometry {
	switch {
	case b.Min == b.Max:
		return b.Min
	case b.Min[0] == b.Max[0] || b.Min[1] == b.Max[1]:
		return orb.LineString{b.Min, b.Max}
	}
	return b.ToPolygon()
}

func flatten(g orb.Geometry) []orb.Geometry {
	collection, ok := g.(orb.Collection)
	if !ok {
		return []orb.Geometry{g}
	}
	var parts []orb.Geometry
	for _, part := range collection {
		parts = append(parts, flatten(part)...)
	}
	return parts
}

// edges are the rings of polygons, and lines and points as they are.
func edges(g orb.Geometry) orb.Geometry {
	switch g := g.(type) {
	case orb.Polygon:
		return rings(g)
	case orb.MultiPolygon:
		var all orb.MultiLineString
		for _, p := range g {
			all = append(all, rings(p)...)
		}
		return all
	}
	return g
}

func rings(p orb.Polygon) orb.MultiLineString {
	lines := make(orb.MultiLineString, len(p))
	for i, ring := range p {
		lines[i] = orb.LineString(ring)
	}
	return lines
}
