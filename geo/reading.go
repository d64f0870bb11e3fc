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
	ends       *ends             // of partnerships; nil of all others

	mu    sync.Mutex
	marks map[markSet]*setMarks // of the records so far
	last  atomic.Pointer[setMarks]
}

// Reading is how a reader of the language sees a collection of the data set.
func (c *Catalog) Reading(col *Collection, lang string) *Reading {
	r := &Reading{Lang: lang, catalog: c, countries: map[string]string{}, markable: []string{"admin1", "city"}, marks: map[markSet]*setMarks{}}
	for _, known := range [][]Country{c.Countries, c.TakingPart} {
		for i := range known {
			r.countries[known[i].Code] = known[i].Name(lang)
		}
	}
	if col.Is(Partnerships) {
		r.ends = &ends{c.Reading(c.Collection(Institutions.ID), lang), c.Reading(c.Collection(Facilities.ID), lang)}
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
	words func(id string) string
}

// Label is none (Exists) where the field has no such.
func (f *Field) Label() Label { return f.label }

// Exists says that there is one.
func (l *Label) Exists() bool { return l.words != nil }

// Of is what a value is called: itself where nobody says.
func (l *Label) Of(id string) string {
	if label := l.words(id); label != "" {
		return label
	}
	return id
}

// labelField says what the values of a field are called; ok is false where they are no ids. A
// country has its name in country_name.
func (r *Reading) labelField(c *Collection, f Field) (label Field, ok bool) {
	isNamed := c.Field(f.Name+labelSuffix) != nil || c.Is(Countries) || f.Name == "country" && c.Field("country_name") != nil
	if isNamed || f.Facet == "" || f.Unlisted || f.Type != Text && f.Type != Texts {
		return Field{}, false
	}
	labels := r.labelsOf(c, f.Facet)
	if labels == nil {
		return Field{}, false
	}
	field := f
	label = Field{Name: f.Name + labelSuffix, Title: english(f.Title.In("en") + ", in words"), Type: f.Type, Few: f.Few}
	label.value = func(record Feature) cql2.Value { return inWords(labels, field.Value(record)) }
	if text, texts := f.TextAt(), f.TextsAt(); text.Exists() || texts.Exists() {
		label.label = Label{text, texts, labels}
	}
	return label, true
}

// labelsOf says what the values of a dimension are called, "" where nobody knows; nil where
// they are no ids.
func (r *Reading) labelsOf(c *Collection, d Dimension) func(id string) string {
	switch {
	case d.IsCountry():
		return r.countryName
	case d == ByInstitution:
		return r.institutionName
	}
	terms := r.catalog.TermsOf(c, d)
	if !slices.ContainsFunc(terms, func(t Term) bool { return len(t.Labels) > 0 }) {
		return nil
	}
	labels := make(map[string]string, len(terms))
	for i := range terms {
		labels[terms[i].ID] = terms[i].Labels.In(r.Lang)
	}
	return func(id string) string { return labels[id] }
}

func (r *Reading) countryName(code string) string {
	if name := r.countries[code]; name != "" {
		return name
	}
	c, _ := CountryByCode(code)
	return c.Name(r.Lang)
}

func (r *Reading) institutionName(slug string) string {
	if t := r.catalog.Institution(slug); t != nil {
		return t.Labels.In(r.Lang)
	}
	return ""
}

// inWords is a value, or each of a list, by its label; by its id where it has none.
func inWords(labels func(id string) string, v cql2.Value) cql2.Value {
	switch v.Type {
	case cql2.Text:
		return cql2.TextOf(cmp.Or(labels(v.Text), v.Text))
	case cql2.List:
		of := make([]string, len(v.List))
		for i, id := range v.List {
			of[i] = cmp.Or(labels(id), id)
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
	case *Partnership:
		return r.partnership(f)
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
	r.recordPlaces(&next, &set)
	r.show(&next, f.Translations, &set)
	if name := f.Printed(r.Lang); name != "" {
		r.Collection.Field("name").Set(&next, cql2.TextOf(name))
		set.take(r.printed)
	}
	next.Translations = &Translations{f.Translations.list(), r.marksOf(set)}
	return &next
}

// Printed is the name that a source prints in another language than English; empty where none
// does.
func (f *Facility) Printed(lang string) string {
	return printed(lang, f.NameZh, f.NameLocal, f.NameLocalLang)
}

// Printed is the name that a source prints in another language than English; empty where none
// does.
func (r *Record) Printed(lang string) string {
	return printed(lang, r.Own.Value("name_zh").Text, r.Own.Value("name_local").Text, r.Own.Value("name_local_lang").Text)
}

func printed(lang, zh, local, localLang string) string {
	base, _, _ := strings.Cut(localLang, "-")
	switch {
	case lang == texts.Default: // which the name is
	case lang == "zh" && zh != "":
		return zh
	case local != "" && base == lang:
		return local
	}
	return ""
}

// ends read what partnerships are between.
type ends struct{ institutions, facilities *Reading }

func (r *Reading) partnership(p *Partnership) *Partnership {
	if r.Lang == texts.Default {
		return p
	}
	next := *p
	next.Institution, next.Facility = r.ends.institutions.record(p.Institution), r.ends.facilities.Facility(p.Facility)
	var set markSet
	r.markName(&set, "institution_name", next.Institution.Translations.marks())
	r.markName(&set, "facility_name", next.Facility.Translations.marks())
	next.shown = r.marksOf(set)
	return &next
}

// markName says of a name of a partnership what is said of the name of one of its ends.
func (r *Reading) markName(set *markSet, field string, of *marks) {
	i := slices.Index(r.markable, field)
	for _, m := range []struct {
		names []string
		into  *fieldSet
	}{{of.machine, &set.machine}, {of.stale, &set.stale}, {of.english, &set.english}} {
		if slices.Contains(m.names, "name") {
			m.into.add(i)
		}
	}
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
	f.Admin1, f.City = r.placesOf(f.Country, f.Admin1, f.City, set)
}

// placesOf are a province and a town as they are called in the language.
func (r *Reading) placesOf(country, admin1, city string, set *markSet) (province, town string) {
	province, town = admin1, city
	for i, place := range [...]struct {
		city string
		into *string
	}{{"", &province}, {city, &town}} { // as markable has them
		if *place.into == "" {
			continue
		}
		if p := r.catalog.Places.Name(r.Lang, country, admin1, place.city); p != nil {
			*place.into = p.Name
			if p.Origin == FromMachine {
				set.machine.add(i)
			}
		}
	}
	return province, town
}

// recordPlaces does so of a record that has such fields.
func (r *Reading) recordPlaces(f *Record, set *markSet) {
	country, admin1, city := r.Collection.Field("country"), r.Collection.Field("admin1"), r.Collection.Field("city")
	if country == nil || admin1 == nil || city == nil || admin1.Own || city.Own {
		return
	}
	code := country.Value(f).Text
	if name := r.Collection.Field("country_name"); name != nil && code != "" {
		name.Set(f, cql2.TextOf(r.countryName(code)))
	}
	province, town := r.placesOf(code, admin1.Value(f).Text, city.Value(f).Text, set)
	admin1.Set(f, cql2.TextOf(province))
	city.Set(f, cql2.TextOf(town))
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
