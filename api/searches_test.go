package api

import (
	"net/http"
	"net/url"
	"testing"

	"innoatlas/geo/dataset"
	"innoatlas/geo/memory"
	"innoatlas/geo/storetest"
)

// A search finds the same by q as in a store.
func TestSearches(t *testing.T) {
	t.Parallel()
	ds, err := dataset.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	s := New(memory.New(ds), fixtureConfig())
	choose := func(parameters string) []string { return slugsAt(t, s, parameters) }
	find := func(q string) []string { return choose(url.Values{"q": {q}}.Encode()) }
	storetest.Searches(t, find, choose)
}

// slugsAt are those of the facilities that the parameters choose.
func slugsAt(t *testing.T, s *Server, parameters string) (slugs []string) {
	t.Helper()
	w := get(t, s, "/collections/facilities/items?limit=1000&properties=slug&"+parameters)
	if w.Code != http.StatusOK {
		t.Fatalf("status %d: %s", w.Code, w.Body)
	}
	doc := decode[struct {
		Features []struct{ Properties struct{ Slug string } }
	}](t, w)
	for _, f := range doc.Features {
		slugs = append(slugs, f.Properties.Slug)
	}
	return slugs
}
