package cql2

import (
	"cmp"
	"math"
	"slices"

	"github.com/paulmach/orb"
)

// The matrix of DE-9IM looks at each two segments whose bounds meet, and keeps each of
// their crossings in memory: some ten thousand positions to and fro would need
// gigabytes for one record. So the lines of a literal are not to do either too often.
const (
	maxCrossings = 1000
	maxMeetings  = 1_000_000 // of bounds
)

// segment goes from its western end to its eastern one.
type segment struct{ west, east orb.Point }

// isTangled reports a literal of lines that cross or pass each other too often. That
// the segments of a line join each other does not count.
func isTangled(e Expr) bool {
	literal, _ := e.(Literal)
	switch g := literal.Value.Geometry.(type) {
	case orb.LineString:
		return tangled(segmentsOf(g))
	case orb.MultiLineString:
		return tangled(segmentsOf(g...))
	}
	return false
}

// segmentsOf are the segments of lines. Where they are wider than high, on the whole, the
// axes are exchanged: so fewer of them begin before another ends.
func segmentsOf(lines ...orb.LineString) []segment {
	var list []segment
	var width, height float64
	for _, line := range lines {
		for i := 1; i < len(line); i++ {
			width += math.Abs(line[i][0] - line[i-1][0])
			height += math.Abs(line[i][1] - line[i-1][1])
			list = append(list, segment{line[i-1], line[i]})
		}
	}
	for i, s := range list {
		if width > height {
			s = segment{orb.Point{s.west[1], s.west[0]}, orb.Point{s.east[1], s.east[0]}}
		}
		if s.west[0] > s.east[0] {
			s.west, s.east = s.east, s.west
		}
		list[i] = s
	}
	return list
}

// tangled compares each segment with those that begin before it ends, from the west.
func tangled(list []segment) bool {
	slices.SortFunc(list, func(a, b segment) int { return cmp.Compare(a.west[0], b.west[0]) })
	crossings, meetings := -len(list), -len(list) // joints are free
	for i, a := range list {
		for _, b := range list[i+1:] {
			if b.west[0] > a.east[0] {
				break
			}
			if !a.isBeside(b) {
				continue
			}
			if meetings++; a.crosses(b) {
				crossings++
			}
			if crossings > maxCrossings || meetings > maxMeetings {
				return true
			}
		}
	}
	return false
}

// isBeside reports whether two segments share a latitude.
func (s segment) isBeside(t segment) bool {
	return max(s.west[1], s.east[1]) >= min(t.west[1], t.east[1]) && max(t.west[1], t.east[1]) >= min(s.west[1], s.east[1])
}

// crosses reports whether two segments have a point in common, but for rounding.
func (s segment) crosses(t segment) bool {
	return s.side(t.west)*s.side(t.east) <= 0 && t.side(s.west)*t.side(s.east) <= 0
}

// side is positive where a point lies to the north of the segment's line, negative to
// its south, and zero on it.
func (s segment) side(p orb.Point) int {
	return cmp.Compare((s.east[0]-s.west[0])*(p[1]-s.west[1]), (s.east[1]-s.west[1])*(p[0]-s.west[0]))
}
