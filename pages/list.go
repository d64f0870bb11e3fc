package pages

import (
	"io"
	"maps"
	"net/url"
	"slices"
	"strconv"

	"github.com/labstack/echo/v4"

	"innoatlas/api"
	"innoatlas/geo"
	"innoatlas/layout"
	"innoatlas/texts"
)

// list is a list of all records of a collection that have a page each.
type list struct {
	collection *geo.Collection
	title      string          // the key of its title, as all that follow
	count      string          // of how many there are
	hint       string          // of what is said of the order
	choices    []geo.Dimension // that its form has
	sort       []geo.SortKey
	byName     bool // whether the name is the rest of the order
}

var (
	institutionList = list{
		collection: geo.Institutions, title: "institutions.title", count: "institutions.count", hint: "institutions.order",
		choices: []geo.Dimension{geo.ByCountry, geo.ByType}, sort: []geo.SortKey{{Property: "facilities", Descending: true}}, byName: true,
	}
	projectList = list{
		collection: geo.Projects, title: "projects.title", count: "projects.count", choices: []geo.Dimension{geo.ByTakesPart, geo.ByKind, geo.BySector}, sort: newestFirst,
	}
)

// listRows is how many records a page of a list has.
const listRows = 100

// listPage answers the address of a list.
func (p *pages) listPage(l list) echo.HandlerFunc {
	return func(c echo.Context) error {
		a, err := p.publicAnswer(c)
		if err != nil {
			return err
		}
		if path := "/" + l.collection.ID; a.Path() != path {
			return a.moved(c, path)
		}
		if a.Fresh() {
			return a.NotModified()
		}
		asked := &listAnswer{publicAnswer: a, list: l, params: url.Values{}}
		asked.read(c.Request().URL.RawQuery)
		page, err := p.makeList(asked)
		if err != nil {
			return err
		}
		return a.Render(page)
	}
}

// listAnswer is an answer with a page of a list.
type listAnswer struct {
	*publicAnswer
	list   list
	params url.Values // that were understood, without lang
	q      geo.Query
	notes  []note
}

// read reads the filters one by one, and notes those that are not understood.
func (l *listAnswer) read(raw string) {
	params, notes := readable(raw)
	takeLanguage(params, &notes)
	l.notes = notes
	filters := l.FiltersOf(l.list.collection)
	for _, name := range slices.Sorted(maps.Keys(params)) {
		values := slices.DeleteFunc(slices.Clone(params[name]), func(v string) bool { return v == "" })
		if len(values) == 0 || name == "f" {
			continue
		}
		kept, missed := filters.Read(name, values)
		if missed != "" {
			l.notes = append(l.notes, note{name, missed})
		}
		if len(kept) > 0 {
			l.params[name] = kept
		}
	}
	l.q = filters.Query()
	l.q.Limit, l.q.Sort = listRows, l.list.sort
}

// makeList finds the records, and makes the page of them.
func (p *pages) makeList(l *listAnswer) (page ListPage, err error) {
	var found geo.Page
	if l.list.byName {
		found, _, err = p.listByName(l.Context(), l.q, l.Lang(), l.list.sort...)
	} else {
		found, err = p.store.List(l.Context(), l.q)
	}
	if err != nil {
		return ListPage{}, err
	}
	facets, err := p.store.Facets(l.Context(), l.q)
	if err != nil {
		return ListPage{}, err
	}
	if err := l.TakeTurn(); err != nil {
		return ListPage{}, err
	}
	return l.page(found, facets), nil
}

func (l *listAnswer) page(found geo.Page, facets geo.Facets) ListPage {
	count := l.texts.N(l.list.count, found.Matched)
	p := ListPage{Public: l.public(l.texts.T(l.list.title), count), Count: count, Search: l.params.Get("q"), Notices: noticesOf(l.notes, l.texts), Path: l.Path()}
	p.Public.Query = l.params.Encode()
	if l.list.hint != "" {
		p.Hint = l.texts.T(l.list.hint)
	}
	l.addChoices(&p, facets)
	if l.list.collection.Is(geo.Projects) {
		p.Timeline = Timeline{Entries: l.events(found.Features)}
	} else {
		p.Institutions = l.institutionRows(found.Features)
	}
	if l.q.Offset > 0 {
		p.Previous = l.hrefWith("offset", strconv.Itoa(max(0, l.q.Offset-listRows)))
	}
	if found.More {
		p.Next = l.hrefWith("offset", strconv.Itoa(l.q.Offset+listRows))
	}
	return p
}

// hrefWith is the address of the list with one parameter changed; "" and an offset of 0 leave
// it out.
func (l *listAnswer) hrefWith(name, value string) string {
	query := maps.Clone(l.params)
	query.Del("offset")
	if query.Set(name, value); value == "" || name == "offset" && value == "0" {
		query.Del(name)
	}
	if l.chosen {
		query.Set("lang", l.Lang())
	}
	if len(query) == 0 {
		return l.Path()
	}
	return l.Path() + "?" + query.Encode()
}

// addChoices adds the filters of the form, and what else is chosen.
func (l *listAnswer) addChoices(p *ListPage, facets geo.Facets) {
	inForm := []string{"q", "offset"}
	for _, d := range l.list.choices {
		if chosen := l.q.Chosen(d); len(chosen) < 2 {
			p.Choices = append(p.Choices, l.choice(d, bucketsOf(facets, d), chosen))
			inForm = append(inForm, string(d))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(l.params)) {
		if slices.Contains(inForm, name) {
			continue
		}
		chip := Chip{Name: name, Values: l.params[name], Without: l.hrefWith(name, "")}
		chip.Text = l.told(name)
		p.Kept = append(p.Kept, chip)
	}
}

// told is what a parameter asks for, in words.
func (l *listAnswer) told(name string) string {
	d := geo.Dimension(name)
	if l.q.Collection.Faceted(d) == nil {
		return name + "=" + l.params.Get(name)
	}
	text := l.texts.T("facet." + name)
	for i, value := range l.q.Chosen(d) {
		if i == 0 {
			text += l.texts.Language.Colon + l.texts.Language.Space
		} else {
			text += l.texts.T("list.comma")
		}
		text += l.valueOf(d, value)
	}
	return text
}

// choice is a filter of the form: the values that some record has.
func (l *listAnswer) choice(d geo.Dimension, buckets []geo.Bucket, chosen []string) Choice {
	c := Choice{Name: string(d), Title: l.texts.T("facet." + string(d))}
	for _, b := range buckets {
		selected := slices.Contains(chosen, b.Value)
		if b.Count == 0 && !selected {
			continue
		}
		value := b.Value
		if value == "" {
			value = api.NotStated
		}
		c.Options = append(c.Options, Option{Value: value, Label: l.valueOf(d, b.Value), Count: b.Count, Selected: selected})
	}
	return c
}

// valueOf is what a value of a dimension is called.
func (l *listAnswer) valueOf(d geo.Dimension, value string) string {
	switch {
	case value == "":
		return l.texts.T("not_stated")
	case d.IsCountry():
		return l.Label(geo.ByCountry, value)
	}
	if t := l.Catalog().FindTerm(l.q.Collection, d, value); t != nil {
		return t.Labels.In(l.Lang())
	}
	return value
}

// ListPage is a page of a list of records.
type ListPage struct {
	Public
	Path           string
	Count, Hint    string // sentences
	Search         string // the q of the filter
	Choices        []Choice
	Kept           []Chip // what else is chosen
	Notices        []string
	Institutions   []InstitutionRow
	Timeline       Timeline
	Previous, Next string // addresses; empty where there is none
}

// Chip is a filter that the form has not.
type Chip struct {
	Name    string
	Values  []string
	Text    string // in words
	Without string // address of the list without it
}

// InstitutionRow is one institution of a list.
type InstitutionRow struct {
	Name       layout.Label
	Kind       string
	Country    layout.Label
	Town       string
	Facilities int
}

var listTemplate = parsePublic("list.html")

type listData struct {
	ListPage
	texts.Texts
}

// Render writes the page as HTML.
func (p ListPage) Render(w io.Writer) error {
	return listTemplate.Write(w, listData{p, texts.In(p.Lang)})
}
