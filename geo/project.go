package geo

import (
	"cmp"
	"slices"

	"github.com/paulmach/orb"

	"innoatlas/texts"
)

// Projects is the collection of what institutions do together: research, cooperation,
// agreements and events. Its records are Records, and stand where their facilities do, or
// where none of these has a position their institutions.
var Projects = &Collection{
	ID:          "projects",
	Title:       texts.All("collection.projects.title"),
	Description: texts.All("collection.projects.description"),
	Geometry:    MultiPoint,
	Fields:      projectFields,
	Counted:     []Dimension{ByKind, ByCountry, BySector, ByTakesPart, ByInstitution},
	Listed:      []string{"name", "kind", "start", "countries", "sectors"},
	First:       []string{"summary", "kind", "start", "end", "sectors", "institutions", "facilities", "countries", "name_zh"},
	From:        "begins",
	To:          "ends",
}

// ProjectKinds are what a project may be.
var ProjectKinds = labelled("project_kind", "research-project", "cooperation-project", "agreement", "event")

// projectFields are the table of what a project may state.
var projectFields = keptFields([]Field{
	idField,
	slugField,
	{Name: "kind", Title: english("Kind of project"), Type: Text, Facet: ByKind, Terms: ProjectKinds, Few: true},
	{Name: "name", Translated: true, Title: english("Name in English"), Type: Text, Lang: "en", Naming: true, Beside: true, Most: maxName, Searched: true},
	{Name: "name_zh", Title: english("Name in Chinese"), Type: Text, Lang: "zh", Naming: true, Most: maxName, Searched: true},
	{Name: "start", Title: english("When it began (YYYY, YYYY-MM or YYYY-MM-DD)"), Type: Text, Form: PartialDate, Few: true},
	{Name: "end", Title: english("When it ended (YYYY, YYYY-MM or YYYY-MM-DD)"), Type: Text, Form: PartialDate, Few: true},
	{Name: "begins", Title: english("First day of its beginning"), Type: Date, Derived: true, Unlisted: true},
	{Name: "ends", Title: english("Last day of its end, or of its beginning where no end is stated"), Type: Date, Derived: true, Unlisted: true},
	{Name: "sectors", Title: english("Sectors it works in"), Type: Texts, Facet: BySector},
	{Name: "institutions", Title: english("Slugs of the institutions that take part"), Type: Texts, Form: SlugForm, Facet: ByInstitution, Open: true, Top: mostInstitutions},
	{Name: "facilities", Title: english("Slugs of the facilities that it belongs to"), Type: Texts, Form: SlugForm, Facet: ByFacility, Open: true, Top: mostInstitutions},
	{Name: "countries", Title: english("Countries that the source names (ISO 3166-1 alpha-3)"), Type: Texts, Form: CodeForm, Facet: ByCountry, Open: true},
	{Name: "takes_part", Title: english("Countries that are named, or that an institution of it is from"), Type: Texts, Form: CodeForm,
		Facet: ByTakesPart, Open: true, Derived: true},
	{Name: "summary", Translated: true, Title: english("What it is, in one to three sentences"), Type: Text, Lang: "en", Most: maxSummary, Searched: true},
	{Name: "source_title", Title: english("Title of the source"), Type: Text, Beside: true, Most: maxName, Few: true},
	{Name: "source_url", Title: english("Address of the source"), Type: Text, Beside: true, Form: AddressForm},
	{Name: "source_date", Title: english("Date of the source (YYYY, YYYY-MM or YYYY-MM-DD)"), Type: Text, Beside: true, Form: PartialDate, Few: true},
	{Name: "updated", Title: english("Last change of the record"), Type: Time, Beside: true},
	{Name: "version", Title: english("Version of the record, which goes up with each change of it"), Type: Integer, Beside: true},
})

// mostInstitutions is how many values a facet of institutions has.
const mostInstitutions = 20

// placeProjects puts the projects where their facilities stand, or else their institutions.
func (ds *Dataset) placeProjects() {
	projects := ds.Records[Projects.ID]
	if len(projects) == 0 {
		return
	}
	stand, seats := map[string]orb.Point{}, map[string]orb.Point{}
	for i := range ds.Facilities {
		if at := ds.Facilities[i].Position; at != nil {
			stand[ds.Facilities[i].Slug] = *at
		}
	}
	for r := range each(ds.Records[Institutions.ID]) {
		if at, ok := r.Shape.(orb.Point); ok {
			seats[r.Slug] = at
		}
	}
	facilities, institutions := Projects.Field("facilities"), Projects.Field("institutions")
	for r := range each(projects) {
		r.Shape = placesOf(facilities.Value(r).List, stand)
		if r.Shape == nil {
			r.Shape = placesOf(institutions.Value(r).List, seats)
		}
	}
}

// placesOf are the positions of those that are named, each once, from west to east and from
// south to north; nil where none of them has one.
func placesOf(slugs []string, positions map[string]orb.Point) orb.Geometry {
	var all orb.MultiPoint
	for _, slug := range slugs {
		if at, ok := positions[slug]; ok {
			all = append(all, at)
		}
	}
	if all == nil {
		return nil
	}
	slices.SortFunc(all, func(a, b orb.Point) int { return cmp.Or(cmp.Compare(a[0], b[0]), cmp.Compare(a[1], b[1])) })
	return slices.Compact(all)
}
