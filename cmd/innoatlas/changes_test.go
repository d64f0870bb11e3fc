package main

import (
	"encoding/json"
	"fmt"
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

// What is told of changes is what was done, and nothing of it is there without a database.
func TestChangesAreTold(t *testing.T) {
	t.Parallel()
	database := office(t)
	for name, s := range map[string]*server{
		"follower":       startPlain(t, "--database-url", database, "--show-authors"),
		"reads database": startPlain(t, "--database-url", database, "--reads", "database", "--show-authors"),
	} {
		var first struct {
			Changes []struct {
				Op, Author, Source, Reason string
				Fields                     []struct{ Name, Was, Is any }
			}
		}
		if err := json.Unmarshal(s.get(t, "/collections/facilities/items/first/history"), &first); err != nil {
			t.Fatal(err)
		}
		if n := len(first.Changes); n < 3 || first.Changes[n-1].Op != "added" {
			t.Fatalf("%s: %+v", name, first)
		}
		closing := first.Changes[len(first.Changes)-2]
		if closing.Author != "Somsri & co" || closing.Source != "facilities.csv" || closing.Reason != "its <i>closing</i>" {
			t.Errorf("%s: %+v", name, closing)
		}
		says := fmt.Sprint(closing.Fields)
		for _, want := range []string{"{name First First <b>lab</b>}", "{precision city site}", "{status operating closed}", "{position [100.5 13.5] [100.25 13.75]}"} {
			if !strings.Contains(says, want) {
				t.Errorf("%s: %s says not %s", name, says, want)
			}
		}
		var all struct {
			Revision int64
			Changes  []struct {
				Slug, Op string
				Revision int64
				Fields   []string
			}
		}
		if err := json.Unmarshal(s.get(t, "/collections/facilities/changes"), &all); err != nil || len(all.Changes) < 8 || all.Changes[len(all.Changes)-1].Op != "deleted" {
			t.Fatalf("%s: %v %+v", name, err, all)
		}
		if status, _, body := s.read(t, fmt.Sprintf("/collections/facilities/changes?since=%d", all.Revision)); status != 200 || !strings.Contains(body, `"changes":[]`) {
			t.Errorf("%s: since the newest revision: %d %s", name, status, body)
		}
		if status, _, _ := s.read(t, "/collections/facilities/changes?since=1999-01-01T00:00:00Z"); status != 410 {
			t.Errorf("%s: since a time before the first revision: %d", name, status)
		}
		if status, _, body := s.read(t, "/collections/facilities/items/fourth/history?f=html"); status != 200 || !strings.Contains(body, "there &lt;b&gt;twice") {
			t.Errorf("%s: of a record that was deleted: %d %s", name, status, body)
		}
		for path, entries := range map[string]int{"/feed.atom?country=THA": 3, "/feed.atom": 9} { // of first: added, closed, merged into
			if _, _, body := s.read(t, path); strings.Count(body, "<entry>") != entries || strings.Contains(body, "<b>") {
				t.Errorf("%s: %s has %d entries, want %d\n%s", name, path, strings.Count(body, "<entry>"), entries, body)
			}
		}
		if status, _, body := s.read(t, "/changes?country=THA"); status != 200 || !strings.Contains(body, "Somsri &amp; co") || strings.Contains(body, "the-second") {
			t.Errorf("%s: what changed in a country: %d %s", name, status, body)
		}
		if status, location, _ := s.read(t, "/collections/facilities/items/third/history"); status != 308 || location != "/collections/facilities/items/first/history" {
			t.Errorf("%s: of a record that was merged: %d %s", name, status, location)
		}
	}
	without := startPlain(t)
	for _, path := range []string{"/collections/facilities/changes", "/changes", "/feed.atom"} {
		if status, _, _ := without.read(t, path); status != 404 {
			t.Errorf("%s without a database: %d", path, status)
		}
	}
}
