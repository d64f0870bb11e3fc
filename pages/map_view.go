package pages

import (
	"io"
	"slices"

	"innoatlas/texts"
	"innoatlas/web"
)

// MapPage is what the server writes into the map page, so that it is a list with
// a filter form before any script runs, and where scripts are off.
type MapPage struct {
	Lang    string   // one of texts.Languages
	Chosen  bool     // the language was asked for by lang, so the address says so
	Show    string   // what stands beside the filters, as the address has it: map, list or statistics
	Search  string   // the q of the filter
	Years   string   // the established of the filter: "2015", "2015..2020", "2015.." or "..2020"
	Facets  []Choice // country, sector and kind
	Kept    []Choice // what else is chosen, which the form without scripts passes on: status and precision
	Dated   bool     // some record says when it was changed last, so that it can be sorted by
	Rows    []Row    // the first matches
	Matched int
	Next    string      // address of the next page of rows; empty on the last
	Notices []string    // what of the address was not understood, in Lang
	Unused  []string    // the parameters that narrow the list of the server, and that the scripts do not know
	Links   []Link      // the links of the landing page
	Options web.Options // what the operator chose
	Credits Credits
	Legend  []LegendEntry // the kinds, by name
}

// Choice is one filter of the form.
type Choice struct {
	Name, Title string
	Options     []Option
}

// Chosen is the filter with what is chosen of it.
func (c Choice) Chosen() Choice {
	c.Options = slices.DeleteFunc(slices.Clone(c.Options), func(o Option) bool { return !o.Selected })
	return c
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
	Name            Text // that a reader of the page looks for
	City, Country   string
	Sectors         []string // labels
	URL             string   // of its page
}

// Link is a link of the landing page.
type Link struct{ Href, Rel, Type, Title string }

// Render writes the page as HTML.
func (p MapPage) Render(w io.Writer) error {
	said := texts.In(p.Lang)
	p.Lang = said.Language.Code
	return mapTemplate.Write(w, mapView{p, said})
}

// Filtered reports whether the rows were narrowed by anything.
func (p MapPage) Filtered() bool {
	chosen := func(c Choice) bool { return len(c.Chosen().Options) > 0 }
	return len(p.Kept) > 0 || slices.ContainsFunc(p.Facets, chosen) || p.Search != "" || p.Years != ""
}

// mapView is what the template sees: the page, and its texts.
type mapView struct {
	MapPage
	texts.Texts
}

// Modules are the scripts that the page cannot start without, so that browsers load them side by side.
func (mapView) Modules() []string { return modules }

// Views are what can stand beside the filters; the first is the default.
func (mapView) Views() []string { return []string{"map", "list", "statistics"} }

// Shown is the one of Views that the page begins with.
func (v mapView) Shown() string {
	if slices.Contains(v.Views(), v.Show) {
		return v.Show
	}
	return v.Views()[0]
}

// Home is the whole address of the page without a query, where the links tell it.
func (v mapView) Home() string {
	for _, link := range v.Links {
		if link.Rel == "self" {
			return link.Href
		}
	}
	return "/"
}

// Canonical is the address that search engines should keep.
func (v mapView) Canonical() string {
	if v.Chosen {
		return v.Home() + "?lang=" + v.Lang
	}
	return v.Home()
}

// Embeddable reports whether other sites may show the map in a frame: "allowed" or "none".
func (v mapView) Embeddable() string {
	if len(v.Options.FrameAncestors) > 0 {
		return "allowed"
	}
	return "none"
}

var (
	modules     = web.Modules("app/main.js")
	mapTemplate = parsePage("map.html", "precision.html", "credits.html")
)
