package api

import (
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"time"

	"github.com/labstack/echo/v4"

	"innoatlas/geo"
	"innoatlas/pages"
	"innoatlas/pages/drawing"
	"innoatlas/texts"
)

// publicResource is a page that people find by a search engine and pass on. What
// others add to its address (?utm_source=…) is not looked at.
var publicResource = &Resource{formats: []*representation{htmlFormat}, cache: alwaysCheck}

// publicAnswer is an answer with the texts of its page, in any language of the pages.
type publicAnswer struct {
	*Answer
	texts  texts.Texts
	chosen bool // by lang
	today  string
}

func (s *Server) publicAnswer(c echo.Context) (*publicAnswer, error) {
	params, _ := readable(c.Request().URL.RawQuery)
	var ignored []note
	lang := takeLanguage(params, &ignored)
	a, err := s.settle(c, publicResource, url.Values{"lang": {lang}})
	if err != nil {
		return nil, err
	}
	p := &publicAnswer{Answer: a, texts: texts.In(a.lang), chosen: lang != "", today: s.cfg.Now().UTC().Format(time.DateOnly)}
	h := c.Response().Header()
	h["Etag"] = []string{entityTag(true, h["Etag"][0], p.today)} // the page says when it was read
	return p, nil
}

// public is what the layout of the page is told.
func (a *publicAnswer) public(title, description string, crumbs ...pages.Labelled) pages.Public {
	home := pages.Labelled{Label: a.texts.T("public.map"), Href: "/?lang=" + a.lang}
	return pages.Public{
		Lang: a.lang, Title: title, Description: description, Address: a.base + a.path, Chosen: a.chosen, Date: a.today, Credits: a.credits(),
		Crumbs: append([]pages.Labelled{home}, crumbs...),
	}
}

// pageAt is the address of another page, in this language where it was asked for.
func (a *publicAnswer) pageAt(folder, slug string) string {
	path := folder + url.PathEscape(slug)
	if a.chosen {
		return path + "?lang=" + a.lang
	}
	return path
}

// onMap is the address of the map, with one more parameter.
func (a *publicAnswer) onMap(name, value string) string {
	return "/?" + url.Values{name: {value}, "lang": {a.lang}}.Encode()
}

// recordPage answers the address of a record's page, and sends its other addresses
// there.
func (s *Server) recordPage(collection geo.Collection, folder string, send func(*publicAnswer, geo.Feature) error) echo.HandlerFunc {
	return func(c echo.Context) error {
		ref, err := FeatureRef(c, collection)
		if err != nil {
			return err
		}
		a, err := s.publicAnswer(c)
		if err != nil {
			return err
		}
		if a.Fresh() {
			return a.NotModified()
		}
		found, err := s.store.Get(a.Context(), collection, ref)
		if err != nil {
			return err
		}
		_, slug := found.Ref()
		if path := folder + url.PathEscape(slug); a.path != path {
			return a.moved(path)
		}
		return send(a, found)
	}
}

// moved sends to another address of the record. Of a query that is too long for a header,
// it keeps what the page reads.
func (a *publicAnswer) moved(path string) error {
	params, _ := readable(a.c.Request().URL.RawQuery)
	to := a.Href(path, params)
	if len(to) > MaxGrown {
		params = nil
		if a.chosen {
			params = url.Values{"lang": {a.lang}}
		}
		to = a.Href(path, params)
	}
	a.c.Response().Header().Del("ETag")
	return a.c.Redirect(http.StatusPermanentRedirect, to)
}

// countryLink leads to the page of a country.
func (a *publicAnswer) countryLink(code string) pages.Labelled {
	c, ok := geo.CountryByCode(code)
	if !ok {
		return pages.Labelled{Label: code}
	}
	_, slug := c.Ref()
	return pages.Labelled{Label: a.Label(geo.ByCountry, code), Href: a.pageAt("/countries/", slug)}
}

func (a *publicAnswer) sectorLink(id string) pages.Labelled {
	return pages.Labelled{Label: a.Label(geo.BySector, id), Href: a.pageAt("/sectors/", id)}
}

func (a *publicAnswer) signs() drawing.Signs { return drawing.SignsOf(geo.TermIDs(a.catalog.Kinds)) }

// names are the name that a reader of the language looks for, and the others.
func (a *Answer) names(f *geo.Facility) (main pages.Text, others []pages.Text) {
	var all []pages.Text
	for _, n := range []pages.Text{{Text: f.Name, Lang: "en"}, {Text: f.NameZh, Lang: "zh"}, {Text: f.NameLocal, Lang: f.NameLocalLang}} {
		if n.Text != "" && !slices.ContainsFunc(all, func(m pages.Text) bool { return m.Text == n.Text }) {
			all = append(all, n)
		}
	}
	if len(all) == 0 {
		return pages.Text{Text: f.Slug}, nil
	}
	i := max(0, slices.IndexFunc(all, func(n pages.Text) bool { return n.Lang == a.lang }))
	return all[i], slices.Delete(slices.Clone(all), i, i+1)
}

// partnerForm is how the data set writes one: "Institution (ISO3)".
var partnerForm = regexp.MustCompile(`^(.*\S)\s*\(([A-Z]{3})\)$`)

// partner parts a partner from the code of its country, which may be missing.
func partner(text string) (name, country string) {
	if match := partnerForm.FindStringSubmatch(text); match != nil {
		return match[1], match[2]
	}
	return text, ""
}

func cited(s geo.Source) pages.Cited {
	return pages.Cited{Title: s.Title, URL: s.URL, Date: s.Date, Supports: s.Supports}
}

// sourcesOf are what a record rests on, then the sources of single facts.
func sourcesOf(f *geo.Facility) []geo.Source {
	return slices.DeleteFunc(append([]geo.Source{f.Source}, f.Sources...), isEmpty)
}

// drawn are the precisions of records that have a place on the map: where only the
// country is known, a point would look like more.
var drawn = []string{"site", "city", "admin1"}

func isDrawn(f *geo.Facility) bool { return f.Position != nil && slices.Contains(drawn, f.Precision) }

// isHollow reports whether the sign of a record is hollow: its site is not known.
func isHollow(f *geo.Facility) bool { return f.Precision != "site" }

func bucketsOf(facets geo.Facets, d geo.Dimension) []geo.Bucket {
	for _, f := range facets.Facets {
		if f.Dimension == d {
			return f.Buckets
		}
	}
	return nil
}

// countDrawn counts the matches that have a place on the map. The counts of the facet
// ignore the choice of its own name, so lists has the say.
func countDrawn(facets geo.Facets, lists []geo.List) int {
	n := 0
	for _, b := range bucketsOf(facets, geo.ByPrecision) {
		left := slices.ContainsFunc(lists, func(l geo.List) bool {
			return l.Dimension == geo.ByPrecision && !slices.Contains(l.Values, b.Value)
		})
		if slices.Contains(drawn, b.Value) && !left {
			n += b.Count
		}
	}
	return n
}

// listOf answers the address above the pages of one kind, which people get by
// cutting one short: the view of the map page that lists them.
func (s *Server) listOf(view string) echo.HandlerFunc {
	return func(c echo.Context) error {
		query, _ := readable(c.Request().URL.RawQuery)
		query.Set("view", view)
		if !AsksForPage(c) { // else programs would come to the landing page, which has no views
			query.Set("f", htmlFormat.names[0])
		}
		c.Response().Header()["Vary"] = vary
		to := s.Base(c.Request()) + "/?" + query.Encode()
		if len(to) > MaxGrown {
			return &statusError{http.StatusRequestURITooLong, "the address is too long to be sent on to the map; write /?view=" + view + "& and the same filter"}
		}
		return c.Redirect(http.StatusFound, to)
	}
}
