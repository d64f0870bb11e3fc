package memory_test

import (
	"os"
	"runtime"
	"sync"
	"testing"

	"github.com/paulmach/orb"

	"innoatlas/geo"
	"innoatlas/geo/memory"
	"innoatlas/geo/storetest"
	"innoatlas/geo/tile"
	"innoatlas/geo/zorder"
)

// cooperation is a data set of who works with whom: a tenth of its largest size, or all of it
// where INNOATLAS_BENCH_LARGE is set.
var cooperation = sync.OnceValue(func() *geo.Dataset {
	if os.Getenv("INNOATLAS_BENCH_LARGE") != "" {
		return storetest.Cooperation(51_370, 20_000, 200_000)
	}
	return storetest.Cooperation(5_137, 2_000, 20_000)
})

var cooperationStore = sync.OnceValue(func() *memory.Store { return memory.New(cooperation()) })

func BenchmarkSnapshotOfCooperation(b *testing.B) {
	ds := cooperation()
	b.ReportAllocs()
	for b.Loop() {
		memory.New(ds)
	}
	b.ReportMetric(b.Elapsed().Seconds()/float64(b.N), "s/snapshot")
}

func BenchmarkRelate(b *testing.B) {
	ds := cooperation()
	b.ReportAllocs()
	for b.Loop() {
		ds.Relate()
	}
	reportCall(b)
}

func BenchmarkMemoryOfCooperation(b *testing.B) {
	ds := cooperation()
	for b.Loop() {
		before := heap()
		store := memory.New(ds)
		b.ReportMetric(float64(heap()-before)/1e6, "MB")
		runtime.KeepAlive(store)
	}
}

// BenchmarkCooperation measures what pages, lists and tiles ask of it.
func BenchmarkCooperation(b *testing.B) {
	store := cooperationStore()
	one := []geo.List{{Dimension: geo.ByInstitution, Values: []string{"inst-7"}}}
	label := []geo.SortKey{{Property: geo.CollatedBy("th")}}
	list := func(q geo.Query) func(b *testing.B) error {
		q.Limit = 30
		return func(b *testing.B) error { _, err := store.List(b.Context(), q); return err }
	}
	facets := func(q geo.Query) func(b *testing.B) error {
		return func(b *testing.B) error { _, err := store.Facets(b.Context(), q); return err }
	}
	matrix := func(q geo.Query) func(b *testing.B) error {
		return func(b *testing.B) error {
			_, err := store.Matrix(b.Context(), q, geo.ByInstitutionCountry, geo.ByCountry)
			return err
		}
	}
	drawn := func(q geo.Query, at zorder.Tile) func(b *testing.B) error {
		written := tile.Of(q.Collection)
		return func(b *testing.B) error {
			content, err := store.Tile(b.Context(), q, at)
			written.Plain(nil, at, content, func(f geo.Feature) geo.Feature { return f })
			return err
		}
	}
	for _, bb := range []struct {
		name string
		ask  func(b *testing.B) error
	}{
		{"institutions by label", list(geo.Query{Collection: geo.Institutions, Sort: label})},
		{"institutions by label, filtered", list(geo.Query{Collection: geo.Institutions, Sort: label, Lists: []geo.List{{Dimension: geo.ByCountry, Values: []string{"THA"}}}})},
		{"institutions by name", list(geo.Query{Collection: geo.Institutions, Sort: []geo.SortKey{{Property: "name"}}})},
		{"institutions searched", list(geo.Query{Collection: geo.Institutions, Filter: geo.SearchFilter("academy 77")})},
		{"partnerships", list(geo.Query{Collection: geo.Partnerships})},
		{"partnerships by label", list(geo.Query{Collection: geo.Partnerships, Sort: label})},
		{"partnerships of one", list(geo.Query{Collection: geo.Partnerships, Lists: one})},
		{"partnerships of a country", list(geo.Query{Collection: geo.Partnerships, Lists: []geo.List{{Dimension: geo.ByTakesPart, Values: []string{"FJI"}}}})},
		{"partnerships in a box", list(geo.Query{Collection: geo.Partnerships, Filter: geo.BBox{100, 13, 100.5, 13.5}.Filter()})},
		{"partnerships searched", list(geo.Query{Collection: geo.Partnerships, Filter: geo.SearchFilter("academy 77")})},
		{"facets of facilities", facets(geo.Query{Collection: geo.Facilities})},
		{"facets of institutions", facets(geo.Query{Collection: geo.Institutions})},
		{"facets of partnerships", facets(geo.Query{Collection: geo.Partnerships})},
		{"facets of partnerships, filtered", facets(geo.Query{Collection: geo.Partnerships, Lists: []geo.List{{Dimension: geo.ByTakesPart, Values: []string{"FJI"}}}})},
		{"facets of partnerships of one", facets(geo.Query{Collection: geo.Partnerships, Lists: one})},
		{"matrix", matrix(geo.Query{Collection: geo.Partnerships})},
		{"a tile of the world", drawn(geo.Query{Collection: geo.Partnerships}, zorder.Tile{})},
		{"a tile of a country", drawn(geo.Query{Collection: geo.Partnerships}, zorder.Tile{Z: 5, X: 24, Y: 14})},
		{"a tile of a town", drawn(geo.Query{Collection: geo.Partnerships}, zorder.TileAt(orb.Point{100.5, 13.7}, 9))},
		{"matrix of one", matrix(geo.Query{Collection: geo.Partnerships, Lists: one})},
	} {
		b.Run(bb.name, func(b *testing.B) {
			for b.Loop() {
				if err := bb.ask(b); err != nil {
					b.Fatal(err)
				}
			}
			reportCall(b)
		})
	}
}
