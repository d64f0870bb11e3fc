package tile_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"
	"github.com/peterstace/simplefeatures/geom"

	"innoatlas/geo"
	"innoatlas/geo/dataset"
	"innoatlas/geo/tile"
	"innoatlas/geo/tile/tiletest"
	"innoatlas/geo/zorder"
)

// square is a polygon in degrees, counterclockwise as GeoJSON has it, with holes.
func square(west, south, size float64, holes ...orb.Ring) orb.Polygon {
	ring := orb.Ring{{west, south}, {west + size, south}, {west + size, south + size}, {west, south + size}, {west, south}}
	return append(orb.Polygon{ring}, holes...)
}

func hole(west, south, size float64) orb.Ring {
	r := square(west, south, size)[0]
	slices.Reverse(r)
	return r
}

func country(code string, outline orb.MultiPolygon) *geo.Country {
	c, _ := geo.CountryByCode(code)
	c.Outline = outline
	c.Facilities = 3
	c.ByKind = []geo.Bucket{{Value: "joint-laboratory", Count: 3}, {Value: "agricultural-park", Count: 0}}
	return &c
}

func countriesIn(t *testing.T, of zorder.Tile, countries ...*geo.Country) []tiletest.Feature {
	t.Helper()
	var outlines tile.Outlines
	b := outlines.Areas(nil, ofCountries, "r", of, records(countries))
	if len(b) == 0 {
		return nil
	}
	l := onlyLayer(t, b)
	if l.Name != "countries" {
		t.Errorf("layer %q", l.Name)
	}
	return l.Features
}

func TestCountries(t *testing.T) {
	// In the tile 2/2/1, longitudes 0 to 90 are 0 to 4096.
	of := zorder.Tile{Z: 2, X: 2, Y: 1}
	features := countriesIn(t, of,
		country("THA", orb.MultiPolygon{square(0, 0, 45, hole(10, 10, 5)), square(-1, 30, 0.5)}),
		country("FJI", orb.MultiPolygon{square(-170, -20, 10)}),
		country("CHN", nil))
	if len(features) != 1 {
		t.Fatalf("%d countries, want the one in the tile", len(features))
	}
	f := features[0]
	if f.ID != 764 || f.Type != 3 {
		t.Errorf("id %d, type %d", f.ID, f.Type)
	}
	want := map[string]any{"country": "THA", "name": "Thailand", "name_zh": "泰国", "facilities": uint64(3),
		"kind_joint_laboratory": uint64(3), "kind_agricultural_park": uint64(0)}
	if diff := cmp.Diff(want, f.Properties); diff != "" {
		t.Error(diff)
	}
	if len(f.Parts) != 3 {
		t.Fatalf("%d rings, want the land, its hole, and the island in the buffer", len(f.Parts))
	}
	for i, want := range []struct {
		name string
		sign float64
	}{{"land", 1}, {"hole", -1}, {"island", 1}} {
		if got := area(f.Parts[i]); math.Signbit(got) == (want.sign > 0) {
			t.Errorf("the %s has area %v", want.name, got)
		}
	}
	if got := boundOf(f.Parts[0]); got != [4]int64{0, 1798, 2048, 4096} {
		t.Errorf("the land is %v", got)
	}
	if got := boundOf(f.Parts[2]); got[0] != -46 || got[2] != -23 {
		t.Errorf("the island in the buffer is %v", got)
	}
}

// area is twice the area in the tile, positive where the ring is an outer one
// (MVT 2.1 §4.3.4.4).
func area(ring [][2]int64) float64 {
	sum := 0.0
	for i, p := range ring {
		q := ring[(i+1)%len(ring)]
		sum += float64(p[0]*q[1] - q[0]*p[1])
	}
	return sum
}

func boundOf(ring [][2]int64) [4]int64 {
	b := [4]int64{ring[0][0], ring[0][1], ring[0][0], ring[0][1]}
	for _, p := range ring {
		b = [4]int64{min(b[0], p[0]), min(b[1], p[1]), max(b[2], p[0]), max(b[3], p[1])}
	}
	return b
}

func TestOutlinesInTiles(t *testing.T) {
	const edge = tile.Extent + 64
	whole := [4]int64{-64, -64, edge, edge}
	asia := orb.MultiPolygon{square(60, 0, 60)}
	for name, test := range map[string]struct {
		of      zorder.Tile
		outline orb.MultiPolygon
		want    [][4]int64 // bounds of the rings
	}{
		"a tile inside of a country is full of it": {zorder.TileAt(orb.Point{100, 30}, 12), asia, [][4]int64{whole}},
		"a tile far from it has nothing":           {zorder.TileAt(orb.Point{-100, 30}, 12), asia, nil},
		"a tile in its hole has nothing":           {zorder.TileAt(orb.Point{100, 30}, 12), orb.MultiPolygon{square(60, 0, 60, hole(90, 20, 20))}, nil},
		"one that meets only the buffer":           {zorder.Tile{Z: 1, X: 0, Y: 0}, orb.MultiPolygon{square(1, 1, 60)}, [][4]int64{{4119, 2333, edge, 4073}}},
		"a country smaller than a unit is a unit":  {zorder.Tile{}, orb.MultiPolygon{square(10, 10, 0.01), square(50, 20, 0.02)}, [][4]int64{{2617, 1815, 2618, 1816}}},
		"an island smaller than a unit is dropped": {zorder.Tile{}, orb.MultiPolygon{square(10, 10, 0.01), square(50, 0, 20)}, [][4]int64{{2617, 1816, 2844, 2048}}},
		"a hole smaller than a unit is dropped":    {zorder.Tile{}, orb.MultiPolygon{square(50, 0, 20, hole(60, 10, 0.01))}, [][4]int64{{2617, 1816, 2844, 2048}}},
		"the pole ends with the world": {zorder.Tile{}, orb.MultiPolygon{{{{-180, -90}, {180, -90}, {180, -60}, {-180, -60}, {-180, -90}}}},
			[][4]int64{{0, 2907, 4096, 4096}}},
		"both sides of the antimeridian": {zorder.Tile{}, orb.MultiPolygon{square(175, 0, 5), square(-180, 0, 5)},
			[][4]int64{{4039, 1991, 4096, 2048}, {0, 1991, 57, 2048}}},
	} {
		t.Run(name, func(t *testing.T) {
			var got [][4]int64
			for _, f := range countriesIn(t, test.of, country("THA", test.outline)) {
				for _, ring := range f.Parts {
					got = append(got, boundOf(ring))
				}
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// A simplified outline is within a few units of the true one, and has no vertices
// that nobody can see.
func TestOutlinesAreSimplified(t *testing.T) {
	var circle orb.Ring
	for i := range 10_001 {
		angle := float64(i%10_000) / 10_000 * 2 * math.Pi
		circle = append(circle, orb.Point{40 * math.Cos(angle), 40 * math.Sin(angle)})
	}
	for z := range 3 {
		of := zorder.TileAt(orb.Point{20, 20}, z)
		for _, ring := range countriesIn(t, of, country("THA", orb.MultiPolygon{{circle}}))[0].Parts {
			if len(ring) > 400 || len(ring) < 10 {
				t.Errorf("zoom %d: %d vertices", z, len(ring))
			}
		}
	}
	// The easternmost vertex, at longitude 40 of tile 1/1/0, is where it was.
	ring := countriesIn(t, zorder.Tile{Z: 1, X: 1, Y: 0}, country("THA", orb.MultiPolygon{{circle}}))[0].Parts[0]
	if got, want := boundOf(ring)[2], int64(math.Round(40.0/180*tile.Extent)); got < want-3 || got > want+3 {
		t.Errorf("the circle ends at %d, want %d", got, want)
	}
}

// A revision's outlines are not kept for the next.
func TestOutlinesOfANewRevision(t *testing.T) {
	var outlines tile.Outlines
	of := zorder.Tile{}
	before := outlines.Areas(nil, ofCountries, "1", of, records([]*geo.Country{country("THA", orb.MultiPolygon{square(0, 0, 10)})}))
	moved := []*geo.Country{country("THA", orb.MultiPolygon{square(50, 0, 10)})}
	if after := outlines.Areas(nil, ofCountries, "2", of, records(moved)); string(after) == string(before) {
		t.Error("the outline of revision 1 is drawn in revision 2")
	}
	if again := outlines.Areas(nil, ofCountries, "2", of, records(moved)); string(again) == string(before) {
		t.Error("the outline of revision 1 came back")
	}
}

// rough is a round outline with so many vertices that no tile could hold them all;
// they are up to depth degrees apart.
func rough(vertices int, depth float64) orb.MultiPolygon {
	r := rand.New(rand.NewPCG(1, 2))
	ring := make(orb.Ring, 0, vertices+1)
	for i := range vertices {
		angle, radius := float64(i)/float64(vertices)*2*math.Pi, 60-depth*r.Float64()
		ring = append(ring, orb.Point{radius * math.Cos(angle), radius * math.Sin(angle)})
	}
	return orb.MultiPolygon{{append(ring, ring[0])}}
}

func TestRoughOutlinesGetCoarser(t *testing.T) {
	for _, depth := range []float64{0.5, 30} {
		outline := rough(150_000, depth)
		b := new(tile.Outlines).Areas(nil, ofCountries, "r", zorder.Tile{}, []geo.Feature{country("THA", outline)})
		if len(b) > tile.MaxBytes/2 {
			t.Errorf("%v degrees: %d bytes", depth, len(b))
		}
		f := onlyLayer(t, b).Features[0]
		checkRings(t, fmt.Sprint(depth, " degrees"), f.Parts)
		if area(f.Parts[0]) < math.Pi*20*20*2*(tile.Extent/360)*(tile.Extent/360) {
			t.Errorf("%v degrees: too little is left", depth)
		}
	}
	// Where there is hardly room, there are no outlines, and what is there stays.
	full := make([]byte, tile.MaxBytes-10)
	outline := rough(150_000, 0.5)
	if b := new(tile.Outlines).Areas(full, ofCountries, "r", zorder.Tile{}, []geo.Feature{country("THA", outline)}); len(b) != len(full) {
		t.Errorf("%d bytes added to a full tile", len(b)-len(full))
	}
}

func builtinCountries(tb testing.TB) []*geo.Country {
	tb.Helper()
	ds, err := dataset.Builtin()
	if err != nil {
		tb.Fatal(err)
	}
	var all []*geo.Country
	for i := range ds.Countries {
		all = append(all, &ds.Countries[i])
	}
	return all
}

// The tiles of the built-in outlines are as the specification wants them: in each
// feature an outer ring first, then holes, valid to another library; nothing outside
// of the buffer. All countries are in the tiles of every zoom.
func TestBuiltinOutlines(t *testing.T) {
	countries := builtinCountries(t)
	var outlines tile.Outlines
	for _, z := range []int{0, 1, 2, 3, 4} {
		seen := map[uint64]bool{}
		for x := range 1 << z {
			for y := range 1 << z {
				of := zorder.Tile{Z: z, X: x, Y: y}
				layers, err := tiletest.Decode(outlines.Areas(nil, ofCountries, "r", of, records(countries)))
				if err != nil {
					t.Fatalf("%v: %v", of, err)
				}
				for _, l := range layers {
					for _, f := range l.Features {
						seen[f.ID] = true
						checkRings(t, fmt.Sprintf("%v in %v", f.Properties["country"], of), f.Parts)
					}
				}
			}
		}
		for _, c := range countries {
			if c.Outline != nil && !seen[uint64(c.ID)] {
				t.Errorf("zoom %d does not show %s", z, c.Code)
			}
		}
	}
}

func checkRings(t *testing.T, name string, rings [][][2]int64) {
	t.Helper()
	var polygon []geom.LineString
	for i, ring := range rings {
		signed := area(ring)
		if len(ring) < 3 || signed == 0 || i == 0 && signed < 0 {
			t.Errorf("%s: ring %d has %d positions and area %v", name, i, len(ring), signed)
		}
		if signed > 0 {
			polygon = nil
		}
		var xy []float64
		for _, p := range append(ring[:len(ring):len(ring)], ring[0]) {
			if min(p[0], p[1]) < -64 || max(p[0], p[1]) > tile.Extent+64 {
				t.Errorf("%s: ring %d goes to %v", name, i, p)
			}
			xy = append(xy, float64(p[0]), float64(p[1]))
		}
		polygon = append(polygon, geom.NewLineString(geom.NewSequence(xy, geom.DimXY)))
		if err := geom.NewPolygon(polygon).Validate(); err != nil {
			t.Errorf("%s: ring %d: %v", name, i, err)
		}
	}
}
