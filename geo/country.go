package geo

import (
	"strings"

	"github.com/paulmach/orb"
	"golang.org/x/text/language"

	"innoatlas/geo/cql2"
	"innoatlas/geo/zorder"
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

// SearchText is what the words of q are looked for in: the names that the record has.
func (c *Country) SearchText() string {
	return foldLines([]string{c.Code, c.Names.In("en"), c.Names.In("zh")})
}

// Value is the property of that name (see CountryProperties), and besides them
// "geometry", "search_text", and "kind" and "sectors": those of the facilities
// that stand there.
func (c *Country) Value(property string) cql2.Value {
	switch property {
	case "id":
		return cql2.NumberOf(float64(c.ID))
	case "slug":
		return cql2.TextOf(strings.ToLower(c.Code))
	case "country":
		return cql2.TextOf(c.Code)
	case "alpha2":
		return cql2.TextOf(c.Alpha2)
	case "name":
		return cql2.TextOf(c.Names.In("en"))
	case "name_zh":
		return cql2.TextOf(c.Names["zh"])
	case "facilities":
		return cql2.NumberOf(float64(c.Facilities))
	case "kinds":
		return cql2.ListOf(present(c.ByKind))
	case "sectors":
		return cql2.ListOf(present(c.BySector))
	case "search_text":
		return cql2.TextOf(c.SearchText())
	case "geometry":
		if c.Outline == nil {
			return cql2.Value{}
		}
		return cql2.GeometryOf(c.Outline)
	}
	return cql2.Value{}
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
