package api

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"innoatlas/api/apitest"
	"innoatlas/geo"
)

// recounted are changes of the first record, one of a country, and one of a record that is gone.
func recounted() *apitest.History {
	raw := func(text string) map[string]json.RawMessage {
		var values map[string]json.RawMessage
		if err := json.Unmarshal([]byte(text), &values); err != nil {
			panic(err)
		}
		return values
	}
	h := &apitest.History{Is: geo.Kept{After: 3, Last: 8, From: time.Date(2026, 2, 1, 0, 0, 4, 0, time.UTC)},
		Gones: map[string]geo.Gone{"gone-lab": apitest.Deleted("twice"), "old": {Now: "nowhere"}}}
	add := func(revision int64, op geo.ChangeOp, collection string, id int64, key, part, before, after string) {
		h.Changes = append(h.Changes, geo.Change{
			Number: int64(len(h.Changes) + 1), Op: op, Collection: collection, ID: id, Key: key, Part: part, Version: int(revision), Line: 2, Before: raw(before),
			After: raw(after),
			Revision: geo.Revision{Number: revision, At: time.Date(2026, 2, 1, 0, 0, int(revision), 0, time.UTC), Author: "Somsri & <co>",
				Source: `C:\Users\somsri\facilities.csv`, Reason: "<i>why</i>"},
		})
	}
	add(4, geo.Added, "facilities", 1, "first", "", `null`, `null`)
	add(5, geo.Changed, "facilities", 1, "first", "", `{"name": "A <b>", "precision": "city", "own.secret": "x", "takes_part": ["THA"], "search_text": "x",
		"geom": "0101000020E610000000000000002059400000000000002B40"}`, `{"name": "B", "precision": null, "own.secret": "hidden", "takes_part": null, "search_text": "y",
			"geom": null}`)
	add(5, geo.Changed, "facilities", 1, "first", "", `{"own.secret": "hidden"}`, `{"own.secret": null}`)
	add(6, geo.Changed, "facilities", 1, "first", "texts", `{"th/summary": {"lang": "th", "field": "summary", "text": "ก", "origin": "machine", "record": 1}, "th/secret": `+
		`{"text": "hidden"}}`,
		`{"th/summary": {"text": "ข", "origin": "person"}}`)
	add(6, geo.Changed, "facilities", 1, "first", "sources", `{"1": {"facility_id": 1, "position": 1, "url": "https://example.org", "title": null}}`, `null`)
	add(7, geo.Deleted, "facilities", 9, "gone-lab", "", `{"name": "Gone", "own": {"secret": "hidden"}}`, `null`)
	add(8, geo.Changed, "countries", 764, "THA", "", `{"names": {"en": "Siam", "zh": "暹罗"}}`, `{"names": {"en": "Thailand", "zh": "暹罗"}}`)
	return h
}

func TestGoldenHistory(t *testing.T) {
	s := newHistoryServer(recounted())
	const html = "text/html,application/xhtml+xml,*/*;q=0.8"
	for _, test := range []struct{ name, target, accept string }{
		{"history", "/collections/facilities/items/1/history", ""},
		{"history-gone", "/collections/facilities/items/gone-lab/history", ""},
		{"history-country", "/collections/countries/items/tha/history", ""},
		{"history-html", "/collections/facilities/items/1/history?lang=zh", html},
		{"changes", "/collections/facilities/changes?since=4&limit=2", ""},
		{"changes-unknown", "/collections/facilities/changes?since=2", ""},
		{"changes-html", "/collections/facilities/changes", html},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := transcript(t, get(t, s, test.target, "Accept", test.accept))
			for _, secret := range []string{"hidden", "secret", "search_text", "takes_part", "somsri", "<i>"} {
				if strings.Contains(string(got), secret) && !(secret == "<i>" && test.accept == "") {
					t.Errorf("it says %s", secret)
				}
			}
			compareGolden(t, test.name, got)
		})
	}
}

// Pages lead from one to the next, and each change is in one of them.
func TestHistoryIsPaged(t *testing.T) {
	s := newHistoryServer(recounted())
	for _, test := range []struct {
		path string
		want string // revisions
	}{
		{"/collections/facilities/items/1/history?limit=1", "[6 6 5 4]"},
		{"/collections/facilities/changes?limit=2", "[4 5 6 6 7]"},
		{"/collections/facilities/changes?limit=2&since=2026-02-01T00:00:05Z", "[6 6 7]"},
		{"/collections/facilities/changes?since=8", "[]"},
		{"/collections/facilities/changes?since=3&limit=99999", "[4 5 6 6 7]"},
	} {
		revisions := []int64{}
		for path, pages := test.path, 0; path != ""; pages++ {
			got := get(t, s, path)
			var doc struct {
				Changes []struct{ Revision int64 }
				Links   []Link
			}
			if err := json.Unmarshal(got.Body.Bytes(), &doc); err != nil || got.Code != 200 || pages > 9 {
				t.Fatalf("%s: %d %v\n%s", path, got.Code, err, got.Body)
			}
			for _, c := range doc.Changes {
				revisions = append(revisions, c.Revision)
			}
			path = ""
			for _, l := range doc.Links {
				if l.Rel == "next" {
					path = strings.TrimPrefix(l.Href, "http://localhost:8080")
				}
			}
		}
		if got := fmt.Sprint(revisions); got != test.want {
			t.Errorf("%s: %s, want %s", test.path, got, test.want)
		}
	}
}

func TestHistoryStatuses(t *testing.T) {
	h := recounted()
	s := newHistoryServer(h)
	for path, want := range map[string]int{
		"/collections/facilities/changes?since=2":                    410,
		"/collections/facilities/changes?since=9":                    410,
		"/collections/facilities/changes?since=2020-01-01T00:00:00Z": 410,
		"/collections/facilities/changes?since=yesterday":            400,
		"/collections/facilities/changes?since=-1":                   400,
		"/collections/facilities/changes?after=x":                    400,
		"/collections/facilities/changes?limit=0":                    400,
		"/collections/facilities/changes?sinse=1":                    400,
		"/collections/partnerships/changes":                          404,
		"/collections/facilities/items/never/history":                404,
		"/collections/facilities/items/old/history?limit=3":          308,
	} {
		if got := get(t, s, path); got.Code != want {
			t.Errorf("%s: %d, want %d\n%s", path, got.Code, want, got.Body)
		}
	}
	tag := get(t, s, "/collections/facilities/changes").Header().Get("ETag")
	if got := get(t, s, "/collections/facilities/changes", "If-None-Match", tag); tag == "" || got.Code != http.StatusNotModified {
		t.Errorf("with its own tag %q: %d", tag, got.Code)
	}
	if got := get(t, s, "/api"); !strings.Contains(got.Body.String(), `"/collections/facilities/changes"`) ||
		strings.Contains(got.Body.String(), "/collections/partnerships/changes") {
		t.Error("the definition has not the changes of facilities alone")
	}
	h.Err = geo.ErrUnavailable
	if got := get(t, s, "/collections/facilities/changes?since=5"); got.Code != http.StatusServiceUnavailable {
		t.Errorf("without a database: %d", got.Code)
	}
	without := newTestServer()
	for _, path := range []string{"/collections/facilities/changes", "/collections/facilities/items/1/history"} {
		if got := get(t, without, path); got.Code != http.StatusNotFound {
			t.Errorf("%s without a history: %d", path, got.Code)
		}
	}
	for _, path := range []string{"/api", "/collections/facilities", "/collections/facilities/items/1", "/collections/facilities/items/1?f=html"} {
		if body := get(t, without, path).Body.String(); strings.Contains(body, "history") || strings.Contains(body, "/changes") {
			t.Errorf("%s leads to a history that is not there", path)
		}
	}
}
