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
