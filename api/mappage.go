package api

import (
	"maps"
	"net/url"
	"slices"
	"strconv"

	"github.com/labstack/echo/v4"

	"innoatlas/geo"
	"innoatlas/web"
)

// mapParameters are those of the map page: the filters, the place in the list
// where scripts are off, and what only the scripts read.
var mapParameters = append(filterParameters(geo.Facilities), offsetParameter,
	parameter{name: "lang"}, parameter{name: "f"}, parameter{name: "selected"}, parameter{name: "view"}, parameter{name: "layer"}, parameter{name: "sortby"}, parameter{name: "follow"})

var mapResource = &resource{formats: []*representation{htmlFormat, jsonFormat}, parameters: mapParameters, cache: alwaysCheck}

// mapPage answers GET / to browsers. What of the address is not understood is
// dropped, and the page says so.
func (s *Server) mapPage(c echo.Context) error {
	params, notes := readable(c.Request().URL.RawQuery)
	a, err := s.settle(c, mapResource, url.Values{"f": {"html"}, "lang": mapLanguage(params, &notes)})
	if err != nil {
		return err
	}
	describeMap(c.Response().Header(), s.cfg.Page)
	r := newQueryReader(geo.Facilities, a.catalog)
	a.params = readMapQuery(r, params, &notes)
	if a.fresh() {
		return a.notModified()
	}
	q := r.finish()
	q.Limit, q.Sort = rowsOfAPage, listOrder
	found, err := s.store.List(a.context(), q)
	if err != nil {
		return err
	}
	facets, err := s.store.Facets(a.context(), q)
	if err != nil {
		return err
	}
	buf := takeBuffer()
	defer buf.giveBack()
	page := a.mapPageOf(q, found, facets, notes)
	page.Options, page.Show, page.Years = s.cfg.Page, a.params.Get("view"), a.params.Get("established")
	if err := page.Render(buf); err != nil {
		return err
	}
	return a.send(buf.b)
}

// listOrder is that in which the scripts list the records too.
var listOrder = []geo.SortKey{{Property: "country_name"}, {Property: "name"}}

// note is what of the address was not understood.
type note struct{ name, value string }

// String is short enough for a line, whatever was in the address.
func (n note) String() string {
	text := []rune(printable(n.name + "=" + n.value))
	return string(text[:min(len(text), 60)])
}

// readable reads what it can of a query string.
func readable(raw string) (url.Values, []note) {
	params, err := url.ParseQuery(raw)
	if err != nil {
		return params, []note{{name: "?"}}
	}
	return params, nil
}

// mapLanguage is the value of lang, if it is one that there is.
func mapLanguage(params url.Values, notes *[]note) []string {
	lang := params.Get("lang")
	if lang == "" || slices.Contains(languages, lang) {
		return params["lang"]
	}
	*notes = append(*notes, note{"lang", lang})
	params.Del("lang")
	return nil
}

// readMapQuery reads the filters one by one, notes those that are not understood,
// and gives back the rest. Fields of the form that were left empty are no mistake.
func readMapQuery(r *queryReader, params url.Values, notes *[]note) url.Values {
	good := url.Values{}
	for _, name := range slices.Sorted(maps.Keys(params)) {
		values := slices.DeleteFunc(slices.Clone(params[name]), func(v string) bool { return v == "" })
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

func (a *answer) mapPageOf(q geo.Query, found geo.Page, facets geo.Facets, notes []note) web.MapPage {
	p := web.MapPage{Lang: a.lang, Search: a.params.Get("q"), Matched: found.Matched}
	for _, f := range facets.Facets {
		switch f.Dimension {
		case geo.ByCountry, geo.BySector, geo.ByKind:
			p.Facets = append(p.Facets, a.choice(f, q))
		}
	}
	for _, f := range found.Features {
		if facility, ok := f.(*geo.Facility); ok {
			p.Rows = append(p.Rows, a.row(facility))
		}
	}
	if found.More {
		p.Next = a.href("/", a.with("offset", strconv.Itoa(q.Offset+q.Limit)))
	}
	for _, n := range notes {
		p.Notices = append(p.Notices, words.in(a.lang, "not understood")+" "+n.String())
	}
	for _, l := range a.landingLinks() {
		p.Links = append(p.Links, web.Link{Href: l.Href, Rel: l.Rel, Type: l.Type, Title: l.Title})
	}
	return p
}

// choice is a filter of the form: the values of a facet, and which are chosen.
func (a *answer) choice(f geo.Facet, q geo.Query) web.Choice {
	var chosen []string
	for _, l := range q.Lists {
		if l.Dimension == f.Dimension {
			chosen = append(chosen, l.Values...)
		}
	}
	labels := labelsOf(a.catalog, f.Dimension, a.lang)
	choice := web.Choice{Name: string(f.Dimension), Title: words.in(a.lang, string(f.Dimension))}
	for _, b := range f.Buckets {
		value := b.Value
		if value == "" {
			value = notStated
		}
		choice.Options = append(choice.Options, web.Option{
			Value: value, Label: labels.of(b.Value), Count: b.Count, Selected: slices.Contains(chosen, b.Value),
		})
	}
	return choice
}

func (a *answer) row(f *geo.Facility) web.Row {
	row := web.Row{
		Slug: f.Slug, Kind: f.Kind, KindLabel: a.label(geo.ByKind, f.Kind), Name: f.Name, NameZh: f.NameZh,
		City: f.City, Country: a.label(geo.ByCountry, f.Country), URL: a.href("/facilities/"+url.PathEscape(f.Slug), url.Values{"lang": {a.lang}}),
	}
	for _, sector := range f.Sectors {
		row.Sectors = append(row.Sectors, a.label(geo.BySector, sector))
	}
	return row
}

// label is the name of one value; empty where the value is not stated.
func (a *answer) label(d geo.Dimension, value string) string {
	if value == "" {
		return ""
	}
	if d == geo.ByCountry {
		if c, ok := geo.CountryByCode(value); ok {
			return c.Name(a.lang)
		}
		return value
	}
	if t := geo.FindTerm(a.catalog.Terms(d), value); t != nil {
		return t.Labels.In(a.lang)
	}
	return value
}
