package web

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/text/feature/plural"
	"golang.org/x/text/language"

	"innoatlas/geo"
)

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
		if got := (Texts{Language: test.lang}).Number(test.n); got != test.want {
			t.Errorf("%d in %s is %s, want %s", test.n, test.lang, got, test.want)
		}
	}
}

func TestTexts(t *testing.T) {
	en, zh := TextsIn("en"), TextsIn("zh")
	for got, want := range map[string]string{
		en.N("summary.matched", 1): "1 facility", en.N("summary.matched", 51370): "51,370 facilities", zh.N("summary.matched", 1): "1 个机构",
		en.T("chip.words", "q", "{n} <b>"): "“{n} <b>”", en.T("no.such.key"): "no.such.key",
		Texts{Language: "th", own: catalogue{}, plurals: language.Thai}.N("summary.matched", 1): "1 facility", // English, and its plural
		TextsIn("xx").Language: "en",
	} {
		if got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	if !zh.Has("brand") || zh.Has("no.such.key") {
		t.Error("Has does not know which keys there are")
	}
}

// Every catalogue has the keys of the English one, with the same slots and the
// plural forms of its language.
func TestCataloguesAreComplete(t *testing.T) {
	english := catalogues["en"]
	for lang, own := range catalogues {
		for key := range own {
			if _, ok := english[key]; !ok {
				t.Errorf("%s.json has %s, which en.json does not", lang, key)
			}
		}
		for key, text := range english {
			if _, ok := own[key]; !ok {
				t.Errorf("%s.json lacks %s", lang, key)
				continue
			}
			if got, want := slotsOf(own[key]), slotsOf(text); !slices.Equal(got, want) {
				t.Errorf("%s.json: %s has the slots %v, want %v", lang, key, got, want)
			}
			want := formsOf(text)
			if want != nil {
				want = pluralsOf(language.Make(lang))
			}
			if got := formsOf(own[key]); !slices.Equal(got, want) {
				t.Errorf("%s.json: %s has the plural forms %v, want %v", lang, key, got, want)
			}
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

// formsOf are the plural forms of a text; none where it is the same for every count.
func formsOf(t text) []string { return slices.Sorted(maps.Keys(t.forms)) }

// pluralsOf are the forms that whole numbers take.
func pluralsOf(tag language.Tag) []string {
	var names []string
	for n := range 1000 {
		names = append(names, pluralForms[plural.Cardinal.MatchPlural(tag, n, 0, 0, 0, 0)])
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// The map's labels are the names that the API gives.
func TestCountriesAreCalledTheSame(t *testing.T) {
	for lang, own := range catalogues {
		n := 0
		for key, text := range own {
			code, ok := strings.CutPrefix(key, "country.")
			if !ok || len(code) != 3 {
				continue
			}
			n++
			country, _ := geo.CountryByCode(code)
			if text.plain != country.Name(lang) {
				t.Errorf("%s.json: %s is %q, want %q", lang, key, text.plain, country.Name(lang))
			}
		}
		if n != 12 {
			t.Errorf("%s.json names %d countries, want the 12 that take part", lang, n)
		}
	}
}

// What the scripts make dates of where the browser does not know the language.
func TestMonths(t *testing.T) {
	for lang := range catalogues {
		months := strings.Split(TextsIn(lang).T("date.months"), "|")
		slices.Sort(months)
		if len(slices.Compact(months)) != 12 || months[0] == "" {
			t.Errorf("%s.json: date.months names %d months, want 12 with | between", lang, len(slices.Compact(months)))
		}
	}
}
