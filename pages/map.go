package pages

import (
	"cmp"
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
	"innoatlas/web"
)

// mapPage answers GET / to browsers.
func (p *pages) mapPage(c echo.Context) error {
	params, notes := readable(c.Request().URL.RawQuery)
	m, err := p.askMap(c, params, notes)
	if err != nil {
		return err
	}
	if m.Fresh() {
		return m.NotModified()
	}
	found, facets, err := p.find(m, rowsOfMap)
	if err != nil {
		return err
	}
	page := m.page(found, facets)
	page.Options = p.cfg.Page
	if page.History = p.cfg.History != nil; page.History {
		page.Feed = m.feed()
	}
	return m.Render(page)
}

// feed is the address of the feed of changes of the facilities that are chosen.
func (m *mapAnswer) feed() string {
	query, filters := url.Values{}, m.Filters()
	for name, values := range m.params {
		if _, missed := filters.Read(name, values); missed == "" && name != "offset" {
			query[name] = values
		}
	}
	if m.chosen {
		query.Set("lang", m.Lang())
	}
	if len(query) == 0 {
		return "/feed.atom"
	}
	return "/feed.atom?" + query.Encode()
}

// find gives the first records that match, at most so many, with the counts of all, and
// waits for room to make a page of them.
func (p *pages) find(m *mapAnswer, most int) (found geo.Page, facets geo.Facets, err error) {
	m.q.Limit = most
	if found, m.names, err = p.listByCountry(m.Context(), m.q, m.Lang()); err != nil {
		return found, facets, err
	}
	if facets, err = p.store.Facets(m.Context(), m.q); err != nil {
		return found, facets, err
	}
	return found, facets, m.TakeTurn()
}

// rowsOfMap is how many facilities the list of the map page has where scripts are off.
const rowsOfMap = 100

// mapAnswer is an answer with a map of what an address asks for.
type mapAnswer struct {
	*api.Answer
	reading *geo.Reading // of the facilities
	params  url.Values   // that were understood
	q       geo.Query
	notes   []note
	chosen  bool   // the language, by lang
	names   string // what they are sorted by: label or name
}

// askMap settles the answer and reads the filters.
func (p *pages) askMap(c echo.Context, params url.Values, notes []note) (*mapAnswer, error) {
	lang := takeLanguage(params, &notes)
	a, err := p.server.Page(c, lang)
	if err != nil {
		return nil, err
	}
	params.Set("lang", lang)
	allowTiles(c.Response().Header(), p.cfg.Page)
	m := &mapAnswer{Answer: a, reading: readingOf(a), params: url.Values{}, notes: notes, chosen: lang != ""}
	m.read(params)
	return m, nil
}

// ofScripts are the parameters that only the scripts of the page use (web/app/url.js),
// with the values that they have; nil is any.
var ofScripts = map[string][]string{
	"lang": nil, "f": nil, "selected": nil, "view": {"map", "list", "statistics"}, "layer": {"countries", "partnerships", "countries,partnerships"}, "follow": {"0", "1"},
	"sortby": {"label", "-label", "name", "-name", "city", "-city", "established", "-established", "updated", "-updated",
		"kind", "-kind", "country_label", "-country_label", "country_name", "-country_name"},
}

// read reads the parameters one by one, and notes those that are not understood. Fields
// of the form that were left empty are no mistake.
func (m *mapAnswer) read(params url.Values) {
	filters := m.Filters()
	for _, name := range slices.Sorted(maps.Keys(params)) {
		values := slices.DeleteFunc(slices.Clone(params[name]), func(v string) bool { return v == "" })
		if len(values) == 0 {
			continue
		}
		kept, missed := values, ""
		allowed, own := ofScripts[name]
		if name == "sortby" {
			allowed = append(m.ownOrders(), allowed...)
		}
		if !own {
			kept, missed = filters.Read(name, values)
		} else if len(values) > 1 || !geo.ValidText(values[0]) || allowed != nil && !slices.Contains(allowed, values[0]) {
			kept, missed = nil, values[0]
		}
		if missed != "" {
			m.notes = append(m.notes, note{name, missed})
		}
		if len(kept) > 0 {
			m.params[name] = kept
		}
	}
	m.q = filters.Query()
}

// ownOrders are the orders by fields of one's own.
func (m *mapAnswer) ownOrders() (orders []string) {
	for _, f := range m.facilities().OwnFields() {
		if f.Scalar() {
			orders = append(orders, f.Name, "-"+f.Name)
		}
	}
	return orders
}

// with is the query of what was understood, with one parameter changed.
func (m *mapAnswer) with(name, value string) url.Values {
	changed := maps.Clone(m.params)
	changed.Set(name, value)
	return changed
}

// mostNotices is how much of what was not understood is told.
const mostNotices = 5

// notices say what was not understood.
func (m *mapAnswer) notices() []string { return noticesOf(m.notes, texts.In(m.Lang())) }

// noticesOf say what was not understood of an address.
func noticesOf(notes []note, said texts.Texts) []string {
	var notices []string
	for _, n := range notes[:min(len(notes), mostNotices)] {
		notices = append(notices, said.T("notice.not_understood")+" "+n.String())
	}
	if len(notes) > mostNotices {
		notices = append(notices, "…")
	}
	return notices
}

// facilities are the collection as the data set has it.
func (m *mapAnswer) facilities() *geo.Collection { return m.Catalog().Collection(geo.Facilities.ID) }

// unused are the parameters that were understood here, and are not by the scripts: those
// know what lists choose by, the years and the words.
func (m *mapAnswer) unused() []string {
	names := slices.Sorted(maps.Keys(m.params))
	return slices.DeleteFunc(names, func(name string) bool {
		_, own := ofScripts[name]
		return own || m.facilities().Faceted(geo.Dimension(name)) != nil || name == "q" || name == "offset"
	})
}

// rows are the records of a page as a list has them.
func (m *mapAnswer) rows(found geo.Page) []Row {
	var rows []Row
	for _, f := range found.Features {
		if facility, ok := f.(*geo.Facility); ok {
			rows = append(rows, m.row(m.reading.Facility(facility)))
		}
	}
	return rows
}

// legendRows is how many kinds the legend of the map names at most: there is no room for more.
const legendRows = 24

// page is the map page of what was found.
func (m *mapAnswer) page(found geo.Page, facets geo.Facets) MapPage {
	p := MapPage{
		Lang: m.Lang(), Chosen: m.chosen, Search: m.params.Get("q"), Years: m.params.Get("established"), Show: m.params.Get("view"),
		Matched: found.Matched, Rows: m.rows(found), Notices: m.notices(), Unused: m.unused(), Dated: !m.Catalog().Updated.IsZero(), Terms: m.Terms(),
		DataSet: m.dataSet(),
	}
	room := optionsOfOwn
	for _, f := range facets.Facets {
		switch f.Dimension {
		case geo.ByEstablished: // a field of the form
		case geo.ByCountry, geo.ByTakesPart, geo.BySector, geo.ByKind, geo.ByInstitution:
			choice := m.choice(f)
			choice.Open = f.Dimension != geo.ByTakesPart && f.Dimension != geo.ByInstitution
			p.Facets = append(p.Facets, choice)
		case geo.ByStatus, geo.ByPrecision:
			if kept := m.choice(f).Chosen(); len(kept.Options) > 0 {
				p.Kept = append(p.Kept, kept)
			}
		default:
			p.Own = append(p.Own, m.ownChoice(f, &room))
		}
	}
	slices.SortStableFunc(p.Facets, func(x, y Choice) int {
		return cmp.Compare(slices.Index(facetsInOrder, x.Name), slices.Index(facetsInOrder, y.Name))
	})
	if found.More {
		p.Next = m.Href("/", m.with("offset", strconv.Itoa(m.q.Offset+m.q.Limit)))
	}
	signs := geo.SignsOf(m.Catalog().Kinds)
	for _, kind := range m.Catalog().Kinds[:min(len(m.Catalog().Kinds), legendRows)] {
		p.Legend = append(p.Legend, LegendEntry{Sign: signs.Of(kind.ID), Label: m.Label(geo.ByKind, kind.ID)})
	}
	slices.SortFunc(p.Legend, func(x, y LegendEntry) int { return byName(m.Lang(), x.Label, y.Label) })
	p.Links = m.LandingLinks()
	return p
}

// facetsInOrder are the filters of the form, as the scripts show them (web/app/filters.js).
var facetsInOrder = []string{string(geo.ByCountry), string(geo.ByTakesPart), string(geo.BySector), string(geo.ByKind), string(geo.ByInstitution)}

// optionsOfOwn is how many values the form offers of all fields of one's own together: they
// may be many, and scripts ask for theirs.
const optionsOfOwn = 500

// ownChoice is the filter of a field of one's own: whole where there is room, else what is
// chosen of it.
func (m *mapAnswer) ownChoice(f geo.Facet, room *int) Choice {
	choice := m.choice(f)
	if len(choice.Options) > *room {
		return choice.Chosen()
	}
	*room -= len(choice.Options)
	return choice
}

// choice is a filter of the form: the values of a facet, and which are chosen.
func (m *mapAnswer) choice(f geo.Facet) Choice {
	var chosen []string
	for _, l := range m.q.Lists {
		if l.Dimension == f.Dimension {
			chosen = append(chosen, l.Values...)
		}
	}
	labels := m.Labels(f.Dimension)
	choice := Choice{Name: string(f.Dimension), Title: m.titleOf(f.Dimension)}
	if field := m.facilities().Faceted(f.Dimension); field.Own {
		choice.Title = titleOf(field, m.Lang())
	}
	for _, b := range f.Buckets {
		value := b.Value
		if value == "" {
			value = api.NotStated
		}
		choice.Options = append(choice.Options, Option{
			Value: value, Label: labels.Of(b.Value), Count: b.Count, Selected: slices.Contains(chosen, b.Value),
		})
	}
	return choice
}

// titleOf is the heading of a filter.
func (m *mapAnswer) titleOf(d geo.Dimension) string {
	if d == geo.ByCountry { // where facilities stand, beside those that take part
		return texts.In(m.Lang()).T("facet.stands_in")
	}
	return texts.In(m.Lang()).T("facet." + string(d))
}

func (m *mapAnswer) row(f *geo.Facility) Row {
	name, _ := namesOf(f, m.Lang())
	row := Row{
		Slug: f.Slug, KindLabel: m.Label(geo.ByKind, f.Kind), Name: name, City: placePart(f, "city", m.Lang()), Country: m.Label(geo.ByCountry, f.Country),
		URL: m.Base() + "/facilities/" + url.PathEscape(f.Slug) + "?lang=" + m.Lang(),
	}
	for _, sector := range f.Sectors {
		row.Sectors = append(row.Sectors, m.Label(geo.BySector, sector))
	}
	return row
}

// MapPage is what the server writes into the map page, so that it is a list with
// a filter form before any script runs, and where scripts are off.
type MapPage struct {
	Lang    string   // one of texts.Languages
	Chosen  bool     // the language was asked for by lang, so the address says so
	Show    string   // what stands beside the filters, as the address has it: map, list or statistics
	Search  string   // the q of the filter
	Years   string   // the established of the filter: "2015", "2015..2020", "2015.." or "..2020"
	Facets  []Choice // country, who takes part, sector, kind and institution
	Own     []Choice // fields of one's own
	Kept    []Choice // what else is chosen, which the form without scripts passes on: status and precision
	Dated   bool     // some record says when it was changed last, so that it can be sorted by
	Rows    []Row    // the first matches
	Matched int
	Next    string        // address of the next page of rows; empty on the last
	Notices []string      // what of the address was not understood, in Lang
	Unused  []string      // the parameters that narrow the list of the server, and that the scripts do not know
	Links   []api.Link    // the links of the landing page
	Options web.Options   // what the operator chose
	Terms   geo.Terms     // of the data
	Legend  []LegendEntry // the kinds, by name
	DataSet DataSet
	History bool   // whether the data have one
	Feed    string // address of the feed of changes of what is chosen, where they have
}

// Choice is one filter of the form.
type Choice struct {
	Name, Title string
	Open        bool // whether its values are in sight
	Options     []Option
}

// Chosen is the filter with what is chosen of it.
func (c Choice) Chosen() Choice {
	c.Options = slices.DeleteFunc(slices.Clone(c.Options), func(o Option) bool { return !o.Selected })
	return c
}

// InWords is an option that is chosen, where it stands without its filter: a country alone is
// where facilities stand.
func (d mapData) InWords(filter string, o Option) string { return inWords(d.Lang, filter, o) }

func inWords(lang, filter string, o Option) string {
	if filter == string(geo.ByTakesPart) {
		return texts.In(lang).T("chip.takes_part", "country", o.Label)
	}
	return o.Label
}

// ByName are the options as readers of the language put their labels.
func (c Choice) ByName(lang string) []Option {
	return slices.SortedStableFunc(slices.Values(c.Options), func(x, y Option) int { return byName(lang, x.Label, y.Label) })
}

// Option is one value of a filter, with how many records have it.
type Option struct {
	Value, Label string
	Count        int
	Selected     bool
}

// Row is one facility of the list.
type Row struct {
	Slug, KindLabel string
	Name            layout.Label // that a reader of the page looks for
	City            layout.Label // its language only where that is not the page's
	Country         string
	Sectors         []string // labels
	URL             string   // of its page
}

// Render writes the page as HTML.
func (p MapPage) Render(w io.Writer) error {
	said := texts.In(p.Lang)
	p.Lang = said.Language.Code
	return mapTemplate.Write(w, mapData{p, said})
}

// Filtered reports whether the rows were narrowed by anything.
func (p MapPage) Filtered() bool {
	chosen := func(c Choice) bool { return len(c.Chosen().Options) > 0 }
	return len(p.Kept) > 0 || slices.ContainsFunc(slices.Concat(p.Facets, p.Own), chosen) || p.Search != "" || p.Years != ""
}

// mapData is what the template sees: the page, and its texts.
type mapData struct {
	MapPage
	texts.Texts
}

// Modules are the scripts that the page cannot start without, so that browsers load them side by side.
func (mapData) Modules() []string { return modules }

// Views are what can stand beside the filters; the first is the default.
func (mapData) Views() []string { return []string{"map", "list", "statistics"} }

// Shown is the one of Views that the page begins with.
func (d mapData) Shown() string {
	if slices.Contains(d.Views(), d.Show) {
		return d.Show
	}
	return d.Views()[0]
}

// Home is the whole address of the page without a query, where the links tell it.
func (d mapData) Home() string {
	for _, link := range d.Links {
		if link.Rel == "self" {
			return link.Href
		}
	}
	return "/"
}

// Canonical is the address that search engines should keep.
func (d mapData) Canonical() string {
	if d.Chosen {
		return d.Home() + "?lang=" + d.Lang
	}
	return d.Home()
}

// Embeddable reports whether other sites may show the map in a frame: "allowed" or "none".
func (d mapData) Embeddable() string {
	if len(d.Options.FrameAncestors) > 0 {
		return "allowed"
	}
	return "none"
}

var (
	modules     = web.Modules("app/main.js")
	mapTemplate = parsePage("map.html", "precision.html", "credits.html")
)
