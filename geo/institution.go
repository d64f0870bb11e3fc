package geo

import (
	"crypto/md5"
	"encoding/hex"
	"strconv"

	"innoatlas/geo/cql2"
	"innoatlas/texts"
)

// Institutions is the collection of those who cooperate: hosts and partners of facilities, and
// those who take part in projects. Its records are Records.
var Institutions = &Collection{
	ID:          "institutions",
	Title:       texts.All("collection.institutions.title"),
	Description: texts.All("collection.institutions.description"),
	Geometry:    Point,
	Fields:      institutionFields,
	Counted:     []Dimension{ByCountry, ByType},
	Listed:      []string{"name", "type", "country", "city", "facilities"},
	First:       []string{"type", "country", "admin1", "city", "facilities", "name_zh", "name_local", "aliases", "parent"},
}

// InstitutionTypes are what an institution may be.
var InstitutionTypes = labelled("institution_type", "university", "research-institute", "company", "government", "agency-or-association", "intergovernmental", "other")

// institutionFields are the table of what an institution may state. The fields of a collection
// without a struct are kept in Own, as those of one's own are, and stand before them there.
var institutionFields = keptFields([]Field{
	idField,
	slugField,
	{Name: "type", Title: english("Kind of institution"), Type: Text, Facet: ByType, Terms: InstitutionTypes, Few: true, Tiled: true},
	{Name: "name", Translated: true, Title: english("Name in English"), Type: Text, Lang: "en", Naming: true, Beside: true, Most: maxName, Searched: true, Tiled: true},
	{Name: "name_zh", Title: english("Name in Chinese"), Type: Text, Lang: "zh", Naming: true, Most: maxName, Searched: true, Tiled: true},
	{Name: "name_local", Title: english("Name in a local language"), Type: Text, LangBy: "name_local_lang", Most: maxName, Level: InName, Searched: true, Tiled: true},
	{Name: "name_local_lang", Title: english("Language of the local name (ISO 639-1)"), Type: Text, Beside: true, Form: LanguageForm, Few: true, Tiled: true},
	{Name: "aliases", Title: english("Other names and spellings"), Type: Texts, Most: maxName, Level: InName, Searched: true},
	{Name: "country", Title: english("Country of its seat (ISO 3166-1 alpha-3)"), Type: Text, Form: CodeForm, Facet: ByCountry, Open: true, Few: true, Tiled: true},
	{Name: "country_name", Title: english("English name of the country"), Type: Text, Lang: "en", Beside: true, Few: true, Derived: true},
	{Name: "admin1", Title: english("Province or state"), Type: Text, Lang: "en", Most: maxName, Level: InPlace, Searched: true, Few: true},
	{Name: "city", Title: english("Town"), Type: Text, Lang: "en", Most: maxName, Level: InPlace, Searched: true, Few: true},
	{Name: "precision", Title: english("How exact the position is"), Type: Text, Terms: Precisions, Few: true},
	{Name: "parent", Title: english("Slug of the institution that it is a part of"), Type: Text, Form: SlugForm},
	{Name: "website", Title: english("Address of its own pages"), Type: URL},
	{Name: "identifiers", Title: english("What registers call it, as scheme:value (ror:03yrm5c26, wikidata:Q42)"), Type: Texts, Form: IdentifierForm, Most: maxName},
	{Name: "facilities", Title: english("Number of facilities of which it is host or partner"), Type: Integer, Derived: true, Tiled: true},
	{Name: "updated", Title: english("Last change of the record"), Type: Time, Beside: true},
	{Name: "version", Title: english("Version of the record, which goes up with each change of it"), Type: Integer, Beside: true},
})

// slugField is worked out by every collection without a struct.
var slugField = Field{Name: "slug", Title: english("Stable name of the record"), Type: Text, Form: SlugForm, Tiled: true, value: func(f Feature) cql2.Value {
	_, slug := f.Ref()
	return cql2.TextOf(slug)
}}

// keptFields are fields whose values records keep in Own, but for those that are worked out.
func keptFields(fields []Field) []Field {
	kept := 0
	for i := range fields {
		if fields[i].value == nil {
			kept++
			fields[i].ownIndex = kept
		}
	}
	return fields
}

// NewRecord is a record of a collection, which states nothing yet.
func (c *Collection) NewRecord(slug string) *Record {
	kept := make([]Field, 0, len(c.Fields))
	for _, f := range c.Fields {
		if f.ownIndex > 0 {
			kept = append(kept, f)
		}
	}
	return &Record{ID: RecordID(slug), Slug: slug, Own: NewOwn(kept)}
}

// RecordID is the number of a record that files give none: a hash of its slug, so that it is the
// same at every start, in 48 bits, which are exact in JSON. A database keeps what it has given.
func RecordID(slug string) int64 {
	sum := md5.Sum([]byte(slug))
	id, err := strconv.ParseInt(hex.EncodeToString(sum[:6]), 16, 64)
	if err != nil { // twelve hexadecimal digits, so this cannot happen
		panic(err)
	}
	return id + 1
}

// NewFeature is a record of the collection that states nothing yet.
func (c *Collection) NewFeature(slug string) Feature {
	if c.Is(Facilities) {
		return &Facility{Slug: slug}
	}
	return c.NewRecord(slug)
}
