package api

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"innoatlas/geo"
	"innoatlas/pages"
	"innoatlas/pages/drawing"
)

// sendFacility sends one record as a page to read, to print and to pass on.
func (s *Server) sendFacility(a *publicAnswer, found geo.Feature) error {
	if err := a.begin(a.turns.brief); err != nil {
		return err
	}
	f := found.(*geo.Facility)
	page := a.facilityPage(f)
	page.Contact = s.cfg.Page.Contact
	if isDrawn(f) {
		page.Map = s.placeMap(a, f, page.Name.Text)
	}
	return a.Render(page)
}

func (a *publicAnswer) facilityPage(f *geo.Facility) pages.FacilityPage {
	name, others := a.names(f)
	country, kind := a.countryLink(f.Country), a.Label(geo.ByKind, f.Kind)
	p := pages.FacilityPage{
		Sign: a.signs().Of(f.Kind), Hollow: isHollow(f), Kind: kind, Name: name, OtherNames: others, Place: a.placeOf(f), Summary: f.Summary,
		Host: f.HostInstitution, Founded: year(f.Established), Country: country,
		Status: a.Label(geo.ByStatus, f.Status), StatusDate: f.Source.Date,
		Precision: f.Precision, Sources: citedAll(sourcesOf(f)), Updated: date(f.Updated),
		OnMap: a.onMap("selected", f.Slug), Data: a.dataOf(f), Linked: a.linked(f, a.base+a.path),
	}
	for _, sector := range f.Sectors {
		p.Sectors = append(p.Sectors, a.sectorLink(sector))
	}
	for _, text := range f.Partners {
		name, code := partner(text)
		p.Partners = append(p.Partners, pages.Partner{Name: name, Country: a.Label(geo.ByCountry, code)})
	}
	if f.Position != nil {
		p.Latitude, p.Longitude = degrees(f.Position.Lat()), degrees(f.Position.Lon())
	}
	about := cmp.Or(f.Summary, a.texts.T("facility.of", "kind", kind, "place", cmp.Or(p.Place, a.texts.T("list.nowhere"))))
	p.Public = a.public(name.Text, about, slices.DeleteFunc([]pages.Labelled{country}, func(l pages.Labelled) bool { return l.Href == "" })...)
	p.Signs = []drawing.Sign{p.Sign}
	return p
}

// placeOf is town, province and country, without saying one twice.
func (a *publicAnswer) placeOf(f *geo.Facility) string {
	var parts []string
	for _, part := range []string{f.City, f.Admin1, a.Label(geo.ByCountry, f.Country)} {
		if part != "" && !slices.Contains(parts, part) {
			parts = append(parts, part)
		}
	}
	return strings.Join(parts, a.texts.T("list.comma"))
}

// placeMap draws where a record stands, and how far off that may be; nil where no map
// reaches.
func (s *Server) placeMap(a *publicAnswer, f *geo.Facility, name string) *drawing.Drawing {
	const width, span = 360, 7 // pixels, and degrees of longitude
	lon, lat := f.Position.Lon(), f.Position.Lat()
	height := span * 0.7 * math.Cos(lat*math.Pi/180)
	d := s.atlas.Draw(drawing.Frame{West: lon - span/2.0, South: lat - height/2, East: lon + span/2.0, North: lat + height/2}, width)
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

// dataOf is where programs read the record.
func (a *publicAnswer) dataOf(f *geo.Facility) []pages.Labelled {
	item := "/collections/facilities/items/" + strconv.FormatInt(f.ID, 10)
	return []pages.Labelled{{Label: "GeoJSON", Href: item + "?f=json"}, {Label: "HTML", Href: item + "?f=html"}}
}

// researchKinds are the kinds that schema.org has a word for.
var researchKinds = map[string]bool{"joint-laboratory": true, "innovation-centre": true}

// linked says what the record is in the words of schema.org.
func (a *publicAnswer) linked(f *geo.Facility, address string) pages.Organisation {
	o := pages.Organisation{Context: "https://schema.org", Type: "Organization", Name: f.Name, URL: address, About: f.Summary, Founded: year(f.Established)}
	if researchKinds[f.Kind] {
		o.Type = "ResearchOrganization"
	}
	for _, other := range []string{f.NameZh, f.NameLocal} {
		if other != "" && !slices.Contains(o.Other, other) {
			o.Other = append(o.Other, other)
		}
	}
	o.Address = postalAddress(f.City, f.Admin1, f.Country)
	if isDrawn(f) && f.Precision != "admin1" {
		point := pages.GeoPoint{Type: "GeoCoordinates", Latitude: f.Position.Lat(), Longitude: f.Position.Lon()}
		o.Location = &pages.GeoPlace{Type: "Place", Point: point}
	}
	if f.HostInstitution != "" {
		o.Parent = &pages.Organisation{Type: "Organization", Name: f.HostInstitution}
	}
	for _, text := range f.Partners {
		name, code := partner(text)
		o.Members = append(o.Members, pages.Organisation{Type: "Organization", Name: name, Address: postalAddress("", "", code)})
	}
	return o
}

func postalAddress(town, region, country string) *pages.PostalAddress {
	address := pages.PostalAddress{Type: "PostalAddress", Locality: town, Region: region}
	if c, ok := geo.CountryByCode(country); ok {
		address.Country = c.Alpha2
	}
	if address == (pages.PostalAddress{Type: "PostalAddress"}) {
		return nil
	}
	return &address
}

func citedAll(sources []geo.Source) []pages.Cited {
	list := make([]pages.Cited, len(sources))
	for i, s := range sources {
		list[i] = cited(s)
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

func degrees(d float64) string { return strconv.FormatFloat(d, 'f', -1, 64) }
