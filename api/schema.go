package api

import (
	"cmp"
	"encoding/json"
	"strings"

	"github.com/labstack/echo/v4"

	"innoatlas/geo"
	"innoatlas/geo/format"
)

// Relations of OGC's register.
const (
	relSchema     = "http://www.opengis.net/def/rel/ogc/1.0/schema"
	relQueryables = "http://www.opengis.net/def/rel/ogc/1.0/queryables"
	relSortables  = "http://www.opengis.net/def/rel/ogc/1.0/sortables"
)

// schemaResource is how the schemas of a collection are asked for.
var schemaResource = newResource(AMinute, []*representation{schemaFormat, htmlFormat})

// schemaDocument is one of the schemas of a collection: its path below that of the
// collection, its relation to it, the name of the operation, and what it says.
type schemaDocument struct {
	path, rel, operation string
	title                LinkTitle
	records              bool // whether it is of what is written, which depends on the language
	build                func(catalog *geo.Catalog, c *geo.Collection, lang string) object
}

// schemaDocuments are the logical schema, what may be filtered and sorted by (OGC
// 23-058r1, Part 5), and the schema of a feature as GeoJSON has it, which GDAL reads.
var schemaDocuments = []*schemaDocument{
	{"/schema", relSchema, "getSchema", "link.schema", true, recordSchema},
	{"/queryables", relQueryables, "getQueryables", "link.queryables", false, queryables},
	{"/sortables", relSortables, "getSortables", "link.sortables", false, sortables},
	{"/feature-schema", "describedby", "getFeatureSchema", "link.feature_schema", true, geoJSONSchema},
}

// schemaOf answers GET /collections/{collectionId}/schema and the like
// (/req/schemas/schema-op, /req/queryables/get-queryables-response).
func (s *Server) schemaOf(doc *schemaDocument) echo.HandlerFunc {
	return func(c echo.Context) error {
		a, col, err := s.answerOf(c, func(*collection) *Resource { return schemaResource })
		if err != nil {
			return err
		}
		if a.Fresh() {
			return a.NotModified()
		}
		described := col.Collection
		if doc.records && a.chosen != "" {
			described = a.shown(described).Collection
		}
		schema := doc.build(a.catalog, described, a.lang)
		schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
		schema["$id"] = a.dataHref(col.path()+doc.path, nil)
		schema["title"] = col.Title.In(a.lang)
		if a.isHTML() {
			return a.sendPage("schema", page{
				Title: doc.title.In(a.lang) + ": " + col.Title.In(a.lang), Crumbs: col.crumbs(a.lang),
				Links: a.selfAndAlternates(), Data: propertyRows(schema, described, a.lang),
			})
		}
		return a.sendJSON(schema)
	}
}

// recordSchema has every property that records may have. All are read only: the
// API has no way to change a record.
func recordSchema(catalog *geo.Catalog, c *geo.Collection, lang string) object {
	return closed(append(geometryMembers(c), columnSchemas(catalog, c, format.Columns(catalog, c), lang)...))
}

// members are those of a JSON object in an order: GDAL makes its fields in that of
// the schema.
type members []member

type member struct {
	name  string
	value schema
}

// MarshalJSON writes an object.
func (m members) MarshalJSON() ([]byte, error) {
	b := []byte{'{'}
	for i, member := range m {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(format.AppendString(b, member.name), ':')
		value, err := json.Marshal(member.value)
		if err != nil {
			return nil, err
		}
		b = append(b, value...)
	}
	return append(b, '}'), nil
}

func columnSchemas(catalog *geo.Catalog, c *geo.Collection, columns []format.Column, lang string) members {
	list := make(members, len(columns))
	for i, column := range columns {
		list[i] = member{column.Name, columnSchema(catalog, c, column, i+1, lang)}
	}
	return list
}

// queryables are what filters and parameters of the same name may ask for.
func queryables(catalog *geo.Catalog, c *geo.Collection, lang string) object {
	return closed(append(geometryMembers(c), propertySchemas(catalog, c, c.Filterable(), lang)...))
}

func sortables(catalog *geo.Catalog, c *geo.Collection, lang string) object {
	return closed(propertySchemas(catalog, c, c.Sortable(), lang))
}

func propertySchemas(catalog *geo.Catalog, c *geo.Collection, properties []geo.Field, lang string) members {
	columns := make([]format.Column, len(properties))
	for i, p := range properties {
		columns[i].Field = p
	}
	return columnSchemas(catalog, c, columns, lang)
}

// closed is an object that has these properties and no others; so an unknown one in
// a filter is an error (/req/queryables/get-queryables-response G).
func closed(properties members) object {
	return object{"type": "object", "properties": properties, "additionalProperties": false}
}

// geometryMembers are the geometry as a property.
func geometryMembers(c *geo.Collection) members { return members{{"geometry", geometryProperty(c)}} }

func geometryProperty(c *geo.Collection) schema {
	shape := "geometry-" + strings.ToLower(string(c.Geometry))
	if c.Geometry == geo.LineString { // which may be cut at 180 degrees
		shape += "-or-multilinestring"
	}
	return schema{"title": "Position, or outline", "format": shape, "x-ogc-role": "primary-geometry", "x-ogc-propertySeq": 0, "readOnly": true}
}

// columnSchema describes one property. Types are single words: GDAL and QGIS read
// ["integer","null"] as text, and a property that is not stated is left out.
func columnSchema(catalog *geo.Catalog, c *geo.Collection, column format.Column, sequence int, lang string) schema {
	s := typeSchema(catalog, c, column)
	s["title"], s["x-ogc-propertySeq"], s["readOnly"] = cmp.Or(column.Title.In(lang), column.Name), sequence, true
	if text := column.Description.In(lang); text != "" {
		s["description"] = text
	}
	if column.Name == "id" {
		s["x-ogc-role"] = "id"
	}
	if column.Form == geo.AddressForm {
		s["format"] = "uri"
	}
	return s
}

func typeSchema(catalog *geo.Catalog, c *geo.Collection, column format.Column) schema {
	switch column.Type {
	case geo.Texts:
		return schema{"type": "array", "items": withTerms(catalog, c, column.Field, schema{"type": "string"})}
	case geo.Object:
		return objectSchemas[column.Name](catalog)
	}
	return withTerms(catalog, c, column.Field, scalarSchema(column.Type))
}

// withTerms lists the values that a property may have.
func withTerms(catalog *geo.Catalog, c *geo.Collection, f geo.Field, s schema) schema {
	if f.Facet == "" || f.Open {
		return s
	}
	if terms := catalog.TermsOf(c, f.Facet); len(terms) > 0 {
		s["enum"] = valuesAs(f.Type, geo.TermIDs(terms))
	}
	return s
}

// valuesAs are the values of a type in JSON that some texts stand for.
func valuesAs(t geo.Type, texts []string) any {
	var values []any
	for _, text := range texts {
		switch t {
		case geo.Integer, geo.Number:
			values = append(values, json.Number(text))
		case geo.Boolean:
			values = append(values, text == "true")
		}
	}
	if values == nil {
		return texts
	}
	return values
}

// objectSchemas are those of the properties that are no plain values.
var objectSchemas = map[string]func(*geo.Catalog) schema{
	"sources": func(*geo.Catalog) schema {
		return listOf(objectOf(nil, object{"title": textSchema, "url": textSchema, "date": textSchema, "supports": textSchema}))
	},
	"cooperation": func(catalog *geo.Catalog) schema {
		figure := objectOf([]string{"value"}, object{"value": numberSchema, "year": integerSchema, "source_title": textSchema, "source_url": textSchema})
		indicators := object{}
		for _, name := range catalog.Indicators {
			indicators[name] = schema{"type": []string{"array", "null"}, "items": figure}
		}
		return schema{"type": "object", "properties": indicators}
	},
}

// geometryOf is the schema of the geometry of a feature.
func geometryOf(c *geo.Collection) schema {
	var any []schema
	for _, name := range geometryNames[c.Geometry] {
		any = append(any, schema{"$ref": "https://geojson.org/schema/" + name + ".json"})
	}
	return schema{"oneOf": append(any, schema{"type": "null"})}
}

// geometryNames are what GeoJSON calls the geometries of a collection.
var geometryNames = map[geo.GeometryType][]string{
	geo.Point: {"Point"}, geo.MultiPoint: {"MultiPoint"}, geo.LineString: {"LineString", "MultiLineString"}, geo.MultiPolygon: {"MultiPolygon"},
}

// geoJSONSchema is the schema of a whole feature. The id is left out of its
// properties: GDAL makes a field of the feature's own, and would make a second one.
func geoJSONSchema(catalog *geo.Catalog, c *geo.Collection, lang string) object {
	properties := columnSchemas(catalog, c, format.Columns(catalog, c), lang)[1:]
	return object{
		"type":     "object",
		"required": []string{"type", "geometry", "properties"},
		"properties": object{
			"type":       schema{"type": "string", "enum": []string{"Feature"}},
			"id":         integerSchema,
			"geometry":   geometryOf(c),
			"properties": schema{"type": "object", "properties": properties},
			"links":      listOf(objectOf([]string{"href"}, object{"href": textSchema, "rel": textSchema, "type": textSchema, "title": textSchema})),
		},
	}
}
