package cql2

import (
	"maps"
	"slices"
)

// LinesOf is for the tests that compare what is said of points on edges.
var LinesOf = linesOf

// ValueOf is the value of an expression that is no predicate.
var ValueOf = valueOf

// OperatorNames are the operators of CQL2 JSON.
func OperatorNames() []string { return slices.Sorted(maps.Values(operators)) }
