package postgis_test

import (
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/wkb"

	"innoatlas/geo/cql2"
	"innoatlas/geo/cql2/cql2test"
	"innoatlas/geo/postgis"
	"innoatlas/geo/postgis/postgistest"
	"innoatlas/geo/zorder"
)

func TestVectors(t *testing.T) {
	t.Parallel()
	countVectors(t, cql2test.Own(t))
}

func TestOfficialVectors(t *testing.T) {
	t.Parallel()
	countVectors(t, cql2test.Official(t, "../.."))
}

// countVectors counts on temporary tables what each filter keeps.
func countVectors(t *testing.T, suite cql2test.Suite) {
	t.Helper()
	conn := connect(t, postgistest.Migrated(t))
	tables := map[string]postgis.Table{}
	for _, l := range suite.Layers {
		tables[l.Name] = loadLayer(t, conn, l)
	}
	for class, vectors := range suite.Classes {
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

// sqlTypes are what the declared type of a column becomes, and how a value is written
// into it; a type that is not here is that of a geometry.
var sqlTypes = map[string]struct{ declared, value string }{
	"INTEGER":  {"bigint", "$%d::text::bigint"},
	"REAL":     {"float8", "$%d::text::float8"},
	"TEXT":     {`text COLLATE "C"`, "$%d::text"},
	"DATE":     {"date", "$%d::text::date"},
	"DATETIME": {"timestamptz", "$%d::text::timestamptz"},
	"BOOLEAN":  {"boolean", "$%d::text::boolean"},
	"TEXT[]":   {"text[]", "$%d::text[]"},
}

// loadLayer copies a layer into a temporary table.
func loadLayer(t *testing.T, conn *pgx.Conn, l cql2test.Layer) postgis.Table {
	t.Helper()
	table := postgis.Table{Name: l.Name, Types: map[string]cql2.Type{}}
	var columns, values []string
	for i, c := range l.Columns {
		kind, ok := sqlTypes[c.Declared]
		if !ok {
			kind.declared, kind.value = "geometry(Geometry, 4326)", "ST_GeomFromWKB($%d, 4326)"
			table.Points = c.Declared == "POINT"
		}
		table.Types[c.Name] = c.Type()
		columns = append(columns, fmt.Sprintf("%q %s", c.Name, kind.declared))
		values = append(values, fmt.Sprintf(kind.value, i+1))
	}
	execute(t, conn, "CREATE TEMPORARY TABLE "+l.Name+" ("+strings.Join(columns, ", ")+", zorder bigint)")
	insert := "INSERT INTO " + l.Name + " VALUES (" + strings.Join(values, ", ") + fmt.Sprintf(", $%d)", len(values)+1)
	for _, row := range l.Rows {
		execute(t, conn, insert, arguments(t, row)...)
	}
	return table
}

// arguments are the values of a row and the key of its position.
func arguments(t *testing.T, row []cql2.Value) (args []any) {
	t.Helper()
	key := zorder.NoPosition
	for _, v := range row {
		args = append(args, argument(t, v))
		if p, ok := v.Geometry.(orb.Point); ok {
			key = zorder.Key(p)
		}
	}
	return append(args, int64(key))
}

func argument(t *testing.T, v cql2.Value) any {
	t.Helper()
	switch v.Type {
	case cql2.Number:
		return strconv.FormatFloat(v.Number, 'f', -1, 64)
	case cql2.Text:
		return v.Text
	case cql2.Bool:
		return strconv.FormatBool(v.Number == 1)
	case cql2.Date, cql2.Timestamp:
		return time.UnixMicro(v.Time).UTC().Format(time.RFC3339Nano)
	case cql2.List:
		return v.List
	case cql2.Geometry:
		shape, err := wkb.Marshal(v.Geometry)
		if err != nil {
			t.Fatal(err)
		}
		return shape
	}
	return nil
}
