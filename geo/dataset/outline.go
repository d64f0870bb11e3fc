package dataset

import (
	"errors"

	"github.com/paulmach/orb"
	"github.com/peterstace/simplefeatures/geom"
	"github.com/peterstace/simplefeatures/rtree"
)

// checkOutline says where an outline is no area: where a line crosses or covers another,
// or a hole lies outside. PostGIS refuses such, so that a file is good for both stores or
// for none.
func checkOutline(outline orb.MultiPolygon) error {
	lines := linesOf(outline)
	switch {
	case isLong(lines), isEven(lines), isTangled(lines):
		return errors.New("too many of its lines run side by side")
	case hasManyHoles(outline):
		return errors.New("it has too many holes for its corners")
	}
	polygons := make([]geom.Polygon, len(outline))
	for i, part := range outline {
		rings := make([]geom.LineString, len(part))
		for j, ring := range part {
			xy := make([]float64, 0, 2*len(ring))
			for i, p := range ring {
				if i == 0 || p != ring[i-1] {
					xy = append(xy, p[0], p[1])
				}
			}
			rings[j] = geom.NewLineString(geom.NewSequence(xy, geom.DimXY))
		}
		polygons[i] = geom.NewPolygon(rings)
	}
	return geom.NewMultiPolygon(polygons).Validate()
}

// linesOf are the boxes of an outline's lines, without those of no length.
func linesOf(outline orb.MultiPolygon) []rtree.Box {
	var lines []rtree.Box
	for _, part := range outline {
		for _, ring := range part {
			for i := range len(ring) - 1 {
				if ring[i] != ring[i+1] {
					b := orb.LineString(ring[i : i+2]).Bound()
					lines = append(lines, rtree.Box{MinX: b.Min[0], MinY: b.Min[1], MaxX: b.Max[0], MaxY: b.Max[1]})
				}
			}
		}
	}
	return lines
}

// maxLength is how long the lines of an outline may be together, counted in the width and
// the height of its box: a coast with all of its fjords and islands has some hundred.
const maxLength = 5000

// isLong reports whether the lines are longer than those of any coast. A rake of as many
// long tines is an area, and yet each has to be compared with all: no index tells them apart.
func isLong(lines []rtree.Box) bool {
	var width, height float64
	all := orb.Bound{Min: orb.Point{180, 90}, Max: orb.Point{-180, -90}}
	for _, line := range lines {
		width += line.MaxX - line.MinX
		height += line.MaxY - line.MinY
		all = all.Extend(orb.Point{line.MinX, line.MinY}).Extend(orb.Point{line.MaxX, line.MaxY})
	}
	return len(lines) > 0 && (width > maxLength*(all.Max[0]-all.Min[0]) || height > maxLength*(all.Max[1]-all.Min[1]))
}

// maxEven is how many lines may have their middle on one meridian or parallel. To make an
// index of them takes the square of their number.
const maxEven = 20_000

func isEven(lines []rtree.Box) bool {
	meridians, parallels := map[float64]int{}, map[float64]int{}
	for _, line := range lines {
		x, y := line.MinX+line.MaxX, line.MinY+line.MaxY
		meridians[x]++
		parallels[y]++
		if meridians[x] > maxEven || parallels[y] > maxEven {
			return true
		}
	}
	return false
}

// hasManyHoles reports whether a part has so many that it would take more than seconds to
// see that each lies within: all corners are looked at for each.
func hasManyHoles(outline orb.MultiPolygon) bool {
	const most = 50_000_000
	for _, part := range outline {
		if len(part) > 1 && (len(part)-1)*len(part[0]) > most {
			return true
		}
	}
	return false
}

// isTangled reports whether the boxes of an outline's lines overlap each other far more
// often than those of any coast, ten a line: each such pair has to be compared, and a
// zig-zag of 10,000 corners would take 20 seconds.
func isTangled(boxes []rtree.Box) bool {
	lines := make([]rtree.BulkItem, len(boxes))
	for i, box := range boxes {
		lines[i].Box = box
	}
	left := 100_000 + 50*len(lines)
	tree := rtree.BulkLoad(lines)
	for i := 0; i < len(boxes) && left >= 0; i++ {
		_ = tree.RangeSearch(boxes[i], func(int) error { // its only error is Stop
			if left--; left < 0 {
				return rtree.Stop
			}
			return nil
		})
	}
	return left < 0
}
