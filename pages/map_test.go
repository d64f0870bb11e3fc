package pages

import (
	"html"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/labstack/echo/v4"

	"innoatlas/api/loadtest"
	"innoatlas/geo"
	"innoatlas/geo/memory"
	"innoatlas/texts"
)

func TestMapPage(t *testing.T) {
	s := newTestServer()
	for _, test := range []struct {
		name, target string
		has          []string
		hasNot       []string
	}{
		{"all", "/", []string{"China-Thailand Solar Laboratory", "Laboratory of no known place", `href="http://localhost:8080/conformance"`}, []string{"Not understood"}},
		{"narrowed", "/?country=THA", []string{"China-Thailand Solar Laboratory"}, []string{"Laboratory of no known place"}},
		{"a form with empty fields", "/?q=&country=&country=THA", []string{"China-Thailand Solar Laboratory"}, []string{"Not understood", "Laboratory of no known place"}},
		{"what only scripts read", "/?selected=nowhere&view=map&follow=0", []string{"Laboratory of no known place"}, []string{"Not understood"}},
		{"bad values of what only scripts read", "/?view=foo&layer=foo&sortby=foo&follow=2", []string{"view=foo", "layer=foo", "sortby=foo", "follow=2"}, nil},
		{"what the form has no field for", "/?status=operating&precision=city,none", []string{
			`<input type="hidden" name="status" value="operating">`, `<input type="hidden" name="precision" value="none">`, `class="chip">Operating<`, `class="clear"`,
		}, []string{"Not understood"}},
		{"what the scripts do not know", "/?bbox=90,-20,110,20&country=THA", []string{`<p class="notice with-scripts">The map does not use “bbox”; the API does.</p>`},
			[]string{"Not understood", "“country”"}},
		{"unknown parameter", "/?colour=red", []string{"Not understood and left out: colour=red", "Laboratory of no known place"}, nil},
		{"bad values", "/?kind=spaceship&bbox=1&lang=xx", []string{"kind=spaceship", "bbox=1", "lang=xx", "Laboratory of no known place"}, nil},
		{"in chinese", "/?lang=zh&colour=red", []string{"无法识别", "中泰太阳能联合实验室"}, nil},
		{"markup", "/?q=%3Cscript%3E&%3Cscript%3E=1", nil, []string{"<script>=", "<script>\""}},
		{"half an escape", "/?country=THA&q=%zz", []string{"China-Thailand Solar Laboratory", "Not understood"}, []string{"Laboratory of no known place"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := get(t, s, test.target, "Accept", "text/html")
			if w.Code != http.StatusOK {
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
			if csp := w.Header().Get("Content-Security-Policy"); csp != policy(t, s) {
				t.Errorf("Content-Security-Policy %q", csp)
			}
		})
	}
}

// Without scripts the list has pages of 100, and their addresses keep the filter.
func TestMapPagePaging(t *testing.T) {
	ds := loadtest.Generated()
	s := newServer(memory.New(ds), fixtureConfig())
	w := get(t, s, "/?country=THA", "Accept", "text/html")
	if !strings.Contains(w.Body.String(), "http://localhost:8080/?country=THA&amp;offset=100") {
		t.Error("no next page of the 135")
	}
	w = get(t, s, "/?country=THA&offset=100", "Accept", "text/html")
	if strings.Contains(w.Body.String(), "offset=200") {
		t.Error("a third page of the 135")
	}
}

// Rows have the name that a reader looks for, in its own language, as the scripts do.
func TestNamesOfRows(t *testing.T) {
	s := newTestServer()
	for lang, want := range map[string]string{
		"en": ` lang="en">China-Thailand Solar Laboratory<`, "zh": ` lang="zh">中泰太阳能联合实验室<`, "th": ` lang="th">ห้องปฏิบัติการ<`,
		"lo": ` lang="en">China-Thailand Solar Laboratory<`,
	} {
		for _, target := range []string{"/?lang=", "/embed?lang="} {
			body := get(t, s, target+lang, "Accept", "text/html").Body.String()
			if !strings.Contains(body, want) || lang == "th" && strings.Contains(body, "China-Thailand") {
				t.Errorf("%s%s lacks %s", target, lang, want)
			}
		}
	}
	if body := get(t, s, "/?lang=th", "Accept", "text/html").Body.String(); !strings.Contains(body, "<summary><span>"+texts.In("th").T("facet.stands_in")+"<") {
		t.Error("the filters have no Thai titles")
	}
}

// A term that has no label is shown by its id.
func TestTermsWithoutLabels(t *testing.T) {
	ds := fixture()
	ds.Kinds = []geo.Term{{ID: "joint-laboratory"}, {ID: "agricultural-park", Labels: geo.Labels{"zh": "园"}}}
	s := newServer(memory.New(ds), fixtureConfig())
	for _, target := range []string{"/", "/embed", "/facilities/solar-lab-bangkok", "/countries/tha"} {
		if body := get(t, s, target, "Accept", "text/html").Body.String(); !strings.Contains(body, ">joint-laboratory") && !strings.Contains(body, " joint-laboratory") {
			t.Errorf("%s shows no kind", target)
		}
	}
}

// What the form offers counts what the facets of the API count.
func TestMapPageChoices(t *testing.T) {
	s := newTestServer()
	q := geo.Query{Collection: geo.Facilities, Lists: []geo.List{{Dimension: geo.ByCountry, Values: []string{"THA", ""}}}}
	c := echo.New().NewContext(httptest.NewRequest(http.MethodGet, "/", nil), httptest.NewRecorder())
	m := &mapAnswer{Answer: must(s.Page(c, "en")), q: q}
	choice := m.choice(must(s.Store().Facets(t.Context(), q)).Facets[0])
	for _, o := range choice.Options {
		if o.Selected != (o.Value == "THA" || o.Value == "none") || o.Count != 1 {
			t.Errorf("option %+v", o)
		}
	}
	if len(choice.Options) != 4 || choice.Name != "country" || choice.Title != "Stands in" {
		t.Errorf("choice %+v", choice)
	}
}

// TestMapPageKeepsWhatItKnows: of a list with a value that there is not, the others stay.
func TestMapPageKeepsWhatItKnows(t *testing.T) {
	w := get(t, publicServer(), "/?country=THA,XXX,YYY,", "Accept", "text/html")
	body := w.Body.String()
	for _, want := range []string{`value="THA" checked`, "country=XXX"} {
		if !strings.Contains(body, want) {
			t.Errorf("the page lacks %s", want)
		}
	}
	if strings.Contains(body, "YYY") {
		t.Error("a second value is noted, and there may be thousands")
	}
}

// Scripts draw each kind by the sign that the data set states for it, or that is left.
func TestSignsForScripts(t *testing.T) {
	ds := fixture()
	ds.Kinds = append(ds.Kinds, geo.Term{ID: "museum"}, geo.Term{ID: "lab", Sign: geo.Sign{Shape: "star", Colour: 8}})
	s := newServer(memory.New(ds), fixtureConfig())
	for _, target := range []string{"/", "/embed"} {
		body := html.UnescapeString(get(t, s, target, "Accept", "text/html").Body.String())
		if want := `[["agricultural-park",["triangle",3]],["joint-laboratory",["circle",1]],["lab",["star",8]],["museum",["square",2]]]`; !strings.Contains(body, want) {
			t.Errorf("%s lacks %s", target, want)
		}
	}
}
