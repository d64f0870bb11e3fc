package api

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"innoatlas/geo/memory"
)

func loadDefinition(t *testing.T, s *Server) *openapi3.T {
	t.Helper()
	doc, err := openapi3.NewLoader().LoadFromData(get(t, s, "/api").Body.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

func TestDefinitionIsValid(t *testing.T) {
	doc := loadDefinition(t, newTestServer())
	if err := doc.Validate(t.Context()); err != nil {
		t.Error(err)
	}
	if len(doc.Servers) != 1 || doc.Servers[0].URL != "http://localhost:8080" {
		t.Errorf("servers %v: clients need one, absolute", doc.Servers)
	}
}

// examples has an allowed value for each parameter of which its schema does not give one.
var examples = map[string]string{
	"country": "THA", "sector": "new-energy", "kind": "none", "status": "closed", "precision": "city", "established": "2015", "bbox": "1,2,3,4",
	"datetime": "2020-01-01", "id": "1", "facilities": "1", "limit": "5", "offset": "0", "sortby": "id", "after": "eyJ6IjowLCJpIjoxfQ", "zoom": "3",
	"lang": "zh", "bom": "0", "f": "json", "updated": "2024-02-03T04:05:06Z", "filter": "TRUE", "filter-lang": "cql2-text", "properties": "id",
	"exclude-properties": "id", "skipGeometry": "true", "facets": "country", "rows": "country", "columns": "country", "crs": "http://www.opengis.net/def/crs/OGC/1.3/CRS84",
	"institution": "guangxi-university", "facility": "formula", "role": "host", "type": "university", "takes_part": "THA", "institution_country": "CHN",
	"of_facilities": "status%3Doperating", "checked": "2024-02-29", "begins": "2024-02-29/..", "ends": "../2024-02-29",
	"collections": "countries", "bbox-crs": "http://www.opengis.net/def/crs/OGC/1.3/CRS84", "filter-crs": "http://www.opengis.net/def/crs/OGC/1.3/CRS84",
}

// Each parameter that is declared is accepted, and no path has another.
func TestDefinitionIsTrue(t *testing.T) {
	s := newNetworkServer()
	doc := loadDefinition(t, s)
	everywhere := map[string]string{"unheard-of": "text"}
	for _, item := range doc.Paths.Map() {
		for _, p := range item.Get.Parameters {
			everywhere[p.Value.Name] = cmp.Or(examples[p.Value.Name], everywhere[p.Value.Name], exampleValue(p.Value.Schema.Value))
		}
	}
	for path, item := range doc.Paths.Map() {
		for name, value := range everywhere {
			declared := item.Get.Parameters.GetByInAndName("query", name) != nil
			query := name + "=" + value
			if name == "f" && strings.HasSuffix(path, "{tileCol}") {
				query = "f=mvt"
			}
			for _, p := range item.Get.Parameters {
				if needed := p.Value; needed.Required && needed.In == "query" && needed.Name != name {
					query += "&" + needed.Name + "=" + cmp.Or(examples[needed.Name], exampleValue(needed.Schema.Value))
				}
			}
			w := get(t, s, exampleOf(path)+"?"+query)
			if accepted := w.Code == http.StatusOK; accepted != declared {
				t.Errorf("GET %s?%s: %d, declared %t", path, query, w.Code, declared)
			}
			if item.Get.Responses.Status(w.Code) == nil {
				t.Errorf("GET %s: response %d is not declared", path, w.Code)
			}
		}
	}
}

// exampleValue is what a schema of a parameter allows.
func exampleValue(s *openapi3.Schema) string {
	switch {
	case s.Type.Is("integer"), s.Type.Is("number"):
		return "1"
	case s.Type.Is("boolean"):
		return "true"
	}
	return "text"
}

// exampleOf is a path with a record in place of its variable.
func exampleOf(path string) string {
	id := "1"
	for collection, slug := range map[string]string{
		"countries": "tha", "institutions": "guangxi-university", "partnerships": "guangxi-university--fish-farm-taveuni", "projects": "sea-grapes",
	} {
		if strings.HasPrefix(path, "/collections/"+collection+"/") {
			id = slug
		}
	}
	return strings.NewReplacer("{featureId}", id, "{tileMatrix}", "0", "{tileRow}", "0", "{tileCol}", "0").Replace(path)
}

// GIS clients read these to the letter.
func TestDefinitionForGISClients(t *testing.T) {
	doc := loadDefinition(t, newTestServer())
	items := doc.Paths.Find("/collections/facilities/items").Get
	for _, p := range items.Parameters {
		v := p.Value
		if v.In == "query" && (v.Style != "form" || v.Explode == nil || *v.Explode) {
			t.Errorf("%s: style %q, explode %v; want form, false", v.Name, v.Style, v.Explode)
		}
	}
	if !slices.ContainsFunc(items.Parameters, func(p *openapi3.ParameterRef) bool { return p.Ref == "#/components/parameters/limit" }) {
		t.Error("limit is no reference")
	}
	limit := doc.Components.Parameters["limit"].Value.Schema.Value
	if limit.Max == nil || *limit.Max != 10000 || limit.Default != 1000.0 || limit.Min == nil || *limit.Min != 1 {
		t.Errorf("limit is %+v", limit)
	}
	seen := map[string]string{}
	for path, item := range doc.Paths.Map() {
		if other, twice := seen[item.Get.OperationID]; twice {
			t.Errorf("operationId %s is that of %s and %s", item.Get.OperationID, path, other)
		}
		seen[item.Get.OperationID] = path
	}
}

// Every answer in JSON is as its schema says.
func TestAnswersMeetTheirSchemas(t *testing.T) {
	s := newNetworkServer()
	doc := loadDefinition(t, s)
	for path, item := range doc.Paths.Map() {
		target := exampleOf(path)
		if strings.HasSuffix(path, "/clusters") {
			target += "?zoom=2"
		}
		w := get(t, s, target)
		content := item.Get.Responses.Status(w.Code).Value.Content
		media := content.Get(w.Header().Get("Content-Type"))
		if media == nil {
			t.Errorf("GET %s: %s is not declared (%v)", path, w.Header().Get("Content-Type"), content)
			continue
		}
		if strings.HasPrefix(path, "/data/") && !strings.HasSuffix(path, ".geojson") || strings.HasSuffix(path, ".qlr") || strings.HasSuffix(path, "{tileCol}") {
			continue
		}
		if err := media.Schema.Value.VisitJSON(decode[any](t, w)); err != nil {
			t.Errorf("GET %s: %v", path, err)
		}
	}
}

// Generated clients read bytes as bytes, texts as texts, and take the first media type for
// what they get.
func TestDefinitionForGeneratedClients(t *testing.T) {
	cfg := fixtureConfig()
	terms := Terms{Licence: "CC BY 4.0", LicenceURL: "https://creativecommons.org/licenses/by/4.0/"}
	cfg.Terms, cfg.Page.Contact = terms, "atlas@example.org"
	s := New(memory.New(fixture()), cfg)
	doc := loadDefinition(t, s)
	if doc.Info.License == nil || doc.Info.License.Name != terms.Licence || doc.Info.License.URL != terms.LicenceURL {
		t.Errorf("license %+v", doc.Info.License)
	}
	if c := doc.Info.Contact; c == nil || c.Name == "" || c.Email != "atlas@example.org" || c.URL != "http://localhost:8080/" {
		t.Errorf("contact %+v", c)
	}
	texts := []string{"text/html", "text/csv"}
	for path, item := range doc.Paths.Map() {
		for mediaType, media := range item.Get.Responses.Status(200).Value.Content {
			schema := media.Schema
			isJSON := strings.Contains(mediaType, "/json") || strings.Contains(mediaType, "+json")
			switch {
			case isJSON && schema.Ref == "":
				t.Errorf("GET %s: %s has no schema of its own", path, mediaType)
			case !isJSON && (!schema.Value.Type.Is("string") || (schema.Value.Format == "binary") == slices.Contains(texts, mediaType)):
				t.Errorf("GET %s: %s is %v, %q", path, mediaType, schema.Value.Type, schema.Value.Format)
			}
		}
		for _, status := range []int{400, 405, 413, 414, 415, 500, 503} {
			r := item.Get.Responses.Status(status)
			if r == nil || r.Value.Content["application/problem+json"] == nil || r.Value.Content["text/html"] == nil {
				t.Errorf("GET %s: %d is not declared as JSON and as HTML", path, status)
			}
		}
	}
	body := get(t, s, "/api").Body.String()
	if n := strings.Count(body, `"content":{"application/geo+json":`); n != 21 { // items, records, clusters, files and parts of them
		t.Errorf("GeoJSON is first %d times", n)
	}
}

// A value is refused where it is not as its schema says, and only there.
func TestSchemasOfParametersAreTrue(t *testing.T) {
	s := newTestServer()
	doc := loadDefinition(t, s)
	const items, id = "/collections/facilities/items", "/collections/facilities/items/{featureId}"
	for _, test := range []struct {
		path, name    string
		good, refused []string
	}{
		{items, "country", []string{"THA", "TH", "THA,LAO,none", "none"}, []string{"XXX", "THA,", ",THA", "Thailand"}},
		{items, "sector", []string{"new-energy", "new-energy,none"}, []string{"old-energy", "new-energy,"}},
		{items, "kind", []string{"agricultural-park"}, []string{"park"}},
		{items, "status", []string{"operating,closed"}, []string{"open"}},
		{items, "precision", []string{"city", "none"}, []string{"town"}},
		{items, "established", []string{"2015", "2015..", "..2024", "2015..2024"}, []string{"15", "..", "2015-2024"}},
		{items, "q", []string{"rice", "!", " a "}, []string{" ", "\t"}},
		{items, "datetime", []string{"2020-01-31", "2020-01-31T00:00:00Z", "2020-01-31t00:00:00.5+08:00", "../2020-01-31", "2020-01-31/..", "2020-01-31/", "/2020-01-31",
			"2020-01-31/2021-01-31"},
			[]string{"2020", "..", "../..", "/", "2020-01-31/x", "today", "2020-01-31T00:00Z"}},
		{items, "sortby", []string{"name", "-name", "+name", "name,-established"}, []string{"colour", "name,", "--name", "sectors"}},
		{items, "properties", []string{"name", "name,geometry,sectors"}, []string{"colour", "name,"}},
		{items, "exclude-properties", []string{"name"}, []string{"colour"}},
		{items, "facets", []string{"country", "country:5,sector", "country:05"}, []string{"colour", "country:0", "country:", "country:x"}},
		{items, "filter-lang", []string{"cql2-text"}, []string{"sql"}},
		{items, "crs", []string{"http://www.opengis.net/def/crs/EPSG/0/4490"}, []string{"EPSG:4490"}},
		{items, "bom", []string{"0", "1"}, []string{"2", "-1"}},
		{items, "id", []string{"1", "-1", "999999999999999"}, []string{"9999999999999999"}},
		{items, "offset", []string{"0"}, []string{"-1", "100000001"}},
		{items, "limit", []string{"1"}, []string{"0", "-1"}},
		{id, "properties", []string{"name"}, []string{"colour"}},
		{"/collections/countries/items", "properties", []string{"facilities", "kind_joint_laboratory"}, []string{"kind_park"}},
		{"/collections/facilities/clusters", "zoom", []string{"0", "22"}, []string{"-1", "23"}},
		{"/collections/facilities/matrix", "rows", []string{"kind"}, []string{"colour"}},
	} {
		declared := doc.Paths.Find(test.path).Get.Parameters.GetByInAndName("query", test.name).Schema.Value
		meets := func(value string) bool {
			var v any = value
			if declared.Type.Is("integer") {
				n, err := strconv.ParseFloat(value, 64)
				if err != nil {
					t.Fatal(err)
				}
				v = n
			}
			return declared.VisitJSON(v) == nil
		}
		for i, value := range slices.Concat(test.good, test.refused) {
			w := get(t, s, exampleOf(test.path)+"?"+test.name+"="+url.QueryEscape(value))
			good := i < len(test.good)
			if (w.Code == http.StatusOK) != good || meets(value) != good {
				t.Errorf("%s %s=%q: %d, by the schema %t", test.path, test.name, value, w.Code, meets(value))
			}
		}
	}
	for name, parameters := range map[string]string{"tileMatrix": "23 -1 01 x", "tileRow": "-1 4194304", "tileCol": "-1 4194304"} {
		declared := doc.Paths.Find("/tiles/WebMercatorQuad/{tileMatrix}/{tileRow}/{tileCol}").Get.Parameters.GetByInAndName("path", name).Schema.Value
		for _, value := range strings.Fields(parameters) {
			var v any = value
			if n, err := strconv.ParseFloat(value, 64); err == nil && declared.Type.Is("integer") {
				v = n
			}
			if declared.VisitJSON(v) == nil {
				t.Errorf("%s may be %s", name, value)
			}
		}
	}
}
