package pages

import (
	"encoding/json"
	"encoding/xml"
	"net/http"
	"strings"
	"testing"
	"time"

	"innoatlas/api"
	"innoatlas/api/apitest"
	"innoatlas/geo"
	"innoatlas/geo/cql2"
	"innoatlas/geo/memory"
	"innoatlas/texts"
)

// recounted is a history of a record that is there and of one that is not.
func recounted() *apitest.History {
	h := &apitest.History{Is: geo.Kept{Last: 3, From: time.Date(2026, 2, 1, 0, 0, 1, 0, time.UTC)},
		Gones: map[string]geo.Gone{"gone-lab": apitest.Deleted("there twice"), "old": {Now: "solar-lab-bangkok"}}}
	add := func(op geo.ChangeOp, id int64, key string, before, after map[string]json.RawMessage) {
		n := int64(len(h.Changes) + 1)
		h.Changes = append(h.Changes, geo.Change{Number: n, Op: op, Collection: "facilities", ID: id, Key: key, Version: int(n), Before: before, After: after,
			Revision: geo.Revision{Number: n, At: time.Date(2026, 2, 1, 0, 0, int(n), 0, time.UTC), Author: "Somsri & co", Reason: "<i>why</i>\x01"}})
	}
	add(geo.Added, 1, "solar-lab-bangkok", nil, nil)
	add(geo.Changed, 1, "solar-lab-bangkok", map[string]json.RawMessage{"status": json.RawMessage(`"planned"`), "city": json.RawMessage(`"<b>Old</b>"`),
		"own.secret": json.RawMessage(`"sesame"`)},
		map[string]json.RawMessage{"status": json.RawMessage(`"operating"`), "city": json.RawMessage(`null`)})
	add(geo.Deleted, 99, "gone-lab", map[string]json.RawMessage{"name": json.RawMessage(`"Gone <b>lab</b>"`)}, nil)
	return h
}

func serveHistory(h geo.History) *api.Server {
	s := api.New(memory.New(apitest.Dataset()), api.Config{BaseURL: "https://atlas.example.org", History: h, Authors: true, Now: apitest.Now})
	Register(s)
	return s
}

func TestWhatChanged(t *testing.T) {
	h := recounted()
	s := serveHistory(h)
	for _, l := range texts.Languages {
		got := apitest.Get(t, s, "/changes?lang="+l.Code)
		body := got.Body.String()
		if got.Code != http.StatusOK || !strings.Contains(body, "<h1>"+texts.In(l.Code).T("changes.title")+"</h1>") {
			t.Errorf("%s: %d\n%.300s", l.Code, got.Code, body)
		}
		for _, want := range []string{
			"Gone &lt;b&gt;lab&lt;/b&gt;", "<del>&lt;b&gt;Old&lt;/b&gt;</del>", "Somsri &amp; co", "&lt;i&gt;why",
			`href="/facilities/solar-lab-bangkok?lang=` + l.Code + `"`,
		} {
			if !strings.Contains(body, want) {
				t.Errorf("%s: no %s", l.Code, want)
			}
		}
		if strings.Contains(body, "sesame") || strings.Contains(body, "secret") {
			t.Errorf("%s: the page has a secret", l.Code)
		}
	}
	for path, want := range map[string]string{
		"/changes?since=2026-01-31":                               "Gone &lt;b&gt;lab",
		"/changes?since=2027-01-01":                               "No change was found.",
		"/changes?collection=projects":                            "No change was found.",
		"/changes?collection=facilities&record=solar-lab-bangkok": "What changed in this record",
		"/changes?since=yesterday&country=xx&nonsense=1":          "yesterday",
		"/changes?country=tha&before=2":                           "New",
		"/facilities/solar-lab-bangkok":                           `<p class="history"><a href="/changes?collection=facilities&amp;record=solar-lab-bangkok">`,
		"/?f=html":                                                `<a href="/changes?lang=en">`,
		"/countries/tha":                                          `<p class="history"><a href="/changes?collection=countries&amp;record=tha">`,
	} {
		if got := apitest.Get(t, s, path); got.Code != http.StatusOK || !strings.Contains(got.Body.String(), want) {
			t.Errorf("%s: %d, no %s\n%.2000s", path, got.Code, want, got.Body)
		}
	}
	if got := apitest.Get(t, s, "/facilities/gone-lab?lang=zh", "Accept", "text/html"); got.Code != http.StatusGone ||
		!strings.Contains(got.Body.String(), "该记录已于 2026-02-03 被删除。 原因：there twice") {
		t.Errorf("of a record that was deleted: %d\n%s", got.Code, got.Body)
	}
	if got := apitest.Get(t, s, "/facilities/old?lang=zh&utm_source=x"); got.Code != http.StatusPermanentRedirect ||
		got.Header().Get("Location") != "https://atlas.example.org/facilities/solar-lab-bangkok?lang=zh" {
		t.Errorf("of a record that was renamed: %d %s", got.Code, got.Header().Get("Location"))
	}
	h.Err = geo.ErrUnavailable
	if got := apitest.Get(t, s, "/changes?lang=th"); got.Code != http.StatusServiceUnavailable {
		t.Errorf("without a database: %d", got.Code)
	}
	without := serveHistory(nil)
	if got := apitest.Get(t, without, "/changes"); got.Code != http.StatusNotFound {
		t.Errorf("without a history: %d", got.Code)
	}
	for _, path := range []string{"/?f=html", "/facilities/solar-lab-bangkok", "/countries/tha"} {
		if body := apitest.Get(t, without, path).Body.String(); strings.Contains(body, "/changes") || strings.Contains(body, "feed.atom") {
			t.Errorf("%s leads to a history that is not there", path)
		}
	}
}

// A feed is valid Atom: each entry has a name that stays, a time, an author and a link, and nothing of
// a record is markup.
func TestFeed(t *testing.T) {
	h := recounted()
	h.Changes = append(h.Changes, h.Changes[1])
	h.Changes[3].Number, h.Changes[3].Part = 4, "sources"
	h.Changes[3].Before = map[string]json.RawMessage{"1": json.RawMessage(`{"url": "https://example.org/?a&b"}`)}
	h.Changes[3].After = nil
	h.Changes[2], h.Changes[3] = h.Changes[3], h.Changes[2] // in the order of revisions
	s := serveHistory(h)
	read := func(path string) (feed atomFeed) {
		t.Helper()
		got := apitest.Get(t, s, path)
		if got.Code != http.StatusOK || got.Header().Get("Content-Type") != feedType || got.Header().Get("ETag") == "" {
			t.Fatalf("%s: %d %v\n%s", path, got.Code, got.Header(), got.Body)
		}
		if err := xml.Unmarshal(got.Body.Bytes(), &feed); err != nil {
			t.Fatalf("%s: %v\n%s", path, err, got.Body)
		}
		if strings.Contains(got.Body.String(), "sesame") || strings.ContainsRune(got.Body.String(), 1) {
			t.Errorf("%s: it has what it must not", path)
		}
		seen := map[string]bool{}
		for _, one := range append([]atomEntry{{ID: feed.ID, Title: feed.Title, Updated: feed.Updated, Author: feed.Author, Link: feed.Links[0]}}, feed.Entries...) {
			if _, err := time.Parse(time.RFC3339, one.Updated); err != nil || seen[one.ID] || !strings.HasPrefix(one.ID, "tag:atlas.example.org,2026:") ||
				one.Title == "" || one.Author.Name == "" || !strings.HasPrefix(one.Link.Href, "https://atlas.example.org/") {
				t.Errorf("%s: %+v", path, one)
			}
			seen[one.ID] = true
		}
		return feed
	}
	all := read("/feed.atom?utm_source=x")
	if len(all.Entries) != 3 || all.Entries[0].Title != "Gone <b>lab</b>: Deleted" || all.Entries[0].ID != "tag:atlas.example.org,2026:facilities/99/3" ||
		all.Updated != all.Entries[0].Updated {
		t.Errorf("%+v", all)
	}
	if edit := all.Entries[1]; !strings.Contains(edit.Summary, "planned → operating") && !strings.Contains(edit.Summary, "Planned") ||
		!strings.Contains(edit.Summary, "https://example.org/?a&b") {
		t.Errorf("%q", edit.Summary)
	}
	if self := all.Links[0]; self.Rel != "self" || self.Href != "https://atlas.example.org/feed.atom" {
		t.Errorf("%+v", all.Links)
	}
	chosen := read("/feed.atom?country=THA&lang=zh")
	if len(chosen.Entries) != 2 || chosen.Lang != "zh" || chosen.ID != "tag:atlas.example.org,2026:feed?country=THA" ||
		chosen.Links[0].Href != "https://atlas.example.org/feed.atom?country=THA&lang=zh" {
		t.Errorf("%+v", chosen)
	}
	if none := read("/feed.atom?q=nothing+like+this"); len(none.Entries) != 0 {
		t.Errorf("%+v", none)
	}
	for path, want := range map[string]int{"/feed.atom?country=XXX": 400, "/feed.atom?contry=THA": 400} {
		if got := apitest.Get(t, s, path); got.Code != want {
			t.Errorf("%s: %d, want %d", path, got.Code, want)
		}
	}
	for path, want := range map[string]string{
		"/?f=html&country=THA&view=list": `href="/feed.atom?country=THA"`, "/countries/tha?lang=zh": `href="/feed.atom?country=THA&amp;lang=zh"`,
	} {
		if got := apitest.Get(t, s, path); !strings.Contains(got.Body.String(), want) {
			t.Errorf("%s: no %s", path, want)
		}
	}
	if got := apitest.Get(t, serveHistory(nil), "/feed.atom"); got.Code != http.StatusNotFound {
		t.Errorf("without a history: %d", got.Code)
	}
}

// Pages of records say when these were changed last, in each language, and lead to what changed where
// that is known.
func TestLastChanged(t *testing.T) {
	ds := cooperating()
	day := time.Date(2026, 2, 3, 23, 0, 0, 0, time.UTC)
	for _, c := range []*geo.Collection{geo.Institutions, geo.Projects} {
		c.Field("updated").Set(&ds.Records[c.ID][0], cql2.TimestampOf(day))
	}
	ds.Facilities[0].Updated = day
	store := memory.New(ds)
	with := api.New(store, api.Config{BaseURL: "https://atlas.example.org", History: recounted(), Now: apitest.Now})
	Register(with)
	without := newServer(store, fixtureConfig())
	for _, l := range texts.Languages {
		in := texts.In(l.Code)
		for collection, slug := range map[string]string{
			"facilities": ds.Facilities[0].Slug, "institutions": ds.Records["institutions"][0].Slug, "projects": ds.Records["projects"][0].Slug,
		} {
			path := "/" + collection + "/" + slug + "?lang=" + l.Code
			says := in.T("card.updated", "date", "2026-02-03") + "</p>"
			leads := `<p class="history"><a href="/changes?collection=` + collection + `&amp;lang=` + l.Code + `&amp;record=` + slug + `">` + in.T("changes.of_record")
			body, plain := apitest.Get(t, with, path).Body.String(), apitest.Get(t, without, path).Body.String()
			if !strings.Contains(body, says) || strings.Count(body, leads) != 2 || !strings.Contains(plain, says) || strings.Contains(plain, "/changes") {
				t.Errorf("%s: %t, %d times; without a history %t", path, strings.Contains(body, says), strings.Count(body, leads), strings.Contains(plain, says))
			}
		}
	}
	if body := apitest.Get(t, with, "/projects/letter").Body.String(); strings.Contains(body, "Last changed") {
		t.Error("a project of which nobody says when it was changed")
	}
}

// Who changed what is a person's name, and nobody reads it unless whoever serves it says so.
func TestAuthorsAreNotShown(t *testing.T) {
	s := api.New(memory.New(apitest.Dataset()), api.Config{BaseURL: "https://atlas.example.org", History: recounted(), Now: apitest.Now})
	Register(s)
	for _, path := range []string{
		"/changes", "/changes?collection=facilities&record=solar-lab-bangkok&lang=zh", "/feed.atom", "/feed.atom?country=THA",
		"/collections/facilities/changes?f=html", "/collections/facilities/items/solar-lab-bangkok/history", "/collections/facilities/items/solar-lab-bangkok/history?f=html",
	} {
		for name, shows := range map[*api.Server]bool{s: false, serveHistory(recounted()): true} {
			got := apitest.Get(t, name, path)
			if got.Code != http.StatusOK || strings.Contains(got.Body.String(), "Somsri") != shows {
				t.Errorf("%s: %d, shows the author %t, want %t\n%.600s", path, got.Code, !shows, shows, got.Body)
			}
		}
	}
	if body := apitest.Get(t, s, "/changes").Body.String(); strings.Contains(body, `<th scope="col">`+texts.In("en").T("changes.author")) {
		t.Error("a column of authors that are not shown")
	}
}
