package cql2

import (
	"slices"
	"strings"
)

// many is how many values are found faster in an index than one by one.
const many = 16

// index finds a value among many literals of one type. Bind makes it, so that a record
// is not compared with each of them.
type index struct {
	kind    Type
	size    int // of the list that it was made of, repetitions included
	members map[scalar]struct{}
}

// scalar is all by which two values of one type are compared.
type scalar struct {
	number float64
	text   string
	time   int64
}

func (v Value) scalar() scalar { return scalar{v.Number, v.Text, v.Time} }

// indexed are the values of IN. Where they are many literals of one type, the first of
// them is given their index.
func indexed(values []Expr) []Expr {
	if len(values) < many {
		return values
	}
	x := &index{size: len(values), members: make(map[scalar]struct{}, len(values))}
	for i, e := range values {
		literal, ok := e.(Literal)
		if i == 0 {
			x.kind = literal.Value.Type
		}
		if !ok || literal.Value.Type == Null || literal.Value.Type != x.kind {
			return values
		}
		x.members[literal.Value.scalar()] = struct{}{}
	}
	first := values[0].(Literal)
	first.Value.index = x
	return append([]Expr{first}, values[1:]...)
}

// indexOf is the index of all of the values, and of no others.
func indexOf(values []Expr) *index {
	if len(values) < many {
		return nil
	}
	first, _ := values[0].(Literal)
	if x := first.Value.index; x != nil && x.size == len(values) {
		return x
	}
	return nil
}

// has says whether a value equals one of those in the index.
func (x *index) has(v Value, lower bool) Truth {
	if v.Type != x.kind {
		return Unknown
	}
	if lower {
		v.Text = strings.ToLower(v.Text)
	}
	_, ok := x.members[v.scalar()]
	return truth(ok)
}

// indexed is a list with its index, where it is long.
func (v Value) indexed() Value {
	if len(v.List) < many {
		return v
	}
	v.index = &index{kind: Text, size: len(v.List), members: make(map[scalar]struct{}, len(v.List))}
	for _, s := range v.List {
		v.index.members[scalar{text: s}] = struct{}{}
	}
	return v
}

// hasElement reports whether a list has an element.
func (v Value) hasElement(s string) bool {
	if v.index != nil {
		_, ok := v.index.members[scalar{text: s}]
		return ok
	}
	return slices.Contains(v.List, s)
}
