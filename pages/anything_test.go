package pages

import (
	"encoding/json"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
)

// What requests to the pages are put together from.
var (
	pageFolders = []string{"/", "/embed", "/facilities", "/countries/", "/sectors", "/facilities/*", "/countries/*", "/sectors/*", "/sitemap.xml", "/robots.txt",
		"/borders/*", "/collections/facilities/matrix", "/collections/countries/matrix", "/collections/facilities/facets"}
	pageNames = []string{"solar-lab-bangkok", "hostile", "nowhere", "Nowhere", "1", "99", "tha", "TH", "764", "new-energy", "%00", "a%2Fb", "nowher%65", "%FF", "..",
		"%3Cscript%3E", "none.bin"}
	pageParameters = []string{"lang", "f", "country", "sector", "kind", "established", "q", "rows", "columns", "offset", "limit", "bbox", "filter", "view", "sortby", "title",
		"theme", "part", "utm_source", "\x00"}
	pageValues = []string{"", "en", "th", "xx", "json", "csv", "html", "THA", "THA,none", "new-energy", "2015", "..2015", "..", "kind", "status", "1", "-1",
		"99999999999999999999",
		"a b", "\x00", "\xff", `"><script>`, "' OR 1=1--", "name=", "1,2,3,4", "中", strings.Repeat("x", 300)}
	pageHeaders = map[string][]string{
		"Accept":          {"", "text/html", "application/json", "text/csv", "*/*", "text/html;q=0.1, application/json", "?"},
		"Accept-Language": {"", "th", "zh-TW", "tl", "de, km;q=0.5", "*", "?"},
		"Accept-Encoding": {"", "gzip", "br", "gzip;q=0, br", "*", "identity"},
	}
)

func anyOf[T any](r *rand.Rand, list []T) T { return list[r.IntN(len(list))] }

func anyRequest(r *rand.Rand) *http.Request {
	target := strings.Replace(anyOf(r, pageFolders), "*", anyOf(r, pageNames), 1)
	if r.IntN(8) == 0 && target != "/" {
		target += "/"
	}
	var query []string
	for range r.IntN(4) {
		query = append(query, url.QueryEscape(anyOf(r, pageParameters))+"="+url.QueryEscape(anyOf(r, pageValues)))
	}
	if r.IntN(20) == 0 {
		query = append(query, "q=%zz")
	}
	request := httptest.NewRequest(http.MethodGet, target+"?"+strings.Join(query, "&"), nil)
	request.Host = "localhost:8080"
	for _, name := range slices.Sorted(maps.Keys(pageHeaders)) { // in order, so that each run is the same
		if value := anyOf(r, pageHeaders[name]); value != "" {
			request.Header.Set(name, value)
		}
	}
	return request
}

// Whatever is asked of the pages, an answer is whole, keeps its tag, and is the same to
// HEAD; a mistake is a problem that says what to change, and never one of ours.
func TestPagesTakeAnything(t *testing.T) {
	s := publicServer()
	r := rand.New(rand.NewPCG(1, 2))
	statuses := map[int]int{}
	for range 3000 {
		request := anyRequest(r)
		answer := func(method, tag string) *httptest.ResponseRecorder {
			w, again := httptest.NewRecorder(), request.Clone(t.Context())
			again.Method = method
			if tag != "" {
				again.Header.Set("If-None-Match", tag)
			}
			s.ServeHTTP(w, again)
			w.Header().Del("X-Request-Id")
			return w
		}
		w := answer(http.MethodGet, "")
		statuses[w.Code]++
		if fault := faultOf(w); fault != "" {
			t.Errorf("%s %v: %d, %s", request.URL, request.Header, w.Code, fault)
		}
		if head := answer(http.MethodHead, ""); head.Code != w.Code || head.Code == http.StatusOK && !maps.EqualFunc(head.Header(), w.Header(), slices.Equal) ||
			head.Code == http.StatusOK && head.Body.Len() > 0 {
			t.Errorf("%s %v: HEAD has %d %v, GET %d %v", request.URL, request.Header, head.Code, head.Header(), w.Code, w.Header())
		}
		if tag := w.Header().Get("ETag"); tag != "" {
			if kept := answer(http.MethodGet, tag); kept.Code != http.StatusNotModified || kept.Header().Get("ETag") != tag {
				t.Errorf("%s %v: %d with its own tag", request.URL, request.Header, kept.Code)
			}
		}
	}
	for _, status := range []int{200, 302, 308, 400, 404} {
		if statuses[status] < 20 {
			t.Errorf("only %d of the answers are %d", statuses[status], status)
		}
	}
}

// faultOf is what no answer may be; empty where it is none of it.
func faultOf(w *httptest.ResponseRecorder) string {
	h := w.Header()
	kind, _, _ := strings.Cut(h.Get("Content-Type"), ";")
	plain := h.Get("Content-Encoding") == ""
	switch {
	case w.Code >= 500:
		return "a failure of ours"
	case kind == "text/html" && !strings.Contains(h.Get("Content-Security-Policy"), "frame-ancestors 'none'"):
		return "a page without a policy"
	case kind == "text/html" && plain && (strings.Contains(w.Body.String(), "<img src=x") || strings.Contains(w.Body.String(), `"><script>`)):
		return "markup that is not ours"
	case w.Code == http.StatusOK && (h.Get("ETag") == "" || h.Get("Vary") == "" || h.Get("Cache-Control") == ""):
		return "an answer that cannot be kept"
	case w.Code >= 400 && (h.Get("ETag") != "" || h.Get("Content-Disposition") != "" || h.Get("Cache-Control") != "no-store"):
		return "an error that is kept"
	case w.Code >= 400 && kind != "text/html":
		var problem struct {
			Detail string
			Status int
		}
		if err := json.Unmarshal(w.Body.Bytes(), &problem); err != nil || kind != "application/problem+json" || problem.Detail == "" || problem.Status != w.Code {
			return "no problem details: " + w.Body.String()
		}
	}
	return ""
}
