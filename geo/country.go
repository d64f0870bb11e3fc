package geo

import (
	"slices"
	"strings"

	"github.com/paulmach/orb"
	"golang.org/x/text/language"

	"innoatlas/geo/cql2"
	"innoatlas/geo/zorder"
	"innoatlas/texts"
)

// Country is a record of the second collection: an outline, names, and what the
// data set counts and states for it.
type Country struct {
	ID      int64  // ISO 3166-1 numeric
	Code    string // ISO 3166-1 alpha-3
	Alpha2  string
	Names   Labels           // in English and Chinese; see Name for the others
	Outline orb.MultiPolygon // nil where the data set has none

	Facilities int      // how many stand there
	ByKind     []Bucket // every kind of the data set, in its order, zeros included
	BySector   []Bucket // every sector likewise; a facility may be in several

	// Figures are the cooperation figures that name the country, in the order
	// of the data set. None for an indicator means not stated, never zero.
	Figures []Figure

	Own *Own // the fields of one's own; nil where it states none
}

// Figure is one statement on a country's cooperation, as its source gives it.
type Figure struct {
	Country   string // ISO 3166-1 alpha-3
	Indicator string
	Value     float64
	Year      int  // of the report
	Named     bool // a value of 1 is no number: it says that the source names the country
	Source    Source
}

// Ref gives the record's two names: the numeric code, and the alpha-3 code in
// lower case.
func (c *Country) Ref() (id int64, slug string) { return c.ID, strings.ToLower(c.Code) }

// ZOrder is the same for every country, so that they stand in the order of their ids.
func (c *Country) ZOrder() uint64 { return zorder.NoPosition }

// Geometry is its outline; nil where there is none.
func (c *Country) Geometry() orb.Geometry {
	if len(c.Outline) == 0 {
		return nil
	}
	return c.Outline
}

// Owned are the values of fields of one's own.
func (c *Country) Owned() *Own { return c.Own }

// Translated is nil: what countries are called is in their Names.
func (c *Country) Translated() *Translations { return nil }

func (c *Country) setOwned(o *Own) { c.Own = o }

// SearchText is what a search looks at: its code, and its names in all languages.
func (c *Country) SearchText() string {
	names := []string{c.Code, c.Names.In("en"), c.Names.In("zh")}
	for _, lang := range texts.Languages {
		names = append(names, c.Name(lang.Code))
	}
	slices.Sort(names)
	var all lines
	for _, name := range slices.Compact(names) {
		all.add(InName, name)
	}
	return all.String()
}

// Value is the property of that name, and besides them "geometry", "search_text", and
// "kinds" and "sectors": those of the facilities that stand there.
func (c *Country) Value(property string) cql2.Value {
	switch property {
	case "search_text":
		return cql2.TextOf(c.SearchText())
	case "geometry":
		return cql2.GeometryOf(c.Geometry())
	}
	if field := findField(countryFields, property); field != nil {
		return field.value(c)
	}
	if lang, ok := CollatedLang(property); ok {
		return collationOf(lang, c.Name(lang))
	}
	if _, ok := SearchedUpTo(property); ok {
		v, _ := SearchedIn(property, c.SearchText())
		return v
	}
	return c.Own.Value(property)
}

// Countries is the collection of outlines, with what stands in each and its figures.
var Countries = &Collection{
	ID:          "countries",
	Title:       texts.All("collection.countries.title"),
	Description: texts.All("collection.countries.description"),
	Geometry:    MultiPolygon,
	Fields:      countryFields,
	Counted:     []Dimension{ByCountry, BySector, ByKind},
	Listed:      []string{"name", "country", "facilities"},
	First:       []string{"facilities", "name_zh", "country", "alpha2"},
	Degrees:     true,
	Names:       countryRef,
	KindsOf:     func(f Feature) []Bucket { return f.(*Country).ByKind },
}

// countryRef finds a country by its ISO code, which is how people know it.
func countryRef(name string) (Ref, bool) {
	country, ok := CountryByCode(strings.ToUpper(name))
	return Ref{ID: country.ID}, ok
}

// ofCountry is a value that is worked out of a country.
func ofCountry(value func(*Country) cql2.Value) func(Feature) cql2.Value {
	return func(f Feature) cql2.Value { return value(f.(*Country)) }
}

// countryFields are the table of what a country may state.
var countryFields = []Field{
	{Name: "id", Title: english("ISO 3166-1 numeric code"), Type: Integer, value: idField.value},
	{Name: "slug", Title: english("Alpha-3 code in lower case"), Type: Text,
		value: ofCountry(func(c *Country) cql2.Value { return cql2.TextOf(strings.ToLower(c.Code)) })},
	{Name: "country", Title: english("ISO 3166-1 alpha-3 code"), Type: Text, Facet: ByCountry, Open: true, Searched: true, Tiled: true,
		value: ofCountry(func(c *Country) cql2.Value { return cql2.TextOf(c.Code) })},
	{Name: "alpha2", Title: english("ISO 3166-1 alpha-2 code"), Type: Text,
		value: ofCountry(func(c *Country) cql2.Value { return cql2.TextOf(c.Alpha2) })},
	{Name: "name", Title: english("Name in English"), Type: Text, Lang: "en", Naming: true, Beside: true, Searched: true, Tiled: true,
		value: ofCountry(func(c *Country) cql2.Value { return cql2.TextOf(c.Names.In("en")) })},
	{Name: "name_zh", Title: english("Name in Chinese"), Type: Text, Lang: "zh", Naming: true, Searched: true, Tiled: true,
		value: ofCountry(func(c *Country) cql2.Value { return cql2.TextOf(c.Names["zh"]) })},
	{Name: "facilities", Title: english("Number of facilities that stand there"), Type: Integer, Tiled: true,
		value: ofCountry(func(c *Country) cql2.Value { return cql2.NumberOf(float64(c.Facilities)) })},
	{Name: "kinds", Title: english("Kinds of facility that stand there"), Type: Texts, Facet: ByKind, Unlisted: true,
		value: ofCountry(func(c *Country) cql2.Value { return cql2.ListOf(present(c.ByKind)) })},
	{Name: "sectors", Title: english("Sectors of the facilities that stand there"), Type: Texts, Facet: BySector, Unlisted: true,
		value: ofCountry(func(c *Country) cql2.Value { return cql2.ListOf(present(c.BySector)) })},
}

// present lists the values that are counted at least once.
func present(buckets []Bucket) []string {
	var values []string
	for _, b := range buckets {
		if b.Count > 0 {
			values = append(values, b.Value)
		}
	}
	return values
}

// kosovo has no ISO 3166-1 code: XKX and XK are user-assigned, and CLDR writes XKK.
const kosovo = "XKX"

// CountryByCode finds a country by its ISO 3166-1 alpha-3 or alpha-2 code, in
// capitals. The Country has codes and names and nothing else. ok is false where
// no country has the code.
func CountryByCode(code string) (c Country, ok bool) {
	if len(code) != 2 && len(code) != 3 || strings.ToUpper(code) != code {
		return Country{}, false
	}
	if code == kosovo {
		code = "XK"
	}
	region, err := language.ParseRegion(code)
	// Codes without a number are reserved for parts of countries, as AC for Ascension.
	if err != nil || !region.IsCountry() || region.Canonicalize() != region || region.M49() == 0 {
		return Country{}, false
	}
	alpha3 := region.ISO3()
	if region.String() == "XK" {
		alpha3 = kosovo
	}
	if len(code) == 3 && code != alpha3 || alpha3 == "ZZZ" {
		return Country{}, false
	}
	c = Country{ID: int64(region.M49()), Code: alpha3, Alpha2: region.String()}
	names := Labels{"en": c.Name("en"), "zh": c.Name("zh")}
	if names["en"] == "" { // a code that is no longer in use
		return Country{}, false
	}
	c.Names = names
	return c, true
}
