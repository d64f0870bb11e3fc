package pages

import (
	"cmp"
	"io"
	"slices"

	"github.com/paulmach/orb"

	"innoatlas/geo"
	"innoatlas/geo/cql2"
	"innoatlas/layout"
	"innoatlas/pages/drawing"
	"innoatlas/texts"
)

// What the page of an institution names at most.
const (
	institutionRows     = 200 // facilities
	institutionPartners = 30
	institutionParts    = 200
)

// institution is the page of one in the making.
type institution struct {
	*publicAnswer
	page          InstitutionPage
	stated, shown *geo.Record
	facilities    []*geo.Facility     // as the page lists them and the reader sees them
	rows          []RelatedFacility   // of these
	roles         map[string][]string // in these, by slug
}

// sendInstitution sends the page of one who cooperates: who it is, what it is host and partner
// of, and with whom.
func (p *pages) sendInstitution(a *publicAnswer, found geo.Feature) error {
	stated := found.(*geo.Record)
	i := &institution{publicAnswer: a, stated: stated, shown: a.shown(geo.Institutions, stated), roles: map[string][]string{}}
	for _, add := range []func(*institution) error{p.addFamily, p.addRoles, p.findFacilities, p.addPartners} {
		if err := add(i); err != nil {
			return err
		}
	}
	projects, err := p.timeline(a, geo.ByInstitution, stated.Slug, timelineRows)
	if err != nil {
		return err
	}
	i.page.Projects = projects
	if err := a.TakeTurn(); err != nil {
		return err
	}
	i.describe()
	i.addFacilities()
	p.drawInstitution(i)
	return a.Render(i.page)
}

// addFamily adds what the institution is a part of, and its parts.
func (p *pages) addFamily(i *institution) error {
	col := i.Catalog().Collection(geo.Institutions.ID)
	if slug := i.stated.Value("parent").Text; slug != "" {
		found, err := p.institutions(i.publicAnswer, []string{slug})
		if err != nil {
			return err
		}
		if parent := found[slug]; parent != nil {
			i.page.Parent = i.institutionLink(parent)
		}
	}
	isPart := cql2.Compare{Op: cql2.Equal, Left: cql2.Property("parent"), Right: cql2.Literal{Value: cql2.TextOf(i.stated.Slug)}}
	found, _, err := p.listByName(i.Context(), geo.Query{Collection: col, Filter: isPart, Limit: institutionParts}, i.Lang())
	if err != nil {
		return err
	}
	for _, f := range found.Features {
		i.page.Parts = append(i.page.Parts, i.institutionLink(f.(*geo.Record)))
	}
	return nil
}

// addRoles reads what the institution is to each facility.
func (p *pages) addRoles(i *institution) error {
	found, err := p.store.List(i.Context(), i.listed(geo.Partnerships))
	if err != nil {
		return err
	}
	for _, f := range found.Features {
		pair := f.(*geo.Partnership)
		i.roles[pair.Facility.Slug] = pair.Roles
	}
	return nil
}

// listed asks for the records of a collection that the institution has a part in.
func (i *institution) listed(c *geo.Collection) geo.Query {
	return geo.Query{Collection: i.Catalog().Collection(c.ID), Lists: []geo.List{{Dimension: geo.ByInstitution, Values: []string{i.stated.Slug}}}, Limit: geo.MaxLimit}
}

// findFacilities reads the facilities, in the order of the page: by country, then by name.
func (p *pages) findFacilities(i *institution) error {
	q := i.listed(geo.Facilities)
	q.Limit = institutionRows
	found, _, err := p.listByName(i.Context(), q, i.Lang())
	if err != nil {
		return err
	}
	i.page.Matched = found.Matched
	if found.More {
		i.page.All = i.onMap("institution", i.stated.Slug) + "&view=list"
	}
	for _, f := range found.Features {
		i.facilities = append(i.facilities, i.reading.Facility(f.(*geo.Facility)))
	}
	slices.SortStableFunc(i.facilities, func(x, y *geo.Facility) int {
		return byName(i.Lang(), i.Label(geo.ByCountry, x.Country), i.Label(geo.ByCountry, y.Country))
	})
	return nil
}

// addPartners adds the other institutions at the same facilities, those at most of them first.
func (p *pages) addPartners(i *institution) error {
	shared := map[string]int{}
	for _, f := range i.facilities {
		for _, slug := range f.Institutions {
			if slug != i.stated.Slug {
				shared[slug]++
			}
		}
	}
	slugs := make([]string, 0, len(shared))
	for slug := range shared {
		slugs = append(slugs, slug)
	}
	slices.SortFunc(slugs, func(x, y string) int { return cmp.Or(cmp.Compare(shared[y], shared[x]), cmp.Compare(x, y)) })
	i.page.OtherPartners = max(0, len(slugs)-institutionPartners)
	slugs = slugs[:min(len(slugs), institutionPartners)]
	found, err := p.institutions(i.publicAnswer, slugs)
	if err != nil {
		return err
	}
	for _, slug := range slugs {
		if r := found[slug]; r != nil {
			i.page.Partners = append(i.page.Partners, Colleague{Name: i.institutionLink(r), Country: i.countryLink(r.Value("country").Text), Count: shared[slug]})
		}
	}
	slices.SortStableFunc(i.page.Partners, func(x, y Colleague) int {
		return cmp.Or(cmp.Compare(y.Count, x.Count), byName(i.Lang(), x.Name.Text, y.Name.Text))
	})
	return nil
}

// describe says who the institution is.
func (i *institution) describe() {
	r, page := i.shown, &i.page
	page.Name, page.OtherNames = recordNames(r, i.Lang())
	page.Aliases = r.Value("aliases").List
	page.Kind = i.term(geo.InstitutionTypes, r.Value("type").Text)
	page.Country = i.countryLink(r.Value("country").Text)
	page.Place = placeOfParts(i.texts.T("list.comma"), r.Value("city").Text, r.Value("admin1").Text, page.Country.Text)
	page.Original = originalOfRecord(i.stated, r, placeOfParts(", ", i.stated.Value("city").Text, i.stated.Value("admin1").Text, i.stated.Value("country_name").Text))
	if site := r.Value("website").Text; site != "" {
		if page.Website = (layout.Label{Text: site}); isWebAddress(site) {
			page.Website.Href = site
		}
	}
	for _, text := range r.Value("identifiers").List {
		page.Identifiers = append(page.Identifiers, identifierOf(text))
	}
	page.Own, page.Updated = ownFacts(i.Answer, geo.Institutions, r), lastChange(i.stated)
	page.Linked = i.linkedInstitution()
	about := page.Kind
	if page.Place != "" {
		about = i.texts.T("facility.of", "kind", page.Kind, "place", page.Place)
	}
	page.Told = i.texts.N("institution.told", page.Matched)
	crumbs := []layout.Label{{Text: i.texts.T("institutions.title"), Href: i.listAt("/institutions", "", "")}}
	if page.Country.Href != "" {
		crumbs = append(crumbs, page.Country)
	}
	page.Public = i.public(page.Name.Text, about+". "+page.Told, crumbs...)
	page.OnMap = i.onMap("institution", r.Slug)
	page.Data = i.dataOf(geo.Institutions, r.ID)
}

// addFacilities adds the tables of what it is host of, and what it is a partner of, with the
// same numbers as on the map.
func (i *institution) addFacilities() {
	tables := map[string]*RoleTable{}
	for _, role := range []string{geo.Host, geo.Partner} {
		tables[role] = &RoleTable{Role: role, Title: i.texts.T("institution." + role + "_of")}
	}
	for n, f := range i.facilities {
		row := i.relatedFacility(f, n+1)
		i.rows, i.page.Signs = append(i.rows, row), append(i.page.Signs, row.Sign)
		for _, role := range i.roles[f.Slug] {
			tables[role].Rows = append(tables[role].Rows, row)
		}
	}
	for _, role := range []string{geo.Host, geo.Partner} {
		if len(tables[role].Rows) > 0 {
			i.page.Roles = append(i.page.Roles, *tables[role])
		}
	}
}

// drawInstitution draws its seat and the facilities, with lines between.
func (p *pages) drawInstitution(i *institution) {
	const width, span = 360, 7 // pixels, and degrees of longitude
	seat, hasSeat := seatOf(i.shown)
	var boxes []orb.Bound
	if hasSeat {
		boxes = append(boxes, seat.Bound())
	}
	var sites, rough []drawing.Place
	for n, f := range i.facilities {
		place, ok := i.rows[n].place(f)
		if !ok {
			continue
		}
		boxes = append(boxes, f.Position.Bound())
		if isHollow(f) {
			rough = append(rough, place)
		} else {
			sites = append(sites, place)
		}
	}
	if len(boxes) == 0 {
		return
	}
	d := p.atlas.Draw(around(boxes, span), width)
	d.Label = i.texts.T("institution.map_label", "name", i.page.Name.Text)
	if hasSeat {
		d.AddSeat(seat)
		i.addLines(d, seat, geo.Host)
		i.addLines(d, seat, geo.Partner)
	}
	d.AddPlaces(sites, rough...)
	if d.Seat != nil || len(d.Marks) > 0 {
		i.page.Map = d
	}
}

// addLines leads from the seat to the facilities to which the institution is something.
func (i *institution) addLines(d *drawing.Drawing, seat orb.Point, role string) {
	for _, f := range i.facilities {
		if isDrawn(f) && slices.Contains(i.roles[f.Slug], role) {
			d.AddLine(seat, *f.Position, role)
		}
	}
}

// around is the extent of some places, with as much above and below a single one as a picture
// needs.
func around(boxes []orb.Bound, span float64) drawing.Extent {
	e := drawing.ExtentAround(boxes, span)
	if short := span/2 - (e.North - e.South); short > 0 {
		e.South, e.North = e.South-short/2, e.North+short/2
	}
	return e
}

// InstitutionPage is everything that is known of one institution. Empty is what is not.
type InstitutionPage struct {
	Public
	Kind        string
	Name        layout.Label
	OtherNames  []layout.Label
	Aliases     []string
	Place       string // town, province and country
	Country     layout.Label
	Original    *Original // nil where the page is in English, or says the same
	Told        string    // a sentence
	Website     layout.Label
	Identifiers []layout.Label
	Parent      layout.Label
	Parts       []layout.Label
	Own         []Fact // of fields of one's own
	Updated     string // date

	Matched       int // facilities
	Roles         []RoleTable
	All           string           // address of the list, where the rows are not all
	Map           *drawing.Drawing // nil where there is no place to draw
	Partners      []Colleague
	OtherPartners int // that are not named
	Projects      Timeline

	OnMap  string
	Data   []layout.Label
	Linked Organisation // for search engines
}

// RoleTable has the facilities to which an institution is the same.
type RoleTable struct {
	Role, Title string
	Rows        []RelatedFacility
}

// Colleague is another institution, and at how many facilities both are.
type Colleague struct {
	Name    layout.Label
	Country layout.Label
	Count   int
}

var institutionTemplate = parsePublic("institution.html")

type institutionData struct {
	InstitutionPage
	texts.Texts
}

// Translated says that the page shows what was translated automatically; empty where it does
// not.
func (d institutionData) Translated() string { return d.Original.said(d.Texts) }

// HasLines reports whether the map has a line of the role.
func (d institutionData) HasLines(role string) bool {
	return d.Map != nil && slices.ContainsFunc(d.Map.Lines, func(l drawing.Line) bool { return l.Class == role })
}

// Render writes the page as HTML.
func (p InstitutionPage) Render(w io.Writer) error {
	return institutionTemplate.Write(w, institutionData{p, texts.In(p.Lang)})
}
