package api

import (
	"io"
	"net/url"
	"slices"

	"github.com/labstack/echo/v4"

	"innoatlas/geo"
	"innoatlas/layout"
)

// This file is for package pages, whose pages are answered as the documents of the API are:
// negotiated, checked against what the client has, made in turns and sent in pieces.

// Store is what the server answers from.
func (s *Server) Store() geo.Store { return s.store }

// Config is what the server was told, with its defaults.
func (s *Server) Config() Config { return s.cfg }

// People sets what people get at / in place of the landing page for programs.
func (s *Server) People(home echo.HandlerFunc) { s.home = home }

var pageResource = &Resource{formats: []*representation{htmlFormat}, cache: AlwaysCheck}

// Page settles the answer with a page for people, in the language that lang names, or
// else in that which the reader's browser prefers.
func (s *Server) Page(c echo.Context, lang string) (*Answer, error) {
	return s.settle(c, pageResource, url.Values{"lang": {lang}})
}

// Document settles the answer with a document whose parameters are read by its page, in the language
// that lang names.
func (s *Server) Document(c echo.Context, res *Resource, lang string) (*Answer, error) {
	params := url.Values{}
	if lang != "" {
		params.Set("lang", lang)
	}
	return s.settle(c, res, params)
}

// NewResource is one of a single form and of these parameters, beside the pages.
func NewResource(mediaType, cache string, names ...string) *Resource {
	res := &Resource{formats: []*representation{{mediaType: mediaType}}, cache: cache}
	for _, name := range names {
		res.parameters = append(res.parameters, parameter{name: name})
	}
	return res
}

// Lang is the language of the answer.
func (a *Answer) Lang() string { return a.lang }

// Catalog is that of the data.
func (a *Answer) Catalog() *geo.Catalog { return a.catalog }

// Lexicon is what words mean in the data.
func (a *Answer) Lexicon() *geo.Lexicon { return a.service.lexicon }

// Base is what the address of the server begins with, where it is known; else it is empty.
func (a *Answer) Base() string { return a.base }

// Path is that of the request, escaped, without a slash at the end.
func (a *Answer) Path() string { return a.path }

// Params are the parameters that the answer was settled for.
func (a *Answer) Params() url.Values { return a.params }

// DependsOn makes a part of the page one of its entity tag.
func (a *Answer) DependsOn(part string) {
	a.header["Etag"] = []string{entityTag(true, a.header["Etag"][0], part)}
}

// TakeTurn waits until there is room to make a page. The store is not to be asked any more.
func (a *Answer) TakeTurn() error { return a.begin(a.turns.brief) }

// StatusError is an answer with a status of HTTP, and what to do about it.
func StatusError(status int, detail string) error { return &statusError{status, detail} }

// Files are the files of a collection with these extensions, in their order.
func Files(c *geo.Collection, extensions ...string) []layout.Label {
	var files []layout.Label
	for _, extension := range extensions {
		for _, form := range formsOf(c) {
			if form.extension == extension {
				files = append(files, layout.Label{Text: form.title, Href: "/data/" + c.ID + "." + extension})
			}
		}
	}
	return files
}

// Filters read the filters of a page one by one, each as far as it is understood.
type Filters struct {
	reader     *queryReader
	parameters parameters
}

// Filters read those of the facilities, as the data set has them, and offset.
func (a *Answer) Filters() *Filters { return a.FiltersOf(geo.Facilities) }

// FiltersOf read those of a collection.
func (a *Answer) FiltersOf(c *geo.Collection) *Filters {
	i := slices.IndexFunc(a.service.collections, func(col *collection) bool { return col.Is(c) })
	col := a.service.collections[i]
	return &Filters{a.reader(col.Collection), append(slices.Clip(col.filters), offsetParameter)}
}

// Read adds a parameter to the query. Kept are the values that are understood, and missed
// is the first of the others; empty where there is none.
func (f *Filters) Read(name string, values []string) (kept []string, missed string) {
	p := f.parameters.find(name)
	switch {
	case p == nil, len(values) > 1 && !p.list, slices.ContainsFunc(values, isInvalid) && !p.list:
		return nil, values[0]
	case p.list:
		if values, missed = f.reader.known(geo.Dimension(name), values); len(values) == 0 {
			return nil, missed
		}
	}
	if p.read != nil && p.read(f.reader, values) != nil {
		return nil, values[0]
	}
	return values, missed
}

// known are the values of a list that the data set has, and the first that it has not.
func (r *queryReader) known(d geo.Dimension, values []string) (known []string, missed string) {
	for _, joined := range values {
		for _, value := range r.split(d, joined) {
			if _, err := r.term(d, value); err == nil {
				known = append(known, value)
			} else if missed == "" {
				missed = value
			}
		}
	}
	return known, missed
}

// Query is what all that was read asks for.
func (f *Filters) Query() geo.Query { return f.reader.finish() }

// Stream sends what write writes, in pieces.
func (s *Server) Stream(a *Answer, write func(io.Writer) error) error {
	return s.stream(a, func(out *stream) error { return write(out) })
}
