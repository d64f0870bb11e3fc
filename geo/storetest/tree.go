package storetest

import (
	"innoatlas/geo"
	"innoatlas/geo/cql2"
)

// tree is a filter of any form with at most depth levels of And, Or and Not: what
// a CQL2 filter may come to. Its comparisons are between equal types.
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

func (g generator) predicate() cql2.Expr {
	switch g.IntN(8) {
	case 0:
		return cql2.IsNull{X: cql2.Property(pick(g.Rand, g.nullable()...))}
	case 1:
		return g.in()
	case 2:
		return g.overlaps()
	case 3:
		return cql2.Intersects{X: cql2.Property("geometry"), Bounds: g.box().Bounds()}
	case 4:
		return cql2.Contains{X: cql2.Property("search_text"), Part: pick(g.Rand, "a", "lab", "%", "_", "中", "zzqx")}
	}
	return g.compare()
}

func (g generator) nullable() []string {
	names := []string{"geometry"}
	for _, p := range g.collection.Properties() {
		names = append(names, p.Name)
	}
	return names
}

func (g generator) in() cql2.Expr {
	name, value := g.stated()
	in := cql2.In{X: cql2.Property(name), Values: []cql2.Value{value}}
	for range g.IntN(3) {
		if v := g.record().Value(name); v.Type != cql2.Null {
			in.Values = append(in.Values, v)
		}
	}
	return in
}

// overlaps asks for a few of the values that records list, and for one that none does.
func (g generator) overlaps() cql2.Expr {
	var lists []string
	for _, p := range g.collection.Properties() {
		if !p.Scalar() {
			lists = append(lists, p.Name)
		}
	}
	name := pick(g.Rand, lists...)
	values := []string{"no such value"}
	switch name {
	case "kinds":
		values = append(values, g.listValue(geo.ByKind))
	case "sectors":
		values = append(values, g.listValue(geo.BySector), g.listValue(geo.BySector))
	default:
		values = append(values, g.record().Value(name).List...)
	}
	return cql2.Overlaps{X: cql2.Property(name), Values: values}
}

// compare relates a property with a value on either side, or with a property.
func (g generator) compare() cql2.Expr {
	op := pick(g.Rand, cql2.Equal, cql2.NotEqual, cql2.Less, cql2.LessEqual, cql2.Greater, cql2.GreaterEqual)
	name, value := g.stated()
	if value.Type == cql2.Number && g.chance(3) {
		value.Number += 0.5
	}
	property, literal := cql2.Property(name), cql2.Literal{Value: value}
	switch g.IntN(5) {
	case 0:
		return cql2.Compare{Op: op, Left: literal, Right: property}
	case 1:
		other, v := g.stated()
		if v.Type == value.Type {
			return cql2.Compare{Op: op, Left: property, Right: cql2.Property(other)}
		}
	}
	return cql2.Compare{Op: op, Left: property, Right: literal}
}
