package postgis_test

import (
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/wkb"
	_ "modernc.org/sqlite" // reads the GeoPackage

	"innoatlas/geo/cql2"
	"innoatlas/geo/cql2/cql2test"
	"innoatlas/geo/postgis"
	"innoatlas/geo/postgis/postgistest"
	"innoatlas/geo/zorder"
)

// TestOfficialVectors counts on temporary tables what the abstract tests count.
func TestOfficialVectors(t *testing.T) {
	t.Parallel()
	classes, geoPackage := cql2test.Vectors(t, "../..")
	conn := connect(t, postgistest.Migrated(t))
	tables := loadLayers(t, conn, geoPackage)
	for class, vectors := range classes {
		t.Run(class, func(t *testing.T) {
			for _, v := range vectors {
				if got, err := count(t, conn, tables[v.Layer], v.Filter); err != nil || got != v.Count {
					t.Errorf("%s: %d, %v, want %d", v.Filter, got, err, v.Count)
				}
			}
		})
	}
}

func count(t *testing.T, conn *pgx.Conn, table postgis.Table, filter string) (n int, err error) {
	parsed, err := cql2.ParseText(filter)
	if err != nil {
		return 0, err
	}
	bound, err := cql2.Bind(parsed, table.Type)
	if err != nil {
		return 0, err
	}
	sql, args := table.CountSQL(bound)
	if err := conn.QueryRow(t.Context(), sql, args...).Scan(&n); err != nil {
		return 0, fmt.Errorf("%s: %w", sql, err)
	}
	return n, nil
}

// loadLayers copies each layer of a GeoPackage into a temporary table.
func loadLayers(t *testing.T, conn *pgx.Conn, path string) map[string]postgis.Table {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+path+"?immutable=1")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	tables := map[string]postgis.Table{}
	for _, name := range cql2test.Layers {
		tables[name] = loadLayer(t, conn, db, name)
	}
	return tables
}

// sqlTypes are what a declared type of the GeoPackage becomes.
var sqlTypes = map[string]struct {
	declared string
	kind     cql2.Type
}{
	"INTEGER":  {"bigint", cql2.Number},
	"REAL":     {"float8", cql2.Number},
	"TEXT":     {`text COLLATE "C"`, cql2.Text},
	"DATE":     {"date", cql2.Date},
	"DATETIME": {"timestamptz", cql2.Timestamp},
	"BOOLEAN":  {"boolean", cql2.Bool},
}

func loadLayer(t *testing.T, conn *pgx.Conn, db *sql.DB, name string) postgis.Table {
	t.Helper()
	table := postgis.Table{Name: name, Types: map[string]cql2.Type{}}
	var names, selected, declared, inserted []string
	rows, err := db.QueryContext(t.Context(), "SELECT name, type FROM pragma_table_info(?)", name)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var column, kind string
		if err := rows.Scan(&column, &kind); err != nil {
			t.Fatal(err)
		}
		kind, _, _ = strings.Cut(kind, "(")
		place := fmt.Sprintf("$%d", len(names)+1)
		if known, ok := sqlTypes[kind]; ok {
			table.Types[column] = known.kind
			declared = append(declared, fmt.Sprintf("%q %s", column, known.declared))
			place += "::text::" + strings.Fields(known.declared)[0]
		} else {
			table.Types[column], table.Points = cql2.Geometry, kind == "POINT"
			declared = append(declared, fmt.Sprintf("%q geometry(Geometry, 4326)", column))
			place = "ST_GeomFromWKB(" + place + ", 4326)"
		}
		names = append(names, fmt.Sprintf("%q", column))
		selected = append(selected, fmt.Sprintf("CAST(%q AS BLOB)", column))
		inserted = append(inserted, place)
	}
	execute(t, conn, `CREATE TEMPORARY TABLE `+name+` (`+strings.Join(declared, ", ")+`, zorder bigint)`)
	insert := "INSERT INTO " + name + " (" + strings.Join(names, ", ") + ", zorder) VALUES (" + strings.Join(inserted, ", ") + fmt.Sprintf(", $%d)", len(names)+1)
	copyRows(t, conn, db, "SELECT "+strings.Join(selected, ", ")+" FROM "+name, insert, slices.Index(names, `"geom"`))
	return table
}

// copyRows reads every value as bytes: texts, and geometries with the header of a
// GeoPackage.
func copyRows(t *testing.T, conn *pgx.Conn, db *sql.DB, query, insert string, geometry int) {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), query)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	columns, _ := rows.Columns()
	values := make([][]byte, len(columns))
	targets := make([]any, len(columns))
	for i := range values {
		targets[i] = &values[i]
	}
	for rows.Next() {
		if err := rows.Scan(targets...); err != nil {
			t.Fatal(err)
		}
		args := make([]any, len(columns), len(columns)+1)
		for i, value := range values {
			if len(value) > 0 && i != geometry {
				args[i] = string(value)
			}
		}
		shape, key := readShape(t, values[geometry])
		args[geometry] = shape
		execute(t, conn, insert, append(args, key)...)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
}

// readShape gives the WKB of a GeoPackage's blob, and the key of a point.
func readShape(t *testing.T, blob []byte) (shape []byte, key int64) {
	t.Helper()
	shape = cql2test.WKB(blob)
	g, err := wkb.Unmarshal(shape)
	if err != nil {
		t.Fatal(err)
	}
	if p, ok := g.(orb.Point); ok {
		return shape, int64(zorder.Key(p))
	}
	return shape, int64(zorder.NoPosition)
}
