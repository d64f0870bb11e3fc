package format

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/paulmach/orb"
	"pgregory.net/rapid"

	"innoatlas/geo"
)

// collection is a FeatureCollection with one feature a line.
func collection(features ...string) string {
	return `{"type":"FeatureCollection","features":[` + strings.Join(features, ",\n") + `]}`
}

// readGeoJSON reads all rows of a file that is a FeatureCollection.
func readGeoJSON(t interface{ Fatalf(string, ...any) }, file string) (rows []*Row, unknown []string) {
	r, err := NewGeoJSONReader(strings.NewReader(file))
	if err != nil {
		t.Fatalf("%v in %s", err, file)
	}
	for {
		row, err := r.Read()
		if errors.Is(err, io.EOF) {
			return rows, unknown
		}
		if err != nil {
			t.Fatalf("%v in %s", err, file)
		}
		rows = append(rows, row)
		for _, p := range row.Further {
			unknown = append(unknown, p.Name)
		}
	}
}

func TestGeoJSONRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := facilities().Draw(t, "facility")
		for _, texts := range [][]string{f.Sectors, f.Partners, f.Identifiers, f.FormerNames} {
			for i := range texts {
				texts[i] = strings.ReplaceAll(texts[i], ";", ",") // a list cannot hold it
			}
		}
		feature := NewGeoJSON(&geo.Catalog{}, geo.Facilities).AppendFeature(nil, f, nil)
		rows, unknown := readGeoJSON(t, collection(string(feature)))
		if len(rows) != 1 || len(rows[0].Problems) > 0 || len(unknown) > 0 {
			t.Fatalf("read %v, unknown %v", rows, unknown)
		}
		if diff := cmp.Diff(geoJSONCells(f), rows[0].Cells); diff != "" {
			t.Fatalf("-written +read\n%s", diff)
		}
		if diff := cmp.Diff(f.Sources, rows[0].Sources, cmpopts.EquateEmpty()); diff != "" {
			t.Fatalf("sources: -written +read\n%s", diff)
		}
	})
}

// geoJSONCells are those of CSV, but a precision is not there where none is stated.
func geoJSONCells(f *geo.Facility) []string {
	cells := cellsOf(f)
	cells[slices.Index(facilityCSV.Headings(), "location_precision")] = f.Precision
	return cells
}

func TestGeoJSONOfOthers(t *testing.T) {
	cases := map[string]struct {
		feature string
		want    map[string]string // cells that are not empty
	}{
		"null geometry, no properties": {`{"type":"Feature","geometry":null,"properties":null}`, nil},
		"no geometry member":           {`{"type":"Feature","properties":{"slug":"a"}}`, map[string]string{"slug": "a"}},
		"empty point":                  {`{"type":"Feature","geometry":{"type":"Point","coordinates":[]},"properties":{}}`, nil},
		"a height": {`{"type":"Feature","geometry":{"type":"Point","coordinates":[1e2,-3.50,7]},"properties":{}}`,
			map[string]string{"lon": "1e2", "lat": "-3.50"}},
		"lon and lat as properties": {`{"type":"Feature","geometry":null,"properties":{"lon":1,"lat":"2"}}`,
			map[string]string{"lon": "1", "lat": "2"}},
		"the geometry is before the properties": {`{"type":"Feature","geometry":{"type":"Point","coordinates":[1,2]},"properties":{"lon":8,"lat":9}}`,
			map[string]string{"lon": "1", "lat": "2"}},
		"number of the feature":              {`{"type":"Feature","id":12,"properties":{}}`, map[string]string{"id": "12"}},
		"a text as id of the feature":        {`{"type":"Feature","id":"x.12","properties":{}}`, nil},
		"the property is before the feature": {`{"type":"Feature","id":12,"properties":{"id":13}}`, map[string]string{"id": "13"}},
		"numbers for texts, nulls, lists as texts": {
			`{"type":"Feature","properties":{"source_date":2019,"name_zh":null,"sectors":"a;b","partners":["x","y"],"precision":"site","location_precision":null,` +
				`"country_name":"Laos","sources":null}}`,
			map[string]string{"source_date": "2019", "sectors": "a;b", "partners": "x;y", "location_precision": "site"},
		},
		"members of GDAL": {`{"type":"Feature","bbox":[1,2,1,2],"properties":{"slug":"a"}}`, map[string]string{"slug": "a"}},
		"escapes":         {`{"type":"Feature","properties":{"name":"\u4e2d\n\"\ud83c\udf3e"}}`, map[string]string{"name": "中\n\"🌾"}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			rows, _ := readGeoJSON(t, collection(c.feature))
			got := map[string]string{}
			for i, cell := range rows[0].Cells {
				if cell != "" {
					got[facilityCSV.Headings()[i]] = cell
				}
			}
			if diff := cmp.Diff(c.want, got, cmpopts.EquateEmpty()); diff != "" || len(rows[0].Problems) > 0 {
				t.Errorf("problems %v, cells -want +got\n%s", rows[0].Problems, diff)
			}
		})
	}
}

// Each member that is wrong is told, with the index of its feature, and the
// others are read.
func TestGeoJSONProblems(t *testing.T) {
	rows, unknown := readGeoJSON(t, collection(
		`{"type":"Feature","properties":{"name":true,"kind":{},"slug":["a"],"city":"Vientiane","colour":"red","size":1}}`,
		`7`,
		`{"type":"Point","coordinates":[1,2]}`,
		`{"type":"Feature","properties":[1]}`,
		`{"type":"Feature","properties":{"sectors":[1],"partners":["a;b"]}}`,
		`{"type":"Feature","properties":{"sectors":["a",null],"partners":{"a":1}}}`,
		`{"type":"Feature","properties":{},"geometry":{"type":"LineString","coordinates":[[1,2],[3,4]]}}`,
		`{"type":"Feature","properties":{},"geometry":{"type":"Point","coordinates":[1]}}`,
		`{"type":"Feature","properties":{},"geometry":{"type":"Point","coordinates":["1",2]}}`,
		`{"type":"Feature","properties":{},"geometry":"POINT (1 2)"}`,
		`{"type":"Feature","properties":{"sources":[{"title":1,"url":true,"date":[]}]}}`,
		`{"type":"Feature","properties":{"sources":{"title":"a"}}}`,
	))
	var got bytes.Buffer
	for _, row := range rows {
		for _, problem := range row.Problems {
			fmt.Fprintln(&got, problem)
		}
	}
	golden(t, "problems.golden.txt", got.Bytes())
	if want := []string{"colour", "size"}; !slices.Equal(unknown, want) {
		t.Errorf("unknown properties %v, want %v", unknown, want)
	}
	if city := rows[0].Cells[slices.Index(facilityCSV.Headings(), "city")]; city != "Vientiane" {
		t.Errorf("beside wrong members, city is %q", city)
	}
}

// readFeatures reads a file to its end, or to the first thing that is wrong.
func readFeatures(file io.Reader) (features []Feature, err error) {
	r, err := NewFeatureReader(file, maxRowBytes)
	if err != nil {
		return nil, err
	}
	for {
		f, err := r.Read()
		switch {
		case errors.Is(err, io.EOF):
			return features, nil
		case err != nil:
			return nil, err
		case f.Problem != nil:
			return nil, f.Problem
		}
		features = append(features, f)
	}
}

func TestReadFeaturesRefuses(t *testing.T) {
	cases := map[string]struct{ file, problem string }{
		"nothing":               {``, "line 1: is not JSON"},
		"no JSON, on its line":  {"{\n\"type\":\n}", "line 3: is not JSON"},
		"cut off":               {`{"type":"FeatureCollection","features":[`, "line 1: is not JSON"},
		"more after the end":    {collection() + "{}", "line 1: is not JSON"},
		"an array":              {`[]`, "type"},
		"a number":              {`1e999`, "type"},
		"no JSON in a feature":  {"{\"type\":\"FeatureCollection\",\n\"features\":[\n{\"type\":\"Feature\"},\n\n{\"a\":\n1 2}\n]}", "line 6: is not JSON"},
		"no comma":              {"{\"type\":\"FeatureCollection\",\n\"features\":[\n{\"type\":\"Feature\"}\n{\"type\":\"Feature\"}\n]}", "line 4: is not JSON"},
		"features twice":        {`{"type":"FeatureCollection","features":[],"features":[]}`, "features"},
		"the type is last":      {`{"features":[{"type":"Feature"}],"type":"Topology"}`, "type = `\"Topology\"`"},
		"the crs is last":       {`{"type":"FeatureCollection","features":[{"type":"Feature"}],"crs":{"properties":{"name":"EPSG:3857"}}}`, `crs = "EPSG:3857"`},
		"UTF-16":                {"\xff\xfe{\x00}\x00", "the file is UTF-16; save it as UTF-8"},
		"one feature":           {`{"type":"Feature"}`, "type = `\"Feature\"`"},
		"no features":           {`{"type":"FeatureCollection"}`, "features"},
		"features are no array": {`{"type":"FeatureCollection","features":{}}`, "features"},
		"Web Mercator": {`{"type":"FeatureCollection","crs":{"type":"name","properties":{"name":"urn:ogc:def:crs:EPSG::3857"}},"features":[]}`,
			`crs = "urn:ogc:def:crs:EPSG::3857"`},
		"a linked crs":            {`{"type":"FeatureCollection","crs":{"type":"link"},"features":[]}`, "crs = `{"},
		"not UTF-8":               {collection("{\"a\":\"\xff\"}"), "features[0]: is not UTF-8"},
		"too deep":                {collection(strings.Repeat("[", 63) + strings.Repeat("]", 63)), "features[0]: has more than 62 levels"},
		"unbalanced and deep":     {`{"type":"FeatureCollection","x":` + strings.Repeat("[", 100_000), "line 1: is not JSON"},
		"deep behind a backslash": {collection(`["\\",` + strings.Repeat("[", 62) + strings.Repeat("]", 63)), "features[0]: has more than 62 levels"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			_, err := readFeatures(strings.NewReader(c.file))
			var problem *Problem
			if !errors.As(err, &problem) || !strings.HasPrefix(err.Error(), c.problem) {
				t.Errorf("error %v, want a Problem: %s", err, c.problem)
			}
		})
	}
}

func TestReadFeaturesAccepts(t *testing.T) {
	cases := map[string]string{
		"byte order mark":    "\ufeff" + collection(),
		"CRS84 spelled out":  `{"type":"FeatureCollection","crs":{"type":"name","properties":{"name":"urn:ogc:def:crs:OGC:1.3:CRS84"}},"features":[]}`,
		"crs null":           `{"type":"FeatureCollection","crs":null,"features":[]}`,
		"further members":    `{"name":"x","links":[],"numberMatched":3,"type":"FeatureCollection","features":[]}`,
		"brackets in a text": `{"type":"FeatureCollection","note":"` + strings.Repeat("[", 100) + `\"[","features":[]}`,
		"64 levels":          `{"type":"FeatureCollection","x":` + strings.Repeat("[", 63) + strings.Repeat("]", 63) + `,"features":[]}`,
	}
	for _, crs := range []string{
		"OGC:CRS84", "urn:ogc:def:crs:OGC::CRS84", "http://www.opengis.net/def/crs/OGC/1.3/CRS84", "EPSG:4326", "epsg:4326", "urn:ogc:def:crs:EPSG::4326",
		"EPSG:4490", "urn:ogc:def:crs:EPSG::4490", "urn:ogc:def:crs:EPSG:9.9.1:4490", "http://www.opengis.net/def/crs/EPSG/0/4490",
	} {
		cases[crs] = `{"type":"FeatureCollection","crs":{"type":"name","properties":{"name":"` + crs + `"}},"features":[]}`
	}
	for name, file := range cases {
		t.Run(name, func(t *testing.T) {
			if features, err := readFeatures(strings.NewReader(file)); err != nil || len(features) != 0 {
				t.Errorf("%v, %v", features, err)
			}
		})
	}
}

func FuzzGeoJSON(f *testing.F) {
	f.Add("plain", "中文", "a\u2028b", `say "no\yes"`, 114.94006, 4.89035)
	f.Add("\x00\x1f", "\xff", "", "\\", -180.0, 90.0)
	f.Fuzz(func(t *testing.T, name, city, partner, title string, lon, lat float64) {
		facility := &geo.Facility{
			ID: 1, Slug: "s", Name: name, City: city, Partners: []string{strings.ReplaceAll(partner, ";", "")},
			Position: &orb.Point{lon, lat}, Sources: []geo.Source{{Title: title, URL: "u"}},
		}
		if lon != lon || lat != lat || lon-lon != 0 || lat-lat != 0 {
			return // positions are finite
		}
		rows, _ := readGeoJSON(t, collection(string(NewGeoJSON(&geo.Catalog{}, geo.Facilities).AppendFeature(nil, facility, nil))))
		want := geoJSONCells(facility)
		for i, cell := range want {
			want[i] = string([]rune(cell)) // bytes that are not UTF-8 become U+FFFD
		}
		if diff := cmp.Diff(want, rows[0].Cells); diff != "" || len(rows[0].Problems) > 0 {
			t.Errorf("problems %v, cells -written +read\n%s", rows[0].Problems, diff)
		}
		if rows[0].Sources[0].Title != string([]rune(title)) {
			t.Errorf("source %q is read as %q", title, rows[0].Sources[0].Title)
		}
	})
}

// Whatever the bytes, reading ends, cells are UTF-8, and a problem says what is allowed.
func FuzzReadGeoJSON(f *testing.F) {
	f.Add([]byte(collection(string(NewGeoJSON(&geo.Catalog{}, geo.Facilities).AppendFeature(nil, station(), nil)))))
	f.Add([]byte(collection(`{"type":"Feature","id":1.5,"geometry":{"type":"Point","coordinates":[1,2,3]},"properties":{"sectors":["a;b"],"x":null}}`)))
	f.Fuzz(func(t *testing.T, file []byte) {
		r, err := NewGeoJSONReader(bytes.NewReader(file))
		if err != nil {
			return
		}
		for {
			row, err := r.Read()
			if errors.Is(err, io.EOF) {
				return
			}
			var problem *Problem
			if errors.As(err, &problem) {
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if row.Cells == nil && len(row.Problems) == 0 {
				t.Error("a row with neither cells nor problems")
			}
			for _, problem := range row.Problems {
				if problem.Reason == "" || problem.Pos.String() == "" {
					t.Errorf("a problem without place or reason: %#v", problem)
				}
			}
			if i := slices.IndexFunc(row.Cells, func(cell string) bool { return !utf8.ValidString(cell) }); i >= 0 {
				t.Errorf("cell %q is not UTF-8", row.Cells[i])
			}
		}
	})
}
