package geo_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"

	"innoatlas/geo"
	"innoatlas/geo/cql2"
	"innoatlas/geo/zorder"
)

func compareValues(t *testing.T, row cql2.Row, want map[string]cql2.Value) {
	t.Helper()
	for property, value := range want {
		if diff := cmp.Diff(value, row.Value(property)); diff != "" {
			t.Errorf("%s: -want +got\n%s", property, diff)
		}
	}
}

func TestFacilityValue(t *testing.T) {
	f := &geo.Facility{
		ID: 7, Slug: "a", Kind: "park", Name: "Ærø Park", NameZh: "园区", NameLocal: "สวน", NameLocalLang: "th", Country: "THA", CountryName: "Thailand",
		Admin1: "Rayong", City: "Rayong", Position: &orb.Point{101.25, 12.68}, Precision: "city", Sectors: []string{"rice"}, Partners: []string{"Institut Ä (DEU)"},
		HostInstitution: "Host", Established: 2015, Status: "operating", Summary: "Two\nlines.",
		Source:  geo.Source{Title: "T", URL: "https://example.org", Date: "2020"},
		Updated: time.Date(2024, 5, 31, 10, 0, 0, 0, time.FixedZone("", 2*3600)),
	}
	compareValues(t, f, map[string]cql2.Value{
		"id": cql2.NumberOf(7), "slug": cql2.TextOf("a"), "kind": cql2.TextOf("park"), "name": cql2.TextOf("Ærø Park"), "name_zh": cql2.TextOf("园区"),
		"name_local": cql2.TextOf("สวน"), "name_local_lang": cql2.TextOf("th"), "country": cql2.TextOf("THA"), "country_name": cql2.TextOf("Thailand"),
		"admin1": cql2.TextOf("Rayong"), "city": cql2.TextOf("Rayong"), "precision": cql2.TextOf("city"), "sectors": cql2.ListOf([]string{"rice"}),
		"partners": cql2.ListOf([]string{"Institut Ä (DEU)"}), "host_institution": cql2.TextOf("Host"), "established": cql2.NumberOf(2015),
		"status": cql2.TextOf("operating"), "summary": cql2.TextOf("Two\nlines."), "source_title": cql2.TextOf("T"), "source_url": cql2.TextOf("https://example.org"),
		"source_date": cql2.TextOf("2020"), "updated": cql2.TimestampOf(f.Updated), "geometry": cql2.GeometryOf(orb.Point{101.25, 12.68}),
		"search_text": cql2.TextOf(" \n aero park \n 园区 \n สวน \n  \n rayong \n rayong \n   \n institut a deu \n host \n    \n two lines \n"), "colour": {},
	})
	if f.ZOrder() != zorder.Key(orb.Point{101.25, 12.68}) {
		t.Errorf("Z-order %d", f.ZOrder())
	}
}

// A record that states nothing is Null everywhere, and a filter can ask for each
// property of the schema.
func TestEveryPropertyHasAValue(t *testing.T) {
	empty := &geo.Facility{}
	for _, p := range geo.Facilities.Filterable() {
		if v := empty.Value(p.Name); p.Name != "id" && v.Type != cql2.Null {
			t.Errorf("%s of an empty record is %v", p.Name, v)
		}
	}
	if v := empty.Value("geometry"); v.Type != cql2.Null || empty.ZOrder() != zorder.NoPosition {
		t.Errorf("no position is %v at %d", v, empty.ZOrder())
	}
	types := map[geo.Type]cql2.Type{geo.Integer: cql2.Number, geo.Text: cql2.Text, geo.Texts: cql2.List}
	country := &geo.Country{ID: 1, Code: "AAA", Alpha2: "AA", Names: geo.Labels{"en": "A", "zh": "A"}, ByKind: []geo.Bucket{{Value: "a", Count: 1}},
		BySector: []geo.Bucket{{Value: "b", Count: 1}}}
	for _, p := range geo.Countries.Filterable() {
		if v := country.Value(p.Name); v.Type != types[p.Type] {
			t.Errorf("%s of a country is %v, its type %s", p.Name, v, p.Type)
		}
	}
}

func TestRoundPosition(t *testing.T) {
	cases := map[orb.Point]orb.Point{
		{102.60000004, 17.97}:        {102.6, 17.97},
		{-0.00000005, 0.00000004}:    {-1e-7, 0},
		{180, -90}:                   {180, -90},
		{179.99999999, -89.99999999}: {180, -90},
		{0.1 + 0.2, 1.0 / 3}:         {0.3, 0.3333333},
	}
	for p, want := range cases {
		got := geo.RoundPosition(p)
		if got != want || geo.RoundPosition(got) != got {
			t.Errorf("RoundPosition(%v) = %v, want %v", p, got, want)
		}
	}
}

func TestParseRef(t *testing.T) {
	cases := map[string]geo.Ref{
		"7": {ID: 7}, "9223372036854775807": {ID: 1<<63 - 1},
		"9223372036854775808": {Slug: "9223372036854775808"}, // no int64
		"007":                 {Slug: "007"},
		"0":                   {Slug: "0"}, "": {}, "-7": {Slug: "-7"}, "7a": {Slug: "7a"}, "a7": {Slug: "a7"}, "٧": {Slug: "٧"}, "+7": {Slug: "+7"},
	}
	for s, want := range cases {
		if got := geo.ParseRef(s); got != want {
			t.Errorf("ParseRef(%q) = %+v, want %+v", s, got, want)
		}
	}
}

func TestLabels(t *testing.T) {
	labels := geo.Labels{"en": "Park", "zh": "园区", "th": ""}
	for lang, want := range map[string]string{"en": "Park", "zh": "园区", "th": "Park", "": "Park", "fr": "Park"} {
		if got := labels.In(lang); got != want {
			t.Errorf("In(%q) = %q, want %q", lang, got, want)
		}
	}
	if got := (geo.Labels)(nil).In("en"); got != "" {
		t.Errorf("no labels give %q", got)
	}
}

func TestTerms(t *testing.T) {
	c := &geo.Catalog{
		Kinds: []geo.Term{{ID: "park"}}, Sectors: []geo.Term{{ID: "rice"}, {ID: "maize"}},
		Countries: []geo.Country{{Code: "LAO", Names: geo.Labels{"en": "Laos"}}},
	}
	want := map[geo.Dimension][]string{
		geo.ByKind: {"park"}, geo.BySector: {"rice", "maize"}, geo.ByCountry: {"LAO"},
		geo.ByStatus: {"operating", "announced", "planned", "closed", "unknown"}, geo.ByPrecision: {"site", "city", "admin1", "country"},
	}
	for dimension, ids := range want {
		terms := c.Terms(dimension)
		if diff := cmp.Diff(ids, geo.TermIDs(terms)); diff != "" {
			t.Errorf("%s: -want +got\n%s", dimension, diff)
		}
		if geo.FindTerm(terms, ids[0]) != &terms[0] || geo.FindTerm(terms, "none such") != nil {
			t.Errorf("%s: FindTerm does not find by id", dimension)
		}
	}
}
