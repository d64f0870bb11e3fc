package postgis

import (
	"github.com/jackc/pgx/v5"

	"innoatlas/geo"
	"innoatlas/geo/cql2"
)

// table is what a collection is read from.
type table struct {
	name    string // of the table or view
	fields  string // the SELECT list that scan reads
	columns map[string]column
	scan    func(pgx.CollectableRow) (geo.Feature, error)
	points  bool // whether geom is a point, with zorder its key
}

// column is a property in SQL. Its text is constant, and NULL where the record
// does not state the property, so that SQL's logic is that of CQL2.
type column struct {
	sql  string
	kind cql2.Type
}

var tables = map[geo.Collection]*table{
	geo.Facilities: {name: "facility", fields: facilityFields, scan: scanFacility, columns: columnsOf(geo.Facilities), points: true},
	geo.Countries:  {name: "country_record", fields: countryFields, scan: scanCountry, columns: columnsOf(geo.Countries)},
}

// updatedText is the time as the API writes it: it is a text there, and compares
// as one.
const updatedText = `(to_char(updated AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') COLLATE "C")`

// columnsOf lists what a filter or an order may name. Columns are called as the
// properties are.
func columnsOf(c geo.Collection) map[string]column {
	columns := map[string]column{
		"geometry":    {"geom", cql2.Geometry},
		"search_text": {"search_text", cql2.Text},
	}
	kinds := map[geo.PropertyType]cql2.Type{geo.Integer: cql2.Number, geo.String: cql2.Text, geo.Strings: cql2.List}
	for _, p := range c.Properties() {
		columns[p.Name] = column{p.Name, kinds[p.Type]}
	}
	if c == geo.Facilities {
		columns["updated"] = column{updatedText, cql2.Text}
	}
	return columns
}
