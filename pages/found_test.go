package pages

import (
	"net/http"
	"strings"
	"testing"

	"innoatlas/geo/dataset"
	"innoatlas/geo/memory"
)

func TestFound(t *testing.T) {
	s := newServer(memory.New(must(dataset.Builtin())), fixtureConfig())
	const slug = "hybrid-rice-centre-asean-branch-guangxi"
	for _, tt := range []struct{ query, want string }{
		{"q=%E6%B0%B4%E7%A8%BB&slugs=" + slug, `"lang":"en"`},
		{"q=rice&lang=zh&slugs=" + slug, `"lang":"zh"`},
		{"q=agricultural+parks+in+Laos&slugs=" + slug, `"` + slug + `":[]`},
		{"q=rice&slugs=nothing", `{}`},
	} {
		w := get(t, s, "/found?"+tt.query)
		if body := w.Body.String(); w.Code != http.StatusOK || !strings.Contains(body, tt.want) {
			t.Errorf("%s: %d %s, want %s", tt.query, w.Code, body, tt.want)
		}
	}
	for _, query := range []string{"", "q=rice", "q=&slugs=a", "q=" + strings.Repeat("a", 501) + "&slugs=a",
		"q=rice&slugs=" + strings.Repeat(",a", 200), "q=rice&slugs=a&colour=red"} {
		if w := get(t, s, "/found?"+query); w.Code != http.StatusBadRequest && query != "q=rice" {
			t.Errorf("%.40s: %d, want 400", query, w.Code)
		}
	}
}

// What pages link to is in their language, with the English behind it.
func TestFilesInLanguage(t *testing.T) {
	s := newServer(memory.New(must(dataset.Builtin())), fixtureConfig())
	for target, links := range map[string][]string{
		"/countries/tha?lang=zh": {`href="/data/facilities.csv?country=THA&amp;lang=zh" hreflang="zh"`, `href="/data/facilities.csv?country=THA" hreflang="en"`},
		"/countries/tha?lang=en": {`href="/data/facilities.csv?country=THA">`},
		"/facilities/hybrid-rice-centre-asean-branch-guangxi?lang=th": {`?f=json&amp;lang=th" hreflang="th"`, `?f=json" hreflang="en"`},
	} {
		body := get(t, s, target, "Accept", "text/html").Body.String()
		for _, link := range links {
			if !strings.Contains(body, link) {
				t.Errorf("%s lacks %s", target, link)
			}
		}
	}
}
