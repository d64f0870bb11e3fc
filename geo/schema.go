package geo

import (
	"slices"

	"innoatlas/geo/cql2"
)

// Collection names one of the two sets of records.
type Collection string

// The collections, by the ids they have in the API.
const (
	Facilities Collection = "facilities"
	Countries  Collection = "countries"
)

// Dimension is a property that lists choose by, and facets count: the values of
// one list are alternatives, and each record has none, one or several of them. The
// year founded is one too, but chosen by a span.
type Dimension string

// The dimensions, by the names of their parameters.
const (
	ByCountry     Dimension = "country"
	BySector      Dimension = "sector"
	ByKind        Dimension = "kind"
	ByStatus      Dimension = "status"
	ByPrecision   Dimension = "precision"
	ByEstablished Dimension = "established"
)

// Dimensions are those that lists choose by, in the order of their facets. A
// country's kinds and sectors are those of the facilities that stand there.
func (c Collection) Dimensions() []Dimension {
	if c == Countries {
		return []Dimension{ByCountry, BySector, ByKind}
	}
	return []Dimension{ByCountry, BySector, ByKind, ByStatus, ByPrecision}
}

// Facets are the dimensions that the collection is counted by, in their order.
func (c Collection) Facets() []Dimension {
	if c == Countries {
		return c.Dimensions()
	}
	return append(c.Dimensions(), ByEstablished)
}

// Property is the property that a dimension looks at, and whether that is a list.
func (c Collection) Property(d Dimension) (name string, list bool) {
	switch {
	case d == BySector:
		return "sectors", true
	case d == ByKind && c == Countries:
		return "kinds", true
	}
	return string(d), false
}

// PropertyType is the type of a property's values.
type PropertyType string

// The types.
const (
	Integer   PropertyType = "integer"
	String    PropertyType = "string"
	Timestamp PropertyType = "timestamp"
	Strings   PropertyType = "strings" // a list of texts
)

// valueTypes are the types in the filter tree.
var valueTypes = map[PropertyType]cql2.Type{Integer: cql2.Number, String: cql2.Text, Timestamp: cql2.Timestamp, Strings: cql2.List}

// Value is the type that the property's values have in the filter tree.
func (t PropertyType) Value() cql2.Type { return valueTypes[t] }

// Property is one property of a collection's records.
type Property struct {
	Name  string
	Type  PropertyType
	Title string // what it means, in English
}

// Scalar says that a property is one value: it can be sorted by, and asked for
// by an exact match.
func (p Property) Scalar() bool { return p.Type != Strings }

// Properties are the collection's filterable properties in their order. Records
// have more in their JSON (further sources, counts, figures), which no filter sees.
func (c Collection) Properties() []Property {
	if c == Countries {
		return countryProperties
	}
	return facilityProperties
}

// FilterType is the type of a property in a filter, "geometry" included.
func (c Collection) FilterType(name string) (cql2.Type, bool) {
	if name == "geometry" {
		return cql2.Geometry, true
	}
	p, ok := c.FindProperty(name)
	return p.Type.Value(), ok
}

// FilterSchema is what a filter over the collection may name.
func (c Collection) FilterSchema() cql2.Schema { return c.FilterType }

// FindProperty finds a filterable property by its name.
func (c Collection) FindProperty(name string) (Property, bool) {
	properties := c.Properties()
	i := slices.IndexFunc(properties, func(p Property) bool { return p.Name == name })
	if i < 0 {
		return Property{}, false
	}
	return properties[i], true
}

var facilityProperties = []Property{
	{"id", Integer, "Stable number of the record"},
	{"slug", String, "Stable name of the record"},
	{"kind", String, "Kind of facility"},
	{"name", String, "Name in English"},
	{"name_zh", String, "Name in Chinese"},
	{"name_local", String, "Name in a local language"},
	{"name_local_lang", String, "Language of the local name (ISO 639-1)"},
	{"country", String, "Country it stands in (ISO 3166-1 alpha-3)"},
	{"country_name", String, "English name of the country"},
	{"admin1", String, "Province or state"},
	{"city", String, "Town"},
	{"precision", String, "How exact the position is"},
	{"sectors", Strings, "Sectors it works in"},
	{"partners", Strings, "Partner institutions, with country codes"},
	{"host_institution", String, "Institution that houses or runs it"},
	{"established", Integer, "Year it was founded or opened"},
	{"status", String, "Whether it is at work, as of the source"},
	{"summary", String, "What it is, in one to three sentences"},
	{"source_title", String, "Title of the source"},
	{"source_url", String, "Address of the source"},
	{"source_date", String, "Date of the source (YYYY, YYYY-MM or YYYY-MM-DD)"},
	{"updated", Timestamp, "Last change of the record"},
}

var countryProperties = []Property{
	{"id", Integer, "ISO 3166-1 numeric code"},
	{"slug", String, "Alpha-3 code in lower case"},
	{"country", String, "ISO 3166-1 alpha-3 code"},
	{"alpha2", String, "ISO 3166-1 alpha-2 code"},
	{"name", String, "Name in English"},
	{"name_zh", String, "Name in Chinese"},
	{"facilities", Integer, "Number of facilities that stand there"},
	{"kinds", Strings, "Kinds of facility that stand there"},
	{"sectors", Strings, "Sectors of the facilities that stand there"},
}
