package main

import (
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"innoatlas/api"
	"innoatlas/api/loadtest"
	"innoatlas/geo"
	"innoatlas/geo/memory"
	"innoatlas/geo/postgis"
	"innoatlas/geo/postgis/postgistest"
)

// BenchmarkReads compares --reads memory with --reads database on the same
// records, where each answer is made anew: ratio is the throughput from memory by
// that from PostGIS; kept is that of an answer that is kept, from PostGIS too. They
// are measured in turns, with keep-alive clients on loopback.
func BenchmarkReads(b *testing.B) {
	ds := loadtest.Organisations(b)
	database := inDatabase(b, ds)
	fromMemory := clientsOf(b, memory.New(ds), 0)
	fromDatabase := clientsOf(b, database, 0)
	fromKept := clientsOf(b, database, 64<<20)
	for _, bench := range []struct{ name, target string }{
		{"item", "/collections/facilities/items/4711"},
		{"page of 10", "/collections/facilities/items?limit=10"},
		{"country of 135", "/collections/facilities/items?country=THA"},
		{"tile at zoom 0", "/collections/facilities/tiles/WebMercatorQuad/0/0/0"},
		{"tile at zoom 8", "/collections/facilities/tiles/WebMercatorQuad/8/85/127"},
		{"tile at zoom 10", "/collections/facilities/tiles/WebMercatorQuad/10/340/511"},
		{"facets of a country", "/collections/facilities/facets?country=THA"},
		{"clusters of a country", "/collections/facilities/clusters?zoom=5&country=THA"},
		{"facets", "/collections/facilities/facets"},
		{"matrix", "/collections/facilities/matrix"},
		{"map page", "/?f=html"},
		{"map page of a country", "/?f=html&country=THA"},
		{"briefing of a country", "/countries/chn"},
		{"page of a facility", "/facilities/" + ds.Facilities[4711].Slug},
	} {
		b.Run(bench.name, func(b *testing.B) {
			var memory, database, kept time.Duration
			for left := b.N; left > 0; left -= 100 {
				n := min(left, 100)
				memory += fromMemory.Ask(b, bench.target, n)
				database += fromDatabase.Ask(b, bench.target, n)
				kept += fromKept.Ask(b, bench.target, n)
			}
			b.ReportMetric(0, "ns/op")
			b.ReportMetric(float64(b.N)/memory.Seconds(), "memory-req/s")
			b.ReportMetric(float64(b.N)/database.Seconds(), "database-req/s")
			b.ReportMetric(float64(b.N)/kept.Seconds(), "kept-req/s")
			b.ReportMetric(database.Seconds()/memory.Seconds(), "ratio")
		})
	}
}

// BenchmarkUncached measures what an answer of --reads database costs that nobody asked
// for before: one client, and nothing kept but what the store itself keeps of a revision.
func BenchmarkUncached(b *testing.B) {
	store := inDatabase(b, loadtest.Organisations(b))
	server := httptest.NewServer(api.New(store, api.Config{}))
	b.Cleanup(server.Close)
	const tiles = "/collections/facilities/tiles/WebMercatorQuad/"
	for _, bench := range []struct{ name, target string }{
		{"item", "/collections/facilities/items/4711"},
		{"page of 10", "/collections/facilities/items?limit=10"},
		{"page of 10, deep", "/collections/facilities/items?limit=10&offset=40000"},
		{"page of 10 of a country", "/collections/facilities/items?limit=10&country=CHN"},
		{"first tile", tiles + "0/0/0"},
		{"cluster tile", tiles + "4/5/8"},
		{"first tile of a country", tiles + "0/0/0?country=CHN"},
		{"detail tile", tiles + "10/340/511"},
		{"clusters", "/collections/facilities/clusters?zoom=3"},
		{"facets", "/collections/facilities/facets"},
		{"whole set", "/data/facilities.geojson"},
	} {
		b.Run(bench.name, func(b *testing.B) {
			read(b, server.URL+bench.target) // the first one has the server connect
			for b.Loop() {
				b.SetBytes(read(b, server.URL+bench.target))
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "req/s")
		})
	}
}

// read reads an answer to its end, and gives its length.
func read(b *testing.B, url string) int64 {
	response, err := http.Get(url)
	if err != nil {
		b.Fatal(err)
	}
	defer response.Body.Close()
	n, err := io.Copy(io.Discard, response.Body)
	if err != nil || response.StatusCode != http.StatusOK {
		b.Fatalf("%s: %s, %v", url, response.Status, err)
	}
	return n
}

func clientsOf(b *testing.B, store geo.Store, cache int) loadtest.Clients {
	server := httptest.NewServer(api.New(store, api.Config{Cache: cache}))
	b.Cleanup(server.Close)
	return loadtest.Dial(b, server.Listener.Addr().String(), 8)
}

func inDatabase(b *testing.B, ds *geo.Dataset) *postgis.Store {
	store, err := postgis.Open(b.Context(), postgistest.Migrated(b))
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(store.Close)
	if _, err := store.Import(b.Context(), ds); err != nil {
		b.Fatal(err)
	}
	return store
}
