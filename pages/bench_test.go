package pages

import (
	"net/http/httptest"
	"testing"

	"innoatlas/api"
	"innoatlas/api/loadtest"
	"innoatlas/geo/memory"
)

// BenchmarkPages is what the pages for people cost beside the facets, which each
// needs anyway.
func BenchmarkPages(b *testing.B) {
	s := newServer(memory.New(loadtest.Organisations(b)), api.Config{})
	for _, bench := range []struct{ name, target string }{
		{"facets", "/collections/facilities/facets"},
		{"matrix", "/collections/facilities/matrix"},
		{"map", "/"},
		{"map of a country", "/?country=THA"},
		{"map of a word", "/?q=university"},
		{"embedded map", "/embed"},
		{"facility", "/facilities/" + loadtest.Organisations(b).Facilities[4711].Slug},
		{"country", "/countries/chn"},
		{"sector", "/sectors/" + loadtest.Organisations(b).Sectors[0].ID},
	} {
		b.Run(bench.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				r := httptest.NewRequest("GET", bench.target, nil)
				r.Host = "localhost:8080"
				r.Header.Set("Accept", "text/html")
				w := httptest.NewRecorder()
				if s.ServeHTTP(w, r); w.Code != 200 {
					b.Fatal(w.Code, w.Body)
				}
				b.SetBytes(int64(w.Body.Len()))
			}
		})
	}
}
