package memory_test

import (
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"innoatlas/geo"
	"innoatlas/geo/dataset"
	"innoatlas/geo/memory"
)

const facilities = 1_000_000

var (
	millionRows  = sync.OnceValue(func() *geo.Dataset { return organisations(facilities) })
	millionStore = sync.OnceValue(func() *memory.Store { return memory.New(millionRows()) })
)

// filtered is a country-and-kind filter that keeps about 13,000 of the million.
var filtered = []geo.List{
	{Dimension: geo.ByCountry, Values: []string{commonCountry, "THA", "LAO"}},
	{Dimension: geo.ByKind, Values: []string{"education", "facility"}},
}

// byCountryAndName is the order of the list beside the map.
var byCountryAndName = []geo.SortKey{{Property: "country_name"}, {Property: "name"}}

func BenchmarkClustersOfTheWorld(b *testing.B) {
	store := millionStore()
	for _, bb := range []struct {
		name  string
		lists []geo.List
		zoom  int
	}{
		{"zoom=0/unfiltered", nil, 0},
		{"zoom=0/filtered", filtered, 0},
		{"zoom=4/unfiltered", nil, 4},
		{"zoom=4/filtered", filtered, 4},
		{"zoom=22/filtered", []geo.List{{Dimension: geo.ByCountry, Values: []string{"LAO"}}}, 22},
	} {
		b.Run(bb.name, func(b *testing.B) {
			var found geo.Clusters
			for b.Loop() {
				var err error
				q := geo.Query{Collection: geo.Facilities, Lists: bb.lists, Filter: geo.BBox{-180, -90, 180, 90}.Filter()}
				if found, err = store.Clusters(b.Context(), q, bb.zoom); err != nil {
					b.Fatal(err)
				}
			}
			reportCall(b)
			b.ReportMetric(float64(len(found.Clusters)), "clusters")
			b.ReportMetric(float64(found.Matched), "matched")
		})
	}
}

func BenchmarkFacets(b *testing.B) {
	store := millionStore()
	for _, bb := range []struct {
		name string
		geo.Query
	}{
		{"unfiltered", geo.Query{}},
		{"filtered", geo.Query{Lists: filtered}},
		{"filtered by years", geo.Query{Lists: filtered, Established: &geo.Years{From: 1990, To: 2010}}},
		{"filtered by box", geo.Query{Filter: geo.BBox{-30, -40, 120, 50}.Filter()}},
	} {
		bb.Collection = geo.Facilities
		b.Run(bb.name, func(b *testing.B) {
			for b.Loop() {
				if _, err := store.Facets(b.Context(), bb.Query); err != nil {
					b.Fatal(err)
				}
			}
			reportCall(b)
		})
	}
}

func BenchmarkList(b *testing.B) {
	store := millionStore()
	name := []geo.SortKey{{Property: "name"}}
	for _, bb := range []struct {
		name  string
		query geo.Query
	}{
		{"first page", geo.Query{}},
		{"page in the middle", geo.Query{Offset: facilities / 2}},
		{"one country", geo.Query{Lists: filtered[:1]}},
		{"sortby a kind", geo.Query{Sort: []geo.SortKey{{Property: "kind", Descending: true}}}},
		{"sortby a name", geo.Query{Sort: name}},
		{"sortby a name, filtered", geo.Query{Sort: name, Lists: filtered}},
		{"sortby a name, in the middle", geo.Query{Sort: name, Offset: facilities / 2}},
	} {
		b.Run(bb.name, func(b *testing.B) {
			bb.query.Collection, bb.query.Limit = geo.Facilities, 10
			if len(bb.query.Sort) > 0 {
				store.AwaitOrder(bb.query.Sort)
			}
			for b.Loop() {
				if _, err := store.List(b.Context(), bb.query); err != nil {
					b.Fatal(err)
				}
			}
			reportCall(b)
		})
	}
}

// BenchmarkOrder measures what is made beside the answers, before the first page can
// be read off: the page of a list until then is that of BenchmarkSearchedPage.
func BenchmarkOrder(b *testing.B) {
	store := millionStore()
	for b.Loop() {
		store.ForgetOrders()
		store.AwaitOrder(byCountryAndName)
	}
	reportCall(b)
}

func BenchmarkSearchedPage(b *testing.B) {
	store := memory.New(millionRows())
	store.KeepNoOrders()
	for b.Loop() {
		if _, err := store.List(b.Context(), geo.Query{Collection: geo.Facilities, Limit: 30, Sort: byCountryAndName}); err != nil {
			b.Fatal(err)
		}
	}
	reportCall(b)
}

func BenchmarkSnapshot(b *testing.B) {
	rows := millionRows()
	for b.Loop() {
		memory.New(rows)
	}
	b.ReportMetric(b.Elapsed().Seconds()/float64(b.N), "s/snapshot")
}

// BenchmarkMemory measures what a store keeps alive once the slice that it was
// made from is gone.
func BenchmarkMemory(b *testing.B) {
	for b.Loop() {
		before := heap()
		store := memory.New(organisations(facilities))
		b.ReportMetric(float64(heap()-before)/facilities, "bytes/facility")
		runtime.KeepAlive(store)
	}
}

func heap() int64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.GC()
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

func reportCall(b *testing.B) {
	b.ReportMetric(float64(b.Elapsed())/float64(b.N)/float64(time.Millisecond), "ms/call")
	b.ReportMetric(0, "ns/op")
}

// TestOrganisations keeps the generator honest: the figures above mean something
// only over data of this kind.
func TestOrganisations(t *testing.T) {
	ds := organisations(100_000)
	store := memory.New(ds)
	facets, err := store.Facets(t.Context(), geo.Query{Collection: geo.Facilities})
	if err != nil {
		t.Fatal(err)
	}
	used := map[geo.Dimension]int{}
	for _, f := range facets.Facets {
		for _, b := range f.Buckets {
			used[f.Dimension] += min(b.Count, 1)
		}
	}
	if used[geo.ByKind] != 9 || used[geo.ByCountry] != 220 {
		t.Errorf("%d kinds and %d countries, want 9 and 220", used[geo.ByKind], used[geo.ByCountry])
	}
	if again := organisations(100_000); fmt.Sprintf("%+v", again.Facilities[777].Slug) != ds.Facilities[777].Slug {
		t.Error("the generator is not the same twice")
	}
}

// BenchmarkMemoryOfTexts measures what a record of the built-in data keeps alive with its
// texts in nine other languages, and without them, 250 times the data set.
func BenchmarkMemoryOfTexts(b *testing.B) {
	builtin, err := dataset.Builtin()
	if err != nil {
		b.Fatal(err)
	}
	for name, told := range map[string]bool{"ten languages": true, "English": false} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				before := heap()
				store := memory.New(times(builtin, 250, told))
				b.ReportMetric(float64(heap()-before)/float64(250*len(builtin.Facilities)), "bytes/facility")
				runtime.KeepAlive(store)
			}
		})
	}
}

// times is a data set so many times, each text anew, with its translations or without.
func times(ds *geo.Dataset, n int, told bool) *geo.Dataset {
	next := *ds
	next.Facilities = nil
	for n := range n {
		for _, f := range ds.Facilities {
			f.ID += int64(n) * 1000
			f.Slug = fmt.Sprint(f.Slug, "-", n)
			f.Name, f.Summary = strings.Clone(f.Name), strings.Clone(f.Summary)
			texts := f.Translations
			f.Translations = nil
			if told && texts != nil {
				all := slices.Clone(texts.All)
				for i := range all {
					all[i].Text = strings.Clone(all[i].Text)
				}
				f.Translations = &geo.Translations{All: all}
			}
			next.Facilities = append(next.Facilities, f)
		}
	}
	return &next
}
