//go:build !race

package memory_test

const slow = 1

// spatialOps is how many spatial predicates are tried with each hostile geometry.
const spatialOps = 6
