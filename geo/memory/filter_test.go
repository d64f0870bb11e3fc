package memory

import (
	"context"
	"errors"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/RoaringBitmap/roaring/v2"
	"github.com/google/go-cmp/cmp"
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
	for n := 1; n < len(s.records); n += 2 {
		odd.Add(uint32(n))
	}
	seeds := uint64(3000)
	if testing.Short() {
		seeds = 300
	}
	for seed := range seeds {
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
		if cql2.Eval(filter, s.records[n]) == cql2.True {
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
		for j, set := range append(c.postings, c.nulls) {
			if !set.Equals(append(untouched.columns[i].postings, untouched.columns[i].nulls)[j]) {
				t.Errorf("%s: set %d has changed", c.property, j)
			}
		}
	}
}

// TestEffort says what is answered without a look at the records; a filter that
// falls out of this list gets slow, not wrong.
func TestEffort(t *testing.T) {
	s := newSnapshot(storetest.Fixture())
	text := func(s string) cql2.Expr { return cql2.Literal{Value: cql2.TextOf(s)} }
	number := func(n float64) cql2.Expr { return cql2.Literal{Value: cql2.NumberOf(n)} }
	established, kind, geometry := cql2.Property("established"), cql2.Property("kind"), cql2.Property("geometry")
	sectors, food := cql2.Property("sectors"), cql2.Literal{Value: cql2.ListOf([]string{"food"})}
	isPark := cql2.Compare{Op: cql2.Equal, Left: kind, Right: text("agricultural-park")}
	like := func(x cql2.Expr) cql2.Expr {
		return cql2.Like{X: cql2.CaseI{X: cql2.AccentI{X: x}}, Pattern: text("%park")}
	}
	box := cql2.Spatial{Op: cql2.SIntersects, Left: geometry, Right: cql2.BBox{0, 0, 90, 90}}
	disjoint := cql2.Spatial{Op: cql2.SDisjoint, Left: geometry, Right: cql2.BBox{0, 0, 90, 90}}
	word := geo.SearchFilter("nanning")
	for _, tt := range []struct {
		name   string
		filter cql2.Expr
		want   int
	}{
		{"true", cql2.Literal{Value: cql2.BoolOf(true)}, byIndex},
		{"a kind", isPark, byIndex},
		{"not a kind", cql2.Not{X: isPark}, byIndex},
		{"a pattern of kinds", like(kind), byIndex},
		{"a range of years", geo.Years{From: 1999, To: 2015}.Filter(), byIndex},
		{"any year", geo.Years{From: geo.NoStart, To: geo.NoEnd}.Filter(), byIndex},
		{"a year on the left", cql2.Compare{Op: cql2.Less, Left: number(2000), Right: established}, byIndex},
		{"a decade", cql2.Compare{Op: cql2.Equal, Left: cql2.Arithmetic{Op: cql2.Div, Left: established, Right: number(10)}, Right: number(200)}, byIndex},
		{"a box, or no position", geo.BBox{0, 0, 90, 90}.Filter(), byIndex},
		{"a box on the left", cql2.Spatial{Op: cql2.SIntersects, Left: cql2.BBox{0, 0, 90, 90}, Right: geometry}, byIndex},
		{"not a box", cql2.Not{X: box}, byIndex},
		{"one of two properties", cql2.Or{isPark, geo.Years{From: 2000, To: 2000}.Filter()}, byIndex},
		{"a sector", cql2.ArrayPredicate{Op: cql2.AOverlaps, Left: sectors, Right: food}, byIndex},
		{"these sectors and no others", cql2.ArrayPredicate{Op: cql2.AEquals, Left: food, Right: sectors}, byIndex},
		{"no sector", cql2.IsNull{X: sectors}, byIndex},
		{"not a sector", cql2.Not{X: cql2.ArrayPredicate{Op: cql2.AOverlaps, Left: sectors, Right: food}}, byIndex},
		{"an id", cql2.Compare{Op: cql2.Equal, Left: number(7), Right: cql2.Property("id")}, byIndex},
		{"no id", cql2.Compare{Op: cql2.Equal, Left: cql2.Property("id"), Right: number(7.5)}, byRecord},
		{"one of the slugs", cql2.In{X: cql2.Property("slug"), Values: []cql2.Expr{text("a"), text("b")}}, byIndex},
		{"a word", word, byIndex},
		{"a word or a kind", cql2.Or{word, isPark}, byIndex},
		{"outside of a box", disjoint, byPosition},
		{"not a word outside of a box", cql2.And{cql2.Not{X: word}, disjoint}, byPosition},
		{"a pattern of names", like(cql2.Property("name")), byRecord},
		{"two properties in one comparison", cql2.Compare{Op: cql2.Less, Left: established, Right: cql2.Property("id")}, byRecord},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := s.effort(tt.filter); got != tt.want {
				t.Errorf("effort = %d, want %d", got, tt.want)
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
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1)) // the records make one chunk, which is long enough to look up
	if _, err := s.scanRecords(ctx, cql2.True, town, s.everyone); !errors.Is(err, context.Canceled) {
		t.Errorf("evaluate = %v, want %v", err, context.Canceled)
	}
}

// TestGatherPanics: one filter that cannot be evaluated is no reason to end the server.
func TestGatherPanics(t *testing.T) {
	s := newSnapshot(storetest.Fixture())
	if _, err := s.parallelScan(func(chunk, *roaring.Bitmap) error { panic("no such case") }); err == nil || !strings.Contains(err.Error(), "no such case") {
		t.Errorf("gather = %v, want an error that says why", err)
	}
}

// The index of terms finds what strings.Contains finds, in parts that end anywhere.
func TestTexts(t *testing.T) {
	s := newSnapshot(&geo.Dataset{Facilities: []geo.Facility{
		{ID: 1, Name: "Rice lab"}, {ID: 2, Name: "Lab of rice"}, {ID: 3}, {ID: 4, Name: "AI lab, ricefield", City: "Ai"}, {ID: 5, Name: "技术中心"}, {ID: 6, Name: "中国技术"},
		{ID: 7, Name: "ศูนย์ข้าว 5G技术网络"},
	}})
	for _, part := range []string{" rice", " rice ", " ai ", " lab of ", " of rice", "技术", "技", "术", "技术中", "技术中心", "ข้าว", " 5g 技术", " zz", "水稻", " ric", "心"} {
		for _, least := range []cql2.Truth{cql2.True, cql2.Unknown} {
			e := cql2.Contains{X: cql2.Property("search_text"), Part: part}
			if terms, _ := termsOf(e); len(terms) == 0 {
				t.Fatalf("%q is not found by the index", part)
			}
			found, err := s.matchAtLeast(t.Context(), least, e, s.everyone)
			if err != nil {
				t.Fatal(err)
			}
			var want []uint32
			for n := range s.records {
				if cql2.Eval(e, s.records[n]) >= least {
					want = append(want, uint32(n))
				}
			}
			if got := found.ToArray(); !slices.Equal(got, want) {
				t.Errorf("%q, at least %v = %v, want %v", part, least, got, want)
			}
		}
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
