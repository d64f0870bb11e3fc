package pages

import (
	"cmp"
	"io"
	"net/url"
	"strings"

	"innoatlas/layout"
	"innoatlas/pages/drawing"
	"innoatlas/texts"
)

// FacilityPage is everything that one record states. Empty is what it does not.
type FacilityPage struct {
	Public
	Sign       drawing.Sign
	Hollow     bool // its site is not known
	Kind       string
	Name       Text
	OtherNames []Text
	Place      string // town, province and country
	Summary    string // in English

	Host, Founded      string
	Partners           []Partner
	Sectors            []Labelled
	Country            Labelled
	Status, StatusDate string

	Precision           string // of geo.Precisions
	Latitude, Longitude string
	Map                 *drawing.Drawing // nil where there is no place to draw
	Sources             []Cited
	Updated             string // date

	OnMap   string     // address of the map with this record chosen
	Data    []Labelled // the record for programs
	Contact string     // mail address for reports of errors

	Linked Organisation // for search engines
}

// Partner is an institution and the country it is in.
type Partner struct{ Name, Country string }

// Organisation is a record in the words of schema.org (JSON-LD 1.1).
type Organisation struct {
	Context  string         `json:"@context,omitempty"`
	Type     string         `json:"@type"`
	Name     string         `json:"name"`
	Other    []string       `json:"alternateName,omitempty"`
	URL      string         `json:"url,omitempty"`
	About    string         `json:"description,omitempty"`
	Founded  string         `json:"foundingDate,omitempty"`
	Address  *PostalAddress `json:"address,omitempty"`
	Location *GeoPlace      `json:"location,omitempty"`
	Parent   *Organisation  `json:"parentOrganization,omitempty"`
	Members  []Organisation `json:"member,omitempty"`
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

var facilityTemplate = parsePublic("facility.html")

type facilityView struct {
	FacilityPage
	texts.Texts
}

// Render writes the page as HTML.
func (p FacilityPage) Render(w io.Writer) error {
	return facilityTemplate.Write(w, facilityView{p, texts.In(p.Lang)})
}

// Where says how exact the position is, in a sentence.
func (v facilityView) Where() string {
	if key := "precision." + v.Precision; v.Precision != "" && v.Has(key) {
		return v.T(key)
	}
	return v.T("precision.none")
}

// Briefly says how exact a position is, in a word: that which the sentence begins with.
func Briefly(t texts.Texts, precision string) string {
	key := "precision." + cmp.Or(precision, "none")
	sentence := t.T(key)
	if end := strings.IndexAny(sentence, ":：៖"); end > 0 {
		return sentence[:end]
	}
	return sentence
}

// Report is the address of a mail that names the record, empty without a contact.
func (v facilityView) Report() string {
	if v.Contact == "" {
		return ""
	}
	name := strings.Join(strings.Fields(layout.Undirected(v.Name.Text)), " ") // a subject is one line
	return mailto(v.Contact, v.T("card.report_subject", "name", name), v.T("card.report_body", "name", name, "link", v.Address))
}

// mailto is the address of a mail (RFC 6068). Lines of a body end as in mails.
func mailto(to, subject, body string) string {
	escape := func(s string) string { return strings.ReplaceAll(url.QueryEscape(s), "+", "%20") }
	at := strings.LastIndexByte(to, '@')
	return "mailto:" + escape(to[:max(at, 0)]) + "@" + escape(to[at+1:]) +
		"?subject=" + escape(subject) + "&body=" + escape(strings.ReplaceAll(body, "\n", "\r\n"))
}
