package web

import (
	"bufio"
	"bytes"
	"crypto/sha512"
	"encoding/hex"
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
		{Slug: "a", KindLabel: "Joint laboratory", Name: Text{"<img src=x onerror=alert(1)>", "en"}, City: "Rayong", Country: "Thailand", Sectors: []string{"Health", "Water"}, URL: "/collections/facilities/items/a"},
		{Slug: "b", Name: Text{"农业", "zh"}, URL: "javascript:alert(1)"},
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
	for _, want := range []string{`<html lang="zh">`, `2 个机构`, `<span class="row-name" lang="zh">农业</span>`, `<span class="row-name" lang="en">&lt;img`, `应用筛选`} {
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

// What the page loads at once is fetched side by side, and nothing else is.
func TestModules(t *testing.T) {
	found := listModules("app/main.js")
	for _, want := range []string{"app/dom.js", "app/map.js", "app/url.js", "vendor/leaflet/leaflet.js"} {
		if !slices.Contains(found, want) {
			t.Errorf("%s is not loaded at once", want)
		}
	}
	for _, name := range found {
		if _, err := files.ReadFile(name); err != nil {
			t.Errorf("a script imports %s, which is not there", name)
		}
	}
	for _, lazy := range []string{"app/main.js", "app/share.js", "app/views.js"} {
		if slices.Contains(found, lazy) {
			t.Errorf("%s is loaded at once", lazy)
		}
	}
}

func TestRenderHead(t *testing.T) {
	p := page
	p.Lang, p.Chosen, p.Links = "zh", true, append([]Link{{Href: "https://atlas.example/", Rel: "self"}}, page.Links...)
	html := render(t, p)
	for _, want := range []string{
		`<link rel="canonical" href="https://atlas.example/?lang=zh">`, `hreflang="th" href="https://atlas.example/?lang=th"`,
		`hreflang="x-default" href="https://atlas.example/"`, `<meta property="og:title" content="创新地图`,
	} {
		if !strings.Contains(html, want) {
			t.Errorf("the head lacks %s", want)
		}
	}
	p.Chosen = false // then the address is that of every language, as the sitemap has it
	if html := render(t, p); !strings.Contains(html, `<link rel="canonical" href="https://atlas.example/">`) || !strings.Contains(html, `<meta property="og:url" content="https://atlas.example/">`) {
		t.Error("the page of no chosen language has another address than its own")
	}
	if n := strings.Count(html, `<link rel="alternate" hreflang=`); n != len(Languages)+1 {
		t.Errorf("%d alternates for %d languages and the default", n, len(Languages))
	}
}

// The page begins with the view that the address asks for; one that there is not is the map.
func TestRenderView(t *testing.T) {
	for asked, want := range map[string]string{"": "map", "list": "list", "statistics": "statistics", "globe": "map"} {
		p := page
		p.Show = asked
		html := render(t, p)
		if !strings.Contains(html, `data-show="`+want+`"`) || !strings.Contains(html, `view=`+want+`" aria-current="page"`) {
			t.Errorf("view=%s does not begin with the %s", asked, want)
		}
	}
}

func TestRenderOptions(t *testing.T) {
	p := page
	if html := render(t, p); !strings.Contains(html, `data-embed="none"`) || !strings.Contains(html, `data-contact=""`) {
		t.Error("without options the page offers a frame or a contact")
	}
	p.Options = Options{Contact: "atlas@example.org", FrameAncestors: []string{"https://example.org"}}
	if html := render(t, p); !strings.Contains(html, `data-embed="allowed"`) || !strings.Contains(html, `data-contact="atlas@example.org"`) {
		t.Error("the page does not tell its options")
	}
}

// Where scripts are off, years are a field, what is chosen is told, and the briefings are linked.
func TestRenderForm(t *testing.T) {
	p := page
	p.Years = "2015..2020"
	html := render(t, p)
	for _, want := range []string{
		`name="established" value="2015..2020"`, `<span class="chip">Thailand<`, `<span class="chip">2015..2020<`,
		`<a class="clear" href="/?lang=en">`, `href="/countries/tha?lang=en"`, `id="languages"`, `data-lang="km" lang="km"`,
	} {
		if !strings.Contains(html, want) {
			t.Errorf("the page lacks %s", want)
		}
	}
	if none := render(t, MapPage{Lang: "en"}); strings.Contains(none, `class="chip"`) || !strings.Contains(none, `<div id="chips" class="chips" hidden>`) {
		t.Error("the page tells filters, and none is chosen")
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
	const script = "// Head.\n\nimport a from 'a' // goes\n/** One line. @type {string} */\nconst x = 1\n/**\n * Many\n */\n  // in between\nf(/** @type {any} */ (x))\n/* a */ g() /* b */\n\th('// a') // it's kept\n"
	const want = "import a from 'a'\nconst x = 1\nf((x))\n/* a */ g() /* b */\nh('// a') // it's kept\n"
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
		"n": {forms: map[string]string{"one": "{n} thing of {place}", "other": "{n} things of {place}"}}, "only": {forms: map[string]string{"other": "{n} 个"}},
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

// The corner of the map and the foot of the page name whose data it is; Natural Earth is
// named wherever its outlines are drawn.
func TestRenderCredits(t *testing.T) {
	own := page
	own.Credits = Credits{Attribution: `Ministry <b> & "partners"`, Licence: "CC BY 4.0", LicenceURL: "https://creativecommons.org/licenses/by/4.0/"}
	html := render(t, own)
	const terms = `Ministry &lt;b&gt; &amp; &#34;partners&#34; · <a href="https://creativecommons.org/licenses/by/4.0/" rel="license noopener" target="_blank">CC BY 4.0</a>`
	if n := strings.Count(html, terms); n != 2 {
		t.Errorf("the page has the terms %d times, want them in the corner and at the foot", n)
	}
	if !strings.Contains(html, "Leaflet</a> | Natural Earth · Ministry") || !strings.Contains(html, "Outlines by Natural Earth.") {
		t.Error("the page does not name who drew the map")
	}
	own.Credits = Credits{LicenceURL: "javascript:alert(1)"}
	if html := render(t, own); strings.Contains(html, `href="javascript:`) {
		t.Error("the address of the licence is a script")
	}
	for what, html := range map[string]string{"the map page": render(t, page)} {
		if strings.Contains(html, "GeoNames") || strings.Contains(html, "ROR") {
			t.Errorf("%s of data without terms names who has no part in it", what)
		}
	}
}

// A sign tells how exact a place is, and so does the legend.
func TestLegend(t *testing.T) {
	p := page
	p.Legend = []LegendEntry{{Sign: Sign{"square", 2}, Label: "<Innovation> centre"}}
	html := render(t, p)
	for _, want := range []string{`class="kind kind-2" aria-hidden="true"><path d="` + Sign{"square", 2}.Path() + `"`, "&lt;Innovation&gt; centre", "Exact site", "Town or province only"} {
		if !strings.Contains(html, want) {
			t.Errorf("the legend lacks %s", want)
		}
	}
}

func TestBriefly(t *testing.T) {
	for lang, want := range map[string]string{"en": "Town", "zh": "城市", "km": "ទីក្រុង", "th": "เมือง"} {
		if got := TextsIn(lang).Briefly("city"); got != want {
			t.Errorf("%s: %q, want %q", lang, got, want)
		}
	}
	if got := TextsIn("en").Briefly(""); got != "No source says where it stands." {
		t.Errorf("none stated: %q", got)
	}
}
