package geo

import (
	"encoding/hex"
	"strings"
	"sync"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"

	"innoatlas/geo/cql2"
)

// collated is what the properties are called by which records stand in the order of their
// names, as people of a language put them: collated_th. No filter and no file has them.
const collated = "collated_"

// CollatedBy is the property whose values put records in the order of the names that a reader
// of the language is shown.
func CollatedBy(lang string) string { return collated + lang }

// collatedCountry begins those by which records stand in the order of the names of their countries.
const collatedCountry = "collated country_"

// CollatedByCountry is the property whose values put records in the order of the names of their
// countries that a reader of the language is shown.
func CollatedByCountry(lang string) string { return collatedCountry + lang }

// CollatedLang is the language of a property that CollatedBy or CollatedByCountry gives.
func CollatedLang(property string) (lang string, ok bool) {
	if lang, ok = strings.CutPrefix(property, collated); ok {
		return lang, true
	}
	return strings.CutPrefix(property, collatedCountry)
}

// collatedText is what such a property puts in order: a name, or that of a country.
func collatedText(property, lang, name, country string) string {
	if !strings.HasPrefix(property, collatedCountry) {
		return name
	}
	c, ok := CountryByCode(country)
	if !ok {
		return ""
	}
	return c.Name(lang)
}

// Collated is what a property that CollatedBy or CollatedByCountry gives puts in order, and the
// language.
func (f *Facility) Collated(property string) (lang, text string, ok bool) {
	if lang, ok = CollatedLang(property); !ok {
		return "", "", false
	}
	return lang, collatedText(property, lang, f.NameIn(lang), f.Country), true
}

// Collated is what a property that CollatedBy or CollatedByCountry gives puts in order, and the
// language.
func (r *Record) Collated(property string) (lang, text string, ok bool) {
	if lang, ok = CollatedLang(property); !ok {
		return "", "", false
	}
	return lang, collatedText(property, lang, r.NameIn(lang), r.Own.Value("country").Text), true
}

// Collated is what a property that CollatedBy gives puts in order, the name of the institution,
// and the language.
func (p *Partnership) Collated(property string) (lang, text string, ok bool) {
	if lang, ok = CollatedLang(property); !ok {
		return "", "", false
	}
	return lang, p.Institution.NameIn(lang), true
}

// CollationKey is a text of ASCII that stands to those of other texts, byte by byte, as people
// of the language put the texts themselves: numbers by their values, so Lab 2 before Lab 10.
func CollationKey(lang, s string) string { return hex.EncodeToString([]byte(CollationBytes(lang, s))) }

// CollationBytes are what CollationKey writes, in half its length: they compare alike.
func CollationBytes(lang, s string) string {
	pool, _ := collators.LoadOrStore(lang, &sync.Pool{New: func() any {
		return &collator{Collator: collate.New(language.Make(lang), collate.Numeric)}
	}})
	c := pool.(*sync.Pool).Get().(*collator)
	defer pool.(*sync.Pool).Put(c)
	c.buffer.Reset()
	return string(c.KeyFromString(&c.buffer, s))
}

// collationOf is the value of a property that CollatedBy gives; Null where there is no name.
func collationOf(lang, name string) cql2.Value {
	if name == "" {
		return cql2.Value{}
	}
	return cql2.TextOf(CollationKey(lang, name))
}

// collator is used by one at a time.
type collator struct {
	*collate.Collator
	buffer collate.Buffer
}

var collators sync.Map // of pools, by language

// NameIn is the name that a reader of the language is shown: one that a source prints, else a
// translation, else the English one.
func (f *Facility) NameIn(lang string) string {
	if name := f.Printed(lang); name != "" {
		return name
	}
	if t := f.Translations.In(lang, "name"); t != nil {
		return t.Text
	}
	return f.Name
}

// NameIn is the name that a reader of the language is shown; empty where it has none.
func (r *Record) NameIn(lang string) string {
	if name := r.Printed(lang); name != "" {
		return name
	}
	if t := r.Translations.In(lang, "name"); t != nil {
		return t.Text
	}
	return r.Own.Value("name").Text
}
