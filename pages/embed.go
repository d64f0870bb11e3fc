package pages

import (
	"io"
	"net/url"
	"strings"

	"github.com/labstack/echo/v4"

	"innoatlas/geo"
	"innoatlas/texts"
	"innoatlas/web"
)

// linksOfEmbed is how many facilities the embedded map lists where scripts are off.
const linksOfEmbed = 30

// embed answers GET /embed: the map of what the filters keep, for the pages of other
// sites. It is the one page that a frame may show, and only those of the sites that
// the operator names.
func (p *pages) embed(c echo.Context) error {
	params, notes := readable(c.Request().URL.RawQuery)
	look := embedLook(params, &notes)
	m, err := p.askMap(c, params, notes)
	if err != nil {
		return err
	}
	allowFrames(c.Response().Header(), p.cfg.Page.FrameAncestors)
	if m.Fresh() {
		return m.NotModified()
	}
	found, facets, err := p.find(m, linksOfEmbed)
	if err != nil {
		return err
	}
	look.Lang, look.Options, look.Full, look.Drawn = m.Lang(), p.cfg.Page, m.full(), countDrawn(facets, m.q.Lists)
	look.Terms, look.DataSet = m.Terms(), m.dataSet()
	look.Matched, look.Rows, look.Notices, look.Filters = found.Matched, m.rows(found), m.notices(), m.filters(facets)
	return m.Render(look)
}

// embedLook takes what only this page reads out of the parameters.
func embedLook(params url.Values, notes *[]note) EmbedPage {
	return EmbedPage{
		Theme:    oneOf(params, notes, "theme", "light", "dark"),
		Untitled: oneOf(params, notes, "title", "0", "1") == "0",
	}
}

// filters is what is chosen, in words.
func (m *mapAnswer) filters(facets geo.Facets) (chosen []string) {
	for _, f := range facets.Facets {
		for _, o := range m.choice(f).Chosen().Options {
			chosen = append(chosen, inWords(m.Lang(), string(f.Dimension), o))
		}
	}
	if years := m.params.Get("established"); years != "" {
		chosen = append(chosen, strings.ReplaceAll(years, "..", "–"))
	}
	if q := m.params.Get("q"); q != "" {
		chosen = append(chosen, texts.In(m.Lang()).T("chip.words", "q", q))
	}
	return chosen
}

// full is where the whole map shows the same.
func (m *mapAnswer) full() string {
	query := m.with("lang", m.Lang())
	delete(query, "f") // the whole map is a page, whatever was asked for here
	return m.Href("/", query)
}

// EmbedPage is the map in a frame of another site's page, or without scripts a list
// of links.
type EmbedPage struct {
	Lang     string // one of texts.Languages
	Theme    string // light or dark; empty: as the reader's device
	Untitled bool   // leaves out the number of facilities
	Matched  int
	Drawn    int      // how many of them have a place on the map
	Rows     []Row    // the first matches
	Full     string   // address of the map page with the same filters
	Filters  []string // what is chosen, in words
	Notices  []string
	Options  web.Options
	Terms    geo.Terms // of the data
	DataSet  DataSet
}

// Render writes the page as HTML.
func (p EmbedPage) Render(w io.Writer) error {
	said := texts.In(p.Lang)
	p.Lang = said.Language.Code
	return embedTemplate.Write(w, embedData{p, said})
}

// embedData is what the template sees: the page, and its texts.
type embedData struct {
	EmbedPage
	texts.Texts
}

// Narrowed says what is chosen, in a line.
func (d embedData) Narrowed() string {
	if len(d.Filters) == 0 {
		return d.T("print.all")
	}
	return d.T("print.filters", "filters", strings.Join(d.Filters, d.T("list.comma")))
}

// Modules are the scripts of the page, so that browsers load them side by side.
func (embedData) Modules() []string { return embedModules }

var (
	embedModules  = web.Modules("pages/embed.js")
	embedTemplate = parsePage("embed.html", "precision.html", "credits.html")
)
