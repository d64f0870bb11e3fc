package main

import (
	"io"
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"innoatlas/geo/postgis/postgistest"
)

// noRedirects follows nothing.
var noRedirects = &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}

// read gives the status, the Location and the body of an answer.
func (s *server) read(t testing.TB, path string) (status int, location, body string) {
	t.Helper()
	response, err := noRedirects.Get(s.url + path)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, strings.TrimPrefix(response.Header.Get("Location"), s.url), string(text)
}

// office is a database in which records were changed, renamed, merged and deleted.
func office(t *testing.T) string {
	t.Helper()
	return postgistest.Copied(t, "office", func(database string) error {
		file := filepath.Join(t.TempDir(), "facilities.csv")
		const header = "slug,kind,name,name_zh,country,status,summary,location_precision,latitude,longitude\n"
		run := func(args ...string) { mustRun(t, append(args, "--database-url", database)...) }
		run("migrate")
		writeFile(t, file, header+"first,lab,First,,THA,operating,A,city,13.5,100.5\nsecond,lab,Second,,LAO,,,,,\nthird,lab,Third,,THA,,,,,\nfourth,lab,Fourth,,THA,,,,,\n")
		run("import", file)
		writeFile(t, file, header+"first,lab,First <b>lab</b>,,THA,closed,,site,13.75,100.25\n")
		run("import", file, "--as", "Somsri & co", "--reason", "its <i>closing</i>")
		run("rename", "second", "the-second")
		run("merge", "third", "first")
		run("delete", "fourth", "--reason", "there <b>twice</b>")
		return nil
	})
}

// What became of a record that is not under its address any more is told alike by the API and by the
// pages, whatever they read from.
func TestGoneAddresses(t *testing.T) {
	t.Parallel()
	database := office(t)
	for name, s := range map[string]*server{
		"follower":       startPlain(t, "--database-url", database),
		"reads database": startPlain(t, "--database-url", database, "--reads", "database"),
	} {
		for _, test := range []struct {
			path   string
			status int
			says   string
		}{
			{"/facilities/second?lang=zh", 308, "/facilities/the-second?lang=zh"},
			{"/facilities/third", 308, "/facilities/first"},
			{"/facilities/fourth?lang=th&f=html", 410, "there &lt;b&gt;twice&lt;/b&gt;"},
			{"/facilities/never", 404, ""},
			{"/institutions/never", 404, ""},
			{"/collections/facilities/items/second?lang=zh&f=html", 308, "/collections/facilities/items/the-second?lang=zh&f=html"},
			{"/collections/facilities/items/fourth", 410, `This record was deleted on 20`},
			{"/collections/facilities/items/4", 410, `Reason: there`},
			{"/collections/facilities/items/3", 308, "/collections/facilities/items/first"},
			{"/collections/facilities/items/never", 404, "no such record"},
			{"/collections/facilities/items/first", 200, "First"},
		} {
			if status, location, body := s.read(t, test.path); status != test.status || !strings.Contains(location+body, test.says) {
				t.Errorf("%s: %s: %d %s\n%s\nwant %d %s", name, test.path, status, location, body, test.status, test.says)
			}
		}
	}
}
