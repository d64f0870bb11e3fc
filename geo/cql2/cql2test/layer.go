package cql2test

import (
	"bytes"
	"database/sql"
	"encoding/csv"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/paulmach/orb/encoding/wkb"
	"github.com/paulmach/orb/encoding/wkt"
	_ "modernc.org/sqlite" // reads the GeoPackage

	"innoatlas/geo/cql2"
)

// A Layer is a table of records, a value in each for each column.
type Layer struct {
	Name    string
	Columns []Column
	Rows    [][]cql2.Value
}

// A Column has the type that a GeoPackage declares for it: INTEGER, REAL, TEXT, DATE,
// DATETIME, BOOLEAN or that of a geometry; or TEXT[].
type Column struct {
	Name, Declared string
}

// Type is what a filter takes the values of the column for.
func (c Column) Type() cql2.Type {
	if t, ok := types[c.Declared]; ok {
		return t
	}
	return cql2.Geometry
}

var types = map[string]cql2.Type{
	"INTEGER": cql2.Number, "REAL": cql2.Number, "TEXT": cql2.Text, "DATE": cql2.Date, "DATETIME": cql2.Timestamp, "BOOLEAN": cql2.Bool, "TEXT[]": cql2.List,
}

// Type is that of a property.
func (l Layer) Type(property string) (cql2.Type, bool) {
	i := slices.IndexFunc(l.Columns, func(c Column) bool { return c.Name == property })
	if i < 0 {
		return cql2.Null, false
	}
	return l.Columns[i].Type(), true
}

// readTable reads a layer of testdata: CSV whose head has a name and a type in each cell,
// geometries as WKT, an empty cell where nothing is stated.
func readTable(t *testing.T, name string) Layer {
	t.Helper()
	data, err := testdata.ReadFile("testdata/" + name + ".csv")
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(bytes.NewReader(data)).ReadAll()
	if err != nil {
		t.Fatal(name, err)
	}
	l := Layer{Name: name}
	for _, cell := range rows[0] {
		column, declared, _ := strings.Cut(cell, " ")
		l.Columns = append(l.Columns, Column{column, declared})
	}
	for _, cells := range rows[1:] {
		l.Rows = append(l.Rows, l.row(t, func(i int) string { return cells[i] }))
	}
	return l
}

// readGeoPackage reads layers of a GeoPackage, every value as bytes, which are text but
// for geometries.
func readGeoPackage(t *testing.T, path string, names ...string) (layers []Layer) {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+path+"?immutable=1")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for _, name := range names {
		l := Layer{Name: name}
		for _, column := range query(t, db, "SELECT name, type FROM pragma_table_info(?)", name) {
			declared, _, _ := strings.Cut(column[1], "(")
			l.Columns = append(l.Columns, Column{column[0], declared})
		}
		var casts []string
		for _, c := range l.Columns {
			casts = append(casts, fmt.Sprintf("CAST(%q AS BLOB)", c.Name))
		}
		for _, cells := range query(t, db, "SELECT "+strings.Join(casts, ", ")+" FROM "+name) {
			l.Rows = append(l.Rows, l.row(t, func(i int) string { return cells[i] }))
		}
		layers = append(layers, l)
	}
	return layers
}

func query(t *testing.T, db *sql.DB, query string, args ...any) (rows [][]string) {
	t.Helper()
	answer, err := db.QueryContext(t.Context(), query, args...)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Close()
	columns, err := answer.Columns()
	if err != nil {
		t.Fatal(err)
	}
	for answer.Next() {
		cells, targets := make([]sql.NullString, len(columns)), make([]any, len(columns))
		for i := range cells {
			targets[i] = &cells[i]
		}
		if err := answer.Scan(targets...); err != nil {
			t.Fatal(err)
		}
		row := make([]string, len(cells))
		for i, cell := range cells {
			row[i] = cell.String
		}
		rows = append(rows, row)
	}
	if err := answer.Err(); err != nil {
		t.Fatal(err)
	}
	return rows
}

func (l Layer) row(t *testing.T, cell func(i int) string) []cql2.Value {
	t.Helper()
	values := make([]cql2.Value, len(l.Columns))
	for i, c := range l.Columns {
		v, err := c.value(cell(i))
		if err != nil {
			t.Fatalf("%s, %s: %v", l.Name, c.Name, err)
		}
		values[i] = v
	}
	return values
}

func (c Column) value(cell string) (v cql2.Value, err error) {
	if cell == "" {
		return v, nil
	}
	switch c.Type() {
	case cql2.Number:
		v.Number, err = strconv.ParseFloat(cell, 64)
		return cql2.NumberOf(v.Number), err
	case cql2.Text:
		return cql2.TextOf(cell), nil
	case cql2.Bool:
		return cql2.BoolOf(cell == "1" || cell == "true"), nil
	case cql2.Date:
		day, err := time.Parse(time.DateOnly, cell)
		return cql2.DateOf(day), err
	case cql2.Timestamp:
		at, err := readTime(cell)
		return cql2.TimestampOf(at), err
	case cql2.List:
		return cql2.ListOf(strings.Split(cell, ",")), nil
	}
	return readGeometry(cell)
}

// readTime reads a time; without a zone it is UTC.
func readTime(cell string) (time.Time, error) {
	if at, err := time.Parse("2006-01-02T15:04:05", cell); err == nil {
		return at, nil
	}
	return time.Parse(time.RFC3339, cell)
}

// readGeometry reads WKT, or the blob of a GeoPackage, whose header it cuts off
// (OGC 12-128r18, 2.1.3).
func readGeometry(cell string) (v cql2.Value, err error) {
	blob, ok := strings.CutPrefix(cell, "GP")
	if !ok {
		g, err := wkt.Unmarshal(cell)
		return cql2.GeometryOf(g), err
	}
	envelope := []int{0, 32, 48, 48, 64}[blob[1]>>1&7] // bytes of it, by the flags
	g, err := wkb.Unmarshal([]byte(blob[6+envelope:]))
	return cql2.GeometryOf(g), err
}
