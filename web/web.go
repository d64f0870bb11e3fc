// Package web is what people see: the map page, its style and scripts, and the
// layout of the plain HTML pages, all embedded in the binary. The page meets the
// API over HTTP only.
package web

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"io"
	"io/fs"
	"path"
)

//go:generate go run ./basemap/generate -from $WORLD_ATLAS -to basemap

// MapPage is what the server writes into the map page, so that it is a list with
// a filter form before any script runs, and where scripts are off.
type MapPage struct {
	Lang    string   // one of Languages
	Search  string   // the q of the filter
	Facets  []Choice // country, sector and kind
	Rows    []Row    // the first matches
	Matched int
	Next    string   // address of the next page of rows; empty on the last
	Notices []string // what of the address was not understood, in Lang
	Links   []Link   // the links of the landing page
}

// Choice is one filter of the form.
type Choice struct {
	Name, Title string
	Options     []Option
}

// Option is one value of a filter, with how many records have it.
type Option struct {
	Value, Label string
	Count        int
	Selected     bool
}

// Row is one facility of the list. Texts are as the record has them.
type Row struct {
	Slug, Kind, KindLabel, Name, NameZh string
	City, Country                       string
	Sectors                             []string // labels
	URL                                 string   // of its HTML page in the API
}

// Link is a link of the landing page.
type Link struct{ Href, Rel, Type, Title string }

// Render writes the page as HTML.
func (p MapPage) Render(w io.Writer) error {
	texts := TextsIn(p.Lang)
	p.Lang = texts.Language
	var page bytes.Buffer // whole before the first byte, so that a failure can still be a 500
	if err := mapTemplate.Execute(&page, mapView{p, texts}); err != nil {
		return fmt.Errorf("rendering the map page: %w", err)
	}
	_, err := page.WriteTo(w)
	return err
}

// Filtered reports whether the rows were narrowed by anything.
func (p MapPage) Filtered() bool {
	for _, choice := range p.Facets {
		for _, option := range choice.Options {
			if option.Selected {
				return true
			}
		}
	}
	return p.Search != ""
}

//go:embed page app pages style i18n vendor/leaflet vendor/swagger-ui basemap/*.bin
var files embed.FS

// mapView is what the template sees: the page, and its texts.
type mapView struct {
	MapPage
	Texts
}

// Modules are the scripts of the page, so that browsers load them side by side.
func (mapView) Modules() []string { return modules }

var (
	modules     = listModules()
	mapTemplate = template.Must(template.New("map.html").
			Funcs(template.FuncMap{"asset": Asset, "languages": func() []Language { return Languages }}).ParseFS(files, "page/map.html"))
)

func listModules() []string {
	names, err := fs.Glob(files, "app/*.js")
	if err != nil { // the pattern is constant
		panic(err)
	}
	kept := names[:0]
	for _, name := range names {
		if path.Base(name) != "main.js" { // which the page names itself
			kept = append(kept, name)
		}
	}
	return kept
}
