package memory

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/RoaringBitmap/roaring/v2"
	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"
	"pgregory.net/rapid"

	"innoatlas/geo"
	"innoatlas/geo/cql2"
	"innoatlas/geo/storetest"
)

// TestMatch holds the index to cql2.Eval, which is the meaning of a filter, over
// generated trees with nested Or and Not.
func TestMatch(t *testing.T) {
	ds := storetest.Generated(300)
	s := newSnapshot(ds)
	odd := roaring.New() // a set to start from, as a facet does
	for n := 1; n < len(s.facilities); n += 2 {
		odd.Add(uint32(n))
	}
	for seed := range uint64(3000) {
		filter := storetest.NewFilter(ds, geo.Facilities, seed)
		for _, among := range []*roaring.Bitmap{s.everyone, odd} {
			got, err := s.match(t.Context(), filter, among)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(evaluated(s, filter, among), slices.Collect(roaring.Values(got))); diff != "" {
				t.Fatalf("seed %d: %#v (-Eval +index):\n%s", seed, filter, diff)
			}
		}
	}
}

// evaluated asks the records themselves, not the rows that stand for them.
func evaluated(s *snapshot, filter cql2.Expr, among *roaring.Bitmap) []uint32 {
	var numbers []uint32
	for n := range roaring.Values(among) {
		if cql2.Eval(filter, &s.facilities[n]) == cql2.True {
			numbers = append(numbers, n)
		}
	}
	return numbers
}

// TestMatchLeavesTheIndexAlone: sets of the index are handed out, not copied.
func TestMatchLeavesTheIndexAlone(t *testing.T) {
	ds := storetest.Generated(300)
	s, untouched := newSnapshot(ds), newSnapshot(ds)
	for seed := range uint64(500) {
		if _, err := s.match(t.Context(), storetest.NewFilter(ds, geo.Facilities, seed), s.everyone); err != nil {
			t.Fatal(err)
		}
	}
	for i, c := range s.columns {
		for j, set := range append(c.having, c.unstated) {
			if !set.Equals(append(untouched.columns[i].having, untouched.columns[i].unstated)[j]) {
				t.Errorf("%s: set %d has changed", c.property, j)
			}
		}
	}
}

// TestLookup says what is answered without a look at a record; a filter that
// falls out of this list gets slow, not wrong.
func TestLookup(t *testing.T) {
	s := newSnapshot(storetest.Fixture())
	year := func(n float64) cql2.Expr { return cql2.Literal{Value: cql2.NumberOf(n)} }
	established, kind := cql2.Property("established"), cql2.Property("kind")
	isPark := cql2.Compare{Op: cql2.Equal, Left: kind, Right: cql2.Literal{Value: cql2.TextOf("agricultural-park")}}
	box := cql2.Intersects{X: cql2.Property("geometry"), Bounds: []orb.Bound{{Max: orb.Point{90, 90}}}}
	for _, tt := range []struct {
		name   string
		filter cql2.Expr
		want   bool
	}{
		{"a kind", isPark, true},
		{"not a kind", cql2.Not{X: isPark}, true},
		{"a range of years", geo.Years{From: 1999, To: 2015}.Filter(), true},
		{"any year", geo.Years{From: geo.NoStart, To: geo.NoEnd}.Filter(), true},
		{"a year on the left", cql2.Compare{Op: cql2.Less, Left: year(2000), Right: established}, true},
		{"a box, or no position", geo.BBox{0, 0, 90, 90}.Filter(), true},
		{"one of two properties", cql2.Or{isPark, geo.Years{From: 2000, To: 2000}.Filter()}, true},
		{"a sector", cql2.Overlaps{X: cql2.Property("sectors"), Values: []string{"food"}}, true},
		{"no sector", cql2.IsNull{X: cql2.Property("sectors")}, true},
		{"not a sector: a list may have others", cql2.Not{X: cql2.Overlaps{X: cql2.Property("sectors"), Values: []string{"food"}}}, false},
		{"not a box: no position is unknown", cql2.Not{X: box}, false},
		{"a town", cql2.Compare{Op: cql2.Equal, Left: cql2.Property("city"), Right: cql2.Literal{Value: cql2.TextOf("Nanning")}}, false},
		{"a word", geo.SearchFilter("nanning"), false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if _, got := s.lookup(tt.filter); got != tt.want {
				t.Errorf("lookup = %v, want %v", got, tt.want)
			}
		})
	}
}

func TestEvaluateEndsWithItsContext(t *testing.T) {
	s := newSnapshot(storetest.Generated(2000))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	town := cql2.Compare{Op: cql2.Equal, Left: cql2.Property("city"), Right: cql2.Literal{Value: cql2.TextOf("Nanning")}}
	if _, err := s.match(ctx, town, s.everyone); !errors.Is(err, context.Canceled) {
		t.Errorf("match = %v, want %v", err, context.Canceled)
	}
}

func TestTexts(t *testing.T) {
	facilities := []geo.Facility{{Name: "abc"}, {Name: "cab"}, {}, {Name: "ab", City: "ab"}, {Name: "中心"}}
	texts := newTexts(facilities)
	all := span(0, len(facilities))
	for _, tt := range []struct {
		name, part string
		want       []uint32
	}{
		{"several times in one text", "ab", []uint32{0, 1, 3}},
		{"not from one text into the next", "cc", nil},
		{"at the end of all", "心", []uint32{4}},
		{"half a letter", "中心"[:2], []uint32{4}},
		{"nowhere", "zz", nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for method, found := range map[string]*roaring.Bitmap{"scan": texts.scan(tt.part), "ask": texts.ask(tt.part, all)} {
				if got := found.ToArray(); !slices.Equal(got, tt.want) {
					t.Errorf("%s(%q) = %v, want %v", method, tt.part, got, tt.want)
				}
			}
		})
	}
	for n := range facilities {
		if got, want := texts.of(uint32(n)), facilities[n].SearchText(); got != want {
			t.Errorf("of(%d) = %q, want %q", n, got, want)
		}
	}
	if searchable("") || searchable("a"+separator) || !searchable("a\n") {
		t.Error("an empty part, or one with the separator, is not found by a scan")
	}
	if got := newTexts(nil).scan("a"); !got.IsEmpty() || strings.Contains(newTexts(nil).all, "a") {
		t.Errorf("scan of no text = %v", got)
	}
}

func TestFirstFrom(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		sorted := rapid.SliceOf(rapid.IntRange(0, 50)).Draw(t, "sorted")
		slices.Sort(sorted)
		from := rapid.IntRange(0, len(sorted)).Draw(t, "from")
		target := rapid.IntRange(-1, 51).Draw(t, "target")
		want := from
		for want < len(sorted) && sorted[want] < target {
			want++
		}
		if got := firstFrom(sorted, from, target); got != want {
			t.Fatalf("firstFrom(%v, %d, %d) = %d, want %d", sorted, from, target, got, want)
		}
	})
}
