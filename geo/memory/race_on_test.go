//go:build race

package memory_test

// slow is how many times as long all takes under the race detector.
const slow = 12
