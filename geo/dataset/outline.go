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
	if isTangled(outline) {
		return errors.New("too many of its lines run side by side")
	}
	polygons := make([]geom.Polygon, len(outline))
	for i, part := range outline {
		rings := make([]geom.LineString, len(part))
		for j, ring := range part {
			xy := make([]float64, 0, 2*len(ring))
			for _, p := range ring {
				xy = append(xy, p[0], p[1])
			}
			rings[j] = geom.NewLineString(geom.NewSequence(xy, geom.DimXY))
		}
		polygons[i] = geom.NewPolygon(rings)
	}
	return geom.NewMultiPolygon(polygons).Validate()
}

// isTangled reports whether the boxes of an outline's lines overlap each other far more
// often than those of any coast, ten a line: each such pair has to be compared, and a
// zig-zag of 10,000 corners would take 20 seconds.
func isTangled(outline orb.MultiPolygon) bool {
	var lines []rtree.BulkItem
	for _, part := range outline {
		for _, ring := range part {
			for i := range len(ring) - 1 {
				b := orb.LineString(ring[i : i+2]).Bound()
				lines = append(lines, rtree.BulkItem{Box: rtree.Box{MinX: b.Min[0], MinY: b.Min[1], MaxX: b.Max[0], MaxY: b.Max[1]}})
			}
		}
	}
	boxes := make([]rtree.Box, len(lines))
	for i, line := range lines {
		boxes[i] = line.Box
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
