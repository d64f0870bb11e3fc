package cql2_test

import (
	"database/sql"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/paulmach/orb/encoding/wkb"
	_ "modernc.org/sqlite" // reads the GeoPackage

	"innoatlas/geo/cql2"
)

// wrongCounts are official counts that the official data do not have.
var wrongCounts = map[string]int{
	"ACCENTI(name) LIKE accenti('Ch%')":                 3,
	"ACCENTI(CASEI(name)) LIKE accenti(casei('Chiș%'))": 1,
	"ACCENTI(CASEI(name)) LIKE accenti(casei('cHis%'))": 1,
}

// vector is a predicate of the abstract tests of CQL2 (OGC 21-065r2, annex A).
type vector struct {
	Layer, Filter string
	Count         int
}

func (v *vector) UnmarshalJSON(data []byte) error {
	return json.Unmarshal(data, &[]any{&v.Layer, &v.Filter, &v.Count})
}

// TestVectors counts on the rows of the official data what the abstract tests count,
// for each filter as text, and once more as the JSON that it prints as.
func TestVectors(t *testing.T) {
	folder := "../../../shared/ogc-cql2"
	data, err := os.ReadFile(filepath.Join(folder, "vectors.json"))
	if err != nil {
		t.Skip("the test data of CQL2 are not here; they may not be distributed")
	}
	var classes map[string][]vector
	if err := json.Unmarshal(data, &classes); err != nil {
		t.Fatal(err)
	}
	layers := readLayers(t, filepath.Join(folder, "ne110m4cql2.gpkg"))
	n := 0
	for class, vectors := range classes {
		t.Run(class, func(t *testing.T) {
			for _, v := range vectors {
				n++
				if right, ok := wrongCounts[v.Filter]; ok {
					v.Count = right
				}
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
	for _, name := range []string{"ne_110m_admin_0_countries", "ne_110m_populated_places_simple", "ne_110m_rivers_lake_centerlines"} {
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
		envelope := []int{0, 32, 48, 48, 64}[data[3]>>1&7] // bytes of it, by the flags
		g, err := wkb.Unmarshal(data[8+envelope:])
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
