package format_test

import (
	"encoding/json"
	"encoding/xml"
	"maps"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"innoatlas/geo"
	"innoatlas/geo/format"
)

// kmlFile is as much of a KML file as records and their looks need.
type kmlFile struct {
	Name        string         `xml:"Document>name"`
	Description string         `xml:"Document>description"`
	Styles      []kmlStyle     `xml:"Document>Style"`
	Fields      []kmlField     `xml:"Document>Schema>SimpleField"`
	Placemarks  []kmlPlacemark `xml:"Document>Folder>Placemark"`
}

type kmlStyle struct {
	ID    string `xml:"id,attr"`
	Icon  string `xml:"IconStyle>color"`
	Label string `xml:"LabelStyle>color"`
	Fill  string `xml:"PolyStyle>color"`
}

type kmlField struct {
	Name  string `xml:"name,attr"`
	Type  string `xml:"type,attr"`
	Title string `xml:"displayName"`
}

type kmlPlacemark struct {
	Name        string       `xml:"name"`
	Description string       `xml:"description"`
	Style       string       `xml:"styleUrl"`
	Data        []kmlData    `xml:"ExtendedData>SchemaData>SimpleData"`
	Point       string       `xml:"Point>coordinates"`
	Points      []string     `xml:"MultiGeometry>Point>coordinates"`
	Line        string       `xml:"LineString>coordinates"`
	Lines       []string     `xml:"MultiGeometry>LineString>coordinates"`
	Polygons    []kmlPolygon `xml:"MultiGeometry>Polygon"`
}

type kmlData struct {
	Name  string `xml:"name,attr"`
	Value string `xml:",chardata"`
}

type kmlPolygon struct {
	Outer string   `xml:"outerBoundaryIs>LinearRing>coordinates"`
	Inner []string `xml:"innerBoundaryIs>LinearRing>coordinates"`
}

func readKML(t *testing.T, s selection) (f kmlFile) {
	t.Helper()
	if err := xml.Unmarshal(write(t, format.WriteKML, s), &f); err != nil {
		t.Fatal(err)
	}
	return f
}

// asXML is a text as XML can have it.
func asXML(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' && r != '\t' && r != '\n' && r != '\r' || r == 0xfffe || r == 0xffff {
			return '\ufffd'
		}
		return r
	}, s)
}

// withXMLTexts are the records with their texts as XML can have them. Within lists
// and objects nothing is lost, for these are JSON.
func withXMLTexts(features map[int64]feature) map[int64]feature {
	for _, f := range features {
		for name, value := range f.Properties {
			if text, ok := value.(string); ok {
				f.Properties[name] = asXML(text)
			}
		}
	}
	return features
}

func TestKMLRecords(t *testing.T) {
	for name, s := range selections(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := readKML(t, s)
			types := map[string]string{}
			for _, field := range f.Fields {
				types[field.Name] = field.Type
			}
			got := map[int64]feature{}
			for _, p := range f.Placemarks {
				r := p.feature(t, s, types)
				got[r.ID] = r
				if p.Name != asText(r.Properties["name"]) {
					t.Errorf("the place of record %d is named %q", r.ID, p.Name)
				}
			}
			if diff := cmp.Diff(withXMLTexts(s.want(t)), got); diff != "" {
				t.Errorf("-want +got\n%s", diff)
			}
			if len(f.Placemarks) != len(s.features) {
				t.Errorf("%d places of %d records", len(f.Placemarks), len(s.features))
			}
		})
	}
}

func asText(v any) string {
	s, _ := v.(string)
	return s
}

// feature reads the data by their declared types, and lists and objects as JSON.
func (p kmlPlacemark) feature(t *testing.T, s selection, types map[string]string) feature {
	t.Helper()
	f := feature{Properties: map[string]any{}, Geometry: p.geometry(t)}
	for _, d := range p.Data {
		switch types[d.Name] {
		case "int", "double":
			f.Properties[d.Name] = number(t, d.Value)
		case "string":
			f.Properties[d.Name] = outOfText(t, s, d.Name, d.Value)
		default:
			t.Errorf("%s has no type", d.Name)
		}
	}
	f.ID = int64(f.Properties["id"].(float64))
	return f
}

// outOfText is the value of a column of JSON, or the text.
func outOfText(t *testing.T, s selection, name, text string) any {
	t.Helper()
	for _, c := range format.Columns(s.catalog, s.collection) {
		if c.Name == name && (c.Type == geo.Texts || c.Type == geo.Object || c.Type == geo.Boolean) {
			var v any
			if err := json.Unmarshal([]byte(text), &v); err != nil {
				t.Errorf("%s: %v in %q", name, err, text)
			}
			return v
		}
	}
	return text
}

func number(t *testing.T, text string) float64 {
	t.Helper()
	n, err := strconv.ParseFloat(text, 64)
	if err != nil {
		t.Error(err)
	}
	return n
}

func (p kmlPlacemark) geometry(t *testing.T) *geometry {
	t.Helper()
	switch {
	case p.Point != "":
		return &geometry{"Point", positions(t, p.Point)[0]}
	case len(p.Points) > 0:
		return &geometry{"MultiPoint", positions(t, strings.Join(p.Points, " "))}
	case p.Line != "":
		return &geometry{"LineString", positions(t, p.Line)}
	case len(p.Lines) > 0:
		var lines []any
		for _, line := range p.Lines {
			lines = append(lines, positions(t, line))
		}
		return &geometry{"MultiLineString", lines}
	case len(p.Polygons) > 0:
		var polygons []any
		for _, polygon := range p.Polygons {
			rings := []any{positions(t, polygon.Outer)}
			for _, hole := range polygon.Inner {
				rings = append(rings, positions(t, hole))
			}
			polygons = append(polygons, rings)
		}
		return &geometry{"MultiPolygon", polygons}
	}
	return nil
}

func positions(t *testing.T, text string) (l []any) {
	t.Helper()
	for _, tuple := range strings.Fields(text) {
		lon, lat, _ := strings.Cut(tuple, ",")
		l = append(l, []any{number(t, lon), number(t, lat)})
	}
	return l
}

func TestKMLHead(t *testing.T) {
	f := readKML(t, selections(t)["built-in facilities"])
	if f.Name != about.Title || !strings.Contains(f.Description, "Licence: CC BY 4.0 https://") || !strings.Contains(f.Description, "Attribution: innoatlas") {
		t.Errorf("the file says of itself %q, %q", f.Name, f.Description)
	}
	styles := []kmlStyle{ // alpha, blue, green, red
		{"kind-joint-laboratory", "ffae5f1d", "ffae5f1d", ""}, {"kind-innovation-centre", "ff0c49b5", "ff0c49b5", ""},
		{"kind-agricultural-park", "ff2b7a3b", "ff2b7a3b", ""}, {"kind-", "ff60574b", "ff60574b", ""},
	}
	if diff := cmp.Diff(styles, f.Styles); diff != "" {
		t.Errorf("styles -want +got\n%s", diff)
	}
	for _, p := range f.Placemarks {
		kind := ""
		for _, d := range p.Data {
			if d.Name == "kind" {
				kind = d.Value
			}
		}
		if p.Style != "#kind-"+kind {
			t.Errorf("%s is %s, drawn as %s", p.Name, kind, p.Style)
		}
	}
	if want := (kmlField{"established", "int", "Year it was founded or opened"}); f.Fields[17] != want {
		t.Errorf("field %v, want %v", f.Fields[17], want)
	}
}

func TestKMLCountriesAreShaded(t *testing.T) {
	f := readKML(t, selections(t)["hard countries"])
	for i, want := range []string{"#facilities-0", "#facilities-1", "#facilities-1", "#facilities-1"} {
		if got := f.Placemarks[i].Style; got != want {
			t.Errorf("%s is drawn as %s, want %s", f.Placemarks[i].Name, got, want)
		}
	}
	if want := (kmlStyle{"facilities-1", "", "", "b0e4e3cf"}); f.Styles[1] != want {
		t.Errorf("style %v, want %v", f.Styles[1], want)
	}
}

func TestKMLDescriptionIsEscaped(t *testing.T) {
	source := func(title, url string) geo.Source { return geo.Source{Title: title, URL: url} }
	for name, c := range map[string]struct {
		facility geo.Facility
		want     string
	}{
		"a text that is no markup": {geo.Facility{Summary: "<script>a & b</script>"}, "&lt;script&gt;a &amp; b&lt;/script&gt;"},
		"a source with its address": {geo.Facility{Summary: "Rice.", Source: source(`News "1"`, "https://example.org/?a=1&b=2")},
			`Rice.<br/>Source: <a href="https://example.org/?a=1&amp;b=2">News &#34;1&#34;</a>`},
		"a source without a title": {geo.Facility{Source: source("", "https://example.org")}, `Source: <a href="https://example.org">https://example.org</a>`},
		"an address that is none":  {geo.Facility{Source: source("News", "javascript:alert(1)")}, "Source: News"},
		"nothing to say":           {geo.Facility{}, ""},
	} {
		f := readKML(t, selection{geo.Facilities, &geo.Catalog{}, []geo.Feature{&c.facility}})
		if got := f.Placemarks[0].Description; got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

// GDAL reads every record, with the same values but for white space, which it trims.
func TestGDALReadsKML(t *testing.T) {
	for name, s := range selections(t) {
		if len(s.features) == 0 {
			continue // see TestGDALOpensEmptyKML
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := byID(readGDAL(t, save(t, format.WriteKML, s, "file.kml")))
			want := withXMLTexts(s.want(t))
			for id, f := range got {
				f.Properties["name"] = f.Properties["Name"]
				maps.DeleteFunc(f.Properties, func(name string, v any) bool { return !isColumn(s, name) || v == nil || v == "" })
				for name, v := range f.Properties {
					if text, ok := v.(string); ok {
						f.Properties[name] = outOfText(t, s, name, text)
					}
				}
				got[id] = f
			}
			if diff := cmp.Diff(want, got, aboutEqual, sameText); diff != "" {
				t.Errorf("-want +got\n%s", diff)
			}
		})
	}
}

func isColumn(s selection, name string) bool {
	for _, c := range format.Columns(s.catalog, s.collection) {
		if c.Name == name {
			return true
		}
	}
	return false
}

// sameText compares texts by what is not white space.
var sameText = cmp.Comparer(func(a, b string) bool {
	spaced := func(s string) string { return strings.Join(strings.Fields(s), " ") }
	return spaced(a) == spaced(b)
})

func TestGDALOpensEmptyKML(t *testing.T) {
	for _, name := range []string{"no facilities", "no countries"} {
		s := selections(t)[name]
		out := string(gdal(t, "ogrinfo", "-so", "-al", save(t, format.WriteKML, s, "file.kml")))
		if !strings.Contains(out, "Layer name: "+s.collection.ID+"\n") || !strings.Contains(out, "Feature Count: 0\n") {
			t.Errorf("%s:\n%s", name, out)
		}
	}
}
