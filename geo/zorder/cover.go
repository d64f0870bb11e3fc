package zorder

import (
	"cmp"
	"slices"

	"github.com/paulmach/orb"
)

// Range is a run of keys, both ends included. Inside says that every position
// with such a key lies in the bound that was asked for, so that nothing is left
// to compare.
type Range struct {
	First, Last uint64
	Inside      bool
}

// maxRanges keeps the OR of ranges in a query short; where a box would need
// more, its edge is followed more coarsely.
const maxRanges = 64

// Cover gives at most 64 ascending ranges of keys that hold every position in
// the bound (degrees, Min west-south, Max east-north, not across the
// antimeridian). The bound is widened by one cell on each side, so a position on
// its edge is never lost to rounding; a range may hold positions outside of it.
func Cover(b orb.Bound) []Range {
	box := window(b)
	var done []Range
	open := []square{{size: 1 << axisBits}}
	for len(open) > 0 {
		var split []square
		for _, s := range open {
			switch {
			case s.within(box.inner):
				done = append(done, s.keys(true))
			case s.size == 1:
				done = append(done, s.keys(false))
			default:
				split = append(split, s.children(box.outer)...)
			}
		}
		if len(done)+len(split) > maxRanges {
			return merge(append(done, coarse(open, box)...))
		}
		open = split
	}
	return merge(done)
}

// coarse closes the squares of a level that cannot be split within the limit.
func coarse(open []square, box boxes) []Range {
	var rest []Range
	for _, s := range open {
		if !s.within(box.inner) && s.size > 1 {
			rest = append(rest, s.keys(false))
		}
	}
	return rest
}

// boxes are the cells of a bound: outer with one cell more on each side, inner
// with one cell less.
type boxes struct{ outer, inner rect }

// rect is a box of cells, ends included; int64 so that it may be empty or reach
// past the grid.
type rect struct{ x0, y0, x1, y1 int64 }

func window(b orb.Bound) boxes {
	x0, y0 := grid(orb.Point{b.Min[0], b.Max[1]})
	x1, y1 := grid(orb.Point{b.Max[0], b.Min[1]})
	r := rect{int64(x0), int64(y0), int64(x1), int64(y1)}
	in := rect{r.x0 + 1, r.y0 + 1, r.x1 - 1, r.y1 - 1}
	// The outermost cells also hold what was clamped into them, so they are
	// inside only where the bound reaches the end of the world.
	if b.Min[0] <= -180 {
		in.x0 = 0
	}
	if b.Max[0] >= 180 {
		in.x1 = last
	}
	if b.Max[1] >= 90 {
		in.y0 = 0
	}
	if b.Min[1] <= -90 {
		in.y1 = last
	}
	return boxes{outer: rect{r.x0 - 1, r.y0 - 1, r.x1 + 1, r.y1 + 1}, inner: in}
}

// square is a cell of the quadtree: its first column and row, and its width in
// cells of the finest level.
type square struct {
	x, y uint32
	size uint64
}

func (s square) end() (x, y int64) {
	return int64(s.x) + int64(s.size) - 1, int64(s.y) + int64(s.size) - 1
}

func (s square) within(r rect) bool {
	x1, y1 := s.end()
	return int64(s.x) >= r.x0 && int64(s.y) >= r.y0 && x1 <= r.x1 && y1 <= r.y1
}

func (s square) meets(r rect) bool {
	x1, y1 := s.end()
	return int64(s.x) <= r.x1 && int64(s.y) <= r.y1 && x1 >= r.x0 && y1 >= r.y0
}

// children are the quarters that meet the box, in key order.
func (s square) children(r rect) []square {
	half := uint32(s.size / 2)
	var kept []square
	for _, c := range [4]square{
		{s.x, s.y, s.size / 2}, {s.x + half, s.y, s.size / 2},
		{s.x, s.y + half, s.size / 2}, {s.x + half, s.y + half, s.size / 2},
	} {
		if c.meets(r) {
			kept = append(kept, c)
		}
	}
	return kept
}

func (s square) keys(inside bool) Range {
	first := interleave(s.x, s.y)
	return Range{First: first, Last: first + (s.size*s.size - 1), Inside: inside}
}

// merge sorts the ranges and joins those that follow each other.
func merge(ranges []Range) []Range {
	slices.SortFunc(ranges, func(a, b Range) int { return cmp.Compare(a.First, b.First) })
	out := ranges[:0]
	for _, r := range ranges {
		if n := len(out); n > 0 && out[n-1].Last+1 == r.First && out[n-1].Inside == r.Inside {
			out[n-1].Last = r.Last
			continue
		}
		out = append(out, r)
	}
	return out
}
