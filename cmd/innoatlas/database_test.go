package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"innoatlas/geo/postgis/postgistest"
)

// mustRun runs the program and gives what it printed.
func mustRun(t testing.TB, args ...string) string {
	t.Helper()
	cmd := program(t.Context(), args...)
	var errs strings.Builder
	cmd.Stderr = &errs
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("innoatlas %s: %v\n%s", strings.Join(args, " "), err, errs.String())
	}
	return string(out)
}

// filled is a migrated database with the built-in data set in it.
func filled(t testing.TB) string {
	t.Helper()
	database := postgistest.Bare(t)
	mustRun(t, "migrate", "--database-url", database)
	if got := mustRun(t, "import", "../../geo/dataset/builtin", "--database-url", database); !strings.Contains(got, "158 added, 0 changed, 0 unchanged") {
		t.Fatalf("import printed %q", got)
	}
	return database
}

// answers are the requests in which the stores are compared byte for byte.
var answers = []string{
	"/collections", "/collections/facilities", "/collections/countries",
	"/collections/facilities/items?limit=7&offset=20",
	"/collections/facilities/items?country=THA&sector=new-energy",
	"/collections/facilities/items?precision=none",
	"/collections/facilities/items?q=农业",
	"/collections/facilities/items?q=hà+nội",
	"/collections/facilities/items?bbox=170,-60,-100,80&limit=3",
	"/collections/facilities/items?established=2015..2024&sortby=-established,name",
	"/collections/facilities/items?datetime=2015-01-01/..&limit=50",
	"/collections/facilities/items/hiseaton-brunei-cage-culture",
	"/collections/facilities/items/1",
	"/collections/facilities/facets?country=THA,LAO",
	"/collections/facilities/clusters?zoom=0",
	"/collections/facilities/clusters?zoom=5&bbox=90,-11,125,30&kind=joint-laboratory",
	"/collections/countries/items?country=THA,CHN",
	"/collections/countries/items?bbox=177,-20,-178,-10&sortby=-facilities",
	"/collections/countries/facets", "/collections/countries/items/tha",
	"/data/facilities.csv?sector=modern-agriculture",
	"/data/facilities.geojson",
}

// changing are the parts of an answer that name the moment or the server.
var changing = regexp.MustCompile(`"timeStamp":\s*"[^"]*"|http://127\.0\.0\.1:\d+`)

// TestStoresAnswerAlike: the built-in server, the follower and --reads database
// give the same bytes.
func TestStoresAnswerAlike(t *testing.T) {
	database := filled(t)
	builtIn := start(t)
	others := map[string]*server{
		"follower":       start(t, "--database-url", database),
		"reads database": start(t, "--database-url", database, "--reads", "database"),
	}
	for _, path := range answers {
		want := changing.ReplaceAllString(string(builtIn.get(t, path)), "")
		for name, s := range others {
			if got := changing.ReplaceAllString(string(s.get(t, path)), ""); got != want {
				t.Errorf("%s: %s answers otherwise\n%s", path, name, firstDifference(want, got))
			}
		}
	}
}

func firstDifference(a, b string) string {
	i := 0
	for i < min(len(a), len(b)) && a[i] == b[i] {
		i++
	}
	from := max(0, i-80)
	return fmt.Sprintf("at byte %d:\n  built in %.200q\n  other    %.200q", i, a[from:], b[from:])
}

// TestImportIsSeen: an import shows on running servers, repeated it changes
// nothing, and a bad one leaves all as it was.
func TestImportIsSeen(t *testing.T) {
	database := filled(t)
	servers := map[string]*server{
		"follower":       start(t, "--database-url", database),
		"reads database": start(t, "--database-url", database, "--reads", "database"),
	}
	if got := mustRun(t, "import", "../../geo/dataset/builtin", "--database-url", database); !strings.Contains(got, "0 added, 0 changed, 158 unchanged") {
		t.Errorf("the second import printed %q", got)
	}
	file := filepath.Join(t.TempDir(), "more.csv")
	writeFile(t, file, "slug,kind,name,country,lon,lat\nnew-lab,joint-laboratory,New lab,TH,100.5,13.75\n")
	if got := mustRun(t, "import", file, "--database-url", database); !strings.Contains(got, "1 added, 0 changed, 0 unchanged") {
		t.Errorf("the import of one record printed %q", got)
	}
	for name, s := range servers {
		eventually(t, name+" shows the new record", func() bool {
			return s.matched(t, "/collections/facilities/items?country=THA&limit=1") == 23
		})
	}
	writeFile(t, file, "slug,kind,name\nanother-lab,joint-laboratory,Another\nwrong-lab,zoo,Wrong\n")
	if _, stderr, code := output(t, "import", file, "--database-url", database); code == 0 || !strings.Contains(stderr, "zoo") || !strings.Contains(stderr, "agricultural-park") {
		t.Errorf("a kind that the database does not know: exit code %d, %s", code, stderr)
	}
	if n := servers["reads database"].matched(t, "/collections/facilities/items?limit=1"); n != 159 {
		t.Errorf("%d records after a refused import, want 159", n)
	}
}

// TestDatabaseNotMigrated: a database without tables is an error that says how to make them.
func TestDatabaseNotMigrated(t *testing.T) {
	database := postgistest.Bare(t)
	_, stderr, code := output(t, "--database-url", database, "--database-wait", "0s")
	if code == 0 || !strings.Contains(stderr, "innoatlas migrate") {
		t.Errorf("exit code %d: %s", code, stderr)
	}
	s := start(t, "--database-url", database, "--migrate")
	if n := s.matched(t, "/collections/facilities/items"); n != 0 {
		t.Errorf("%d records in a new database", n)
	}
	var readiness struct{ Status string }
	if err := json.Unmarshal(s.get(t, "/readyz"), &readiness); err != nil {
		t.Error(err)
	}
}

func writeFile(t *testing.T, name, text string) {
	t.Helper()
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func eventually(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		if holds() {
			return
		}
	}
	t.Errorf("%s: not within 10 s", what)
}
