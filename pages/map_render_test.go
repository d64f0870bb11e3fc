package pages

import (
	"bytes"
	"io/fs"
	"regexp"
	"strings"
	"testing"

	"innoatlas/api"
	"innoatlas/geo"
	"innoatlas/layout"
	"innoatlas/pages/drawing"
	"innoatlas/texts"
	"innoatlas/web"
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
		{Slug: "a", KindLabel: "Joint laboratory", Name: layout.Label{Text: "<img src=x onerror=alert(1)>", Lang: "en"}, City: layout.Label{Text: "Rayong"}, Country: "Thailand",
			Sectors: []string{"Health", "Water"}, URL: "/collections/facilities/items/a"},
		{Slug: "b", Name: layout.Label{Text: "农业", Lang: "zh"}, URL: "javascript:alert(1)"},
	},
	Notices: []string{"Not understood: colour=<red>"},
	Links:   []api.Link{{Href: "/api", Rel: "service-desc", Type: "application/json", Title: "API"}, {Href: "/conformance", Rel: "conformance"}},
}

func TestRender(t *testing.T) {
	html := render(t, page)
	for _, want := range []string{
		`<html lang="en">`, `<meta name="description"`, `2 facilities`, `value="THA" checked`, `href="/collections/facilities/items/a"`,
		`&lt;img src=x onerror=alert(1)&gt;`, `Health · Water`, `href="/?offset=20"`, `colour=&lt;red&gt;`,
		`<a href="/api" rel="service-desc" type="application/json">API</a>`, `<a href="/conformance" rel="conformance">/conformance</a>`,
		web.Asset("app/main.js"), web.Asset("style/map.css"),
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

func TestEveryTextOfThePagesExists(t *testing.T) {
	names, err := fs.Glob(files, "*.html")
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	for _, name := range names {
		template, err := files.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range regexp.MustCompile(`\.[TN] "([^"]+)"`).FindAllSubmatch(template, -1) {
			if found++; !texts.In("en").Has(string(m[1])) {
				t.Errorf("%s says %s, and there is no such text", name, m[1])
			}
		}
	}
	if found < 100 {
		t.Errorf("%d texts found", found)
	}
}

func TestRenderHead(t *testing.T) {
	p := page
	p.Lang, p.Chosen, p.Links = "zh", true, append([]api.Link{{Href: "https://atlas.example/", Rel: "self"}}, page.Links...)
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
	if html := render(t, p); !strings.Contains(html, `<link rel="canonical" href="https://atlas.example/">`) ||
		!strings.Contains(html, `<meta property="og:url" content="https://atlas.example/">`) {
		t.Error("the page of no chosen language has another address than its own")
	}
	if n := strings.Count(html, `<link rel="alternate" hreflang=`); n != len(texts.Languages)+1 {
		t.Errorf("%d alternates for %d languages and the default", n, len(texts.Languages))
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
	p.Options = web.Options{Contact: "atlas@example.org", FrameAncestors: []string{"https://example.org"}}
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

// The corner of the map and the foot of the page name whose data it is; Natural Earth is
// named wherever its outlines are drawn.
func TestRenderCredits(t *testing.T) {
	own := page
	own.Terms = geo.Terms{Attribution: `Ministry <b> & "partners"`, Licence: "CC BY 4.0", LicenceURL: "https://creativecommons.org/licenses/by/4.0/"}
	html := render(t, own)
	const terms = `Ministry &lt;b&gt; &amp; &#34;partners&#34; · <a href="https://creativecommons.org/licenses/by/4.0/" rel="license noopener" target="_blank">CC BY 4.0</a>`
	if n := strings.Count(html, terms); n != 2 {
		t.Errorf("the page has the terms %d times, want them in the corner and at the foot", n)
	}
	if !strings.Contains(html, "Leaflet</a> | Natural Earth · Ministry") || !strings.Contains(html, "Outlines by Natural Earth.") {
		t.Error("the page does not name who drew the map")
	}
	own.Terms = geo.Terms{LicenceURL: "javascript:alert(1)"}
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
	p.Legend = []LegendEntry{{Sign: geo.Sign{Shape: "square", Colour: 2}, Label: "<Innovation> centre"}}
	html := render(t, p)
	for _, want := range []string{
		`class="kind kind-2" aria-hidden="true"><path d="` + drawing.Path("square") + `"`, "&lt;Innovation&gt; centre", "Exact site",
		"Town or province only",
	} {
		if !strings.Contains(html, want) {
			t.Errorf("the legend lacks %s", want)
		}
	}
}

func TestBriefly(t *testing.T) {
	for lang, want := range map[string]string{"en": "Town", "zh": "城市", "km": "ទីក្រុង", "th": "เมือง"} {
		if got := briefly(texts.In(lang), "city"); got != want {
			t.Errorf("%s: %q, want %q", lang, got, want)
		}
	}
	if got := briefly(texts.In("en"), ""); got != "No source says where it stands." {
		t.Errorf("none stated: %q", got)
	}
}
