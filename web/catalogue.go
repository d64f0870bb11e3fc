package web

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"strconv"
	"strings"

	"golang.org/x/text/feature/plural"
	"golang.org/x/text/language"
)

// Language is one that the pages speak.
type Language struct {
	Code string // BCP 47
	Name string // in the language itself
}

// Languages are those of the pages; the first is the default.
var Languages = []Language{
	{"en", "English"}, {"zh", "简体中文"}, {"th", "ไทย"}, {"vi", "Tiếng Việt"}, {"id", "Bahasa Indonesia"},
	{"ms", "Bahasa Melayu"}, {"lo", "ລາວ"}, {"km", "ខ្មែរ"}, {"my", "မြန်မာ"}, {"fil", "Filipino"},
}

// Texts are those of the pages in one language. What it lacks is taken from English.
type Texts struct {
	Language string // BCP 47
	own      catalogue
	plurals  language.Tag
}

// TextsIn are the texts in a language, in English for one that there is none of.
func TextsIn(lang string) Texts {
	own, ok := catalogues[lang]
	if !ok {
		lang, own = "en", catalogues["en"]
	}
	return Texts{Language: lang, own: own, plurals: pluralRules[lang]}
}

// pluralRules are the languages by whose rules texts count.
var pluralRules = func() map[string]language.Tag {
	tags := map[string]language.Tag{}
	for _, l := range Languages {
		tags[l.Code] = language.Make(l.Code)
	}
	return tags
}()

// T is a text. Slots are pairs of a name and a value, which take the place of
// {name}; the slot n, a whole number, chooses the plural form.
func (t Texts) T(key string, slots ...any) string {
	if len(slots) == 0 {
		return t.form(key, 0)
	}
	n := 0
	pairs := make([]string, 0, len(slots))
	for i := 0; i+1 < len(slots); i += 2 {
		name := fmt.Sprint(slots[i])
		if count, ok := slots[i+1].(int); ok {
			if name == "n" {
				n = count
			}
			pairs = append(pairs, "{"+name+"}", t.Number(count))
			continue
		}
		pairs = append(pairs, "{"+name+"}", fmt.Sprint(slots[i+1]))
	}
	return strings.NewReplacer(pairs...).Replace(t.form(key, n))
}

// N is a text that counts.
func (t Texts) N(key string, n int) string { return t.T(key, "n", n) }

// Has reports whether there is a text of that key.
func (t Texts) Has(key string) bool {
	_, own := t.own[key]
	_, inEnglish := catalogues["en"][key]
	return own || inEnglish
}

// Number is a count in Latin digits, grouped in thousands.
func (t Texts) Number(n int) string {
	digits := strconv.Itoa(n)
	mark := "," // as CLDR 48 has it
	if t.Language == "vi" || t.Language == "id" || t.Language == "lo" {
		mark = "."
	}
	for i := len(digits) - 3; i > 0 && digits[i-1] != '-'; i -= 3 {
		digits = digits[:i] + mark + digits[i:]
	}
	return digits
}

// form is the text of a key, or its form for a count; the key itself where no
// language has it.
func (t Texts) form(key string, n int) string {
	found, ok := t.own[key]
	tag := t.plurals
	if !ok {
		found, ok = catalogues["en"][key]
		tag = language.English
	}
	switch {
	case !ok:
		return key
	case found.forms == nil:
		return found.plain
	}
	if form, ok := found.forms[pluralForms[plural.Cardinal.MatchPlural(tag, n, 0, 0, 0, 0)]]; ok {
		return form
	}
	return found.forms["other"]
}

var pluralForms = map[plural.Form]string{
	plural.Other: "other", plural.Zero: "zero", plural.One: "one", plural.Two: "two", plural.Few: "few", plural.Many: "many",
}

// catalogue holds the texts of the interface in one language, by key.
type catalogue map[string]text

// text is the same for every count, or has the plural forms of one (CLDR names).
type text struct {
	plain string
	forms map[string]string // nil where it is plain
}

// UnmarshalJSON reads a string, or an object of plural forms.
func (t *text) UnmarshalJSON(data []byte) error {
	if len(data) > 0 && data[0] == '{' {
		return json.Unmarshal(data, &t.forms)
	}
	return json.Unmarshal(data, &t.plain)
}

var catalogues = readCatalogues()

func readCatalogues() map[string]catalogue {
	all := map[string]catalogue{}
	for _, lang := range Languages {
		name := "i18n/" + lang.Code + ".json"
		data, err := fs.ReadFile(files, name)
		if err != nil { // each of Languages has an embedded file
			panic(err)
		}
		var c catalogue
		if err := json.Unmarshal(data, &c); err != nil {
			panic(fmt.Errorf("web: %s: %w", name, err))
		}
		all[lang.Code] = c
	}
	return all
}
