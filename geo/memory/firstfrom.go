package memory

import "slices"

// firstFrom is the first index, not before from, whose value is at least the
// target; len(sorted) where there is none. It is quick where that is near.
func firstFrom[T int | uint64](sorted []T, from int, target T) int {
	step := 1
	for from+step < len(sorted) && sorted[from+step] < target {
		from, step = from+step, 2*step
	}
	end := min(from+step+1, len(sorted))
	i, _ := slices.BinarySearch(sorted[from:end], target)
	return from + i
}
