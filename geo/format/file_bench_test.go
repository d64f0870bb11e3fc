package format_test

import (
	"fmt"
	"io"
	"math/rand/v2"
	"testing"

	"github.com/paulmach/orb"

	"innoatlas/geo"
	"innoatlas/geo/format"
)

// manyFacilities are 50,000 short records, as those of a register are.
func manyFacilities() selection {
	r := rand.New(rand.NewPCG(1, 2))
	kinds := []string{"education", "facility", "funder", "government", "healthcare"}
	s := selection{geo.Facilities, &geo.Catalog{}, make([]geo.Feature, 50_000)}
	for i := range s.features {
		kind := kinds[r.IntN(len(kinds))]
		s.features[i] = &geo.Facility{
			ID: int64(i + 1), Slug: fmt.Sprintf("%09x", i*7919), Kind: kind, Name: fmt.Sprintf("National Institute of Applied Science, Section %d", i),
			Country: "IND", CountryName: "India", City: "New Delhi", Precision: "city",
			Position: &orb.Point{float64(r.IntN(36e6))/1e5 - 180, float64(r.IntN(16e6))/1e5 - 80},
			Sectors:  []string{kind}, Established: 1800 + r.IntN(225), Status: "unknown",
			Source: geo.Source{URL: fmt.Sprintf("https://www.organisation-%d.example", i)},
		}
	}
	return s
}

// counter counts what is written.
type counter struct{ n int64 }

func (c *counter) Write(p []byte) (int, error) {
	c.n += int64(len(p))
	return len(p), nil
}

func benchmarkWriter(b *testing.B, w writer, s selection) {
	var size counter
	if err := w(b.Context(), &size, s.file()); err != nil {
		b.Fatal(err)
	}
	b.SetBytes(size.n)
	b.ReportAllocs()
	for b.Loop() {
		if err := w(b.Context(), io.Discard, s.file()); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(len(s.features)*b.N)/b.Elapsed().Seconds(), "rows/s")
}

func BenchmarkWriteFacilities(b *testing.B) {
	s := manyFacilities()
	for name, w := range streams {
		b.Run(name, func(b *testing.B) { benchmarkWriter(b, w, s) })
	}
}

func BenchmarkWriteCountries(b *testing.B) {
	s := builtin(b, geo.Countries)
	for name, w := range streams {
		b.Run(name, func(b *testing.B) { benchmarkWriter(b, w, s) })
	}
}

// BenchmarkInALanguage writes the built-in records, which have all nine languages, as they are and
// as a reader of Chinese and of Thai sees them: what lang= costs a record.
func BenchmarkInALanguage(b *testing.B) {
	s := builtin(b, geo.Facilities)
	for _, lang := range []string{"", "en", "zh", "th"} {
		collection, of := s.collection, func(f geo.Feature) geo.Feature { return f }
		if lang != "" {
			reading := s.catalog.Reading(s.collection, lang)
			collection, of = reading.Collection, reading.Of
		}
		json, csv := format.NewGeoJSON(s.catalog, collection), format.NewCSV(s.catalog, collection)
		for name, appendRecord := range map[string]func([]byte, geo.Feature) []byte{
			"GeoJSON": func(dst []byte, f geo.Feature) []byte { return json.AppendFeature(dst, f, nil) }, "CSV": csv.AppendRow,
		} {
			b.Run(name+"/lang="+lang, func(b *testing.B) {
				b.ReportAllocs()
				var dst []byte
				for b.Loop() {
					for _, f := range s.features {
						dst = appendRecord(dst[:0], of(f))
					}
				}
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(s.features)), "ns/record")
			})
		}
	}
}
