package geo_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/paulmach/orb"
	"golang.org/x/text/language"

	"innoatlas/geo"
	"innoatlas/geo/cql2"
	"innoatlas/geo/dataset"
	"innoatlas/geo/zorder"
	"innoatlas/texts"
)

func TestCountryByCode(t *testing.T) {
	cases := map[string]geo.Country{ // code: what it names; no id: nothing
		"THA": {ID: 764, Code: "THA", Alpha2: "TH", Names: geo.Labels{"en": "Thailand", "zh": "泰国"}},
		"TH":  {ID: 764, Code: "THA", Alpha2: "TH", Names: geo.Labels{"en": "Thailand", "zh": "泰国"}},
		"MMR": {ID: 104, Code: "MMR", Alpha2: "MM", Names: geo.Labels{"en": "Myanmar", "zh": "缅甸"}},
		"LAO": {ID: 418, Code: "LAO", Alpha2: "LA", Names: geo.Labels{"en": "Laos", "zh": "老挝"}},
		"TLS": {ID: 626, Code: "TLS", Alpha2: "TL", Names: geo.Labels{"en": "Timor-Leste", "zh": "东帝汶"}},
		"XKX": {ID: 983, Code: "XKX", Alpha2: "XK", Names: geo.Labels{"en": "Kosovo", "zh": "科索沃"}},
		"XK":  {ID: 983, Code: "XKX", Alpha2: "XK", Names: geo.Labels{"en": "Kosovo", "zh": "科索沃"}},
		"tha": {}, "Th": {}, "": {}, "T": {}, "THAI": {}, "764": {}, "TH ": {}, "ＴＨ": {},
		"QQQ": {}, "ZZ": {}, "ZZZ": {}, "XX": {}, "AA": {},
		"XKK": {},                                                    // CLDR's own for Kosovo
		"UK":  {}, "EU": {}, "UN": {}, "EZ": {}, "AC": {}, "TAA": {}, // reserved, and no country
		"SU": {}, "SUN": {}, "YUG": {}, "ANT": {}, "AN": {}, "DDR": {}, "BUR": {}, "TMP": {}, "TP": {}, // no longer in use
	}
	for code, want := range cases {
		got, ok := geo.CountryByCode(code)
		if ok != (want.ID != 0) || got.ID != want.ID || got.Code != want.Code || got.Alpha2 != want.Alpha2 || got.Names["en"] != want.Names["en"] ||
			got.Names["zh"] != want.Names["zh"] {
			t.Errorf("CountryByCode(%q) = %+v, %v, want %+v", code, got, ok, want)
		}
	}
}

// codes are all texts of n capitals.
func codes(n int) []string {
	if n == 0 {
		return []string{""}
	}
	var all []string
	for _, start := range codes(n - 1) {
		for c := 'A'; c <= 'Z'; c++ {
			all = append(all, start+string(c))
		}
	}
	return all
}

// ISO 3166-1 has 249 countries; with Kosovo they are 250, each with two codes, a
// number of its own, and names in both languages.
func TestCountryByCodeOverAllCodes(t *testing.T) {
	ids := map[int64]string{}
	for _, alpha2 := range codes(2) {
		c, ok := geo.CountryByCode(alpha2)
		if !ok {
			continue
		}
		if c.Alpha2 != alpha2 || len(c.Code) != 3 || c.Names["en"] == "" || c.Names["zh"] == "" {
			t.Errorf("%s is %+v", alpha2, c)
		}
		if other, twice := ids[c.ID]; twice || c.ID <= 0 {
			t.Errorf("%s has the number %d of %q", alpha2, c.ID, other)
		}
		ids[c.ID] = alpha2
		if again, ok := geo.CountryByCode(c.Code); !ok || again.Alpha2 != alpha2 || again.ID != c.ID {
			t.Errorf("%s is %+v, %v", c.Code, again, ok)
		}
	}
	if len(ids) != 250 {
		t.Errorf("%d countries have an alpha-2 code, want 250", len(ids))
	}
	alpha3 := slices.DeleteFunc(codes(3), func(code string) bool { _, ok := geo.CountryByCode(code); return !ok })
	if len(alpha3) != 250 {
		t.Errorf("%d countries have an alpha-3 code, want 250", len(alpha3))
	}
}

// Whatever has an outline has a code that is found, and it is the same country.
func TestCountryByCodeOfEveryOutline(t *testing.T) {
	ds, err := dataset.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range ds.Countries {
		if got, ok := geo.CountryByCode(c.Code); !ok || got.Code != c.Code || got.ID != c.ID {
			t.Errorf("%s is %+v, %v", c.Code, got, ok)
		}
	}
}

func TestCountryName(t *testing.T) {
	for _, test := range []struct{ code, lang, want string }{
		{"MMR", "en", "Myanmar"}, {"MMR", "th", "เมียนมา"}, {"MMR", "vi", "Myanmar"}, {"MMR", "km", "មីយ៉ាន់ម៉ា"},
		{"PHL", "fil", "Pilipinas"}, {"CHN", "id", "Tiongkok"}, {"THA", "lo", "ໄທ"}, {"DEU", "km", "អាល្លឺម៉ង់"}, {"FRA", "my", "ပြင်သစ်"},
		{"DEU", "zh", "德国"}, {"XKX", "ms", "Kosovo"}, {"DEU", "xx", "Germany"}, {"LAO", "", "Laos"},
	} {
		c, ok := geo.CountryByCode(test.code)
		if got := c.Name(test.lang); !ok || got != test.want {
			t.Errorf("%s in %q is %q, want %q", test.code, test.lang, got, test.want)
		}
	}
	own := geo.Country{Code: "THA", Alpha2: "TH", Names: geo.Labels{"en": "Kingdom", "lo": "ລາຊະອານາຈັກ"}}
	for lang, want := range map[string]string{"en": "Kingdom", "lo": "ລາຊະອານາຈັກ", "zh": "泰国", "xx": "Kingdom"} {
		if got := own.Name(lang); got != want {
			t.Errorf("a data set's own name in %q is %q, want %q", lang, got, want)
		}
	}
	if got := (&geo.Country{}).Name("th"); got != "" {
		t.Errorf("a country without anything is %q", got)
	}
}

// countriesOfTheCooperation are those in which something stands, or of which a
// figure speaks.
func countriesOfTheCooperation(t *testing.T) []string {
	t.Helper()
	ds, err := dataset.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	var codes []string
	for _, f := range ds.Facilities {
		codes = append(codes, f.Country)
	}
	for _, f := range ds.Figures {
		codes = append(codes, f.Country)
	}
	slices.Sort(codes)
	return slices.DeleteFunc(slices.Compact(codes), func(code string) bool { return code == "" })
}

// No name adds a former one in brackets, and only names in Latin letters may be
// those of English.
func TestCountryNamesInAllLanguages(t *testing.T) {
	for _, code := range countriesOfTheCooperation(t) {
		c, _ := geo.CountryByCode(code)
		for _, l := range texts.Languages {
			script, _ := language.Make(l.Code).Script()
			name := c.Name(l.Code)
			if name == "" || strings.Contains(name, "(") || name == c.Name("en") && script != language.MustParseScript("Latn") {
				t.Errorf("%s in %s is %q", code, l.Code, name)
			}
		}
	}
}

// The names that every data set has are there; that each language has them is for package texts.
func TestTermsAreLabelled(t *testing.T) {
	for _, term := range slices.Concat(geo.Statuses, geo.Precisions) {
		if term.Labels["en"] == "" || term.Labels["zh"] == "" {
			t.Errorf("%s has the labels %v", term.ID, term.Labels)
		}
	}
}

func TestCountryValue(t *testing.T) {
	outline := orb.MultiPolygon{{{{0, 0}, {1, 0}, {1, 1}, {0, 0}}}}
	c := &geo.Country{
		ID: 418, Code: "LAO", Alpha2: "LA", Names: geo.Labels{"en": "Laos", "zh": "老挝"}, Outline: outline, Facilities: 19,
		ByKind: []geo.Bucket{{Value: "lab", Count: 0}, {Value: "park", Count: 10}}, BySector: []geo.Bucket{{Value: "rice", Count: 0}},
	}
	want := map[string]cql2.Value{
		"id": cql2.NumberOf(418), "slug": cql2.TextOf("lao"), "country": cql2.TextOf("LAO"), "alpha2": cql2.TextOf("LA"),
		"name": cql2.TextOf("Laos"), "name_zh": cql2.TextOf("老挝"), "facilities": cql2.NumberOf(19),
		"kinds": cql2.ListOf([]string{"park"}), "sectors": {}, "geometry": cql2.GeometryOf(outline),
		"search_text": cql2.TextOf(" \n lao \n laos \n lao \n ลาว \n ລາວ \n လာအို \n ឡាវ \n 老挝 \n  \n   \n    \n"), "established": {}, "": {},
	}
	compareValues(t, c, want)
	if v := (&geo.Country{}).Value("geometry"); v.Type != cql2.Null {
		t.Errorf("no outline is %v", v)
	}
	if id, slug := c.Ref(); id != 418 || slug != "lao" || c.ZOrder() != zorder.NoPosition {
		t.Errorf("Ref = %d, %s, Z-order %d", id, slug, c.ZOrder())
	}
}
