package api

import (
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/andybalholm/brotli"
	gocmp "github.com/google/go-cmp/cmp"

	"innoatlas/geo"
	"innoatlas/texts"
	"innoatlas/web"
)

func TestNegotiation(t *testing.T) {
	s := newTestServer()
	const items = "/collections/facilities/items"
	for _, test := range []struct{ name, target, accept, want string }{
		{"no Accept, as fiona", items, "", "application/geo+json"},
		{"anything, as curl", items, "*/*", "application/geo+json"},
		{"GDAL's GeoJSON driver", items, "text/plain, application/json", "application/geo+json"},
		{"GDAL's OAPIF driver", items, "application/geo+json, application/json", "application/geo+json"},
		{"the official test suite", "/collections", "application/json, application/javascript, text/javascript, text/json", "application/json"},
		{"a browser", items, "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "text/html; charset=utf-8"},
		{"html among equals, but named", items, "text/html, */*", "text/html; charset=utf-8"},
		{"json before html by q", items, "text/html;q=0.5, application/geo+json;q=0.9", "application/geo+json"},
		{"html before json by q", items, "application/json;q=0.5, text/html", "text/html; charset=utf-8"},
		{"equals", items, "text/html, application/json", "application/geo+json"},
		{"any text", items, "text/*", "text/html; charset=utf-8"},
		{"html ruled out", items, "text/html;q=0, */*", "application/geo+json"},
		{"nothing that there is", items, "application/x-nonsense", "application/geo+json"},
		{"a weight of no number", items, "text/html;q=high", "application/geo+json"},
		{"f over Accept", items + "?f=html", "application/json", "text/html; charset=utf-8"},
		{"f=json", items + "?f=json", "text/html", "application/geo+json"},
		{"f=geojson", items + "?f=geojson", "text/html", "application/geo+json"},
		{"definition by its own type", "/api", "application/vnd.oai.openapi+json;version=3.0", "application/vnd.oai.openapi+json;version=3.0"},
		{"definition as json", "/api", "application/json", "application/vnd.oai.openapi+json;version=3.0"},
		{"definition to read", "/api", "text/html", "text/html; charset=utf-8"},
		{"landing page", "/", "application/json", "application/json"},
		{"landing page by f", "/?f=json", "text/html", "application/json"},
		{"facets have no page", "/collections/facilities/facets", "text/html", "application/json"},
		{"download", "/data/facilities.csv", "text/html", "text/csv; charset=utf-8"},
		{"an error to a browser", "/collections/x", "text/html", "text/html; charset=utf-8"},
		{"an error to a program", "/collections/x", "*/*", "application/problem+json"},
		{"an error by f", "/collections/x?f=html", "", "text/html; charset=utf-8"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := get(t, s, test.target, "Accept", test.accept).Header().Get("Content-Type"); got != test.want {
				t.Errorf("Content-Type %q, want %q", got, test.want)
			}
		})
	}
}

func TestLanguage(t *testing.T) {
	s := newTestServer()
	for _, test := range []struct{ name, target, header, want string }{
		{"default", "/collections", "", `<html lang="en">`},
		{"by the browser", "/collections", "zh-CN,zh;q=0.9,en;q=0.5", `<html lang="zh">`},
		{"traditional", "/collections", "zh-TW", `<html lang="zh">`},
		{"unknown", "/collections", "xx", `<html lang="en">`},
		{"hostile", "/collections", strings.Repeat("a-", 5000), `<html lang="en">`},
		{"by the address", "/collections?lang=en", "zh", `<html lang="en">`},
		{"a document that is in two languages only", "/collections?lang=th", "", `<html lang="en">`},
		{"its switch", "/collections?lang=th", "", `lang=zh" lang="zh">中文</a>`},
		{"the same by the browser", "/collections", "vi", `<html lang="en">`},
		{"an error", "/collections/none", "km", `<html lang="en">`},
		{"labels of a document", "/collections/countries/items/tha?f=html&lang=th", "", `Joint laboratory`},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := get(t, s, test.target, "Accept", "text/html", "Accept-Language", test.header)
			if !strings.Contains(w.Body.String(), test.want) {
				t.Errorf("want %s in\n%.300s", test.want, w.Body)
			}
		})
	}
}

func TestChooseLanguage(t *testing.T) {
	for _, code := range languages {
		for _, h := range []http.Header{nil, {"Accept-Language": {"en"}}} {
			if got := chooseLanguage(code, h); got != code {
				t.Errorf("lang=%s is %s", code, got)
			}
		}
		if got := chooseLanguage("", http.Header{"Accept-Language": {code}}); got != code {
			t.Errorf("Accept-Language %s is %s", code, got)
		}
	}
	for accept, want := range map[string]string{
		"zh-TW": "zh", "zh-Hant-HK;q=0.9, en;q=0.5": "zh", "zh-Hans-SG": "zh", "tl": "fil", "tl-PH,en;q=0.8": "fil", "in": "id", "in-ID": "id",
		"th-TH-u-nu-thai": "th", "ms-BN": "ms", "en-PH": "en", "nb": "en", "de, fr;q=0.5": "en", "de, km;q=0.5": "km", "*": "en", "": "en", ";;": "en",
	} {
		if got := chooseLanguage("", http.Header{"Accept-Language": {accept}}); got != want {
			t.Errorf("Accept-Language %q is %s, want %s", accept, got, want)
		}
	}
}

// Labels speak every language; titles of documents do not.
func TestLabelsInEveryLanguage(t *testing.T) {
	s := newTestServer()
	for _, code := range languages {
		facets := get(t, s, "/collections/facilities/facets?lang="+code, "Accept-Language", "zh").Body.String()
		china, _ := geo.CountryByCode("CHN")
		fiji, _ := geo.CountryByCode("FJI")
		for _, want := range []string{china.Name(code), fiji.Name(code), geo.Statuses[0].Labels[code], geo.Precisions[1].Labels[code], texts.Own(code, "not_stated")} {
			if want == "" || !strings.Contains(facets, `"label":"`+want+`"`) {
				t.Errorf("the facets in %s lack %q", code, want)
			}
		}
		if title := `"title":"` + map[bool]string{true: "机构", false: "Facilities"}[code == "zh"] + `"`; !strings.Contains(facets, title) {
			t.Errorf("the facets in %s lack %s", code, title)
		}
	}
}

func TestEncoding(t *testing.T) {
	s := newTestServer()
	const large = "/collections/facilities/items"
	plain := get(t, s, large).Body.String()
	for _, test := range []struct{ name, target, accept, want string }{
		{"none asked for", large, "", ""},
		{"gzip", large, "gzip", "gzip"},
		{"brotli first of equals", large, "gzip, deflate, br, zstd", "br"},
		{"gzip by q", large, "br;q=0.5, gzip", "gzip"},
		{"upper case", large, "GZIP", "gzip"},
		{"anything", large, "*", "br"},
		{"anything but brotli", large, "*, br;q=0", "gzip"},
		{"plain preferred", large, "identity, gzip;q=0.5", ""},
		{"unknown", large, "zstd", ""},
		{"ruled out", large, "gzip;q=0", ""},
		{"too small to gain", "/tileMatrixSets", "gzip", ""},
		{"download", "/data/facilities.geojson", "gzip", "gzip"},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := get(t, s, test.target, "Accept-Encoding", test.accept)
			if got := w.Header().Get("Content-Encoding"); got != test.want {
				t.Fatalf("Content-Encoding %q, want %q", got, test.want)
			}
			if body := decompress(t, w); test.target == large && body != plain {
				t.Errorf("the body differs from the plain one")
			}
			if !strings.Contains(w.Header().Get("Vary"), "Accept-Encoding") {
				t.Errorf("Vary %q", w.Header().Get("Vary"))
			}
		})
	}
}

func decompress(t *testing.T, w *httptest.ResponseRecorder) string {
	t.Helper()
	var r io.Reader = w.Body
	switch w.Header().Get("Content-Encoding") {
	case "gzip":
		unzipped, err := gzip.NewReader(w.Body)
		if err != nil {
			t.Fatal(err)
		}
		r = unzipped
	case "br":
		r = brotli.NewReader(w.Body)
	}
	body, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

// HEAD has the headers of GET and no body.
func TestHead(t *testing.T) {
	server := httptest.NewServer(newTestServer())
	defer server.Close()
	ask := func(method, target string, header http.Header) *http.Response {
		request, err := http.NewRequestWithContext(t.Context(), method, server.URL+target, nil)
		if err != nil {
			t.Fatal(err)
		}
		request.Header = header
		response, err := http.DefaultTransport.RoundTrip(request)
		if err != nil {
			t.Fatal(err)
		}
		response.Body.Close()
		response.Header.Del(requestIDHeader)
		response.Header.Del("Date")
		return response
	}
	for _, target := range append(everyResource, "/collections/none", "/livez", "/readyz") {
		for _, header := range []http.Header{{"Accept-Encoding": {"identity"}}, {"Accept": {"text/html"}, "Accept-Encoding": {"br"}}} {
			want, got := ask(http.MethodGet, target, header), ask(http.MethodHead, target, header)
			if got.StatusCode != want.StatusCode {
				t.Errorf("HEAD %s: %d, GET %d", target, got.StatusCode, want.StatusCode)
			}
			if diff := gocmp.Diff(want.Header, got.Header); diff != "" {
				t.Errorf("HEAD %s: headers differ from those of GET:\n%s", target, diff)
			}
		}
	}
}

func FuzzAccept(f *testing.F) {
	for _, seed := range []string{"*/*", "text/html, image/gif, *; q=.2, */*; q=.2", "text/html;q=1;level=1", ";;q=,", "a/b;q=NaN", "/*", "text/*;q=Infinity"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, accept string) {
		formats := []*representation{geoJSONFormat, htmlFormat}
		if got := negotiate(formats, accept); !slices.Contains(formats, got) {
			t.Fatalf("negotiate gave %v", got)
		}
		for value, q := range qualities(accept) {
			if value == "" || !(q >= 0 && q <= 1) {
				t.Fatalf("%q with weight %v", value, q)
			}
		}
		if !strings.Contains(strings.ToLower(accept), "html") && !strings.Contains(strings.ToLower(accept), "text/*") && negotiate(formats, accept) == htmlFormat {
			t.Fatalf("HTML for %q, which does not name it", accept)
		}
	})
}

func FuzzAcceptEncoding(f *testing.F) {
	for _, seed := range []string{"gzip, br", "*;q=0", "identity;q=1, *;q=0.5", "br;q=2", ",,,"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, accept string) {
		switch e := chooseEncoding(accept); {
		case e == identity:
		case !strings.Contains(strings.ToLower(accept), string(e)) && !strings.Contains(accept, "*"):
			t.Fatalf("%s for %q, which does not accept it", e, accept)
		}
	})
}

// The files of the pages are sent in the coding that the header weighs highest, as all else is.
func TestEncodingOfAssets(t *testing.T) {
	s := newTestServer()
	for accept, want := range map[string]string{
		"gzip, deflate, br": "br", "gzip;q=0.5": "gzip", "br;q=0.5, gzip": "gzip", "br;q=0, gzip;q=0.000": "", "": "",
	} {
		w := get(t, s, web.Asset("app/main.js"), "Accept-Encoding", accept)
		if got := w.Header().Get("Content-Encoding"); w.Code != http.StatusOK || got != want {
			t.Errorf("%q: %d in %q, want %q", accept, w.Code, got, want)
		}
	}
	for _, path := range []string{"/assets/none.js", "/assets/"} {
		if w := get(t, s, path); w.Code != http.StatusNotFound || w.Header().Get("Content-Type") != problemFormat.mediaType {
			t.Errorf("%s: %d, %s", path, w.Code, w.Header().Get("Content-Type"))
		}
	}
	if w := do(t, s, http.MethodPost, web.Asset("app/main.js")); w.Code != http.StatusMethodNotAllowed {
		t.Errorf("POST: %d, want 405", w.Code)
	}
}
