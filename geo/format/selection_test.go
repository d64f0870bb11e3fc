package format_test

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/paulmach/orb"
	"pgregory.net/rapid"

	"innoatlas/geo"
	"innoatlas/geo/cql2"
	"innoatlas/geo/dataset"
	"innoatlas/geo/format"
	"innoatlas/geo/memory"
)

// selection is what a file is made of, and what a reader must find in it.
type selection struct {
	collection *geo.Collection
	catalog    *geo.Catalog
	features   []geo.Feature
}

var about = format.About{
	Title: "Facilities — 设施", Description: "Joint laboratories,\n\"innovation\" centres and parks", Licence: "CC BY 4.0",
	LicenceURL: "https://creativecommons.org/licenses/by/4.0/", Attribution: "innoatlas", Revision: "r1",
	Updated: time.Date(2026, 5, 1, 12, 30, 0, 0, time.UTC), Link: "https://example.org/data/facilities?country=THA&q=%E6%B8%94",
}

func (s selection) file() format.File {
	return format.File{Collection: s.collection, Catalog: s.catalog, About: about, Rows: rows(s.features, nil)}
}

// rows are the features, and then the error.
func rows(features []geo.Feature, err error) iter.Seq2[geo.Feature, error] {
	return func(yield func(geo.Feature, error) bool) {
		for _, f := range features {
			if !yield(f, nil) {
				return
			}
		}
		if err != nil {
			yield(nil, err)
		}
	}
}

// selections are both collections: those of the built-in data set, hard ones,
// one record, one without a geometry, and none.
func selections(tb testing.TB) map[string]selection {
	tb.Helper()
	catalog, facilities := hardFacilities()
	countries := hardCountries(catalog)
	bare := []geo.Feature{&geo.Facility{ID: 7, Slug: "bare"}}
	all := map[string]selection{
		"hard facilities":    {geo.Facilities.With(hardFields), catalog, facilities},
		"hard countries":     {geo.Countries, catalog, countries},
		"one facility":       {geo.Facilities, catalog, facilities[:1]},
		"one country":        {geo.Countries, catalog, countries[:1]},
		"no geometry at all": {geo.Facilities, catalog, bare},
		"no facilities":      {geo.Facilities, catalog, nil},
		"no countries":       {geo.Countries, catalog, nil},
	}
	for name, s := range plainSelections() {
		all[name] = s
	}
	for _, c := range []*geo.Collection{geo.Facilities, geo.Countries} {
		all["built-in "+c.ID] = builtin(tb, c)
	}
	return all
}

// builtin is a collection of the built-in data set, of which tests change nothing but the
// list.
func builtin(tb testing.TB, c *geo.Collection) selection {
	tb.Helper()
	store := builtinStore()
	catalog, err := store.Catalog(tb.Context())
	if err != nil {
		tb.Fatal(err)
	}
	s := selection{collection: c, catalog: catalog}
	for f, err := range store.All(tb.Context(), geo.Query{Collection: c}) {
		if err != nil {
			tb.Fatal(err)
		}
		s.features = append(s.features, f)
	}
	if len(s.features) == 0 {
		tb.Fatalf("the built-in data set has no %s", c)
	}
	if c == geo.Countries && testing.Short() {
		s.features = s.features[:20] // of two megabytes of outlines
	}
	return s
}

// builtinStore is made once: its index takes longer than most that is done with it.
var builtinStore = sync.OnceValue(func() *memory.Store {
	ds, err := dataset.Builtin()
	if err != nil {
		panic(err)
	}
	return memory.New(ds)
})

// hardTexts are those that some format or its readers might change.
var hardTexts = []string{
	"中国—东盟", "Trạm thử", "مختبر", "🌾🏗", "a \"b\", c", `back\slash`, "two\nlines", "tab\there", "cr\r\nlf", "\x01\x1f\x7f", "a\u2028b",
	" blank ", "\ufeffmark", "e\u0301 é", "=1+1", "-5", "007", "1e5", "true", "null", "NaN", "2024-01-01", "<b>&amp;</b>", "'; DROP TABLE facility; --", "\ufffd",
}

// hardText gives one of them, or none.
func hardText(r *rand.Rand) func() string {
	return func() string {
		if r.IntN(3) == 0 {
			return ""
		}
		return hardTexts[r.IntN(len(hardTexts))]
	}
}

// hardLists gives lists of them.
func hardLists(r *rand.Rand) func() []string {
	return func() (l []string) {
		for range r.IntN(4) {
			l = append(l, hardTexts[r.IntN(len(hardTexts))])
		}
		return l
	}
}

// hardFacilities are 700 of them: each property with each hard text, or without a
// value; many at one place, at the ends of the world and without a position.
func hardFacilities() (*geo.Catalog, []geo.Feature) {
	r, further := rand.New(rand.NewPCG(1, 2)), rand.New(rand.NewPCG(5, 6))
	text, texts := hardText(r), hardLists(r)
	codes := [][]string{nil, {"CHN"}, {"CHN", "THA"}}
	source := func() geo.Source { return geo.Source{Title: text(), URL: text(), Date: text()} }
	features := make([]geo.Feature, 700)
	for i := range features {
		f := &geo.Facility{
			ID: int64(i + 1), Slug: fmt.Sprint("s", i), Kind: text(), Name: text(), NameZh: text(), NameLocal: text(), NameLocalLang: text(),
			Country: text(), CountryName: text(), Admin1: text(), City: text(), Precision: text(), Sectors: texts(), Partners: texts(),
			HostInstitution: text(), Established: r.IntN(2) * (1 + r.IntN(2100)), Status: text(), Summary: text(), Source: source(), Position: hardPosition(r),
		}
		f.Institutions, f.TakesPart = codes[i%2], codes[i%3]
		for range r.IntN(3) {
			f.Sources = append(f.Sources, geo.Source{Title: text(), URL: "https://example.org", Supports: text()})
		}
		if r.IntN(2) == 0 {
			f.Updated = time.Unix(r.Int64N(4e9)-2e9, 0).UTC()
			f.Version = f.Updated.Year()
		}
		if text, texts := hardText(further), hardLists(further); further.IntN(2) == 0 {
			f.Website, f.Address, f.Identifiers, f.FormerNames, f.Successor = text(), text(), texts(), texts(), text()
			f.AreaHa, f.Closed, f.Checked = float64(1+further.IntN(1e6))/1e3, 1+further.IntN(2100), geo.DayOf(time.Unix(further.Int64N(4e9)-2e9, 0))
		}
		f.Own = hardOwn(further)
		features[i] = f
	}
	features[1].(*geo.Facility).ID = 1 << 53
	terms := []geo.Term{{ID: "joint-laboratory", Labels: geo.Labels{"en": "Joint laboratory"}}, {ID: "park", Labels: geo.Labels{"en": "Park, \"quoted\""}}}
	return &geo.Catalog{Revision: "r1", Kinds: terms, Sectors: terms[:1], Indicators: []string{"joint_projects", "visits"}}, features
}

// hardFields are fields of one's own, of each type.
var hardFields = geo.OwnFields([]geo.Field{
	{Name: "beds", Title: geo.Labels{"en": "Beds", "zh": "床位"}, Type: geo.Integer}, {Name: "level", Title: geo.Labels{"en": "Level"}, Type: geo.Number},
	{Name: "open", Title: geo.Labels{"en": "Open"}, Type: geo.Boolean}, {Name: "field_1", Title: geo.Labels{"en": "备"}, Type: geo.Text},
	{Name: "page", Title: geo.Labels{"en": "Page"}, Type: geo.URL}, {Name: "opened_on", Title: geo.Labels{"en": "Opened"}, Type: geo.Date},
	{Name: "seen_at", Title: geo.Labels{"en": "Seen"}, Type: geo.Time}, {Name: "tags", Title: geo.Labels{"en": "Tags"}, Type: geo.Texts},
})

// hardOwn are values of hardFields, or none.
func hardOwn(r *rand.Rand) *geo.Own {
	text, texts := hardText(r), hardLists(r)
	if r.IntN(4) == 0 {
		return nil
	}
	own := geo.NewOwn(hardFields)
	at := time.Unix(r.Int64N(4e9)-2e9, 0).UTC()
	for i, v := range []cql2.Value{
		cql2.NumberOf(float64(r.Int64N(2e15) - 1e15)), cql2.NumberOf(float64(r.IntN(2e6)-1e6) / 1e3), cql2.BoolOf(r.IntN(2) == 0), cql2.TextOf(text()),
		cql2.TextOf(text()), cql2.DateOf(at), cql2.TimestampOf(at), cql2.ListOf(texts()),
	} {
		if r.IntN(3) > 0 {
			own.Set(i, v)
		}
	}
	return own
}

// plainSelections are of collections that no program knows: areas, lines, points and several of these, whose
// records have no struct of their own.
func plainSelections() map[string]selection {
	r := rand.New(rand.NewPCG(3, 4))
	all := map[string]selection{}
	for id, shapes := range map[string][]orb.Geometry{
		"lakes": {orb.MultiPolygon{{{{1, 2}, {3, 2}, {3, 4}, {1, 2}}}}, nil,
			orb.MultiPolygon{{{{-10, -20}, {10, -20}, {0, 0}, {-10, -20}}}, {{{50, 50}, {51, 50}, {51, 51}, {50, 50}}}}},
		"routes":   {orb.LineString{{1, 2}, {3, 4}, {5, 6.5}}, nil, orb.MultiLineString{{{170, 80}, {180, 70}}, {{-180, 70}, {-170, 60}}}},
		"notes":    {nil, nil},
		"meetings": {orb.MultiPoint{{1, 2}, {-170, 80}, {3, 4.5}}, nil, orb.MultiPoint{{180, -90}}},
		"stations": {orb.Point{1, 2}, nil, orb.Point{-170, 80}},
	} {
		c := &geo.Collection{ID: id, Title: geo.Labels{"en": id},
			Geometry: map[string]geo.GeometryType{"lakes": geo.MultiPolygon, "routes": geo.LineString, "stations": geo.Point, "meetings": geo.MultiPoint}[id]}
		c.Fields = append([]geo.Field{*geo.Facilities.Field("id"), {Name: "slug", Title: geo.Labels{"en": "Slug"}, Type: geo.Text}}, hardFields...)
		s := selection{c, &geo.Catalog{}, nil}
		for i, shape := range shapes {
			s.features = append(s.features, &geo.Record{ID: int64(i + 1), Slug: fmt.Sprint(id, "-", i), Shape: shape, Own: hardOwn(r)})
		}
		all[id] = s
	}
	return all
}

// anyFacilities are a few records with any text in them.
func anyFacilities() *rapid.Generator[selection] {
	return rapid.Custom(func(t *rapid.T) selection {
		s := selection{collection: geo.Facilities, catalog: &geo.Catalog{}}
		text := rapid.OneOf(rapid.Just(""), rapid.String())
		for i := range rapid.IntRange(0, 40).Draw(t, "records") {
			f := &geo.Facility{
				ID: int64(i + 1), Name: text.Draw(t, "name"), NameZh: text.Draw(t, "name_zh"), Summary: text.Draw(t, "summary"), City: text.Draw(t, "city"),
				Partners: rapid.SliceOfN(text, 0, 3).Draw(t, "partners"), Established: rapid.IntRange(0, 9999).Draw(t, "established"),
			}
			if rapid.Bool().Draw(t, "placed") {
				f.Position = &orb.Point{rapid.Float64Range(-180, 180).Draw(t, "longitude"), rapid.Float64Range(-90, 90).Draw(t, "latitude")}
			}
			s.features = append(s.features, f)
		}
		return s
	})
}

func hardPosition(r *rand.Rand) *orb.Point {
	switch r.IntN(10) {
	case 0:
		return nil
	case 1:
		return &orb.Point{108.3166667, 22.8166667}
	case 2:
		return &orb.Point{float64(r.IntN(3)-1) * 180, float64(r.IntN(3)-1) * 90}
	}
	p := geo.RoundPosition(orb.Point{r.Float64()*360 - 180, r.Float64()*180 - 90})
	return &p
}

// hardCountries have outlines with holes and of several parts, or none.
func hardCountries(catalog *geo.Catalog) []geo.Feature {
	square := func(west, south, size float64) orb.Ring {
		return orb.Ring{{west, south}, {west + size, south}, {west + size, south + size}, {west, south + size}, {west, south}}
	}
	outlines := []orb.MultiPolygon{
		{{square(100, 10, 5)}},
		nil,
		{{square(-180, -90, 30), square(-175, -85, 4), square(-165, -80, 2)}, {square(170, -20, 10)}},
		{{square(0, 0, 0.1)}, {square(1, 1, 0.0000001)}, {square(2, 2, 0.3), square(2.1, 2.1, 0.1)}},
	}
	var features []geo.Feature
	for i, code := range []string{"THA", "LAO", "FJI", "CHN"} {
		c, _ := geo.CountryByCode(code)
		c.Outline, c.Facilities = outlines[i], i
		c.ByKind = []geo.Bucket{{Value: "joint-laboratory", Count: i}, {Value: "park", Count: 0}}
		c.BySector = []geo.Bucket{{Value: "joint-laboratory", Count: 2 * i}}
		if i > 0 {
			c.Figures = []geo.Figure{{Country: code, Indicator: catalog.Indicators[0], Value: 7.5, Year: 2020 + i, Source: geo.Source{Title: hardTexts[i]}}}
		}
		features = append(features, &c)
	}
	return features
}

// feature is a record as GeoJSON has it.
type feature struct {
	ID         int64          `json:"id"`
	Geometry   *geometry      `json:"geometry"`
	Properties map[string]any `json:"properties"`
}

type geometry struct {
	Type        string `json:"type"`
	Coordinates any    `json:"coordinates"`
}

// want is what GeoJSON says of the selection, by id.
func (s selection) want(tb tb) map[int64]feature {
	tb.Helper()
	byID := map[int64]feature{}
	encoder := format.NewGeoJSON(s.catalog, s.collection)
	for _, f := range s.features {
		got := decode(tb, encoder.AppendFeature(nil, f, nil))
		byID[got.ID] = got
	}
	return byID
}

// wantByParts is want of a format that has lines of several parts only.
func (s selection) wantByParts(tb tb) map[int64]feature {
	tb.Helper()
	byID := s.want(tb)
	for id, f := range byID {
		if f.Geometry != nil && f.Geometry.Type == "LineString" {
			f.Geometry = &geometry{"MultiLineString", []any{f.Geometry.Coordinates}}
			byID[id] = f
		}
	}
	return byID
}

// decode reads one feature; without an id it is told by its property.
func decode(tb tb, data []byte) (f feature) {
	tb.Helper()
	if err := json.Unmarshal(data, &f); err != nil {
		tb.Fatalf("%v in %.500s", err, data)
	}
	id, _ := f.Properties["id"].(float64)
	f.ID = int64(id)
	for name, value := range f.Properties { // not stated is left out in GeoJSON, null elsewhere
		if value == nil {
			delete(f.Properties, name)
		}
	}
	return f
}

// box is that of a record; ok is false where it has no geometry.
func box(f geo.Feature) (b orb.Bound, ok bool) {
	if g := f.Geometry(); g != nil {
		return g.Bound(), true
	}
	return b, false
}

// placed is the selection without the records that have no geometry.
func (s selection) placed() selection {
	s.features = slices.DeleteFunc(slices.Clone(s.features), func(f geo.Feature) bool { _, ok := box(f); return !ok })
	return s
}

// meeting are the ids of the records whose box meets the given one.
func (s selection) meeting(b orb.Bound) []int64 {
	ids := []int64{}
	for _, f := range s.features {
		if own, ok := box(f); ok && own.Intersects(b) {
			id, _ := f.Ref()
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return ids
}

// tb is what a test and a property test have in common.
type tb interface {
	Helper()
	Fatal(args ...any)
	Fatalf(format string, args ...any)
	Errorf(format string, args ...any)
}

type writer = func(context.Context, io.Writer, format.File) error

// streams are the writers that need no program to be read.
var streams = map[string]writer{
	"FlatGeobuf": format.WriteFlatGeobuf, "GeoParquet": format.WriteParquet, "GeoJSON lines": format.WriteGeoJSONSeq,
}

func write(tb tb, w writer, s selection) []byte {
	tb.Helper()
	var out bytes.Buffer
	if err := w(context.Background(), &out, s.file()); err != nil {
		tb.Fatal(err)
	}
	return out.Bytes()
}

var errRows = errors.New("the store is gone")

// fullDisk takes a number of bytes and no more.
type fullDisk struct{ left int }

var errFull = errors.New("disk is full")

func (d *fullDisk) Write(p []byte) (int, error) {
	if d.left -= len(p); d.left < 0 {
		return 0, errFull
	}
	return len(p), nil
}

func TestWritersPassOnErrors(t *testing.T) {
	s := builtin(t, geo.Facilities)
	for name, w := range streams {
		t.Run(name, func(t *testing.T) {
			broken := s.file()
			broken.Rows = rows(s.features, errRows)
			if err := w(t.Context(), io.Discard, broken); !errors.Is(err, errRows) {
				t.Errorf("error of a row: %v", err)
			}
			for _, size := range []int{0, 2000} {
				if err := w(t.Context(), &fullDisk{size}, s.file()); !errors.Is(err, errFull) {
					t.Errorf("full disk of %d bytes: %v", size, err)
				}
			}
			ctx, cancel := context.WithCancel(t.Context())
			cancel()
			if err := w(ctx, io.Discard, s.file()); !errors.Is(err, context.Canceled) {
				t.Errorf("cancelled: %v", err)
			}
		})
	}
}

// allWriters are those of all files.
var allWriters = map[string]writer{
	"FlatGeobuf": format.WriteFlatGeobuf, "GeoParquet": format.WriteParquet, "GeoJSON lines": format.WriteGeoJSONSeq, "GeoJSON": format.WriteGeoJSON,
	"CSV": format.WriteCSV, "KML": format.WriteKML, "GeoPackage": format.WriteGeoPackage, "Excel": format.WriteXLSX,
}

// The same selection gives the same bytes, also where no record is dated.
func TestFilesAreReproducible(t *testing.T) {
	for name, s := range selections(t) {
		for as, w := range allWriters {
			undated := s.file()
			undated.About.Updated = time.Time{}
			for _, f := range []format.File{s.file(), undated} {
				var first, second bytes.Buffer
				if err := cmp.Or(w(t.Context(), &first, f), w(t.Context(), &second, f)); err != nil {
					t.Fatalf("%s as %s: %v", name, as, err)
				}
				if !bytes.Equal(first.Bytes(), second.Bytes()) {
					t.Errorf("%s as %s: two files of one selection differ", name, as)
				}
			}
		}
	}
}

var everywhere = orb.Bound{Min: orb.Point{-180, -90}, Max: orb.Point{180, 90}}
