//go:build !race

package memory_test

const slow = 1
