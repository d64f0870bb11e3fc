package pages

import (
	"slices"
	"strings"

	"innoatlas/geo"
	"innoatlas/texts"
)

// Organisation is a record in the words of schema.org (JSON-LD 1.1).
type Organisation struct {
	Context  string         `json:"@context"`
	Type     string         `json:"@type"`
	Name     []Spoken       `json:"name"`
	Other    []string       `json:"alternateName,omitempty"`
	URL      string         `json:"url,omitempty"`
	Page     string         `json:"mainEntityOfPage,omitempty"`
	Same     []string       `json:"sameAs,omitempty"`
	Called   []Identifier   `json:"identifier,omitempty"`
	About    []Spoken       `json:"description,omitempty"`
	Founded  string         `json:"foundingDate,omitempty"`
	Closed   string         `json:"dissolutionDate,omitempty"`
	Address  *PostalAddress `json:"address,omitempty"`
	Location *GeoPlace      `json:"location,omitempty"`
	Parent   *Institution   `json:"parentOrganization,omitempty"`
	Parts    []Institution  `json:"subOrganization,omitempty"`
	Members  []Institution  `json:"member,omitempty"`
}

// Spoken is a text and its language (JSON-LD 1.1, 4.2.4).
type Spoken struct {
	Lang string `json:"@language"` // BCP 47
	Text string `json:"@value"`
}

// Institution is one that has a part in an organisation.
type Institution struct {
	Type    string         `json:"@type"`
	Name    string         `json:"name"`
	URL     string         `json:"url,omitempty"` // of the page that tells of it
	Same    []string       `json:"sameAs,omitempty"`
	Address *PostalAddress `json:"address,omitempty"`
}

// Identifier is what a register calls an organisation.
type Identifier struct {
	Type     string `json:"@type"`
	Register string `json:"propertyID"`
	Value    string `json:"value"`
}

// GeoPlace is a place of schema.org. An organisation has no position there, but a
// location that has.
type GeoPlace struct {
	Type  string   `json:"@type"`
	Point GeoPoint `json:"geo"`
}

// PostalAddress is an address of schema.org; the country is ISO 3166-1 alpha-2.
type PostalAddress struct {
	Type     string `json:"@type"`
	Street   string `json:"streetAddress,omitempty"`
	Locality string `json:"addressLocality,omitempty"`
	Region   string `json:"addressRegion,omitempty"`
	Country  string `json:"addressCountry,omitempty"`
}

// GeoPoint is a position of schema.org, in degrees.
type GeoPoint struct {
	Type      string  `json:"@type"`
	Latitude  float64 `json:"latitude"`
	Longitude float64 `json:"longitude"`
}

// linked says what the record is in the words of schema.org. Its url is its own pages, where
// it has such, and page is where it is told of.
func (a *publicAnswer) linked(f *geo.Facility, page string, partners *partners) Organisation {
	o := Organisation{
		Context: "https://schema.org", Type: "Organization", Name: spoken(f, "name", f.Name), URL: page, Page: page,
		About: spoken(f, "summary", f.Summary), Founded: year(f.Established), Closed: year(f.Closed),
	}
	if isWebAddress(f.Website) {
		o.URL = f.Website
	}
	o.name(f.Identifiers)
	if kind := geo.FindTerm(a.Catalog().Kinds, f.Kind); kind != nil && kind.SchemaType != "" {
		o.Type = kind.SchemaType
	}
	o.alsoCalled(append([]string{f.NameZh, f.NameLocal}, f.FormerNames...)...)
	o.Address = postalAddress(f.Address, f.City, f.Admin1, f.Country)
	if isDrawn(f) && f.Precision != "admin1" {
		point := GeoPoint{Type: "GeoCoordinates", Latitude: f.Position.Lat(), Longitude: f.Position.Lon()}
		o.Location = &GeoPlace{Type: "Place", Point: point}
	}
	if f.HostInstitution != "" {
		host := partners.linkedOf(f.HostInstitution, f.HostInstitution)
		o.Parent = &host
	}
	for _, text := range f.Partners {
		name, code := partner(text)
		member := partners.linkedOf(text, name)
		member.Address = postalAddress("", "", "", code)
		o.Members = append(o.Members, member)
	}
	return o
}

// spoken is a field of a facility in all languages that it is stated in, English first, and
// once in each: what a source prints comes before a translation.
func spoken(f *geo.Facility, field, english string) []Spoken {
	if field == "name" {
		return spokenBy(f.Translations, field, Spoken{texts.Default, english}, Spoken{"zh", f.NameZh}, Spoken{f.NameLocalLang, f.NameLocal})
	}
	return spokenBy(f.Translations, field, Spoken{texts.Default, english})
}

// spokenRecord is that of a record of a collection without a struct.
func spokenRecord(r *geo.Record, field string) []Spoken {
	text := func(name string) string { return r.Value(name).Text }
	if field == "name" {
		return spokenBy(r.Translations, field, Spoken{texts.Default, text("name")}, Spoken{"zh", text("name_zh")}, Spoken{text("name_local_lang"), text("name_local")})
	}
	return spokenBy(r.Translations, field, Spoken{texts.Default, text(field)})
}

func spokenBy(translations *geo.Translations, field string, printed ...Spoken) (all []Spoken) {
	say := func(next Spoken) {
		if next.Lang != "" && next.Text != "" && !slices.ContainsFunc(all, func(s Spoken) bool { return s.Lang == next.Lang }) {
			all = append(all, next)
		}
	}
	for _, s := range printed {
		say(s)
	}
	if translations != nil {
		for _, t := range translations.All {
			if t.Field == field {
				say(Spoken{t.Lang, t.Text})
			}
		}
	}
	return all
}

// alsoCalled states the names that are none of those of a language.
func (o *Organisation) alsoCalled(names ...string) {
	for _, other := range names {
		named := func(s Spoken) bool { return s.Text == other }
		if other != "" && !slices.ContainsFunc(o.Name, named) && !slices.Contains(o.Other, other) {
			o.Other = append(o.Other, other)
		}
	}
}

// name states what registers call it, and where those show it.
func (o *Organisation) name(identifiers []string) {
	for _, text := range identifiers {
		scheme, value, _ := strings.Cut(text, ":")
		o.Called = append(o.Called, Identifier{"PropertyValue", scheme, value})
		if link := geo.IdentifierLink(text); link != "" {
			o.Same = append(o.Same, link)
		}
	}
}

func postalAddress(street, town, region, country string) *PostalAddress {
	address := PostalAddress{Type: "PostalAddress", Street: street, Locality: town, Region: region}
	if c, ok := geo.CountryByCode(country); ok {
		address.Country = c.Alpha2
	}
	if address == (PostalAddress{Type: "PostalAddress"}) {
		return nil
	}
	return &address
}
