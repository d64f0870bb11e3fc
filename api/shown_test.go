package api

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"innoatlas/api/apitest"
	"innoatlas/geo"
	"innoatlas/geo/memory"
)

func serverInLanguages() *Server { return New(memory.New(apitest.InLanguages()), fixtureConfig()) }

// properties are those of a record.
func properties(t *testing.T, s *Server, target string) map[string]any {
	t.Helper()
	return decode[struct{ Properties map[string]any }](t, get(t, s, target)).Properties
}

// A record is shown field by field in the language, and in English where it says nothing
// in it.
func TestRecordsInALanguage(t *testing.T) {
	s := serverInLanguages()
	solar, fish := "/collections/facilities/items/1", "/collections/facilities/items/7"
	for _, c := range []struct {
		target, lang string
		want         map[string]any
	}{
		{solar, "zh", map[string]any{"name": "中泰太阳能联合实验室", "summary": "研究“薄膜”和逆变器。", "city": "曼谷", "admin1": "Bangkok Metropolis", "country_name": "泰国", "country": "THA",
			"kind": "joint-laboratory", "kind_label": "联合实验室", "sectors_label": []any{"新能源"}, "status_label": "运行中", "precision_label": "城市", "status": "operating",
			"machine_translated": []any{"summary"}, "outdated_translation": nil}},
		{solar, "th", map[string]any{"name": "ห้องปฏิบัติการ", "summary": "งานฟิล์มบาง", "city": "Bangkok", "country_name": "ไทย", "kind_label": "Joint laboratory",
			"machine_translated": []any{"summary"}, "outdated_translation": []any{"summary"}}},
		{solar, "lo", map[string]any{"name": "ຫ້ອງທົດລອງແສງຕາເວັນ", "admin1": "ບາງກອກ", "machine_translated": []any{"admin1", "name", "summary"}}},
		{solar, "my", map[string]any{"name": "China-Thailand Solar Laboratory", "machine_translated": nil}},
		{solar, "en", map[string]any{"name": "China-Thailand Solar Laboratory", "country_name": "Thailand", "status_label": "Operating", "machine_translated": nil}},
		{solar, "zh-Hant-TW", map[string]any{"name": "中泰太阳能联合实验室"}},
		{solar, "xx", map[string]any{"name": "China-Thailand Solar Laboratory", "status_label": nil}},
		{fish, "zh", map[string]any{"name": "跨日界线养鱼场", "machine_translated": nil}},
		{fish, "in", map[string]any{"name": "Tambak ikan", "machine_translated": []any{"name"}}},
		{"/collections/facilities/items/8", "zh", map[string]any{"name": "无地点实验室", "summary": nil, "machine_translated": []any{"name"}}},
		{"/collections/countries/items/tha", "th", map[string]any{"name": "ไทย", "name_zh": "泰国", "machine_translated": nil}},
	} {
		got := properties(t, s, c.target+"?lang="+c.lang)
		for name, want := range c.want {
			if fmt.Sprint(got[name]) != fmt.Sprint(want) {
				t.Errorf("%s in %s has the %s %v, want %v", c.target, c.lang, name, got[name], want)
			}
		}
		if _, marked := got[geo.MachineTranslated]; marked != (c.lang != "xx") {
			t.Errorf("%s in %s: that it was made for a reader is said: %t", c.target, c.lang, marked)
		}
	}
}

// Every answer with records says that they are as a reader of a language sees them, and
// which language that is.
func TestAnswersInALanguage(t *testing.T) {
	s := serverInLanguages()
	const name, mark = "中泰太阳能联合实验室", geo.MachineTranslated
	targets := map[string][]string{
		"/collections/facilities/items": {name, mark}, "/collections/facilities/items?properties=kind": {mark, "agricultural-park"},
		"/collections/facilities/items?exclude-properties=machine_translated": {name, mark}, "/collections/facilities/items?properties=name,kind_label": {name, mark, "联合实验室"},
		"/collections/facilities/items?crs=http://www.opengis.net/def/crs/EPSG/0/4326": {name, mark}, "/collections/facilities/items?skipGeometry=true": {name, mark},
		"/collections/facilities/items/1": {name, mark}, "/collections/facilities/items/1?properties=kind": {mark},
		"/collections/facilities/clusters?zoom=9": {name, mark}, "/collections/countries/items": {"泰国", mark},
		"/collections/facilities/facets": {"泰国", "联合实验室"}, "/collections/facilities/matrix?f=csv&rows=kind": {"联合实验室"},
		"/collections/facilities/schema": {mark, "kind_label", "outdated_translation"}, "/collections/facilities/feature-schema": {mark, "sectors_label"},
		"/collections/countries/schema": {mark},
	}
	for _, z := range []string{"0/0/0", "12/1889/3191"} {
		targets["/collections/facilities/tiles/WebMercatorQuad/"+z] = []string{name}
		targets["/tiles/WebMercatorQuad/"+z] = []string{name}
	}
	targets["/collections/facilities/tiles/WebMercatorQuad/0/0/0"] = []string{"跨日界线养鱼场"} // the others are in a cluster
	targets["/tiles/WebMercatorQuad/0/0/0"] = []string{"泰国", "跨日界线养鱼场"}
	for _, f := range everyFile() {
		if !f.collection.Is(geo.Facilities) && !f.collection.Is(geo.Countries) { // of which there are none
			continue
		}
		targets[f.path] = []string{mark}
		if f.collection.Is(geo.Facilities) && f.extension != parquetFile.extension && f.extension != geoPackageFile.extension { // which are packed in pages
			targets[f.path] = []string{mark, name, "country_name", "kind_label"}
		}
		targets["/collections/"+f.collection.ID+"/items?f="+f.extension] = targets[f.path]
	}
	for target, want := range targets {
		u, _ := url.Parse(target)
		query := u.Query()
		query.Set("lang", "zh-CN")
		w := get(t, s, u.Path+"?"+query.Encode())
		extension := ""
		if w.Header().Get("Content-Type") == excelFile.mediaType {
			extension = excelFile.extension
		}
		body := contents(t, extension, w.Body.Bytes())
		for _, text := range want {
			if w.Code != http.StatusOK || !strings.Contains(body, text) {
				t.Errorf("%s: %d, without %s\n%.300s", target, w.Code, text, w.Body)
			}
		}
		if got := w.Header().Values("Content-Language"); !slices.Equal(got, []string{"zh"}) {
			t.Errorf("%s: Content-Language %q", target, got)
		}
		if plain := get(t, s, target).Body.String(); strings.Contains(plain, mark) != strings.Contains(target, mark) && !strings.Contains(target, "exclude") {
			t.Errorf("%s speaks of %s without lang", target, mark)
		}
	}
	for _, target := range []string{"/collections/facilities/queryables?lang=zh", "/collections/facilities/sortables?lang=zh"} {
		if body := get(t, s, target).Body.String(); strings.Contains(body, mark) || strings.Contains(body, "kind_label") {
			t.Errorf("%s lists what nobody can ask for", target)
		}
	}
}

// A file of a language is known for one by its header, and beside each id stands what it is
// called.
func TestCSVInALanguage(t *testing.T) {
	s := serverInLanguages()
	w := get(t, s, "/data/facilities.csv?bom=0&lang=zh&id=1")
	rows, err := csv.NewReader(w.Body).ReadAll()
	if err != nil || len(rows) != 2 {
		t.Fatal(err, rows)
	}
	at := func(name string) string { return rows[1][slices.Index(rows[0], name)] }
	for name, want := range map[string]string{
		"name": "中泰太阳能联合实验室", "kind": "joint-laboratory", "kind_label": "联合实验室", "sectors": "new-energy", "sectors_label": "新能源", "status_label": "运行中",
		"location_precision": "city", "precision_label": "城市", "country": "THA", "country_name": "泰国", "city": "曼谷", "machine_translated": "summary", "outdated_translation": "",
	} {
		if got := at(name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	if got := w.Header().Get("Content-Disposition"); !strings.Contains(got, `"facilities-zh.csv"`) {
		t.Errorf("the file is called %s", got)
	}
}

// Fields of one's own have their labels too, and none of the others is lost.
func TestOwnFieldsInALanguage(t *testing.T) {
	s := ownServer()
	plain, read := properties(t, s, "/collections/facilities/items/1"), properties(t, s, "/collections/facilities/items/1?lang=zh")
	for name := range plain {
		if _, there := read[name]; !there {
			t.Errorf("%s is lost", name)
		}
	}
	if got := read["grade_label"]; got != "一级" {
		t.Errorf("grade_label is %v", got)
	}
}

// lang changes what is written, and nothing else: the same records, in the same order, on
// the same pages.
func TestLanguageChangesOutputOnly(t *testing.T) {
	s := serverInLanguages()
	random := rand.New(rand.NewPCG(1, 13))
	one := func(of ...string) string { return of[random.IntN(len(of))] }
	words := []string{"solar", "laboratory", "太阳能", "Bangkok", "曼谷", "ห้องปฏิบัติการ", "Thailand", "泰国", "薄膜", "fish", "Tambak"}
	parts := []func(url.Values){
		func(q url.Values) { q.Set("country", one("THA", "CHN,FJI", "none", "THA,none")) },
		func(q url.Values) { q.Set("kind", one("joint-laboratory", "agricultural-park", "none")) },
		func(q url.Values) { q.Set("q", one(words...)) },
		func(q url.Values) {
			q.Set("name", one("China-Thailand Solar Laboratory", "太阳能实验室", "中泰太阳能联合实验室"))
		},
		func(q url.Values) { q.Set("city", one("Bangkok", "曼谷", "Nanning", "南宁")) },
		func(q url.Values) {
			q.Set("filter", fmt.Sprintf("%s %s '%s'", one("name", "summary", "city", "country_name", "admin1"), one("=", "<", ">", "<>"), one(words...)))
		},
		func(q url.Values) {
			q.Set("filter", fmt.Sprintf("CASEI(%s) LIKE '%%%s%%'", one("name", "summary", "country_name"), one(words...)))
		},
		func(q url.Values) {
			q.Set("sortby", one("name", "-name", "city,-name", "country_name", "-summary", "kind,name", "status", "-established"))
		},
		func(q url.Values) { q.Set("properties", one("name", "kind,city", "summary")) },
		func(q url.Values) { q.Set("exclude-properties", one("name", "summary,country_name")) },
		func(q url.Values) { q.Set("bbox", one("90,0,110,30", "-180,-90,180,90")) },
	}
	found := 0
	for range 40 {
		query := url.Values{"limit": {one("1", "2", "100")}}
		for range 1 + random.IntN(4) {
			parts[random.IntN(len(parts))](query)
		}
		want := pagesOf(t, s, "/collections/facilities/items?"+query.Encode())
		found += len(want)
		for _, lang := range languages {
			query.Set("lang", lang)
			if got := pagesOf(t, s, "/collections/facilities/items?"+query.Encode()); !slices.Equal(got, want) {
				t.Errorf("%v gives %v, want %v", query, got, want)
			}
		}
	}
	if found < 40 {
		t.Errorf("%d records were found in all", found)
	}
}

// pagesOf are the ids of all pages, each ended by 0.
func pagesOf(t *testing.T, s *Server, target string) (ids []int) {
	t.Helper()
	asked, _ := url.Parse(target)
	for target != "" {
		w := get(t, s, target)
		var page struct{ Links []Link }
		if err := json.NewDecoder(bytes.NewReader(w.Body.Bytes())).Decode(&page); w.Code != http.StatusOK || err != nil {
			t.Fatalf("%s: %d, %v\n%s", target, w.Code, err, w.Body)
		}
		ids, target = append(append(ids, featureIDs(t, w)...), 0), ""
		for _, l := range page.Links {
			next, err := url.Parse(l.Href)
			switch {
			case err != nil:
				t.Fatal(err)
			case (l.Rel == "next" || l.Rel == "self") && next.Query().Get("lang") != asked.Query().Get("lang"):
				t.Errorf("%s leads to %s: another language", asked, l.Href)
			case l.Rel == "next":
				target = next.RequestURI()
			}
		}
	}
	return ids
}

// A tag means a language as Accept-Language does.
func TestLanguageNamed(t *testing.T) {
	for tag, want := range map[string]string{
		"zh": "zh", "zh-CN": "zh", "zh-Hans": "zh", "zh-Hant-TW": "zh", "zh-TW": "zh", "zh_CN.UTF-8": "zh", "cmn-Hans-CN": "zh", "ZH-cn": "zh", "in": "id", "in-ID": "id",
		"tl": "fil", "tl-PH": "fil", "fil-PH": "fil", "th-TH-u-nu-thai": "th", "ms-BN": "ms", "en-GB": "en", "vi-VN": "vi", "lo-LA": "lo", "km-KH": "km", "my-MM": "my",
		"xx": "", "de": "", "zhx": "", "z": "", "-": "", "*": "", "zh-": "zh", "q=1": "", strings.Repeat("a-", 5000): "",
	} {
		if got := LanguageNamed(tag); got != want {
			t.Errorf("%.20q is %q, want %q", tag, got, want)
		}
	}
}

// Pages and documents in a language lead to records in it.
func TestLinksKeepTheLanguage(t *testing.T) {
	s := serverInLanguages()
	for _, c := range []struct{ target, accept, acceptLanguage string }{
		{"/collections/facilities?lang=th", "", ""}, {"/collections/facilities?lang=th", "text/html", ""}, {"/collections?lang=th", "", ""},
		{"/collections/facilities", "text/html", "zh"}, {"/collections/facilities/open?lang=th", "", ""}, {"/collections/facilities/open", "text/html", "zh"},
		{"/collections/facilities/tiles/WebMercatorQuad/tilejson?lang=th", "", ""}, {"/collections/facilities/open.qlr?lang=th", "", ""},
	} {
		body := get(t, s, c.target, "Accept", c.accept, "Accept-Language", c.acceptLanguage).Body.String()
		for _, path := range []string{"/data/facilities.csv", "/collections/facilities/items", "/collections/facilities/schema", "/{z}/{y}/{x}"} {
			for _, rest := range strings.Split(body, path)[1:] {
				if link, _, ok := strings.Cut(rest, `"`); ok && !strings.Contains(link, ">") && !strings.Contains(link, "lang=") {
					t.Errorf("%s leads to %s%s", c.target, path, link)
				}
			}
		}
		if !strings.Contains(body, "lang=") {
			t.Errorf("%s has no link with its language", c.target)
		}
	}
	if body := get(t, s, "/collections/facilities", "Accept", "text/html").Body.String(); strings.Contains(body, "items?lang=") {
		t.Error("an English page leads to records made for a reader")
	}
}

// The documents for reading show records in the language of the page, and say which texts a
// machine has translated.
func TestPagesOfRecordsInALanguage(t *testing.T) {
	s := serverInLanguages()
	page := get(t, s, "/collections/facilities/items/1?lang=zh", "Accept", "text/html").Body.String()
	for _, want := range []string{"<h1>中泰太阳能联合实验室</h1>", `<span lang="zh">研究“薄膜”和逆变器。</span>`, `<span lang="zh">曼谷</span>`, "<dt>机器翻译</dt>\n<dd>简介</dd>",
		`<span lang="en">Bangkok Metropolis</span>`} {
		if !strings.Contains(page, want) {
			t.Errorf("the page of a record lacks %s\n%s", want, page)
		}
	}
	table := get(t, s, "/collections/facilities/items", "Accept", "text/html", "Accept-Language", "zh-TW").Body.String()
	for _, want := range []string{`lang="zh">跨日界线养鱼场</a>`, "<td>曼谷</td>", `/items/7?lang=zh"`} {
		if !strings.Contains(table, want) {
			t.Errorf("the table lacks %s", want)
		}
	}
}

// sortby=label is the order of the names that a reader is shown, as people of the language put
// them; its pages go on from each other.
func TestSortByLabel(t *testing.T) {
	s := serverInLanguages()
	for query, want := range map[string][]int{
		"sortby=label":                    {3, 1, 7, 8}, // =HYPERLINK, China-, Fish, Laboratory
		"sortby=-label":                   {8, 7, 1, 3},
		"sortby=label&lang=en":            {3, 1, 7, 8},
		"sortby=label&lang=zh":            {3, 7, 8, 1}, // =, kua, wu, zhong
		"sortby=-label&lang=zh":           {1, 8, 7, 3},
		"sortby=label&lang=id":            {3, 1, 8, 7}, // Tambak ikan comes last
		"sortby=label&lang=th":            {3, 7, 8, 1}, // Latin before Thai
		"sortby=kind,-label&lang=zh-Hant": {7, 3, 1, 8},
	} {
		for _, limit := range []string{"&limit=1", "&limit=3", ""} {
			got := slices.DeleteFunc(pagesOf(t, s, "/collections/facilities/items?"+query+limit), func(id int) bool { return id == 0 })
			if !slices.Equal(got, want) {
				t.Errorf("%s%s gives %v, want %v", query, limit, got, want)
			}
		}
		rows, err := csv.NewReader(get(t, s, "/data/facilities.csv?bom=0&"+query).Body).ReadAll()
		if err != nil || len(rows) != 5 || rows[1][0] != fmt.Sprint(want[0]) || rows[4][0] != fmt.Sprint(want[3]) {
			t.Errorf("the file of %s: %v", query, err)
		}
	}
	if got := featureIDs(t, get(t, s, "/collections/countries/items?sortby=label&lang=zh")); !slices.Equal(got, []int{242, 764, 156}) { // fei, tai, zhong
		t.Errorf("countries stand in the order %v", got)
	}
	if body := get(t, s, "/collections/facilities/sortables").Body.String(); !strings.Contains(body, `"label":{`) {
		t.Errorf("the sortables lack it: %s", body)
	}
	if body := get(t, s, "/collections/facilities/items?sortby=lable").Body.String(); !strings.Contains(body, "version, label") {
		t.Errorf("an error does not name it: %s", body)
	}
	first := decode[struct{ Links []Link }](t, get(t, s, "/collections/facilities/items?sortby=label&lang=zh&limit=1"))
	for _, l := range first.Links {
		if other := strings.Replace(l.Href, "lang=zh", "lang=th", 1); l.Rel == "next" {
			if w := get(t, s, other); w.Code != http.StatusBadRequest || !strings.Contains(w.Body.String(), "same sortby and lang") {
				t.Errorf("a place of another language is %d: %s", w.Code, w.Body)
			}
		}
	}
}

// A page of a table is followed in its own order, whatever the next reader speaks.
func TestTablesByLabelGoOn(t *testing.T) {
	page := get(t, serverInLanguages(), "/collections/facilities/items?sortby=label&limit=2&f=html", "Accept-Language", "zh").Body.String()
	if !strings.Contains(page, `after=`) || !strings.Contains(page, `&amp;lang=zh&amp;limit=2`) {
		t.Errorf("the next page may be in another language:\n%s", page)
	}
}

// A kept file is that of its language, whole and in parts, and has a name of its own.
func TestKeptFilesAreOfTheirLanguage(t *testing.T) {
	plain, kept := serverInLanguages(), inParts(t, memory.New(apitest.InLanguages()), 8<<20)
	tags := map[string]string{}
	for _, extension := range []string{"csv", "geojson", "fgb"} {
		for range 2 {
			for _, query := range []string{"", "?lang=zh", "?lang=th", "?lang=zh-TW", "?lang=en"} {
				target := "/data/facilities." + extension + query
				whole := get(t, plain, target).Body.String()
				part := get(t, kept, target, "Range", "bytes=0-99999")
				if part.Code != http.StatusPartialContent || part.Body.String() != whole {
					t.Errorf("%s: %d, %d bytes, want %d", target, part.Code, part.Body.Len(), len(whole))
				}
				if other, known := tags[part.Header().Get("ETag")]; known && other != target {
					t.Errorf("%s and %s have one tag", target, other)
				}
				tags[part.Header().Get("ETag")] = target
			}
		}
	}
}
