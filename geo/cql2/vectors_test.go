package cql2_test

import (
	"database/sql"
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/paulmach/orb/encoding/wkb"
	_ "modernc.org/sqlite" // reads the GeoPackage

	"innoatlas/geo/cql2"
	"innoatlas/geo/cql2/cql2test"
)

// TestVectors counts on the rows of the official data what the abstract tests count,
// for each filter as text, and once more as the JSON that it prints as.
func TestVectors(t *testing.T) {
	classes, geoPackage := cql2test.Vectors(t, "../..")
	layers := readLayers(t, geoPackage)
	n := 0
	for class, vectors := range classes {
		t.Run(class, func(t *testing.T) {
			for _, v := range vectors {
				n++
				e, err := cql2.ParseText(v.Filter)
				if err != nil {
					t.Errorf("%s: %v", v.Filter, err)
					continue
				}
				roundTrip(t, e)
				if got, err := layers[v.Layer].count(e); err != nil || got != v.Count {
					t.Errorf("%s: %d, %v; want %d", v.Filter, got, err, v.Count)
				}
			}
		})
	}
	if n < 300 {
		t.Errorf("only %d predicates were counted", n)
	}
}

type layer struct {
	types map[string]cql2.Type
	rows  []row
}

func (l layer) count(e cql2.Expr) (n int, err error) {
	bound, err := cql2.Bind(e, func(name string) (cql2.Type, bool) {
		t, ok := l.types[name]
		return t, ok
	})
	if err != nil {
		return 0, err
	}
	for _, r := range l.rows {
		if cql2.Eval(bound, r) == cql2.True {
			n++
		}
	}
	return n, nil
}

func readLayers(t *testing.T, path string) map[string]layer {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+path+"?immutable=1")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	layers := map[string]layer{}
	for _, name := range cql2test.Layers {
		layers[name] = readLayer(t, db, name)
	}
	return layers
}

var declaredTypes = map[string]cql2.Type{
	"INTEGER": cql2.Number, "REAL": cql2.Number, "TEXT": cql2.Text, "DATE": cql2.Date, "DATETIME": cql2.Timestamp, "BOOLEAN": cql2.Bool,
}

// readLayer reads every value as bytes, which are text but for geometries.
func readLayer(t *testing.T, db *sql.DB, name string) layer {
	t.Helper()
	l := layer{types: map[string]cql2.Type{}}
	var names, casts []string
	columns, err := db.QueryContext(t.Context(), "SELECT name, type FROM pragma_table_info(?)", name)
	if err != nil {
		t.Fatal(err)
	}
	defer columns.Close()
	for columns.Next() {
		var column, declared string
		if err := columns.Scan(&column, &declared); err != nil {
			t.Fatal(err)
		}
		declared, _, _ = strings.Cut(declared, "(")
		kind, ok := declaredTypes[declared]
		if !ok {
			kind = cql2.Geometry
		}
		l.types[column] = kind
		names, casts = append(names, column), append(casts, fmt.Sprintf("CAST(%q AS BLOB)", column))
	}
	rows, err := db.QueryContext(t.Context(), "SELECT "+strings.Join(casts, ", ")+" FROM "+name)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		values, targets := make([][]byte, len(names)), make([]any, len(names))
		for i := range values {
			targets[i] = &values[i]
		}
		if err := rows.Scan(targets...); err != nil {
			t.Fatal(err)
		}
		r := row{}
		for i, column := range names {
			r[column] = valueOf(t, l.types[column], values[i])
		}
		l.rows = append(l.rows, r)
	}
	return l
}

func valueOf(t *testing.T, kind cql2.Type, data []byte) cql2.Value {
	t.Helper()
	if len(data) == 0 {
		return cql2.Value{}
	}
	text := string(data)
	switch kind {
	case cql2.Text:
		return cql2.TextOf(text)
	case cql2.Bool:
		return cql2.BoolOf(text == "1")
	case cql2.Date:
		at, err := time.Parse(time.DateOnly, text)
		must(t, err)
		return cql2.DateOf(at)
	case cql2.Timestamp: // without a zone: it is UTC
		at, err := time.Parse("2006-01-02T15:04:05", strings.TrimSuffix(text, "Z"))
		must(t, err)
		return cql2.TimestampOf(at)
	case cql2.Geometry:
		g, err := wkb.Unmarshal(cql2test.WKB(data))
		must(t, err)
		return cql2.GeometryOf(g)
	}
	n, err := strconv.ParseFloat(text, 64)
	must(t, err)
	return cql2.NumberOf(n)
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
