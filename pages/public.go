package pages

import (
	"errors"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"innoatlas/api"
	"innoatlas/geo"
	"innoatlas/layout"
	"innoatlas/texts"
)

// publicAnswer is the answer with a page that people find by a search engine and pass on.
// What others add to its address (?utm_source=…) is not looked at.
type publicAnswer struct {
	*api.Answer
	texts   texts.Texts
	reading *geo.Reading // of the facilities
	chosen  bool         // by lang
	history bool         // whether there is one of the records
	record  url.Values   // the record that the page is of, as the page of changes asks for it
	today   string

	// Made when they are first asked for.
	ofKinds  geo.Signs
	readings map[string]*geo.Reading // of other collections, by id
}

func (p *pages) publicAnswer(c echo.Context) (*publicAnswer, error) {
	params, _ := readable(c.Request().URL.RawQuery)
	var ignored []note
	lang := takeLanguage(params, &ignored)
	a, err := p.server.Page(c, lang)
	if err != nil {
		return nil, err
	}
	today := p.cfg.Now().UTC().Format(time.DateOnly)
	a.DependsOn(today) // the page says when it was read
	return &publicAnswer{Answer: a, texts: texts.In(a.Lang()), reading: readingOf(a), chosen: lang != "", history: p.cfg.History != nil, today: today}, nil
}

// public is what the layout of the page is told.
func (a *publicAnswer) public(title, description string, crumbs ...layout.Label) Public {
	home := layout.Label{Text: a.texts.T("public.map"), Href: "/?lang=" + a.Lang()}
	changes := ""
	if a.history {
		changes = a.changesAt()
	}
	return Public{
		Changes: changes, OfRecord: a.record != nil,
		Lang: a.Lang(), Title: title, Description: description, Address: a.Base() + a.Path(), Chosen: a.chosen, Date: a.today, Terms: a.Terms(),
		Crumbs: append([]layout.Label{home}, crumbs...),
	}
}

// changesAt is the address of the page of what changed: in the record that this page is of, if it is of one.
func (a *publicAnswer) changesAt() string {
	query := url.Values{}
	for name, values := range a.record {
		query[name] = values
	}
	if a.chosen {
		query.Set("lang", a.Lang())
	}
	if len(query) == 0 {
		return "/changes"
	}
	return "/changes?" + query.Encode()
}

// pageAt is the address of another page, in this language where it was asked for.
func (a *publicAnswer) pageAt(folder, slug string) string {
	path := folder + url.PathEscape(slug)
	if a.chosen {
		return path + "?lang=" + a.Lang()
	}
	return path
}

// listAt is the address of a list of records, chosen by one parameter where there is a value.
func (a *publicAnswer) listAt(path, name, value string) string {
	query := url.Values{}
	if value != "" {
		query.Set(name, value)
	}
	if a.chosen {
		query.Set("lang", a.Lang())
	}
	if len(query) == 0 {
		return path
	}
	return path + "?" + query.Encode()
}

// onMap is the address of the map, with one more parameter.
func (a *publicAnswer) onMap(name, value string) string {
	return "/?" + url.Values{name: {value}, "lang": {a.Lang()}}.Encode()
}

// recordPage answers the address of a record's page, and sends its other addresses
// there.
func (p *pages) recordPage(collection *geo.Collection, folder string, send func(*publicAnswer, geo.Feature) error) echo.HandlerFunc {
	return func(c echo.Context) error {
		ref, err := api.FeatureRef(c, collection)
		if err != nil {
			return err
		}
		a, err := p.publicAnswer(c)
		if err != nil {
			return err
		}
		if a.Fresh() {
			return a.NotModified()
		}
		found, err := p.store.Get(a.Context(), a.Catalog().Collection(collection.ID), ref) // with fields of one's own
		if errors.Is(err, geo.ErrNotFound) {
			now, err := p.server.Missing(a.Context(), collection, ref, err)
			if err != nil {
				return err
			}
			return a.moved(c, folder+url.PathEscape(now))
		}
		if err != nil {
			return err
		}
		_, slug := found.Ref()
		if path := folder + url.PathEscape(slug); a.Path() != path {
			return a.moved(c, path)
		}
		a.record = url.Values{"collection": {collection.ID}, "record": {slug}}
		return send(a, found)
	}
}

// moved sends to another address of the record. Of a query that is too long for a header,
// it keeps what the page reads.
func (a *publicAnswer) moved(c echo.Context, path string) error {
	params, _ := readable(c.Request().URL.RawQuery)
	to := a.Href(path, params)
	if len(to) > api.MaxGrown {
		params = nil
		if a.chosen {
			params = url.Values{"lang": {a.Lang()}}
		}
		to = a.Href(path, params)
	}
	c.Response().Header().Del("ETag")
	return c.Redirect(http.StatusPermanentRedirect, to)
}

// countryLink leads to the page of a country.
func (a *publicAnswer) countryLink(code string) layout.Label {
	c, ok := geo.CountryByCode(code)
	if !ok {
		return layout.Label{Text: code}
	}
	_, slug := c.Ref()
	return layout.Label{Text: a.Label(geo.ByCountry, code), Href: a.pageAt("/countries/", slug)}
}

// countryLinks are those of some countries, by name.
func (a *publicAnswer) countryLinks(codes []string) (links []layout.Label) {
	for _, code := range codes {
		links = append(links, a.countryLink(code))
	}
	slices.SortStableFunc(links, func(x, y layout.Label) int { return byName(a.Lang(), x.Text, y.Text) })
	return links
}

func (a *publicAnswer) sectorLink(id string) layout.Label {
	return layout.Label{Text: a.Label(geo.BySector, id), Href: a.pageAt("/sectors/", id)}
}

func (a *publicAnswer) signs() geo.Signs {
	if a.ofKinds == nil {
		a.ofKinds = geo.SignsOf(a.Catalog().Kinds)
	}
	return a.ofKinds
}

// partnerForm is how the data set writes one: "Institution (ISO3)". A space may be any of
// Unicode, as scripts take it.
var partnerForm = regexp.MustCompile(`^(.*[^\s\p{Z}])[\s\p{Z}]*\(([A-Z]{3})\)$`)

// partner parts a partner from the code of its country, which may be missing.
func partner(text string) (name, country string) {
	if match := partnerForm.FindStringSubmatch(text); match != nil {
		return match[1], match[2]
	}
	return text, ""
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

// Public is what the pages of records have in common: those that are found by
// search engines, sent by mail and printed.
type Public struct {
	Lang        string // one of texts.Languages
	Title       string
	Description string // for search engines, a sentence
	Address     string // the absolute address, whose language the reader's browser chooses
	Query       string // what else it asks for, as a query string
	Chosen      bool   // the language was asked for by lang, so the address says so
	Crumbs      []layout.Label
	Date        string     // of the answer, YYYY-MM-DD
	Signs       []geo.Sign // that are on the page
	Terms       geo.Terms  // of the data
	Feed        string     // address of the feed of changes of its facilities; "" where there is none
	Changes     string     // address of the page of what changed; "" where there is no history
	OfRecord    bool       // it says what changed in the record of the page
}

// Cited is a page that something was read in.
type Cited struct {
	geo.Source
	Number int // in the list of a briefing, from 1
}

// IsLink reports whether the source can be opened: data may hold any text there.
func (c Cited) IsLink() bool { return isWebAddress(c.URL) }

func isWebAddress(s string) bool {
	s = strings.ToLower(s)
	return strings.HasPrefix(s, "https://") || strings.HasPrefix(s, "http://")
}

// Canonical is the address that search engines should keep.
func (p Public) Canonical() string {
	if p.Chosen {
		return p.In(p.Lang)
	}
	return p.Plain()
}

// Plain is the address of the page in no language.
func (p Public) Plain() string {
	if p.Query == "" {
		return p.Address
	}
	return p.Address + "?" + p.Query
}

// In is the address of the page in a language.
func (p Public) In(lang string) string {
	if p.Query == "" {
		return p.Address + "?lang=" + lang
	}
	return p.Plain() + "&lang=" + lang
}

// parsePublic makes the template of a page: the layout with one content.
func parsePublic(name string) *layout.Template {
	return parsePage("public.html", name, "related.html", "precision.html", "credits.html")
}

// eachShape keeps one sign of each shape: a page defines a shape once, and colours it
// where it is used.
func eachShape(signs []geo.Sign) (kept []geo.Sign) {
	for _, s := range signs {
		if !slices.ContainsFunc(kept, func(k geo.Sign) bool { return k.Shape == s.Shape }) {
			kept = append(kept, s)
		}
	}
	return kept
}
