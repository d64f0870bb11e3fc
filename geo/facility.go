package geo

import (
	"time"

	"github.com/paulmach/orb"

	"innoatlas/geo/cql2"
	"innoatlas/geo/zorder"
	"innoatlas/texts"
)

// Facility is one joint laboratory, innovation centre, agricultural park, or
// whatever else the data set's kinds name. An empty field is one that no source
// states.
type Facility struct {
	ID   int64  // stable, never reused; GIS tools and vector tiles need integers
	Slug string // stable name, unique, never an integer

	Kind          string // id of a Term of the data set's kinds
	Name          string // in English
	NameZh        string // in Chinese
	NameLocal     string
	NameLocalLang string // ISO 639-1 code of NameLocal

	Country     string // ISO 3166-1 alpha-3 of where it stands
	CountryName string // English name of Country
	Admin1      string // province or state
	City        string
	Position    *orb.Point // longitude, latitude; nil where none is known
	Precision   string     // how exact Position is: one of Precisions, or empty

	Sectors         []string // ids of Terms of the data set's sectors
	Partners        []string // "Institution (ISO3)"
	HostInstitution string
	Institutions    []string // slugs of those that are its partners and hosts; see Dataset.Relate
	TakesPart       []string // ISO 3166-1 alpha-3 of all countries that take part, sorted
	Established     int      // year it was founded or opened; 0 not stated
	Status          string   // one of Statuses, as of the source
	Summary         string

	Website     string
	Address     string
	Identifiers []string // "scheme:value", as ror:03yrm5c26 or wikidata:Q42
	AreaHa      float64  // in hectares; 0 not stated
	FormerNames []string
	Closed      int    // year it was closed; 0 not stated
	Successor   string // slug of what took its place
	Checked     Day    // when somebody last saw that the record holds

	Source Source // what the record rests on
	// Sources are further sources, each for what it Supports. An import leaves those that
	// a database has where this is nil; where it is empty there are none.
	Sources []Source
	Updated time.Time // last change of the record; zero where the data set does not say
	Version int       // goes up with each change of the record, from 1 on; 0 where nobody says

	Own *Own // the fields of one's own; nil where it states none

	// Translations are what it says in other languages. An import leaves those that a database
	// has in the languages that a data set says nothing in.
	Translations *Translations
}

// Source is a page that a record, or one fact of it, was read in.
type Source struct {
	Title    string
	URL      string
	Date     string // YYYY, YYYY-MM or YYYY-MM-DD
	Supports string // the fact it was read for; empty for a whole record
}

// Ref gives the record's two names.
func (f *Facility) Ref() (id int64, slug string) { return f.ID, f.Slug }

// OnTile is what a vector tile shows of the record, to readers of any language.
func (f *Facility) OnTile() *Facility {
	shown := &Facility{ID: f.ID, Position: f.Position, Own: f.Own, Translations: f.Translations}
	shown.NameZh, shown.NameLocal, shown.NameLocalLang = f.NameZh, f.NameLocal, f.NameLocalLang
	for i := range facilityFields {
		if field := &facilityFields[i]; field.OnTile() {
			field.Set(shown, field.Value(f))
		}
	}
	return shown
}

// ZOrder is the key that puts the record in its place in the order of the data.
func (f *Facility) ZOrder() uint64 {
	if f.Position == nil {
		return zorder.NoPosition
	}
	return zorder.Key(*f.Position)
}

// Geometry is its position; nil where none is known.
func (f *Facility) Geometry() orb.Geometry {
	if f.Position == nil {
		return nil
	}
	return *f.Position
}

// Owned are the values of fields of one's own.
func (f *Facility) Owned() *Own { return f.Own }

// Translated are its texts in other languages.
func (f *Facility) Translated() *Translations { return f.Translations }

func (f *Facility) setOwned(o *Own) { f.Own = o }

// SearchText is what a search looks at (see package search): what is searched of the fields
// of Facilities, and its texts in other languages. Places, kinds and the like are found by
// their English names or ids, which a Lexicon knows by all others.
func (f *Facility) SearchText() string {
	if f.Own == nil {
		return f.SearchTextBy(nil)
	}
	return f.SearchTextBy(f.Own.fields)
}

// SearchTextBy is that with fields of one's own as somebody else has them, which may have made one
// private.
func (f *Facility) SearchTextBy(own []Field) string { return searchText(Facilities.Fields, own, f) }

// Value is the property of that name, and besides them "geometry" and "search_text".
func (f *Facility) Value(property string) cql2.Value {
	if field := facilityByName[property]; field != nil {
		return field.Value(f)
	}
	switch property {
	case "geometry":
		if f.Position == nil {
			return cql2.Value{}
		}
		return cql2.GeometryOf(*f.Position)
	case "search_text":
		return cql2.TextOf(f.SearchText())
	}
	if lang, text, ok := f.Collated(property); ok {
		return collationOf(lang, text)
	}
	if _, ok := SearchedUpTo(property); ok {
		v, _ := SearchedIn(property, f.SearchText())
		return v
	}
	return f.Own.Value(property)
}

// Facilities is the collection of what stands somewhere: laboratories, centres, parks.
var Facilities = &Collection{
	ID:          "facilities",
	Title:       texts.All("collection.facilities.title"),
	Description: texts.All("collection.facilities.description"),
	Geometry:    Point,
	Fields:      facilityFields,
	Counted:     []Dimension{ByCountry, BySector, ByKind, ByStatus, ByPrecision, ByEstablished, ByTakesPart, ByInstitution},
	Year:        "established",
	Listed:      []string{"name", "kind", "country", "city", "sectors"},
	First: []string{
		"summary", "kind", "sectors", "host_institution", "partners", "established", "status", "country", "admin1", "city", "precision",
		"name_zh", "name_local",
	},
	Indexed: true,
}

// facilityByName finds the fields of the struct, which are asked for with each record.
var facilityByName = func() map[string]*Field {
	names := map[string]*Field{}
	for i := range facilityFields {
		if !facilityFields[i].Own {
			names[facilityFields[i].Name] = &facilityFields[i]
		}
	}
	return names
}()

// english is a title that there is in English only.
func english(s string) Labels { return Labels{"en": s} }

// The ids are worked out by every collection alike.
var idField = Field{Name: "id", Title: english("Stable number of the record"), Type: Integer, value: func(f Feature) cql2.Value {
	id, _ := f.Ref()
	return cql2.NumberOf(float64(id))
}}

// facilityFields are the table of what a facility may state. One more property is a field
// of the struct, a row here, a column (migrations) and a title in each language.
var facilityFields = []Field{
	idField,
	{Name: "slug", Title: english("Stable name of the record"), Type: Text, Form: SlugForm, Tiled: true,
		text: func(f *Facility) *string { return &f.Slug }},
	{Name: "kind", Title: english("Kind of facility"), Type: Text, Facet: ByKind, Few: true, Tiled: true,
		text: func(f *Facility) *string { return &f.Kind }},
	{Name: "name", Translated: true, Title: english("Name in English"), Type: Text, Lang: "en", Naming: true, Beside: true, Most: maxName, Searched: true, Tiled: true,
		text: func(f *Facility) *string { return &f.Name }},
	{Name: "name_zh", Title: english("Name in Chinese"), Type: Text, Lang: "zh", Naming: true, Most: maxName, Searched: true,
		text: func(f *Facility) *string { return &f.NameZh }},
	{Name: "name_local", Title: english("Name in a local language"), Type: Text, LangBy: "name_local_lang", Most: maxName, Searched: true, Level: InName,
		text: func(f *Facility) *string { return &f.NameLocal }},
	{Name: "name_local_lang", Title: english("Language of the local name (ISO 639-1)"), Type: Text, Beside: true, Form: LanguageForm, Few: true,
		text: func(f *Facility) *string { return &f.NameLocalLang }},
	{Name: "country", Title: english("Country it stands in (ISO 3166-1 alpha-3)"), Type: Text, Form: CodeForm, Facet: ByCountry, Open: true, Few: true, Tiled: true,
		text: func(f *Facility) *string { return &f.Country }},
	{Name: "country_name", Title: english("English name of the country"), Type: Text, Lang: "en", Beside: true, Few: true,
		text: func(f *Facility) *string { return &f.CountryName }},
	{Name: "admin1", Title: english("Province or state"), Type: Text, Lang: "en", Most: maxName, Searched: true, Level: InPlace, Few: true,
		text: func(f *Facility) *string { return &f.Admin1 }},
	{Name: "city", Title: english("Town"), Type: Text, Lang: "en", Most: maxName, Searched: true, Level: InPlace, Few: true,
		text: func(f *Facility) *string { return &f.City }},
	{Name: "precision", Title: english("How exact the position is"), Type: Text, Facet: ByPrecision, Terms: Precisions, Few: true, Tiled: true,
		text: func(f *Facility) *string { return &f.Precision }},
	{Name: "sectors", Title: english("Sectors it works in"), Type: Texts, Facet: BySector, Tiled: true,
		texts: func(f *Facility) *[]string { return &f.Sectors }},
	{Name: "partners", Title: english("Partner institutions, with country codes"), Type: Texts, Lang: "en", Most: maxName, Searched: true, Level: InInstitutions,
		texts: func(f *Facility) *[]string { return &f.Partners }},
	{Name: "host_institution", Title: english("Institution that houses or runs it"), Type: Text, Lang: "en", Most: maxName, Searched: true, Level: InInstitutions,
		text: func(f *Facility) *string { return &f.HostInstitution }},
	{Name: "institutions", Title: english("Slugs of the institutions that are its hosts and partners"), Type: Texts, Form: SlugForm, Facet: ByInstitution, Open: true,
		Top: mostInstitutions, Derived: true, texts: func(f *Facility) *[]string { return &f.Institutions }},
	{Name: "takes_part", Title: english("Countries that take part: it stands there, or a host or partner is from there (ISO 3166-1 alpha-3)"), Type: Texts, Form: CodeForm,
		Facet: ByTakesPart, Open: true, Derived: true, texts: func(f *Facility) *[]string { return &f.TakesPart }},
	{Name: "established", Title: english("Year it was founded or opened"), Type: Integer, Form: YearForm, Facet: ByEstablished, Open: true,
		integer: func(f *Facility) *int { return &f.Established }},
	{Name: "status", Title: english("Whether it is at work, as of the source"), Type: Text, Facet: ByStatus, Terms: Statuses, Few: true,
		text: func(f *Facility) *string { return &f.Status }},
	{Name: "summary", Translated: true, Title: english("What it is, in one to three sentences"), Type: Text, Lang: "en", Most: maxSummary, Searched: true,
		text: func(f *Facility) *string { return &f.Summary }},
	{Name: "website", Title: english("Address of its own pages"), Type: URL,
		text: func(f *Facility) *string { return &f.Website }},
	{Name: "address", Title: english("Postal address"), Type: Text, Most: maxName,
		text: func(f *Facility) *string { return &f.Address }},
	{Name: "identifiers", Title: english("What registers call it, as scheme:value (ror:03yrm5c26, wikidata:Q42)"), Type: Texts, Form: IdentifierForm, Most: maxName,
		texts: func(f *Facility) *[]string { return &f.Identifiers }},
	{Name: "area_ha", Title: english("Area in hectares"), Type: Number,
		number: func(f *Facility) *float64 { return &f.AreaHa }},
	{Name: "former_names", Title: english("Names that it had before"), Type: Texts, Most: maxName, Searched: true, Level: InName,
		texts: func(f *Facility) *[]string { return &f.FormerNames }},
	{Name: "closed", Title: english("Year it was closed"), Type: Integer, Form: YearForm,
		integer: func(f *Facility) *int { return &f.Closed }},
	{Name: "successor", Title: english("Slug of the record that took its place"), Type: Text, Form: SlugForm,
		text: func(f *Facility) *string { return &f.Successor }},
	{Name: "checked", Title: english("Day on which somebody last saw that the record holds"), Type: Date,
		day: func(f *Facility) *Day { return &f.Checked }},
	{Name: "source_title", Title: english("Title of the source"), Type: Text, Beside: true, Most: maxName, Few: true,
		text: func(f *Facility) *string { return &f.Source.Title }},
	{Name: "source_url", Title: english("Address of the source"), Type: Text, Beside: true, Form: AddressForm,
		text: func(f *Facility) *string { return &f.Source.URL }},
	{Name: "source_date", Title: english("Date of the source (YYYY, YYYY-MM or YYYY-MM-DD)"), Type: Text, Beside: true, Form: PartialDate, Few: true,
		text: func(f *Facility) *string { return &f.Source.Date }},
	{Name: "updated", Title: english("Last change of the record"), Type: Time, Beside: true,
		time: func(f *Facility) *time.Time { return &f.Updated }},
	{Name: "version", Title: english("Version of the record, which goes up with each change of it"), Type: Integer, Beside: true,
		integer: func(f *Facility) *int { return &f.Version }},
}

// How long texts may be, in characters.
const (
	maxName    = 500
	maxSummary = 5000
)
