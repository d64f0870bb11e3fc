package api

import (
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"innoatlas/geo"
	"innoatlas/pages"
	"innoatlas/pages/drawing"
	"innoatlas/texts"
)

// mapParameters are those of the map page: the filters, the place in the list
// where scripts are off, and what only the scripts read.
var mapParameters = append(filterParameters(geo.Facilities), offsetParameter,
	parameter{name: "lang"}, parameter{name: "f"}, parameter{name: "selected"}, choiceOf("view", "map", "list", "statistics"), choiceOf("layer", "countries"),
	choiceOf("follow", "0", "1"), choiceOf("sortby", "name", "-name", "city", "-city", "established", "-established", "updated", "-updated", "kind", "-kind", "country_name", "-country_name"))

// choiceOf is a parameter of the scripts, which the server only checks: web/app/url.js
// reads it, and has the same values.
func choiceOf(name string, values ...string) parameter {
	return parameter{name: name, read: func(_ *queryReader, given []string) error {
		if !slices.Contains(values, given[0]) {
			return &geo.InputError{Param: name, Value: given[0], Reason: "write one of " + strings.Join(values, ", ")}
		}
		return nil
	}}
}

var mapResource = &Resource{formats: []*representation{htmlFormat, jsonFormat}, parameters: mapParameters, cache: alwaysCheck}

// mapPage answers GET / to browsers.
func (s *Server) mapPage(c echo.Context) error {
	params, notes := readable(c.Request().URL.RawQuery)
	m, err := s.askMap(c, mapResource, params, notes)
	if err != nil {
		return err
	}
	if m.Fresh() {
		return m.NotModified()
	}
	m.q.Limit = rowsOfAPage
	found, err := s.store.List(m.Context(), m.q)
	if err != nil {
		return err
	}
	facets, err := s.store.Facets(m.Context(), m.q)
	if err != nil {
		return err
	}
	if err := m.begin(m.turns.brief); err != nil {
		return err
	}
	page := m.page(found, facets)
	page.Options = s.cfg.Page
	return m.Render(page)
}

// mapAnswer is an answer with a map of what an address asks for. What of that is not
// understood is left out, and the page says so.
type mapAnswer struct {
	*Answer
	q      geo.Query
	notes  []note
	chosen bool // the language, by lang
}

// askMap settles the answer and reads the filters.
func (s *Server) askMap(c echo.Context, res *Resource, params url.Values, notes []note) (*mapAnswer, error) {
	lang := takeLanguage(params, &notes)
	params.Set("lang", lang)
	a, err := s.settle(c, res, url.Values{"f": {"html"}, "lang": {lang}})
	if err != nil {
		return nil, err
	}
	allowTiles(c.Response().Header(), s.cfg.Page)
	r := a.reader(geo.Facilities)
	a.params = readMapQuery(r, params, &notes)
	q := r.finish()
	q.Sort = listOrder
	return &mapAnswer{a, q, notes, lang != ""}, nil
}

// mostNotices is how much of what was not understood is told.
const mostNotices = 5

// notices say what was not understood.
func (m *mapAnswer) notices() []string {
	var notices []string
	for _, n := range m.notes[:min(len(m.notes), mostNotices)] {
		notices = append(notices, word(m.lang, "notice.not_understood")+" "+n.String())
	}
	if len(m.notes) > mostNotices {
		notices = append(notices, "…")
	}
	return notices
}

// ofScripts are the parameters that the scripts of the page know (web/app/url.js).
var ofScripts = []string{"country", "sector", "kind", "status", "precision", "established", "q", "lang", "selected", "view", "layer", "sortby", "follow", "f", "offset"}

// unused are the parameters that were understood here, and are not by the scripts.
func (m *mapAnswer) unused() []string {
	names := slices.Sorted(maps.Keys(m.params))
	return slices.DeleteFunc(names, func(name string) bool { return slices.Contains(ofScripts, name) })
}

// rows are the records of a page as a list has them.
func (m *mapAnswer) rows(found geo.Page) []pages.Row {
	var rows []pages.Row
	for _, f := range found.Features {
		if facility, ok := f.(*geo.Facility); ok {
			rows = append(rows, m.row(facility))
		}
	}
	return rows
}

// listOrder is that in which the scripts list the records too.
var listOrder = []geo.SortKey{{Property: "country_name"}, {Property: "name"}}

// note is what of the address was not understood.
type note struct{ name, value string }

// String is short enough for a line, whatever was in the address.
func (n note) String() string {
	text := []rune(strings.TrimSuffix(Printable(n.name+"="+n.value), "?="))
	return string(text[:min(len(text), 60)])
}

// readable reads what it can of the query string of a page.
func readable(raw string) (url.Values, []note) {
	params, err := url.ParseQuery(raw)
	DropTracking(params)
	if err != nil {
		return params, []note{{name: "?"}}
	}
	return params, nil
}

// oneOf takes a value out of the parameters, if it is one of those that there are; what
// is none is noted.
func oneOf(params url.Values, notes *[]note, name string, values ...string) string {
	value := params.Get(name)
	params.Del(name)
	if value == "" || slices.Contains(values, value) {
		return value
	}
	*notes = append(*notes, note{name, value})
	return ""
}

// takeLanguage takes lang out of the parameters, as the language that it names; one that
// there is not is noted.
func takeLanguage(params url.Values, notes *[]note) string {
	given := params.Get("lang")
	params.Del("lang")
	named := LanguageNamed(given)
	if given != "" && named == "" {
		*notes = append(*notes, note{"lang", given})
	}
	return named
}

// readMapQuery reads the filters one by one, notes those that are not understood,
// and gives back the rest. Fields of the form that were left empty are no mistake.
func readMapQuery(r *queryReader, params url.Values, notes *[]note) url.Values {
	good := url.Values{}
	for _, name := range slices.Sorted(maps.Keys(params)) {
		values := slices.DeleteFunc(slices.Clone(params[name]), func(v string) bool { return v == "" })
		if p := mapParameters.find(name); p != nil && p.list {
			values = r.understood(geo.Dimension(name), values, notes)
		}
		if len(values) == 0 {
			continue
		}
		if !r.readMapParameter(name, values) {
			*notes = append(*notes, note{name, values[0]})
			continue
		}
		good[name] = values
	}
	return good
}

// understood are the values of a list that the data set knows; the first of the
// others is noted.
func (r *queryReader) understood(d geo.Dimension, values []string, notes *[]note) []string {
	noted := false
	return slices.DeleteFunc(strings.Split(strings.Join(values, ","), ","), func(value string) bool {
		_, err := r.term(d, value)
		if err != nil && value != "" && !noted {
			*notes = append(*notes, note{string(d), value})
			noted = true
		}
		return err != nil
	})
}

func (r *queryReader) readMapParameter(name string, values []string) bool {
	p := mapParameters.find(name)
	if p == nil || len(values) > 1 && !p.list {
		return false
	}
	if slices.ContainsFunc(values, isInvalid) {
		return false
	}
	return p.read == nil || p.read(r, values) == nil
}

// legendRows is how many kinds the legend of the map names at most: there is no room for more.
const legendRows = 24

// page is the map page of what was found.
func (m *mapAnswer) page(found geo.Page, facets geo.Facets) pages.MapPage {
	p := pages.MapPage{
		Lang: m.lang, Chosen: m.chosen, Search: m.params.Get("q"), Years: m.params.Get("established"), Show: m.params.Get("view"),
		Matched: found.Matched, Rows: m.rows(found), Notices: m.notices(), Unused: m.unused(), Dated: !m.catalog.Updated.IsZero(), Credits: m.credits(),
	}
	for _, f := range facets.Facets {
		switch f.Dimension {
		case geo.ByCountry, geo.BySector, geo.ByKind:
			p.Facets = append(p.Facets, m.choice(f))
		case geo.ByStatus, geo.ByPrecision:
			if kept := m.choice(f).Chosen(); len(kept.Options) > 0 {
				p.Kept = append(p.Kept, kept)
			}
		}
	}
	if found.More {
		p.Next = m.Href("/", m.With("offset", strconv.Itoa(m.q.Offset+m.q.Limit)))
	}
	signs := drawing.SignsOf(geo.TermIDs(m.catalog.Kinds))
	for _, kind := range m.catalog.Kinds[:min(len(m.catalog.Kinds), legendRows)] {
		p.Legend = append(p.Legend, pages.LegendEntry{Sign: signs.Of(kind.ID), Label: m.Label(geo.ByKind, kind.ID)})
	}
	slices.SortFunc(p.Legend, func(x, y pages.LegendEntry) int { return strings.Compare(x.Label, y.Label) })
	for _, l := range m.LandingLinks() {
		p.Links = append(p.Links, pages.Link{Href: l.Href, Rel: l.Rel, Type: l.Type, Title: l.Title.In(english)})
	}
	return p
}

// choice is a filter of the form: the values of a facet, and which are chosen.
func (m *mapAnswer) choice(f geo.Facet) pages.Choice {
	var chosen []string
	for _, l := range m.q.Lists {
		if l.Dimension == f.Dimension {
			chosen = append(chosen, l.Values...)
		}
	}
	labels := m.Labels(f.Dimension)
	choice := pages.Choice{Name: string(f.Dimension), Title: texts.In(m.lang).T("facet." + string(f.Dimension))}
	for _, b := range f.Buckets {
		value := b.Value
		if value == "" {
			value = NotStated
		}
		choice.Options = append(choice.Options, pages.Option{
			Value: value, Label: labels.Of(b.Value), Count: b.Count, Selected: slices.Contains(chosen, b.Value),
		})
	}
	return choice
}

func (m *mapAnswer) row(f *geo.Facility) pages.Row {
	name, _ := m.names(f)
	row := pages.Row{
		Slug: f.Slug, KindLabel: m.Label(geo.ByKind, f.Kind), Name: name, City: f.City, Country: m.Label(geo.ByCountry, f.Country),
		URL: m.base + "/facilities/" + url.PathEscape(f.Slug) + "?lang=" + m.lang,
	}
	for _, sector := range f.Sectors {
		row.Sectors = append(row.Sectors, m.Label(geo.BySector, sector))
	}
	return row
}
