package api

import (
	"cmp"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
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

// examples has an allowed value for each parameter that is not a text.
var examples = map[string]string{
	"country": "THA", "sector": "new-energy", "kind": "none", "status": "closed", "precision": "city", "established": "2015", "bbox": "1,2,3,4",
	"datetime": "2020-01-01", "id": "1", "facilities": "1", "limit": "5", "offset": "0", "sortby": "id", "after": "eyJ6IjowLCJpIjoxfQ", "zoom": "3",
	"lang": "zh", "bom": "0", "f": "json", "updated": "2024-02-03T04:05:06Z", "filter": "TRUE", "filter-lang": "cql2-text", "properties": "name",
	"exclude-properties": "name", "skipGeometry": "true", "facets": "country", "rows": "kind", "columns": "kind", "crs": "http://www.opengis.net/def/crs/OGC/1.3/CRS84",
	"collections": "countries", "bbox-crs": "http://www.opengis.net/def/crs/OGC/1.3/CRS84", "filter-crs": "http://www.opengis.net/def/crs/OGC/1.3/CRS84",
}

// Each parameter that is declared is accepted, and no path has another.
func TestDefinitionIsTrue(t *testing.T) {
	s := newTestServer()
	doc := loadDefinition(t, s)
	everywhere := map[string]bool{"unheard-of": true}
	for _, item := range doc.Paths.Map() {
		for _, p := range item.Get.Parameters {
			everywhere[p.Value.Name] = true
		}
	}
	for path, item := range doc.Paths.Map() {
		for name := range everywhere {
			declared := item.Get.Parameters.GetByInAndName("query", name) != nil
			query := name + "=" + cmp.Or(examples[name], "text")
			if name == "f" && strings.HasSuffix(path, "{tileCol}") {
				query = "f=mvt"
			}
			if name != "zoom" && item.Get.Parameters.GetByInAndName("query", "zoom") != nil {
				query += "&zoom=3"
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

// exampleOf is a path with a record in place of its variable.
func exampleOf(path string) string {
	id := "1"
	if strings.Contains(path, "/countries/") {
		id = "764"
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
	s := newTestServer()
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
