package memory

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/RoaringBitmap/roaring/v2"
	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"

	"innoatlas/geo"
	"innoatlas/geo/cql2"
	"innoatlas/geo/storetest"
	"innoatlas/geo/zorder"
)

// TestMeasure relates all records with geometries of every type, many of which have
// a record's position for a corner, and asks each record besides.
func TestMeasure(t *testing.T) {
	s := newSnapshot(storetest.Generated(400))
	g := shapes{rand.New(rand.NewPCG(6, 6)), s.points}
	seen := map[cql2.SpatialOp]map[cql2.Truth]int{}
	for range 100 {
		shape := g.shape()
		for _, op := range []cql2.SpatialOp{cql2.SIntersects, cql2.SEquals, cql2.SDisjoint, cql2.STouches, cql2.SWithin, cql2.SOverlaps, cql2.SCrosses, cql2.SContains} {
			e := cql2.Spatial{Op: op, Left: cql2.Property("geometry"), Right: shape}
			if g.IntN(4) == 0 {
				e.Left, e.Right = e.Right, e.Left
			}
			bound, err := cql2.Bind(e, geo.Facilities.FilterType)
			if err != nil {
				continue // such as a line from a point to itself
			}
			e = bound.(cql2.Spatial)
			want := map[cql2.Truth][]uint32{}
			for n := range s.records {
				truth := cql2.Eval(e, s.records[n])
				want[truth] = append(want[truth], uint32(n))
			}
			for truth, numbers := range want {
				if seen[op] == nil {
					seen[op] = map[cql2.Truth]int{}
				}
				seen[op][truth] += len(numbers)
			}
			s.checkMeasure(t, e, want)
		}
	}
	t.Log(seen)
	for _, op := range []cql2.SpatialOp{cql2.SIntersects, cql2.SEquals, cql2.SDisjoint, cql2.STouches, cql2.SWithin, cql2.SContains} {
		if seen[op][cql2.True] == 0 || seen[op][cql2.False] == 0 || seen[op][cql2.Unknown] == 0 {
			t.Errorf("%s came to nothing but %v", op, seen[op])
		}
	}
}

func (s *snapshot) checkMeasure(t *testing.T, e cql2.Spatial, want map[cql2.Truth][]uint32) {
	t.Helper()
	for least, numbers := range map[cql2.Truth][]uint32{cql2.True: want[cql2.True], cql2.Unknown: slices.Concat(want[cql2.True], want[cql2.Unknown])} {
		got, err := s.scanPositions(t.Context(), least, e, s.everyone)
		if err != nil {
			t.Fatal(err)
		}
		slices.Sort(numbers)
		if diff := cmp.Diff(numbers, got.ToArray(), cmpEmpty); diff != "" {
			t.Fatalf("at least %d: %#v (-Eval +measure):\n%s", least, e, diff)
		}
		odd := roaring.New()
		for n := 1; n < len(s.records); n += 2 {
			odd.Add(uint32(n))
		}
		if some, err := s.scanPositions(t.Context(), least, e, odd); err != nil || !some.Equals(roaring.And(got, odd)) {
			t.Fatalf("at least %d, among every other: %#v: %v", least, e, err)
		}
	}
}

var cmpEmpty = cmp.Transformer("empty", func(l []uint32) []uint32 { return append([]uint32{}, l...) })

// shapes draws geometries around positions.
type shapes struct {
	*rand.Rand
	points []orb.Point
}

// shape is of any type.
func (g shapes) shape() cql2.Expr {
	if g.IntN(8) == 0 {
		a, b := g.corner(), g.corner()
		return cql2.BBox{a[0], min(a[1], b[1]), b[0], max(a[1], b[1])} // every other crosses the antimeridian
	}
	return cql2.Literal{Value: cql2.GeometryOf(g.geometry())}
}

func (g shapes) geometry() orb.Geometry {
	switch g.IntN(8) {
	case 0:
		return g.corner()
	case 1:
		return orb.MultiPoint{g.corner(), g.corner(), g.corner()}
	case 2:
		return orb.LineString{g.corner(), g.corner()}
	case 3:
		return orb.MultiLineString{{g.corner(), g.corner()}, {g.corner(), g.corner(), g.corner()}}
	case 4:
		return orb.Polygon{{{-180, -90}, {180, -90}, {180, 90}, {-180, 90}, {-180, -90}}}
	case 5:
		return orb.MultiPolygon{{g.star(-120, 5)}, {g.star(0, 5)}, {g.star(120, 5)}}
	}
	return orb.Polygon{g.star(g.corner()[0], 60)}
}

// corner is the position of a record, or one close by.
func (g shapes) corner() orb.Point {
	p := g.points[g.IntN(len(g.points))]
	if g.IntN(2) == 0 {
		p = geo.RoundPosition(orb.Point{p[0] + g.NormFloat64(), max(-90, min(90, p[1]+g.NormFloat64()))})
	}
	return p
}

// star is a ring around a meridian, at most so wide to either side.
func (g shapes) star(longitude, width float64) orb.Ring {
	corners := 3 + g.IntN(40)
	ring := make(orb.Ring, corners)
	for i := range ring {
		turn, size := 2*math.Pi*float64(i)/float64(corners), 0.2+0.8*g.Float64()
		ring[i] = orb.Point{longitude + width*size*math.Cos(turn), 70 * size * math.Sin(turn)}
	}
	return append(ring, ring[0])
}

// TestReach: a tile's facilities lie in its reach, wherever they are.
func TestReach(t *testing.T) {
	s := newSnapshot(storetest.Generated(1000))
	for n, p := range s.points {
		for z := range zorder.MaxTileZoom + 1 {
			tile := zorder.TileAt(p, z)
			if r := reach(tile); !r.Contains(p) {
				t.Fatalf("%v is in tile %v, but not in its reach %v", p, tile, r)
			}
			if from, to := s.ordinals(tile.Keys()); n < from || n >= to {
				t.Fatalf("number %d is not in tile %v: %d to %d", n, tile, from, to)
			}
		}
	}
}

func TestEdgeMayMeet(t *testing.T) {
	square := orb.Bound{Min: orb.Point{0, 0}, Max: orb.Point{2, 2}}
	for _, tt := range []struct {
		name string
		edge edge
		want bool
	}{
		{"within", edge{{0.5, 0.5}, {1, 1.5}}, true},
		{"across", edge{{-1, 1}, {3, 1.5}}, true},
		{"past a corner", edge{{-1, 1.5}, {1.5, 4}}, false},
		{"past the same corner, the other way", edge{{1.5, 4}, {-1, 1.5}}, false},
		{"cuts a corner", edge{{-1, 0.5}, {1.5, 3}}, true},
		{"through a corner", edge{{-1, 1}, {1, 3}}, true},
		{"along a side", edge{{2, -1}, {2, 5}}, true},
		{"beside", edge{{3, 0}, {3, 2}}, false},
		{"above", edge{{0, 3}, {2, 4}}, false},
		{"a point within", edge{{1, 1}, {1, 1}}, true},
		{"a point outside", edge{{3, 1}, {3, 1}}, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := tt.edge.mayMeet(square); got != tt.want {
				t.Errorf("mayMeet = %v, want %v", got, tt.want)
			}
		})
	}
}
