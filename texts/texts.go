// Package texts holds what the program says to people, one file a language: the map page
// with its scripts, the other pages, the documents of the API, labels, names of countries,
// titles of fields. A file beside en.json is a language more, and nothing else knows which
// there are. Package texts imports nothing of the project.
package texts

import (
	"embed"
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/text/feature/plural"
)

//go:embed *.json
var embedded embed.FS

var spoken = mustRead()

// Languages are those that there is a file of, by their places; the first, English, is the
// default.
var Languages = spoken.languages

// Language is one that the program speaks, and what its file says of it.
type Language struct {
	Code        string   // BCP 47, the name of the file
	Name        string   // in the language itself
	Thousands   string   // stands between the thousands of a number
	Colon       string   // ends the word that a sentence begins with: "Town: the sources…"
	Space       string   // stands between sentences
	SmallInside bool     // a name of a kind begins with a small letter inside a sentence
	ReadBy      []string // BCP 47: readers of which other languages get it rather than English
	Documents   bool     // the documents of the API are written in it
}

// Default is the language whose texts stand where another has none.
const Default = "en"

// Texts are those of one language. What it lacks is taken from English.
type Texts struct {
	Language Language
	of       *set
}

// In are the texts in a language, in English for one that there is none of.
func In(lang string) Texts { return spoken.in(lang) }

// All is one text in every language that has it, by BCP 47.
func All(key string) map[string]string {
	all := map[string]string{}
	for _, l := range Languages {
		if text := Own(l.Code, key); text != "" {
			all[l.Code] = text
		}
	}
	return all
}

// Own is a text in that very language; empty where it has none.
func Own(lang, key string) string { return spoken.texts[lang][key].plain }

// T is a text; the key itself where there is none. Slots are pairs of a name and a value,
// which take the place of {name}; the slot n, a whole number, chooses the plural form.
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
	_, _, ok := t.find(key)
	return ok
}

// Number is a count in Latin digits, grouped in thousands.
func (t Texts) Number(n int) string { return t.grouped(strconv.Itoa(n)) }

// Decimal is a value in Latin digits. It is grouped from five digits on: one of four may be
// a year.
func (t Texts) Decimal(n float64) string {
	whole, part, _ := strings.Cut(strconv.FormatFloat(n, 'f', -1, 64), ".")
	if len(strings.TrimPrefix(whole, "-")) > 4 {
		whole = t.grouped(whole)
	}
	switch {
	case part == "":
		return whole
	case t.Language.Thousands == ".":
		return whole + "," + part
	}
	return whole + "." + part
}

// grouped sets what stands between the thousands into digits.
func (t Texts) grouped(digits string) string {
	for i := len(digits) - 3; i > 0 && digits[i-1] != '-'; i -= 3 {
		digits = digits[:i] + t.Language.Thousands + digits[i:]
	}
	return digits
}

// form is the text of a key, or its form for a count; the key itself where no language has it.
func (t Texts) form(key string, n int) string {
	found, lang, ok := t.find(key)
	switch {
	case !ok:
		return key
	case found.forms == nil:
		return found.plain
	}
	if form, ok := found.forms[pluralForms[plural.Cardinal.MatchPlural(t.of.tags[lang], n, 0, 0, 0, 0)]]; ok {
		return form
	}
	return found.forms["other"]
}

// find is a text and the language that it is in.
func (t Texts) find(key string) (found text, lang string, ok bool) {
	if found, ok = t.of.texts[t.Language.Code][key]; ok {
		return found, t.Language.Code, true
	}
	found, ok = t.of.texts[Default][key]
	return found, Default, ok
}

var pluralForms = map[plural.Form]string{
	plural.Other: "other", plural.Zero: "zero", plural.One: "one", plural.Two: "two", plural.Few: "few", plural.Many: "many",
}
