package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"innoatlas/geo/postgis/postgistest"
)

// mustRun runs the program and gives what it printed.
func mustRun(t testing.TB, args ...string) string {
	t.Helper()
	cmd := plainProgram(t, t.Context(), args...)
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
	return postgistest.Copied(t, "built-in", func(database string) error {
		mustRun(t, "migrate", "--database-url", database)
		if got := mustRun(t, "import", "../../geo/dataset/builtin", "--database-url", database); !strings.Contains(got,
			fmt.Sprintf("%d added, 0 changed, 0 unchanged", builtinFacilities(t))) {
			return fmt.Errorf("import printed %q", got)
		}
		return nil
	})
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
	"/collections/facilities/items?crs=http://www.opengis.net/def/crs/EPSG/0/4490&limit=20",
	"/collections/facilities/items?bbox=5,97,21,106&bbox-crs=http://www.opengis.net/def/crs/EPSG/0/4490",
	"/collections/facilities/items?filter=S_INTERSECTS(geometry,BBOX(5,97,21,106))&filter-crs=http://www.opengis.net/def/crs/EPSG/0/4490",
	"/collections/countries/items?crs=http://www.opengis.net/def/crs/EPSG/0/4490&country=THA&lang=zh-CN",
	"/data/facilities.csv?bom=0&country=LAO",
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
	"/collections/facilities/facets?established=2015..&lang=th",
	"/collections/facilities/matrix", "/collections/facilities/matrix?rows=precision&columns=status&established=..2015&country=THA,none&lang=my",
	"/collections/facilities/matrix?rows=sector&columns=kind&f=csv&lang=fil",
	"/?f=html", "/?f=html&country=THA,none&established=2015..&lang=lo&offset=3", "/embed?sector=new-energy&title=0&lang=km",
	"/facilities/hiseaton-brunei-cage-culture", "/facilities/hiseaton-brunei-cage-culture?lang=vi",
	"/countries/chn", "/countries/tha?lang=th", "/countries/fra", "/sectors/new-energy", "/sectors/new-energy?lang=zh",
	"/sitemap.xml", "/robots.txt",
	"/?f=json", "/tiles/WebMercatorQuad", "/tiles/WebMercatorQuad/tilejson", "/collections/facilities/tiles/WebMercatorQuad/tilejson", "/data/countries.geojson",
}

// changing are the parts of an answer that name the moment or the server, or lead to the history, which a database has.
var changing = regexp.MustCompile(`"timeStamp":\s*"[^"]*"|http://127\.0\.0\.1:\d+|\{"href":"[^"]*","rel":"version-history"[^}]*\},` +
	`|\n *<[^\n]*class="history[^\n]*>| · <a href="/changes\?[^"]*">[^<]*</a>`)

// TestStoresAnswerAlike: the built-in server, the follower and --reads database
// give the same bytes.
func TestStoresAnswerAlike(t *testing.T) {
	t.Parallel()
	database := filled(t)
	builtIn := startPlain(t)
	others := map[string]*server{
		"follower":       startPlain(t, "--database-url", database),
		"reads database": startPlain(t, "--database-url", database, "--reads", "database"),
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

// TestTermsTravel: a file says the same of its use, whether it is made in memory or in
// PostGIS, of the data set as it is and of an export that was imported again.
func TestTermsTravel(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "out.geojson")
	writeFile(t, file, mustRun(t, "export", "--format", "geojson"))
	direct, again := filled(t), postgistest.Bare(t)
	mustRun(t, "migrate", "--database-url", again)
	mustRun(t, "import", file, "--database-url", again)
	terms := regexp.MustCompile(`(?:Licence|Attribution): [^\n<]*`)
	want := terms.FindAllString(string(startPlain(t).get(t, "/data/facilities.kml")), -1)
	if len(want) != 2 || !strings.Contains(want[1], "GeoNames") {
		t.Fatalf("the built-in data set says %q", want)
	}
	for name, args := range map[string][]string{
		"a file": {"--data", file}, "a database": {"--database-url", direct}, "reads database": {"--database-url", direct, "--reads", "database"},
		"an export": {"--database-url", again},
	} {
		if got := terms.FindAllString(string(startPlain(t, args...).get(t, "/data/facilities.kml")), -1); !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	own := terms.FindAllString(string(startPlain(t, "--data", file, "--licence", "Ours", "--attribution", "We").get(t, "/data/facilities.kml")), -1)
	if len(own) != 2 || own[0] != "Licence: Ours" || !strings.HasPrefix(own[1], "Attribution: We · ") || !strings.Contains(own[1], "GeoNames") {
		t.Errorf("with flags: %q", own)
	}
}

// awkwardFacilities name no country, no town, no position, have markup for a name,
// stand at the ends of the world, or are of kinds and sectors that nothing describes.
const awkwardFacilities = `slug,kind,name,name_zh,name_local,name_local_lang,country,city,lon,lat,location_precision,sectors,partners,established,source_title,source_url
bare,shed,Bare,,,,,,,,,,,,,
hostile,shed,"</script><img src=x onerror=alert(1)>",,"""><b>",th,THA,"""><b>",100,15,site,a;b,</script> (CHN);x (ZZZ),2015,</script>,"https://example.org/""><script>"
local-only,shed,ຫ້ອງທົດລອງ,,ຫ້ອງທົດລອງ,lo,LAO,,,,,b,,987,,
pole,shed,Pole,,,,NOR,,0,90,city,,,,,
edge,tower,Edge,,,,FJI,,180,-17,city,a,,2100,,
other-edge,tower,Other edge,,,,FJI,,-180,-17,admin1,a;c,,1,,
no-outline,shed,Far away,,,,BVT,,,,,,,,,
`

// TestStoresAnswerAlikeOfAwkwardData: the same for records of which little is known, a
// data set with a great vocabulary of its own, and one record.
func TestStoresAnswerAlikeOfAwkwardData(t *testing.T) {
	t.Parallel()
	const header = "slug,kind,name,country,sectors\n"
	var many strings.Builder
	for i := range 300 {
		fmt.Fprintf(&many, "r%03d,kind-%03d,Record %d,THA,sector-%03d;sector-%03d\n", i, i, i, i, (i+1)%300)
	}
	for name, test := range map[string]struct {
		data  string
		paths []string
	}{
		"awkward": {awkwardFacilities, []string{
			"/facilities/bare", "/facilities/hostile?lang=th", "/facilities/local-only?lang=lo", "/facilities/pole", "/facilities/edge", "/facilities/other-edge",
			"/countries/tha", "/countries/fji", "/countries/nor", "/countries/bvt?lang=my", "/sectors/a", "/sectors/b?lang=zh", "/facilities/no-outline",
		}},
		"many values": {header + many.String(), []string{"/sectors/sector-007", "/countries/tha", "/facilities/r299", "/?f=html&kind=kind-017,kind-018&sector=sector-018"}},
		"one record":  {header + "only,lab,Only,LAO,\n", []string{"/facilities/only", "/countries/lao", "/countries/tha"}},
	} {
		t.Run(name, func(t *testing.T) {
			file, database := filepath.Join(t.TempDir(), "facilities.csv"), postgistest.Bare(t)
			writeFile(t, file, test.data)
			mustRun(t, "migrate", "--database-url", database)
			mustRun(t, "import", file, "--database-url", database)
			undated(t, database)
			fromFile, fromDatabase := startPlain(t, "--data", file), startPlain(t, "--database-url", database, "--reads", "database")
			for _, path := range append(test.paths, "/?f=html", "/?f=html&lang=th&established=..2000", "/embed", "/sitemap.xml", "/robots.txt",
				"/collections/facilities/facets", "/collections/facilities/matrix", "/collections/facilities/matrix?rows=kind&columns=precision&f=csv&lang=vi",
				"/collections/facilities/items?facets=established,kind:3") {
				want := changing.ReplaceAllString(string(fromFile.get(t, path)), "")
				if got := changing.ReplaceAllString(string(fromDatabase.get(t, path)), ""); got != want {
					t.Errorf("%s\n%s", path, firstDifference(want, got))
				}
				if strings.HasPrefix(want, "<!DOCTYPE") && strings.Contains(want, "<img src=x") || strings.Contains(want, "ZgotmplZ") {
					t.Errorf("%s shows what a record has as markup", path)
				}
			}
		})
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
	t.Parallel()
	database := filled(t)
	servers := map[string]*server{
		"follower":       start(t, "--database-url", database),
		"reads database": start(t, "--database-url", database, "--reads", "database"),
	}
	if got := mustRun(t, "import", "../../geo/dataset/builtin", "--database-url", database); !strings.Contains(got,
		fmt.Sprintf("0 added, 0 changed, %d unchanged", builtinFacilities(t))) {
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
	if n, want := servers["reads database"].matched(t, "/collections/facilities/items?limit=1"), builtinFacilities(t)+1; n != want {
		t.Errorf("%d records after a refused import, want %d", n, want)
	}
}

// TestNothingIsNoImport: a file that gives no record is an error, and a message says what
// to do.
func TestNothingIsNoImport(t *testing.T) {
	t.Parallel()
	for name, content := range map[string]string{
		"empty.csv": "", "heading.csv": "slug,kind,name\r\n", "cr.csv": "slug,kind,name\ra,lab,A\r", "none.geojson": `{"type":"FeatureCollection","features":[]}`,
	} {
		file := filepath.Join(t.TempDir(), name)
		writeFile(t, file, content)
		for _, args := range [][]string{
			{"import", file, "--database-url", "postgres://127.0.0.1:1/none"}, {"export", "--data", file}, {"--data", file, "--listen", "127.0.0.1:0"},
		} {
			if stdout, stderr, code := output(t, args...); code == 0 || stdout != "" || !strings.Contains(stderr, name) {
				t.Errorf("%s of %s: exit code %d, %q, %s", args[0], name, code, stdout, stderr)
			}
		}
	}
}

// TestDatabaseNotMigrated: a database without tables is an error that says how to make them.
func TestDatabaseNotMigrated(t *testing.T) {
	t.Parallel()
	database := postgistest.Bare(t)
	_, stderr, code := output(t, "--database-url", database, "--database-wait", "0s")
	if code == 0 || !strings.Contains(stderr, "innoatlas migrate") {
		t.Errorf("exit code %d: %s", code, stderr)
	}
	s := startPlain(t, "--database-url", database, "--migrate")
	if n := s.matched(t, "/collections/facilities/items"); n != 0 {
		t.Errorf("%d records in a new database", n)
	}
	var readiness struct{ Status string }
	if err := json.Unmarshal(s.get(t, "/readyz"), &readiness); err != nil {
		t.Error(err)
	}
}

// TestChangedTables: with --reads database, a label that a hand set to a number is 503 to
// requests and in readiness, told as what it is; mended, all is answered again.
func TestChangedTables(t *testing.T) {
	t.Parallel()
	database := filled(t)
	s, hand := startPlain(t, "--database-url", database, "--reads", "database"), connect(t, database)
	execute(t, hand, `UPDATE kind SET labels = '{"en": 5}' WHERE id = 'joint-laboratory'`)
	status := func(path string) (int, string) {
		response, body := ask(s.url + path)
		return response.StatusCode, string(body)
	}
	eventually(t, "readiness says so", func() bool {
		code, body := status("/readyz")
		return code == http.StatusServiceUnavailable && strings.Contains(body, "somebody changed the tables")
	})
	for _, path := range []string{"/collections/facilities/items", "/collections/facilities/facets", "/collections/countries/items/tha", "/data/facilities.csv"} {
		if code, body := status(path); code != http.StatusServiceUnavailable || !strings.Contains(body, "somebody changed its tables") || strings.Contains(body, "labels") {
			t.Errorf("%s: %d %s", path, code, body)
		}
	}
	execute(t, hand, `UPDATE kind SET labels = '{"en": "Joint laboratory"}' WHERE id = 'joint-laboratory'`)
	for _, path := range []string{"/collections/facilities/items", "/readyz"} {
		eventually(t, path+" is answered again", func() bool { code, _ := status(path); return code == http.StatusOK })
	}
	s.stop(t)
	if log := s.logs.String(); !strings.Contains(log, `"msg":"the database cannot be read"`) || !strings.Contains(log, "labels") {
		t.Errorf("the log does not say what to mend:\n%s", log)
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
	for deadline := time.Now().Add(30 * time.Second); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		if holds() {
			return
		}
	}
	t.Errorf("%s: not within 30 s", what)
}

// undated makes records say as little of when they were changed as files do.
func undated(t *testing.T, database string) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), database)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.WithoutCancel(t.Context()))
	if _, err := conn.Exec(t.Context(), `ALTER TABLE facility DISABLE TRIGGER USER; UPDATE facility SET updated = NULL; ALTER TABLE facility ENABLE TRIGGER USER`); err != nil {
		t.Fatal(err)
	}
}
