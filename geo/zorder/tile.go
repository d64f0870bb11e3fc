package zorder

import "github.com/paulmach/orb"

// MaxTileZoom is the deepest zoom at which tiles are addressed.
const MaxTileZoom = 22

// Tile is one Web Mercator tile (WebMercatorQuad of OGC 17-083r4): X counts
// columns from the west, Y rows from the north, 2^Z of each.
type Tile struct{ Z, X, Y int }

// Valid reports whether there is such a tile.
func (t Tile) Valid() bool {
	return t.Z >= 0 && t.Z <= MaxTileZoom && t.X >= 0 && t.Y >= 0 && t.X < 1<<t.Z && t.Y < 1<<t.Z
}

// Keys is the range of the keys that lie in the tile: every key is in exactly one
// tile of a zoom.
func (t Tile) Keys() Range {
	shift := 2 * (axisBits - t.Z)
	first := interleave(uint32(t.X), uint32(t.Y)) << shift
	return Range{First: first, Last: first | (1<<shift - 1), Inside: true}
}

// TileAt is the tile of a zoom that a position lies in.
func TileAt(p orb.Point, z int) Tile {
	x, y := grid(p)
	return Tile{Z: z, X: int(x >> (axisBits - z)), Y: int(y >> (axisBits - z))}
}

// Around is where something must be, in degrees, for a tile to show some of it: the tile and a 32nd
// of it on each side, and the pole beyond the first row and the last.
func (t Tile) Around() orb.Bound {
	size := uint64(1) << (axisBits - t.Z)
	margin, end := size/32, uint64(1)<<axisBits
	from := func(n int) uint64 { return uint64(n)*size - min(margin, uint64(n)*size) }
	to := func(n int) uint64 { return min(end, uint64(n+1)*size+margin) }
	b := orb.Bound{Min: orb.Point{longitude(from(t.X)), latitude(to(t.Y))}, Max: orb.Point{longitude(to(t.X)), latitude(from(t.Y))}}
	if from(t.Y) == 0 {
		b.Max[1] = 90
	}
	if to(t.Y) == end {
		b.Min[1] = -90
	}
	return b
}
