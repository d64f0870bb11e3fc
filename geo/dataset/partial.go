package dataset

import (
	"slices"
	"strings"

	"innoatlas/geo"
	"innoatlas/geo/format"
)

// clearMark is a cell that empties its field in a database. An empty cell leaves what is there.
const clearMark = "[clear]"

// nothings are what people and programs write into cells that state nothing, as they write it: Nan
// is a province and Na a town.
var nothings = []string{"NA", "na", "N/A", "n/a", "#N/A", "NaN", "NAN", "nan", "NULL", "null", "NIL", "nil", "-", "–", "—"}

// spared are columns that state something with such a text: NA is Namibia, and na the language of Nauru.
var spared = []string{"country", "countries", "slug", "id", langColumn, "name_local_lang"}

// isNothing reports whether a cell of a column states nothing, though it is not empty.
func isNothing(column, cell string) bool {
	return len(cell) <= 4 && !slices.Contains(spared, column) && slices.Contains(nothings, cell)
}

// isClear reports whether a cell empties its field.
func isClear(cell string) bool {
	return len(cell) >= len(clearMark) && strings.EqualFold(strings.TrimSpace(cell), clearMark)
}

// partly looks at the cells of a row that is to be merged into what there is: what empties a field is
// noted, and such cells, and those that say in some way that they say nothing, are empty then.
func (r *record) partly() {
	r.cleared = r.cleared[:0]
	for column, i := range r.sheet.columns {
		switch cell := strings.TrimSpace(r.Cells[i]); {
		case isClear(cell):
			r.clear(column)
			r.Cells[i] = ""
		case cell == "":
			if r.sheet.emptyClears && !slices.Contains(kept, column) {
				r.clear(column)
			}
		case isNothing(column, cell):
			r.Cells[i] = ""
		}
	}
	for _, from := range r.sheet.further {
		switch cell := strings.TrimSpace(r.Cells[from.cell]); {
		case isClear(cell), cell == "" && r.sheet.emptyClears:
			r.clear(ownPrefix + from.column.field.Name)
			r.Cells[from.cell] = ""
		case isNothing("", cell):
			r.Cells[from.cell] = ""
		}
	}
	r.Further = slices.DeleteFunc(r.Further, func(p format.Property) bool {
		clears := p.Type == geo.Text && isClear(p.Text)
		if clears && strings.EqualFold(p.Name, "position") {
			r.clear("lon")
			r.clear("lat")
		} else if column := r.ownColumn(p.Name); clears && column != nil {
			r.clear(ownPrefix + column.field.Name)
		}
		return clears || p.Type == geo.Text && isNothing("", strings.TrimSpace(p.Text))
	})
	slices.Sort(r.cleared)
}

// aside looks at the cells of a row of a table beside the records, of texts, labels or sources. What
// says nothing is empty, and nothing is taken away by a cell.
func (r *record) aside() {
	for column, i := range r.sheet.columns {
		switch cell := strings.TrimSpace(r.Cells[i]); {
		case isClear(cell):
			r.fail(column, cell, "empties a field of a record, and this table has none: it adds and replaces, and an empty cell leaves what there is")
			r.Cells[i] = ""
		case isNothing(column, cell):
			r.Cells[i] = ""
		}
	}
}

// ownPrefix tells fields of one's own from columns that are known.
const ownPrefix = "own."

// kept are columns that an empty cell leaves, whatever is asked for: what each record must have, and
// what says nothing of it.
var kept = []string{"slug", "id", "kind", "name", "version", "updated", "country_name", "wkt"}

func (r *record) clear(column string) { r.cleared = append(r.cleared, column) }

// says is what a row says besides the values of its record.
func (r *record) says(c *geo.Collection, version int) geo.Row {
	row := geo.Row{Line: r.Pos.Index(), Version: version}
	if version < 0 {
		r.fail("version", r.cell("version"), "must be a whole number from 1 on, as the file was exported with")
	}
	lon, lat := slices.Contains(r.cleared, "lon"), slices.Contains(r.cleared, "lat")
	if lon != lat && !r.sheet.emptyClears {
		r.fail("lon", clearMark, "must be cleared together with lat")
	}
	for _, column := range r.cleared {
		switch {
		case column == "lon", column == "lat", column == "sources":
		case slices.Contains(kept, column):
			r.fail(column, clearMark, "must not be cleared")
		case strings.HasPrefix(column, ownPrefix):
			row.Clear = append(row.Clear, strings.TrimPrefix(column, ownPrefix))
		default:
			row.Clear = append(row.Clear, fieldsOf(c, column)...)
		}
	}
	if lon && lat {
		row.Clear = append(row.Clear, "position", "precision")
	}
	return row
}

// fieldsOf are the fields that a column states.
func fieldsOf(c *geo.Collection, column string) []string {
	for i := range c.Fields {
		if f := &c.Fields[i]; format.CSVHeading(*f) == column {
			if f.Name == "country" {
				return []string{"country", "country_name"}
			}
			return []string{f.Name}
		}
	}
	return nil
}

// addRow notes what a row says besides, for the record that was read last.
func (l *loader) addRow(c *geo.Collection, r *record, version int) {
	if l.partial {
		says := l.says(c, r, version)
		l.data.Rows[c.ID] = append(l.data.Rows[c.ID], says)
	}
}

// says is what a row says besides, and whether its file has versions is noted.
func (l *loader) says(c *geo.Collection, r *record, version int) geo.Row {
	if l.data.Rows == nil {
		l.data.Rows, l.data.Versioned = map[string][]geo.Row{}, map[string]bool{}
	}
	if version > 0 {
		l.data.Versioned[c.ID] = true
	}
	return r.says(c, version)
}
