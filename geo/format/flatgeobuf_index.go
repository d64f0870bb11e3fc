package format

import (
	"bufio"
	"cmp"
	"encoding/binary"
	"math"
	"slices"

	"github.com/paulmach/orb"
)

// nodeSize is how many children a node of the index has.
const nodeSize = 16

// indexed is what the index keeps of one feature.
type indexed struct {
	box     orb.Bound
	order   uint64 // its place on the Hilbert curve
	offset  int64  // where its bytes stand in the scratch file
	size    uint32 // how many they are
	ordinal uint32 // where it came in the rows
}

// extentOf is the box of all features, noBox where there are none.
func extentOf(features []indexed) orb.Bound {
	extent := noBox
	for _, f := range features {
		extent = join(extent, f.box)
	}
	return extent
}

// sortByHilbert puts the features in the order of the Hilbert curve through the
// extent.
func sortByHilbert(features []indexed, extent orb.Bound) {
	for i, f := range features {
		features[i].order = hilbertOrder(f.box, extent)
	}
	slices.SortFunc(features, func(a, b indexed) int {
		return cmp.Or(cmp.Compare(a.order, b.order), cmp.Compare(a.ordinal, b.ordinal))
	})
}

// hilbertOrder is the place of the middle of a box among the 2^16 columns and
// rows of the extent.
func hilbertOrder(box, extent orb.Bound) uint64 {
	var cell [2]uint32
	for axis := range cell {
		if size := extent.Max[axis] - extent.Min[axis]; size > 0 {
			middle := (box.Min[axis] + box.Max[axis]) / 2
			cell[axis] = uint32(math.MaxUint16 * (middle - extent.Min[axis]) / size)
		}
	}
	return hilbert(cell[0], cell[1])
}

// hilbert is the distance of a cell along the Hilbert curve through a square of
// 2^16 by 2^16 cells. At each level, the largest first, the curve goes up through
// the two quadrants on the left and down through those on the right; within the
// lower two it is mirrored, once along each diagonal.
func hilbert(x, y uint32) (distance uint64) {
	for level := 15; level >= 0; level-- {
		right, up := x>>level&1, y>>level&1
		distance = distance<<2 | uint64(3*right^up)
		if up == 1 {
			continue
		}
		if right == 1 {
			x, y = ^x, ^y
		}
		x, y = y, x
	}
	return distance
}

// writeIndex writes the packed Hilbert R-tree: its levels from the root down to
// one leaf for each feature. A node is a box and a number: the place of its first
// child among all nodes, or in a leaf the place of the feature, in bytes after
// the index.
func writeIndex(w *bufio.Writer, features []indexed) error {
	levels := innerLevels(features)
	firstChild := 0
	for _, level := range levels {
		firstChild += len(level)
		for i, box := range level {
			if err := writeNode(w, box, uint64(firstChild+i*nodeSize)); err != nil {
				return err
			}
		}
	}
	offset := uint64(0)
	for _, f := range features {
		if err := writeNode(w, f.box, offset); err != nil {
			return err
		}
		offset += uint64(f.size)
	}
	return nil
}

// innerLevels are the boxes of the nodes above the leaves, the root first.
func innerLevels(features []indexed) [][]orb.Bound {
	var level []orb.Bound
	for group := range slices.Chunk(features, nodeSize) {
		level = append(level, extentOf(group))
	}
	levels := [][]orb.Bound{level}
	for len(level) > 1 {
		level = parents(level)
		levels = append(levels, level)
	}
	slices.Reverse(levels)
	return levels
}

func parents(level []orb.Bound) []orb.Bound {
	var above []orb.Bound
	for group := range slices.Chunk(level, nodeSize) {
		box := noBox
		for _, b := range group {
			box = join(box, b)
		}
		above = append(above, box)
	}
	return above
}

func writeNode(w *bufio.Writer, box orb.Bound, number uint64) error {
	node := w.AvailableBuffer()
	for _, degrees := range [4]float64{box.Min[0], box.Min[1], box.Max[0], box.Max[1]} {
		node = binary.LittleEndian.AppendUint64(node, math.Float64bits(degrees))
	}
	_, err := w.Write(binary.LittleEndian.AppendUint64(node, number))
	return err
}
