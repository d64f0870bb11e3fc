package pages

import (
	"cmp"
	"errors"
	"io"
	"math"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"innoatlas/geo"
	"innoatlas/geo/cql2"
	"innoatlas/layout"
	"innoatlas/pages/drawing"
	"innoatlas/texts"
)

// sendFacility sends one record as a page to read, to print and to pass on.
func (p *pages) sendFacility(a *publicAnswer, found geo.Feature) error {
	f := found.(*geo.Facility)
	successor, err := p.successor(a, f)
	if err != nil {
		return err
	}
	partners, err := p.partnersOf(a, f)
	if err != nil {
		return err
	}
	projects, err := p.timeline(a, geo.ByFacility, f.Slug, timelineRows)
	if err != nil {
		return err
	}
	if err := a.TakeTurn(); err != nil {
		return err
	}
	page := a.facilityPage(f, partners)
	page.Successor, page.Projects = successor, projects
	page.Contact = p.cfg.Page.Contact
	if isDrawn(f) {
		page.Map = p.placeMap(a, f, page.Name.Text)
	}
	return a.Render(page)
}

// successor leads to what took the place of a record, by its name; one that is not there is
// told by its slug alone.
func (p *pages) successor(a *publicAnswer, f *geo.Facility) (layout.Label, error) {
	if f.Successor == "" {
		return layout.Label{}, nil
	}
	found, err := p.store.Get(a.Context(), a.Catalog().Collection(geo.Facilities.ID), geo.Ref{Slug: f.Successor})
	switch {
	case errors.Is(err, geo.ErrNotFound):
		return layout.Label{Text: f.Successor}, nil
	case err != nil:
		return layout.Label{}, err
	}
	name, _ := namesOf(a.reading.Facility(found.(*geo.Facility)), a.Lang())
	name.Href = a.pageAt("/facilities/", f.Successor)
	return name, nil
}

func (a *publicAnswer) facilityPage(stated *geo.Facility, partners *partners) FacilityPage {
	f := a.reading.Facility(stated)
	name, others := namesOf(f, a.Lang())
	country, kind := a.countryLink(f.Country), a.Label(geo.ByKind, f.Kind)
	p := FacilityPage{
		Sign: a.signs().Of(f.Kind), Hollow: isHollow(f), Kind: kind, Name: name, OtherNames: others,
		Place: placeOf(f, a.Label(geo.ByCountry, f.Country), a.Lang()), Original: originalOf(stated, f),
		Summary: layout.Label{Text: f.Summary, Lang: languageOf(f, "summary", a.Lang())},
		Hosts:   partners.list(geo.Host, f.HostInstitution), Partners: partners.list(geo.Partner, f.Partners...),
		Founded: year(f.Established), Country: country,
		Status: a.Label(geo.ByStatus, f.Status), StatusDate: f.Source.Date,
		Precision: f.Precision, Sources: citedAll(f.AllSources()), Updated: date(f.Updated),
		Postal: f.Address, FormerNames: f.FormerNames, Closed: year(f.Closed), Checked: f.Checked.String(),
		Own:   ownFacts(a.Answer, geo.Facilities, f),
		OnMap: a.onMap("selected", f.Slug), Data: a.dataOf(geo.Facilities, f.ID), Linked: a.linked(stated, a.Base()+a.Path(), partners),
	}
	for _, sector := range f.Sectors {
		p.Sectors = append(p.Sectors, a.sectorLink(sector))
	}
	if !slices.Equal(f.TakesPart, []string{f.Country}) {
		p.TakesPart = a.countryLinks(f.TakesPart)
	}
	if f.Website != "" {
		p.Website = layout.Label{Text: f.Website}
		if isWebAddress(f.Website) {
			p.Website.Href = f.Website
		}
	}
	for _, text := range f.Identifiers {
		p.Identifiers = append(p.Identifiers, identifierOf(text))
	}
	if f.AreaHa != 0 {
		p.Area = a.texts.Decimal(f.AreaHa) + " ha"
	}
	if f.Position != nil {
		p.Latitude, p.Longitude = degrees(f.Position.Lat()), degrees(f.Position.Lon())
	}
	about := cmp.Or(f.Summary, a.texts.T("facility.of", "kind", kind, "place", cmp.Or(joined(p.Place, a.texts.T("list.comma")), a.texts.T("list.nowhere"))))
	p.Public = a.public(name.Text, about, slices.DeleteFunc([]layout.Label{country}, func(l layout.Label) bool { return l.Href == "" })...)
	p.Signs = []geo.Sign{p.Sign}
	return p
}

// placeOfParts is what is stated of a place, each once.
func placeOfParts(comma string, all ...string) string {
	var parts []string
	for _, part := range all {
		if part != "" && !slices.Contains(parts, part) {
			parts = append(parts, part)
		}
	}
	return strings.Join(parts, comma)
}

// placeOf is town, province and country, without saying one twice.
func placeOf(f *geo.Facility, country, lang string) (parts []layout.Label) {
	for _, part := range []layout.Label{placePart(f, "city", lang), placePart(f, "admin1", lang), {Text: country}} {
		if part.Text != "" && !slices.ContainsFunc(parts, func(p layout.Label) bool { return p.Text == part.Text }) {
			parts = append(parts, part)
		}
	}
	return parts
}

// placePart is a part of a place, with its language where that is not the page's.
func placePart(f *geo.Facility, field, lang string) layout.Label {
	part := layout.Label{Text: f.Value(field).Text}
	if of := languageOf(f, field, lang); of != lang {
		part.Lang = of
	}
	return part
}

// joined are labels in a line.
func joined(labels []layout.Label, comma string) string {
	parts := make([]string, len(labels))
	for i, l := range labels {
		parts[i] = l.Text
	}
	return strings.Join(parts, comma)
}

// placeMap draws where a record stands, and how far off that may be; nil where no map
// reaches.
func (p *pages) placeMap(a *publicAnswer, f *geo.Facility, name string) *drawing.Drawing {
	const width, span = 360, 7 // pixels, and degrees of longitude
	lon, lat := f.Position.Lon(), f.Position.Lat()
	height := span * 0.7 * math.Cos(lat*math.Pi/180)
	d := p.atlas.Draw(drawing.Extent{West: lon - span/2.0, South: lat - height/2, East: lon + span/2.0, North: lat + height/2}, width)
	if place := (drawing.Place{Lon: lon, Lat: lat, Sign: a.signs().Of(f.Kind)}); isHollow(f) {
		d.AddPlaces(nil, place)
	} else {
		d.AddPlaces([]drawing.Place{place})
	}
	if d.Outside > 0 { // near a pole, where the maps of the web end
		return nil
	}
	d.Label = a.texts.T("facility.map_label", "name", name)
	if kilometres := reach[f.Precision]; kilometres > 0 {
		d.Surround(lon, lat, kilometres)
	}
	return d
}

// reach is how far off a position may be, in kilometres, as on the map of the atlas.
var reach = map[string]float64{"city": 5, "admin1": 40}

// dataOf is where programs read the record of a collection.
func (a *publicAnswer) dataOf(c *geo.Collection, id int64) []layout.Label {
	item := "/collections/" + c.ID + "/items/" + strconv.FormatInt(id, 10)
	files := inLanguage([]layout.Label{{Text: "GeoJSON", Href: item + "?f=json"}}, a.Lang())
	return append(files, layout.Label{Text: "HTML", Href: item + "?f=html&lang=" + a.Lang(), Lang: a.Lang()})
}

func citedAll(sources []geo.Source) []Cited {
	list := make([]Cited, len(sources))
	for i, s := range sources {
		list[i].Source = s
	}
	return list
}

func year(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

func date(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.DateOnly)
}

// lastChange is the day on which a record was changed last; empty where it does not say.
func lastChange(r *geo.Record) string {
	if v := r.Value("updated"); v.Type == cql2.Timestamp {
		return date(time.UnixMicro(v.Time))
	}
	return ""
}

func degrees(d float64) string { return strconv.FormatFloat(d, 'f', -1, 64) }

// FacilityPage is everything that one record states. Empty is what it does not.
type FacilityPage struct {
	Public
	Sign       geo.Sign
	Hollow     bool // its site is not known
	Kind       string
	Name       layout.Label
	OtherNames []layout.Label
	Place      []layout.Label // town, province and country
	Summary    layout.Label
	Original   *Original // nil where the page is in English, or says the same

	Founded            string
	Hosts, Partners    []Partner
	TakesPart          []layout.Label // countries, where they are more than that of the facility
	Projects           Timeline
	Sectors            []layout.Label
	Country            layout.Label
	Status, StatusDate string

	Website         layout.Label   // Href only where it can be opened
	Postal          string         // address
	Identifiers     []layout.Label // those that registers show are links
	Area            string         // in hectares
	FormerNames     []string
	Closed, Checked string       // year, date
	Successor       layout.Label // Href only where it is there
	Own             []Fact       // of fields of one's own

	Precision           string // of geo.Precisions
	Latitude, Longitude string
	Map                 *drawing.Drawing // nil where there is no place to draw
	Sources             []Cited
	Updated             string // date

	OnMap   string         // address of the map with this record chosen
	Data    []layout.Label // the record for programs
	Contact string         // mail address for reports of errors

	Linked Organisation // for search engines
}

var facilityTemplate = parsePublic("facility.html")

type facilityData struct {
	FacilityPage
	texts.Texts
}

// Render writes the page as HTML.
func (p FacilityPage) Render(w io.Writer) error {
	return facilityTemplate.Write(w, facilityData{p, texts.In(p.Lang)})
}

// Translated says that the page shows what was translated automatically; empty where it
// does not.
func (d facilityData) Translated() string { return d.Original.said(d.Texts) }

// Where says how exact the position is, in a sentence.
func (d facilityData) Where() string {
	if key := "precision." + d.Precision; d.Precision != "" && d.Has(key) {
		return d.T(key)
	}
	return d.T("precision.none")
}

// briefly says how exact a position is, in a word: that which the sentence begins with.
func briefly(t texts.Texts, precision string) string {
	word, _, _ := strings.Cut(t.T("precision."+cmp.Or(precision, "none")), t.Language.Colon)
	return word
}

// Report is the address of a mail that names the record, empty without a contact.
func (d facilityData) Report() string {
	if d.Contact == "" {
		return ""
	}
	name := strings.Join(strings.Fields(layout.Undirected(d.Name.Text)), " ") // a subject is one line
	return mailto(d.Contact, d.T("card.report_subject", "name", name), d.T("card.report_body", "name", name, "link", d.Address))
}

// mailto is the address of a mail (RFC 6068). Lines of a body end as in mails.
func mailto(to, subject, body string) string {
	escape := func(s string) string { return strings.ReplaceAll(url.QueryEscape(s), "+", "%20") }
	at := strings.LastIndexByte(to, '@')
	return "mailto:" + escape(to[:max(at, 0)]) + "@" + escape(to[at+1:]) +
		"?subject=" + escape(subject) + "&body=" + escape(strings.ReplaceAll(body, "\n", "\r\n"))
}
