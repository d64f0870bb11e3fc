package api

import (
	"slices"
	"testing"

	"innoatlas/geo"
	"innoatlas/geo/format"
)

// Every property of a record is in the schemas, with one plain type: GDAL and QGIS
// read a list of types as text.
func TestSchemas(t *testing.T) {
	s := newTestServer()
	type property struct {
		Type, Format string
		Role         string `json:"x-ogc-role"`
	}
	type document struct {
		Schema               string `json:"$schema"`
		ID                   string `json:"$id"`
		Type                 string
		Properties           map[string]property
		AdditionalProperties *bool
	}
	for _, col := range fixtureService().collections {
		for _, path := range []string{"/schema", "/queryables", "/sortables"} {
			w := get(t, s, col.path()+path, "Accept", "application/schema+json")
			doc := decode[document](t, w)
			if got := w.Header().Get("Content-Type"); got != "application/schema+json" {
				t.Errorf("%s%s: Content-Type %s", col.Collection, path, got)
			}
			if doc.ID != "http://localhost:8080"+col.path()+path || doc.Type != "object" || doc.AdditionalProperties == nil || *doc.AdditionalProperties {
				t.Errorf("%s%s: %+v", col.Collection, path, doc)
			}
			for name, p := range doc.Properties {
				switch {
				case name == "geometry" && (p.Type != "" || p.Format == "" || p.Role != "primary-geometry"):
					t.Errorf("%s%s: geometry is %+v", col.Collection, path, p)
				case name != "geometry" && p.Type == "":
					t.Errorf("%s%s: %s has no type", col.Collection, path, name)
				case name == "id" && p.Role != "id":
					t.Errorf("%s%s: id is %+v", col.Collection, path, p)
				}
			}
			if want := namesIn(path, col.Collection); len(doc.Properties) != len(want) {
				t.Errorf("%s%s has %d properties, want %v", col.Collection, path, len(doc.Properties), want)
			}
		}
	}
}

func namesIn(path string, c *geo.Collection) []string {
	catalog := &geo.Catalog{Kinds: fixture().Kinds, Sectors: fixture().Sectors}
	switch path {
	case "/schema":
		return append(namesOf(format.Columns(catalog, c)), geometryOfIts(c)...)
	case "/queryables":
		names := geometryOfIts(c)
		for _, p := range c.Filterable() {
			names = append(names, p.Name)
		}
		return names
	}
	names := slices.DeleteFunc(namesIn("/queryables", c), func(name string) bool {
		p, ok := c.FindField(name)
		return !ok || !p.Scalar()
	})
	switch {
	case c.Field("name") == nil:
		return names
	case c.Field("country") == nil || c.Is(geo.Countries):
		return append(names, "label", "relevance")
	}
	return append(names, "label", "country_label", "relevance")
}

func geometryOfIts(c *geo.Collection) []string {
	if c.Geometry == geo.NoGeometry {
		return nil
	}
	return []string{"geometry"}
}
