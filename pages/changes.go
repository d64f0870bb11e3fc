package pages

import (
	"cmp"
	"io"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"innoatlas/api"
	"innoatlas/geo"
	"innoatlas/geo/cql2"
	"innoatlas/layout"
	"innoatlas/texts"
)

// changeRows is how many changes a page has.
const changeRows = 50

// changedValues is how many values are shown of a change: one that was deleted lost all of its texts.
const changedValues = 5

// changedCollections are those whose changes are listed, with what their filter calls them.
var changedCollections = []struct {
	of    *geo.Collection
	title string // the key of a text
}{
	{geo.Facilities, "briefing.facilities"}, {geo.Institutions, "institutions.title"}, {geo.Projects, "projects.title"}, {geo.Countries, "footer.countries"},
}

// changesAnswer is an answer with a page of changes.
type changesAnswer struct {
	*publicAnswer
	of     geo.ChangesOf
	params url.Values // that were understood, without lang
	notes  []note
}

// changes answers GET /changes: what changed, the newest first.
func (p *pages) changes(c echo.Context) error {
	if p.cfg.History == nil {
		return echo.ErrNotFound
	}
	a, err := p.publicAnswer(c)
	if err != nil {
		return err
	}
	asked := &changesAnswer{publicAnswer: a, params: url.Values{}}
	asked.read(c.Request().URL.RawQuery)
	if a.Fresh() {
		return a.NotModified()
	}
	page, err := p.changesPage(asked)
	if err != nil {
		return err
	}
	return a.Render(page)
}

// read reads the filters one by one, and notes those that are not understood.
func (a *changesAnswer) read(raw string) {
	params, notes := readable(raw)
	takeLanguage(params, &notes)
	a.of.Newest = true
	for name := range params {
		value := params.Get(name)
		if value == "" || name == "f" {
			continue
		}
		if !a.understood(name, value) {
			notes = append(notes, note{name, value})
			continue
		}
		a.params.Set(name, value)
	}
	for _, c := range changedCollections {
		a.of.Among = append(a.of.Among, c.of.ID)
	}
	if a.of.Collection == "" {
		a.of.Slug = "" // a slug is one of a collection
	}
	slices.SortFunc(notes, func(x, y note) int { return cmp.Compare(x.name, y.name) })
	a.notes = notes
}

func (a *changesAnswer) understood(name, value string) bool {
	switch name {
	case "collection":
		for _, c := range changedCollections {
			if c.of.ID == value {
				a.of.Collection = value
				return true
			}
		}
	case "record":
		a.of.Slug = value
		return geo.ValidText(value)
	case "country":
		c, ok := geo.CountryByCode(strings.ToUpper(value))
		a.of.Country = c.Code
		return ok
	case "since":
		at, err := time.Parse(time.DateOnly, value)
		a.of.Since = at
		return err == nil && at.Year() > 0
	case "before":
		n, err := strconv.ParseInt(value, 10, 64)
		a.of.Before = n
		return err == nil && n > 0
	}
	return false
}

// changesPage reads the changes, and makes the page of them.
func (p *pages) changesPage(a *changesAnswer) (ChangesPage, error) {
	all, err := p.cfg.History.SomeChanges(a.Context(), a.of, changeRows+1)
	if err != nil {
		return ChangesPage{}, err
	}
	page := ChangesPage{Path: a.Path(), Authors: p.cfg.Authors, Since: a.params.Get("since"), Notices: noticesOf(a.notes, a.texts)}
	if len(all) > changeRows {
		all = all[:changeRows]
		page.Next = a.with("before", strconv.FormatInt(all[changeRows-1].Number, 10))
	}
	if page.Rows, err = p.changeRowsOf(a.publicAnswer, all); err != nil {
		return ChangesPage{}, err
	}
	if err := a.TakeTurn(); err != nil {
		return ChangesPage{}, err
	}
	title := a.texts.T("changes.title")
	if slug := a.params.Get("record"); slug != "" {
		title = a.texts.T("changes.of_record")
		page.Kept = append(page.Kept, Chip{Name: "record", Values: []string{slug}, Text: slug, Without: a.with("record", "")})
	}
	page.Public = a.public(title, a.texts.T("changes.lead"))
	page.Public.Query = a.params.Encode()
	page.Choices = a.choices()
	return page, nil
}

// with is the address of the page with another value of a parameter; only the next page has before.
func (a *changesAnswer) with(name, value string) string {
	query := url.Values{}
	for k, v := range a.params {
		query[k] = v
	}
	query.Del("before")
	if query.Del(name); value != "" {
		query.Set(name, value)
	}
	if a.chosen {
		query.Set("lang", a.Lang())
	}
	if len(query) == 0 {
		return a.Path()
	}
	return a.Path() + "?" + query.Encode()
}

func (a *changesAnswer) choices() []Choice {
	kind := Choice{Name: "collection", Title: a.texts.T("changes.collection")}
	for _, c := range changedCollections {
		kind.Options = append(kind.Options, Option{Value: c.of.ID, Label: a.texts.T(c.title), Selected: c.of.ID == a.of.Collection})
	}
	country := Choice{Name: "country", Title: a.texts.T("facet.country")}
	for _, c := range a.Catalog().Countries {
		country.Options = append(country.Options, Option{Value: c.Code, Label: a.Label(geo.ByCountry, c.Code), Selected: c.Code == a.of.Country})
	}
	country.Options = country.ByName(a.Lang())
	return []Choice{kind, country}
}

// changeRowsOf are changes in words, of those that everybody may see.
func (p *pages) changeRowsOf(a *publicAnswer, all []geo.Change) (rows []ChangeRow, err error) {
	names, err := p.namesOfChanged(a, all)
	if err != nil {
		return nil, err
	}
	for _, one := range all {
		c, ok := a.PublicChange(one)
		if !ok {
			continue
		}
		row := ChangeRow{Change: c, What: a.WhatChanged(c), Record: names[c.Collection][c.ID]}
		if row.Record.Text == "" {
			row.Record.Text = c.Slug
		}
		for _, f := range c.Fields {
			if f.Name == "name" && c.Op == geo.Deleted {
				row.Record.Text = cmp.Or(api.Shown(f.Was), c.Slug)
			}
			if c.Op == geo.Changed && len(row.Values) == changedValues {
				row.More++
			} else if c.Op == geo.Changed {
				row.Values = append(row.Values, ChangedValue{Title: a.FieldTitle(c.Collection, f), Lang: f.Lang, Was: a.ShownIn(c.Collection, f, f.Was),
					Is: a.ShownIn(c.Collection, f, f.Is)})
			}
		}
		rows = append(rows, row)
	}
	return rows, nil
}

// namesOfChanged are the names of the records that are there, with the addresses of their pages.
func (p *pages) namesOfChanged(a *publicAnswer, all []geo.Change) (names map[string]map[int64]layout.Label, err error) {
	names = map[string]map[int64]layout.Label{}
	for _, c := range changedCollections {
		among := cql2.In{X: cql2.Property("id")}
		for _, one := range all {
			if one.Collection == c.of.ID && one.ID != 0 {
				among.Values = append(among.Values, cql2.Literal{Value: cql2.NumberOf(float64(one.ID))})
			}
		}
		if len(among.Values) == 0 {
			continue
		}
		found, err := p.store.List(a.Context(), geo.Query{Collection: a.Catalog().Collection(c.of.ID), Filter: among, Limit: geo.MaxLimit})
		if err != nil {
			return nil, err
		}
		names[c.of.ID] = map[int64]layout.Label{}
		for _, f := range found.Features {
			id, slug := f.Ref()
			name := a.nameOf(c.of, f)
			name.Href = a.pageAt("/"+c.of.ID+"/", slug)
			names[c.of.ID][id] = name
		}
	}
	return names, nil
}

// nameOf is what a record is called in the language of the page.
func (a *publicAnswer) nameOf(c *geo.Collection, f geo.Feature) (name layout.Label) {
	switch f := f.(type) {
	case *geo.Facility:
		name, _ = namesOf(a.reading.Facility(f), a.Lang())
	case *geo.Record:
		name, _ = recordNames(a.shown(c, f), a.Lang())
	case *geo.Country:
		name.Text = a.Label(geo.ByCountry, f.Code)
	}
	return name
}

// ChangeRow is a change of a record in words.
type ChangeRow struct {
	api.Change
	Record layout.Label // Href only where it is there
	What   string       // was done, or which part of the record was changed
	Values []ChangedValue
	More   int // values that were changed and are not shown
}

// ChangedValue is a property with what was and what is; empty is nothing.
type ChangedValue struct{ Title, Lang, Was, Is string }

// ChangesPage is a page of what changed.
type ChangesPage struct {
	Public
	Path    string
	Since   string // date
	Choices []Choice
	Kept    []Chip
	Notices []string
	Rows    []ChangeRow
	Authors bool   // whether it says who made the changes
	Next    string // address; empty where there is none
}

var changesTemplate = parsePublic("changes.html")

type changesData struct {
	ChangesPage
	texts.Texts
}

// Render writes the page as HTML.
func (p ChangesPage) Render(w io.Writer) error {
	return changesTemplate.Write(w, changesData{p, texts.In(p.Lang)})
}
