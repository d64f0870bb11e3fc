package geo

import (
	"maps"
	"slices"
)

// Origin says who made a text in another language.
type Origin string

// The origins. Any other names a gazetteer that a place's name was taken from.
const (
	FromSource  Origin = "source"  // a page prints it
	FromPerson  Origin = "person"  // somebody who speaks the language
	FromMachine Origin = "machine" // it is never put in the place of one of the others
)

// Translation is what a field of a record says in another language than English.
type Translation struct {
	Field  string // the name of a field that is Translated
	Lang   string // BCP 47
	Text   string
	Origin Origin
	Stale  bool // the English was changed after a machine had made the text
}

// Translations are those of one record, and, of a record that a Reading gives, what it shows
// of them. A nil *Translations has none.
type Translations struct {
	All []Translation // by language, then field; at most one of each

	shown *marks // of a record that a Reading gives
}

// Machine reports whether a Reading shows what a machine has made.
func (t *Translations) Machine() bool { return len(t.marks().machine) > 0 }

// Stale reports whether a Reading shows what is older than the English.
func (t *Translations) Stale() bool { return len(t.marks().stale) > 0 }

// English reports whether a Reading shows the field in English, since there is no text in its
// language.
func (t *Translations) English(field string) bool {
	return slices.Contains(t.marks().english, field)
}

// In is the text of a field in a language; nil where there is none.
func (t *Translations) In(lang, field string) *Translation {
	if t == nil {
		return nil
	}
	for i := range t.All {
		if t.All[i].Lang == lang && t.All[i].Field == field {
			return &t.All[i]
		}
	}
	return nil
}

// Of are the texts in a language.
func (t *Translations) Of(lang string) []Translation {
	var of []Translation
	for _, text := range t.list() {
		if text.Lang == lang {
			of = append(of, text)
		}
	}
	return of
}

// Languages are those that there is a text in.
func (t *Translations) Languages() []string {
	var languages []string
	if t != nil {
		for i := range t.All {
			if lang := t.All[i].Lang; !slices.Contains(languages, lang) {
				languages = append(languages, lang)
			}
		}
	}
	return languages
}

// PlaceName is what a town, or where City is empty a province, is called in another language
// than English. Country, Admin1 and City are what records state.
type PlaceName struct {
	Country, Admin1, City string
	Lang                  string // BCP 47
	Name                  string
	Origin                Origin
}

// Places are the names of places in other languages. A nil *Places has none.
type Places struct {
	All   []PlaceName // as the data set has them
	index map[placeKey]*PlaceName
}

type placeKey struct{ lang, country, admin1, city string }

// NewPlaces makes an index of the names; nil where there are none.
func NewPlaces(names []PlaceName) *Places {
	if len(names) == 0 {
		return nil
	}
	p := &Places{names, make(map[placeKey]*PlaceName, len(names))}
	for i := range names {
		n := &names[i]
		p.index[placeKey{n.Lang, n.Country, n.Admin1, n.City}] = n
	}
	return p
}

// Equal reports whether both have the same names, in whatever order.
func (p *Places) Equal(other *Places) bool {
	if p == nil || other == nil {
		return p == other
	}
	return maps.EqualFunc(p.index, other.index, func(a, b *PlaceName) bool { return *a == *b })
}

// Name is what a town is called in a language, or where city is empty a province; nil where
// nobody says.
func (p *Places) Name(lang, country, admin1, city string) *PlaceName {
	if p == nil {
		return nil
	}
	return p.index[placeKey{lang, country, admin1, city}]
}

// TranslatedFields are the fields of the collection that records state in other languages
// too.
func (c *Collection) TranslatedFields() []Field { return Translated(c.Fields) }

// Translated are those of the fields that records state in other languages too.
func Translated(fields []Field) []Field {
	return slices.DeleteFunc(slices.Clone(fields), func(f Field) bool { return !f.Translated })
}

// IsTakenInTexts reports whether files of texts call something else so than a field of one's own:
// one of their own columns, or the English of another translated field, as motto_en.
func IsTakenInTexts(name string, others []Field) bool {
	if slices.Contains([]string{"slug", "lang", "origin", "stale"}, name) {
		return true
	}
	for _, f := range Translated(others) {
		if f.Name+EnglishSuffix == name || name+EnglishSuffix == f.Name {
			return true
		}
	}
	return false
}

// EnglishSuffix makes of a field's name that of the column which has its English for a translator.
const EnglishSuffix = "_en"

// Equal reports whether both have the same texts, whatever a Reading shows of them.
func (t *Translations) Equal(other *Translations) bool {
	return slices.Equal(t.list(), other.list())
}

func (t *Translations) list() []Translation {
	if t == nil {
		return nil
	}
	return t.All
}
