// Package web is what people see: the map page, its style and scripts, and the
// layout of the plain HTML pages, all embedded in the binary. The page meets the
// API over HTTP only.
package web

import (
	"io"
	"net/http"
)

// MapPage is what the server writes into the map page, so that it is a list with
// a filter form before any script runs, and where scripts are off.
type MapPage struct {
	Lang    string   // "en" or "zh"
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
func (p MapPage) Render(w io.Writer) error { panic("to be written") }

// Asset is the address of an embedded file ("app/main.js"). It holds a hash of
// all of them, so browsers may keep it for ever, and relative imports work.
func Asset(name string) string { panic("to be written") }

// Assets serves the files that Asset names, below /assets/.
func Assets() http.Handler { panic("to be written") }
