package format

import (
	"strings"

	"innoatlas/geo"
	"innoatlas/geo/cql2"
)

// Object is the type of a column that only JSON can hold: in other files its
// value is a text of JSON.
const Object geo.PropertyType = "object"

// Column is one property of the records of a collection, as files and schemas
// have it. Columns and the members of GeoJSON properties are the same, in the
// same order.
type Column struct {
	geo.Property
	// Value is the record's value: Null where none is stated; a Text of JSON for
	// an Object.
	Value func(geo.Feature) cql2.Value
}

// Columns are those of a collection. Countries have one for each kind, sector and
// indicator of the data set.
func Columns(catalog *geo.Catalog, c geo.Collection) []Column {
	var columns []Column
	for _, p := range c.Properties() {
		if c == geo.Countries && !p.Scalar() {
			continue // counted below, one by one
		}
		columns = append(columns, Column{p, func(f geo.Feature) cql2.Value { return f.Value(p.Name) }})
	}
	if c == geo.Facilities {
		return append(columns, sourcesColumn)
	}
	columns = append(columns, countColumns("kind_", "Facilities of the kind ", catalog.Kinds, func(c *geo.Country) []geo.Bucket { return c.ByKind })...)
	columns = append(columns, countColumns("sector_", "Facilities of the sector ", catalog.Sectors, func(c *geo.Country) []geo.Bucket { return c.BySector })...)
	return append(columns, cooperationColumn(catalog))
}

var sourcesColumn = Column{
	geo.Property{Name: "sources", Type: Object, Title: "Further sources, each for the fact it was read for"},
	func(f geo.Feature) cql2.Value { return objectOf(appendSourceArray(nil, f.(*geo.Facility).Sources)) },
}

func cooperationColumn(catalog *geo.Catalog) Column {
	g := NewGeoJSON(catalog)
	return Column{
		geo.Property{Name: "cooperation", Type: Object, Title: "Cooperation figures by indicator; null where none is stated"},
		func(f geo.Feature) cql2.Value {
			return objectOf(g.appendCooperationObject(nil, f.(*geo.Country).Figures))
		},
	}
}

func objectOf(json []byte) cql2.Value { return cql2.TextOf(string(json)) }

// countColumns have one integer for each term.
func countColumns(prefix, title string, terms []geo.Term, of func(*geo.Country) []geo.Bucket) []Column {
	columns := make([]Column, len(terms))
	for i, t := range terms {
		columns[i] = Column{
			geo.Property{Name: prefix + strings.ReplaceAll(t.ID, "-", "_"), Type: geo.Integer, Title: title + t.Labels.In("en")},
			func(f geo.Feature) cql2.Value { return cql2.NumberOf(float64(of(f.(*geo.Country))[i].Count)) },
		}
	}
	return columns
}
