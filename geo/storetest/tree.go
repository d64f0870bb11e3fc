package storetest

import (
	"innoatlas/geo"
	"innoatlas/geo/cql2"
)

// tree is a filter of any form with at most depth levels of And, Or and Not: what
// a CQL2 filter may come to.
func (g generator) tree(depth int) cql2.Expr {
	if depth == 0 {
		return g.predicate()
	}
	switch g.IntN(4) {
	case 0:
		return cql2.And(g.trees(depth - 1))
	case 1:
		return cql2.Or(g.trees(depth - 1))
	case 2:
		return cql2.Not{X: g.tree(depth - 1)}
	}
	return g.predicate()
}

// trees are usually two or three, and now and then none: an empty And is true, an
// empty Or false.
func (g generator) trees(depth int) []cql2.Expr {
	parts := make([]cql2.Expr, pick(g.Rand, 0, 1, 2, 2, 2, 3))
	for i := range parts {
		parts[i] = g.tree(depth)
	}
	return parts
}

// predicate is one that Bind lets through. Contains does not go through it: only
// the parameter q makes one.
func (g generator) predicate() cql2.Expr {
	if g.chance(20) {
		return cql2.Contains{X: cql2.Property("search_text"), Part: pick(g.Rand, "a", "lab", "%", "_", "中", "zzqx")}
	}
	for {
		if bound, err := cql2.Bind(g.unbound(), g.collection.FilterType); err == nil {
			return bound
		}
	}
}

// unbound is a predicate as a parser may make it.
func (g generator) unbound() cql2.Expr {
	switch g.IntN(16) {
	case 0:
		return cql2.IsNull{X: g.nullable()}
	case 1:
		return g.in()
	case 2:
		return cql2.Between{X: g.number(1), Low: g.number(1), High: g.number(1)}
	case 3, 4:
		return cql2.Like{X: g.text(2), Pattern: g.pattern()}
	case 5, 6:
		op := pick(g.Rand, cql2.AEquals, cql2.AContains, cql2.AContainedBy, cql2.AOverlaps)
		return cql2.ArrayPredicate{Op: op, Left: g.list(), Right: g.list()}
	case 7, 8:
		return cql2.Temporal{Op: pick(g.Rand, temporalOps...), Left: g.time(), Right: g.time()}
	case 9, 10, 11:
		return g.spatial()
	case 12:
		return pick[cql2.Expr](g.Rand, cql2.Literal{Value: cql2.BoolOf(g.chance(2))}, cql2.Property(g.scalar().Name))
	}
	return g.compare()
}

var temporalOps = []cql2.TemporalOp{
	cql2.TAfter, cql2.TBefore, cql2.TContains, cql2.TDisjoint, cql2.TDuring, cql2.TEquals, cql2.TFinishedBy, cql2.TFinishes,
	cql2.TIntersects, cql2.TMeets, cql2.TMetBy, cql2.TOverlappedBy, cql2.TOverlaps, cql2.TStartedBy, cql2.TStarts,
}

// nullable is a property, or a value made of some.
func (g generator) nullable() cql2.Expr {
	switch g.IntN(6) {
	case 0:
		return g.number(2)
	case 1:
		return g.text(2)
	case 2:
		return pick(g.Rand, g.list(), g.time())
	}
	names := []string{"geometry"}
	for _, p := range g.collection.Filterable() {
		names = append(names, p.Name)
	}
	return cql2.Property(pick(g.Rand, names...))
}

// compare relates two values of one type, most often a property with a value that
// some record has.
func (g generator) compare() cql2.Expr {
	op := pick(g.Rand, cql2.Equal, cql2.NotEqual, cql2.Less, cql2.LessEqual, cql2.Greater, cql2.GreaterEqual)
	left, right := g.alike()
	return cql2.Compare{Op: op, Left: left, Right: right}
}

func (g generator) alike() (a, b cql2.Expr) {
	switch g.IntN(7) {
	case 0:
		return g.number(2), g.number(2)
	case 1, 2:
		return g.text(2), g.text(2)
	case 3:
		return g.instant(), g.instant()
	case 4:
		name, value := g.stated()
		return cql2.Literal{Value: value}, cql2.Property(name)
	}
	name, value := g.stated()
	return cql2.Property(name), cql2.Literal{Value: value}
}

func (g generator) in() cql2.Expr {
	x, value := g.alike()
	in := cql2.In{X: x, Values: []cql2.Expr{value}}
	if property, ok := x.(cql2.Property); ok {
		for range g.IntN(3) {
			if v := g.record().Value(string(property)); v.Type != cql2.Null {
				in.Values = append(in.Values, cql2.Literal{Value: v})
			}
		}
	}
	if g.chance(4) {
		_, value := g.alike()
		in.Values = append(in.Values, value)
	}
	return in
}

// list is a property, or values that records have in a list; elements may repeat,
// and be computed.
func (g generator) list() cql2.Expr {
	var lists []string
	for _, p := range g.collection.Filterable() {
		if !p.Scalar() {
			lists = append(lists, p.Name)
		}
	}
	if lists == nil {
		return cql2.Array{literalText("no such value")}
	}
	name := pick(g.Rand, lists...)
	if g.chance(2) {
		return cql2.Property(name)
	}
	elements := cql2.Array{}
	for _, v := range g.listed(name) {
		elements = append(elements, cql2.Literal{Value: cql2.Value{Type: cql2.Text, Text: v}})
	}
	switch g.IntN(8) {
	case 0:
		elements = append(elements, cql2.Literal{Value: cql2.NumberOf(1)}, cql2.Literal{Value: cql2.BoolOf(true)})
	case 1:
		elements = append(elements, g.text(1))
	case 2:
		elements = append(elements, elements...)
	}
	return elements
}

// listed are values of a list property: those of a record, some of the vocabulary,
// one that none has, or none.
func (g generator) listed(name string) []string {
	var values []string
	switch name {
	case "kinds":
		values = append(values, g.listValue(geo.ByKind), g.listValue(geo.ByKind))
	case "sectors":
		values = append(values, g.listValue(geo.BySector), g.listValue(geo.BySector))
	}
	switch g.IntN(4) {
	case 0:
		return values
	case 1:
		return append(values, "no such value")
	}
	return g.record().Value(name).List
}
