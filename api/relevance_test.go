package api

import (
	"net/url"
	"slices"
	"testing"
)

// The best of a search come first, and pages of them hold each match once, whichever way they
// are turned.
func TestRelevance(t *testing.T) {
	s := newTestServer()
	const all = "/collections/facilities/items?f=json&limit=100&q=china"
	type item struct {
		Properties struct{ Slug, Name string }
	}
	type page struct {
		Features []item
		Links    []Link
	}
	slugs := func(items []item) (slugs []string) {
		for _, i := range items {
			slugs = append(slugs, i.Properties.Slug)
		}
		return slugs
	}
	want := slugs(decode[page](t, get(t, s, all+"&sortby=relevance,label")).Features)
	found := slugs(decode[page](t, get(t, s, all)).Features)
	if len(want) < 2 || len(found) != len(want) {
		t.Fatalf("the order finds %q, the search %q", want, found)
	}
	var turned []string
	for next := "/collections/facilities/items?f=json&limit=1&q=china&sortby=relevance,label"; next != ""; {
		p := decode[page](t, get(t, s, next))
		turned = append(turned, slugs(p.Features)...)
		i := slices.IndexFunc(p.Links, func(l Link) bool { return l.Rel == "next" })
		if next = ""; i >= 0 && len(turned) <= len(want) {
			address, err := url.Parse(p.Links[i].Href)
			if err != nil {
				t.Fatal(err)
			}
			next = address.RequestURI()
		}
	}
	if !slices.Equal(turned, want) {
		t.Errorf("pages of one hold %q, one page %q", turned, want)
	}
}

func TestRelevanceOfNothing(t *testing.T) {
	s := newTestServer()
	for _, query := range []string{"sortby=relevance", "q=rice&sortby=-relevance", "q=rice&sortby=label,relevance",
		"q=rice&sortby=relevance&after=eyJzIjpbInJhbmsgaW4gcSJdLCJ2IjpbLTFdLCJ6IjowLCJpIjoxfQ"} {
		if w := get(t, s, "/collections/facilities/items?f=json&"+query); w.Code != 400 {
			t.Errorf("%s: %d, want 400", query, w.Code)
		}
	}
}
