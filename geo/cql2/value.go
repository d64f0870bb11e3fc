package cql2

import (
	"cmp"

	"github.com/paulmach/orb"
)

// Type says what a Value holds.
type Type uint8

// The types of a Value. Null is the zero Value: not stated.
const (
	Null Type = iota
	Number
	Text
	List
	Geometry
)

// Value is what a property or a literal evaluates to. It is a struct, not an
// interface, so that sorting and scanning a million records allocates nothing.
type Value struct {
	Type     Type
	Number   float64
	Text     string
	List     []string
	Geometry orb.Geometry // longitude, latitude in degrees
}

// NumberOf is the Value of a number.
func NumberOf(n float64) Value { return Value{Type: Number, Number: n} }

// TextOf is the Value of a text; an empty text is one that is not stated.
func TextOf(s string) Value {
	if s == "" {
		return Value{}
	}
	return Value{Type: Text, Text: s}
}

// ListOf is the Value of a list of texts; an empty list is one that is not stated.
func ListOf(l []string) Value {
	if len(l) == 0 {
		return Value{}
	}
	return Value{Type: List, List: l}
}

// GeometryOf is the Value of a geometry; nil is one that is not stated.
func GeometryOf(g orb.Geometry) Value {
	if g == nil {
		return Value{}
	}
	return Value{Type: Geometry, Geometry: g}
}

// Order compares two numbers or two texts (by bytes) as cmp.Compare does. ok is
// false where they cannot be compared: a null, a list, a geometry or two types.
func Order(a, b Value) (order int, ok bool) {
	if a.Type != b.Type {
		return 0, false
	}
	switch a.Type {
	case Number:
		return cmp.Compare(a.Number, b.Number), true
	case Text:
		return cmp.Compare(a.Text, b.Text), true
	}
	return 0, false
}
