package api

import (
	"archive/zip"
	"bytes"
	"cmp"
	"encoding/csv"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"innoatlas/geo"
	"innoatlas/geo/cql2"
	"innoatlas/geo/memory"
)

// ownFields are fields of one's own of every type, and one that is private.
func ownFields() []geo.Field {
	in := func(en, zh string) geo.Labels { return geo.Labels{"en": en, "zh": zh} }
	return geo.OwnFields([]geo.Field{
		{Name: "beds", Title: in("Beds", "床位"), Description: in("Of the guest house", "招待所"), Type: geo.Integer, Facet: "beds", Open: true},
		{Name: "grade", Title: in("Grade", "等级"), Type: geo.Text, Facet: "grade",
			Terms: []geo.Term{{ID: "first", Labels: in("First class", "一级")}, {ID: "other", Labels: in("Other", "其他")}}},
		{Name: "caretaker", Title: in("Caretaker", "管理员"), Type: geo.Text, Private: true, Facet: "caretaker", Open: true, Searched: true},
		{Name: "visitors", Title: in("Open to visitors", "对外开放"), Type: geo.Boolean, Facet: "visitors", Open: true},
		{Name: "power", Title: in("Power", "功率"), Type: geo.Number},
		{Name: "opened", Title: in("Opened", "开放日"), Type: geo.Date},
		{Name: "photo", Title: in("Photo", "照片"), Type: geo.URL},
		{Name: "crops", Title: in("Crops", "作物"), Type: geo.Texts, Facet: "crops", Open: true},
		{Name: "motto", Type: geo.Text},
	})
}

const secret = "Xq7-Wren-0815"

// ownFixture is the fixture with those fields; that of a data set which does not have the
// private one where it is not wanted.
func ownFixture(private bool) *geo.Dataset {
	ds, fields := fixture(), ownFields()
	if !private {
		fields = geo.PublicFields(fields)
	}
	ds.Fields = map[string][]geo.Field{geo.Facilities.ID: fields, geo.Countries.ID: fields}
	state := func(f geo.Feature, name string, v cql2.Value) {
		if i := slices.IndexFunc(fields, func(f geo.Field) bool { return f.Name == name }); i >= 0 {
			fields[i].Set(f, v)
		}
	}
	for i := range ds.Facilities {
		f := &ds.Facilities[i]
		state(f, "beds", cql2.NumberOf([]float64{12, 9, 100, 12}[i]))
		state(f, "caretaker", cql2.TextOf(secret))
	}
	one := &ds.Facilities[0]
	for name, v := range map[string]cql2.Value{
		"grade": cql2.TextOf("first"), "visitors": cql2.BoolOf(true), "power": cql2.NumberOf(-2.5), "opened": cql2.DateOf(time.Date(2024, 2, 29, 0, 0, 0, 0, time.UTC)),
		"photo": cql2.TextOf("https://example.org/p?a=1"), "crops": cql2.ListOf([]string{"rice", "tea, green"}), "motto": cql2.TextOf(`"水稻" & <b>`),
	} {
		state(one, name, v)
	}
	state(&ds.Countries[2], "grade", cql2.TextOf("other"))
	state(&ds.Countries[2], "caretaker", cql2.TextOf(secret))
	return ds
}

func ownServer() *Server { return New(memory.New(ownFixture(true)), fixtureConfig()) }

// Every own field is a parameter of its type, can be filtered and sorted by, and its facet
// is a list.
func TestParametersOfOwnFields(t *testing.T) {
	s := ownServer()
	for query, want := range map[string][]int{
		"beds=12": {1, 8}, "beds=12,100": {1, 7, 8}, "beds=13": {}, "beds=none": {}, "grade=first": {1}, "grade=first,none": {3, 1, 7, 8}, "visitors=true": {1},
		"visitors=none": {3, 7, 8},
		"crops=rice":    {1}, "crops=tea,+green": {1}, "crops=maize,tea, green,none": {3, 1, 7, 8}, "power=-2.5": {1}, "opened=2024-02-29": {1}, "opened=2024-02-28": {},
		"photo=" + url.QueryEscape("https://example.org/p?a=1"): {1}, "motto=" + url.QueryEscape(`"水稻" & <b>`): {1}, "sortby=-beds": {7, 1, 8, 3},
		"sortby=opened,beds": {1, 3, 8, 7},
		"filter=" + url.QueryEscape("beds > 10 AND visitors = TRUE AND power < 0 AND opened > DATE('2024-01-01') AND A_CONTAINS(crops, ('rice'))"): {1},
	} {
		if got := featureIDs(t, get(t, s, "/collections/facilities/items?"+strings.ReplaceAll(query, " ", "%20"))); !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", query, got, want)
		}
	}
	for _, query := range []string{
		"beds=many", "beds=1.5", "beds=12,", "grade=third", "visitors=yes", "power=1e", "power=0x10", "power=NaN", "opened=yesterday",
		"opened=2024-02-30", "sortby=crops",
	} {
		name, _, _ := strings.Cut(query, "=")
		w := get(t, s, "/collections/facilities/items?"+query)
		if p := decode[problemDetails](t, w); w.Code != http.StatusBadRequest || p.Parameter != name {
			t.Errorf("%s: %d %s", query, w.Code, w.Body)
		}
	}
}

// A page understands a value that has a comma itself, as the API does.
func TestPagesUnderstandValuesWithCommas(t *testing.T) {
	catalog, err := memory.New(ownFixture(true)).Catalog(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	filters := (&Answer{service: newService(catalog, false), catalog: catalog}).Filters()
	if kept, missed := filters.Read("crops", []string{"rice,tea, green"}); !slices.Equal(kept, []string{"rice", "tea, green"}) || missed != "" {
		t.Errorf("kept %q, missed %q", kept, missed)
	}
}

// Counts are labelled, numbers are in their order, and pairs of values are counted too.
func TestFacetsOfOwnFields(t *testing.T) {
	s := ownServer()
	type bucket struct {
		Value *string
		Label string
		Count int
	}
	doc := decode[struct {
		Facets map[string]struct {
			SortedBy string
			Buckets  []bucket
		}
	}](t, get(t, s, "/collections/facilities/facets?lang=zh"))
	lines := func(name string) (lines []string) {
		for _, b := range doc.Facets[name].Buckets {
			value := "-"
			if b.Value != nil {
				value = *b.Value
			}
			lines = append(lines, fmt.Sprint(value, " ", b.Label, " ", b.Count))
		}
		return lines
	}
	for name, want := range map[string][]string{
		"beds": {"9 9 1", "12 12 2", "100 100 1", "- 未说明 0"}, "grade": {"- 未说明 3", "first 一级 1", "other 其他 0"},
		"visitors": {"- 未说明 3", "true 是 1"}, "crops": {"- 未说明 3", "rice rice 1", "tea, green tea, green 1"},
	} {
		if got := lines(name); !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	if doc.Facets["beds"].SortedBy != "value" {
		t.Errorf("beds are sorted by %s", doc.Facets["beds"].SortedBy)
	}
	cut := decode[struct {
		Facets map[string]struct{ Buckets []bucket }
	}](t, get(t, s, "/collections/facilities/items?facets=beds:2,grade:1"))
	if b := cut.Facets["beds"].Buckets; len(b) != 2 || *b[0].Value != "12" || *b[1].Value != "100" {
		t.Errorf("the greatest numbers are %v", b)
	}
	table, err := csv.NewReader(get(t, s, "/collections/facilities/matrix?rows=beds&columns=grade&f=csv&bom=0&lang=zh").Body).ReadAll()
	if err != nil || len(table) != 5 || table[0][0] != "床位" || table[1][0] != "9" {
		t.Errorf("the table is %q, %v", table, err)
	}
	if facets := decode[struct{ Facets map[string]any }](t, get(t, s, "/collections/countries/facets")).Facets; facets["grade"] == nil || facets["status"] != nil {
		t.Errorf("facets of countries: %v", slices.Collect(maps.Keys(facets)))
	}
}

// Schemas have them with types, titles in the language asked for, and what they may be.
func TestSchemasOfOwnFields(t *testing.T) {
	s := ownServer()
	type property struct {
		Title, Description, Type, Format string
		Enum                             []any
		Items                            *property
	}
	want := map[string]property{
		"beds": {Title: "床位", Description: "招待所", Type: "integer"}, "grade": {Title: "等级", Type: "string", Enum: []any{"first", "other"}},
		"visitors": {Title: "对外开放", Type: "boolean"},
		"power":    {Title: "功率", Type: "number"}, "opened": {Title: "开放日", Type: "string", Format: "date"}, "photo": {Title: "照片", Type: "string", Format: "uri"},
		"crops": {Title: "作物", Type: "array", Items: &property{Type: "string"}}, "motto": {Title: "motto", Type: "string"},
	}
	for _, path := range []string{"/schema", "/queryables", "/sortables"} {
		doc := decode[struct{ Properties map[string]property }](t, get(t, s, "/collections/facilities"+path+"?lang=zh"))
		for name, p := range want {
			got, found := doc.Properties[name]
			if scalar := p.Type != "array"; path == "/sortables" && !scalar {
				if found {
					t.Errorf("%s has %s", path, name)
				}
				continue
			}
			if diff := gocmp.Diff(p, got); diff != "" {
				t.Errorf("%s %s:\n%s", path, name, diff)
			}
		}
	}
	for name, types := range decode[tileJSONDocument](t, get(t, s, "/collections/facilities/tiles/WebMercatorQuad/tilejson")).VectorLayers[0].Fields {
		if want := map[string]string{"beds": "Number", "visitors": "Boolean", "grade": "String", "crops": "String"}[name]; want != "" && types != want {
			t.Errorf("%s is %s in TileJSON", name, types)
		}
	}
	page := get(t, s, "/collections/facilities/schema?lang=zh", "Accept", "text/html").Body.String()
	if !strings.Contains(page, `<td lang="zh">床位</td>`) {
		t.Error("the page of the schema has no title in Chinese")
	}
}

// What a record states of them is in its JSON, its page, its tile and the files.
func TestValuesOfOwnFields(t *testing.T) {
	s := ownServer()
	properties := decode[anyFeature](t, get(t, s, "/collections/facilities/items/1?properties=beds,grade,visitors,power,opened,photo,crops,motto")).Properties
	if diff := gocmp.Diff(map[string]any{"beds": 12.0, "grade": "first", "visitors": true, "power": -2.5, "opened": "2024-02-29", "photo": "https://example.org/p?a=1",
		"crops": []any{"rice", "tea, green"}, "motto": `"水稻" & <b>`}, properties); diff != "" {
		t.Error(diff)
	}
	shown := layersOf(t, s, "/collections/facilities/tiles/WebMercatorQuad/0/0/0?slug=solar-lab-bangkok")["facilities"][0].Properties
	for name, want := range map[string]any{"beds": uint64(12), "grade": "first", "visitors": true, "crops": "rice,tea, green", "power": nil, "motto": nil} {
		if shown[name] != want {
			t.Errorf("the tile has %s %v, want %v", name, shown[name], want)
		}
	}
	page := get(t, s, "/collections/facilities/items/1?lang=zh", "Accept", "text/html").Body.String()
	for _, part := range []string{
		"<dt>床位</dt>\n<dd>12</dd>", "<dd>一级</dd>", "<dd>是</dd>", `<a href="https://example.org/p?a=1">`, "<dt>开放日</dt>\n<dd>2024-02-29</dd>",
		"&amp; &lt;b&gt;", "<li>tea, green</li>",
	} {
		if !strings.Contains(page, part) {
			t.Errorf("the page of the record has no %q", part)
		}
	}
	if page := get(t, s, "/collections/facilities/items?lang=zh", "Accept", "text/html").Body.String(); !strings.Contains(page,
		`<th scope="col">床位</th><th scope="col">等级</th><th scope="col">对外开放</th>`) {
		t.Error("the table of the records has no columns of own fields")
	}
	for _, f := range everyFile() {
		if len(f.collection.OwnFields()) == 0 && !f.collection.Is(geo.Facilities) && !f.collection.Is(geo.Countries) {
			continue
		}
		if got := contents(t, f.extension, get(t, s, f.path).Body.Bytes()); !strings.Contains(got, "grade") {
			t.Errorf("%s has no column grade", f.path)
		}
	}
}

// contents are the bytes of a file, those of a workbook unpacked.
func contents(t *testing.T, extension string, file []byte) string {
	t.Helper()
	if extension != excelFile.extension {
		return string(file)
	}
	archive, err := zip.NewReader(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	var all strings.Builder
	for _, part := range archive.File {
		r, err := part.Open()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.Copy(&all, r); err != nil {
			t.Fatal(err)
		}
	}
	return all.String()
}

// A private field is in nothing: whatever is asked, in whatever form, the answer is that of
// a data set that does not have it.
func TestPrivateFieldsAreInNothing(t *testing.T) {
	s, without := ownServer(), New(memory.New(ownFixture(false)), fixtureConfig())
	queries := []string{
		"", "f=html", "f=json&lang=zh", "caretaker=" + secret, "caretaker=none", "caretakers=1", "caretake=1", "q=" + secret, "q=wren", "properties=caretaker",
		"properties=name,caretake",
		"exclude-properties=caretaker", "sortby=caretaker", "sortby=-caretake", "facets=caretaker", "facets=caretaker:5,country", "rows=caretaker", "columns=caretake",
		"filter=" + url.QueryEscape("caretaker='"+secret+"'"), "filter=" + url.QueryEscape("caretaker IS NULL"), "filter=" + url.QueryEscape("caretake LIKE 'X%'"),
		"filter-lang=cql2-json&filter=" + url.QueryEscape(`{"op":"like","args":[{"property":"caretaker"},"X%"]}`), "filter=" + url.QueryEscape("search_text LIKE '%wren%'"),
		"f=nothing", "nothing=1",
	}
	for _, f := range everyFile() {
		queries = append(queries, "f="+f.extension)
	}
	definition := loadDefinition(t, s)
	asked := 0
	for path := range definition.Paths.Map() {
		for _, query := range queries {
			target := exampleOf(path) + "?" + query
			if strings.HasSuffix(path, "/clusters") {
				target += "&zoom=9"
			}
			got, want := get(t, s, target), get(t, without, target)
			asked++
			body := contents(t, cmp.Or(map[bool]string{true: excelFile.extension}[got.Header().Get("Content-Type") == excelFile.mediaType], ""), got.Body.Bytes())
			got.Header().Del(requestIDHeader)
			want.Header().Del(requestIDHeader)
			switch {
			case got.Code != want.Code || !bytes.Equal(got.Body.Bytes(), want.Body.Bytes()) && !differsByItself(got.Body.Bytes(), want.Body.Bytes()):
				t.Errorf("%s: %d, and %d without the private field\n%.300s", target, got.Code, want.Code, got.Body)
			case !maps.EqualFunc(got.Header(), want.Header(), slices.Equal):
				t.Errorf("%s: header %v, want %v", target, got.Header(), want.Header())
			case strings.Contains(body, secret) && !strings.Contains(query, secret), strings.Contains(body, "caretaker") && !strings.Contains(query, "caretaker"):
				t.Errorf("%s tells of the private field", target)
			}
		}
	}
	if asked < 500 {
		t.Errorf("only %d answers were looked at", asked)
	}
}

// differsByItself reports a problem, which names its request.
func differsByItself(a, b []byte) bool {
	p, q := problemOf(a), problemOf(b)
	return p != "" && p == q
}

// problemOf is a problem without the number of its request; empty where it is none.
func problemOf(body []byte) string {
	text := string(body)
	before, after, found := strings.Cut(text, `"requestId":"`)
	if !found {
		if before, after, found = strings.Cut(text, "<code>"); !found {
			return ""
		}
	}
	return before + strings.TrimLeft(after, "0123456789abcdef-")
}

// Of a facet that has thousands of values, descriptions and mistakes tell a few.
func TestManyValuesAreNotToldOneByOne(t *testing.T) {
	ds := fixture()
	fields := geo.OwnFields([]geo.Field{{Name: "code", Type: geo.Text, Facet: "code", Open: true}, {Name: "beds", Type: geo.Integer, Facet: "beds", Open: true}})
	ds.Fields = map[string][]geo.Field{geo.Facilities.ID: fields}
	ds.Facilities = slices.Repeat(ds.Facilities[3:], 5000)
	for i := range ds.Facilities {
		f := &ds.Facilities[i]
		f.ID, f.Slug = int64(i+1), fmt.Sprint("lab-", i)
		fields[0].Set(f, cql2.TextOf(fmt.Sprint("code-", i)))
		fields[1].Set(f, cql2.NumberOf(float64(i)))
	}
	s := New(memory.New(ds), fixtureConfig())
	if n, plain := get(t, s, "/api").Body.Len(), get(t, newTestServer(), "/api").Body.Len(); n > plain*3/2 {
		t.Errorf("the definition has %d bytes, and %d without the fields", n, plain)
	}
	if w := get(t, s, "/collections/facilities/items?beds=many"); w.Code != http.StatusBadRequest || w.Body.Len() > 1000 {
		t.Errorf("%d, %d bytes", w.Code, w.Body.Len())
	}
	if got := featureIDs(t, get(t, s, "/collections/facilities/items?code=code-4999,code-7&beds=7,4999")); !slices.Equal(got, []int{8, 5000}) {
		t.Errorf("found %v", got)
	}
}

// No own field may have the name of a parameter: it would be asked for by it.
func TestNamesOfParametersAreReserved(t *testing.T) {
	v := fixtureService()
	for _, op := range v.operations() {
		for _, p := range op.resource.parameters {
			for _, col := range v.collections {
				isOfIt := op.collection == col || strings.HasPrefix(op.path, "/data/"+col.ID+".")
				if !isOfIt && (op.collection != nil || strings.HasPrefix(op.path, "/data/")) {
					continue
				}
				if geo.IsFieldName(p.name) && !col.IsReserved(p.name) && col.Field(p.name) == nil && !isExactOfAnother(v, p.name) {
					t.Errorf("%s of %s is not reserved in %s", p.name, op.path, col.ID)
				}
			}
		}
	}
}

// isExactOfAnother reports a parameter that asks for a field of another collection.
func isExactOfAnother(v *service, name string) bool {
	return slices.ContainsFunc(v.collections, func(col *collection) bool { return col.Field(name) != nil })
}
