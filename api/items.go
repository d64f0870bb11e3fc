package api

import (
	"net/url"
	"slices"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"innoatlas/geo"
	"innoatlas/geo/format"
)

// itemsResource is how the records of a collection are asked for.
func itemsResource(c geo.Collection) *resource {
	own := append(filterParameters(c), limitParameter, offsetParameter, sortbyParameter(c), afterParameter(c), facetsParameter(c))
	own = append(own, viewParameters(c)...)
	res := newResource(alwaysCheck, append([]*representation{geoJSONFormat, htmlFormat}, pageFormats(c)...), own...)
	res.stamped, res.kept = true, true
	return res
}

// rowsOfAPage is how many records an HTML page shows where limit is not given.
const rowsOfAPage = 100

// items answers GET /collections/{collectionId}/items (/req/core/fc-op).
func (s *Server) items(c echo.Context) error {
	a, err := s.ask(c, func(col *collection) *resource { return col.items })
	if err != nil {
		return err
	}
	form, err := a.pageForm()
	if err != nil {
		return err
	}
	a.setContentCRS(form.view.CRS)
	if a.fresh() {
		return a.notModified()
	}
	return s.keep(a.answer, func() error { return s.sendPageOfItems(a, form) })
}

func (s *Server) sendPageOfItems(a *question, form pageForm) error {
	found, err := s.store.List(a.context(), a.q)
	if err != nil {
		return err
	}
	links := a.pageLinks(found)
	a.setLinkHeader(links)
	switch {
	case form.file != nil:
		return s.sendPageFile(a, form.file, found)
	case a.isHTML():
		return a.sendItemsPage(a.col, a.q, found, links)
	}
	return s.sendItems(a, found, links, form)
}

// pageForm is how a page is written: as a file, or in a view with the facets beside.
type pageForm struct {
	file   *fileFormat // nil: as GeoJSON or HTML
	view   format.View
	facets []facetRequest
}

func (a *question) pageForm() (form pageForm, err error) {
	if a.isHTML() && !a.params.Has("limit") {
		a.q.Limit = rowsOfAPage
	}
	if form.view, err = a.view(a.col); err != nil {
		return form, err
	}
	if form.facets, err = a.facetRequests(); err != nil {
		return form, err
	}
	if form.file = fileFormatOf(a.format); form.file != nil {
		err = a.checkPageFile(form.file)
	}
	return form, err
}

// sendItems answers with a page as GeoJSON.
func (s *Server) sendItems(a *question, found geo.Page, links []link, form pageForm) error {
	buf := takeBuffer()
	defer buf.giveBack()
	var counted geo.Facets
	if len(form.facets) > 0 {
		var err error
		if counted, err = s.store.Facets(a.context(), a.q); err != nil {
			return err
		}
	}
	if err := a.begin(a.turns.ofRecords(a.col.id, len(found.Features))); err != nil {
		return err
	}
	buf.b = a.appendItems(buf.b, found, links, form.view, s.cfg.Now())
	if len(form.facets) > 0 {
		buf.b = a.appendFacetsMember(buf.b, counted, form.facets)
	}
	buf.b = append(buf.b, '}')
	return a.send(buf.b)
}

// pageLinks are self, alternate, next and prev (/req/core/fc-links), the collection
// and what may be filtered by (/conf/queryables/get-queryables-uris).
func (a *question) pageLinks(found geo.Page) []link {
	q, links := a.q, a.selfAndAlternates()
	if found.More && len(found.Features) > 0 {
		last := found.Features[len(found.Features)-1]
		query := a.pageQuery(q.Limit, q.Offset+q.Limit)
		query.Set("after", q.CursorAfter(last).Encode(q.Sort))
		links = append(links, link{Href: a.href(a.path, query), Rel: "next", Type: a.format.mediaType, Title: "Next page"})
	}
	if q.Offset > 0 {
		query := a.pageQuery(q.Limit, max(0, q.Offset-q.Limit))
		links = append(links, link{Href: a.href(a.path, query), Rel: "prev", Type: a.format.mediaType, Title: "Page before"})
	}
	return append(links,
		link{Href: a.href(a.col.path(), nil), Rel: "collection", Type: "application/json", Title: "The collection"},
		link{Href: a.href(a.col.path()+"/queryables", nil), Rel: relQueryables, Type: schemaFormat.mediaType, Title: "Properties to filter by"})
}

func (a *answer) pageQuery(limit, offset int) url.Values {
	query := a.with("after", "")
	query.Set("limit", strconv.Itoa(limit))
	query.Set("offset", strconv.Itoa(offset))
	return query
}

// appendItems writes a page as a FeatureCollection that is left open for more members.
func (a *question) appendItems(b []byte, found geo.Page, links []link, view format.View, now time.Time) []byte {
	b = append(b, `{"type":"FeatureCollection","numberMatched":`...)
	b = strconv.AppendInt(b, int64(found.Matched), 10)
	b = append(b, `,"numberReturned":`...)
	b = strconv.AppendInt(b, int64(len(found.Features)), 10)
	b = append(appendTimeStamp(b, now), `,"links":`...)
	b = append(appendLinks(b, links), `,"features":[`...)
	encoder := format.NewGeoJSON(a.catalog).With(a.col.id, view)
	start := len(b)
	for i, f := range found.Features {
		if i > 0 {
			b = append(b, ',')
		}
		if i == sampled { // room for the rest in one step
			b = slices.Grow(b, (len(b)-start)/sampled*(len(found.Features)-sampled)*9/8)
		}
		b = encoder.AppendFeature(b, f, nil)
	}
	return append(b, ']')
}

// sampled is how many records the length of a page is guessed from.
const sampled = 16

func appendTimeStamp(b []byte, now time.Time) []byte {
	b = append(b, `,"timeStamp":"`...)
	b = now.UTC().AppendFormat(b, time.RFC3339)
	return append(b, '"')
}
