// Package cql2 is the filter tree. Whatever narrows the data (a list of
// countries, search words, a box, a year, a CQL2 filter) becomes one Expr; Eval
// says what it means for one record, and every store gives the same answer in its
// own way.
//
// The nodes and their meaning are those of the Common Query Language
// (OGC 21-065r2, CQL2), three-valued logic included: a comparison with a
// property that is not stated is Unknown, and NOT Unknown is Unknown.
//
// ParseText and ParseJSON read the two encodings into one tree, FormatText and
// FormatJSON write it, and Bind checks a tree against the properties of a
// collection and makes it ready to evaluate.
package cql2

import "github.com/paulmach/orb"

// Expr is a node of the filter tree: a predicate (And, Or, Not, Compare, Between,
// Like, In, IsNull, Spatial, Temporal, ArrayPredicate, Contains, and a Property
// or Literal that is a boolean) or a value (the rest).
type Expr interface{ node() }

// The predicates.
type (
	// And is true when all of its parts are; an empty And is true.
	And []Expr

	// Or is true when one of its parts is; an empty Or is false.
	Or []Expr

	// Not swaps true and false and leaves Unknown.
	Not struct{ X Expr }

	// Compare relates two values of one type: numbers, texts, booleans, dates or
	// timestamps. Texts compare by bytes of UTF-8, which is the order of their
	// code points.
	Compare struct {
		Op          Op
		Left, Right Expr
	}

	// Between is Low <= X AND X <= High, of numbers.
	Between struct{ X, Low, High Expr }

	// Like matches a text with a pattern: % stands for any characters, _ for one,
	// and \ takes the meaning from the next.
	Like struct{ X, Pattern Expr }

	// In is true when X equals one of the values.
	In struct {
		X      Expr
		Values []Expr
	}

	// IsNull is true when X is not stated. It is never Unknown.
	IsNull struct{ X Expr }

	// Spatial relates two geometries by a predicate of Simple Features.
	Spatial struct {
		Op          SpatialOp
		Left, Right Expr
	}

	// Temporal relates two instants or intervals.
	Temporal struct {
		Op          TemporalOp
		Left, Right Expr
	}

	// ArrayPredicate relates two lists as sets: order and repetition do not matter.
	ArrayPredicate struct {
		Op          ArrayOp
		Left, Right Expr
	}

	// Contains is true when the text X has Part in it, byte for byte. It has no
	// form in CQL2: the parameter q makes it.
	Contains struct {
		X    Expr
		Part string
	}
)

// The values.
type (
	// Property is the value of the record's property of that name.
	Property string

	// Literal is a value written in the filter.
	Literal struct{ Value Value }

	// BBox is a box as a geometry: west, south, east, north in degrees, edges
	// included. West > east crosses the antimeridian, on which 180 and -180 are one.
	BBox [4]float64

	// Interval is a time from Start to End, both included; nil is open.
	Interval struct{ Start, End Expr }

	// Array is a list of values. Bind turns one of literals into a Literal.
	Array []Expr

	// Arithmetic computes with two numbers. A result that is no finite number, as
	// of a division by zero, is not stated.
	Arithmetic struct {
		Op          ArithmeticOp
		Left, Right Expr
	}

	// CaseI is the text X without its case, AccentI without its accents (see
	// FoldCase and FoldAccents).
	CaseI   struct{ X Expr }
	AccentI struct{ X Expr }

	// Call is a function by its name. There are none so far: Bind refuses it.
	Call struct {
		Name string
		Args []Expr
	}
)

func (And) node()            {}
func (Or) node()             {}
func (Not) node()            {}
func (Compare) node()        {}
func (Between) node()        {}
func (Like) node()           {}
func (In) node()             {}
func (IsNull) node()         {}
func (Spatial) node()        {}
func (Temporal) node()       {}
func (ArrayPredicate) node() {}
func (Contains) node()       {}
func (Property) node()       {}
func (Literal) node()        {}
func (BBox) node()           {}
func (Interval) node()       {}
func (Array) node()          {}
func (Arithmetic) node()     {}
func (CaseI) node()          {}
func (AccentI) node()        {}
func (Call) node()           {}

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

// SpatialOp is a spatial predicate, by its name in CQL2 JSON.
type SpatialOp string

// The eight spatial predicates (/req/spatial-functions/spatial-predicate).
const (
	SIntersects SpatialOp = "s_intersects"
	SEquals     SpatialOp = "s_equals"
	SDisjoint   SpatialOp = "s_disjoint"
	STouches    SpatialOp = "s_touches"
	SWithin     SpatialOp = "s_within"
	SOverlaps   SpatialOp = "s_overlaps"
	SCrosses    SpatialOp = "s_crosses"
	SContains   SpatialOp = "s_contains"
)

// Converse is the predicate that says of b and a what this one says of a and b.
func (op SpatialOp) Converse() SpatialOp {
	switch op {
	case SWithin:
		return SContains
	case SContains:
		return SWithin
	}
	return op
}

// TemporalOp is a temporal predicate, by its name in CQL2 JSON.
type TemporalOp string

// The fifteen temporal predicates (/req/temporal-functions/temporal-predicates).
const (
	TAfter        TemporalOp = "t_after"
	TBefore       TemporalOp = "t_before"
	TContains     TemporalOp = "t_contains"
	TDisjoint     TemporalOp = "t_disjoint"
	TDuring       TemporalOp = "t_during"
	TEquals       TemporalOp = "t_equals"
	TFinishedBy   TemporalOp = "t_finishedBy"
	TFinishes     TemporalOp = "t_finishes"
	TIntersects   TemporalOp = "t_intersects"
	TMeets        TemporalOp = "t_meets"
	TMetBy        TemporalOp = "t_metBy"
	TOverlappedBy TemporalOp = "t_overlappedBy"
	TOverlaps     TemporalOp = "t_overlaps"
	TStartedBy    TemporalOp = "t_startedBy"
	TStarts       TemporalOp = "t_starts"
)

// ArrayOp is an array predicate, by its name in CQL2 JSON.
type ArrayOp string

// The four array predicates (/req/array-functions/array-predicates).
const (
	AEquals      ArrayOp = "a_equals"
	AContains    ArrayOp = "a_contains"
	AContainedBy ArrayOp = "a_containedBy"
	AOverlaps    ArrayOp = "a_overlaps"
)

// ArithmeticOp is an arithmetic operator, by its name in CQL2 JSON.
type ArithmeticOp string

// The seven arithmetic operators (/req/arithmetic/arithmetic). Div is the
// quotient without its fraction.
const (
	Plus     ArithmeticOp = "+"
	Minus    ArithmeticOp = "-"
	Times    ArithmeticOp = "*"
	Over     ArithmeticOp = "/"
	Modulo   ArithmeticOp = "%"
	Div      ArithmeticOp = "div"
	Exponent ArithmeticOp = "^"
)

// Bounds are the box as one bound, or as two where it crosses the antimeridian, or ends
// at it: what lies there has a longitude of 180 or of -180, and is one place.
func (b BBox) Bounds() []orb.Bound {
	bound := func(west, east float64) orb.Bound {
		return orb.Bound{Min: orb.Point{west, b[1]}, Max: orb.Point{east, b[3]}}
	}
	switch {
	case b[0] > b[2]:
		return []orb.Bound{bound(b[0], 180), bound(-180, b[2])}
	case b[2] == 180 && b[0] > -180:
		return []orb.Bound{bound(b[0], 180), bound(-180, -180)}
	case b[0] == -180 && b[2] < 180:
		return []orb.Bound{bound(-180, b[2]), bound(180, 180)}
	}
	return []orb.Bound{bound(b[0], b[2])}
}

// Children are the nodes directly below a node, in their order.
func Children(e Expr) []Expr {
	switch e := e.(type) {
	case And:
		return e
	case Or:
		return e
	case Array:
		return e
	case Not:
		return []Expr{e.X}
	case Compare:
		return []Expr{e.Left, e.Right}
	case Between:
		return []Expr{e.X, e.Low, e.High}
	case Like:
		return []Expr{e.X, e.Pattern}
	case In:
		return append([]Expr{e.X}, e.Values...)
	case IsNull:
		return []Expr{e.X}
	case Spatial:
		return []Expr{e.Left, e.Right}
	case Temporal:
		return []Expr{e.Left, e.Right}
	case ArrayPredicate:
		return []Expr{e.Left, e.Right}
	case Contains:
		return []Expr{e.X}
	case Interval:
		return []Expr{e.Start, e.End}
	case Arithmetic:
		return []Expr{e.Left, e.Right}
	case CaseI:
		return []Expr{e.X}
	case AccentI:
		return []Expr{e.X}
	case Call:
		return e.Args
	}
	return nil
}
