package format

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/paulmach/orb"
	"pgregory.net/rapid"

	"innoatlas/geo"
)

var update = flag.Bool("update", false, "rewrite the files in testdata")

// golden compares with testdata/name, or rewrites it under -update.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil || !bytes.Equal(got, want) {
		t.Errorf("%s differs (%v); run go test ./geo/format -update and read the diff\ngot: %s", name, err, got)
	}
}

// reference is a facility as encoding/json writes it.
type reference struct {
	Type       string            `json:"type"`
	ID         int64             `json:"id"`
	Geometry   *referencePoint   `json:"geometry"`
	Properties referenceProperty `json:"properties"`
}

type referencePoint struct {
	Type        string        `json:"type"`
	Coordinates []json.Number `json:"coordinates"`
}

type referenceProperty struct {
	ID              int64             `json:"id"`
	Slug            string            `json:"slug,omitempty"`
	Kind            string            `json:"kind,omitempty"`
	Name            string            `json:"name,omitempty"`
	NameZh          string            `json:"name_zh,omitempty"`
	NameLocal       string            `json:"name_local,omitempty"`
	NameLocalLang   string            `json:"name_local_lang,omitempty"`
	Country         string            `json:"country,omitempty"`
	CountryName     string            `json:"country_name,omitempty"`
	Admin1          string            `json:"admin1,omitempty"`
	City            string            `json:"city,omitempty"`
	Precision       string            `json:"precision,omitempty"`
	Sectors         []string          `json:"sectors,omitempty"`
	Partners        []string          `json:"partners,omitempty"`
	HostInstitution string            `json:"host_institution,omitempty"`
	Established     int               `json:"established,omitempty"`
	Status          string            `json:"status,omitempty"`
	Summary         string            `json:"summary,omitempty"`
	Website         string            `json:"website,omitempty"`
	Address         string            `json:"address,omitempty"`
	Identifiers     []string          `json:"identifiers,omitempty"`
	AreaHa          json.Number       `json:"area_ha,omitempty"`
	FormerNames     []string          `json:"former_names,omitempty"`
	Closed          int               `json:"closed,omitempty"`
	Successor       string            `json:"successor,omitempty"`
	Checked         string            `json:"checked,omitempty"`
	SourceTitle     string            `json:"source_title,omitempty"`
	SourceURL       string            `json:"source_url,omitempty"`
	SourceDate      string            `json:"source_date,omitempty"`
	Updated         string            `json:"updated,omitempty"`
	Version         int               `json:"version,omitempty"`
	Sources         []referenceSource `json:"sources,omitempty"`
}

type referenceSource struct {
	Title    string `json:"title,omitempty"`
	URL      string `json:"url,omitempty"`
	Date     string `json:"date,omitempty"`
	Supports string `json:"supports,omitempty"`
}

func referenceOf(f *geo.Facility) reference {
	r := reference{Type: "Feature", ID: f.ID, Properties: referenceProperty{
		ID: f.ID, Slug: f.Slug, Kind: f.Kind, Name: f.Name, NameZh: f.NameZh, NameLocal: f.NameLocal, NameLocalLang: f.NameLocalLang,
		Country: f.Country, CountryName: f.CountryName, Admin1: f.Admin1, City: f.City, Precision: f.Precision,
		Sectors: append([]string{}, f.Sectors...), Partners: append([]string{}, f.Partners...),
		HostInstitution: f.HostInstitution, Established: f.Established, Status: f.Status, Summary: f.Summary,
		Website: f.Website, Address: f.Address, Identifiers: f.Identifiers, FormerNames: f.FormerNames,
		Closed: f.Closed, Successor: f.Successor, Checked: f.Checked.String(),
		SourceTitle: f.Source.Title, SourceURL: f.Source.URL, SourceDate: f.Source.Date, Version: f.Version,
	}}
	if f.Position != nil {
		number := func(n float64) json.Number { return json.Number(strconv.FormatFloat(n+0, 'f', -1, 64)) }
		r.Geometry = &referencePoint{"Point", []json.Number{number(f.Position[0]), number(f.Position[1])}}
	}
	if f.AreaHa != 0 {
		r.Properties.AreaHa = json.Number(strconv.FormatFloat(f.AreaHa, 'f', -1, 64))
	}
	if !f.Updated.IsZero() {
		r.Properties.Updated = f.Updated.UTC().Format(time.RFC3339)
	}
	for _, s := range f.Sources {
		r.Properties.Sources = append(r.Properties.Sources, referenceSource(s))
	}
	return r
}

func TestAppendFeatureIsWhatEncodingJSONWrites(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := facilities().Draw(t, "facility")
		got, want := NewGeoJSON(&geo.Catalog{}, geo.Facilities).AppendFeature(nil, f, nil), standardJSON(t, referenceOf(f))
		if !bytes.Equal(got, want) {
			t.Fatalf("AppendFeature = %s\nwant %s", got, want)
		}
	})
}

// facilities generates records with any text in them, and anything left out.
func facilities() *rapid.Generator[*geo.Facility] {
	return rapid.Custom(func(t *rapid.T) *geo.Facility {
		text := func(name string) string {
			return rapid.OneOf(rapid.Just(""), rapid.String(), rapid.SampledFrom(awkwardTexts)).Draw(t, name)
		}
		source := func(name string) geo.Source {
			return geo.Source{Title: text(name + "title"), URL: text(name + "url"), Date: text(name + "date"), Supports: text(name + "supports")}
		}
		f := &geo.Facility{
			ID: rapid.Int64Range(1, 1<<53).Draw(t, "id"), Slug: text("slug"), Kind: text("kind"),
			Name: text("name"), NameZh: text("zh"), NameLocal: text("local"), NameLocalLang: text("lang"),
			Country: text("country"), CountryName: text("countryname"), Admin1: text("admin1"), City: text("city"), Precision: text("precision"),
			HostInstitution: text("host"), Established: rapid.IntRange(0, 2100).Draw(t, "established"), Status: text("status"), Summary: text("summary"),
			Source:  source("source"),
			Website: text("website"), Address: text("address"), Successor: text("successor"), Closed: rapid.IntRange(0, 2100).Draw(t, "closed"),
			AreaHa: rapid.OneOf(rapid.Just(0.0), rapid.Float64Range(0, 1e6)).Draw(t, "area"), Checked: geo.Day(rapid.Int32Range(0, 3_600_000).Draw(t, "checked")),
		}
		for range rapid.IntRange(0, 3).Draw(t, "lists") {
			f.Sectors = append(f.Sectors, text("sector"))
			f.Partners = append(f.Partners, text("partner"))
			f.Identifiers = append(f.Identifiers, text("identifier"))
			f.FormerNames = append(f.FormerNames, text("former"))
			f.Sources = append(f.Sources, source("further"))
		}
		if rapid.Bool().Draw(t, "placed") {
			f.Position = &orb.Point{rapid.Float64Range(-180, 180).Draw(t, "lon"), rapid.Float64Range(-90, 90).Draw(t, "lat")}
		}
		if rapid.Bool().Draw(t, "dated") {
			f.Updated, f.Version = time.Unix(rapid.Int64Range(0, 4e9).Draw(t, "updated"), 0).UTC(), rapid.IntRange(1, 1<<30).Draw(t, "version")
		}
		return f
	})
}

var awkwardTexts = []string{
	"=1+1", "'=1+1", "'quoted'", "-5", "@cmd", "+86 771", "\ttab", "a;b", `a "b", c`, "line\nbreak",
	"中国—东盟", "مختبر", "🌾", "a\u2028b", " blank ", "\ufeffmark",
}

func TestAppendFeatureGolden(t *testing.T) {
	catalog := &geo.Catalog{
		Kinds: []geo.Term{{ID: "joint-laboratory"}, {ID: "park"}}, Sectors: []geo.Term{{ID: "new-energy"}}, Indicators: []string{"joint_projects", "exchange_visits"},
	}
	g, ofCountries := NewGeoJSON(catalog, geo.Facilities), NewGeoJSON(catalog, geo.Countries)
	outline := orb.MultiPolygon{{{{100, 10}, {101, 10}, {101, 11.5}, {100, 10}}}, {{{-180, -90}, {0, -90}, {0, 0}, {-180, -90}}}}
	cases := map[string][]byte{
		"everything stated":       g.AppendFeature(nil, station(), []byte(`[{"href":"https://example.org","rel":"self"}]`)),
		"nothing stated":          g.AppendFeature(nil, &geo.Facility{ID: 7, Slug: "bare", Kind: "k", Name: "Bare"}, nil),
		"country with an outline": ofCountries.AppendFeature(nil, country(outline), nil),
		"country without":         ofCountries.AppendFeature(nil, &geo.Country{ID: 764, Code: "THA", Alpha2: "TH", Names: geo.Labels{"en": "Thailand"}}, nil),
		"cluster": g.AppendCluster(nil, geo.Cluster{
			Cell: 1 << 47, Count: 4, Position: orb.Point{100.5, -13.75}, Country: "THA", Kinds: []geo.Bucket{{Value: "joint-laboratory", Count: 3}, {Value: "park", Count: 1}},
			Bounds: orb.Bound{Min: orb.Point{90, -20}, Max: orb.Point{112.5, 0}},
		}),
		"cluster of one": g.AppendCluster(nil, geo.Cluster{Count: 1, Feature: research()}),
	}
	for name, got := range cases {
		t.Run(name, func(t *testing.T) {
			var indented bytes.Buffer
			if err := json.Indent(&indented, got, "", "  "); err != nil {
				t.Fatalf("%v in %s", err, got)
			}
			golden(t, strings.ReplaceAll(name, " ", "-")+".golden.geojson", indented.Bytes())
		})
	}
}

func country(outline orb.MultiPolygon) *geo.Country {
	return &geo.Country{
		ID: 418, Code: "LAO", Alpha2: "LA", Names: geo.Labels{"en": "Laos", "zh": "老挝"}, Outline: outline,
		Facilities: 19, ByKind: []geo.Bucket{{Value: "joint-laboratory", Count: 6}, {Value: "park", Count: 0}}, BySector: []geo.Bucket{{Value: "new-energy", Count: 2}},
		Figures: []geo.Figure{
			{Country: "LAO", Indicator: "joint_projects", Value: 12, Year: 2021, Source: geo.Source{Title: "Report", URL: "https://example.org/r"}},
			{Country: "LAO", Indicator: "joint_projects", Value: 7.5, Year: 2019, Source: geo.Source{URL: "https://example.org/s"}},
		},
	}
}

func TestAppendFeatureAllocatesNothing(t *testing.T) {
	f, dst, g := geo.Feature(station()), make([]byte, 0, 1<<16), NewGeoJSON(&geo.Catalog{}, geo.Facilities)
	if n := testing.AllocsPerRun(100, func() { dst = g.AppendFeature(dst[:0], f, nil) }); n != 0 {
		t.Errorf("AppendFeature allocates %v times", n)
	}
}
