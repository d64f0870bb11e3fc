package format

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/paulmach/orb"

	"innoatlas/geo"
)

// research is a record like most of a large file: short, nearly all ASCII.
func research() *geo.Facility {
	return &geo.Facility{
		ID: 4711, Slug: "00003ef66", Kind: "education", Name: "All India Institute of Ayurveda, New Delhi",
		Country: "IND", CountryName: "India", City: "New Delhi",
		Position: &orb.Point{77.2148, 28.62137}, Precision: "city",
		Sectors: []string{"education"}, Established: 2015, Status: "unknown",
	}
}

// station is a record with everything in it, much of it in Chinese.
func station() *geo.Facility {
	return &geo.Facility{
		ID: 4, Slug: "asean-fishery-varieties-guangxi-station", Kind: "agricultural-park",
		Name: "ASEAN Improved Fishery Varieties Guangxi Test Station", NameZh: "东盟渔业优良品种广西试验站",
		NameLocal: `"Trạm" \ thử`, NameLocalLang: "vi",
		Country: "CHN", CountryName: "China", Admin1: "Guangxi", City: "Nanning",
		Position: &orb.Point{108.31667, 22.81667}, Precision: "admin1",
		Sectors: []string{"marine-and-fisheries", "modern-agriculture"}, Partners: []string{"Department of Fisheries (BRN)", "Raoping, Ltd. (CHN)"},
		HostInstitution: "Guangxi Academy of Fishery Sciences", Established: 2016, Status: "operating",
		Summary: "Station in Guangxi that brings in prized Malaysian aquatic species for trial farming.\nSecond line.",
		Source:  geo.Source{Title: "广西对东盟农业合作交流不断扩大 (China News Service)", URL: "http://cinic.org.cn/hy/nongye/1141309.html", Date: "2013-07-12"},
		Sources: []geo.Source{{Title: "Second", URL: "https://example.org/a?b=c&d=e", Date: "2020", Supports: "the year"}, {URL: "https://example.org/b"}},
		Updated: time.Date(2024, 2, 29, 12, 0, 0, 0, time.UTC),
	}
}

func benchmark(b *testing.B, f *geo.Facility, appendTo func([]byte, *geo.Facility) []byte) {
	dst := appendTo(nil, f)
	b.SetBytes(int64(len(dst)))
	b.ReportAllocs()
	for b.Loop() {
		dst = appendTo(dst[:0], f)
	}
}

func BenchmarkAppendFeature(b *testing.B) {
	g := NewGeoJSON(&geo.Catalog{}, geo.Facilities)
	appendTo := func(dst []byte, f *geo.Facility) []byte { return g.AppendFeature(dst, f, nil) }
	b.Run("research", func(b *testing.B) { benchmark(b, research(), appendTo) })
	b.Run("station", func(b *testing.B) { benchmark(b, station(), appendTo) })
}

func BenchmarkAppendCSVRow(b *testing.B) {
	appendTo := func(dst []byte, f *geo.Facility) []byte { return facilityCSV.AppendRow(dst, f) }
	b.Run("research", func(b *testing.B) { benchmark(b, research(), appendTo) })
	b.Run("station", func(b *testing.B) { benchmark(b, station(), appendTo) })
}

// What encoding/json takes for the same bytes, to know what the encoder is worth.
func BenchmarkEncodingJSON(b *testing.B) {
	data := NewGeoJSON(&geo.Catalog{}, geo.Facilities).AppendFeature(nil, research(), nil)
	var v reference
	if err := json.Unmarshal(data, &v); err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		if _, err := json.Marshal(&v); err != nil {
			b.Fatal(err)
		}
	}
}
