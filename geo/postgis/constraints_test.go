package postgis_test

import (
	"context"
	"errors"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"innoatlas/geo"
	"innoatlas/geo/postgis/postgistest"
)

// SQLSTATEs of refused rows.
const (
	notNull    = "23502"
	foreignKey = "23503"
	unique     = "23505"
	check      = "23514"
)

func connect(t testing.TB, url string) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close(context.Background()) })
	return conn
}

// vocabularies are what the rows of the tests below may name.
const vocabularies = `
INSERT INTO kind VALUES ('lab', '{"en": "Lab"}', NULL, 0);
INSERT INTO sector VALUES ('food', '{"en": "Food"}', NULL, 0), ('energy', '{}', NULL, 1);
INSERT INTO country VALUES (764, 'THA', 'TH', '{"en": "Thailand"}', 'thailand', NULL);
INSERT INTO facility (id, slug, kind, zorder) VALUES (1, 'first', 'lab', 1::bigint << 62)`

// good is a row that the database takes; each case below spoils one thing.
const good = `UPDATE facility SET country = 'THA', sectors = '{food,energy}', partners = '{A (THA)}', established = 2015, status = 'planned',
	precision = 'site', source_date = '2021-09', updated = now(), zorder = 5, geom = ST_SetSRID(ST_MakePoint(180, -90), 4326)`

func TestDatabaseRefuses(t *testing.T) {
	t.Parallel()
	conn := connect(t, postgistest.Migrated(t))
	execute(t, conn, vocabularies)
	execute(t, conn, good)
	cases := []struct{ name, state, sql string }{
		{"a second record of one slug", unique, `INSERT INTO facility (id, slug, zorder) VALUES (2, 'first', 1::bigint << 62)`},
		{"a second record of one id", unique, `INSERT INTO facility (id, slug, zorder) VALUES (1, 'second', 1::bigint << 62)`},
		{"a slug that reads as an id", check, `UPDATE facility SET slug = '42'`},
		{"an empty slug", check, `UPDATE facility SET slug = ''`},
		{"no slug", notNull, `UPDATE facility SET slug = NULL`},
		{"the id 0", check, `UPDATE facility SET id = 0`},
		{"an id that JSON rounds", check, `UPDATE facility SET id = 9007199254740992`},
		{"an empty text", check, `UPDATE facility SET name = ''`},
		{"a kind that nobody knows", foreignKey, `UPDATE facility SET kind = 'castle'`},
		{"a sector that nobody knows", foreignKey, `UPDATE facility SET sectors = '{food,magic}'`},
		{"a sector twice", unique, `UPDATE facility SET sectors = '{food,food}'`},
		{"a sector that is null", notNull, `UPDATE facility SET sectors = '{food,NULL}'`},
		{"an empty list of sectors", check, `UPDATE facility SET sectors = '{}'`},
		{"a table of sectors", check, `UPDATE facility SET sectors = '{{food},{energy}}'`},
		{"an empty list of partners", check, `UPDATE facility SET partners = '{}'`},
		{"a partner that is null", check, `UPDATE facility SET partners = '{NULL}'`},
		{"a country in small letters", check, `UPDATE facility SET country = 'tha'`},
		{"a country of two letters", check, `UPDATE facility SET country = 'TH'`},
		{"a country that is not in the table", foreignKey, `UPDATE facility SET country = 'LAO'`},
		{"a precision that nobody knows", check, `UPDATE facility SET precision = 'none'`},
		{"a status that nobody knows", check, `UPDATE facility SET status = 'haunted'`},
		{"the year 0", check, `UPDATE facility SET established = 0`},
		{"a year of five digits", check, `UPDATE facility SET established = 20150`},
		{"a date in words", check, `UPDATE facility SET source_date = 'May 2021'`},
		{"a longitude past 180", check, `UPDATE facility SET geom = ST_SetSRID(ST_MakePoint(180.1, 0), 4326)`},
		{"a latitude past the pole", check, `UPDATE facility SET geom = ST_SetSRID(ST_MakePoint(0, -90.1), 4326)`},
		{"a position that is no number", check, `UPDATE facility SET geom = ST_SetSRID(ST_MakePoint('NaN', 0), 4326)`},
		{"half a position that is no number", check, `UPDATE facility SET geom = ST_SetSRID(ST_MakePoint(0, 'NaN'), 4326)`},
		{"an infinite position", check, `UPDATE facility SET geom = ST_SetSRID(ST_MakePoint('Infinity', 0), 4326)`},
		{"an empty point", check, `UPDATE facility SET geom = ST_GeomFromText('POINT EMPTY', 4326)`},
		{"another reference system", "22023", `UPDATE facility SET geom = ST_SetSRID(ST_MakePoint(0, 0), 3857)`},
		{"a line", "22023", `UPDATE facility SET geom = ST_GeomFromText('LINESTRING(0 0, 1 1)', 4326)`},
		{"a position without a key", check, `UPDATE facility SET zorder = 1::bigint << 62`},
		{"a key without a position", check, `UPDATE facility SET geom = NULL`},
		{"a negative key", check, `UPDATE facility SET zorder = -1`},
		{"a key past the last", check, `UPDATE facility SET geom = NULL, zorder = (1::bigint << 62) + 1`},
		{"no key", notNull, `UPDATE facility SET zorder = NULL`},
		{"the end of a kind in use", foreignKey, `DELETE FROM kind`},
		{"the end of a sector in use", foreignKey, `DELETE FROM sector`},
		{"the end of a country in use", foreignKey, `DELETE FROM country`},
		{"labels that are a list", check, `UPDATE kind SET labels = '[]'`},
		{"a kind with a blank", check, `INSERT INTO kind VALUES ('a b', '{}', NULL, 1)`},
		{"an outline that crosses itself", check, `UPDATE country SET outline = ST_GeomFromText('MULTIPOLYGON(((0 0, 1 1, 1 0, 0 1, 0 0)))', 4326)`},
		{"an empty outline", check, `UPDATE country SET outline = ST_GeomFromText('MULTIPOLYGON EMPTY', 4326)`},
		{"an empty text in another language", check, `INSERT INTO record_text VALUES ('facilities', 1, 'th', 'name', '', 'machine')`},
		{"a text of nobody", check, `INSERT INTO record_text VALUES ('facilities', 1, 'th', 'name', 'x', 'somebody')`},
		{"a text in what is no language", check, `INSERT INTO record_text VALUES ('facilities', 1, 'thai language', 'name', 'x', 'machine')`},
		{"two texts of one field", unique, `INSERT INTO record_text VALUES ('facilities', 1, 'th', 'name', 'x', 'machine'), ('facilities', 1, 'th', 'name', 'y', 'person')`},
		{"a place in what is no country", check, `INSERT INTO place_name VALUES ('Laos', '', 'Pakse', 'th', 'x', 'machine')`},
		{"a place without a name", check, `INSERT INTO place_name VALUES ('LAO', '', 'Pakse', 'th', '', 'machine')`},
		{"a group of no words", check, `INSERT INTO synonym VALUES (1, '{}')`},
		{"a source of no record", foreignKey, `INSERT INTO facility_source VALUES (99, 0, 'Title', NULL, NULL, NULL)`},
		{"a figure of no country", foreignKey, `INSERT INTO cooperation VALUES ('LAO', 'centres', 1, 2021, NULL, '', NULL, NULL, 0)`},
		{"a figure that is no number", check, `INSERT INTO cooperation VALUES ('THA', 'centres', 'NaN', 2021, NULL, '', NULL, NULL, 0)`},
		{"an infinite figure", check, `INSERT INTO cooperation VALUES ('THA', 'centres', 'Infinity', 2021, NULL, '', NULL, NULL, 0)`},
		{"a second data set", unique, `INSERT INTO dataset DEFAULT VALUES`},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			_, err := conn.Exec(t.Context(), c.sql)
			var refused *pgconn.PgError
			if !errors.As(err, &refused) || refused.Code != c.state {
				t.Errorf("%s = %v, want SQLSTATE %s", c.sql, err, c.state)
			}
		})
	}
}

func execute(t testing.TB, conn *pgx.Conn, sql string, args ...any) {
	t.Helper()
	if _, err := conn.Exec(t.Context(), sql, args...); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
}

// The lists in the CHECK constraints are those of package geo.
func TestDatabaseTakesEveryStatusAndPrecision(t *testing.T) {
	t.Parallel()
	conn := connect(t, postgistest.Migrated(t))
	execute(t, conn, vocabularies)
	for _, status := range geo.Statuses {
		execute(t, conn, `UPDATE facility SET status = $1`, status.ID)
	}
	for _, precision := range geo.Precisions {
		execute(t, conn, `UPDATE facility SET precision = $1`, precision.ID)
	}
}

func TestSectorTableFollowsTheArray(t *testing.T) {
	t.Parallel()
	conn := connect(t, postgistest.Migrated(t))
	execute(t, conn, vocabularies)
	steps := []struct {
		name, sql string
		want      int
	}{
		{"two sectors", `UPDATE facility SET sectors = '{food,energy}'`, 2},
		{"one of them", `UPDATE facility SET sectors = '{energy}'`, 1},
		{"another change", `UPDATE facility SET name = 'a name'`, 1},
		{"a second record", `INSERT INTO facility (id, slug, zorder, sectors) VALUES (2, 'b', 1::bigint << 62, '{food}')`, 2},
		{"none", `UPDATE facility SET sectors = NULL WHERE id = 1`, 1},
		{"no record", `DELETE FROM facility`, 0},
	}
	for _, step := range steps {
		execute(t, conn, step.sql)
		var n int
		if err := conn.QueryRow(t.Context(), `SELECT count(*) FROM facility_sector`).Scan(&n); err != nil {
			t.Fatal(err)
		}
		if n != step.want {
			t.Errorf("%s: %d rows, want %d", step.name, n, step.want)
		}
	}
}
