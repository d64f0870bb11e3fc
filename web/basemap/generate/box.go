package main

import "slices"

// box is west, south, east, north in whole degrees.
type box [4]int

// holds reports whether all points of a path lie in the box or on its sides.
func (b box) holds(p path, steps int) bool {
	return !slices.ContainsFunc(p, func(q [2]int) bool {
		return q[0] < b[0]*steps || q[1] < b[1]*steps || q[0] > b[2]*steps || q[1] > b[3]*steps
	})
}

// cut is what of a ring lies in the box. The world keeps its rings whole: they go
// on past ±180. Where a ring leaves the box and comes back, the parts are joined
// along its sides: they have no area, so an even-odd fill shows nothing of them.
// Source: Sutherland, Hodgman, Reentrant polygon clipping, CACM 17 (1974).
func (b box) cut(ring path, steps int) []path {
	if b == world || b.holds(ring, steps) {
		return []path{ring}
	}
	for side, degrees := range b {
		ring = clip(ring, side%2, degrees*steps, side < 2)
	}
	if ring = slices.CompactFunc(ring, func(p, q [2]int) bool { return p == q }); len(ring) < 3 {
		return nil
	}
	return []path{ring}
}

// clip keeps what of a ring lies on one side of a line: axis 0 is x, and above
// keeps what is not less than the limit.
func clip(ring path, axis, limit int, above bool) path {
	inside := func(p [2]int) bool { return p[axis] == limit || (p[axis] > limit) == above }
	var out path
	for i, p := range ring {
		before := ring[(i+len(ring)-1)%len(ring)]
		if inside(p) != inside(before) {
			out = append(out, crossing(before, p, axis, limit))
		}
		if inside(p) {
			out = append(out, p)
		}
	}
	return out
}

// crossing is the point of a line from p to q that is at the limit, rounded.
func crossing(p, q [2]int, axis, limit int) [2]int {
	part := float64(limit-p[axis]) / float64(q[axis]-p[axis])
	var at [2]int
	at[axis] = limit
	at[1-axis] = p[1-axis] + round(part*float64(q[1-axis]-p[1-axis]))
	return at
}
