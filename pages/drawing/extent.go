package drawing

import (
	"cmp"
	"slices"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/planar"
)

// ExtentAround is the smallest extent that holds some boxes, across the antimeridian
// where that is shorter, and at least so many degrees wide. A box may reach past 180.
func ExtentAround(boxes []orb.Bound, width float64) Extent {
	boxes = slices.Clone(boxes)
	slices.SortFunc(boxes, func(a, b orb.Bound) int { return cmp.Compare(a.Min[0], b.Min[0]) })
	first := boxes[0].Min[0]
	f := Extent{West: first, South: 90, North: -90}
	reach, widest, wrapped := boxes[0].Max[0], 0.0, 0.0
	for _, b := range boxes {
		if gap := b.Min[0] - reach; gap > widest {
			widest, f.West, wrapped = gap, b.Min[0], reach+360
		}
		reach = max(reach, b.Max[0])
		f.South, f.North = min(f.South, b.Min[1]), max(f.North, b.Max[1])
	}
	f.East = max(wrapped, reach)
	if first+360-reach >= widest {
		f.West, f.East = first, reach
	}
	if short := width - (f.East - f.West); short > 0 {
		f.West, f.East = f.West-short/2, f.East+short/2
	}
	return f
}

// Focused is the part of a country's extent where its records are, with some of what is
// around them: most of a large country may be empty.
func Focused(country, records Extent) Extent {
	const around = 0.12
	dx, dy := around*(country.East-country.West), around*(country.North-country.South)
	f := Extent{
		West: max(country.West, records.West-dx), East: min(country.East, records.East+dx),
		South: max(country.South, records.South-dy), North: min(country.North, records.North+dy),
	}
	if f.West >= f.East || f.South >= f.North {
		return country
	}
	return f
}

// Mainland are the boxes of the parts of a country that make up its picture: the
// large ones, and what lies near them. Islands an ocean away would make it a map
// of the ocean.
func Mainland(outline orb.MultiPolygon) []orb.Bound {
	const large, near = 0.2, 0.15 // of the largest part, and of its width
	largest := 0.0
	areas, all := make([]float64, len(outline)), make([]orb.Bound, len(outline))
	for i, part := range outline {
		ring := unwrapped(part[0])
		areas[i], all[i] = planar.Area(ring), ring.Bound()
		largest = max(largest, areas[i])
	}
	var boxes []orb.Bound
	for i, b := range all {
		if areas[i] >= large*largest {
			boxes = append(boxes, b)
		}
	}
	for _, b := range all {
		if slices.ContainsFunc(boxes, func(l orb.Bound) bool { return meetsInTheRound(l.Pad(near*(l.Max[0]-l.Min[0])), b) }) {
			boxes = append(boxes, b)
		}
	}
	return boxes
}

// meetsInTheRound reports whether two boxes meet, also across the antimeridian, where
// most outlines are cut.
func meetsInTheRound(a, b orb.Bound) bool {
	for _, turn := range []float64{0, 360, -360} {
		if a.Intersects(orb.Bound{Min: orb.Point{b.Min[0] + turn, b.Min[1]}, Max: orb.Point{b.Max[0] + turn, b.Max[1]}}) {
			return true
		}
	}
	return false
}

// unwrapped is a ring whose points are never more than half a turn apart: one that
// crosses the antimeridian goes on past 180.
func unwrapped(ring orb.Ring) orb.Ring {
	out, turn := make(orb.Ring, len(ring)), 0.0
	for i, p := range ring {
		if i > 0 {
			switch d := p[0] - ring[i-1][0]; {
			case d > 180:
				turn -= 360
			case d < -180:
				turn += 360
			}
		}
		out[i] = orb.Point{p[0] + turn, p[1]}
	}
	if b := out.Bound(); b.Min[0] < -180 { // so that boxes begin in one world
		for i := range out {
			out[i][0] += 360
		}
	}
	return out
}
