package format_test

import (
	"bytes"
	"encoding/json"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/paulmach/orb"
	"pgregory.net/rapid"

	"innoatlas/geo"
	"innoatlas/geo/cql2"
	"innoatlas/geo/crs"
	"innoatlas/geo/format"
)

// written is a feature as its bytes.
type written struct {
	ID         json.RawMessage
	Geometry   json.RawMessage
	Properties json.RawMessage
	Links      json.RawMessage
}

func writtenAs(t tb, g format.GeoJSON, f geo.Feature) (w written) {
	t.Helper()
	data := g.AppendFeature(nil, f, []byte(`["links"]`))
	if err := json.Unmarshal(data, &w); err != nil {
		t.Fatalf("%v in %.500s", err, data)
	}
	if string(w.Links) != `["links"]` {
		t.Fatalf("links are %s", w.Links)
	}
	return w
}

// object is what columns make of a record.
func object(columns []format.Column, f geo.Feature, names []string) []byte {
	var members [][]byte
	for _, c := range columns {
		if v := c.Value(f); v.Type != cql2.Null && slices.Contains(names, c.Name) {
			members = append(members, format.AppendValue(append(format.AppendString(nil, c.Name), ':'), v, c.Type))
		}
	}
	return slices.Concat([]byte("{"), bytes.Join(members, []byte(",")), []byte("}"))
}

func namesOf(columns []format.Column) []string {
	var names []string
	for _, c := range columns {
		names = append(names, c.Name)
	}
	return names
}

// Columns and the members of a whole record are the same, in names, order and values.
func TestColumnsAreTheMembersOfARecord(t *testing.T) {
	for name, s := range selections(t) {
		t.Run(name, func(t *testing.T) {
			columns, g := format.Columns(s.catalog, s.collection), format.NewGeoJSON(s.catalog, s.collection)
			names := namesOf(columns)
			seen := map[string]bool{}
			for _, f := range s.features {
				got := writtenAs(t, g, f).Properties
				if want := object(columns, f, names); !bytes.Equal(got, want) {
					t.Fatalf("the members are\n%s\nand the columns\n%s", got, want)
				}
				for _, c := range columns {
					if c.Value(f).Type != cql2.Null {
						seen[c.Name] = true
					}
				}
			}
			if strings.HasPrefix(name, "hard") && len(seen) != len(columns) {
				t.Errorf("%d of %d columns are stated by some record", len(seen), len(columns))
			}
		})
	}
}

// A selection has the bytes of the whole record, for the members that are chosen.
func TestChosenProperties(t *testing.T) {
	all := selections(t)
	names := slices.Sorted(func(yield func(string) bool) {
		for name, s := range all {
			if len(s.features) > 0 && !yield(name) {
				return
			}
		}
	})
	rapid.Check(t, func(t *rapid.T) {
		s := all[rapid.SampledFrom(names).Draw(t, "selection")]
		f := rapid.SampledFrom(s.features).Draw(t, "record")
		columns := format.Columns(s.catalog, s.collection)
		chosen := rapid.SliceOf(rapid.SampledFrom(namesOf(columns))).Draw(t, "properties") // in any order, and repeated
		if chosen == nil {
			chosen = []string{}
		}
		g := format.NewGeoJSON(s.catalog, s.collection)
		whole, part := writtenAs(t, g, f), writtenAs(t, g.With(format.Options{Properties: chosen}), f)
		if want := object(columns, f, chosen); !bytes.Equal(part.Properties, want) {
			t.Fatalf("%q are\n%s\nwant\n%s", chosen, part.Properties, want)
		}
		if !bytes.Equal(whole.Geometry, part.Geometry) || !bytes.Equal(whole.ID, part.ID) {
			t.Fatalf("a selection of properties has another geometry or id:\n%s %s\n%s %s", part.ID, part.Geometry, whole.ID, whole.Geometry)
		}
	})
}

func TestOptions(t *testing.T) {
	station := &geo.Facility{ID: 4, Slug: "station", Name: "Station", Position: &orb.Point{108.31667, 22.81667}}
	bare := &geo.Facility{ID: 7, Slug: "bare"}
	laos := &geo.Country{ID: 418, Code: "LAO", Outline: orb.MultiPolygon{{{{100, 10}, {101, 10}, {101, 11.5}, {100, 10}}}}}
	g := format.NewGeoJSON(&geo.Catalog{}, geo.Facilities)
	system := func(code string) *crs.CRS {
		return crs.Find(crs.Of(geo.Facilities), "http://www.opengis.net/def/crs/EPSG/0/"+code)
	}
	for _, test := range []struct {
		name string
		of   *geo.Collection
		f    geo.Feature
		with format.Options
		want string
	}{
		{"whole", geo.Facilities, station, format.Options{},
			`{"type":"Feature","id":4,"geometry":{"type":"Point","coordinates":[108.31667,22.81667]},"properties":{"id":4,"slug":"station","name":"Station"}}`},
		{"whole, in CRS84", geo.Facilities, station, format.Options{CRS: crs.CRS84},
			`{"type":"Feature","id":4,"geometry":{"type":"Point","coordinates":[108.31667,22.81667]},"properties":{"id":4,"slug":"station","name":"Station"}}`},
		{"no geometry", geo.Facilities, station, format.Options{SkipGeometry: true},
			`{"type":"Feature","id":4,"geometry":null,"properties":{"id":4,"slug":"station","name":"Station"}}`},
		{"no geometry, in metres", geo.Facilities, station, format.Options{SkipGeometry: true, CRS: system("3857")},
			`{"type":"Feature","id":4,"geometry":null,"properties":{"id":4,"slug":"station","name":"Station"}}`},
		{"no properties", geo.Facilities, station, format.Options{Properties: []string{}, SkipGeometry: true},
			`{"type":"Feature","id":4,"geometry":null,"properties":{}}`},
		{"properties that are not stated", geo.Facilities, bare, format.Options{Properties: []string{"name", "sectors", "sources"}},
			`{"type":"Feature","id":7,"geometry":null,"properties":{}}`},
		{"latitude first", geo.Facilities, station, format.Options{CRS: system("4326"), Properties: []string{"name"}},
			`{"type":"Feature","id":4,"geometry":{"type":"Point","coordinates":[22.81667,108.31667]},"properties":{"name":"Station"}}`},
		{"metres", geo.Facilities, station, format.Options{CRS: system("3857")},
			`{"type":"Feature","id":4,"geometry":{"type":"Point","coordinates":[12057756.5488,2609862.98]},"properties":{"id":4,"slug":"station","name":"Station"}}`},
		{"a zone", geo.Facilities, station, format.Options{CRS: system("32749"), Properties: []string{}},
			`{"type":"Feature","id":4,"geometry":{"type":"Point","coordinates":[224567.3864,12525727.7437]},"properties":{}}`},
		{"no position in metres", geo.Facilities, bare, format.Options{CRS: system("3857"), Properties: []string{}},
			`{"type":"Feature","id":7,"geometry":null,"properties":{}}`},
		{"an outline", geo.Countries, laos, format.Options{CRS: system("4326"), Properties: []string{"cooperation", "country"}},
			`{"type":"Feature","id":418,"geometry":{"type":"MultiPolygon","coordinates":[[[[10,100],[10,101],[11.5,101],[10,100]]]]},"properties":{"country":"LAO",` +
				`"cooperation":{}}}`},
		{"no outline", geo.Countries, &geo.Country{ID: 1}, format.Options{CRS: system("4326"), Properties: []string{}},
			`{"type":"Feature","id":1,"geometry":null,"properties":{}}`},
		{"zero has no sign", geo.Facilities, &geo.Facility{ID: 1, Position: &orb.Point{-1e-10, 0}}, format.Options{CRS: system("3857"), Properties: []string{}},
			`{"type":"Feature","id":1,"geometry":{"type":"Point","coordinates":[0,0]},"properties":{}}`},
	} {
		if got := string(format.NewGeoJSON(&geo.Catalog{}, test.of).With(test.with).AppendFeature(nil, test.f, nil)); got != test.want {
			t.Errorf("%s:\n%s\nwant\n%s", test.name, got, test.want)
		}
	}
	if again := g.With(format.Options{SkipGeometry: true}).With(format.Options{}); string(again.AppendFeature(nil, bare, nil)) != string(g.AppendFeature(nil, bare, nil)) {
		t.Error("options after options are not the last ones")
	}
}

// Coordinates have the decimals of their system and no more, in its order of axes,
// and lead back to the record.
func TestCoordinatesOfOptions(t *testing.T) {
	s := builtin(t, geo.Facilities)
	for _, system := range crs.Of(geo.Facilities) {
		g := format.NewGeoJSON(s.catalog, s.collection).With(format.Options{CRS: system})
		for _, f := range s.features {
			whole, w := writtenAs(t, format.NewGeoJSON(s.catalog, s.collection), f), writtenAs(t, g, f)
			if !bytes.Equal(w.Properties, whole.Properties) {
				t.Fatalf("%s: other properties: %s", system.Title(), w.Properties)
			}
			var point *struct{ Coordinates [2]json.Number }
			if err := json.Unmarshal(w.Geometry, &point); err != nil {
				t.Fatal(err)
			}
			position := f.(*geo.Facility).Position
			if point == nil || position == nil {
				if point != nil || position != nil {
					t.Fatalf("%s: %s for %v", system.Title(), w.Geometry, position)
				}
				continue
			}
			var p orb.Point
			for i, n := range point.Coordinates {
				p[i], _ = n.Float64()
				if _, decimals, _ := strings.Cut(n.String(), "."); len(decimals) > system.Decimals() || strings.HasSuffix(decimals, "0") {
					t.Fatalf("%s: %s", system.Title(), n)
				}
			}
			if back, err := system.Geometry(p); err != nil || !orb.Equal(back, *position) {
				t.Fatalf("%s: %v is written as %v and read as %v, %v", system.Title(), *position, p, back, err)
			}
		}
	}
}

func TestAppendValue(t *testing.T) {
	for _, test := range []struct {
		value cql2.Value
		as    geo.Type
		want  string
	}{
		{cql2.Value{}, geo.Text, `null`},
		{cql2.Value{}, geo.Object, `null`},
		{cql2.TextOf(`{"a":1}`), geo.Text, `"{\"a\":1}"`},
		{cql2.TextOf(`{"a":1}`), geo.Object, `{"a":1}`},
		{cql2.NumberOf(1 << 53), geo.Integer, `9007199254740992`},
		{cql2.NumberOf(math.Copysign(0, -1)), geo.Integer, `0`},
		{cql2.ListOf([]string{"a", `"b"`}), geo.Texts, `["a","\"b\""]`},
		{cql2.Value{Type: cql2.List}, geo.Texts, `[]`},
		{cql2.Value{Type: cql2.Timestamp, Time: 1_709_208_000_999_999}, geo.Time, `"2024-02-29T12:00:00Z"`},
		{cql2.Value{Type: cql2.Timestamp, Time: -1}, geo.Time, `"1969-12-31T23:59:59Z"`},
	} {
		if got := string(format.AppendValue([]byte("x"), test.value, test.as)); got != "x"+test.want {
			t.Errorf("%+v as %s: %s, want %s", test.value, test.as, got, test.want)
		}
	}
}

func TestOptionsAllocateNothing(t *testing.T) {
	s := builtin(t, geo.Facilities)
	dst := make([]byte, 0, 1<<16)
	for name, v := range asked {
		g := format.NewGeoJSON(s.catalog, s.collection).With(v)
		if n := testing.AllocsPerRun(100, func() { dst = g.AppendFeature(dst[:0], s.features[0], nil) }); n != 0 {
			t.Errorf("%s: a record allocates %v times", name, n)
		}
	}
}

// asked are those that a client asks for. Sources are not among the properties:
// a column of JSON is a text of its own.
var asked = map[string]format.Options{
	"whole":          {},
	"latitude first": {CRS: crs.Find(crs.Of(geo.Facilities), "http://www.opengis.net/def/crs/EPSG/0/4326")},
	"Web Mercator":   {CRS: crs.Find(crs.Of(geo.Facilities), "http://www.opengis.net/def/crs/EPSG/0/3857")},
	"UTM":            {CRS: crs.Find(crs.Of(geo.Facilities), "http://www.opengis.net/def/crs/EPSG/0/32648")},
	"no geometry":    {SkipGeometry: true},
	"two properties": {Properties: []string{"name", "kind"}},
	"most properties": {Properties: []string{"id", "slug", "kind", "name", "name_zh", "country", "country_name", "admin1", "city", "precision", "sectors",
		"partners", "host_institution", "established", "status", "summary", "source_title", "source_url", "source_date", "updated"}},
}

func BenchmarkOptions(b *testing.B) {
	s := builtin(b, geo.Facilities)
	r := rand.New(rand.NewPCG(1, 2))
	r.Shuffle(len(s.features), func(i, j int) { s.features[i], s.features[j] = s.features[j], s.features[i] })
	for name, v := range asked {
		b.Run(name, func(b *testing.B) {
			g := format.NewGeoJSON(s.catalog, s.collection).With(v)
			var dst []byte
			n, bytes := 0, 0
			b.ReportAllocs()
			for b.Loop() {
				dst = g.AppendFeature(dst[:0], s.features[n%len(s.features)], nil)
				n, bytes = n+1, bytes+len(dst)
			}
			b.SetBytes(int64(bytes / n))
		})
	}
}
