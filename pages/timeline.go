package pages

import (
	"cmp"
	"strings"

	"innoatlas/geo"
	"innoatlas/layout"
	"innoatlas/texts"
)

// Timeline lists projects and events, the newest first.
type Timeline struct {
	Entries []Event
	All     string // address of the list of all of them, where these are not all
	Matched int
}

// Event is a project of a timeline.
type Event struct {
	Name      layout.Label
	When      string // in words
	Day       string // that it began, or else ended, as exact as it is stated
	Kind      string
	Countries string
}

// timelineRows is how many projects the page of a facility or an institution names at most.
const timelineRows = 24

// newestFirst is the order of a timeline; what has no date is last.
var newestFirst = []geo.SortKey{{Property: "begins", Descending: true}, {Property: "ends", Descending: true}, {Property: "slug"}}

// timeline is that of the projects of a dimension's value, at most so many.
func (p *pages) timeline(a *publicAnswer, d geo.Dimension, value string, most int) (Timeline, error) {
	q := geo.Query{Collection: a.Catalog().Collection(geo.Projects.ID), Lists: []geo.List{{Dimension: d, Values: []string{value}}}, Sort: newestFirst, Limit: most}
	found, err := p.store.List(a.Context(), q)
	if err != nil {
		return Timeline{}, err
	}
	t := Timeline{Entries: a.events(found.Features), Matched: found.Matched}
	if found.More {
		t.All = a.listAt("/projects", string(d), value)
	}
	return t, nil
}

func (a *publicAnswer) events(projects []geo.Feature) (events []Event) {
	for _, f := range projects {
		events = append(events, a.event(a.shown(geo.Projects, f.(*geo.Record))))
	}
	return events
}

// event is the entry of a project that a reading has given.
func (a *publicAnswer) event(r *geo.Record) Event {
	name, _ := recordNames(r, a.Lang())
	name.Href = a.pageAt("/projects/", r.Slug)
	e := Event{
		Name: name, When: when(a.texts, r), Day: cmp.Or(r.Value("start").Text, r.Value("end").Text),
		Kind: a.term(geo.ProjectKinds, r.Value("kind").Text),
	}
	var countries []string
	for _, country := range a.countryLinks(r.Value("takes_part").List) {
		countries = append(countries, country.Text)
	}
	e.Countries = strings.Join(countries, a.texts.T("list.comma"))
	return e
}

// when says in words when a project was.
func when(t texts.Texts, r *geo.Record) string {
	start, end := r.Value("start").Text, r.Value("end").Text
	switch {
	case start == "" && end == "":
		return t.T("project.undated")
	case end == "" || start == end:
		return t.DateInWords(start)
	case start == "":
		return t.T("project.until", "date", t.DateInWords(end))
	}
	return t.T("project.span", "from", t.DateInWords(start), "to", t.DateInWords(end))
}
