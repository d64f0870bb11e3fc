package zorder

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/paulmach/orb"
	"pgregory.net/rapid"
)

func TestKeyOfAwkwardPositions(t *testing.T) {
	const half = 1 << (axisBits - 1)
	for _, tt := range []struct {
		name     string
		position orb.Point
		x, y     uint32
	}{
		{"null island is the corner of four tiles", orb.Point{0, 0}, half, half},
		{"the first column", orb.Point{-180, 0}, 0, half},
		{"longitude 180 is the last column, not the first", orb.Point{180, 0}, last, half},
		{"the north pole is in the first row", orb.Point{0, 90}, half, 0},
		{"the south pole is in the last row", orb.Point{0, -90}, half, last},
		{"the end of Web Mercator", orb.Point{0, MaxLatitude}, half, 0},
		{"beyond it", orb.Point{0, 85.06}, half, 0},
		{"the south-east corner of the world", orb.Point{180, -90}, last, last},
		{"the north-west corner", orb.Point{-180, 90}, 0, 0},
		{"a quarter to the east", orb.Point{90, 0}, half + half/2, half},
		{"off the map to the east", orb.Point{180.0000001, 0}, last, half},
	} {
		t.Run(tt.name, func(t *testing.T) {
			key := Key(tt.position)
			if x, y := deinterleave(key); x != tt.x || y != tt.y {
				t.Errorf("Key(%v) is column %d, row %d; want %d, %d", tt.position, x, y, tt.x, tt.y)
			}
			if key >= NoPosition {
				t.Errorf("Key(%v) = %d is not before NoPosition", tt.position, key)
			}
		})
	}
}

// TestKeyBits spells out the interleaving bit by bit: y before x at each level.
func TestKeyBits(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x, y := rapid.Uint32Range(0, last).Draw(t, "x"), rapid.Uint32Range(0, last).Draw(t, "y")
		var want uint64
		for bit := axisBits - 1; bit >= 0; bit-- {
			want = want<<2 | uint64(y>>bit&1)<<1 | uint64(x>>bit&1)
		}
		if got := interleave(x, y); got != want {
			t.Fatalf("interleave(%d, %d) = %b, want %b", x, y, got, want)
		}
		if gotX, gotY := deinterleave(want); gotX != x || gotY != y {
			t.Fatalf("deinterleave = %d, %d; want %d, %d", gotX, gotY, x, y)
		}
	})
}

// tile is the column and row of a Web Mercator tile by the formula that OpenStreetMap
// gives, which is not the one in grid.
func tile(p orb.Point, zoom int) [2]uint32 {
	n, lat := float64(uint64(1)<<zoom), p[1]*math.Pi/180
	return [2]uint32{
		uint32((p[0] + 180) / 360 * n),
		uint32((1 - math.Log(math.Tan(lat)+1/math.Cos(lat))/math.Pi) / 2 * n),
	}
}

// TestTileIsOneRange: the keys of a tile, and no others, are those between its
// first and its last.
func TestTileIsOneRange(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	for range 20_000 {
		p := orb.Point{r.Float64()*360 - 180, r.Float64()*170 - 85}
		q := orb.Point{p[0] + r.NormFloat64()/100, p[1] + r.NormFloat64()/100}
		z := r.IntN(23)
		of := tile(p, z)
		shift := axisBits - z
		first := interleave(of[0]<<shift, of[1]<<shift)
		end := first + 1<<(2*shift)
		if key := Key(p); key < first || key >= end {
			t.Fatalf("zoom %d: the key of %v is not in its tile %v", z, p, of)
		}
		inTile := tile(q, z) == of
		if key := Key(q); inTile != (key >= first && key < end) {
			t.Fatalf("zoom %d: %v in tile %v is %v, but not by its key", z, q, of, inTile)
		}
	}
}

// TestCell: a cluster cell is a quarter of a quarter of a tile, and four cells of
// one zoom are one of the zoom above.
func TestCell(t *testing.T) {
	r := rand.New(rand.NewPCG(2, 2))
	for range 10_000 {
		p := orb.Point{r.Float64()*360 - 180, r.Float64()*170 - 85}
		z := r.IntN(23)
		of := tile(p, z+2)
		if got, want := Cell(Key(p), z), interleave(of[0], of[1]); got != want {
			t.Fatalf("Cell(Key(%v), %d) = %d, want %d", p, z, got, want)
		}
		if z > 0 && Cell(Key(p), z)>>2 != Cell(Key(p), z-1) {
			t.Fatalf("the cell of %v at zoom %d is not in that at zoom %d", p, z, z-1)
		}
	}
}

func TestBounds(t *testing.T) {
	world := orb.Bound{Min: orb.Point{-180, -MaxLatitude}, Max: orb.Point{180, MaxLatitude}}
	for _, tt := range []struct {
		name        string
		first, last uint64
		want        orb.Bound
	}{
		{"all keys", 0, NoPosition - 1, world},
		{"two that share no level", NoPosition/2 - 1, NoPosition / 2, world},
		{"two that differ in x only", 0, NoPosition / 4, world},
		{"a quarter of the world", 0, NoPosition/4 - 1, orb.Bound{Min: orb.Point{-180, 0}, Max: orb.Point{0, MaxLatitude}}},
		{"the last quarter", NoPosition / 4 * 3, NoPosition - 1, orb.Bound{Min: orb.Point{0, -MaxLatitude}, Max: orb.Point{180, 0}}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := Bounds(tt.first, tt.last); !close(got.Min, tt.want.Min) || !close(got.Max, tt.want.Max) {
				t.Errorf("Bounds = %v, want %v", got, tt.want)
			}
		})
	}
}

func close(a, b orb.Point) bool {
	return math.Abs(a[0]-b[0]) < 1e-9 && math.Abs(a[1]-b[1]) < 1e-9
}

// TestBoundsHold: the cell holds both positions, and the key of its middle shares
// with them what they share; half as wide, it would not hold both.
func TestBoundsHold(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 3))
	for range 20_000 {
		size := math.Pow(10, -r.Float64()*8)
		p := orb.Point{r.Float64()*340 - 170, r.Float64()*160 - 80}
		q := orb.Point{p[0] + r.NormFloat64()*size, p[1] + r.NormFloat64()*size}
		first, last := min(Key(p), Key(q)), max(Key(p), Key(q))
		b := Bounds(first, last)
		const rounding = 1e-9
		if padded := b.Pad(rounding); !padded.Contains(p) || !padded.Contains(q) {
			t.Fatalf("Bounds of %v and %v = %v holds not both", p, q, b)
		}
		if first == last {
			continue
		}
		quarter := keysOf(b) / 4
		if first/quarter == last/quarter {
			t.Fatalf("Bounds of %v and %v = %v could be smaller", p, q, b)
		}
	}
}

// keysOf is how many keys a cell has.
func keysOf(b orb.Bound) uint64 {
	columns := uint64(math.Round((b.Max[0] - b.Min[0]) / 360 * (1 << axisBits)))
	return columns * columns
}

// TestAround: what a tile shows is around it, whatever the zoom.
func TestAround(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 20_000 {
		p := orb.Point{r.Float64()*360 - 180, r.Float64()*180 - 90}
		tile := TileAt(p, r.IntN(MaxTileZoom+1))
		if b := tile.Around(); !b.Contains(p) {
			t.Fatalf("%v is in %v and not around it: %v", p, tile, b)
		}
		x, y := Project(p)
		beside := Tile{Z: tile.Z, X: tile.X + 1, Y: tile.Y + 1}
		if size := 1 / float64(int(1)<<tile.Z); beside.Valid() && float64(beside.X)*size-x < size/64 && float64(beside.Y)*size-y < size/64 && !beside.Around().Contains(p) {
			t.Fatalf("%v is in the margin of %v and not around it: %v", p, beside, beside.Around())
		}
	}
	if b := (Tile{}).Around(); b != (orb.Bound{Min: orb.Point{-180, -90}, Max: orb.Point{180, 90}}) {
		t.Errorf("around the world is %v", b)
	}
}
