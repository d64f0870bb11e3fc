package pages

import (
	"cmp"
	"io"
	"strings"

	"innoatlas/geo"
	"innoatlas/layout"
	"innoatlas/texts"
)

// sendProject sends the page of a project, an agreement or an event.
func (p *pages) sendProject(a *publicAnswer, found geo.Feature) error {
	stated := found.(*geo.Record)
	institutions, err := p.institutions(a, stated.Value("institutions").List)
	if err != nil {
		return err
	}
	facilities, err := p.facilitiesOf(a, stated.Value("facilities").List)
	if err != nil {
		return err
	}
	if err := a.TakeTurn(); err != nil {
		return err
	}
	return a.Render(a.projectPage(stated, inOrderOf(stated.Value("institutions").List, institutions), facilities))
}

// inOrderOf are the records in the order of their slugs; what is not there is left out.
func inOrderOf(slugs []string, bySlug map[string]*geo.Record) (all []*geo.Record) {
	for _, slug := range slugs {
		if r := bySlug[slug]; r != nil {
			all = append(all, r)
		}
	}
	return all
}

// facilitiesOf are those with these slugs, by name.
func (p *pages) facilitiesOf(a *publicAnswer, slugs []string) (links []layout.Label, err error) {
	if len(slugs) == 0 {
		return nil, nil
	}
	q := geo.Query{Collection: a.Catalog().Collection(geo.Facilities.ID), Filter: oneOfSlugs(slugs), Limit: geo.MaxLimit}
	found, _, err := p.listByName(a.Context(), q, a.Lang())
	if err != nil {
		return nil, err
	}
	for _, f := range found.Features {
		shown := a.reading.Facility(f.(*geo.Facility))
		name, _ := namesOf(shown, a.Lang())
		name.Href = a.pageAt("/facilities/", shown.Slug)
		links = append(links, name)
	}
	return links, nil
}

func (a *publicAnswer) projectPage(stated *geo.Record, institutions []*geo.Record, facilities []layout.Label) ProjectPage {
	r := a.readingOf(geo.Projects).Of(stated).(*geo.Record)
	text := func(name string) string { return r.Value(name).Text }
	p := ProjectPage{
		Kind: a.term(geo.ProjectKinds, text("kind")), When: when(a.texts, r), Facilities: facilities, Original: originalOfRecord(stated, r, ""),
		Summary: layout.Label{Text: text("summary"), Lang: recordLanguage(r, "summary", a.Lang())},
		Source:  Cited{Source: geo.Source{Title: text("source_title"), URL: text("source_url"), Date: text("source_date")}},
		Own:     ownFacts(a.Answer, geo.Projects, r), Data: a.dataOf(geo.Projects, r.ID), Linked: a.linkedProject(stated, institutions),
	}
	p.Name, p.OtherNames = recordNames(r, a.Lang())
	for _, sector := range r.Value("sectors").List {
		p.Sectors = append(p.Sectors, a.sectorLink(sector))
	}
	p.Countries = a.countryLinks(r.Value("takes_part").List)
	for _, one := range institutions {
		p.Institutions = append(p.Institutions, Colleague{Name: a.institutionLink(one), Country: a.countryLink(one.Value("country").Text)})
	}
	crumb := layout.Label{Text: a.texts.T("projects.title"), Href: a.listAt("/projects", "", "")}
	p.Public = a.public(p.Name.Text, cmp.Or(p.Summary.Text, strings.Join([]string{p.Kind, p.When}, " ")), crumb)
	return p
}

// ProjectPage is everything that is known of one project. Empty is what is not.
type ProjectPage struct {
	Public
	Kind         string
	Name         layout.Label
	OtherNames   []layout.Label
	When         string // in words
	Summary      layout.Label
	Original     *Original // nil where the page is in English, or says the same
	Sectors      []layout.Label
	Countries    []layout.Label
	Institutions []Colleague
	Facilities   []layout.Label
	Source       Cited
	Own          []Fact // of fields of one's own
	Data         []layout.Label
	Linked       Undertaking // for search engines
}

var projectTemplate = parsePublic("project.html")

type projectData struct {
	ProjectPage
	texts.Texts
}

// Translated says that the page shows what was translated automatically; empty where it does
// not.
func (d projectData) Translated() string { return d.Original.said(d.Texts) }

// Render writes the page as HTML.
func (p ProjectPage) Render(w io.Writer) error {
	return projectTemplate.Write(w, projectData{p, texts.In(p.Lang)})
}
