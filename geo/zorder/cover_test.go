package zorder

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/paulmach/orb"
)

func TestCoverOfTheWorldIsAllKeys(t *testing.T) {
	got := Cover(orb.Bound{Min: orb.Point{-180, -90}, Max: orb.Point{180, 90}})
	if want := (Range{0, NoPosition - 1, true}); len(got) != 1 || got[0] != want {
		t.Errorf("Cover = %v, want %v", got, want)
	}
}

// TestCoverOfAwkwardBounds names positions at the edges, and whether a bound holds
// them; what its ranges say must agree.
func TestCoverOfAwkwardBounds(t *testing.T) {
	for _, tt := range []struct {
		name  string
		bound orb.Bound
		in    []orb.Point
		out   []orb.Point
	}{
		{"one point", bound(100.5, 13.7, 100.5, 13.7), []orb.Point{{100.5, 13.7}}, []orb.Point{{100.5000002, 13.7}, {100.5, 13.6999999}}},
		{"a line along the equator", bound(-10, 0, 10, 0), []orb.Point{{-10, 0}, {10, 0}, {0, 0}}, []orb.Point{{0, 1e-7}, {10.0000001, 0}}},
		{"up to longitude 180", bound(179, -20, 180, -10), []orb.Point{{180, -15}, {179.9999999, -15}}, []orb.Point{{-180, -15}, {178.9999999, -15}}},
		{"from longitude -180", bound(-180, -20, -179, -10), []orb.Point{{-180, -15}}, []orb.Point{{180, -15}, {-178.9999999, -15}}},
		{"longitude 180 alone", bound(180, -90, 180, 90), []orb.Point{{180, 0}, {180, 90}, {180, -90}}, []orb.Point{{179.9999999, 0}}},
		{"the north pole alone", bound(-180, 90, 180, 90), []orb.Point{{0, 90}, {180, 90}}, []orb.Point{{0, 89.9999999}, {0, MaxLatitude}}},
		{"beyond Web Mercator", bound(-180, 86, 180, 89), []orb.Point{{0, 87}, {-180, 86}}, []orb.Point{{0, 85.99}, {0, 89.5}, {0, 90}}},
		{"to the end of Web Mercator, not the pole", bound(-180, 0, 180, MaxLatitude), []orb.Point{{0, MaxLatitude}}, []orb.Point{{0, 85.0512}, {0, 90}}},
		{"the southern cap", bound(-180, -90, 180, -60), []orb.Point{{0, -90}, {180, -85.06}, {0, -60}}, []orb.Point{{0, -59.9999999}}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			ranges := Cover(tt.bound)
			for _, p := range tt.in {
				if covered(ranges, p) == nil {
					t.Errorf("%v is in the bound and in no range", p)
				}
			}
			for _, p := range tt.out {
				if r := covered(ranges, p); r != nil && r.Inside {
					t.Errorf("%v is not in the bound, but in a range that is Inside", p)
				}
			}
		})
	}
}

func bound(west, south, east, north float64) orb.Bound {
	return orb.Bound{Min: orb.Point{west, south}, Max: orb.Point{east, north}}
}

// covered is the range that holds the position's key; nil where none does.
func covered(ranges []Range, p orb.Point) *Range {
	key := Key(p)
	for i, r := range ranges {
		if r.First <= key && key <= r.Last {
			return &ranges[i]
		}
	}
	return nil
}

// TestCover draws bounds of every size and shape, and positions in them, on their
// edges and around.
func TestCover(t *testing.T) {
	r := rand.New(rand.NewPCG(4, 4))
	for range 3000 {
		b := randomBound(r)
		ranges := Cover(b)
		checkRanges(t, b, ranges)
		for range 60 {
			p := near(r, b)
			switch found := covered(ranges, p); {
			case b.Contains(p) && found == nil:
				t.Fatalf("%v is in %v and in no range", p, b)
			case !b.Contains(p) && found != nil && found.Inside:
				t.Fatalf("%v is not in %v, but in the range %v", p, b, *found)
			}
		}
	}
}

// checkRanges: few, ascending, apart, of real keys.
func checkRanges(t *testing.T, b orb.Bound, ranges []Range) {
	t.Helper()
	if len(ranges) == 0 || len(ranges) > maxRanges {
		t.Fatalf("%d ranges for %v", len(ranges), b)
	}
	for i, r := range ranges {
		if r.First > r.Last || r.Last >= NoPosition || i > 0 && r.First <= ranges[i-1].Last {
			t.Fatalf("range %d of %v for %v", i, ranges, b)
		}
	}
}

func randomBound(r *rand.Rand) orb.Bound {
	size := func() float64 { return math.Pow(10, r.Float64()*9-7) * float64(min(1, r.IntN(10))) }
	west, south := r.Float64()*360-180, r.Float64()*180-90
	b := bound(west, south, min(180, west+size()), min(90, south+size()))
	for i, end := range []*float64{&b.Min[0], &b.Min[1], &b.Max[0], &b.Max[1]} {
		if r.IntN(12) == 0 { // reach for the end of the world
			*end = []float64{-180, -90, 180, 90}[i]
		}
	}
	return b
}

// near is a position that has an edge's longitude or latitude, is a hair off, lies
// within, or anywhere.
func near(r *rand.Rand, b orb.Bound) orb.Point {
	var p orb.Point
	for axis, end := range []float64{180, 90} {
		low, high := b.Min[axis], b.Max[axis]
		v := []float64{low, high, low - 1e-7, high + 1e-7, low + r.Float64()*(high-low), low + r.Float64()*(high-low), (r.Float64()*2 - 1) * end}
		p[axis] = max(-end, min(end, v[r.IntN(len(v))]))
	}
	return p
}

// TestCoverIsClose: ranges that are far wider than a square box would make a store
// look at far too much.
func TestCoverIsClose(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 5))
	for range 1000 {
		cells := int64(10 + r.IntN(1<<(1+r.IntN(28))))
		x, y := r.Int64N(last-cells), r.Int64N(last-cells)
		b := orb.Bound{
			Min: orb.Point{longitude(uint64(x)), latitude(uint64(y + cells))},
			Max: orb.Point{longitude(uint64(x + cells)), latitude(uint64(y))},
		}
		var keys float64
		for _, r := range Cover(b) {
			keys += float64(r.Last-r.First) + 1
		}
		if most := 2 * float64(cells+3) * float64(cells+3); keys > most {
			t.Fatalf("%.0f keys for a box of %d x %d cells", keys, cells, cells)
		}
	}
}

func FuzzCover(f *testing.F) {
	f.Add(-180.0, -90.0, 180.0, 90.0)
	f.Add(180.0, 0.0, 180.0, 0.0)
	f.Add(100.5, 13.75, 100.6, 13.85)
	f.Fuzz(func(t *testing.T, a, b, c, d float64) {
		lon, lat := []float64{a, c}, []float64{b, d}
		for i := range 2 {
			if !(math.Abs(lon[i]) <= 180 && math.Abs(lat[i]) <= 90) {
				return // geo.ParseBBox lets none such through
			}
		}
		box := bound(min(a, c), min(b, d), max(a, c), max(b, d))
		ranges := Cover(box)
		checkRanges(t, box, ranges)
		for _, p := range []orb.Point{box.Min, box.Max, {box.Min[0], box.Max[1]}, {box.Max[0], box.Min[1]}, box.Center()} {
			if covered(ranges, p) == nil {
				t.Errorf("%v of %v is in no range", p, box)
			}
		}
	})
}
