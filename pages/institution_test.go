package pages

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/paulmach/orb"

	"innoatlas/api"
	"innoatlas/geo"
	"innoatlas/geo/cql2"
	"innoatlas/geo/dataset"
	"innoatlas/geo/memory"
	"innoatlas/texts"
)

// builtinServer has the built-in data.
var builtinServer = sync.OnceValue(func() *api.Server { return newServer(memory.New(must(dataset.Builtin())), fixtureConfig()) })

// cooperating is the fixture with those who cooperate: a university with an institute, a company
// of nowhere, one that means harm, and a project of each kind.
func cooperating() *geo.Dataset {
	ds := fixture()
	ds.Revision = "fixture of institutions"
	institution := func(slug string, at *orb.Point, values map[string]any) {
		ds.Records = recordsWith(ds.Records, geo.Institutions, slug, at, values)
	}
	institution("kasetsart-university", &orb.Point{100.57, 13.85}, map[string]any{
		"name": "Kasetsart University", "name_local": "มหาวิทยาลัยเกษตรศาสตร์", "name_local_lang": "th", "name_zh": "泰国农业大学", "type": "university", "country": "THA",
		"city": "Bangkok", "precision": "city", "website": "https://www.ku.ac.th", "identifiers": []string{"ror:05gzceg21"}, "aliases": []string{"KU"},
	})
	institution("institute-of-food", nil, map[string]any{"name": "Institute of Food", "type": "research-institute", "country": "THA", "parent": "kasetsart-university"})
	institution("guangxi-university", &orb.Point{108.29, 22.84}, map[string]any{"name": "Guangxi University", "type": "university", "country": "CHN", "precision": "city"})
	institution("nowhere-trading", nil, map[string]any{"name": "Nowhere Trading", "type": "company"})
	institution("evil", nil, map[string]any{"name": hostileName, "aliases": []string{`"><b>`}, "website": "javascript:alert(1)", "identifiers": []string{"data:alert"}})
	ds.Facilities[1].Partners = []string{"KU (THA)", "Unheard of (CHN)"}
	ds.Links = []geo.Link{{Facility: "formula", Institution: "guangxi-university", Role: geo.Partner, Stated: true}}
	project := func(slug string, values map[string]any) {
		ds.Records = recordsWith(ds.Records, geo.Projects, slug, nil, values)
	}
	project("forum", map[string]any{
		"name": "Forum of 2021", "name_zh": "论坛", "kind": "event", "start": "2021-09-10", "end": "2021-09-13",
		"sectors": []string{"new-energy"}, "countries": []string{"CHN", "THA"},
		"institutions": []string{"guangxi-university", "gone"}, "facilities": []string{"solar-lab-bangkok"}, "summary": "Two days of talks.",
		"source_title": "Forum opens", "source_url": "https://example.org/forum", "source_date": "2021-09-10",
	})
	project("drugs", map[string]any{"name": "Research on drugs", "kind": "research-project", "start": "2020-05", "institutions": []string{"kasetsart-university"},
		"source_url": "javascript:alert(1)"})
	project("letter", map[string]any{"name": hostileName, "kind": "agreement", "institutions": []string{"kasetsart-university"}})
	ds.Relate()
	return ds
}

func recordsWith(records map[string][]geo.Record, c *geo.Collection, slug string, at *orb.Point, values map[string]any) map[string][]geo.Record {
	if records == nil {
		records = map[string][]geo.Record{}
	}
	r := c.NewRecord(slug)
	for name, value := range values {
		switch v := value.(type) {
		case string:
			c.Field(name).Set(r, cql2.TextOf(v))
		case []string:
			c.Field(name).Set(r, cql2.ListOf(v))
		}
	}
	if at != nil {
		r.Shape = *at
	}
	records[c.ID] = append(records[c.ID], *r)
	return records
}

func cooperatingServer() *api.Server { return newServer(memory.New(cooperating()), fixtureConfig()) }

// shows fails where a page lacks a text, or has one that it must not have.
func shows(t *testing.T, s *api.Server, target string, has, hasNot []string) {
	t.Helper()
	w := get(t, s, target, "Accept", "text/html")
	if w.Code != http.StatusOK || w.Header().Get("Content-Security-Policy") != policy(t, s) {
		t.Fatalf("%s: %d: %s", target, w.Code, w.Body)
	}
	for _, text := range has {
		if !strings.Contains(w.Body.String(), text) {
			t.Errorf("%s lacks %q", target, text)
		}
	}
	for _, text := range append(hasNot, "ZgotmplZ", ` style="`, "<no value>", "institution.", "project.", "briefing.", "list.a", "facet.", "<img", `href="javascript:`, `"><b>`) {
		if strings.Contains(w.Body.String(), text) {
			t.Errorf("%s has %q", target, text)
		}
	}
}

func TestInstitutionPages(t *testing.T) {
	s := cooperatingServer()
	shows(t, s, "/institutions/kasetsart-university", []string{
		"<title>Kasetsart University · Innovation Atlas</title>", `<h1 lang="en">Kasetsart University</h1>`, `<p class="other-name" lang="zh">泰国农业大学</p>`,
		`<p class="other-name" lang="th">มหาวิทยาลัยเกษตรศาสตร์</p>`, `<p class="kicker">University</p>`, `<p class="place">Bangkok, Thailand</p>`,
		`content="University in Bangkok, Thailand. Host or partner of 2 facilities."`, `<link rel="canonical" href="http://localhost:8080/institutions/kasetsart-university">`,
		`hreflang="km" href="http://localhost:8080/institutions/kasetsart-university?lang=km"`, `<a href="/institutions">Institutions</a>`,
		`Host of <small>1</small>`, `Partner of <small>2</small>`, `<td class="number">2</td><th scope="row"><a href="/facilities/solar-lab-bangkok" lang="en">`,
		`<a href="/countries/tha">Thailand</a>`, `class="line partner"`, `class="seat"`, `aria-label="Map: Kasetsart University and its facilities"`,
		`<a href="https://www.ku.ac.th" rel="nofollow noopener">`, `<a href="https://ror.org/05gzceg21" rel="nofollow noopener">ror:05gzceg21</a>`, `<li lang="en">KU</li>`,
		`<a href="/institutions/institute-of-food" lang="en">Institute of Food</a>`,
		`<a href="/institutions/guangxi-university" lang="en">Guangxi University</a> <small>China · 2 facilities in common</small>`,
		`<time datetime="2020-05">May 2020</time>`, `<a href="/projects/drugs" lang="en">Research on drugs</a>`, "Date not stated",
		`href="/?institution=kasetsart-university&amp;lang=en"`,
	}, []string{"No facility on record", `class="line host"`}) // which would be too short
	shows(t, s, "/institutions/kasetsart-university?lang=zh", []string{
		`<h1 lang="zh">泰国农业大学</h1>`, "Kasetsart University", `<a href="/facilities/solar-lab-bangkok?lang=zh" lang="zh">中泰太阳能联合实验室</a>`, "2020年5月",
		`<a href="/institutions?lang=zh">单位</a>`,
	}, nil)
	shows(t, s, "/institutions/institute-of-food", []string{"No facility on record has it as host or partner.",
		`<dd><a href="/institutions/kasetsart-university" lang="en">Kasetsart University</a></dd>`},
		[]string{`class="drawing"`, `<table`, "institution=institute-of-food"})
	shows(t, s, "/institutions/nowhere-trading", []string{"Place not stated", "Company"}, []string{`class="drawing"`, "/countries/"})
	shows(t, s, "/institutions/evil", []string{"&lt;/script&gt;&lt;img", `\u003c/script\u003e`}, nil)
	for _, target := range []string{"/institutions/no-such", "/institutions/99", "/institutions/%00", "/projects/no-such", "/institutions/solar-lab-bangkok"} {
		if w := get(t, s, target, "Accept", "text/html"); w.Code != http.StatusNotFound {
			t.Errorf("%s: %d", target, w.Code)
		}
	}
	for _, f := range []struct{ target, want string }{
		{fmt.Sprint("/institutions/", geo.RecordID("evil"), "?lang=th"), "http://localhost:8080/institutions/evil?lang=th"},
		{"/projects/f%6Frum", "http://localhost:8080/projects/forum"}, {"/institutions/?country=THA", "http://localhost:8080/institutions?country=THA"},
	} {
		if w := get(t, s, f.target); w.Code != http.StatusPermanentRedirect && w.Code != http.StatusOK ||
			w.Code == http.StatusPermanentRedirect && w.Header().Get("Location") != f.want {
			t.Errorf("%s: %d to %s", f.target, w.Code, w.Header().Get("Location"))
		}
	}
}

func TestProjectPages(t *testing.T) {
	s := cooperatingServer()
	shows(t, s, "/projects/forum", []string{
		`<h1 lang="en">Forum of 2021</h1>`, `<p class="kicker">Event</p>`, `<p class="place">September 10, 2021 to September 13, 2021</p>`,
		`<p class="lead" lang="en">Two days of talks.</p>`,
		`<a href="/institutions/guangxi-university" lang="en">Guangxi University</a> <small>China</small>`, `<a href="/facilities/solar-lab-bangkok" lang="en">`,
		`<a href="/countries/tha">Thailand</a>`,
		`<a href="/sectors/new-energy">New energy</a>`, `<a href="https://example.org/forum" rel="nofollow noopener" lang="en">Forum opens</a>`,
		`<a href="/projects">Projects and events</a>`,
	}, []string{"gone"})
	shows(t, s, "/projects/forum?lang=th", []string{"10 กันยายน 2021", "13 กันยายน 2021", "กิจกรรม", `<a href="/facilities/solar-lab-bangkok?lang=th" lang="th">ห้องปฏิบัติการ</a>`,
		`<p class="lead" lang="en">Two days`}, nil)
	shows(t, s, "/projects/drugs", []string{"May 2020", "javascript:alert(1)"}, nil) // as a text
	shows(t, s, "/projects/letter", []string{"Date not stated", "No source is stated."}, nil)
}

// Facilities link what they state to institutions where it is linked, and keep it as it is stated.
func TestPartnersOfFacilities(t *testing.T) {
	s := cooperatingServer()
	shows(t, s, "/facilities/solar-lab-bangkok", []string{
		`<li><a href="/institutions/kasetsart-university" lang="en">Kasetsart University</a></li>`,
		`<a href="/institutions/guangxi-university" lang="en">Guangxi University</a> <small>China</small>`,
		`<dt>Takes part</dt>`, `<li><a href="/countries/chn">China</a></li><li><a href="/countries/tha">Thailand</a></li>`, `<a href="/projects/forum" lang="en">Forum of 2021</a>`,
	}, nil)
	shows(t, s, "/facilities/solar-lab-bangkok?lang=th", []string{
		`<a href="/institutions/kasetsart-university?lang=th" lang="th">มหาวิทยาลัยเกษตรศาสตร์</a> <small lang="en">Kasetsart University</small> <small>ไทย</small>`,
		`<a href="/institutions/guangxi-university?lang=th" lang="en">Guangxi University</a> <small>จีน</small>`, "10 กันยายน 2021",
	}, nil)
	shows(t, s, "/facilities/formula", []string{
		`<a href="/institutions/kasetsart-university" lang="en">KU</a> <small>Thailand</small>`, `<span lang="en">Unheard of</span> <small>China</small>`,
		`<a href="/institutions/guangxi-university" lang="en">Guangxi University</a> <small>China</small>`, // linked, and named by no entry
	}, nil)
	shows(t, s, "/facilities/nowhere", nil, []string{"Takes part", "/institutions/"})
}

func TestLinkedRecords(t *testing.T) {
	s := cooperatingServer()
	linked := func(target string) (o map[string]any) {
		found := linkedData.FindStringSubmatch(get(t, s, target).Body.String())
		if found == nil || json.Unmarshal([]byte(found[1]), &o) != nil {
			t.Fatalf("%s: %v", target, found)
		}
		return o
	}
	u := linked("/institutions/kasetsart-university")
	want := map[string]any{
		"@type": "CollegeOrUniversity", "url": "https://www.ku.ac.th", "mainEntityOfPage": "http://localhost:8080/institutions/kasetsart-university",
		"sameAs":        []any{"https://ror.org/05gzceg21"},
		"identifier":    []any{map[string]any{"@type": "PropertyValue", "propertyID": "ror", "value": "05gzceg21"}},
		"alternateName": []any{"KU"}, "name": []any{spokenIn("en", "Kasetsart University"), spokenIn("zh", "泰国农业大学"), spokenIn("th", "มหาวิทยาลัยเกษตรศาสตร์")},
		"address":         map[string]any{"@type": "PostalAddress", "addressLocality": "Bangkok", "addressCountry": "TH"},
		"location":        map[string]any{"@type": "Place", "geo": map[string]any{"@type": "GeoCoordinates", "latitude": 13.85, "longitude": 100.57}},
		"subOrganization": []any{map[string]any{"@type": "Organization", "name": "Institute of Food", "url": "http://localhost:8080/institutions/institute-of-food"}},
		"@context":        "https://schema.org",
	}
	if fmt.Sprint(u) != fmt.Sprint(want) {
		t.Errorf("got  %v\nwant %v", u, want)
	}
	if part := linked("/institutions/institute-of-food?lang=zh"); fmt.Sprint(part["parentOrganization"]) != fmt.Sprint(map[string]any{
		"@type": "Organization", "name": "泰国农业大学", "url": "http://localhost:8080/institutions/kasetsart-university",
	}) || part["@type"] != "ResearchOrganization" {
		t.Errorf("a part: %v", part)
	}
	event := linked("/projects/forum")
	if event["@type"] != "Event" || event["startDate"] != "2021-09-10" || event["endDate"] != "2021-09-13" ||
		!strings.Contains(fmt.Sprint(event["organizer"]), "Guangxi University url:http://localhost:8080/institutions/guangxi-university") {
		t.Errorf("an event: %v", event)
	}
	research := linked("/projects/drugs")
	if research["@type"] != "ResearchProject" || research["foundingDate"] != "2020-05" || !strings.Contains(fmt.Sprint(research["member"]),
		"ror.org/05gzceg21") || research["subjectOf"] != nil {
		t.Errorf("research: %v", research)
	}
	facility := linked("/facilities/solar-lab-bangkok")
	if !strings.Contains(fmt.Sprint(facility["parentOrganization"]),
		"name:Kasetsart University sameAs:[https://ror.org/05gzceg21] url:http://localhost:8080/institutions/kasetsart-university") {
		t.Errorf("the host of a facility: %v", facility["parentOrganization"])
	}
}

func TestLists(t *testing.T) {
	s := cooperatingServer()
	shows(t, s, "/institutions", []string{
		"5 institutions", `<option value="THA">Thailand (2)</option>`, `<option value="none">Not stated (2)</option>`,
		`<link rel="canonical" href="http://localhost:8080/institutions">`,
		`<a href="/institutions/kasetsart-university" lang="en">Kasetsart University</a></th><td>University</td><td>`,
		`<td><a href="/countries/tha">Thailand</a></td><td>Bangkok</td><td class="number">2</td>`,
	}, []string{`class="notice"`, "rel=\"next\""})
	shows(t, s, "/institutions?q=เกษตรศาสตร์&lang=th&utm_source=mail", []string{"1 สถาบัน", `value="เกษตรศาสตร์"`, `<input type="hidden" name="lang" value="th">`, "lang=th\">"},
		[]string{"utm_source", "Guangxi University"})
	shows(t, s, "/institutions?country=THA&type=&no=1", []string{"2 institutions", `<option value="THA" selected>`, "Not understood and left out: no=1",
		`href="http://localhost:8080/institutions?country=THA&amp;lang=zh"`}, nil)
	shows(t, s, "/institutions?country=THA,CHN&country=no", []string{"3 institutions", `<li><a href="/institutions">Country: `, `<input type="hidden" name="country" value="THA">`,
		"country=no"}, nil)
	shows(t, s, "/institutions?offset=1000", []string{"5 institutions", `rel="prev"`}, nil)
	shows(t, s, "/projects", []string{"3 projects and events", "Forum of 2021", `<option value="THA">Thailand (3)</option>`, "&lt;/script&gt;"}, nil)
	shows(t, s, "/projects?institution=guangxi-university&lang=zh", []string{"1 个项目与活动", "论坛", `单位：Guangxi University <span`}, []string{"drugs"})
	newest := regexp.MustCompile(`/projects/(\w+)"`).FindAllStringSubmatch(get(t, s, "/projects").Body.String(), -1)
	if len(newest) != 3 || newest[0][1] != "forum" || newest[1][1] != "drugs" || newest[2][1] != "letter" {
		t.Errorf("the order of projects: %v", newest)
	}
	empty := newTestServer()
	shows(t, empty, "/institutions", []string{"0 institutions"}, nil)
	shows(t, empty, "/projects?lang=my", []string{`<html lang="my">`}, nil)
}

// The pages of a list have each record once.
func TestPagesOfLists(t *testing.T) {
	s := builtinServer()
	seen := map[string]bool{}
	target := "/institutions?lang=en"
	for range 10 {
		body := get(t, s, target).Body.String()
		for _, m := range regexp.MustCompile(`<th scope="row"><a href="/institutions/([^"?]+)`).FindAllStringSubmatch(body, -1) {
			if seen[m[1]] {
				t.Errorf("%s is there twice", m[1])
			}
			seen[m[1]] = true
		}
		next := strings.ReplaceAll(between(body, `<a rel="next" href="`, `"`), "&amp;", "&")
		if next == "" {
			break
		}
		target = next
	}
	if len(seen) != 328 {
		t.Errorf("%d institutions", len(seen))
	}
}

// Every institution and project of the built-in data has a page, in every language.
func TestEveryRecordHasAPage(t *testing.T) {
	s := builtinServer()
	for _, c := range []*geo.Collection{geo.Institutions, geo.Projects} {
		i := 0
		for f, err := range s.Store().All(t.Context(), geo.Query{Collection: c}) {
			_, slug := f.Ref()
			lang := texts.Languages[i%len(texts.Languages)].Code
			i++
			w := get(t, s, "/"+c.ID+"/"+slug+"?lang="+lang)
			if body := w.Body.String(); err != nil || w.Code != http.StatusOK || !strings.Contains(body, "</html>") || strings.Contains(body, "ZgotmplZ") {
				t.Errorf("%s %s: %d", c, slug, w.Code)
			}
		}
	}
}

func TestSitemapOfRecords(t *testing.T) {
	s := builtinServer()
	var paths []string
	for _, u := range sitemapOf(t, s, "/sitemap.xml") {
		paths = append(paths, strings.TrimPrefix(u.Loc, "http://localhost:8080"))
	}
	for _, path := range []string{"/institutions", "/projects", "/institutions/chinese-academy-of-sciences", "/projects/lao-herbal-pharmacopoeia", "/countries/usa"} {
		if !slices.Contains(paths, path) {
			t.Errorf("the sitemap lacks %s", path)
		}
		if w := get(t, s, path); w.Code != http.StatusOK {
			t.Errorf("%s: %d", path, w.Code)
		}
	}
	slices.Sort(paths)
	if n := len(slices.Compact(slices.Clone(paths))); n != len(paths) {
		t.Errorf("%d of %d addresses are there twice", len(paths)-n, len(paths))
	}
}

// A briefing counts what stands in a country and what it takes part in, each facility once, and
// lists both.
func TestBothTablesOfBriefings(t *testing.T) {
	s := builtinServer()
	for code, want := range map[string][2]int{"sgp": {4, 20}, "tha": {22, 27}, "lao": {20, 23}, "mys": {14, 19}, "chn": {69, 189}, "idn": {18, 23}} {
		body := get(t, s, "/countries/"+code+"?lang=en").Body.String()
		taking := between(body, `<table class="facilities taking">`, "</table>")
		for _, text := range []string{fmt.Sprintf(`<small>%d</small></h2>`, want[0]), fmt.Sprintf(`Takes part <small>%d</small></h2>`, want[1]),
			fmt.Sprintf("Takes part in %d facilities: %d in the country, %d elsewhere", want[1], want[0], want[1]-want[0])} {
			if !strings.Contains(body, text) {
				t.Errorf("%s lacks %q", code, text)
			}
		}
		rows := strings.Split(taking, "<tr>")[2:]
		if n := min(want[1]-want[0], max(briefingTaking, briefingRows-want[0])); len(rows) != n {
			t.Errorf("%s: %d facilities elsewhere, want %d", code, len(rows), n)
		}
		for _, row := range rows {
			if !strings.Contains(row, `<td class="through"><a href="/institutions/`) || strings.Contains(row, "/countries/"+code) {
				t.Errorf("%s: through nobody, or in the country: %s", code, row)
			}
		}
		if !strings.Contains(body, `<ol class="institutions columns">`) || !strings.Contains(body, `<ol class="timeline">`) {
			t.Errorf("%s: no institutions or projects", code)
		}
	}
	if body := get(t, s, "/sectors/new-energy?lang=en").Body.String(); !strings.Contains(body, `<ol class="timeline">`) || strings.Contains(body, "Takes part") {
		t.Error("the briefing of a sector has no projects, or those that take part")
	}
}

// Where no institution is known, a country takes part by what facilities state.
func TestPartOfStatedPartners(t *testing.T) {
	ds := fixture()
	ds.Relate()
	s := newServer(memory.New(ds), fixtureConfig())
	shows(t, s, "/countries/chn", []string{"Takes part <small>2</small>", `<td class="through"><span lang="en">Guangxi University</span></td>`},
		[]string{`<ol class="institutions`})
	shows(t, s, "/countries/tha", []string{"Takes part <small>1</small>", "Takes part in 1 facility: 1 in the country, 0 elsewhere"}, []string{`class="facilities taking"`})
}

// namesOnly is a store whose partnerships say no more of their ends than who they are, as a
// database gives them.
type namesOnly struct{ geo.Store }

func (s namesOnly) List(ctx context.Context, q geo.Query) (geo.Page, error) {
	page, err := s.Store.List(ctx, q)
	if q.Collection.Is(geo.Partnerships) {
		page.Features = slices.Clone(page.Features)
		for i, f := range page.Features {
			page.Features[i] = nameOnly(f)
		}
	}
	return page, err
}

func (s namesOnly) Get(ctx context.Context, c *geo.Collection, ref geo.Ref) (geo.Feature, error) {
	f, err := s.Store.Get(ctx, c, ref)
	if err == nil && c.Is(geo.Partnerships) {
		return nameOnly(f), nil
	}
	return f, err
}

func nameOnly(f geo.Feature) geo.Feature {
	pair := f.(*geo.Partnership)
	return &geo.Partnership{ID: pair.ID, Roles: pair.Roles, Institution: geo.Institutions.NewRecord(pair.Institution.Slug), Facility: &geo.Facility{Slug: pair.Facility.Slug}}
}

func TestPagesNeedTheRolesOfPartnershipsOnly(t *testing.T) {
	store := memory.New(cooperating())
	whole, slim := newServer(store, fixtureConfig()), newServer(namesOnly{store}, fixtureConfig())
	for _, target := range []string{"/institutions/kasetsart-university?lang=th", "/institutions/guangxi-university", "/facilities/solar-lab-bangkok?lang=zh",
		"/facilities/formula", "/countries/chn"} {
		if want, got := get(t, whole, target).Body.String(), get(t, slim, target).Body.String(); got != want {
			t.Errorf("%s differs", target)
		}
	}
}
