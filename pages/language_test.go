package pages

import (
	"cmp"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"innoatlas/geo"
	"innoatlas/texts"
)

// Any tag of a language that there is finds it, on pages and in the API alike; one that
// there is not counts as none.
func TestLanguageOfTheAddress(t *testing.T) {
	s := newTestServer()
	pages := []string{"/", "/embed", "/facilities/solar-lab-bangkok", "/countries/tha", "/sectors/new-energy"}
	documents := []string{"/?f=json&", "/api?", "/collections?", "/collections/facilities/items?", "/collections/facilities/items/1?",
		"/collections/facilities/facets?", "/collections/facilities/matrix?",
		"/collections/facilities/clusters?zoom=3&", "/collections/facilities/open?", "/collections/facilities/schema?", "/tiles/WebMercatorQuad/tilejson?"}
	wanted := map[string]string{
		"zh": "zh", "zh-CN": "zh", "zh-Hans": "zh", "zh-Hant-TW": "zh", "ZH_cn": "zh", "zh_CN.UTF-8": "zh", "zh-yue": "zh", "cmn": "zh", "zho": "zh", "chi": "zh",
		"EN-gb": "en", "eng": "en", "en-US-u-ca-buddhist": "en", "th-TH": "th", "vi_VN@dong": "vi", "in": "id", "in-ID": "id", "ind": "id", "zsm": "ms", "may": "ms",
		"lao": "lo", "km-KH": "km", "bur": "my", "my_MM": "my", "tl": "fil", "tl-PH": "fil", "FIL": "fil",
		"iw": "", "xx": "", "fr-FR": "", "und": "", "x-zh": "", "-": "", "zhongwen": "", "<b>": "", "zh\u00e9": "", strings.Repeat("z", 9000): "",
	}
	for i, tag := range slices.Sorted(maps.Keys(wanted)) {
		given, want := url.QueryEscape(tag), wanted[tag]
		asked := func(paths []string) []string { // all paths by two of the tags, some by each
			if tag == "zh-CN" || tag == "fr-FR" {
				return paths
			}
			return []string{paths[i%len(paths)], paths[(i+3)%len(paths)]}
		}
		for _, path := range asked(pages) {
			w := get(t, s, path+"?lang="+given, "Accept", "text/html", "Accept-Language", "vi")
			page := cmp.Or(want, "vi")
			if w.Code != http.StatusOK || !strings.Contains(w.Body.String(), `<html lang="`+page+`"`) || w.Header().Get("Content-Language") != page {
				t.Errorf("%s in %.20q: %d, %s", path, tag, w.Code, w.Header().Get("Content-Language"))
			}
		}
		for _, path := range asked(documents) {
			w := get(t, s, path+"lang="+given)
			if language := w.Header().Get("Content-Language"); w.Code != http.StatusOK || language != cmp.Or(want, "en") {
				t.Errorf("%s in %.20q: %d, %s", path, tag, w.Code, language)
			}
		}
	}
	labels := func(lang string) string { return get(t, s, "/collections/facilities/matrix?lang="+lang).Body.String() }
	if text := labels("zh-SG"); !strings.Contains(text, "新能源") || labels("fr") != strings.ReplaceAll(labels("en"), "lang=en", "lang=fr") {
		t.Errorf("in zh-SG: %s; in fr: %s", text, labels("fr"))
	}
}

// The map page is what people get at /, in their language, and programs the landing page.
func TestMapIsNegotiated(t *testing.T) {
	s := newTestServer()
	for _, test := range []struct{ target, accept, kind, text string }{
		{"/", "text/html", "text/html; charset=utf-8", `<html lang="en">`},
		{"/?lang=zh", "text/html", "text/html; charset=utf-8", `<html lang="zh">`},
		{"/?f=html&bbox=x&%zz&kind=spaceship", "application/json", "text/html; charset=utf-8", "Not understood"},
		{"/", "application/json", "application/json", `"links"`},
		{"/?f=json", "text/html", "application/json", `"links"`},
		{"/", "", "application/json", `"links"`},
	} {
		w := get(t, s, test.target, "Accept", test.accept)
		if w.Code != http.StatusOK || w.Header().Get("Content-Type") != test.kind || !strings.Contains(w.Body.String(), test.text) {
			t.Errorf("%s as %q: %d, %s, %.200s", test.target, test.accept, w.Code, w.Header().Get("Content-Type"), w.Body)
		}
	}
}

// Labels speak every language.
func TestLabelsInEveryLanguage(t *testing.T) {
	s := newTestServer()
	fiji, _ := geo.CountryByCode("FJI")
	for _, l := range texts.Languages {
		if page := get(t, s, "/?f=html&lang="+l.Code).Body.String(); !strings.Contains(page, fiji.Name(l.Code)) {
			t.Errorf("the map page in %s lacks %s", l.Code, fiji.Name(l.Code))
		}
	}
}
