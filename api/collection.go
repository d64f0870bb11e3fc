package api

import (
	"fmt"
	"math"
	"slices"

	"github.com/labstack/echo/v4"

	"innoatlas/geo"
	"innoatlas/geo/crs"
	"innoatlas/texts"
)

// collection is what the server knows of a collection beyond its records: how it is
// presented, and the resources that it has.
type collection struct {
	id          geo.Collection
	title       geo.Labels
	description geo.Labels
	count       func(*geo.Catalog) int
	extent      func(*geo.Catalog) geo.BBox
	dated       bool // has a time: the year a facility was founded

	document, items, feature, facets *Resource
	matrix, clusters                 *Resource // nil: there is none
	open, qlr                        *Resource
}

// world is published as the extent of the outlines: a rounded one that touches a
// pole would reach infinity in Web Mercator.
var world = geo.BBox{-180, -90, 180, 90}

var collections = []*collection{
	{
		id:          geo.Facilities,
		title:       texts.All("collection.facilities.title"),
		description: texts.All("collection.facilities.description"),
		count:       func(c *geo.Catalog) int { return c.Facilities },
		extent:      func(c *geo.Catalog) geo.BBox { return roundOutward(c.Extent) },
		dated:       true,
		document:    documentResource,
		items:       itemsResource(geo.Facilities),
		feature:     featureResource(geo.Facilities),
		facets:      facetsResource(geo.Facilities),
		matrix:      matrixResource,
		clusters:    clustersResource,
		open:        openResource(geo.Facilities),
		qlr:         qlrResource(geo.Facilities),
	},
	{
		id:          geo.Countries,
		title:       texts.All("collection.countries.title"),
		description: texts.All("collection.countries.description"),
		count:       func(c *geo.Catalog) int { return c.CountryRecords },
		extent:      func(*geo.Catalog) geo.BBox { return world },
		document:    documentResource,
		items:       itemsResource(geo.Countries),
		feature:     featureResource(geo.Countries),
		facets:      facetsResource(geo.Countries),
		open:        openResource(geo.Countries),
		qlr:         qlrResource(geo.Countries),
	},
}

// findCollection finds the collection that a path names.
func findCollection(c echo.Context) (*collection, error) {
	id := geo.Collection(c.Param("collectionId"))
	i := slices.IndexFunc(collections, func(c *collection) bool { return c.id == id })
	if i < 0 {
		return nil, NotFound(fmt.Sprintf("no such collection; there are %s and %s", collections[0].id, collections[1].id))
	}
	return collections[i], nil
}

// question is a query of a collection, ready to be answered.
type question struct {
	*Answer
	col *collection
	q   geo.Query
}

// ask reads what the items, facets, matrix and clusters of a collection have in common.
func (s *Server) ask(c echo.Context, of func(*collection) *Resource) (*question, error) {
	col, err := findCollection(c)
	if err != nil {
		return nil, err
	}
	res := of(col)
	if res == nil {
		return nil, NotFound("this collection has no such resource; its records are in …/items")
	}
	a, err := s.Answer(c, res)
	if err != nil {
		return nil, err
	}
	q, err := a.query(col.id)
	return &question{a, col, q}, err
}

func (col *collection) path() string { return "/collections/" + string(col.id) }

// roundOutward rounds an extent to 7 decimals so that every position stays inside.
func roundOutward(b geo.BBox) geo.BBox {
	const steps = 1e7
	down := func(x float64) float64 { return math.Floor(x*steps) / steps }
	up := func(x float64) float64 { return math.Ceil(x*steps) / steps }
	return geo.BBox{down(b[0]), down(b[1]), up(b[2]), up(b[3])}
}

// collectionDocument is /req/core/sfc-md-success.
type collectionDocument struct {
	ID          geo.Collection `json:"id"`
	Title       string         `json:"title"`
	Description string         `json:"description"`
	Attribution string         `json:"attribution,omitempty"`
	License     string         `json:"license,omitempty"`
	ItemType    string         `json:"itemType"`
	ItemCount   int            `json:"itemCount"`
	Extent      extent         `json:"extent"`
	CRS         []string       `json:"crs"`
	StorageCRS  string         `json:"storageCrs"`
	Links       []Link         `json:"links"`
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
	doc := collectionDocument{
		ID:          col.id,
		Title:       col.title.In(a.lang),
		Description: col.description.In(a.lang),
		Attribution: a.termsOf(col).Attribution,
		License:     a.termsOf(col).Licence,
		ItemType:    "feature",
		ItemCount:   col.count(a.catalog),
		CRS:         urisOf(crs.Of(col.id)),
		StorageCRS:  crs.CRS84.URI(),
		Links:       col.links(a),
	}
	if b := col.extent(a.catalog); !b.IsEmpty() {
		doc.Extent.Spatial = &spatialExtent{BBox: [][4]float64{b}, CRS: crs.CRS84.URI()}
	}
	if years := a.catalog.Established; col.dated && years != (geo.Years{}) {
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
		{Href: a.Href(path, nil), Rel: "self", Type: "application/json", Title: "link.collection_as.JSON"},
		{Href: a.Href(path, formatQuery("html")), Rel: "alternate", Type: "text/html", Title: "link.collection_as.HTML"},
		{Href: a.Href(path+"/items", nil), Rel: "items", Type: "application/geo+json", Title: "link.records_as.GeoJSON"},
		{Href: a.Href(path+"/items", formatQuery("html")), Rel: "items", Type: "text/html", Title: "link.records_as.HTML"},
		{Href: a.Href(path+"/open", formatQuery("html")), Rel: "related", Type: "text/html", Title: "link.open"},
		{Href: a.Href(path+"/facets", nil), Rel: "related", Type: "application/json", Title: "link.facets"},
	}
	if col.matrix != nil {
		links = append(links, Link{Href: a.Href(path+"/matrix", nil), Rel: "related", Type: "application/json", Title: "link.matrix"})
	}
	links = append(links, Link{Href: a.Href(path+"/tiles", nil), Rel: relTilesets, Type: "application/json", Title: "link.tilesets"})
	for _, d := range schemaDocuments {
		links = append(links, Link{Href: a.Href(path+d.path, nil), Rel: d.rel, Type: schemaFormat.mediaType, Title: d.title})
	}
	// GDAL 3.6 looks for the relation in this spelling.
	links = append(links, Link{Href: a.Href(path+"/feature-schema", nil), Rel: "describedBy", Type: schemaFormat.mediaType, Title: "link.feature_schema"})
	for _, f := range pageFormats(col.id) {
		links = append(links, Link{Href: a.Href(path+"/items", formatQuery(f.names[0])), Rel: "items", Type: f.mediaType, Title: LinkTitle("link.records_as." + f.name)})
	}
	for _, f := range fileFormatsOf(col.id) {
		links = append(links, Link{Href: a.Href(f.path, nil), Rel: "enclosure", Type: f.mediaType, Title: LinkTitle("link.all_as." + f.title)})
	}
	return append(links, licenceLinks(a.termsOf(col))...)
}

// documentResource is how the documents of collections are asked for.
var documentResource = newResource(AMinute, []*representation{jsonFormat, htmlFormat})

// collection answers GET /collections/{collectionId} (/req/core/sfc-md-op).
func (s *Server) collection(c echo.Context) error {
	col, err := findCollection(c)
	if err != nil {
		return err
	}
	a, err := s.Answer(c, col.document)
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
