package postgis

import (
	"slices"

	"innoatlas/geo"
	"innoatlas/geo/cql2"
)

// isCostly reports a query of which an index may not answer everything: with an order
// of its own, with words, with a choice by an own field, or with a filter that is more
// than a box and some values. There are ever new ones of these, and they may take seconds
// each.
func isCostly(q geo.Query) bool {
	return q.Of != nil && isCostly(*q.Of) || len(q.Sort) > 0 || q.Filter != nil && plainParts(q.Filter) > maxPlainParts ||
		slices.ContainsFunc(q.Lists, func(l geo.List) bool { return q.Collection.Faceted(l.Dimension).Own })
}

// maxPlainParts is what the parameters bbox, datetime and those of single properties
// come to, and some.
const maxPlainParts = 12

// plainParts counts the predicates of a filter. One that such parameters do not make
// counts for too many.
func plainParts(e cql2.Expr) (n int) {
	switch e := e.(type) {
	case cql2.And:
		for _, part := range e {
			n += plainParts(part)
		}
		return n
	case cql2.Or:
		for _, part := range e {
			n += plainParts(part)
		}
		return n
	case cql2.Compare:
		if isProperty(e.Left) && isLiteral(e.Right) {
			return 1
		}
	case cql2.IsNull:
		if isProperty(e.X) {
			return 1
		}
	case cql2.Spatial:
		if _, ok := e.Right.(cql2.BBox); ok && e.Op == cql2.SIntersects && isProperty(e.Left) {
			return 1
		}
	}
	return maxPlainParts + 1
}

func isProperty(e cql2.Expr) bool {
	_, ok := e.(cql2.Property)
	return ok
}

func isLiteral(e cql2.Expr) bool {
	_, ok := e.(cql2.Literal)
	return ok
}
