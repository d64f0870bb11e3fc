package pages

import (
	"cmp"
	"errors"
	"io"
	"slices"
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

// facilitiesOf leads to those with these slugs, by name.
func (p *pages) facilitiesOf(a *publicAnswer, slugs []string) (links []layout.Label, err error) {
	for _, slug := range slugs[:min(len(slugs), projectFacilities)] {
		found, err := p.store.Get(a.Context(), a.Catalog().Collection(geo.Facilities.ID), geo.Ref{Slug: slug})
		switch {
		case errors.Is(err, geo.ErrNotFound):
			continue
		case err != nil:
			return nil, err
		}
		name, _ := namesOf(a.reading.Facility(found.(*geo.Facility)), a.Lang())
		name.Href = a.pageAt("/facilities/", slug)
		links = append(links, name)
	}
	slices.SortStableFunc(links, func(x, y layout.Label) int { return byName(a.Lang(), x.Text, y.Text) })
	return links, nil
}

// projectFacilities is how many facilities the page of a project names at most.
const projectFacilities = 50

func (a *publicAnswer) projectPage(stated *geo.Record, institutions []*geo.Record, facilities []layout.Label) ProjectPage {
	r := a.shown(geo.Projects, stated)
	text := func(name string) string { return r.Value(name).Text }
	p := ProjectPage{
		Kind: a.term(geo.ProjectKinds, text("kind")), When: when(a.texts, r), Facilities: facilities, Original: originalOfRecord(stated, r, ""),
		Summary: layout.Label{Text: text("summary"), Lang: recordLanguage(r, "summary", a.Lang())},
		Source:  Cited{Source: geo.Source{Title: text("source_title"), URL: text("source_url"), Date: text("source_date")}},
		Own:     ownFacts(a.Answer, geo.Projects, r), Data: a.dataOf(geo.Projects, r.ID), Linked: a.linkedProject(stated, institutions),
	}
	p.Name, p.OtherNames = recordNames(r, a.Lang())
	p.Updated = lastChange(stated)
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
	Updated      string // date
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
