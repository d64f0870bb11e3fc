package api

import (
	"context"
	"iter"
	"net/http"
	"strings"
	"testing"

	"innoatlas/geo"
	"innoatlas/geo/memory"
)

// countingStore says how often it was asked for more than the catalog.
type countingStore struct {
	geo.Store
	asked int
}

func (s *countingStore) Get(ctx context.Context, c *geo.Collection, ref geo.Ref) (geo.Feature, error) {
	s.asked++
	return s.Store.Get(ctx, c, ref)
}

func (s *countingStore) List(ctx context.Context, q geo.Query) (geo.Page, error) {
	s.asked++
	return s.Store.List(ctx, q)
}

func (s *countingStore) All(ctx context.Context, q geo.Query) iter.Seq2[geo.Feature, error] {
	s.asked++
	return s.Store.All(ctx, q)
}

func (s *countingStore) Facets(ctx context.Context, q geo.Query) (geo.Facets, error) {
	s.asked++
	return s.Store.Facets(ctx, q)
}

func (s *countingStore) Matrix(ctx context.Context, q geo.Query, rows, columns geo.Dimension) (geo.Matrix, error) {
	s.asked++
	return s.Store.Matrix(ctx, q, rows, columns)
}

func (s *countingStore) Clusters(ctx context.Context, q geo.Query, zoom int) (geo.Clusters, error) {
	s.asked++
	return s.Store.Clusters(ctx, q, zoom)
}

// everyResource has one address of each route.
var everyResource = []string{
	"/", "/api", "/conformance", "/collections", "/collections/facilities", "/collections/countries",
	"/collections/facilities/items?country=THA", "/collections/facilities/items/1", "/collections/facilities/items/nowhere",
	"/collections/countries/items", "/collections/countries/items/764",
	"/collections/facilities/facets", "/collections/countries/facets", "/collections/facilities/matrix?f=csv", "/collections/facilities/clusters?zoom=2",
	"/data/facilities.geojson", "/data/facilities.csv?country=THA",
}

func TestNotModifiedCostsNoQuery(t *testing.T) {
	store := &countingStore{Store: memory.New(fixture())}
	s := New(store, fixtureConfig())
	for _, target := range everyResource {
		for _, accept := range []string{"", "text/html"} {
			first := get(t, s, target, "Accept", accept)
			tag := first.Header().Get("ETag")
			if first.Code != http.StatusOK || tag == "" {
				t.Fatalf("GET %s: %d, ETag %q", target, first.Code, tag)
			}
			before := store.asked
			second := get(t, s, target, "Accept", accept, "If-None-Match", `"other", `+tag)
			if second.Code != http.StatusNotModified || second.Body.Len() > 0 || second.Header().Get("ETag") != tag {
				t.Errorf("GET %s again: %d, ETag %q, %d bytes; want 304", target, second.Code, second.Header().Get("ETag"), second.Body.Len())
			}
			if store.asked != before {
				t.Errorf("GET %s again asked the store", target)
			}
		}
	}
}

func TestIfNoneMatch(t *testing.T) {
	s := newTestServer()
	const target = "/collections/facilities/items/1"
	tag := get(t, s, target).Header().Get("ETag")
	for _, test := range []struct {
		name, header string
		want         int
	}{
		{"its tag", tag, 304},
		{"its tag, weak", "W/" + tag, 304},
		{"in a list", `"a", W/"b" ,` + tag, 304},
		{"any", "*", 304},
		{"another", `"other"`, 200},
		{"without quotes", tag[1 : len(tag)-1], 200},
		{"an open quote", tag[:len(tag)-1], 200},
		{"nothing", "", 200},
	} {
		if got := get(t, s, target, "If-None-Match", test.header).Code; got != test.want {
			t.Errorf("%s: %d, want %d", test.name, got, test.want)
		}
	}
	if got := get(t, s, "/collections/facilities/items/99", "If-None-Match", "*").Code; got != 404 {
		t.Errorf("any, of a record that is not there: %d, want 404", got)
	}
}

// A tag must differ wherever the body does.
func TestTagsDiffer(t *testing.T) {
	s := newTestServer()
	seen := map[string]string{}
	other := fixture()
	other.Revision = "edited"
	build := fixtureConfig()
	build.Version = "next"
	for _, request := range []struct {
		name    string
		server  *Server
		target  string
		headers []string
	}{
		{"plain", s, "/collections/facilities/items/1", nil},
		{"another record", s, "/collections/facilities/items/3", nil},
		{"html", s, "/collections/facilities/items/1", []string{"Accept", "text/html"}},
		{"chinese html", s, "/collections/facilities/items/1", []string{"Accept", "text/html", "Accept-Language", "zh-CN"}},
		{"gzip", s, "/collections/facilities/items/1", []string{"Accept-Encoding", "gzip"}},
		{"brotli", s, "/collections/facilities/items/1", []string{"Accept-Encoding", "br"}},
		{"query", s, "/collections/facilities/items/1?f=json", nil},
		{"data edited", New(memory.New(other), fixtureConfig()), "/collections/facilities/items/1", nil},
		{"another build", New(memory.New(fixture()), build), "/collections/facilities/items/1", nil},
	} {
		tag := get(t, request.server, request.target, request.headers...).Header().Get("ETag")
		if before, ok := seen[tag]; ok {
			t.Errorf("%s has the tag of %s", request.name, before)
		}
		seen[tag] = request.name
	}
}

func TestTagsAreWeakWhereTheTimeIsInTheBody(t *testing.T) {
	s := newTestServer()
	for target, weak := range map[string]bool{
		"/collections/facilities/items": true, "/collections/facilities/facets": true, "/collections/facilities/clusters?zoom=1": true,
		"/collections/facilities/matrix": false, "/collections/facilities/items/1": false, "/data/facilities.csv": false, "/collections": false,
	} {
		tag := get(t, s, target).Header().Get("ETag")
		if got := tag[0] == 'W'; got != weak {
			t.Errorf("%s: ETag %s, want weak %t", target, tag, weak)
		}
	}
}

func FuzzIfNoneMatch(f *testing.F) {
	for _, seed := range []string{`"a"`, `W/"a", "b"`, "*", `"`, `W/"sent"`, `W/`, `,,"a`, `"a""b"`} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, header string) {
		if !matchesTag([]string{`W/"x", ` + header}, `"x"`) {
			t.Error("a list that begins with the tag does not match")
		}
		if matchesTag([]string{header}, `W/"sent"`) && !strings.Contains(header, `"sent"`) {
			t.Error("matches a tag that it does not hold")
		}
	})
}
