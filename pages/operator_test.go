package pages

import (
	"net/http"
	"strings"
	"testing"

	"innoatlas/api"
	"innoatlas/geo/memory"
	"innoatlas/web"
)

func serverWithPage(t *testing.T, page web.Options) *api.Server {
	t.Helper()
	cfg := fixtureConfig()
	cfg.Page = page
	return newServer(memory.New(fixture()), cfg)
}

func TestMapPageOfTheOperator(t *testing.T) {
	const tiles = "https://tiles.example.org:8443/{z}/{x}/{y}.png?key=a&b={z}"
	own := web.Options{Borders: []byte{1, 0, 0}}
	for _, test := range []struct {
		name     string
		page     web.Options
		has, not []string
		images   string // of the policy
	}{
		{"nothing chosen", web.Options{}, []string{`<div id="map" role="group" aria-label="Map"></div>`}, []string{"data-borders", "data-tiles"}, "img-src 'self' data:;"},
		{"no borders", web.Options{NoBorders: true}, []string{`data-borders="none"`}, nil, "img-src 'self' data:;"},
		{"own borders", own, []string{`data-borders="` + own.BordersAddress() + `"`}, nil, "img-src 'self' data:;"},
		{"tiles", web.Options{TilesURL: tiles, TilesAttribution: `© "A" <b>`}, []string{
			`data-tiles="https://tiles.example.org:8443/{z}/{x}/{y}.png?key=a&amp;b={z}"`, `data-tiles-attribution="© &#34;A&#34; &lt;b&gt;"`,
		}, nil, "img-src 'self' data: https://tiles.example.org:8443;"},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := get(t, serverWithPage(t, test.page), "/", "Accept", "text/html")
			for _, text := range test.has {
				if !strings.Contains(w.Body.String(), text) {
					t.Errorf("the page lacks %s", text)
				}
			}
			for _, text := range test.not {
				if strings.Contains(w.Body.String(), text) {
					t.Errorf("the page has %s", text)
				}
			}
			if csp := w.Header().Get("Content-Security-Policy"); !strings.Contains(csp, test.images) {
				t.Errorf("Content-Security-Policy %s lacks %s", csp, test.images)
			}
		})
	}
}

// Other pages have no map, and so no tiles.
func TestTilesAreForPagesWithAMap(t *testing.T) {
	s := serverWithPage(t, web.Options{TilesURL: "https://tiles.example.org/{z}/{x}/{y}.png"})
	w := get(t, s, "/collections?f=html", "Accept", "text/html")
	if csp := w.Header().Get("Content-Security-Policy"); csp != policy(t, newTestServer()) {
		t.Errorf("Content-Security-Policy %q", csp)
	}
}

// What the operator chose shows at once, though the build is the same.
func TestTagOfTheMapPage(t *testing.T) {
	seen := map[string]bool{}
	pages := []web.Options{{}, {NoBorders: true}, {Borders: []byte{1}}, {Borders: []byte{2}}, {TilesURL: "https://a.example/{z}"}, {TilesAttribution: "A"},
		{Contact: "a@b.example"}, {FrameAncestors: []string{"*"}}}
	for _, page := range pages {
		seen[get(t, serverWithPage(t, page), "/", "Accept", "text/html").Header().Get("ETag")] = true
	}
	if len(seen) != len(pages) {
		t.Errorf("%d tags for %d choices", len(seen), len(pages))
	}
}

func TestBorders(t *testing.T) {
	own := web.Options{Borders: []byte{28, 0, 0}}
	s := serverWithPage(t, own)
	w := get(t, s, own.BordersAddress())
	if w.Code != http.StatusOK || w.Body.String() != string(own.Borders) || !strings.Contains(w.Header().Get("Cache-Control"), "immutable") {
		t.Errorf("%d, %d bytes, %v", w.Code, w.Body.Len(), w.Header())
	}
	for _, test := range []struct {
		name, target string
		s            *api.Server
	}{
		{"another file", "/borders/0011223344556677.bin", s},
		{"no file", own.BordersAddress(), serverWithPage(t, web.Options{})},
		{"none drawn", "/borders/none", serverWithPage(t, web.Options{NoBorders: true})},
	} {
		if w := get(t, test.s, test.target); w.Code != http.StatusNotFound {
			t.Errorf("%s: %d, want 404", test.name, w.Code)
		}
	}
}
