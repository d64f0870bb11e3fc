package pages

import (
	"io"
	"strings"

	"innoatlas/texts"
	"innoatlas/web"
)

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
	Credits  Credits
}

// Render writes the page as HTML.
func (p EmbedPage) Render(w io.Writer) error {
	said := texts.In(p.Lang)
	p.Lang = said.Language.Code
	return embedTemplate.Write(w, embedView{p, said})
}

// embedView is what the template sees: the page, and its texts.
type embedView struct {
	EmbedPage
	texts.Texts
}

// Narrowed says what is chosen, in a line.
func (v embedView) Narrowed() string {
	if len(v.Filters) == 0 {
		return v.T("print.all")
	}
	return v.T("print.filters", "filters", strings.Join(v.Filters, v.T("list.comma")))
}

// Modules are the scripts of the page, so that browsers load them side by side.
func (embedView) Modules() []string { return embedModules }

var (
	embedModules  = web.Modules("pages/embed.js")
	embedTemplate = parsePage("embed.html", "precision.html", "credits.html")
)
