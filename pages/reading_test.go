package pages

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"innoatlas/api"
	"innoatlas/geo"
	"innoatlas/geo/memory"
	"innoatlas/layout"
)

// toldServer has the fixture, whose laboratory is told of in Thai, Chinese and Lao.
func toldServer() *api.Server {
	ds := fixture()
	lab := &ds.Facilities[0]
	lab.NameLocal, lab.NameLocalLang = "", ""
	lab.FormerNames = []string{"太阳能实验室"}
	lab.Source.Title = "实验室揭牌 CTSL"
	lab.Translations = &geo.Translations{All: []geo.Translation{
		{Field: "name", Lang: "lo", Text: "ຫ້ອງທົດລອງ", Origin: geo.FromPerson},
		{Field: "name", Lang: "th", Text: "ห้องปฏิบัติการพลังงาน", Origin: geo.FromMachine},
		{Field: "summary", Lang: "th", Text: "ทำงานด้านฟิล์มบาง", Origin: geo.FromMachine, Stale: true},
		{Field: "name", Lang: "zh", Text: "另一个名字", Origin: geo.FromMachine},
		{Field: "summary", Lang: "zh", Text: "研究“薄膜”与逆变器。", Origin: geo.FromMachine},
	}}
	ds.PlaceNames = []geo.PlaceName{
		{Country: "THA", City: "Bangkok", Lang: "th", Name: "กรุงเทพฯ", Origin: geo.FromMachine},
		{Country: "THA", City: "Bangkok", Lang: "zh", Name: "曼谷", Origin: "naturalearth"},
	}
	return newServer(memory.New(ds), fixtureConfig())
}

// Every page shows a record in the language of its reader, each text with the language that
// it is in; institutions and sources stay as they are.
func TestRecordsInTheReadersLanguage(t *testing.T) {
	s := toldServer()
	for _, test := range []struct {
		target string
		has    []string
		hasNot []string
	}{
		{"/facilities/solar-lab-bangkok?lang=th", []string{
			"<title>ห้องปฏิบัติการพลังงาน · ", `<meta name="description" content="ทำงานด้านฟิล์มบาง">`, `<meta property="og:title" content="ห้องปฏิบัติการพลังงาน">`,
			`<meta property="og:description" content="ทำงานด้านฟิล์มบาง">`, `<h1 lang="th">ห้องปฏิบัติการพลังงาน</h1>`, `<p class="lead" lang="th">ทำงานด้านฟิล์มบาง</p>`,
			`<p class="place">กรุงเทพฯ, ไทย</p>`, `<p class="other-name" lang="zh">中泰太阳能联合实验室</p>`, "<summary>แปลโดยระบบอัตโนมัติ ก่อนที่", "<span>แสดงภาษาอังกฤษ</span>",
			`<div lang="en"><p class="other-name">China-Thailand Solar Laboratory</p><p class="place">Bangkok, Thailand</p>` +
				`<p>Works on &#34;thin films&#34; &amp; inverters.</p></div>`,
			`<dd><ul><li><span lang="en">Kasetsart University</span></li></ul></dd>`, `<li lang="zh">太阳能实验室</li>`, `lang="zh">实验室揭牌 CTSL</a>`, `lang="en">Second report</a>`,
			`aria-label="แผนที่: ที่ตั้งของ ห้องปฏิบัติการพลังงาน"`,
		}, []string{`lang="th">China`}},
		{"/facilities/solar-lab-bangkok?lang=zh", []string{
			`<h1 lang="zh">中泰太阳能联合实验室</h1>`, `<p class="lead" lang="zh">研究“薄膜”与逆变器。</p>`, `<p class="place">曼谷 · 泰国</p>`, "<summary>机器翻译 · <span>查看英文</span>",
		}, []string{"另一个名字</h1>", "有改动", `class="other-name" lang`}},
		{"/facilities/solar-lab-bangkok?lang=lo", []string{
			`<h1 lang="lo">ຫ້ອງທົດລອງ</h1>`, `<p class="lead" lang="en">Works on`, "<summary><span>", `Bangkok, `,
			`<div lang="en"><p class="other-name">China-Thailand Solar Laboratory</p><p class="place">Bangkok, Thailand</p></div>`,
		}, []string{"ແປໂດຍອັດຕະໂນມັດ"}},
		{"/facilities/solar-lab-bangkok?lang=km", []string{`<h1 lang="en">China-Thailand Solar Laboratory</h1>`, `<p class="lead" lang="en">Works on`},
			[]string{`class="original"`}},
		{"/facilities/solar-lab-bangkok?lang=en", []string{`<h1 lang="en">China-Thailand Solar Laboratory</h1>`}, []string{`class="original"`}},
		{"/countries/tha?lang=th", []string{`lang="th">ห้องปฏิบัติการพลังงาน</a>`, "<td>กรุงเทพฯ</td>"}, []string{"Bangkok", "Solar"}},
		{"/sectors/new-energy?lang=lo", []string{`lang="lo">ຫ້ອງທົດລອງ</a>`, `lang="en">Fish farm`}, []string{"Solar"}},
		{"/?lang=th", []string{`<span class="row-name" lang="th">ห้องปฏิบัติการพลังงาน</span>`, "· กรุงเทพฯ · ไทย",
			`<span class="row-name" lang="en">Fish farm`}, []string{"Solar"}},
		{"/embed?lang=lo", []string{`lang="lo">ຫ້ອງທົດລອງ</a>`}, []string{"Solar"}},
	} {
		checkPage(t, s, test.target, test.has, test.hasNot)
	}
}

// Search engines are told the names in all languages, whichever the page is in.
func TestLinkedDataInAllLanguages(t *testing.T) {
	s := toldServer()
	for _, lang := range []string{"en", "th"} {
		var o Organisation
		if err := json.Unmarshal([]byte(linkedData.FindStringSubmatch(get(t, s, "/facilities/solar-lab-bangkok?lang="+lang).Body.String())[1]), &o); err != nil {
			t.Fatal(err)
		}
		if want := []Spoken{{"en", "China-Thailand Solar Laboratory"}, {"zh", "中泰太阳能联合实验室"}, {"lo", "ຫ້ອງທົດລອງ"}, {"th", "ห้องปฏิบัติการพลังงาน"}}; !slices.Equal(o.Name, want) {
			t.Errorf("in %s the name is %v, want %v", lang, o.Name, want)
		}
		if want := []Spoken{{"en", `Works on "thin films" & inverters.`}, {"th", "ทำงานด้านฟิล์มบาง"}, {"zh", "研究“薄膜”与逆变器。"}}; !slices.Equal(o.About, want) {
			t.Errorf("in %s it is described as %v, want %v", lang, o.About, want)
		}
		if !slices.Equal(o.Other, []string{"太阳能实验室"}) || o.Address.Locality != "Bangkok" {
			t.Errorf("in %s: %+v", lang, o)
		}
	}
}

func TestWritten(t *testing.T) {
	for text, want := range map[string]string{
		"Guangxi University": "en", "广西大学": "zh", "中国—东盟 (ASEAN)": "zh", "Guangxi Academy of Sciences (广西)": "en", "มหาวิทยาลัย": "th", "ມະຫາວິທະຍາໄລ": "lo",
		"សាកលវិទ្យាល័យ": "km", "တက္ကသိုလ်": "my", "農研機構のセンター": "ja", "한국": "ko", "": "en", "2015": "en",
	} {
		if got := written(text); got != want {
			t.Errorf("%q is taken for %s, want %s", text, got, want)
		}
	}
}

// A record without an English name has the one that there is.
func TestNamesOf(t *testing.T) {
	for _, test := range []struct {
		f    geo.Facility
		want []layout.Label
	}{
		{geo.Facility{Slug: "a"}, []layout.Label{{Text: "a"}}},
		{geo.Facility{NameZh: "中"}, []layout.Label{{Text: "中", Lang: "zh"}}},
		{geo.Facility{Name: "Lab", NameZh: "中", NameLocal: "中", NameLocalLang: "zh"}, []layout.Label{{Text: "Lab", Lang: "en"}, {Text: "中", Lang: "zh"}}},
		{geo.Facility{Name: "Lab", NameZh: "Lab", NameLocal: "X", NameLocalLang: "pt"}, []layout.Label{{Text: "Lab", Lang: "en"}, {Text: "X", Lang: "pt"}}},
	} {
		main, others := namesOf(&test.f, "en")
		if got := append([]layout.Label{main}, others...); !slices.Equal(got, test.want) {
			t.Errorf("%+v: %v, want %v", test.f, got, test.want)
		}
	}
}

// unlettered is a store without alphabets.
type unlettered struct{ geo.Store }

func (s unlettered) List(ctx context.Context, q geo.Query) (geo.Page, error) {
	if q.Collates() {
		return geo.Page{}, &geo.InputError{Param: "sortby", Reason: "is none"}
	}
	return s.Store.List(ctx, q)
}

// Names stand as people of the language put them; by bytes where the store cannot do that.
func TestOrderOfNames(t *testing.T) {
	ds := fixture()
	lab := func(id int64, name string) geo.Facility {
		return geo.Facility{ID: id, Slug: fmt.Sprint("lab-", id), Kind: "joint-laboratory", Name: name, Country: "THA", CountryName: "Thailand"}
	}
	ds.Facilities = append(ds.Facilities, lab(21, "Lab 10"), lab(22, "Lab 2"), lab(23, "éclair"), lab(24, "Zinc"))
	store := memory.New(ds)
	for _, test := range []struct {
		store geo.Store
		names string
		order []string
	}{
		{store, "label", []string{"éclair", "Lab 2", "Lab 10", "Zinc"}},
		{unlettered{store}, "name", []string{"Lab 10", "Lab 2", "Zinc", "éclair"}},
	} {
		s := newServer(test.store, fixtureConfig())
		checkPage(t, s, "/?lang=en", []string{`"names":"` + test.names + `"`, `<option value="` + test.names + `">`}, nil)
		for _, target := range []string{"/?lang=en", "/embed?lang=en", "/countries/tha?lang=en"} {
			body, at := get(t, s, target, "Accept", "text/html").Body.String(), 0
			for _, name := range test.order {
				i := strings.Index(body[at:], name+"</")
				if i < 0 {
					t.Errorf("%s sorts by %s: %s is not behind those before it", target, test.names, name)
					continue
				}
				at += i
			}
		}
	}
}
