package pages

import (
	"net/http"
	"strings"
	"testing"

	"innoatlas/geo/memory"
	"innoatlas/web"
)

func TestEmbed(t *testing.T) {
	s := newTestServer()
	for _, test := range []struct {
		name, target string
		has          []string
		hasNot       []string
	}{
		{"all", "/embed", []string{"<h1>4 facilities <small>· 2 on the map</small></h1>", `href="http://localhost:8080/facilities/solar-lab-bangkok?lang=en"`,
			`href="http://localhost:8080/?lang=en"`}, []string{"data-theme", "Not understood"}},
		{"narrowed", "/embed?country=THA&selected=nowhere", []string{"1 facility", "China-Thailand Solar Laboratory", "/?country=THA&amp;lang=en"},
			[]string{"Laboratory of no known place"}},
		{"in another look", "/embed?theme=dark&title=0&lang=zh",
			[]string{`<html lang="zh" data-theme="dark">`, `<h1 class="hidden">`, "中泰太阳能联合实验室", `href="http://localhost:8080/?lang=zh"`}, []string{"theme=dark"}},
		{"the look is not passed on", "/embed?theme=light&title=1", []string{`data-theme="light"`, "<h1>", `href="http://localhost:8080/?lang=en"`}, nil},
		{"narrowed to places", "/embed?precision=city,none", []string{" <small>· 1 on the map</small>"}, nil},
		{"all have a place", "/embed?precision=city", []string{"<h1>1 facility</h1>"}, nil},
		{"bad values", "/embed?theme=red&title=no&colour=red&kind=spaceship&lang=xx",
			[]string{"theme=red", "title=no", "colour=red", "kind=spaceship", "lang=xx", "4 facilities"}, []string{"data-theme"}},
		{"another representation", "/embed?f=json", []string{"<h1>4 facilities ", `href="http://localhost:8080/?lang=en"`}, nil},
		{"markup", "/embed?q=%22%3E%3Cscript%3Ealert(1)%3C/script%3E&%3Cimg%3E=1", []string{"0 facilities", "%3Cscript%3E"}, []string{"<script>", "<img>"}},
		{"a name that is markup or a script", "/embed?kind=agricultural-park", []string{"=HYPERLINK(&#34;"}, []string{"javascript:"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := get(t, s, test.target, "Accept", "application/json")
			if w.Code != http.StatusOK || w.Header().Get("Content-Type") != "text/html; charset=utf-8" {
				t.Fatalf("%d: %s", w.Code, w.Body)
			}
			for _, text := range test.has {
				if !strings.Contains(w.Body.String(), text) {
					t.Errorf("the page lacks %q", text)
				}
			}
			for _, text := range test.hasNot {
				if strings.Contains(w.Body.String(), text) {
					t.Errorf("the page has %q", text)
				}
			}
		})
	}
}

func TestEmbedSpeaksAsTheReader(t *testing.T) {
	w := get(t, newTestServer(), "/embed", "Accept-Language", "zh-CN,en;q=0.5")
	if !strings.Contains(w.Body.String(), `<html lang="zh">`) || !strings.Contains(w.Header().Get("Vary"), "Accept-Language") {
		t.Errorf("not in Chinese: %v\n%.200s", w.Header(), w.Body)
	}
}

// Only /embed may ever be framed, and only by those that the operator names.
func TestFrames(t *testing.T) {
	for _, test := range []struct {
		name    string
		allowed []string
		want    string
	}{
		{"nobody", nil, "frame-ancestors 'none'"},
		{"two sites", []string{"https://example.org", "http://localhost:3000"}, "frame-ancestors https://example.org http://localhost:3000"},
		{"everybody", []string{"*"}, "frame-ancestors *"},
	} {
		t.Run(test.name, func(t *testing.T) {
			cfg := fixtureConfig()
			cfg.Page = web.Options{FrameAncestors: test.allowed, TilesURL: "https://tiles.example.org/{z}/{x}/{y}.png"}
			s := newServer(memory.New(fixture()), cfg)
			for target, want := range map[string]string{
				"/embed": test.want, "/embed/": test.want, "/": "frame-ancestors 'none'", "/?embed=1": "frame-ancestors 'none'", "/api": "frame-ancestors 'none'",
				"/collections/facilities/items/nowhere": "frame-ancestors 'none'", "/facilities/nowhere": "frame-ancestors 'none'", "/embed/nothing": "frame-ancestors 'none'",
			} {
				w := get(t, s, target, "Accept", "text/html")
				policy := w.Header().Get("Content-Security-Policy")
				if !strings.HasSuffix(policy, "; "+want) || strings.Count(policy, "frame-ancestors") != 1 {
					t.Errorf("%s: %d %q, want %q at its end", target, w.Code, policy, want)
				}
			}
			policy := get(t, s, "/embed").Header().Get("Content-Security-Policy")
			if !strings.Contains(policy, "https://tiles.example.org;") || !strings.Contains(policy, "script-src 'self';") {
				t.Errorf("/embed has another policy than the map: %q", policy)
			}
		})
	}
}

// A page that a browser holds must not outlive the permission to frame it.
func TestEmbedTagDependsOnWhoMayFrame(t *testing.T) {
	cfg := fixtureConfig()
	before := get(t, newServer(memory.New(fixture()), cfg), "/embed").Header().Get("ETag")
	cfg.Page.FrameAncestors = []string{"https://example.org"}
	s := newServer(memory.New(fixture()), cfg)
	if w := get(t, s, "/embed", "If-None-Match", before); w.Code != http.StatusOK {
		t.Errorf("%d with the tag of another policy, want 200", w.Code)
	}
	if w := get(t, s, "/embed", "If-None-Match", get(t, s, "/embed").Header().Get("ETag")); w.Code != http.StatusNotModified {
		t.Errorf("%d with its tag, want 304", w.Code)
	}
}
