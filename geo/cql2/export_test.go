package cql2

// LinesOf is for the tests that compare what is said of points on edges.
var LinesOf = linesOf
