package cql2

import (
	"slices"
	"strings"
)

var (
	comparisons   = []Op{Equal, NotEqual, LessEqual, GreaterEqual, Less, Greater}
	arithmeticOps = []ArithmeticOp{Plus, Minus, Times, Over, Modulo, Div, Exponent}
	spatialOps    = []SpatialOp{SIntersects, SEquals, SDisjoint, STouches, SWithin, SOverlaps, SCrosses, SContains}
	temporalOps   = []TemporalOp{
		TAfter, TBefore, TContains, TDisjoint, TDuring, TEquals, TFinishedBy, TFinishes, TIntersects, TMeets, TMetBy, TOverlappedBy, TOverlaps,
		TStartedBy, TStarts,
	}
	arrayOps = []ArrayOp{AEquals, AContains, AContainedBy, AOverlaps}
)

// binaries make the nodes of two operands, by their names in CQL2 JSON.
var binaries = func() map[string]func(a, b Expr) Expr {
	all := map[string]func(a, b Expr) Expr{"like": func(a, b Expr) Expr { return Like{a, b} }}
	for _, op := range comparisons {
		all[string(op)] = func(a, b Expr) Expr { return Compare{op, a, b} }
	}
	for _, op := range arithmeticOps {
		all[string(op)] = func(a, b Expr) Expr { return Arithmetic{op, a, b} }
	}
	for _, op := range spatialOps {
		all[string(op)] = func(a, b Expr) Expr { return Spatial{op, a, b} }
	}
	for _, op := range temporalOps {
		all[string(op)] = func(a, b Expr) Expr { return Temporal{op, a, b} }
	}
	for _, op := range arrayOps {
		all[string(op)] = func(a, b Expr) Expr { return ArrayPredicate{op, a, b} }
	}
	return all
}()

// operators are the names in CQL2 JSON, by their lower case.
var operators = func() map[string]string {
	all := map[string]string{}
	for name := range binaries {
		all[strings.ToLower(name)] = name
	}
	for _, name := range []string{"and", "or", "not", "in", "between", "isNull", "casei", "accenti"} {
		all[strings.ToLower(name)] = name
	}
	return all
}()

// predicateNamed makes the spatial, temporal or array predicate that CQL2 text has
// under a name, in any case; nil where there is none.
func predicateNamed(name string) func(a, b Expr) Expr {
	if len(name) < 2 || name[1] != '_' {
		return nil
	}
	return binaries[operators[strings.ToLower(name)]]
}

// reserved are the keywords that are no property unless they stand in double quotes.
var reserved = []string{"AND", "OR", "NOT", "LIKE", "BETWEEN", "IN", "IS", "NULL", "DIV", "TRUE", "FALSE"}

// literalNames begin literals, where a bracket follows.
var literalNames = []string{"DATE", "TIMESTAMP", "INTERVAL", "BBOX"}

var geometryNames = []string{"POINT", "LINESTRING", "POLYGON", "MULTIPOINT", "MULTILINESTRING", "MULTIPOLYGON", "GEOMETRYCOLLECTION"}

// among reports whether a word is one of the keywords, in any case.
func among(keywords []string, word string) bool {
	return slices.ContainsFunc(keywords, func(keyword string) bool { return sameWord(word, keyword) })
}

// isFunctionName reports whether a function may have the name: what is an operator or
// a keyword would be read as that.
func isFunctionName(name string) bool {
	return isName(name) && operators[strings.ToLower(name)] == "" && !among(reserved, name) && !among(literalNames, name) && !among(geometryNames, name)
}

// isCondition reports whether an expression may be true or false.
func isCondition(e Expr) bool {
	switch e := e.(type) {
	case Literal:
		return e.Value.Type == Bool || e.Value.Type == Null
	case Property, Call:
		return true
	}
	return isPredicate(e)
}

func isPredicate(e Expr) bool {
	switch e.(type) {
	case And, Or, Not, Compare, Between, Like, In, IsNull, Spatial, Temporal, ArrayPredicate, Contains:
		return true
	}
	return false
}

// isArray reports whether an expression may be an array.
func isArray(e Expr) bool {
	switch e.(type) {
	case Array, Property, Call:
		return true
	}
	return false
}

// isInstant reports whether an expression may be the end of an interval.
func isInstant(e Expr) bool {
	switch e := e.(type) {
	case Literal:
		return e.Value.Type == Date || e.Value.Type == Timestamp
	case Property, Call:
		return true
	}
	return false
}
