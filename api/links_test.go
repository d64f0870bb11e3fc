package api

import (
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"innoatlas/geo/memory"
)

func TestLinksBeginWith(t *testing.T) {
	for _, test := range []struct{ name, baseURL, host, local, want string }{
		{"loopback name", "", "localhost:8080", "127.0.0.1:8080", "http://localhost:8080/collections"},
		{"loopback name in capitals", "", "LOCALHOST:08080", "127.0.0.1:8080", "http://localhost:8080/collections"},
		{"loopback address", "", "127.0.0.1", "127.0.0.1:80", "http://127.0.0.1/collections"},
		{"loopback IPv6", "", "[::1]:8080", "[::1]:8080", "http://[::1]:8080/collections"},
		{"loopback IPv6 in full", "", "[0:0:0:0:0:0:0:1]:8080", "[::1]:8080", "http://[::1]:8080/collections"},
		{"the loopback address it listens on", "", "127.0.0.9:8080", "127.0.0.9:8080", "http://127.0.0.9:8080/collections"},
		{"without a connection", "", "127.0.0.1:1", "", "http://127.0.0.1:1/collections"},
		{"another port", "", "127.0.0.1:1", "127.0.0.1:8080", "/collections"},
		{"another port of the name", "", "localhost:9000", "127.0.0.1:8080", "/collections"},
		{"no port, which is 80", "", "localhost", "127.0.0.1:8080", "/collections"},
		{"another loopback address", "", "127.1.2.3:8080", "127.0.0.1:8080", "/collections"},
		{"another host", "", "evil.example:8080", "127.0.0.1:8080", "/collections"},
		{"a host that looks like it", "", "localhost.evil.example:8080", "127.0.0.1:8080", "/collections"},
		{"a host with a path", "", "localhost:8080/evil", "127.0.0.1:8080", "/collections"},
		{"a host with a user", "", "evil@127.0.0.1:8080", "127.0.0.1:8080", "/collections"},
		{"a user that looks like it", "", "127.0.0.1:8080@evil.example", "127.0.0.1:8080", "/collections"},
		{"odd letters", "", "loc\u0430lhost:8080", "127.0.0.1:8080", "/collections"},
		{"a long s", "", "localho\u017ft:8080", "127.0.0.1:8080", "/collections"},
		{"a number", "", "2130706433:8080", "127.0.0.1:8080", "/collections"},
		{"octal", "", "0177.0.0.1:8080", "127.0.0.1:8080", "/collections"},
		{"a short address", "", "127.1:8080", "127.0.0.1:8080", "/collections"},
		{"IPv4 in IPv6", "", "[::ffff:127.0.0.1]:8080", "127.0.0.1:8080", "/collections"},
		{"IPv4 in brackets", "", "[127.0.0.1]:8080", "127.0.0.1:8080", "/collections"},
		{"a zone", "", "[::1%25evil]:8080", "[::1]:8080", "/collections"},
		{"any address", "", "0.0.0.0:8080", "127.0.0.1:8080", "/collections"},
		{"an address of the network", "", "192.0.2.1:8080", "192.0.2.1:8080", "/collections"},
		{"a port with a sign", "", "localhost:+8080", "127.0.0.1:8080", "/collections"},
		{"a port that is too great", "", "localhost:73616", "127.0.0.1:8080", "/collections"},
		{"an empty port", "", "localhost:", "127.0.0.1:8080", "/collections"},
		{"no host", "", "", "127.0.0.1:8080", "/collections"},
		{"configured", "https://atlas.example/", "evil.example", "127.0.0.1:8080", "https://atlas.example/collections"},
	} {
		t.Run(test.name, func(t *testing.T) {
			cfg := fixtureConfig()
			cfg.BaseURL = test.baseURL
			ctx := t.Context()
			if test.local != "" {
				ctx = context.WithValue(ctx, http.LocalAddrContextKey, net.TCPAddrFromAddrPort(netip.MustParseAddrPort(test.local)))
			}
			r := httptest.NewRequestWithContext(ctx, http.MethodGet, "/collections", nil)
			r.Host = test.host
			r.Header.Set("X-Forwarded-Host", "evil.example")
			w := httptest.NewRecorder()
			New(memory.New(fixture()), cfg).ServeHTTP(w, r)
			if got := decode[collectionsDocument](t, w).Links[0].Href; got != test.want {
				t.Errorf("self is %q, want %q", got, test.want)
			}
		})
	}
}

// collectionOf is what a client reads of a page.
type collectionOf struct {
	NumberMatched, NumberReturned int
	Features                      []struct{ ID int }
	Links                         []Link
}

func (c collectionOf) link(rel string) string {
	for _, l := range c.Links {
		if l.Rel == rel {
			return l.Href
		}
	}
	return ""
}

// Every record comes once, forwards by next and backwards by prev, and the filter
// stays.
func TestPaging(t *testing.T) {
	s := newTestServer()
	for _, query := range []string{
		"limit=1", "limit=3", "limit=1&sortby=-established", "limit=1&kind=agricultural-park", "limit=1&established=1990..",
		"limit=1&established=..2015&sortby=-established", "limit=2&q=lab&f=json",
	} {
		var forwards []int
		target := "/collections/facilities/items?" + query
		last := ""
		for target != "" {
			w := get(t, s, target)
			page := decode[collectionOf](t, w)
			if len(page.Features) == 0 || page.NumberReturned != len(page.Features) {
				t.Fatalf("%s: %d features, numberReturned %d", target, len(page.Features), page.NumberReturned)
			}
			for _, f := range page.Features {
				forwards = append(forwards, f.ID)
			}
			for _, rel := range []string{"self", "next", "prev", "alternate"} {
				if href := page.link(rel); href != "" && !strings.Contains(w.Header().Get("Link"), "<"+href+`>; rel="`+rel+`"`) {
					t.Errorf("%s: Link header %s lacks %s", target, w.Header().Get("Link"), rel)
				}
			}
			last, target = target, page.link("next")
		}
		whole := featureIDs(t, get(t, s, "/data/facilities.geojson?"+withoutPage(t, query)))
		if diff := cmp.Diff(whole, forwards); diff != "" {
			t.Errorf("%s: pages differ from the whole: %s", query, diff)
		}
		for back := decode[collectionOf](t, get(t, s, last)).link("prev"); back != ""; {
			page := decode[collectionOf](t, get(t, s, back))
			if page.link("next") == "" {
				t.Errorf("%s: no next on %s", query, back)
			}
			back = page.link("prev")
		}
	}
}

func withoutPage(t *testing.T, query string) string {
	t.Helper()
	values, err := url.ParseQuery(query)
	if err != nil {
		t.Fatal(err)
	}
	values.Del("limit")
	values.Del("f")
	return values.Encode()
}

func TestLongLinksStayOutOfTheHeader(t *testing.T) {
	s := newTestServer()
	w := get(t, s, "/collections/facilities/items?limit=1&city="+strings.Repeat("x", 8000))
	if n := len(w.Header().Get("Link")); w.Code != 200 || n > MaxGrown {
		t.Errorf("%d, Link of %d bytes", w.Code, n)
	}
}

func TestOneFeatureTwoNames(t *testing.T) {
	s := newTestServer()
	for _, test := range []struct{ byID, bySlug, canonical string }{
		{"/collections/facilities/items/1", "/collections/facilities/items/solar-lab-bangkok", "http://localhost:8080/collections/facilities/items/1"},
		{"/collections/countries/items/764", "/collections/countries/items/tha", "http://localhost:8080/collections/countries/items/764"},
	} {
		type feature struct {
			ID         int
			Properties map[string]any
			Links      []Link
		}
		one, other := decode[feature](t, get(t, s, test.byID)), decode[feature](t, get(t, s, test.bySlug))
		if one.ID == 0 || one.ID != other.ID || !cmp.Equal(one.Properties, other.Properties) {
			t.Errorf("%s and %s differ", test.byID, test.bySlug)
		}
		if got := (collectionOf{Links: other.Links}).link("canonical"); got != test.canonical {
			t.Errorf("canonical of %s is %s", test.bySlug, got)
		}
	}
}
