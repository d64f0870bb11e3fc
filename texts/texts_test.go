package texts

import (
	"encoding/json"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"golang.org/x/text/feature/plural"
	"golang.org/x/text/language"
)

func TestLanguages(t *testing.T) {
	var codes []string
	for _, l := range Languages {
		codes = append(codes, l.Code)
	}
	if got := strings.Join(codes, " "); !strings.HasPrefix(got, "en zh th vi id ms lo km my fil") {
		t.Errorf("the languages are %s", got)
	}
	if zh := In("zh").Language; zh.Name != "简体中文" || !zh.Documents || zh.Space != "" || In("th").Language.Documents || In("xx").Language.Code != "en" {
		t.Error("a language is not what its file says")
	}
}

func TestNumber(t *testing.T) {
	for _, test := range []struct {
		n    int
		lang string
		want string
	}{
		{0, "en", "0"}, {999, "en", "999"}, {1000, "en", "1,000"}, {-1000, "en", "-1,000"}, {-999, "en", "-999"},
		{1234567, "en", "1,234,567"}, {1234567, "zh", "1,234,567"}, {1234567, "th", "1,234,567"}, {1234567, "vi", "1.234.567"},
		{1234567, "id", "1.234.567"}, {1234567, "ms", "1,234,567"}, {1234567, "lo", "1.234.567"}, {1234567, "km", "1,234,567"},
		{1234567, "my", "1,234,567"}, {1234567, "fil", "1,234,567"},
	} {
		if got := In(test.lang).Number(test.n); got != test.want {
			t.Errorf("%d in %s is %s, want %s", test.n, test.lang, got, test.want)
		}
	}
}

// folder is two languages, of which one is not finished.
func folder(t *testing.T) *set {
	t.Helper()
	files, err := readFiles(fstest.MapFS{
		"en.json": {Data: []byte(`{"name": "English", "place": 7, "scripts": {"n": {"one": "{n} thing of {place}", "other": "{n} things of {place}"}, "<": "<"}}`)},
		"km.json": {Data: []byte(`{"name": "ខ្មែរ", "place": 1, "thousands": ".", "scripts": {"only": {"other": "{n} ·"}}, "countries": {"country.THA": "ថៃ"}}`)},
	})
	if err != nil {
		t.Fatal(err)
	}
	return newSet(files)
}

func TestT(t *testing.T) {
	two := folder(t)
	en, km := two.in("en"), two.in("km")
	for got, want := range map[string]string{
		en.T("n", "n", 1, "place", "<Rayong>"): "1 thing of <Rayong>", en.T("n", "n", 0, "place", "{n}"): "0 things of {n}",
		en.T("n", "n", 2600, "place", "x"): "2,600 things of x",
		km.T("n", "n", 1, "place", "x"):    "1 thing of x", // English, and its plural
		km.N("only", 1):                    "1 ·", km.N("only", 1000): "1.000 ·", en.T("none", "n", 1): "none", km.T("none"): "none",
		In("zh").N("summary.matched", 1): "1 个机构", In("en").T("chip.words", "q", "{n} <b>"): "“{n} <b>”",
	} {
		if got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	if !km.Has("n") || km.Has("none") || en.Has("only") {
		t.Error("Has does not know which keys there are")
	}
	if two.languages[0].Code != "en" {
		t.Error("the default is not the first")
	}
}

// Scripts get every key that English has, in English where it is not translated.
func TestForScripts(t *testing.T) {
	want := `{"<":"<","n":{"one":"{n} thing of {place}","other":"{n} things of {place}"},"number.thousands":".","sentence.colon":":"}` + "\n"
	if got := string(folder(t).in("km").ForScripts()); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	var said map[string]any
	if err := json.Unmarshal(In("th").ForScripts(), &said); err != nil || said["country.THA"] != "ไทย" || said["briefing.value"] != nil {
		t.Errorf("%v: %v", err, said)
	}
}

func TestLabels(t *testing.T) {
	if all := All("status.closed"); len(all) != len(Languages) || all["en"] != "Closed" || all["vi"] != "Đã đóng cửa" {
		t.Errorf("the labels are %v", all)
	}
	if Own("th", "doc.next") != "" || Own("xx", "doc.next") != "" || Own("en", "doc.next") == "" {
		t.Error("Own is not the text in that very language")
	}
}

func TestUnreadableFiles(t *testing.T) {
	english := &fstest.MapFile{Data: []byte(`{"name": "English"}`)}
	for _, test := range []struct{ name, text, want string }{
		{"zh_CN.json", `{"name": "x"}`, "must be a language tag"},
		{"ZH.json", `{"name": "x"}`, "must be a language tag"},
		{"th.json", `{"name": "x"`, "unexpected EOF"},
		{"th.json", `{"name": "x", "page": {}}`, `unknown field "page"`},
		{"th.json", `{}`, "name is missing"},
		{"th.json", `{"name": "x", "pages": {"a": 1}}`, "cannot unmarshal number"},
	} {
		_, err := readFiles(fstest.MapFS{"en.json": english, test.name: {Data: []byte(test.text)}})
		if err == nil || !strings.Contains(err.Error(), "texts/"+test.name) || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s %s: %v, want %s", test.name, test.text, err, test.want)
		}
	}
	if _, err := readFiles(fstest.MapFS{"th.json": english}); err == nil || !strings.Contains(err.Error(), "en.json") {
		t.Errorf("without English: %v", err)
	}
}

// Every language has each key of English in the same section, or says that it is in English
// only; with the same slots, and the plural forms of its own.
func TestLanguagesAreComplete(t *testing.T) {
	files, err := readFiles(embedded)
	if err != nil {
		t.Fatal(err)
	}
	for code, f := range files {
		for name, english := range files[Default].sections() {
			section := f.sections()[name]
			for key := range section {
				if _, ok := english[key]; !ok {
					t.Errorf("%s.json has %s in %s, which en.json does not", code, key, name)
				}
			}
			if slices.Contains(f.EnglishOnly, name) && len(section) == 0 {
				continue
			}
			for key, text := range english {
				complete(t, f, code, key, section, text)
			}
		}
		for _, key := range f.EnglishOnly {
			if section, ok := f.sections()[key]; ok && len(section) > 0 || !ok && !In(Default).Has(key) {
				t.Errorf("%s.json says that %s is in English only, which is not so", code, key)
			}
		}
	}
}

// complete checks one text of a language against the English one.
func complete(t *testing.T, f *file, code, key string, section map[string]text, english text) {
	t.Helper()
	own, ok := section[key]
	if inEnglish := slices.Contains(f.EnglishOnly, key); !ok || inEnglish {
		if ok == inEnglish {
			t.Errorf("%s.json: %s must be there, or in english_only", code, key)
		}
		return
	}
	if got, want := slotsOf(own), slotsOf(english); !slices.Equal(got, want) {
		t.Errorf("%s.json: %s has the slots %v, want %v", code, key, got, want)
	}
	var want []string
	if english.forms != nil {
		want = pluralsOf(language.Make(code))
	}
	if got := slices.Sorted(maps.Keys(own.forms)); !slices.Equal(got, want) {
		t.Errorf("%s.json: %s has the plural forms %v, want %v", code, key, got, want)
	}
}

// A key is in one section only, since it is asked for without naming one.
func TestKeysAreUnique(t *testing.T) {
	files, err := readFiles(embedded)
	if err != nil {
		t.Fatal(err)
	}
	in := map[string]string{}
	for name, section := range files[Default].sections() {
		for key := range section {
			if other, ok := in[key]; ok {
				t.Errorf("%s is in %s and in %s", key, other, name)
			}
			in[key] = name
		}
	}
}

var slot = regexp.MustCompile(`\{\w+\}`)

func slotsOf(t text) []string {
	slots := slot.FindAllString(t.plain, -1)
	for _, form := range t.forms {
		slots = append(slots, slot.FindAllString(form, -1)...)
	}
	slices.Sort(slots)
	return slices.Compact(slots)
}

// pluralsOf are the forms that whole numbers take.
func pluralsOf(tag language.Tag) []string {
	var names []string
	for n := range 1000 {
		names = append(names, pluralForms[plural.Cardinal.MatchPlural(tag, n, 0, 0, 0, 0)])
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// What the scripts make dates of where the browser does not know the language.
func TestMonths(t *testing.T) {
	for _, l := range Languages {
		months := strings.Split(In(l.Code).T("date.months"), "|")
		slices.Sort(months)
		if len(slices.Compact(months)) != 12 || months[0] == "" {
			t.Errorf("%s.json: date.months names %d months, want 12 with | between", l.Code, len(slices.Compact(months)))
		}
	}
}
