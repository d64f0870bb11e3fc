package api

import (
	"fmt"
	"math"
	"strings"

	"github.com/labstack/echo/v4"

	"innoatlas/geo"
	"innoatlas/geo/crs"
)

// collection is what the server knows of a collection beyond its records: how each of its
// resources is asked for. A resource that it has not is nil.
type collection struct {
	*geo.Collection // as the data set has it, with fields of its own

	items, feature, facets, matrix, clusters, suggestions, open, qlr *Resource
	files                                                            []*fileFormat
	filters                                                          parameters // that narrow its records
	tiles                                                            *tiled

	stored  *shown // its records as they are
	shownIn map[string]func() *shown
}

func newCollection(catalog *geo.Catalog, c *geo.Collection) *collection {
	filters := filterParameters(c)
	if c.Is(geo.Partnerships) {
		filters = append(filters, facilitiesParameter(catalog.Collection(geo.Facilities.ID)))
	}
	col := &collection{Collection: c, files: filesOf(c, filters), filters: filters, stored: newShown(catalog, c, nil), shownIn: shownIn(catalog, c)}
	col.items, col.feature = itemsResource(c, filters, pageFormats(col.files)), featureResource(c)
	col.open, col.qlr = openResource(filters), qlrResource(filters)
	col.suggestions = suggestionsResource(filters)
	if len(c.Facets()) > 0 {
		col.facets = facetsResource(filters)
	}
	if c.Indexed {
		col.clusters = clustersResource(filters)
	}
	if len(c.Dimensions()) > 1 {
		col.matrix = matrixResource(c, filters)
	}
	col.tiles = newTiled(col.path()+"/tiles", []*collection{col}, filters)
	col.tiles.collection = col
	return col
}

// enumerated are names as a sentence lists them.
func enumerated(names []string, conjunction string) string {
	last := len(names) - 1
	if last < 1 {
		return strings.Join(names, "")
	}
	return strings.Join(names[:last], ", ") + " " + conjunction + " " + names[last]
}

// world is published as the extent of what reaches the poles: a rounded one that touches a
// pole would reach infinity in Web Mercator.
var world = geo.BBox{-180, -90, 180, 90}

// extent is the one that is published; empty where no record has a position.
func (col *collection) extent(catalog *geo.Catalog) geo.BBox {
	if col.Degrees {
		return world
	}
	return roundOutward(catalog.HoldingOf(col.Collection).Extent)
}

// question is a query of a collection, ready to be answered.
type question struct {
	*Answer
	col *collection
	q   geo.Query
}

// ask reads what the items, facets, matrix and clusters of a collection have in common.
func (s *Server) ask(c echo.Context, of func(*collection) *Resource) (*question, error) {
	a, col, err := s.answerOf(c, of)
	if err != nil {
		return nil, err
	}
	q, err := a.query(col.Collection)
	return &question{a, col, q}, err
}

func (col *collection) path() string { return "/collections/" + col.ID }

// roundOutward rounds an extent to 7 decimals so that every position stays inside.
func roundOutward(b geo.BBox) geo.BBox {
	if b.IsEmpty() {
		return b
	}
	const steps = 1e7
	down := func(x float64) float64 { return math.Floor(x*steps) / steps }
	up := func(x float64) float64 { return math.Ceil(x*steps) / steps }
	return geo.BBox{down(b[0]), down(b[1]), up(b[2]), up(b[3])}
}

// collectionDocument is /req/core/sfc-md-success.
type collectionDocument struct {
	ID          string   `json:"id"`
	Title       string   `json:"title"`
	Description string   `json:"description"`
	Attribution string   `json:"attribution,omitempty"`
	License     string   `json:"license,omitempty"`
	ItemType    string   `json:"itemType"`
	ItemCount   int      `json:"itemCount"`
	Extent      extent   `json:"extent"`
	CRS         []string `json:"crs"`
	StorageCRS  string   `json:"storageCrs"`
	Links       []Link   `json:"links"`
}

type extent struct {
	Spatial  *spatialExtent  `json:"spatial,omitempty"`
	Temporal *temporalExtent `json:"temporal,omitempty"`
}

type spatialExtent struct {
	BBox [][4]float64 `json:"bbox"`
	CRS  string       `json:"crs"`
}

type temporalExtent struct {
	Interval [][2]*string `json:"interval"`
	TRS      string       `json:"trs"`
}

func (col *collection) documentFor(a *Answer) collectionDocument {
	holding := a.catalog.HoldingOf(col.Collection)
	doc := collectionDocument{
		ID:          col.ID,
		Title:       col.Title.In(a.lang),
		Description: col.Description.In(a.lang),
		Attribution: a.termsOf(col.Collection).Attribution,
		License:     a.termsOf(col.Collection).Licence,
		ItemType:    "feature",
		ItemCount:   holding.Count,
		CRS:         urisOf(crs.Of(col.Collection)),
		StorageCRS:  crs.CRS84.URI(),
		Links:       col.links(a),
	}
	if b := col.extent(a.catalog); !b.IsEmpty() {
		doc.Extent.Spatial = &spatialExtent{BBox: [][4]float64{b}, CRS: crs.CRS84.URI()}
	}
	if years := holding.Years; (col.Year != "" || col.From != "") && years != (geo.Years{}) {
		from, to := fmt.Sprintf("%04d-01-01T00:00:00Z", years.From), fmt.Sprintf("%04d-12-31T23:59:59Z", years.To)
		doc.Extent.Temporal = &temporalExtent{
			Interval: [][2]*string{{&from, &to}},
			TRS:      "http://www.opengis.net/def/uom/ISO-8601/0/Gregorian",
		}
	}
	return doc
}

// links are those of a collection, the same in its own document and in the list.
func (col *collection) links(a *Answer) []Link {
	path := col.path()
	links := []Link{
		{Href: a.dataHref(path, nil), Rel: "self", Type: "application/json", Title: "link.collection_as.JSON"},
		{Href: a.dataHref(path, formatQuery("html")), Rel: "alternate", Type: "text/html", Title: "link.collection_as.HTML"},
		{Href: a.dataHref(path+"/items", nil), Rel: "items", Type: "application/geo+json", Title: "link.records_as.GeoJSON"},
		{Href: a.dataHref(path+"/items", formatQuery("html")), Rel: "items", Type: "text/html", Title: "link.records_as.HTML"},
		{Href: a.dataHref(path+"/open", formatQuery("html")), Rel: "related", Type: "text/html", Title: "link.open"},
	}
	if a.service.history && col.withHistory(historyResource) != nil {
		links = append(links, Link{Href: a.dataHref(path+"/changes", nil), Rel: "version-history", Type: "application/json", Title: "link.changes"})
	}
	if col.facets != nil {
		links = append(links, Link{Href: a.dataHref(path+"/facets", nil), Rel: "related", Type: "application/json", Title: "link.facets"})
	}
	if col.matrix != nil {
		links = append(links, Link{Href: a.dataHref(path+"/matrix", nil), Rel: "related", Type: "application/json", Title: "link.matrix"})
	}
	links = append(links, Link{Href: a.dataHref(path+"/tiles", nil), Rel: relTilesets, Type: "application/json", Title: "link.tilesets"})
	for _, d := range schemaDocuments {
		links = append(links, Link{Href: a.dataHref(path+d.path, nil), Rel: d.rel, Type: schemaFormat.mediaType, Title: d.title})
	}
	// GDAL 3.6 looks for the relation in this spelling.
	links = append(links, Link{Href: a.dataHref(path+"/feature-schema", nil), Rel: "describedBy", Type: schemaFormat.mediaType, Title: "link.feature_schema"})
	for _, f := range pageFormats(col.files) {
		links = append(links, Link{Href: a.dataHref(path+"/items", formatQuery(f.names[0])), Rel: "items", Type: f.mediaType, Title: LinkTitle("link.records_as." + f.name)})
	}
	for _, f := range col.files {
		links = append(links, Link{Href: a.dataHref(f.path, nil), Rel: "enclosure", Type: f.mediaType, Title: LinkTitle("link.all_as." + f.title)})
	}
	return append(links, licenceLinks(a.termsOf(col.Collection))...)
}

// documentResource is how the documents of collections are asked for.
var documentResource = newResource(AMinute, []*representation{jsonFormat, htmlFormat})

// collection answers GET /collections/{collectionId} (/req/core/sfc-md-op).
func (s *Server) collection(c echo.Context) error {
	a, col, err := s.answerOf(c, func(*collection) *Resource { return documentResource })
	if err != nil {
		return err
	}
	if a.Fresh() {
		return a.NotModified()
	}
	doc := col.documentFor(a)
	if a.isHTML() {
		return a.sendPage("collection", page{Title: doc.Title, Crumbs: collectionsCrumbs(a.lang), Links: doc.Links, Data: doc})
	}
	return a.sendJSON(doc)
}
