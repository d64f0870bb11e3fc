package postgis

import (
	"github.com/jackc/pgx/v5"

	"innoatlas/geo"
	"innoatlas/geo/cql2"
)

// table is what a collection is read from.
type table struct {
	name    string // of the table or view
	fields  string // the SELECT list that a reader reads
	columns map[string]column
	reader  func() pgx.RowToFunc[geo.Feature] // of the rows of one result
	points  bool                              // whether geom is a point, with zorder its key
}

// column is a property in SQL. Its text is constant, and NULL where the record
// does not state the property, so that SQL's logic is that of CQL2.
type column struct {
	sql  string
	kind cql2.Type
}

var tables = map[string]*table{
	geo.Facilities.ID: {name: "facility", fields: facilityFields, reader: facilityReader, columns: columnsOf(geo.Facilities), points: true},
	geo.Countries.ID:  {name: "country_record", fields: countryFields, reader: func() pgx.RowToFunc[geo.Feature] { return scanCountry }, columns: columnsOf(geo.Countries)},
}

// tableOf is what the records of a collection are read from.
func tableOf(c *geo.Collection) *table { return tables[c.ID] }

// columnsOf lists what a filter or an order may name. Columns are called as the
// properties are.
func columnsOf(c *geo.Collection) map[string]column {
	columns := map[string]column{
		"geometry":    {"geom", cql2.Geometry},
		"search_text": {"search_text", cql2.Text},
	}
	for _, p := range c.Filterable() {
		columns[p.Name] = column{p.Name, p.Type.Value()}
	}
	return columns
}
