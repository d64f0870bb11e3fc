package postgis

import (
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"innoatlas/geo"
	"innoatlas/geo/cql2"
)

// table is what a collection is read from.
type table struct {
	name    string // of the table or view
	keeps   string // the table that has the column own
	fields  string // the SELECT list that a reader reads
	columns map[string]column
	read    func(ownReader) pgx.RowToFunc[geo.Feature] // of the rows of one result
	points  bool                                       // whether geom is a point, with zorder its key
	terms   bool                                       // whether it has search_terms (migration 0019)

	own []geo.Field // those of one's own that whoever asks knows of
}

// reader reads the rows of one result.
func (t *table) reader() pgx.RowToFunc[geo.Feature] { return t.read(readOwn(t.own)) }

// column is that of a property.
func (t *table) column(property string) (column, bool) {
	if c, ok := t.columns[property]; ok {
		return c, true
	}
	i := slices.IndexFunc(t.own, func(f geo.Field) bool { return f.Name == property })
	if i < 0 {
		return column{}, false
	}
	return ownColumn(&t.own[i]), true
}

// column is a property in SQL. Its text is constant, and NULL where the record
// does not state the property, so that SQL's logic is that of CQL2.
type column struct {
	sql  string
	kind cql2.Type
	json string // of an own field: the value as jsonb
}

var tables = map[string]*table{
	geo.Facilities.ID:   {name: "facility", keeps: "facility", fields: facilityFields, read: facilityReader, columns: columnsOf(geo.Facilities), points: true, terms: true},
	geo.Partnerships.ID: {name: "partnerships", keeps: "partnerships", fields: partnershipFields, read: partnershipReader, columns: columnsOf(geo.Partnerships), terms: true},
	geo.Countries.ID:    {name: "country_record", keeps: "country", fields: countryFields, read: countryReader, columns: columnsOf(geo.Countries)},
}

// tableOf is what the records of a collection are read from, with the fields that it has.
func tableOf(c *geo.Collection) *table {
	known := tables[c.ID]
	if known == nil {
		return plainTable(c)
	}
	t := *known
	t.own = c.OwnFields()
	return &t
}

// columnsOf lists what a filter or an order may name. Columns are called as the
// properties are.
func columnsOf(c *geo.Collection) map[string]column {
	columns := map[string]column{
		"geometry":    {sql: "geom", kind: cql2.Geometry},
		"search_text": {sql: "search_text", kind: cql2.Text},
	}
	for property, mark := range geo.SearchedBeginnings() {
		columns[property] = column{sql: "split_part(search_text, E'" + strings.ReplaceAll(mark, "\n", `\n`) + "', 1)", kind: cql2.Text}
	}
	for _, p := range c.Filterable() {
		columns[p.Name] = column{sql: p.Name, kind: p.Type.Value()}
	}
	return columns
}
