//go:build race

package memory_test

// slow is how many times as long all takes under the race detector.
const slow = 12

// spatialOps is how many spatial predicates are tried with each hostile geometry.
const spatialOps = 1
