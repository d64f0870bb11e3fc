package storetest

import (
	"slices"
	"time"

	"github.com/paulmach/orb"

	"innoatlas/geo"
)

// awkward are the records of the Fixture. What a record here does not state is
// filled in by complete.
func awkward() []geo.Facility {
	records := slices.Concat(edgesOfTheWorld(), onePlace(), texts(), slugs(), gaps())
	for i := range records {
		complete(&records[i], i)
	}
	return records
}

// complete gives a record what every record has: an id (falling, with gaps), a
// kind, a name, a status, and a precision where there is a position.
func complete(f *geo.Facility, i int) {
	f.ID = int64(4000 - 7*i)
	if f.Kind == "" {
		f.Kind = kinds()[i%3].ID
	}
	if f.Name == "" {
		f.Name = "Station " + f.Slug
	}
	if f.Status == "" {
		f.Status = geo.Statuses[i%len(geo.Statuses)].ID
	}
	if f.Position != nil && f.Precision == "" {
		f.Precision = geo.Precisions[i%len(geo.Precisions)].ID
	}
	if c, ok := geo.CountryByCode(f.Country); ok {
		f.CountryName = c.Names.In("en")
	}
}

func at(longitude, latitude float64) *orb.Point {
	p := geo.RoundPosition(orb.Point{longitude, latitude})
	return &p
}

// edgesOfTheWorld stand on the antimeridian, the poles, the ends of Web Mercator,
// and the borders between tiles.
func edgesOfTheWorld() []geo.Facility {
	return []geo.Facility{
		{Slug: "taveuni-west", Country: "FJI", Position: at(179.9999999, -16.8), Sectors: []string{"food"}},
		{Slug: "taveuni-east", Country: "FJI", Position: at(-179.9999999, -16.8), Sectors: []string{"food-processing"}},
		{Slug: "line-180", Country: "FJI", Position: at(180, -16.8), Established: 1999},
		{Slug: "line-minus-180", Country: "FJI", Position: at(-180, -16.8), Established: 2000},
		{Slug: "north-pole", Position: at(0, 90)},
		{Slug: "north-pole-east", Position: at(120, 90)},
		{Slug: "south-pole", Country: "ATA", Position: at(-180, -90)},
		{Slug: "south-pole-180", Country: "ATA", Position: at(180, -90)},
		{Slug: "mercator-top", Position: at(15, 85.0511288)},
		{Slug: "mercator-beyond", Position: at(15, 85.0511289)},
		{Slug: "mercator-bottom", Country: "ATA", Position: at(15, -85.06)},
		{Slug: "null-island", Position: at(0, 0)},
		{Slug: "tile-border-90", Position: at(90, 0)},
		{Slug: "tile-border-45", Position: at(45, 40.9798981)},
	}
}

// onePlace share a point, or all but share one: a key is 1.7e-7° wide.
func onePlace() []geo.Facility {
	bangkok := func(slug string, year int) geo.Facility {
		return geo.Facility{
			Slug: slug, Country: "THA", Admin1: "Bangkok", City: "Bangkok", Position: at(100.5014400, 13.7539800),
			Established: year, Sectors: []string{"new-energy", "food"}, HostInstitution: "Chulalongkorn University",
		}
	}
	return []geo.Facility{
		bangkok("bangkok-b", 2015), bangkok("bangkok-a", 2015), bangkok("bangkok-d", 0), bangkok("bangkok-c", 2024), bangkok("bangkok-e", 1969),
		{Slug: "bangkok-a-hair-east", Country: "THA", City: "Bangkok", Position: at(100.5014401, 13.75398)},
		{Slug: "bangkok-a-yard-east", Country: "THA", City: "Bangkok", Position: at(100.5014500, 13.75398)},
	}
}

// texts hold what quoting, patterns, folding and scripts trip over.
func texts() []geo.Facility {
	updated := time.Date(2024, 2, 29, 23, 59, 59, 0, time.UTC)
	return []geo.Facility{
		{Slug: "quotes", Country: "ZAF", Name: `O'Brien's "Smart" Lab; DROP TABLE facility--`, City: "L'Aquila", Position: at(28, -26)},
		{Slug: "patterns", Country: "ZAF", Name: `100% of under_score and back\slash`, Summary: `50 % \% \_ %s $1 {{.}}`, Position: at(28.5, -29)},
		{Slug: "formula", Country: "ZAF", Name: "=HYPERLINK(\"x\")", HostInstitution: "+1-2", Summary: "'@SUM", Position: at(29.5, -30.7)},
		{Slug: "markup", Country: "VAT", Name: "<script>alert(1)</script> & Söhne", Position: at(12.4533, 41.9033)},
		{Slug: "lines", Country: "VAT", Name: "First line\nsecond\tline", Summary: "ends here\r\nor here", Position: at(12.4533, 41.9034)},
		{Slug: "chinese", Country: "CHN", Name: "China-ASEAN Centre", NameZh: "中国—东盟创新中心（南宁）", City: "Nanning", Position: at(108.3200, 22.8167),
			Partners: []string{"广西大学 (CHN)", "Guangxi Academy of Sciences (CHN)"}, Sectors: []string{"advanced-materials"}, Updated: updated},
		{Slug: "thai", Country: "THA", NameLocal: "ศูนย์นวัตกรรมกำแพงแสน", NameLocalLang: "th", City: "Kamphaeng Saen", Position: at(99.98, 14.02)},
		{Slug: "lao", Country: "LAO", NameLocal: "ສູນນະວັດຕະກຳ", NameLocalLang: "lo", City: "Vientiane", Position: at(102.6, 17.9667)},
		{Slug: "arabic", NameLocal: "مَرْكَزُ الاِبْتِكَار", NameLocalLang: "ar", Position: at(46.7, 24.6)},
		{Slug: "hebrew", NameLocal: "מעבדה \"משותפת\" 2020 (abc)", NameLocalLang: "he", Position: at(35.2, 31.8)},
		{Slug: "accents-nfc", Country: "XKX", Name: "Universit\u00e9 de Technologie Łódź-Straße", City: "Prishtin\u00eb", Position: at(21.1667, 42.6667)},
		{Slug: "accents-nfd", Country: "XKX", Name: "Universite\u0301 de Technologie", City: "Prishtine\u0308", Position: at(21.1667, 42.6668)},
		{Slug: "case", Country: "XKX", Name: "İSTANBUL ISPARTA ǅ ﬁnal Ⅳ ＦＵＬＬ", Summary: "ÆRØ đuro", Position: at(21.2, 42.7)},
		{Slug: "emoji", Name: "Lab 👩‍🔬🇱🇦 e\u200bf", Position: at(-73.9857, 40.7484)},
		{Slug: "capitals", Name: "alpha", Position: at(-0.1276, 51.5072), Updated: updated.Add(time.Second)},
		{Slug: "small-letters", Name: "Alpha", Position: at(-0.1277, 51.5072), Updated: updated.Add(-24 * time.Hour)},
		{Slug: "a-microsecond-later", Name: "ÅNGSTRÖM Σίσυφος ЁЖ ÇA", NameLocal: "\u0301", Position: at(-0.1278, 51.5072), Updated: updated.Add(time.Microsecond)},
		{Slug: "vietnamese", Name: "Trung tâm Đổi mới", NameLocal: "한국어 ガギグ", NameLocalLang: "vi", City: "Hà Nội", Position: at(105.85, 21.03),
			Updated: time.Date(2024, 2, 29, 0, 0, 0, 0, time.UTC)},
	}
}

// slugs sort by bytes in an order that no locale has, and some all but read as ids.
func slugs() []geo.Facility {
	list := []string{"lab", "lab-2", "lab-10", "lab.a", "lab_a", "laba", "LAB", "Zeta", "zeta", "éta", "中心-1", "007", "0", "1e3", "12-b"}
	records := make([]geo.Facility, len(list))
	for i, slug := range list {
		records[i] = geo.Facility{Slug: slug, Country: "LAO", Position: at(102+float64(i%4)/10, 18+float64(i/4)/10), Sectors: []string{"food", "new-energy"}[:i%3]}
	}
	return records
}

// gaps leave out what a record may leave out: position, country, year, sectors.
func gaps() []geo.Facility {
	source := geo.Source{Title: "Source, with a comma", URL: "https://example.org/a?b=c#d", Date: "2021-09"}
	return []geo.Facility{
		{Slug: "nowhere", Name: "Nowhere at all", Source: source},
		{Slug: "nowhere-thai", Country: "THA", Established: 2021, Sectors: []string{"food"}, Source: source},
		{Slug: "nowhere-chinese", Country: "CHN", NameZh: "无处", Partners: []string{"Kasetsart University (THA)"}},
		{Slug: "no-country", Position: at(160, 10), Established: 1750, Source: source,
			Sources: []geo.Source{
				{Title: "Z first", URL: "https://example.org/z", Date: "2020", Supports: "the year"},
				{Title: "A second", URL: "https://example.org/a"},
			}},
		{Slug: "all-sectors", Country: "CHN", Position: at(110, 19), Established: 2030,
			Sectors: []string{"food-processing", "advanced-materials", "food", "new-energy"}},
	}
}
