package format

import (
	"strings"

	"innoatlas/geo"
	"innoatlas/geo/cql2"
)

// Column is one property of the records of a collection, as files and schemas
// have it. Columns and the members of GeoJSON properties are the same, in the
// same order.
type Column struct {
	geo.Field
	// Value is the record's value: Null where none is stated; a Text of JSON for
	// an Object.
	Value func(geo.Feature) cql2.Value
	// json appends the value of an Object, behind a key; nothing where none is stated.
	json func(dst []byte, key string, f geo.Feature) []byte
	key  string // with the comma before it; of an Object
}

// objectColumn is a column that JSON alone can hold.
func objectColumn(name, title string, json func([]byte, string, geo.Feature) []byte) Column {
	return Column{
		geo.Field{Name: name, Type: geo.Object, Title: geo.Labels{"en": title}},
		func(f geo.Feature) cql2.Value { return cql2.TextOf(string(json(nil, "", f))) }, json, `,"` + name + `":`,
	}
}

// Columns are those of a collection, and what a data set adds to each record of it
// besides: countries have one for each kind, sector and indicator.
func Columns(catalog *geo.Catalog, c *geo.Collection) []Column {
	var columns []Column
	for _, f := range c.Fields {
		if !f.Unlisted {
			columns = append(columns, Column{Field: f, Value: f.Value})
		}
	}
	return append(columns, furtherColumns(catalog, c)...)
}

func furtherColumns(catalog *geo.Catalog, c *geo.Collection) []Column {
	if more := further[c.ID]; more != nil {
		return more(catalog)
	}
	return nil
}

// further are the columns of a collection that no field is: what only JSON can hold, and
// what the vocabularies of the data set make.
var further = map[string]func(*geo.Catalog) []Column{
	geo.Facilities.ID: func(*geo.Catalog) []Column { return []Column{sourcesColumn} },
	geo.Countries.ID: func(catalog *geo.Catalog) []Column {
		columns := countColumns("kind_", "Facilities of the kind ", catalog.Kinds, func(c *geo.Country) []geo.Bucket { return c.ByKind })
		columns = append(columns, countColumns("sector_", "Facilities of the sector ", catalog.Sectors, func(c *geo.Country) []geo.Bucket { return c.BySector })...)
		return append(columns, cooperationColumn(catalog))
	},
}

var sourcesColumn = objectColumn("sources", "Further sources, each for the fact it was read for", func(dst []byte, key string, f geo.Feature) []byte {
	sources := f.(*geo.Facility).Sources
	if len(sources) == 0 {
		return dst
	}
	return appendSourceArray(append(dst, key...), sources)
})

func cooperationColumn(catalog *geo.Catalog) Column {
	indicators := catalog.Indicators
	return objectColumn("cooperation", "Cooperation figures by indicator; null where none is stated", func(dst []byte, key string, f geo.Feature) []byte {
		return appendCooperation(append(dst, key...), indicators, f.(*geo.Country).Figures)
	})
}

// countColumns have one integer for each term.
func countColumns(prefix, title string, terms []geo.Term, of func(*geo.Country) []geo.Bucket) []Column {
	columns := make([]Column, len(terms))
	for i, t := range terms {
		columns[i] = Column{
			Field: geo.Field{Name: prefix + strings.ReplaceAll(t.ID, "-", "_"), Type: geo.Integer, Title: geo.Labels{"en": title + t.Labels.In("en")}},
			Value: func(f geo.Feature) cql2.Value {
				if counts := of(f.(*geo.Country)); i < len(counts) {
					return cql2.NumberOf(float64(counts[i].Count))
				}
				return cql2.Value{}
			},
		}
	}
	return columns
}
