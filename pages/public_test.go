package pages

import (
	"encoding/json"
	"encoding/xml"
	"fmt"
	"html"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/paulmach/orb"

	"innoatlas/api"
	"innoatlas/api/apitest"
	"innoatlas/api/loadtest"
	"innoatlas/geo"
	"innoatlas/geo/dataset"
	"innoatlas/geo/memory"
	"innoatlas/pages/drawing"
	"innoatlas/texts"
	"innoatlas/web"
)

const hostileName = `</script><img src=x onerror=alert(1)>`

// publicServer has the fixture and a record that means harm.
func publicServer() *api.Server {
	ds := fixture()
	ds.Facilities = append(ds.Facilities, geo.Facility{
		ID: 9, Slug: "hostile", Kind: "joint-laboratory", Name: hostileName, NameZh: hostileName + "中", Country: "THA", CountryName: "Thailand",
		City: `"><b>`, Position: &orb.Point{100, 15}, Precision: "site", HostInstitution: hostileName, Partners: []string{hostileName + " (CHN)"},
		Summary: hostileName, Source: geo.Source{Title: hostileName, URL: "javascript:alert(1)"},
		Sources: []geo.Source{{Title: "data", URL: "data:text/html,<script>alert(1)</script>"}, {URL: `https://example.org/"><script>`}},
	})
	cfg := fixtureConfig()
	cfg.Page.Contact = "atlas@example.org"
	return newServer(memory.New(ds), cfg)
}

func TestPublicPages(t *testing.T) {
	s := publicServer()
	for _, test := range []struct {
		name, target string
		has, hasNot  []string
	}{
		{"a facility", "/facilities/solar-lab-bangkok", []string{
			`<html lang="en">`, "<title>China-Thailand Solar Laboratory · Innovation Atlas</title>",
			`<meta name="description" content="Works on &#34;thin films&#34; &amp; inverters.">`,
			`<link rel="canonical" href="http://localhost:8080/facilities/solar-lab-bangkok">`,
			`hreflang="km" href="http://localhost:8080/facilities/solar-lab-bangkok?lang=km"`, `hreflang="x-default" href="http://localhost:8080/facilities/solar-lab-bangkok"`,
			`<meta property="og:title" content="China-Thailand Solar Laboratory">`, `<h1 lang="en">China-Thailand Solar Laboratory</h1>`,
			`<p class="other-name" lang="zh">中泰太阳能联合实验室</p>`, `<p class="other-name" lang="th">ห้องปฏิบัติการ</p>`,
			`class="kind kind-1" viewBox="-12 -12 24 24" aria-hidden="true"><use href="#circle"/>`, `<path id="circle" d="M12`, "Joint laboratory", "Bangkok, Thailand",
			`<p class="lead" lang="en">Works on`, "Kasetsart University</span> <small>Thailand",
			`href="/sectors/new-energy">New energy`, `href="/countries/tha">Thailand`, "Operating", "as of 2015-06", "Town: the sources name the town",
			`<circle class="off"`, `aria-label="Map: where China-Thailand Solar Laboratory stands"`,
			`href="https://example.org/solar" rel="nofollow noopener" lang="en">Opening of the laboratory`,
			"Supports: the year", "Last changed 2024-02-03", `href="/?lang=en&amp;selected=solar-lab-bangkok"`, "/collections/facilities/items/1?f=json",
			"mailto:atlas@example.org?subject=Error%20in%20the%20record%20", "facilities%2Fsolar-lab-bangkok", web.Asset("pages/copy.js"), web.Asset("style/public.css"),
			"Retrieved on 2025-01-02",
		}, []string{"lang=en\">Thailand"}},
		{"a facility in chinese", "/facilities/solar-lab-bangkok?lang=zh&utm_source=mail", []string{
			`<html lang="zh">`, `<h1 lang="zh">中泰太阳能联合实验室</h1>`, `<p class="other-name" lang="th">ห้องปฏิบัติการ</p>`, `<p class="lead" lang="en">Works on`,
			"<span>查看英文</span>", `<div lang="en"><p class="other-name">China-Thailand Solar Laboratory</p><p class="place">Bangkok, Thailand</p></div>`,
			`<link rel="canonical" href="http://localhost:8080/facilities/solar-lab-bangkok?lang=zh">`, `href="/countries/tha?lang=zh">泰国`, "联合实验室", "报告错误",
		}, []string{"utm_source"}},
		{"a language that is none", "/facilities/solar-lab-bangkok?lang=xx", []string{`<html lang="en">`}, []string{"lang=xx"}},
		{"the province only", "/facilities/formula", []string{"Province: the sources name", `<circle class="off"`, "=HYPERLINK"},
			[]string{"javascript:", "<script>alert", `"location"`}},
		{"the country only", "/facilities/fish-farm-taveuni", []string{"Country: the sources name the country only"}, []string{`class="drawing"`, `"location"`, "Latitude -16"}},
		{"nothing known", "/facilities/nowhere", []string{"Place not stated", "No source is stated."}, []string{`class="drawing"`, "/countries/"}},
		{"harm", "/facilities/hostile", []string{"&lt;/script&gt;&lt;img", `\u003c/script\u003e`}, []string{"<img", "javascript:", `href="data:`, `"><b>`, `"><script>`}},
		{"a country", "/countries/tha", []string{
			`<html lang="en">`, "<title>Thailand · Country briefing · Innovation Atlas</title>", `<h1>Thailand</h1>`,
			"Thailand: 2 facilities on record. 2 of them have a place on the map.",
			"By kind: 2 joint laboratory.", "Founded in 2015, where the year is known.", `<link rel="canonical" href="http://localhost:8080/countries/tha">`,
			`href="/facilities/solar-lab-bangkok" lang="en">China-Thailand`, `class="land"`, "Boundaries and names are indicative only", `kind-1" transform="translate(`,
			"joint labs", `href="https://example.org/report?a=1&amp;b=2"`, "/data/facilities.csv?country=THA", "/data/facilities.xlsx?country=THA",
			"/data/facilities.geojson?country=THA",
			`href="/?country=THA&amp;lang=en"`, "Last changed 2024-02-03", `aria-label="Map of the facilities: Thailand"`, web.Asset("style/public.css"), "&lt;img",
		}, []string{"<img", "javascript:", "No source on record"}},
		{"a country in chinese", "/countries/tha?lang=zh", []string{`<html lang="zh">`, "<h1>泰国</h1>", "泰国共收录 2 个机构。其中 2 个可在地图上定位。", "/sectors/new-energy?lang=zh"}, nil},
		{"a country with no figure", "/countries/chn", []string{"No source on record states a cooperation figure for China.", "1 of them has a place"}, nil},
		{"a country with no place", "/countries/fji", []string{"Fiji: 1 facility on record. 0 of them have a place", "1998"}, []string{`class="drawing"`}},
		{"a sector", "/sectors/new-energy", []string{"<h1>New energy</h1>", "New energy: 2 facilities on record.", "Founded from 1998 to 2015",
			`href="/countries/tha">Thailand`, "<td>Fiji</td>", "?sector=new-energy"}, []string{"cooperation figure"}},
		{"a sector in chinese", "/sectors/new-energy?lang=zh", []string{"<h1>新能源</h1>", "“新能源”领域共收录 2 个机构。"}, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := get(t, s, test.target, "Accept", "text/html")
			if w.Code != http.StatusOK || w.Header().Get("Content-Security-Policy") != policy(t, s) {
				t.Fatalf("%d, policy %q: %s", w.Code, w.Header().Get("Content-Security-Policy"), w.Body)
			}
			body := w.Body.String()
			for _, text := range test.has {
				if !strings.Contains(body, text) {
					t.Errorf("the page lacks %q", text)
				}
			}
			for _, text := range append(test.hasNot, "ZgotmplZ", ` style="`, " onclick", "facility.o", "briefing.o", "<no value>") {
				if strings.Contains(body, text) {
					t.Errorf("the page has %q", text)
				}
			}
		})
	}
}

func TestPublicRedirects(t *testing.T) {
	s := publicServer()
	for target, want := range map[string]string{
		"/facilities/1":         "http://localhost:8080/facilities/solar-lab-bangkok",
		"/facilities/1?lang=zh": "http://localhost:8080/facilities/solar-lab-bangkok?lang=zh",
		"/countries/THA":        "http://localhost:8080/countries/tha",
		"/countries/th%61":      "http://localhost:8080/countries/tha",
		"/facilities/nowher%65": "http://localhost:8080/facilities/nowhere",
		"/countries/th":         "http://localhost:8080/countries/tha",
		"/countries/764?lang=x": "http://localhost:8080/countries/tha?lang=x",
		"/sectors/new%2Denergy": "http://localhost:8080/sectors/new-energy",
	} {
		if w := get(t, s, target); w.Code != http.StatusPermanentRedirect || w.Header().Get("Location") != want || w.Header().Get("ETag") != "" {
			t.Errorf("%s: %d to %s, want %s", target, w.Code, w.Header().Get("Location"), want)
		}
	}
	for _, target := range []string{"/facilities/no-such", "/facilities/99", "/facilities/%00", "/countries/no-such", "/countries/fra", "/sectors/no-such"} {
		w := get(t, s, target, "Accept", "text/html")
		if w.Code != http.StatusNotFound || !strings.Contains(w.Body.String(), "404") || w.Header().Get("ETag") != "" {
			t.Errorf("%s: %d", target, w.Code)
		}
	}
}

func TestAddressesAbovePages(t *testing.T) {
	s := publicServer()
	for target, want := range map[string]string{
		"/facilities?lang=th": "/?lang=th&view=list", "/countries/?": "/?view=statistics", "/sectors?country=THA": "/?country=THA&view=statistics",
	} {
		if w := get(t, s, target, "Accept", "text/html"); w.Code != http.StatusFound || w.Header().Get("Location") != "http://localhost:8080"+want || w.Header().Get("Vary") == "" {
			t.Errorf("%s: %d to %s, want %s", target, w.Code, w.Header().Get("Location"), want)
		}
		to := get(t, s, target+"&f=json").Header().Get("Location") // a program comes to the page too
		if w := get(t, s, strings.TrimPrefix(to, "http://localhost:8080")); w.Code != http.StatusOK || !strings.HasPrefix(w.Header().Get("Content-Type"), "text/html") {
			t.Errorf("%s leads a program to %s: %d %s", target, to, w.Code, w.Body)
		}
	}
}

func TestPublicPagesAreKept(t *testing.T) {
	s := publicServer()
	for _, target := range []string{"/facilities/solar-lab-bangkok", "/countries/tha", "/sectors/new-energy", "/sitemap.xml", "/robots.txt"} {
		first := get(t, s, target)
		tag := first.Header().Get("ETag")
		if w := get(t, s, target, "If-None-Match", tag); w.Code != http.StatusNotModified || tag == "" {
			t.Errorf("%s: %d with its own tag %q", target, w.Code, tag)
		}
		if w := get(t, s, target, "If-None-Match", `"another"`); w.Code != http.StatusOK {
			t.Errorf("%s: %d with another tag", target, w.Code)
		}
	}
	english := get(t, s, "/countries/tha").Header().Get("ETag")
	if w := get(t, s, "/countries/tha", "If-None-Match", english, "Accept-Language", "th"); w.Code != http.StatusOK || !strings.Contains(w.Body.String(), `<html lang="th">`) {
		t.Errorf("the english tag answers a Thai reader with %d", w.Code)
	}
	for _, target := range []string{"/facilities/solar-lab-bangkok", "/countries/tha", "/sectors/new-energy"} {
		options := fixtureConfig()
		options.Page.NoBorders = true
		if w := get(t, newServer(s.Store(), options), target, "If-None-Match", get(t, s, target).Header().Get("ETag")); w.Code != http.StatusOK {
			t.Errorf("%s: %d with a tag from before the borders were taken away", target, w.Code)
		}
	}
	later := fixtureConfig()
	later.Now = func() time.Time { return apitest.Now().AddDate(0, 0, 1) }
	if w := get(t, newServer(s.Store(), later), "/countries/tha", "If-None-Match", english); w.Code != http.StatusOK {
		t.Errorf("the tag of yesterday, with its date on the page: %d", w.Code)
	}
}

var linkedData = regexp.MustCompile(`<script type="application/ld\+json">(.*)</script>`)

func TestLinkedData(t *testing.T) {
	s := publicServer()
	linked := func(slug string) map[string]any {
		body := get(t, s, "/facilities/"+slug).Body.String()
		found := linkedData.FindStringSubmatch(body)
		if found == nil {
			t.Fatalf("%s: no linked data", slug)
		}
		var o map[string]any
		if err := json.Unmarshal([]byte(found[1]), &o); err != nil {
			t.Fatalf("%s: %v: %s", slug, err, found[1])
		}
		return o
	}
	got := fmt.Sprint(linked("solar-lab-bangkok"))
	want := fmt.Sprint(map[string]any{
		"@context": "https://schema.org", "@type": "ResearchOrganization",
		"name":             []any{spokenIn("en", "China-Thailand Solar Laboratory"), spokenIn("zh", "中泰太阳能联合实验室"), spokenIn("th", "ห้องปฏิบัติการ")},
		"url":              "http://localhost:8080/facilities/solar-lab-bangkok",
		"mainEntityOfPage": "http://localhost:8080/facilities/solar-lab-bangkok",
		"description":      []any{spokenIn("en", `Works on "thin films" & inverters.`)}, "foundingDate": "2015",
		"address":            map[string]any{"@type": "PostalAddress", "addressLocality": "Bangkok", "addressCountry": "TH"},
		"location":           map[string]any{"@type": "Place", "geo": map[string]any{"@type": "GeoCoordinates", "latitude": 13.75398, "longitude": 100.50144}},
		"parentOrganization": map[string]any{"@type": "Organization", "name": "Kasetsart University"},
		"member": []any{
			map[string]any{"@type": "Organization", "name": "Kasetsart University", "address": map[string]any{"@type": "PostalAddress", "addressCountry": "TH"}},
			map[string]any{"@type": "Organization", "name": "Guangxi University", "address": map[string]any{"@type": "PostalAddress", "addressCountry": "CN"}},
		},
	})
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if o := linked("hostile"); fmt.Sprint(o["name"]) != fmt.Sprint([]any{spokenIn("en", hostileName), spokenIn("zh", hostileName+"中")}) {
		t.Errorf("the name came out as %q", o["name"])
	}
	if o := linked("fish-farm-taveuni"); o["@type"] != "Organization" || o["location"] != nil {
		t.Errorf("a park that only a country is known of: %v", o)
	}
	if o := linked("nowhere"); o["address"] != nil || o["foundingDate"] != nil {
		t.Errorf("what nobody states is stated: %v", o)
	}
}

func spokenIn(lang, text string) map[string]any {
	return map[string]any{"@language": lang, "@value": text}
}

// Where the maps of the web end, there is none, and the page says in words what is known.
func TestPolesAreOnNoMap(t *testing.T) {
	ds := fixture()
	for i, lat := range []float64{90, -90, 85, -84, 80} {
		ds.Facilities = append(ds.Facilities, geo.Facility{ID: int64(20 + i), Slug: fmt.Sprint("at", lat), Kind: "joint-laboratory", Name: "Cold", Position: &orb.Point{0, lat},
			Precision: "city"})
	}
	s := newServer(memory.New(ds), fixtureConfig())
	for lat, drawn := range map[float64]bool{90: false, -90: false, 85: false, -84: false, 80: true} {
		w := get(t, s, fmt.Sprint("/facilities/at", lat))
		if got := strings.Contains(w.Body.String(), `class="drawing"`); w.Code != http.StatusOK || got != drawn || got != strings.Contains(w.Body.String(), `class="mark`) {
			t.Errorf("latitude %v: %d, a map: %t", lat, w.Code, got)
		}
	}
}

// TestReportArrivesWhole: what a mail program reads out of the address is the contact,
// one line of subject and the body, whatever their characters are.
func TestReportArrivesWhole(t *testing.T) {
	const contact = `maps&co?50%#1+x@example.org`
	for i, name := range []string{
		`Rice & fish? 50%, #1 "a" 'b' + c = d; e/f\g <h>`, "two\nlines\r\nBcc: x@example.org", "中泰 ห้อง é", "%26%0A&subject=x&body=y", "\u202eturned\u2066 round", "a\u2028b",
	} {
		ds := &geo.Dataset{Revision: "r", Facilities: []geo.Facility{{ID: 1, Slug: "a", Name: name}}}
		cfg := fixtureConfig()
		cfg.Page.Contact = contact
		s := newServer(memory.New(ds), cfg)
		href := html.UnescapeString(between(get(t, s, "/facilities/a").Body.String(), `<a href="mailto:`, `">`))
		to, query, _ := strings.Cut(href, "?")
		parts := map[string]string{}
		for part := range strings.SplitSeq(query, "&") { // RFC 6068: a plus is a plus
			name, value, _ := strings.Cut(part, "=")
			parts[name] = must(url.PathUnescape(value))
		}
		shown := strings.Join(strings.Fields(strings.NewReplacer("\u202e", "", "\u2066", "").Replace(name)), " ")
		if must(url.PathUnescape(to)) != contact || len(parts) != 2 || parts["subject"] != "Error in the record “"+shown+"”" {
			t.Errorf("%d: to %q, %q", i, to, parts)
		}
		if want := "Record: " + shown + "\r\nhttp://localhost:8080/facilities/a\r\n\r\n"; !strings.HasPrefix(parts["body"], want) {
			t.Errorf("%d: body %q, want %q", i, parts["body"], want)
		}
	}
}

// TestDirectionsOfTexts: a record that turns directions round, as only a database can
// hold it, does so on no page; the API gives it as it is, and marks and joiners stay.
func TestDirectionsOfTexts(t *testing.T) {
	const turning = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
	const needed = "\u200e\u200f\u061c\u200b\u200c\u200d"
	text := "safe" + turning + "gnp" + needed
	ds := &geo.Dataset{Revision: "r",
		Kinds: []geo.Term{{ID: "lab", Labels: geo.Labels{"en": text}}}, Sectors: []geo.Term{{ID: "rice", Labels: geo.Labels{"en": text}}},
		Countries: must(dataset.Builtin()).Countries,
		Facilities: []geo.Facility{{ID: 1, Slug: "a", Kind: "lab", Name: text, NameZh: text, NameLocal: text, NameLocalLang: "th", Country: "THA", Admin1: text, City: text,
			Position: &orb.Point{100, 15}, Precision: "city", Sectors: []string{"rice"}, Partners: []string{text}, HostInstitution: text, Summary: text,
			Source: geo.Source{Title: text}, Sources: []geo.Source{{Title: text, Supports: text}}}},
		Figures: []geo.Figure{{Country: "THA", Indicator: "centres", Value: 1, Source: geo.Source{Title: text}}},
	}
	s := newServer(memory.New(ds), fixtureConfig())
	for _, target := range []string{
		"/?q=" + url.QueryEscape(text), "/?lang=zh", "/embed", "/facilities/a", "/facilities/a?lang=th", "/countries/tha", "/sectors/rice",
		"/collections/facilities/items?f=html", "/collections/facilities/items/a?f=html", "/collections/countries/items/tha?f=html",
		"/collections/facilities/items?f=html&country=" + url.QueryEscape(text),
	} {
		body := get(t, s, target, "Accept", "text/html").Body.String()
		if strings.ContainsAny(body, turning) || !strings.Contains(body, "safegnp"+needed) && !strings.Contains(target, "countries") {
			t.Errorf("%s: %q", target, between(body, "<title>", "</title>"))
		}
	}
	if body := get(t, s, "/collections/facilities/items/a?f=json").Body.String(); !strings.Contains(body, text) {
		t.Errorf("the API gives %s", body)
	}
}

// Every indicator of the built-in data has a label in both languages of its records.
func TestIndicatorsHaveLabels(t *testing.T) {
	s := newServer(memory.New(must(dataset.Builtin())), fixtureConfig())
	for _, indicator := range must(s.Store().Catalog(t.Context())).Indicators {
		for _, lang := range []string{"en", "zh"} {
			key := "indicator." + indicator
			if text := texts.In(lang).T(key); text == key || lang == "zh" && text == texts.In("en").T(key) {
				t.Errorf("%s has no label for %s", lang, indicator)
			}
		}
	}
	w := get(t, s, "/countries/tha")
	for _, text := range []string{"Technology transfer mechanism with China</th><td class=\"number\">Yes", "By kind: 14 joint laboratories"} {
		if !strings.Contains(w.Body.String(), text) {
			t.Errorf("the briefing lacks %q", text)
		}
	}
	if strings.Contains(w.Body.String(), "_present") {
		t.Error("an id of an indicator is shown")
	}
}

// Every record of a briefing names what it rests on, by a number of the list below.
func TestSourcesOfBriefings(t *testing.T) {
	s := newServer(memory.New(must(dataset.Builtin())), fixtureConfig())
	for _, target := range []string{"/countries/chn", "/countries/tha", "/countries/tls", "/sectors/modern-agriculture", "/sectors/new-energy"} {
		body := get(t, s, target).Body.String()
		rows := strings.Split(between(body, `<table class="facilities">`, "</table>"), "<tr>")[2:]
		elsewhere := strings.Count(between(body, `<table class="facilities taking">`, "</table>"), `href="/facilities/`)
		if len(rows) == 0 || len(rows)+elsewhere != strings.Count(body, `href="/facilities/`) {
			t.Errorf("%s: %d rows", target, len(rows))
		}
		for _, row := range rows {
			numbers := regexp.MustCompile(`href="#(source-\d+)"`).FindAllStringSubmatch(row, -1)
			if len(numbers) == 0 {
				t.Errorf("%s: no source in %s", target, row)
			}
			for _, n := range numbers {
				if strings.Count(body, `id="`+n[1]+`"`) != 1 {
					t.Errorf("%s: no %s", target, n[1])
				}
			}
		}
	}
}

// A briefing is to be read and printed, however many records there are.
func TestBriefingOfMany(t *testing.T) {
	ds := loadtest.Generated()
	s := newServer(memory.New(ds), fixtureConfig())
	seen := 0
	for _, sector := range ds.Sectors {
		w := get(t, s, "/sectors/"+sector.ID)
		body := w.Body.String()
		if w.Code != http.StatusOK || len(body) > 150_000 {
			t.Errorf("%s: %d, %d bytes", sector.ID, w.Code, len(body))
		}
		if svg := between(body, `<svg class="drawing"`, "</svg>"); len(svg) > 60_000 {
			t.Errorf("%s: %d bytes of map", sector.ID, len(svg))
		}
		if n := strings.Count(body, `href="/facilities/`); n == briefingRows {
			seen++
			for _, text := range []string{fmt.Sprintf("The first %d of ", briefingRows), "view=list", `class="dots `, "More sources"} {
				if !strings.Contains(body, text) {
					t.Errorf("%s lacks %q", sector.ID, text)
				}
			}
		}
	}
	if seen == 0 {
		t.Error("no sector has more facilities than a briefing shows")
	}
}

func between(text, start, end string) string {
	_, text, _ = strings.Cut(text, start)
	text, _, _ = strings.Cut(text, end)
	return text
}

type sitemapURL struct {
	Loc     string `xml:"loc"`
	LastMod string `xml:"lastmod"`
}

func sitemapOf(t *testing.T, s *api.Server, target string) []sitemapURL {
	t.Helper()
	w := get(t, s, target)
	var doc struct {
		XMLName xml.Name     `xml:"http://www.sitemaps.org/schemas/sitemap/0.9 urlset"`
		URLs    []sitemapURL `xml:"url"`
	}
	if err := xml.Unmarshal(w.Body.Bytes(), &doc); err != nil || w.Code != http.StatusOK || w.Header().Get("Content-Type") != "application/xml" {
		t.Fatalf("%s: %d %s: %v", target, w.Code, w.Header().Get("Content-Type"), err)
	}
	return doc.URLs
}

// A kind begins small within a sentence, unless it is an abbreviation.
func TestKindsInASentence(t *testing.T) {
	ds := fixture()
	for label, want := range map[string]string{"Garden shed": "1 garden shed", "AI laboratory": "1 AI laboratory", "École": "1 école"} {
		i := slices.IndexFunc(ds.Kinds, func(k geo.Term) bool { return k.ID == "joint-laboratory" })
		ds.Kinds[i].Labels = map[string]string{"en": label}
		ds.Kinds[i].Plurals = nil
		body := get(t, newServer(memory.New(ds), fixtureConfig()), "/countries/tha").Body.String()
		if !strings.Contains(body, "By kind: "+want+".") {
			t.Errorf("%s: the page lacks %q", label, want)
		}
	}
}

func TestFocused(t *testing.T) {
	country := drawing.Extent{West: 70, South: 20, East: 130, North: 50}
	for name, test := range map[string]struct{ records, want drawing.Extent }{
		"a corner":          {drawing.Extent{West: 100, South: 22, East: 120, North: 40}, drawing.Extent{West: 92.8, South: 20, East: 127.2, North: 43.6}},
		"all over it":       {drawing.Extent{West: 72, South: 21, East: 129, North: 49}, country},
		"partly beyond it":  {drawing.Extent{West: 120, South: 30, East: 150, North: 35}, drawing.Extent{West: 112.8, South: 26.4, East: 130, North: 38.6}},
		"an ocean away":     {drawing.Extent{West: -80, South: 30, East: -70, North: 35}, country},
		"on the other side": {drawing.Extent{West: 100, South: -60, East: 120, North: -40}, country},
	} {
		if got := drawing.Focused(country, test.records); got != test.want {
			t.Errorf("%s: %v, want %v", name, got, test.want)
		}
	}
}

func TestSitemap(t *testing.T) {
	s := publicServer()
	var got []string
	for _, u := range sitemapOf(t, s, "/sitemap.xml") {
		path := strings.TrimPrefix(u.Loc, "http://localhost:8080")
		got = append(got, path+" "+u.LastMod)
		if w := get(t, s, path, "Accept", "text/html"); w.Code != http.StatusOK {
			t.Errorf("%s is %d", u.Loc, w.Code)
		}
	}
	slices.Sort(got)
	want := []string{
		"/ ", "/countries/chn ", "/countries/fji ", "/countries/tha ", "/facilities/fish-farm-taveuni ", "/facilities/formula ", "/facilities/hostile ",
		"/facilities/nowhere ", "/facilities/solar-lab-bangkok 2024-02-03", "/sectors/marine-and-fisheries ", "/sectors/new-energy ",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
	for target, status := range map[string]int{"/sitemap.xml?part=1": 200, "/sitemap.xml?part=2": 400, "/sitemap.xml?part=x": 400, "/sitemap.xml?x=1": 400} {
		if w := get(t, s, target); w.Code != status {
			t.Errorf("%s: %d, want %d", target, w.Code, status)
		}
	}
}

// More addresses than one file may have are in several, each address once.
func TestSitemapParts(t *testing.T) {
	ds := fixture()
	for i := range 2*maxSitemap + 5 {
		ds.Facilities = append(ds.Facilities, geo.Facility{ID: int64(100 + i), Slug: fmt.Sprintf("many-%d", i), Name: "One of many"})
	}
	s := newServer(memory.New(ds), fixtureConfig())
	index := get(t, s, "/sitemap.xml").Body.String()
	seen := map[string]bool{}
	for part, want := range []int{maxSitemap, maxSitemap, 5 + len(fixture().Facilities) + 6} {
		target := fmt.Sprintf("/sitemap.xml?part=%d", part+1)
		if !strings.Contains(index, "<loc>http://localhost:8080"+target+"</loc>") {
			t.Errorf("the index lacks part %d", part+1)
		}
		urls := sitemapOf(t, s, target)
		if len(urls) != want {
			t.Errorf("part %d has %d, want %d", part+1, len(urls), want)
		}
		for _, u := range urls {
			if seen[u.Loc] {
				t.Fatalf("%s is there twice", u.Loc)
			}
			seen[u.Loc] = true
		}
	}
	if strings.Count(index, "<loc>") != 3 {
		t.Errorf("index %s", index)
	}
}

func TestRobots(t *testing.T) {
	if w := get(t, publicServer(), "/robots.txt"); w.Body.String() != "User-agent: *\nDisallow:\n\nSitemap: http://localhost:8080/sitemap.xml\n" {
		t.Errorf("%q", w.Body)
	}
	cfg := fixtureConfig()
	cfg.BaseURL = "https://atlas.example.org"
	s := newServer(memory.New(fixture()), cfg)
	if w := get(t, s, "/robots.txt"); !strings.Contains(w.Body.String(), "Sitemap: https://atlas.example.org/sitemap.xml") {
		t.Errorf("%q", w.Body)
	}
	if w := get(t, s, "/countries/tha"); !strings.Contains(w.Body.String(), `<link rel="canonical" href="https://atlas.example.org/countries/tha">`) {
		t.Error("the canonical address is not that of --base-url")
	}
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "http://elsewhere.example/robots.txt", nil)
	w := httptest.NewRecorder()
	publicServer().ServeHTTP(w, r)
	if w.Body.String() != "User-agent: *\nDisallow:\n" {
		t.Errorf("under a name that is not known to be its own: %q", w.Body)
	}
}

func TestExtentAround(t *testing.T) {
	box := func(west, south, east, north float64) orb.Bound {
		return orb.Bound{Min: orb.Point{west, south}, Max: orb.Point{east, north}}
	}
	for _, test := range []struct {
		name  string
		boxes []orb.Bound
		width float64
		want  drawing.Extent
	}{
		{"one", []orb.Bound{box(97, 5, 106, 21)}, 3, drawing.Extent{West: 97, South: 5, East: 106, North: 21}},
		{"two", []orb.Bound{box(140, 0, 141, 1), box(95, -5, 96, 2)}, 3, drawing.Extent{West: 95, South: -5, East: 141, North: 2}},
		{"a point is made wide", []orb.Bound{box(100, 1, 100, 1)}, 4, drawing.Extent{West: 98, South: 1, East: 102, North: 1}},
		{"across the antimeridian", []orb.Bound{box(-180, -17, -179, -16), box(177, -19, 180, -16)}, 1, drawing.Extent{West: 177, South: -19, East: 181, North: -16}},
		{"a box past 180", []orb.Bound{box(-175, 60, -170, 66), box(27, 41, 190, 77)}, 1, drawing.Extent{West: 27, South: 41, East: 190, North: 77}},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := drawing.ExtentAround(test.boxes, test.width); got != test.want {
				t.Errorf("got %+v, want %+v", got, test.want)
			}
		})
	}
}

func TestMainland(t *testing.T) {
	s := newServer(memory.New(must(dataset.Builtin())), fixtureConfig())
	for code, want := range map[string]drawing.Extent{
		"fra": {West: -5, South: 42, East: 10, North: 51},     // without Guiana and Réunion
		"fji": {West: 176, South: -20, East: 182, North: -16}, // across the antimeridian
		"rus": {West: 19, South: 41, East: 191, North: 82},
		"idn": {West: 95, South: -11, East: 141, North: 6},
		"nzl": {West: 166, South: -48, East: 179, North: -34},
	} {
		f := must(s.Store().Get(t.Context(), geo.Countries, geo.Ref{Slug: code}))
		got := drawing.ExtentAround(drawing.Mainland(f.(*geo.Country).Outline), 1)
		for i, d := range []float64{got.West - want.West, got.South - want.South, got.East - want.East, got.North - want.North} {
			if d < -2 || d > 2 {
				t.Errorf("%s: side %d of %+v, want about %+v", code, i, got, want)
			}
		}
	}
}

func TestPartner(t *testing.T) {
	for text, want := range map[string][2]string{
		"Guangxi University (CHN)": {"Guangxi University", "CHN"}, "A (Bangkok)": {"A (Bangkok)", ""}, "B (X) (THA)": {"B (X)", "THA"}, "(THA)": {"(THA)", ""},
	} {
		if name, country := partner(text); name != want[0] || country != want[1] {
			t.Errorf("%q is %q in %q", text, name, country)
		}
	}
}

// A value of 1 is a word where the data says that it names the country, and else a number.
func TestFiguresThatNameACountry(t *testing.T) {
	ds := fixture()
	ds.Figures = []geo.Figure{
		{Country: "THA", Indicator: "station_present", Value: 1, Year: 2020, Named: true}, {Country: "THA", Indicator: "stations", Value: 1, Year: 2020},
		{Country: "THA", Indicator: "guangxi_joint_lab_present", Value: 1, Year: 2021},
	}
	body := get(t, newServer(memory.New(ds), fixtureConfig()), "/countries/tha", "Accept", "text/html").Body.String()
	for indicator, want := range map[string]string{
		"station present": texts.In("en").T("briefing.yes"), "stations": "1", texts.In("en").T("indicator.guangxi_joint_lab_present"): "1",
	} {
		if row := `<th scope="row">` + html.EscapeString(indicator) + `</th><td class="number">` + want + `</td>`; !strings.Contains(body, row) {
			t.Errorf("the briefing lacks %s", row)
		}
	}
}
