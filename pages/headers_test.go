package pages

import (
	"bytes"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"innoatlas/geo"
	"innoatlas/geo/dataset"
	"innoatlas/geo/memory"
)

// sizeOfHeader is how many bytes a client reads before the body. Beside what is in h there
// are the status line, the date, the length or the coding of the transfer, and what becomes
// of the connection.
func sizeOfHeader(t *testing.T, h http.Header) int {
	t.Helper()
	var b bytes.Buffer
	if err := h.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Len() + len("HTTP/1.1 408 Request Header Fields Too Large\r\nDate: Mon, 30 Nov 2026 11:22:44 GMT\r\n"+
		"Content-Length: 1234567\r\nTransfer-Encoding: chunked\r\nConnection: keep-alive\r\n\r\n")
}

// maxHeaders is what a proxy reads of all headers together: nginx, the one of its defaults
// that is least, is 4 KiB.
const maxHeaders = 4000

// searched are what people search for in the built-in data: names in every language,
// towns, hosts and partners.
func searched(ds *geo.Dataset) (texts []string) {
	seen := map[string]bool{"": true}
	for _, f := range ds.Facilities {
		for _, text := range append([]string{f.Name, f.NameZh, f.NameLocal, f.City, f.HostInstitution}, f.Partners...) {
			if !seen[text] {
				seen[text] = true
				texts = append(texts, text)
			}
		}
	}
	return texts
}

// growing are the addresses whose answers repeat them in a header; each is followed by a
// value.
var growing = []string{
	"/collections/facilities/items?limit=1&q=", "/collections/facilities/items?limit=10&lang=th&name=", "/collections/facilities/items?limit=1&f=csv&q=",
	"/collections/facilities/items?f=html&limit=1&q=",
	"/collections/facilities/items?limit=1&offset=1&sortby=name&filter=TRUE+OR+name=%27x%27&city=", "/collections/facilities/items/1?exclude-properties=name&lang=",
	"/data/facilities.csv?q=", "/collections/facilities/matrix?f=csv&q=", "/collections/facilities/open?f=html&q=", "/collections/facilities/open.qlr?q=",
	"/collections/facilities/tiles/WebMercatorQuad/tilejson?q=", "/facilities?q=", "/countries?q=", "/facilities/1?q=", "/facilities/1?lang=zh-",
	"/countries/764?utm_source=", "/?q=", "/embed?q=",
	"/none?q=", "/collections/facilities/items?none=", "/collections/facilities/items?f=html&", "/sectors?", "/collections/none/items?q=", "/facilities/",
	"/collections/facilities/items/",
}

// Whatever is asked for, all headers of the answer are short enough for any proxy.
func TestHeadersAreShort(t *testing.T) {
	ds := must(dataset.Builtin())
	cfg := fixtureConfig()
	cfg.BaseURL = "https://atlas.science-and-technology-cooperation.example.org/innovation"
	s := newServer(memory.New(ds), cfg)
	texts := append(searched(ds), "AAA", "0", "a", "<b>", "zh,zh", strings.Repeat("x", 41))
	for _, n := range []int{27, 90, 190, 290, 310, 400, 1700} {
		texts = append(texts, strings.Repeat("ก", n), strings.Repeat("x'", n))
	}
	texts = append(texts, strings.Repeat("x", 2600), strings.Repeat("x", 5000), strings.Repeat("x", 16000))
	longest := 0
	check := func(target string, headers ...string) {
		w := get(t, s, target, headers...)
		n := sizeOfHeader(t, w.Result().Header)
		longest = max(longest, n)
		if n > maxHeaders || w.Code >= 500 {
			t.Errorf("%d, %d bytes of headers: %.200s", w.Code, n, target)
		}
	}
	for i, prefix := range growing {
		for j, text := range texts {
			if (i+j)%len(growing) == 0 || len(text) > 80 && strings.Count(text, text[:1]) > 20 { // each text somewhere, and the long ones everywhere
				check(prefix+url.QueryEscape(text), "Accept-Encoding", "gzip")
			}
		}
	}
	if longest < maxHeaders*9/10 {
		t.Errorf("the longest headers took %d bytes: links are left out that have room", longest)
	}
}

// What pages are followed by is kept longest; a file of which the next page could not be
// told is refused, so that nobody takes it for all.
func TestNextStaysInTheHeader(t *testing.T) {
	s := newServer(memory.New(must(dataset.Builtin())), fixtureConfig())
	for _, test := range []struct {
		format string
		n      int // letters of three bytes, each nine in an address
		status int
		rels   string
	}{
		{"json", 1, 200, "self next collection http://www.opengis.net/def/rel/ogc/1.0/queryables alternate"}, {"json", 50, 200,
			"self next collection http://www.opengis.net/def/rel/ogc/1.0/queryables alternate"},
		{"json", 110, 200, "next self collection http://www.opengis.net/def/rel/ogc/1.0/queryables"}, {"json", 250, 200, "next"}, {"json", 320, 200, ""},
		{"csv", 130, 200, "next"}, {"csv", 250, 200, "next"}, {"csv", 320, http.StatusRequestURITooLong, ""}, {"fgb", 1700, http.StatusRequestURITooLong, ""},
	} {
		query := url.Values{"limit": {"1"}, "f": {test.format}, "filter": {"name <> '" + strings.Repeat("ก", test.n) + "'"}}
		w := get(t, s, "/collections/facilities/items?"+query.Encode())
		header := w.Header().Get("Link")
		if w.Code != test.status {
			t.Errorf("%s, %d letters: %d", test.format, test.n, w.Code)
		}
		for _, rel := range strings.Fields(test.rels) {
			if !strings.Contains(header, `rel="`+rel+`"`) {
				t.Errorf("%s, %d letters: no %s in %.300s", test.format, test.n, rel, header)
			}
		}
		if test.format == "json" {
			if body := w.Body.String(); !strings.Contains(body, `"rel":"next"`) || !strings.Contains(body, `"rel":"alternate"`) {
				t.Errorf("%d letters: the body lacks links", test.n)
			}
		}
	}
	for target, want := range map[string]string{
		"/facilities/1?utm_x=1&lang=zh":                              "?lang=zh",
		"/facilities/1?lang=zh-CN&note=" + strings.Repeat("x", 4000): "?lang=zh",
		"/countries/THA?note=" + strings.Repeat("x", 4000):           "/countries/tha",
		"/facilities?q=rice":                                         "/?f=html&q=rice&view=list",
	} {
		w := get(t, s, target)
		if location := w.Header().Get("Location"); w.Code/100 != 3 || !strings.HasSuffix(location, want) {
			t.Errorf("%.60s: %d to %.200s", target, w.Code, location)
		}
	}
	if w := get(t, s, "/facilities?q="+strings.Repeat("x", 4000)); w.Code != http.StatusRequestURITooLong {
		t.Errorf("a list that cannot be sent on to: %d", w.Code)
	}
}
