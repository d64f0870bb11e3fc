package geo

import (
	"slices"
	"strings"

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
}

// Reading is how a reader of the language sees a collection of the data set.
func (c *Catalog) Reading(col *Collection, lang string) *Reading {
	r := &Reading{Lang: lang, catalog: c, countries: map[string]string{}}
	for i := range c.Countries {
		r.countries[c.Countries[i].Code] = c.Countries[i].Name(lang)
	}
	r.Collection = r.collection(col)
	for i := range r.Collection.Fields {
		if f := &r.Collection.Fields[i]; f.Translated {
			r.translated = append(r.translated, f)
		}
	}
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
	machineField = Field{Name: MachineTranslated, Title: english("Properties whose texts were translated automatically"), Type: Texts, Always: true,
		value: func(f Feature) cql2.Value { return shownOf(f, func(t *Translations) []string { return t.machine }) }}
	staleField = Field{Name: outdatedTranslation, Title: english("Properties whose automatic translation is older than the English text"), Type: Texts,
		value: func(f Feature) cql2.Value { return shownOf(f, func(t *Translations) []string { return t.stale }) }}
	englishField = Field{Name: inEnglish, Title: english("Properties whose texts are in English, since there is none in the language"), Type: Texts,
		value: func(f Feature) cql2.Value { return shownOf(f, func(t *Translations) []string { return t.english }) }}
)

func shownOf(f Feature, list func(*Translations) []string) cql2.Value {
	t := f.Translated()
	if t == nil || len(list(t)) == 0 {
		return cql2.Value{}
	}
	return cql2.ListOf(list(t))
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
	field := f
	label = Field{Name: f.Name + labelSuffix, Title: english(f.Title.In("en") + ", in words"), Type: f.Type, Few: f.Few}
	label.value = func(record Feature) cql2.Value { return r.labelled(terms, field.Value(record)) }
	return label, true
}

func (r *Reading) labelled(terms []Term, v cql2.Value) cql2.Value {
	switch v.Type {
	case cql2.Text:
		return cql2.TextOf(r.label(terms, v.Text))
	case cql2.List:
		labels := make([]string, len(v.List))
		for i, id := range v.List {
			labels[i] = r.label(terms, id)
		}
		return cql2.ListOf(labels)
	}
	return cql2.Value{}
}

func (r *Reading) label(terms []Term, id string) string {
	if t := FindTerm(terms, id); t != nil {
		if label := t.Labels.In(r.Lang); label != "" {
			return label
		}
	}
	return id
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
		next := *f
		next.Translations = r.show(&next, f.Translations, &shown{})
		return &next
	}
	return f
}

// Facility is one as a reader of the language sees it.
func (r *Reading) Facility(f *Facility) *Facility {
	next := *f
	var s shown
	if r.Lang != texts.Default {
		r.placeNames(&next, &s)
	}
	next.Translations = r.show(&next, f.Translations, &s)
	if name := f.Printed(r.Lang); name != "" {
		next.Name = name
		next.Translations.printed("name")
	}
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

// shown collects which of the fields of a record a machine has made, and which are in English.
type shown struct{ machine, stale, english []string }

func (s *shown) made(field string, by Origin, stale bool) {
	if by == FromMachine {
		s.machine = append(s.machine, field)
	}
	if stale {
		s.stale = append(s.stale, field)
	}
}

// printed takes a field back that a source says in the language.
func (t *Translations) printed(field string) {
	if t != nil {
		is := func(name string) bool { return name == field }
		t.machine, t.stale, t.english = slices.DeleteFunc(t.machine, is), slices.DeleteFunc(t.stale, is), slices.DeleteFunc(t.english, is)
	}
}

// show puts the texts of the language into the fields of a record, and gives what it says of
// them.
func (r *Reading) show(f Feature, t *Translations, s *shown) *Translations {
	if r.Lang != texts.Default {
		for _, field := range r.translated {
			r.showField(f, field, t.In(r.Lang, field.Name), s)
		}
	}
	switch {
	case len(s.machine) > 0 || len(s.stale) > 0 || len(s.english) > 0:
		next := &Translations{machine: s.machine, stale: s.stale, english: s.english}
		if t != nil {
			next.All = t.All
		}
		return next
	case t == nil:
		return nil
	}
	return &Translations{All: t.All}
}

// showField states the text, or that there is none, where the record states one in English.
func (r *Reading) showField(f Feature, field *Field, text *Translation, s *shown) {
	switch {
	case field.Value(f).Type != cql2.Text:
	case text == nil:
		s.english = append(s.english, field.Name)
	default:
		field.Set(f, cql2.TextOf(text.Text))
		s.made(text.Field, text.Origin, text.Stale)
	}
}

// placeNames names town, province and country.
func (r *Reading) placeNames(f *Facility, s *shown) {
	if country := r.countries[f.Country]; country != "" {
		f.CountryName = country
	}
	name := func(admin1, city, field string, into *string) {
		if *into == "" {
			return
		}
		if p := r.catalog.Places.Name(r.Lang, f.Country, admin1, city); p != nil {
			*into = p.Name
			s.made(field, p.Origin, false)
		}
	}
	admin1, city := f.Admin1, f.City
	name(admin1, "", "admin1", &f.Admin1)
	name(admin1, city, "city", &f.City)
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
