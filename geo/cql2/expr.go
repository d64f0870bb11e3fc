// Package cql2 is the filter tree. Whatever narrows the data (a list of
// countries, search words, a box, a year) becomes one Expr; Eval says what it
// means for one record, and every store gives the same answer in its own way.
//
// The nodes and their meaning are those of the Common Query Language
// (OGC 21-065r2, CQL2), three-valued logic included: a comparison with a
// property that is not stated is Unknown, and NOT Unknown is Unknown.
package cql2

import "github.com/paulmach/orb"

// Expr is a node of the filter tree: a predicate (And, Or, Not, Compare, In,
// IsNull, Overlaps, Intersects, Contains) or a value (Property, Literal).
type Expr interface{ node() }

type (
	// And is true when all of its parts are; an empty And is true.
	And []Expr

	// Or is true when one of its parts is; an empty Or is false.
	Or []Expr

	// Not swaps true and false and leaves Unknown.
	Not struct{ X Expr }

	// Compare relates two numbers or two texts; texts compare by bytes of
	// UTF-8, which is the order of their code points.
	Compare struct {
		Op          Op
		Left, Right Expr
	}

	// In is true when X equals one of the values.
	In struct {
		X      Expr
		Values []Value
	}

	// IsNull is true when X is not stated. It is never Unknown.
	IsNull struct{ X Expr }

	// Overlaps is A_OVERLAPS: the list X shares at least one value with Values.
	Overlaps struct {
		X      Expr
		Values []string
	}

	// Intersects is S_INTERSECTS with boxes: the geometry X meets one of the
	// bounds (degrees, longitude first; edges belong to a bound). Two bounds
	// stand for one box that crosses the antimeridian.
	Intersects struct {
		X      Expr
		Bounds []orb.Bound
	}

	// Contains is true when the text X has Part in it, byte for byte.
	Contains struct {
		X    Expr
		Part string
	}

	// Property is the value of the record's property of that name.
	Property string

	// Literal is a value written in the filter.
	Literal struct{ Value Value }
)

func (And) node()        {}
func (Or) node()         {}
func (Not) node()        {}
func (Compare) node()    {}
func (In) node()         {}
func (IsNull) node()     {}
func (Overlaps) node()   {}
func (Intersects) node() {}
func (Contains) node()   {}
func (Property) node()   {}
func (Literal) node()    {}

// Op is a comparison operator, written as in CQL2 text and in SQL.
type Op string

// The six comparison operators (/req/basic-cql2/binary-comparison-predicate).
const (
	Equal        Op = "="
	NotEqual     Op = "<>"
	Less         Op = "<"
	LessEqual    Op = "<="
	Greater      Op = ">"
	GreaterEqual Op = ">="
)
