package postgis_test

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"

	"innoatlas/geo"
	"innoatlas/geo/cql2"
	"innoatlas/geo/postgis"
	"innoatlas/geo/postgis/postgistest"
	"innoatlas/geo/storetest"
)

// handMade are statements of a hand, on each table that holds what people say.
var handMade = []struct{ table, insert, update, delete string }{
	{"kind",
		`INSERT INTO kind (id, labels, position) VALUES ('bakery', '{"en": "Bakery", "th": "ร้าน"}', 9)`,
		`UPDATE kind SET labels = labels || '{"lo": "ຫ້ອງ"}', plurals = '{"en": "Museums"}', position = 7 WHERE id = 'museum'`,
		`DELETE FROM kind WHERE id = 'museum'`},
	{"sector",
		`INSERT INTO sector (id, labels, position) VALUES ('tea', '{"en": "Tea"}', 9)`,
		`UPDATE sector SET labels = '{"en": "Stars"}' WHERE id = 'astrology'`,
		`DELETE FROM sector WHERE id = 'astrology'`},
	{"own_field",
		`INSERT INTO own_field (collection, name, position, type, title) VALUES ('facilities', 'colour', 99, 'string', '{"en": "Colour"}')`,
		`UPDATE own_field SET title = '{"en": "Seats"}', private = true WHERE name = 'capacity'`,
		`DELETE FROM own_field WHERE name = 'photo'`},
	{"synonym",
		`INSERT INTO synonym VALUES (99, '{tea,chai}')`,
		`UPDATE synonym SET terms = '{rice,paddy}' WHERE 'rice' = ANY (terms)`,
		`DELETE FROM synonym WHERE 'rice' = ANY (terms)`},
	{"place_name",
		`INSERT INTO place_name VALUES ('THA', '', 'Lampang', 'lo', 'ລຳປາງ', 'person')`,
		`UPDATE place_name SET name = 'Elsewhere', origin = 'person' WHERE
			ctid = (SELECT ctid FROM place_name ORDER BY country, admin1, city, lang LIMIT 1)`,
		`DELETE FROM place_name WHERE ctid = (SELECT ctid FROM place_name ORDER BY country, admin1, city, lang LIMIT 1)`},
	{"country",
		`INSERT INTO country (id, code, alpha2, names) VALUES (4, 'AFG', 'AF', '{"en": "Afghanistan", "zh": "阿富汗"}')`,
		`UPDATE country SET outline = ST_Multi(ST_MakeEnvelope(114, 4, 115, 5, 4326)), names = names || '{"th": "บรูไน"}', own = '{"region": "Borneo"}' WHERE code = 'BRN'`,
		`DELETE FROM country WHERE code = 'ALB'`},
	{"dataset", "", `UPDATE dataset SET licence = 'Public domain', licence_url = NULL, own_outlines = NOT own_outlines`, ""},
	{"facility",
		`INSERT INTO facility (id, slug, kind, name, geom, zorder) VALUES (7001, 'by-hand', 'museum', 'By hand', 'SRID=4326;POINT(100 13)', 5)`,
		`UPDATE facility SET name = 'Renamed', summary = NULL, geom = 'SRID=4326;POINT(1.5 2.25)', zorder = 7, sectors = '{food}', established = 1999,
			own = coalesce(own, '{}') || '{"capacity": 12, "tags": ["a", "b"]}' WHERE id = (SELECT min(id) FROM facility)`,
		`DELETE FROM facility WHERE id = (SELECT min(facility_id) FROM facility_source)`},
	{"institutions",
		`INSERT INTO institutions (id, slug, name, type) VALUES (7001, 'by-hand', 'By hand', 'company')`,
		`UPDATE institutions SET city = 'Elsewhere', aliases = '{One,Two}' WHERE id = (SELECT min(id) FROM institutions)`,
		`DELETE FROM institutions WHERE id = (SELECT min(id) FROM institutions)`},
	{"projects",
		`INSERT INTO projects (id, slug, name, start) VALUES (7001, 'by-hand', 'By hand', '2020-05')`,
		`UPDATE projects SET summary = 'Another', "end" = '2031' WHERE id = (SELECT min(id) FROM projects)`,
		`DELETE FROM projects WHERE id = (SELECT min(id) FROM projects)`},
	{"facility_source",
		`INSERT INTO facility_source SELECT max(facility_id), 99, 'By hand', 'https://example.org/by-hand', '2020', 'the year' FROM facility_source`,
		`UPDATE facility_source SET title = 'Another', date = '2020-01' WHERE facility_id = (SELECT max(facility_id) FROM facility_source)`,
		`DELETE FROM facility_source WHERE facility_id = (SELECT min(facility_id) FROM facility_source)`},
	{"record_text",
		`INSERT INTO record_text SELECT 'facilities', max(id), 'my', 'name', 'အမည်', 'person' FROM facility`,
		`UPDATE record_text SET text = 'Another', origin = 'source'
			WHERE (collection, record) = (SELECT collection, min(record) FROM record_text GROUP BY 1 ORDER BY 1 LIMIT 1)`,
		`DELETE FROM record_text WHERE (collection, record) = (SELECT collection, min(record) FROM record_text GROUP BY 1 ORDER BY 1 LIMIT 1)`},
	{"facility_institution",
		`INSERT INTO facility_institution SELECT (SELECT max(slug::text) FROM facility), max(slug::text), 'host', 9, true FROM institutions`,
		`UPDATE facility_institution k SET position = 8, institution = (SELECT max(slug::text) FROM institutions i WHERE NOT EXISTS (
			SELECT FROM facility_institution o WHERE (o.facility, o.institution) = (k.facility, i.slug)))
			WHERE ctid = (SELECT ctid FROM facility_institution WHERE stated ORDER BY facility, institution, role LIMIT 1)`,
		`DELETE FROM facility_institution WHERE stated AND (facility, institution) =
			(SELECT k.facility, k.institution FROM facility_institution k WHERE k.stated ORDER BY 1, 2 LIMIT 1)`},
	{"cooperation",
		`INSERT INTO cooperation VALUES ('LAO', 'centres', 3.5, 2024, 'By hand', 'https://example.org/by-hand', NULL, NULL, 99, false)`,
		`UPDATE cooperation SET value = 99.25, named = true WHERE country = 'CHN'`,
		`DELETE FROM cooperation WHERE country = 'THA'`},
}

// statedContent is what people have said, and what is searched, of each table, in one text. Versions,
// times and lines are the database's.
const statedContent = `
SELECT string_agg(t || ' ' || query_to_xml('SELECT to_jsonb(t) - ''{version,updated,line,revision}''::text[]
	- CASE WHEN t.tableoid = ''dataset''::regclass THEN ''id'' ELSE '''' END AS row FROM ' || quote_ident(t) || ' t ORDER BY 1', false, true, '')::text, '')
FROM unnest($1::text[]) AS t`

// What a hand does with SQL is in the history to the last value: the rows of it are those of the
// golden file; export --as-of shows what was before; and revert brings that back, byte for byte.
func TestHistoryByHand(t *testing.T) {
	t.Parallel()
	update := flag.Lookup("update").Value.String() == "true"
	golden := map[string]string{}
	const path = "testdata/history_by_hand.txt"
	if text, err := os.ReadFile(path); err == nil {
		for _, one := range strings.Split(string(text), "\n\n") {
			name, rows, _ := strings.Cut(one, "\n")
			golden[name] = strings.TrimSpace(rows)
		}
	}
	got := make([]string, len(handMade)) // by tables
	t.Run("tables", func(t *testing.T) {
		for n, one := range handMade {
			t.Run(one.table, func(t *testing.T) {
				t.Parallel()
				database := postgistest.Copied(t, "fixture", func(database string) error { return importFixture(t, database) })
				store, conn := open(t, database), connect(t, database)
				truncate := "TRUNCATE " + one.table + " CASCADE"
				for _, c := range []struct{ op, sql string }{{"INSERT", one.insert}, {"UPDATE", one.update}, {"DELETE", one.delete}, {"TRUNCATE", truncate}} {
					if c.sql == "" || one.insert == "" && c.op != "UPDATE" { // it has one row, always
						continue
					}
					name := one.table + " " + c.op
					rows := byHand(t, store, conn, name, c.sql)
					if c.op == "TRUNCATE" {
						continue
					}
					if rows != golden[name] && !update {
						t.Errorf("%s is in the history otherwise (-want +got); -update writes it anew:\n%s", name, cmp.Diff(golden[name], rows))
					}
					got[n] += name + "\n" + rows + "\n\n"
				}
			})
		}
	})
	if update {
		if err := os.WriteFile(path, []byte(strings.TrimSpace(strings.Join(got, ""))+"\n"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func importFixture(t *testing.T, database string) error {
	if _, _, err := postgis.Migrate(t.Context(), database); err != nil {
		return err
	}
	store, err := postgis.Open(t.Context(), database)
	if err != nil {
		return err
	}
	defer store.Close()
	ds := storetest.Fixture()
	albania, _ := geo.CountryByCode("ALB") // where nothing is
	albania.Outline = orb.MultiPolygon{{{{19, 40}, {21, 40}, {20, 42}, {19, 40}}}}
	ds.Fields[geo.Countries.ID][0].Set(&albania, cql2.TextOf("Balkans"))
	ds.Countries = append(ds.Countries, albania)
	_, err = store.Import(t.Context(), ds)
	return err
}

// byHand runs a statement, and gives the changes that the history has of it; then it looks at what
// was before, and takes it back.
func byHand(t *testing.T, store *postgis.Store, conn *pgx.Conn, name, sql string) (rows string) {
	t.Helper()
	tables := []string{"facility_sector", "partnerships"}
	for _, one := range handMade {
		tables = append(tables, one.table)
	}
	contentOf := func() (text string) {
		if err := conn.QueryRow(t.Context(), statedContent, tables).Scan(&text); err != nil {
			t.Fatal(err)
		}
		return text
	}
	before, whole := contentOf(), content(t, store)
	var last int64
	if err := conn.QueryRow(t.Context(), `SELECT max(number) FROM revision`).Scan(&last); err != nil {
		t.Fatal(err)
	}
	execute(t, conn, sql)
	if contentOf() == before {
		t.Fatalf("%s changed nothing", name)
	}
	var revision int64
	if err := conn.QueryRow(t.Context(), `SELECT max(number) FROM revision`).Scan(&revision); err != nil || revision <= last {
		t.Fatalf("%s is in no revision: %d after %d, %v", name, revision, last, err)
	}
	rows = changesOf(t, conn, revision)
	if differences, err := store.Diff(t.Context(), last, 0); err != nil || len(differences) == 0 {
		t.Errorf("%s: no difference, %v", name, err)
	}
	if !strings.Contains(name, "INSERT") && !strings.Contains(name, "DELETE") { // which the others hold
		sameAsOf(t, store, name, last, whole)
	}
	if _, err := store.Revert(t.Context(), postgis.By{Author: "a test"}, revision); err != nil {
		t.Errorf("%s: taken back: %v", name, err)
	} else if after := contentOf(); after != before {
		t.Errorf("%s: taken back (-before +after):\n%.2000s", name, cmp.Diff(strings.Split(before, "\n"), strings.Split(after, "\n")))
	}
	return rows
}

// sameAsOf compares what there was after a revision with what there was then.
func sameAsOf(t *testing.T, store *postgis.Store, name string, revision int64, whole *geo.Dataset) {
	t.Helper()
	then, err := store.DatasetAsOf(t.Context(), revision)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	then.Revision = ""
	if d := cmp.Diff(whole, then, cmpopts.EquateEmpty(), cmpopts.IgnoreUnexported(geo.Field{}), cmp.Comparer(func(a, b *geo.Own) bool { return a.Equal(b) })); d != "" {
		t.Errorf("%s: as of before it (-before +then):\n%.2000s", name, d)
	}
}

// changesOf are the changes of a revision, one a line, in an order that does not depend on that of the rows.
func changesOf(t *testing.T, conn *pgx.Conn, revision int64) string {
	t.Helper()
	found, err := conn.Query(t.Context(), `SELECT op::text, collection, key, coalesce(part, '-'), coalesce(version, 0), coalesce(before::text, '-'), coalesce(after::text, '-')
		FROM change WHERE revision = $1`, revision)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := pgx.CollectRows(found, func(row pgx.CollectableRow) (string, error) {
		var op, collection, key, part, before, after string
		var version int
		err := row.Scan(&op, &collection, &key, &part, &version, &before, &after)
		return fmt.Sprintf("%s %s/%s %s v%d\n  %s\n  %s", op, collection, key, part, version, before, after), err
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(rows)
	return strings.Join(rows, "\n")
}
