package cql2

// LinesOf is for the tests that compare what is said of points on edges.
var LinesOf = linesOf

// ValueOf is the value of an expression that is no predicate.
var ValueOf = valueOf
