package pages

import (
	"net/url"
	"slices"

	"innoatlas/geo"
	"innoatlas/layout"
)

// schemaTypes are what schema.org calls institutions of a type; the others are organisations.
var schemaTypes = map[string]string{
	"university": "CollegeOrUniversity", "research-institute": "ResearchOrganization", "company": "Corporation", "government": "GovernmentOrganization",
}

// linkedInstitution says what the institution is in the words of schema.org.
func (i *institution) linkedInstitution() Organisation {
	r, page := i.stated, i.Base()+i.Path()
	text := func(name string) string { return r.Value(name).Text }
	o := Organisation{Context: "https://schema.org", Type: schemaType(r), Name: spokenRecord(r, "name"), URL: page, Page: page}
	if site := text("website"); isWebAddress(site) {
		o.URL = site
	}
	o.name(r.Value("identifiers").List)
	o.alsoCalled(append([]string{text("name_zh"), text("name_local")}, r.Value("aliases").List...)...)
	o.Address = postalAddress("", text("city"), text("admin1"), text("country"))
	if seat, ok := seatOf(r); ok && text("precision") != "admin1" {
		o.Location = &GeoPlace{Type: "Place", Point: GeoPoint{Type: "GeoCoordinates", Latitude: seat.Lat(), Longitude: seat.Lon()}}
	}
	if i.page.Parent.Text != "" {
		o.Parent = &Institution{Type: "Organization", Name: i.page.Parent.Text, URL: i.pageOf("/institutions/", text("parent"))}
	}
	for _, part := range i.page.Parts {
		o.Parts = append(o.Parts, Institution{Type: "Organization", Name: part.Text, URL: i.Base() + withoutQuery(part)})
	}
	return o
}

func schemaType(r *geo.Record) string {
	if t := schemaTypes[r.Value("type").Text]; t != "" {
		return t
	}
	return "Organization"
}

// pageOf is the whole address of the page of a record, in no language.
func (a *publicAnswer) pageOf(folder, slug string) string {
	return a.Base() + folder + url.PathEscape(slug)
}

func withoutQuery(l layout.Label) string {
	path, err := url.Parse(l.Href)
	if err != nil { // it is one of our own
		return l.Href
	}
	return path.EscapedPath()
}

// linkedOther is an institution as one that has a part in something.
func (a *publicAnswer) linkedOther(r *geo.Record) Institution {
	o := Institution{Type: schemaType(r), Name: r.Value("name").Text, URL: a.pageOf("/institutions/", r.Slug)}
	for _, text := range r.Value("identifiers").List {
		if link := geo.IdentifierLink(text); link != "" && !slices.Contains(o.Same, link) {
			o.Same = append(o.Same, link)
		}
	}
	o.Address = postalAddress("", "", "", r.Value("country").Text)
	return o
}

// linkedOf is the institution that an entry of a facility names, by the name that it is stated
// with.
func (p *partners) linkedOf(entry, name string) Institution {
	o := Institution{Type: "Organization", Name: name}
	if r := p.institution(entry); r != nil {
		known := p.linkedOther(r)
		o.Type, o.URL, o.Same = known.Type, known.URL, known.Same
	}
	return o
}

// Undertaking is a project in the words of schema.org: an Event has a first and a last day and
// organisers; a Project is an organisation there, with a founding and members.
type Undertaking struct {
	Context    string        `json:"@context"`
	Type       string        `json:"@type"`
	Name       []Spoken      `json:"name"`
	About      []Spoken      `json:"description,omitempty"`
	URL        string        `json:"url"`
	Start      string        `json:"startDate,omitempty"`
	End        string        `json:"endDate,omitempty"`
	Organisers []Institution `json:"organizer,omitempty"`
	Founded    string        `json:"foundingDate,omitempty"`
	Closed     string        `json:"dissolutionDate,omitempty"`
	Members    []Institution `json:"member,omitempty"`
	ToldBy     *WebPage      `json:"subjectOf,omitempty"`
}

// WebPage is a page that tells of something.
type WebPage struct {
	Type string `json:"@type"`
	Name string `json:"name,omitempty"`
	URL  string `json:"url"`
}

// linkedProject says what a project is in the words of schema.org.
func (a *publicAnswer) linkedProject(r *geo.Record, institutions []*geo.Record) Undertaking {
	text := func(name string) string { return r.Value(name).Text }
	u := Undertaking{Context: "https://schema.org", Name: spokenRecord(r, "name"), About: spokenRecord(r, "summary"), URL: a.Base() + a.Path()}
	var all []Institution
	for _, one := range institutions {
		all = append(all, a.linkedOther(one))
	}
	switch text("kind") {
	case "event":
		u.Type, u.Start, u.End, u.Organisers = "Event", text("start"), text("end"), all
	case "research-project":
		u.Type, u.Founded, u.Closed, u.Members = "ResearchProject", text("start"), text("end"), all
	default:
		u.Type, u.Founded, u.Closed, u.Members = "Project", text("start"), text("end"), all
	}
	if source := text("source_url"); isWebAddress(source) {
		u.ToldBy = &WebPage{Type: "WebPage", Name: text("source_title"), URL: source}
	}
	return u
}
