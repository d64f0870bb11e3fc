package api

import (
	"errors"
	"net/http"
	"strings"
	"testing"

	"innoatlas/api/apitest"
	"innoatlas/geo"
	"innoatlas/geo/memory"
)

func newHistoryServer(h *apitest.History) *Server {
	cfg := fixtureConfig()
	cfg.History, cfg.Authors = h, true
	return New(memory.New(apitest.Dataset()), cfg)
}

// A record that was deleted says since when and why, in the language that is asked for; one that has
// another name leads there with the same query.
func TestGoneRecords(t *testing.T) {
	h := &apitest.History{Gones: map[string]geo.Gone{
		"twice": apitest.Deleted("there <b>twice</b>"), "unknown": {}, "old": {Now: "nowhere"},
	}}
	s := newHistoryServer(h)
	for _, test := range []struct {
		target, accept string
		status         int
		says           string // in the body, or Location
	}{
		{"/collections/facilities/items/twice", "", 410, `"detail":"This record was deleted on 2026-02-03. Reason: there \u003cb\u003etwice`},
		{"/collections/facilities/items/twice?lang=th", "", 410, "ถูกลบเมื่อ 2026-02-03"},
		{"/collections/facilities/items/twice?f=html&lang=zh", "", 410, "there &lt;b&gt;twice&lt;/b&gt;"},
		{"/collections/facilities/items/unknown", "", 410, `"detail":"This record was deleted."`},
		{"/collections/facilities/items/never", "", 404, "no such record"},
		{"/collections/facilities/items/old", "", 308, "http://localhost:8080/collections/facilities/items/nowhere"},
		{"/collections/facilities/items/old?f=html&lang=zh", "", 308, "http://localhost:8080/collections/facilities/items/nowhere?f=html&lang=zh"},
		{"/collections/facilities/items/old/?lang=zh", "text/html", 308, "http://localhost:8080/collections/facilities/items/nowhere?lang=zh"},
	} {
		got := get(t, s, test.target, "Accept", test.accept)
		if got.Code != test.status || !strings.Contains(got.Header().Get("Location")+got.Body.String(), test.says) {
			t.Errorf("%s: %d %s\n%s\nwant %d %s", test.target, got.Code, got.Header().Get("Location"), got.Body, test.status, test.says)
		}
		if got.Header().Get("ETag") != "" {
			t.Errorf("%s has an ETag", test.target)
		}
	}
	h.Err = errors.New("the database is silent")
	if got := get(t, s, "/collections/facilities/items/twice"); got.Code != http.StatusNotFound {
		t.Errorf("without an answer of the history: %d", got.Code)
	}
	if got := get(t, newTestServer(), "/collections/facilities/items/twice"); got.Code != http.StatusNotFound {
		t.Errorf("without a history: %d", got.Code)
	}
}
