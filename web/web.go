// Package web is what people see: the map page, its style and scripts, and the
// layout of the plain HTML pages, all embedded in the binary. The page meets the
// API over HTTP only.
package web

import (
	"embed"
	"fmt"
	"html/template"
	"io"
	"path"
	"regexp"
	"slices"
	"strings"
)

//go:generate go run ./basemap/generate -from $WORLD_ATLAS -to basemap

// MapPage is what the server writes into the map page, so that it is a list with
// a filter form before any script runs, and where scripts are off.
type MapPage struct {
	Lang    string   // one of Languages
	Chosen  bool     // the language was asked for by lang, so the address says so
	Show    string   // what stands beside the filters, as the address has it: map, list or statistics
	Search  string   // the q of the filter
	Years   string   // the established of the filter: "2015", "2015..2020", "2015.." or "..2020"
	Facets  []Choice // country, sector and kind
	Kept    []Choice // what else is chosen, which the form without scripts passes on: status and precision
	Dated   bool     // some record says when it was changed last, so that it can be sorted by
	Rows    []Row    // the first matches
	Matched int
	Next    string   // address of the next page of rows; empty on the last
	Notices []string // what of the address was not understood, in Lang
	Unused  []string // the parameters that narrow the list of the server, and that the scripts do not know
	Links   []Link   // the links of the landing page
	Options Options  // what the operator chose
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
	texts := TextsIn(p.Lang)
	p.Lang = texts.Language
	return execute(w, mapTemplate, mapView{p, texts})
}

// parsePage makes the template of a page from its files, of which the first is the
// whole and the others are parts.
func parsePage(names ...string) *template.Template {
	functions := template.FuncMap{"asset": Asset, "lower": strings.ToLower, "languages": func() []Language { return Languages }, "shapes": eachShape}
	paths := make([]string, len(names))
	for i, name := range names {
		paths[i] = "page/" + name
	}
	return template.Must(template.New(names[0]).Funcs(functions).ParseFS(files, paths...))
}

// execute writes a page. What was written before an error is no page: the caller
// sends it only when it is whole.
func execute(w io.Writer, t *template.Template, view any) error {
	if err := t.Execute(Undirected(w), view); err != nil {
		return fmt.Errorf("rendering %s: %w", t.Name(), err)
	}
	return nil
}

// Filtered reports whether the rows were narrowed by anything.
func (p MapPage) Filtered() bool {
	chosen := func(c Choice) bool { return len(c.Chosen().Options) > 0 }
	return len(p.Kept) > 0 || slices.ContainsFunc(p.Facets, chosen) || p.Search != "" || p.Years != ""
}

//go:embed page app pages style i18n vendor/leaflet vendor/swagger-ui basemap/*.bin
var files embed.FS

// mapView is what the template sees: the page, and its texts.
type mapView struct {
	MapPage
	Texts
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
	modules     = listModules("app/main.js")
	mapTemplate = parsePage("map.html", "precision.html", "credits.html")
)

// static finds what a script imports before it runs.
var static = regexp.MustCompile(`(?m)^(?:import|export)\s[^;(]*?'(\.\.?/[^']+)'`)

// listModules are the scripts that the first of a page imports, and those that these
// import. What a script loads when it is wanted is not among them.
func listModules(first string) []string {
	var found []string
	var follow func(name string)
	follow = func(name string) {
		script, err := files.ReadFile(name)
		if err != nil {
			return // the browser will say it
		}
		for _, m := range static.FindAllSubmatch(script, -1) {
			imported := path.Join(path.Dir(name), string(m[1]))
			if !slices.Contains(found, imported) {
				found = append(found, imported)
				follow(imported)
			}
		}
	}
	follow(first)
	return found
}
