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
	res.stamped = true
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
	view, err := a.view(a.col)
	if err != nil {
		return err
	}
	a.setContentCRS(view.CRS)
	facets, err := a.facetRequests()
	if err != nil {
		return err
	}
	file := fileFormatOf(a.format)
	if file != nil {
		if err := a.checkPageFile(file); err != nil {
			return err
		}
	}
	if a.isHTML() && !a.params.Has("limit") {
		a.q.Limit = rowsOfAPage
	}
	if a.fresh() {
		return a.notModified()
	}
	found, err := s.store.List(a.context(), a.q)
	if err != nil {
		return err
	}
	links := a.pageLinks(found)
	a.setLinkHeader(links)
	if file != nil {
		return s.sendPageFile(a, file, found)
	}
	if a.isHTML() {
		return a.sendItemsPage(a.col, a.q, found, links)
	}
	buf := takeBuffer()
	defer buf.giveBack()
	buf.b = a.appendItems(buf.b, found, links, view, s.cfg.Now())
	if len(facets) > 0 {
		counted, err := s.store.Facets(a.context(), a.q)
		if err != nil {
			return err
		}
		buf.b = a.appendFacetsMember(buf.b, counted, facets)
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
