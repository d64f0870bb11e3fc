package tile

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/peterstace/simplefeatures/geom"
	"pgregory.net/rapid"
)

func ringOf(xy ...int) []position {
	var r []position
	for i := 0; i < len(xy); i += 2 {
		r = append(r, position{xy[i], xy[i+1]})
	}
	return r
}

func TestPolygonsOf(t *testing.T) {
	square := func(x, y, size int) []position { return ringOf(x, y, x+size, y, x+size, y+size, x, y+size) }
	for name, test := range map[string]struct {
		outer []position
		holes [][]position
		want  [][]position
	}{
		"a square stays":      {square(0, 0, 10), nil, [][]position{square(0, 0, 10)}},
		"the other way round": {ringOf(0, 10, 10, 10, 10, 0, 0, 0), nil, [][]position{square(0, 0, 10)}},
		"an isthmus of no width": {ringOf(0, 0, 10, 0, 10, 5, 20, 0, 20, 10, 10, 5, 10, 10, 0, 10), nil,
			[][]position{ringOf(10, 5, 20, 0, 20, 10), ringOf(0, 0, 10, 0, 10, 10, 0, 10)}},
		"a bay that closes":      {ringOf(0, 0, 10, 0, 10, 10, 6, 10, 5, 10, 7, 5, 3, 5, 5, 10, 0, 10), nil, [][]position{square(0, 0, 10), ringOf(5, 10, 7, 5, 3, 5)}},
		"two coasts that cross":  {ringOf(0, 0, 10, 0, 10, 10, 0, 10, 4, 12, 4, 8), nil, nil},
		"a hole stays":           {square(0, 0, 10), [][]position{square(2, 2, 4)}, [][]position{square(0, 0, 10), ringOf(2, 6, 6, 6, 6, 2, 2, 2)}},
		"a hole outside is lost": {square(0, 0, 10), [][]position{square(12, 2, 4)}, [][]position{square(0, 0, 10)}},
		"pieces along a cut":     {ringOf(0, 0, 10, 0, 10, 2, 0, 2, 0, 8, 10, 8, 10, 10, 0, 10), nil, nil},
	} {
		t.Run(name, func(t *testing.T) {
			got, ok := polygonsOf(test.outer, test.holes)
			if !ok {
				t.Fatal("too tangled")
			}
			checkValid(t, got)
			if test.want != nil && !cmp.Equal(got, test.want, cmp.AllowUnexported(position{})) {
				t.Errorf("got %v\nwant %v", got, test.want)
			}
		})
	}
}

// failer is what testing and rapid have in common.
type failer interface {
	Helper()
	Fatalf(format string, args ...any)
}

// checkValid asks another library whether these are outer rings, each with its
// holes behind it.
func checkValid(t failer, rings [][]position) {
	t.Helper()
	var polygon []geom.LineString
	check := func() {
		if err := geom.NewPolygon(polygon).Validate(); err != nil {
			t.Fatalf("%v: %v", err, geom.NewPolygon(polygon).AsText())
		}
	}
	for i, r := range rings {
		if len(r) < 3 || area(r) == 0 {
			t.Fatalf("ring %v has no area", r)
		}
		if outer := area(r) > 0; outer && i > 0 {
			check()
			polygon = nil
		} else if !outer && i == 0 {
			t.Fatalf("the first ring is a hole: %v", r)
		}
		var xy []float64
		for _, p := range append(r[:len(r):len(r)], r[0]) {
			xy = append(xy, float64(p.x), float64(p.y))
		}
		polygon = append(polygon, geom.NewLineString(geom.NewSequence(xy, geom.DimXY)))
	}
	if polygon != nil {
		check()
	}
}

// A ring that crosses itself everywhere must not keep a server busy.
func TestKnotsAreGivenUp(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	knot := make([]position, 20_000)
	for i := range knot {
		knot[i] = position{random.IntN(4096), random.IntN(4096)}
	}
	if rings, ok := polygonsOf(straighten(knot), nil); ok {
		t.Errorf("a knot is %d rings", len(rings))
	}
}

// Whatever a ring looks like, what comes out is valid.
func TestPolygonsOfAnyRing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		size := rapid.SampledFrom([]int{4, 12, 4096}).Draw(t, "size")
		var r []position
		for range rapid.IntRange(3, 14).Draw(t, "positions") {
			r = append(r, position{rapid.IntRange(0, size).Draw(t, "x"), rapid.IntRange(0, size).Draw(t, "y")})
		}
		if r = straighten(r); r != nil && area(r) != 0 {
			rings, _ := polygonsOf(r, nil)
			checkValid(t, rings)
		}
	})
}

// A coast that was rounded keeps its area but for about a unit along it.
func TestRoundedCoastKeepsItsArea(t *testing.T) {
	random := rand.New(rand.NewPCG(7, 7))
	for range 200 {
		var coast []position
		length := 0.0
		for i := range 400 {
			angle, radius := float64(i)/400*2*math.Pi, 60+20*random.Float64()
			p := position{int(radius * math.Cos(angle)), int(radius * math.Sin(angle))}
			if i > 0 {
				length += math.Sqrt(float64(distance(p, coast[i-1])))
			}
			coast = append(coast, p)
		}
		before := math.Abs(float64(area(coast)))
		rings, ok := polygonsOf(straighten(coast), nil)
		if !ok {
			t.Fatal("too tangled")
		}
		checkValid(t, rings)
		after := 0.0
		for _, r := range rings {
			after += float64(area(r))
		}
		if math.Abs(after-before) > 2*length {
			t.Fatalf("twice the area was %v and is %v, along a coast of %v", before, after, length)
		}
	}
}
