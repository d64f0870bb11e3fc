package postgis_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"innoatlas/geo/postgis/postgistest"
	"innoatlas/geo/storetest"
)

// kept is what keeps the tables as they are: indexes and constraints.
const kept = `
SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'
UNION ALL
SELECT conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid) FROM pg_constraint WHERE connamespace = 'public'::regnamespace
ORDER BY 1`

// TestFill: a large import into an empty database, by whoever may import, leaves every index and
// constraint that there was, also while somebody reads.
func TestFill(t *testing.T) {
	t.Parallel()
	ds := storetest.Generated(10_000)
	for name, reads := range map[string]bool{"alone": false, "while somebody reads": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			database := postgistest.Migrated(t)
			before := texts(t, database, kept)
			if reads {
				conn := connect(t, database)
				if _, err := conn.Exec(t.Context(), `BEGIN; SELECT count(*) FROM facility`); err != nil {
					t.Fatal(err)
				}
			}
			if s, err := open(t, loginAs(t, database, "innoatlas_editor")).Import(t.Context(), ds); err != nil || s.Added != len(ds.Facilities) {
				t.Fatalf("%d added; %v", s.Added, err)
			}
			if diff := cmp.Diff(before, texts(t, database, kept)); diff != "" {
				t.Errorf("(-before +after)\n%s", diff)
			}
		})
	}
}

// TestFillEnds: nobody leaves the tables without what was taken away.
func TestFillEnds(t *testing.T) {
	t.Parallel()
	conn := connect(t, loginAs(t, postgistest.Migrated(t), "innoatlas_editor"))
	_, err := conn.Exec(t.Context(), `SELECT innoatlas_begin_to_fill()`)
	if err == nil || !strings.Contains(err.Error(), "were not brought back") {
		t.Errorf("an editor takes indexes away: %v", err)
	}
	if _, err := conn.Exec(t.Context(), `BEGIN; SELECT innoatlas_begin_to_fill(); SELECT innoatlas_end_to_fill(); COMMIT`); err != nil {
		t.Error(err)
	}
}

func texts(t *testing.T, database, sql string) []string {
	t.Helper()
	rows, err := connect(t, database).Query(t.Context(), sql)
	if err != nil {
		t.Fatal(err)
	}
	all, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	return all
}
