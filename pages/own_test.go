package pages

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"innoatlas/api"
	"innoatlas/geo"
	"innoatlas/geo/cql2"
	"innoatlas/geo/memory"
)

// withOwn is the fixture with fields of one's own of every type, one of which is private,
// and the standard fields that few records state.
func withOwn() *geo.Dataset {
	titled := func(en, zh string) geo.Labels { return geo.Labels{"en": en, "zh": zh} }
	ds := fixture()
	fields := geo.OwnFields([]geo.Field{
		{Name: "beds", Title: titled("Beds", "床位"), Description: titled("As of the last count", ""), Type: geo.Integer, Facet: "beds", Open: true},
		{Name: "owner", Title: titled("Owner", "业主"), Type: geo.Text, Facet: "owner", Terms: []geo.Term{
			{ID: "state", Labels: titled("The state", "国家")}, {ID: "private, foreign", Labels: titled("Private, foreign", "外资")}}},
		{Name: "open_day", Title: titled("Open to visitors", "开放"), Type: geo.Boolean},
		{Name: "budget", Title: titled("Budget", "预算"), Type: geo.Number},
		{Name: "inspected", Type: geo.Date},
		{Name: "seen", Title: titled("Seen", ""), Type: geo.Time},
		{Name: "field_1", Title: geo.Labels{"th": "สี"}, Type: geo.Texts},
		{Name: "photo", Title: titled("<b>Photo", ""), Type: geo.URL},
		{Name: "phone", Title: titled("Phone", ""), Type: geo.Text, Private: true},
	})
	countries := geo.OwnFields([]geo.Field{{Name: "gdp", Title: titled("Product", "产值"), Type: geo.Number},
		{Name: "desk", Title: titled("Phone", ""), Type: geo.Text, Private: true}})
	ds.Fields = map[string][]geo.Field{geo.Facilities.ID: fields, geo.Countries.ID: countries}
	thailand := &ds.Countries[slices.IndexFunc(ds.Countries, func(c geo.Country) bool { return c.Code == "THA" })]
	countries[0].Set(thailand, cql2.NumberOf(514000.5))
	countries[1].Set(thailand, cql2.TextOf("345 6789"))
	state := func(f *geo.Facility, values ...cql2.Value) {
		for i, v := range values {
			fields[i].Set(f, v)
		}
	}
	moment := time.Date(2021, 9, 1, 8, 30, 5, 0, time.UTC)
	lab := &ds.Facilities[0]
	state(lab, cql2.NumberOf(12500), cql2.TextOf("private, foreign"), cql2.BoolOf(true), cql2.NumberOf(-1234567.25), cql2.DateOf(moment), cql2.TimestampOf(moment),
		cql2.ListOf([]string{"red", "<i>green"}), cql2.TextOf("https://example.org/photo?a=1&b=2"), cql2.TextOf("+66 2 345 6789"))
	lab.Website, lab.Address, lab.AreaHa = "https://lab.example/?a=1&b=2", "1 Solar Road", 12.5
	lab.Identifiers, lab.FormerNames = []string{"ror:03yrm5c26", "mine:7"}, []string{"Sun House", "中泰太阳能联合实验室"}
	lab.Closed, lab.Successor, lab.Checked = 2020, "fish-farm-taveuni", geo.DayOf(moment)
	farm := &ds.Facilities[slices.IndexFunc(ds.Facilities, func(f geo.Facility) bool { return f.Slug == "fish-farm-taveuni" })]
	state(farm, cql2.NumberOf(9), cql2.TextOf("state"), cql2.BoolOf(false), cql2.Value{}, cql2.Value{}, cql2.Value{}, cql2.Value{}, cql2.TextOf("javascript:alert(1)"))
	farm.Website, farm.Identifiers, farm.Successor = "javascript:alert(2)", []string{"javascript:alert(3)"}, "gone"
	return ds
}

func ownServer() *api.Server { return newServer(memory.New(withOwn()), fixtureConfig()) }

// What a page must and must not have.
func checkPage(t *testing.T, s *api.Server, target string, has, hasNot []string) string {
	t.Helper()
	w := get(t, s, target, "Accept", "text/html")
	if w.Code != http.StatusOK {
		t.Fatalf("%s: %d %s", target, w.Code, w.Body)
	}
	body := w.Body.String()
	for _, text := range has {
		if !strings.Contains(body, text) {
			t.Errorf("%s lacks %s", target, text)
		}
	}
	for _, text := range append(hasNot, "ZgotmplZ", "345 6789", "phone", "Phone", "<b>Photo", "<i>green", `"javascript:`, `="javascript:`) {
		if strings.Contains(body, text) {
			t.Errorf("%s has %s", target, text)
		}
	}
	return body
}

func TestFacilityPageShowsFields(t *testing.T) {
	s := ownServer()
	checkPage(t, s, "/facilities/solar-lab-bangkok", []string{
		`<dt>Website</dt><dd><a href="https://lab.example/?a=1&amp;b=2" rel="nofollow noopener">https://lab.example/?a=1&amp;b=2</a></dd>`,
		`<dt>Address</dt><dd>1 Solar Road</dd>`, `<dd>12.5 ha</dd>`, `<a href="https://ror.org/03yrm5c26" rel="nofollow noopener">ror:03yrm5c26</a>`, "<bdi>mine:7</bdi>",
		`<li lang="en">Sun House</li>`, "<dt>Closed</dt><dd>2020</dd>", `<a href="/facilities/fish-farm-taveuni" lang="en">`,
		`<dt>Last checked</dt><dd><time datetime="2021-09-01">`,
		`<dt>Beds<br><small>As of the last count</small></dt>`, "<bdi>12,500</bdi>", "<bdi>Private, foreign</bdi>", "<dt>Open to visitors</dt>\n  <dd><bdi>Yes</bdi></dd>",
		"<bdi>-1,234,567.25</bdi>",
		"<dt>inspected</dt>\n  <dd><bdi>2021-09-01</bdi>", "<bdi>2021-09-01 08:30 UTC</bdi>", "<dt>สี</dt>", "<li><bdi>red</bdi></li><li><bdi>&lt;i&gt;green</bdi></li>",
		"<dt>&lt;b&gt;Photo</dt>", `<a href="https://example.org/photo?a=1&amp;b=2" rel="nofollow noopener">`,
	}, nil)
	checkPage(t, s, "/facilities/solar-lab-bangkok?lang=vi", []string{"<bdi>12.500</bdi>", "<bdi>-1.234.567,25</bdi>", "12,5 ha", "<bdi>Có</bdi>"}, nil)
	checkPage(t, s, "/facilities/solar-lab-bangkok?lang=zh", []string{"<dt>业主</dt>", "<bdi>外资</bdi>", "<bdi>是</bdi>", "<dt>网站</dt>"}, nil)
	checkPage(t, s, "/facilities/fish-farm-taveuni", []string{"<bdi>javascript:alert(1)</bdi>", "<bdi>javascript:alert(2)</bdi>", "<bdi>javascript:alert(3)</bdi>",
		"<dd>gone</dd>", "<bdi>No</bdi>"}, nil)
}

// strictStore reads fields of one's own only by a collection that has them, as a database does.
type strictStore struct{ geo.Store }

func (s strictStore) Get(ctx context.Context, c *geo.Collection, ref geo.Ref) (geo.Feature, error) {
	if c.OwnFields() == nil {
		return nil, geo.ErrNotFound
	}
	return s.Store.Get(ctx, c, ref)
}

func TestRecordsAreReadWithOwnFields(t *testing.T) {
	s := newServer(strictStore{memory.New(withOwn())}, fixtureConfig())
	checkPage(t, s, "/facilities/solar-lab-bangkok", []string{"<bdi>12,500</bdi>", `<a href="/facilities/fish-farm-taveuni"`}, nil)
	checkPage(t, s, "/countries/tha", []string{"<bdi>514,000.5</bdi>"}, nil)
}

func TestBriefingShowsOwnFields(t *testing.T) {
	s := ownServer()
	checkPage(t, s, "/countries/tha?lang=zh", []string{"<dt>产值</dt>\n  <dd><bdi>514,000.5</bdi></dd>"}, nil)
	checkPage(t, s, "/countries/chn", nil, []string{`<dl class="own">`})
}

func TestLinkedDataOfFields(t *testing.T) {
	s := ownServer()
	body := get(t, s, "/facilities/solar-lab-bangkok").Body.String()
	var o Organisation
	if err := json.Unmarshal([]byte(linkedData.FindStringSubmatch(body)[1]), &o); err != nil {
		t.Fatal(err)
	}
	if o.URL != "https://lab.example/?a=1&b=2" || o.Page != "http://localhost:8080/facilities/solar-lab-bangkok" || o.Closed != "2020" || o.Address.Street != "1 Solar Road" {
		t.Errorf("%+v", o)
	}
	if !slices.Equal(o.Same, []string{"https://ror.org/03yrm5c26"}) ||
		!slices.Equal(o.Called, []Identifier{{"PropertyValue", "ror", "03yrm5c26"}, {"PropertyValue", "mine", "7"}}) {
		t.Errorf("sameAs %v, identifier %v", o.Same, o.Called)
	}
	if !slices.Equal(o.Other, []string{"Sun House"}) {
		t.Errorf("alternateName %v", o.Other)
	}
	farm := get(t, s, "/facilities/fish-farm-taveuni").Body.String()
	o = Organisation{}
	if err := json.Unmarshal([]byte(linkedData.FindStringSubmatch(farm)[1]), &o); err != nil {
		t.Fatal(err)
	}
	if o.URL != o.Page || o.Same != nil {
		t.Errorf("an address that is none of the web is linked: %s, %v", o.URL, o.Same)
	}
}

// The form has the facets of own fields, closed, below the standard ones; what is chosen
// narrows, has a chip, and is passed on.
func TestMapPageFiltersByOwnFields(t *testing.T) {
	s := ownServer()
	checkPage(t, s, "/", []string{
		"<details class=\"facet\">\n            <summary><span>Owner</span>",
		`name="owner" value="private, foreign"><span class="name">Private, foreign</span><span class="count">1</span>`,
		`name="beds" value="12500"`, `name="beds" value="none"`,
	}, []string{`<details class="facet" open>` + "\n            <summary><span>Owner"})
	for _, query := range []string{"owner=private, foreign", "owner=state&owner=private, foreign&country=THA", "beds=12500,7"} {
		body := checkPage(t, s, "/?"+strings.ReplaceAll(query, " ", "%20"), []string{"China-Thailand Solar Laboratory", " checked>"}, []string{"does not use"})
		rows := strings.Count(body, `class="row"`)
		if rows != 1 {
			t.Errorf("%s: %d rows", query, rows)
		}
	}
	checkPage(t, s, "/?owner=private,%20foreign&lang=zh", []string{`<span class="chip">外资<span`}, nil)
	checkPage(t, s, "/?sortby=-beds", []string{"China-Thailand Solar Laboratory"}, []string{"Not understood", "does not use"})
	checkPage(t, s, "/?sortby=wards", []string{"Not understood and left out: sortby=wards"}, nil)
	checkPage(t, s, "/?owner=nobody", []string{"Not understood and left out: owner=nobody"}, nil)
	checkPage(t, s, "/?budget=-1234567.25", []string{"China-Thailand Solar Laboratory", "“budget”"}, nil) // what the scripts do not know is told
	checkPage(t, s, "/embed?owner=private,%20foreign", []string{"Private, foreign", `href="http://localhost:8080/?lang=en&amp;owner=private%2C&#43;foreign"`}, nil)
}

// Many values of many fields do not make the page long: what is chosen is always in the form.
func TestManyOwnFacets(t *testing.T) {
	ds := fixture()
	var fields []geo.Field
	var values []string
	for v := range 20 {
		values = append(values, "v"+strconv.Itoa(v))
	}
	for i := range geo.MaxOwn {
		field := geo.Field{Name: "f" + strconv.Itoa(i), Title: geo.Labels{"en": "F"}, Type: geo.Texts, Facet: geo.Dimension("f" + strconv.Itoa(i))}
		for _, v := range values {
			field.Terms = append(field.Terms, geo.Term{ID: v})
		}
		fields = append(fields, field)
	}
	fields = geo.OwnFields(fields)
	ds.Fields = map[string][]geo.Field{geo.Facilities.ID: fields}
	for i := range fields {
		fields[i].Set(&ds.Facilities[0], cql2.ListOf(values))
	}
	page := checkPage(t, newServer(memory.New(ds), fixtureConfig()), "/?f99=v3", []string{`name="f99" value="v3" checked`, `<span class="chip">v3<span`}, nil)
	if n := strings.Count(page, `type="checkbox" name="f`); n < 400 || n > 501 || !strings.Contains(page, "China-Thailand Solar Laboratory") {
		t.Errorf("%d values in the form", n)
	}
}

var dataSetJSON = regexp.MustCompile(`<script type="application/json" id="data-set">(.*)</script>`)

// Scripts are told the own fields, the signs and the registers by the page.
func TestDataSetInPage(t *testing.T) {
	s := ownServer()
	for _, path := range []string{"/", "/embed"} {
		body := checkPage(t, s, path+"?"+url.Values{"lang": {"zh"}}.Encode(), nil, nil)
		var d DataSet
		if err := json.Unmarshal([]byte(dataSetJSON.FindStringSubmatch(body)[1]), &d); err != nil {
			t.Fatal(err)
		}
		if len(d.Own) != 8 || d.Own[1] != (OwnField{"owner", "业主", geo.Text, true}) || d.Own[3] != (OwnField{"budget", "预算", geo.Number, false}) || d.Own[6].Title != "สี" {
			t.Errorf("%+v", d.Own)
		}
		if d.Registers["ror"] != "https://ror.org/" || len(d.Shapes) != 8 || len(d.Kinds) != 2 {
			t.Errorf("%+v", d)
		}
	}
}
