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
	own := append(filterParameters(c), limitParameter, offsetParameter, sortbyParameter(c), afterParameter(c))
	res := newResource(alwaysCheck, []*representation{geoJSONFormat, htmlFormat}, own...)
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
	links := a.pageLinks(a.q, found)
	a.setLinkHeader(links)
	if a.isHTML() {
		return a.sendItemsPage(a.col, a.q, found, links)
	}
	buf := takeBuffer()
	defer buf.giveBack()
	buf.b = appendItems(buf.b, a.catalog, found, links, s.cfg.Now())
	return a.send(buf.b)
}

// pageLinks are self, alternate, next and prev (/req/core/fc-links), and the
// collection.
func (a *answer) pageLinks(q geo.Query, found geo.Page) []link {
	links := a.selfAndAlternates()
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
	return append(links, link{Href: a.href(a.path[:len(a.path)-len("/items")], nil), Rel: "collection", Type: "application/json", Title: "The collection"})
}

func (a *answer) pageQuery(limit, offset int) url.Values {
	query := a.with("after", "")
	query.Set("limit", strconv.Itoa(limit))
	query.Set("offset", strconv.Itoa(offset))
	return query
}

// appendItems writes a page as a FeatureCollection.
func appendItems(b []byte, catalog *geo.Catalog, found geo.Page, links []link, now time.Time) []byte {
	b = append(b, `{"type":"FeatureCollection","numberMatched":`...)
	b = strconv.AppendInt(b, int64(found.Matched), 10)
	b = append(b, `,"numberReturned":`...)
	b = strconv.AppendInt(b, int64(len(found.Features)), 10)
	b = append(appendTimeStamp(b, now), `,"links":`...)
	b = append(appendLinks(b, links), `,"features":[`...)
	encoder := format.NewGeoJSON(catalog)
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
	return append(b, "]}"...)
}

// sampled is how many records the length of a page is guessed from.
const sampled = 16

func appendTimeStamp(b []byte, now time.Time) []byte {
	b = append(b, `,"timeStamp":"`...)
	b = now.UTC().AppendFormat(b, time.RFC3339)
	return append(b, '"')
}
