package api

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"innoatlas/geo"
	"innoatlas/geo/format"
)

// itemsResource is how the records of a collection are asked for.
func itemsResource(c *geo.Collection, filters parameters, forms []*representation) *Resource {
	own := slices.Concat(filters, parameters{limitParameter, offsetParameter, sortbyParameter(c), afterParameter(c)})
	if len(c.Facets()) > 0 {
		own = append(own, facetsParameter(c))
	}
	own = append(own, formatParameters(c)...)
	if slices.ContainsFunc(forms, func(f *representation) bool { return f.mediaType == csvFile.mediaType }) {
		own = append(own, bomParameter)
	}
	res := newResource(AlwaysCheck, append([]*representation{geoJSONFormat, htmlFormat}, forms...), own...)
	res.stamped, res.kept = true, true
	return res
}

// rowsOfAPage is how many records an HTML page shows where limit is not given.
const rowsOfAPage = 100

// items answers GET /collections/{collectionId}/items (/req/core/fc-op).
func (s *Server) items(c echo.Context) error {
	a, err := s.ask(c, func(col *collection) *Resource { return col.items })
	if err != nil {
		return err
	}
	form, err := a.pageForm()
	if err != nil {
		return err
	}
	a.setContentCRS(form.options.CRS)
	if a.Fresh() {
		return a.NotModified()
	}
	if a.q.Limit > largePage && a.format == geoJSONFormat && a.away == nil {
		return s.largePageOfItems(a, form)
	}
	return s.keep(a.Answer, func() error {
		found, err := s.store.List(a.Context(), a.q)
		if err != nil {
			return err
		}
		return s.sendPageOfItems(a, form, found)
	})
}

// largePage is from how many records on a page is not kept: it would take much of the
// shelf. Ten thousand are 10 MB, which each of its readers would hold.
const largePage = 2000

// largePageOfItems sends a page piece by piece while it is written, if it is as large as
// it may be, and if its records are in memory anyway.
func (s *Server) largePageOfItems(a *question, form pageForm) error {
	found, err := s.store.List(a.Context(), a.q)
	switch {
	case err != nil:
		return err
	case len(found.Features) <= largePage || !found.Shared:
		return s.keep(a.Answer, func() error { return s.sendPageOfItems(a, form, found) })
	}
	links := a.pageLinks(found)
	a.setLinkHeader(links)
	counted, err := s.facetsBeside(a, form)
	if err != nil {
		return err
	}
	if err := a.begin(a.turns.ofRecords(a.col.Collection, len(found.Features))); err != nil {
		return err
	}
	return s.stream(a.Answer, func(out *stream) error {
		return a.writeItems(out, found, links, form, counted, s.cfg.Now())
	})
}

func (s *Server) sendPageOfItems(a *question, form pageForm, found geo.Page) error {
	links := a.pageLinks(found)
	followed := a.setLinkHeader(links)
	switch {
	case form.file != nil && !followed: // whoever pages by the header would take this page for the last
		return &statusError{http.StatusRequestURITooLong, fmt.Sprintf("the address is too long for pages as files, whose next link stands in a header only; "+
			"take /data/%s.%s, which has all in one file, or f=json, which has the links in its body", a.col.Collection, form.file.extension)}
	case form.file != nil:
		return s.sendPageFile(a, form.file, found)
	case a.isHTML():
		return a.sendItemsPage(a.col, a.q, found, links)
	}
	return s.sendItems(a, found, links, form)
}

// pageForm is how a page is written: as a file, or by options with the facets beside.
type pageForm struct {
	file    *fileFormat // nil: as GeoJSON or HTML
	options format.Options
	facets  []facetRequest
}

func (a *question) pageForm() (form pageForm, err error) {
	if a.isHTML() && !a.params.Has("limit") {
		a.q.Limit = rowsOfAPage
	}
	if form.options, err = a.formatOptions(a.col); err != nil {
		return form, err
	}
	if form.facets, err = a.facetRequests(); err != nil {
		return form, err
	}
	if form.file = a.format.file; form.file != nil {
		err = a.checkPageFile(form.file)
	}
	return form, err
}

// sendItems answers with a page as GeoJSON.
func (s *Server) sendItems(a *question, found geo.Page, links []Link, form pageForm) error {
	counted, err := s.facetsBeside(a, form)
	if err != nil {
		return err
	}
	if err := a.begin(a.turns.ofRecords(a.col.Collection, len(found.Features))); err != nil {
		return err
	}
	buf := takeBuffer()
	defer buf.giveBack()
	buf.b = a.appendItems(buf.b, found, links, form.options, s.cfg.Now())
	buf.b = a.appendItemsEnd(buf.b, form, counted)
	return a.Send(buf.b)
}

// facetsBeside are the facets that were asked for beside the records.
func (s *Server) facetsBeside(a *question, form pageForm) (geo.Facets, error) {
	if len(form.facets) == 0 {
		return geo.Facets{}, nil
	}
	return s.store.Facets(a.Context(), a.q)
}

// pageLinks are self, alternate, next and prev (/req/core/fc-links), the collection
// and what may be filtered by (/conf/queryables/get-queryables-uris).
func (a *question) pageLinks(found geo.Page) []Link {
	q, links := a.q, a.selfAndAlternates()
	if found.More && len(found.Features) > 0 {
		last := found.Features[len(found.Features)-1]
		query := a.pageQuery(q.Limit, q.Offset+q.Limit)
		query.Set("after", q.CursorAfter(last).Encode(q.Sort))
		links = append(links, Link{Href: a.Href(a.path, query), Rel: "next", Type: a.format.mediaType, Title: "link.next"})
	}
	if q.Offset > 0 {
		query := a.pageQuery(q.Limit, max(0, q.Offset-q.Limit))
		links = append(links, Link{Href: a.Href(a.path, query), Rel: "prev", Type: a.format.mediaType, Title: "link.prev"})
	}
	return append(links,
		Link{Href: a.dataHref(a.col.path(), nil), Rel: "collection", Type: "application/json", Title: "link.collection"},
		Link{Href: a.dataHref(a.col.path()+"/queryables", nil), Rel: relQueryables, Type: schemaFormat.mediaType, Title: "link.queryables"})
}

func (a *question) pageQuery(limit, offset int) url.Values {
	query := a.with("after", "")
	if a.isHTML() && a.q.Collates() { // the next page is in this order whoever opens it
		query.Set(langParameter.name, a.lang)
	}
	query.Set("limit", strconv.Itoa(limit))
	query.Set("offset", strconv.Itoa(offset))
	return query
}

// appendItems writes a page as a FeatureCollection that is left open for more members.
func (a *question) appendItems(b []byte, found geo.Page, links []Link, options format.Options, now time.Time) []byte {
	b = a.appendItemsStart(b, found, links, now)
	shown := a.shown(a.col.Collection)
	encoder := shown.json.With(options)
	start := len(b)
	for i, f := range found.Features {
		if i > 0 {
			b = append(b, ',')
		}
		if i == sampled { // room for the rest in one step
			b = slices.Grow(b, (len(b)-start)/sampled*(len(found.Features)-sampled)*9/8)
		}
		b = encoder.AppendFeature(b, shown.of(f), nil)
	}
	return append(b, ']')
}

// writeItems writes what appendItems and appendItemsEnd append, in pieces.
func (a *question) writeItems(w io.Writer, found geo.Page, links []Link, form pageForm, counted geo.Facets, now time.Time) error {
	buf := takeBuffer()
	defer buf.giveBack()
	buf.b = a.appendItemsStart(buf.b, found, links, now)
	shown := a.shown(a.col.Collection)
	encoder := shown.json.With(form.options)
	for i, f := range found.Features {
		if i > 0 {
			buf.b = append(buf.b, ',')
		}
		if buf.b = encoder.AppendFeature(buf.b, shown.of(f), nil); len(buf.b) < pieceSize {
			continue
		}
		if _, err := w.Write(buf.b); err != nil {
			return err
		}
		buf.b = buf.b[:0]
	}
	buf.b = a.appendItemsEnd(append(buf.b, ']'), form, counted)
	_, err := w.Write(buf.b)
	return err
}

func (a *question) appendItemsStart(b []byte, found geo.Page, links []Link, now time.Time) []byte {
	b = append(b, `{"type":"FeatureCollection","numberMatched":`...)
	b = strconv.AppendInt(b, int64(found.Matched), 10)
	b = append(b, `,"numberReturned":`...)
	b = strconv.AppendInt(b, int64(len(found.Features)), 10)
	b = append(appendTimeStamp(b, now), `,"links":`...)
	return append(appendLinks(b, links), `,"features":[`...)
}

func (a *question) appendItemsEnd(b []byte, form pageForm, counted geo.Facets) []byte {
	if len(form.facets) > 0 {
		b = a.appendFacetsMember(b, counted, form.facets)
	}
	return append(b, '}')
}

// sampled is how many records the length of a page is guessed from.
const sampled = 16

func appendTimeStamp(b []byte, now time.Time) []byte {
	b = append(b, `,"timeStamp":"`...)
	b = now.UTC().AppendFormat(b, time.RFC3339)
	return append(b, '"')
}
