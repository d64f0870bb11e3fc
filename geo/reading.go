package geo

import (
	"cmp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"innoatlas/geo/cql2"
	"innoatlas/texts"
)

// Reading is how the records of a collection are shown to a reader of one language: field by
// field in that language, in English where there is nothing else. It changes what is written,
// never what is filtered, sorted or counted.
type Reading struct {
	Lang string // one of texts.Languages

	// Collection has besides, behind each field of a vocabulary, what its values are called in
	// the language (kind_label), and in front of the fields of one's own which texts a machine
	// has made: by that field a file is known for one that nobody is to import.
	Collection *Collection

	catalog    *Catalog
	countries  map[string]string // names by code
	translated []*Field          // of the collection
	markable   []string          // the fields that marks may name: of places, then translated ones
	printed    int               // the number of name among them; -1 where it is none

	mu    sync.Mutex
	marks map[markSet]*setMarks // of the records so far
	last  atomic.Pointer[setMarks]
}

// Reading is how a reader of the language sees a collection of the data set.
func (c *Catalog) Reading(col *Collection, lang string) *Reading {
	r := &Reading{Lang: lang, catalog: c, countries: map[string]string{}, markable: []string{"admin1", "city"}, marks: map[markSet]*setMarks{}}
	for i := range c.Countries {
		r.countries[c.Countries[i].Code] = c.Countries[i].Name(lang)
	}
	r.Collection = r.collection(col)
	for i := range r.Collection.Fields {
		if f := &r.Collection.Fields[i]; f.Translated {
			r.translated, r.markable = append(r.translated, f), append(r.markable, f.Name)
		}
	}
	r.printed = slices.Index(r.markable, "name")
	return r
}

// MachineTranslated is the field that the collections of all Readings have, and no other.
const MachineTranslated = "machine_translated"

const (
	outdatedTranslation = "outdated_translation"
	inEnglish           = "in_english"
	labelSuffix         = "_label"
)

func (r *Reading) collection(c *Collection) *Collection {
	marks := []Field{machineField}
	if len(c.TranslatedFields()) > 0 {
		marks = append(marks, staleField, englishField)
	}
	next, standard := *c, len(c.Fields)-len(c.OwnFields())
	next.Lang = r.Lang
	next.Fields = slices.Concat(r.withLabels(c, c.Fields[:standard]), marks, r.withLabels(c, c.Fields[standard:]))
	return &next
}

// withLabels are fields of the collection, each with its labels behind it.
func (r *Reading) withLabels(c *Collection, fields []Field) []Field {
	var all []Field
	for _, f := range fields {
		all = append(all, f)
		if label, ok := r.labelField(c, f); ok {
			all = append(all, label)
		}
	}
	return all
}

var (
	machineField = markField(MachineTranslated, "Properties whose texts were translated automatically", true, func(m *marks) []string { return m.machine })
	staleField   = markField(outdatedTranslation, "Properties whose automatic translation is older than the English text", false, func(m *marks) []string { return m.stale })
	englishField = markField(inEnglish, "Properties whose texts are in English, since there is none in the language", false, func(m *marks) []string { return m.english })
)

func markField(name, title string, always bool, list func(*marks) []string) Field {
	return Field{Name: name, Title: english(title), Type: Texts, Always: always, marks: list,
		value: func(f Feature) cql2.Value { return cql2.ListOf(list(f.Translated().marks())) }}
}

// IsMark reports whether the field says which texts of a record a Reading shows in which way; see
// Marks.
func (f *Field) IsMark() bool { return f.marks != nil }

// Marks are the fields that a mark of a record names. They are those of many records, and not to
// be changed.
func (f *Field) Marks(r *Facility) []string { return f.marks(r.Translations.marks()) }

// Label is what a Reading calls the values of a facility's field, for whoever writes many records:
// no value is made of it, and no list.
type Label struct {
	Text  Slot[string]
	Texts Slot[[]string]
	words map[string]string
}

// Label is none (Exists) where the field has no such.
func (f *Field) Label() Label { return f.label }

// Exists says that there is one.
func (l *Label) Exists() bool { return l.words != nil }

// Of is what a value is called: itself where nobody says.
func (l *Label) Of(id string) string {
	if label := l.words[id]; label != "" {
		return label
	}
	return id
}

// labelField says what the values of a field are called; ok is false where they are no ids.
// Countries have their names in country_name.
func (r *Reading) labelField(c *Collection, f Field) (label Field, ok bool) {
	if c.Field(f.Name+labelSuffix) != nil || f.Facet == "" || f.Facet == ByCountry || f.Unlisted || f.Type != Text && f.Type != Texts || f.value != nil {
		return Field{}, false
	}
	terms := r.catalog.TermsOf(c, f.Facet)
	if !slices.ContainsFunc(terms, func(t Term) bool { return len(t.Labels) > 0 }) {
		return Field{}, false
	}
	field, labels := f, map[string]string{}
	for i := range terms {
		labels[terms[i].ID] = cmp.Or(terms[i].Labels.In(r.Lang), terms[i].ID)
	}
	label = Field{Name: f.Name + labelSuffix, Title: english(f.Title.In("en") + ", in words"), Type: f.Type, Few: f.Few}
	label.value = func(record Feature) cql2.Value { return inWords(labels, field.Value(record)) }
	if text, texts := f.TextAt(), f.TextsAt(); text.Exists() || texts.Exists() {
		label.label = Label{text, texts, labels}
	}
	return label, true
}

// inWords is a value, or each of a list, by its label; by its id where it has none.
func inWords(labels map[string]string, v cql2.Value) cql2.Value {
	switch v.Type {
	case cql2.Text:
		return cql2.TextOf(cmp.Or(labels[v.Text], v.Text))
	case cql2.List:
		of := make([]string, len(v.List))
		for i, id := range v.List {
			of[i] = cmp.Or(labels[id], id)
		}
		return cql2.ListOf(of)
	}
	return cql2.Value{}
}

// Of is the record as a reader of the language sees it. It is a copy where that differs from
// what it states.
func (r *Reading) Of(f Feature) Feature {
	switch f := f.(type) {
	case *Facility:
		return r.Facility(f)
	case *Country:
		return r.country(f)
	case *Record:
		return r.record(f)
	}
	return f
}

// Facility is one as a reader of the language sees it.
func (r *Reading) Facility(f *Facility) *Facility {
	if r.Lang == texts.Default {
		return f
	}
	next := &struct { // in one piece of memory: files have many
		Facility
		said Translations
	}{Facility: *f}
	var set markSet
	r.placeNames(&next.Facility, &set)
	r.show(&next.Facility, f.Translations, &set)
	if name := f.Printed(r.Lang); name != "" {
		next.Name = name
		set.take(r.printed)
	}
	next.said = Translations{f.Translations.list(), r.marksOf(set)}
	next.Translations = &next.said
	return &next.Facility
}

func (r *Reading) record(f *Record) *Record {
	if r.Lang == texts.Default {
		return f
	}
	next := *f
	var set markSet
	r.show(&next, f.Translations, &set)
	next.Translations = &Translations{f.Translations.list(), r.marksOf(set)}
	return &next
}

// Printed is the name that a source prints in another language than English; empty where none
// does.
func (f *Facility) Printed(lang string) string {
	base, _, _ := strings.Cut(f.NameLocalLang, "-")
	switch {
	case lang == texts.Default: // which Name is
	case lang == "zh" && f.NameZh != "":
		return f.NameZh
	case f.NameLocal != "" && base == lang:
		return f.NameLocal
	}
	return ""
}

// show puts the texts of the language into the fields of a record where it states one in
// English.
func (r *Reading) show(f Feature, t *Translations, set *markSet) {
	places := len(r.markable) - len(r.translated)
	for i, field := range r.translated {
		if states(field, f) {
			set.english.add(places + i)
		}
	}
	all := t.list()
	for i := range all {
		if all[i].Lang == r.Lang { // few are; all are looked at once
			r.showText(f, &all[i], places, set)
		}
	}
}

// states reports whether a record says something in a field in English.
func states(field *Field, f Feature) bool {
	if facility, ok := f.(*Facility); ok && field.text != nil {
		return *field.text(facility) != ""
	}
	return field.Value(f).Type == cql2.Text
}

func (r *Reading) showText(f Feature, text *Translation, places int, set *markSet) {
	i := slices.IndexFunc(r.translated, func(field *Field) bool { return field.Name == text.Field })
	if i < 0 || !set.english.has(places+i) {
		return
	}
	if facility, ok := f.(*Facility); ok && r.translated[i].text != nil { // as nearly all
		*r.translated[i].text(facility) = text.Text
	} else {
		r.translated[i].Set(f, cql2.TextOf(text.Text))
	}
	set.english.take(places + i)
	if text.Origin == FromMachine {
		set.machine.add(places + i)
	}
	if text.Stale {
		set.stale.add(places + i)
	}
}

// placeNames names town, province and country.
func (r *Reading) placeNames(f *Facility, set *markSet) {
	if country := r.countries[f.Country]; country != "" {
		f.CountryName = country
	}
	admin1, city := f.Admin1, f.City
	for i, place := range [...]struct {
		city string
		into *string
	}{{"", &f.Admin1}, {city, &f.City}} { // as markable has them
		if *place.into == "" {
			continue
		}
		if p := r.catalog.Places.Name(r.Lang, f.Country, admin1, place.city); p != nil {
			*place.into = p.Name
			if p.Origin == FromMachine {
				set.machine.add(i)
			}
		}
	}
}

func (r *Reading) country(c *Country) *Country {
	if r.Lang == texts.Default {
		return c
	}
	next := *c
	next.Names = Labels{}
	for lang, name := range c.Names {
		next.Names[lang] = name
	}
	next.Names["en"] = c.Name(r.Lang)
	return &next
}
