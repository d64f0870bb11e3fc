package memory

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/RoaringBitmap/roaring/v2"
)

// TestShift: sets, lists and ordinals come out as if the facilities were numbered anew.
func TestShift(t *testing.T) {
	for seed := range uint64(40) {
		r := rand.New(rand.NewPCG(seed, 0))
		count := r.IntN(200_000)
		few := []int{0, 1, 3, 40}[seed%4]
		goes, before := ascending(r, min(few, count), count), make([]int, r.IntN(1+few))
		for i := range before {
			before[i] = r.IntN(count + 1)
		}
		slices.Sort(before)
		s, at := newShift(count, goes, before)
		var want []int // of each ordinal of the next, that before
		b, g := before, goes
		for n := 0; n <= count; n++ {
			for ; len(b) > 0 && b[0] == n; b = b[1:] {
				if !slices.Contains(at, len(want)) {
					t.Fatalf("seed %d: what came in before %d is at %v, not at %d", seed, n, at, len(want))
				}
				want = append(want, -1)
			}
			if len(g) > 0 && g[0] == n {
				g = g[1:]
			} else if n < count {
				want = append(want, n)
			}
		}
		if s.count != len(want) {
			t.Fatalf("seed %d: %d in the next, want %d", seed, s.count, len(want))
		}
		for _, old := range []*roaring.Bitmap{some(r, count, 1), some(r, count, 3), some(r, count, 1000), span(count/3, count/2), roaring.New()} {
			moved := roaring.New()
			for to, from := range want {
				if from >= 0 && old.Contains(uint32(from)) {
					moved.Add(uint32(to))
				}
			}
			if !s.set(old).Equals(moved) {
				t.Fatalf("seed %d: %d of %d are not where they should be (%v go, %v come)", seed, old.GetCardinality(), count, goes, before)
			}
		}
	}
}

func ascending(r *rand.Rand, n, below int) []int {
	all := map[int]bool{}
	for len(all) < n {
		all[r.IntN(below)] = true
	}
	var list []int
	for i := range all {
		list = append(list, i)
	}
	slices.Sort(list)
	return list
}

// some is a set of one in so many.
func some(r *rand.Rand, count, in int) *roaring.Bitmap {
	b := roaring.New()
	for n := range count {
		if r.IntN(in) == 0 {
			b.Add(uint32(n))
		}
	}
	return b
}
