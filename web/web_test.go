package web

import (
	"bufio"
	"bytes"
	"crypto/sha512"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/gzip"
	"golang.org/x/text/language"
)

func render(t *testing.T, p MapPage) string {
	t.Helper()
	var b bytes.Buffer
	if err := p.Render(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

var page = MapPage{
	Lang: "en", Search: `"><b>`, Matched: 2, Next: "/?offset=20",
	Facets: []Choice{{Name: "country", Title: "Country", Options: []Option{
		{Value: "THA", Label: "Thailand", Count: 22, Selected: true}, {Value: "VNM", Label: "Vietnam", Count: 7}, {Value: "SGP", Label: "Singapore"},
	}}},
	Rows: []Row{
		{Slug: "a", KindLabel: "Joint laboratory", Name: "<img src=x onerror=alert(1)>", NameZh: "农业", City: "Rayong", Country: "Thailand", Sectors: []string{"Health", "Water"}, URL: "/collections/facilities/items/a"},
		{Slug: "b", Name: "B", URL: "javascript:alert(1)"},
	},
	Notices: []string{"Not understood: colour=<red>"},
	Links:   []Link{{Href: "/api", Rel: "service-desc", Type: "application/json", Title: "API"}, {Href: "/conformance", Rel: "conformance"}},
}

func TestRender(t *testing.T) {
	html := render(t, page)
	for _, want := range []string{
		`<html lang="en">`, `<meta name="description"`, `2 facilities`, `value="THA" checked`, `href="/collections/facilities/items/a"`,
		`&lt;img src=x onerror=alert(1)&gt;`, `Health · Water`, `href="/?offset=20"`, `colour=&lt;red&gt;`,
		`<a href="/api" rel="service-desc" type="application/json">API</a>`, `<a href="/conformance" rel="conformance">/conformance</a>`,
		Asset("app/main.js"), Asset("style/map.css"),
	} {
		if !strings.Contains(html, want) {
			t.Errorf("the page lacks %s", want)
		}
	}
	for name, never := range map[string]string{
		"markup of a record": `<img`, "an address that is a script": `javascript:`, "an inline style": `style="`, "an inline handler": ` onclick`,
		"an inline script": `<script>`, "a value that nothing has": `value="SGP"`, "a key without text": `skip.results"`,
	} {
		if strings.Contains(html, never) {
			t.Errorf("the page has %s: %s", name, never)
		}
	}
}

func TestRenderChinese(t *testing.T) {
	p := page
	p.Lang = "zh"
	html := render(t, p)
	for _, want := range []string{`<html lang="zh">`, `2 个机构`, `<span class="row-name" lang="zh">农业</span>`, `应用筛选`} {
		if !strings.Contains(html, want) {
			t.Errorf("the page lacks %s", want)
		}
	}
}

func TestRenderUnknownLanguageIsEnglish(t *testing.T) {
	p := page
	p.Lang = "xx"
	if html := render(t, p); !strings.Contains(html, `<html lang="en">`) {
		t.Error("a language without texts is not shown in English")
	}
}

func TestEveryTextOfThePageExists(t *testing.T) {
	template, err := files.ReadFile("page/map.html")
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range regexp.MustCompile(`\.[TN] "([^"]+)"`).FindAllSubmatch(template, -1) {
		if _, ok := catalogues["en"][string(m[1])]; !ok {
			t.Errorf("i18n/en.json lacks %s", m[1])
		}
	}
}

func TestCataloguesHaveTheSameKeys(t *testing.T) {
	keys := func(c catalogue) []string {
		var keys []string
		for key := range c {
			keys = append(keys, key)
		}
		slices.Sort(keys)
		return keys
	}
	if en, zh := keys(catalogues["en"]), keys(catalogues["zh"]); !slices.Equal(en, zh) {
		t.Errorf("en has %d keys and zh %d; they must be the same", len(en), len(zh))
	}
}

func TestAssets(t *testing.T) {
	for name, want := range map[string]string{
		"app/main.js": "text/javascript; charset=utf-8", "style/map.css": "text/css; charset=utf-8", "style/icon.svg": "image/svg+xml",
		"i18n/zh.json": "application/json", "basemap/world-110m.bin": "application/octet-stream", "vendor/leaflet/LICENSE": "text/plain; charset=utf-8",
	} {
		w := httptest.NewRecorder()
		Assets().ServeHTTP(w, httptest.NewRequest("GET", Asset(name), nil))
		plain, err := source(name)
		if err != nil {
			t.Fatal(err)
		}
		if w.Code != 200 || !bytes.Equal(w.Body.Bytes(), plain) || w.Header().Get("Content-Type") != want {
			t.Errorf("%s: %d, %s, %d bytes", name, w.Code, w.Header().Get("Content-Type"), w.Body.Len())
		}
		if cache := w.Header().Get("Cache-Control"); cache != "public, max-age=31536000, immutable" {
			t.Errorf("%s: Cache-Control %s", name, cache)
		}
	}
}

func TestWithoutComments(t *testing.T) {
	const script = "// Head.\n\nimport a from 'a' // stays\n/** One line. @type {string} */\nconst x = 1\n/**\n * Many\n */\n  // in between\nf(/** @type {any} */ (x))\n/* a */ g() /* b */\n"
	const want = "import a from 'a' // stays\nconst x = 1\nf(/** @type {any} */ (x))\n/* a */ g() /* b */\n"
	if got := string(withoutComments([]byte(script))); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestAssetsCompressed(t *testing.T) {
	plain, err := source("app/main.js")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name, accept, encoding string
	}{
		{"brotli is preferred", "gzip, deflate, br", "br"},
		{"gzip where there is no brotli", "gzip;q=0.5", "gzip"},
		{"a weight of 0 forbids", "br;q=0, gzip;q=0.000", ""},
		{"nothing asked for", "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := httptest.NewRequest("GET", Asset("app/main.js"), nil)
			r.Header.Set("Accept-Encoding", c.accept)
			w := httptest.NewRecorder()
			Assets().ServeHTTP(w, r)
			if got := w.Header().Get("Content-Encoding"); got != c.encoding {
				t.Fatalf("Content-Encoding %q, want %q", got, c.encoding)
			}
			if got := decoded(t, w.Body, c.encoding); !bytes.Equal(got, plain) {
				t.Error("the content is not that of the file")
			}
			again := httptest.NewRequest("GET", Asset("app/main.js"), nil)
			again.Header.Set("Accept-Encoding", c.accept)
			again.Header.Set("If-None-Match", w.Header().Get("ETag"))
			w = httptest.NewRecorder()
			Assets().ServeHTTP(w, again)
			if w.Code != 304 {
				t.Errorf("with its ETag: %d, want 304", w.Code)
			}
		})
	}
}

func decoded(t *testing.T, body io.Reader, encoding string) []byte {
	t.Helper()
	var err error
	switch encoding {
	case "br":
		body = brotli.NewReader(body)
	case "gzip":
		body, err = gzip.NewReader(body)
	}
	if err != nil {
		t.Fatal(err)
	}
	data, err := io.ReadAll(body)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestAssetsNotServed(t *testing.T) {
	for _, path := range []string{"/assets/", Asset("page/map.html"), Asset("none.js"), "/assets/0/app/main.js", Asset("app/../web.go"), Asset("vendor/leaflet/leaflet.d.ts")} {
		w := httptest.NewRecorder()
		Assets().ServeHTTP(w, httptest.NewRequest("GET", path, nil))
		if w.Code != 404 {
			t.Errorf("%s: %d, want 404", path, w.Code)
		}
	}
	w := httptest.NewRecorder()
	Assets().ServeHTTP(w, httptest.NewRequest("POST", Asset("app/main.js"), nil))
	if w.Code != 405 {
		t.Errorf("POST: %d, want 405", w.Code)
	}
}

// What is vendored must be what was published: scripts/vendor.sh writes the sums.
func TestVendoredFilesAreUnchanged(t *testing.T) {
	sums, err := os.Open("vendor/SHA512SUMS")
	if err != nil {
		t.Fatal(err)
	}
	defer sums.Close()
	var listed []string
	for scanner := bufio.NewScanner(sums); scanner.Scan(); {
		want, name, _ := strings.Cut(scanner.Text(), "  ./")
		data, err := os.ReadFile(filepath.Join("vendor", name))
		if err != nil {
			t.Fatal(err)
		}
		if got := sha512.Sum512(data); hex.EncodeToString(got[:]) != want {
			t.Errorf("%s was changed; run scripts/vendor.sh", name)
		}
		listed = append(listed, name)
	}
	for _, name := range []string{"leaflet/LICENSE", "leaflet/leaflet.css", "leaflet/leaflet.js", "swagger-ui/LICENSE", "swagger-ui/swagger-ui-bundle.js", "swagger-ui/swagger-ui.css"} {
		if !slices.Contains(listed, name) {
			t.Errorf("%s has no checksum", name)
		}
	}
}

func TestPlural(t *testing.T) {
	texts := Texts{Language: "en", own: catalogue{
		"n": json.RawMessage(`{"one": "{n} thing of {place}", "other": "{n} things of {place}"}`), "only": json.RawMessage(`{"other": "{n} 个"}`),
	}, plurals: language.English}
	for _, test := range []struct {
		key  string
		n    int
		want string
	}{{"n", 1, "1 thing of <Rayong>"}, {"n", 0, "0 things of <Rayong>"}, {"n", 2600, "2,600 things of <Rayong>"}, {"only", 1, "1 个"}, {"none", 1, "none"}} {
		if got := texts.T(test.key, "n", test.n, "place", "<Rayong>"); got != test.want {
			t.Errorf("T(%s, %d) = %s, want %s", test.key, test.n, got, test.want)
		}
	}
}
