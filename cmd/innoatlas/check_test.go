package main

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"innoatlas/geo/postgis/postgistest"
)

// What a database holds of before, and no import would take today, is named with what mends it, and the
// server goes on meanwhile.
func TestMigrateNamesWhatIsWanting(t *testing.T) {
	t.Parallel()
	database, file := postgistest.Bare(t), filepath.Join(t.TempDir(), "facilities.csv")
	mustRun(t, "migrate", "--database-url", database)
	writeFile(t, file, "slug,kind,name,edition,established\nfirst,lab,First,7,2000\n")
	mustRun(t, "import", file, "--database-url", database)
	if _, errs, _ := output(t, "migrate", "--database-url", database); strings.Contains(errs, "note:") {
		t.Errorf("of a good database: %s", errs)
	}
	writeFile(t, file, "slug,kind,name,successor\nfirst,,,never\n")
	if _, errs, _ := output(t, "import", file, "--database-url", database); strings.Count(errs, "no record has the slug of a successor: never") != 1 {
		t.Errorf("of a successor that is not there: %s", errs)
	}
	writeFile(t, file, "slug,kind,name,successor\nsecond,lab,Second,first\n")
	if _, errs, _ := output(t, "import", file, "--database-url", database); strings.Contains(errs, "successor") {
		t.Errorf("of a successor that the database has: %s", errs)
	}
	mustRun(t, "delete", "second", "--reason", "a test", "--database-url", database)
	conn, err := pgx.Connect(t.Context(), database)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	for _, sql := range []string{
		`INSERT INTO institutions (id, slug, geom, zorder) VALUES (1, 'nameless', ST_SetSRID(ST_MakePoint(100, 13), 4326), 1)`,
		`INSERT INTO projects (id, slug) VALUES (1, 'no-name')`,
		`UPDATE own_field SET name = 'version'`, `UPDATE facility SET own = '{"version": 7}'`,
	} {
		if _, err := conn.Exec(t.Context(), sql); err != nil {
			t.Fatalf("%s: %v", sql, err)
		}
	}
	_, errs, code := output(t, "migrate", "--database-url", database)
	for _, want := range []string{
		"of the institutions 1 have no name; import a file of slug,name: nameless", "of the projects 1 have no name", "do not say how exact it is",
		"innoatlas fields rename version own_version --collection facilities",
	} {
		if code != 0 || !strings.Contains(errs, want) {
			t.Errorf("%d, no %q:\n%s", code, want, errs)
		}
	}
	for name, s := range map[string]*server{
		"follower": startPlain(t, "--database-url", database), "reads database": startPlain(t, "--database-url", database, "--reads", "database"),
	} {
		for _, path := range []string{
			"/collections/facilities/items", "/facilities/first", "/institutions/nameless", "/projects/no-name", "/data/facilities.csv",
			"/collections/facilities/queryables",
		} {
			if status, _, body := s.read(t, path); status != 200 {
				t.Errorf("%s: %s: %d %.300s", name, path, status, body)
			}
		}
	}
	mustRun(t, "fields", "rename", "version", "own_version", "--collection", "facilities", "--database-url", database)
	if out := mustRun(t, "export", "--database-url", database); !strings.Contains(out, ",own_version") || !strings.Contains(out, ",7\r\n") {
		t.Errorf("renamed: %s", out)
	}
}
