package api

import (
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"
	"github.com/paulmach/orb"

	"innoatlas/geo"
	"innoatlas/geo/crs"
	"innoatlas/geo/zorder"
	"innoatlas/layout"
)

// Relations of OGC's register.
const (
	relTilesets      = "http://www.opengis.net/def/rel/ogc/1.0/tilesets-vector"
	relTilingScheme  = "http://www.opengis.net/def/rel/ogc/1.0/tiling-scheme"
	relTilingSchemes = "http://www.opengis.net/def/rel/ogc/1.0/tiling-schemes"
	relGeodata       = "http://www.opengis.net/def/rel/ogc/1.0/geodata"
)

// tiled is what there are tiles of: one collection, or all as one data set.
type tiled struct {
	path       string        // of the list of tilesets
	layers     []*collection // in the order of a tile
	collection *collection   // nil: the data set
	// The list of tilesets and the tileset, its TileJSON, and a tile.
	documents, tileJSON, tile *Resource
}

func newTiled(path string, layers []*collection, own parameters) *tiled {
	return &tiled{
		path: path, layers: layers,
		documents: newResource(AMinute, []*representation{jsonFormat, htmlFormat}, own...),
		tileJSON:  newResource(AMinute, []*representation{jsonFormat}, own...),
		tile: &Resource{
			formats: []*representation{mvtFormat}, cache: AlwaysCheck, kept: true,
			parameters: slices.Concat(own, parameters{formatParameter(mvtFormat), langParameter}),
		},
	}
}

// findTiled finds what a path has tiles of.
func (v *service) findTiled(c echo.Context) (*tiled, error) {
	if id := c.Param("tileMatrixSetId"); id != "" && id != webMercatorQuad {
		return nil, NotFound("no such tile matrix set; there is " + webMercatorQuad)
	}
	if c.Param("collectionId") == "" {
		return v.tiled, nil
	}
	col, err := v.find(c.Param("collectionId"))
	if err != nil {
		return nil, err
	}
	return col.tiles, nil
}

func (t *tiled) tilesetPath() string { return t.path + "/" + webMercatorQuad }

func (t *tiled) title(lang string) string {
	if t.collection != nil {
		return t.collection.Title.In(lang)
	}
	return word(lang, "doc.title")
}

func (t *tiled) crumbs(lang string) []layout.Label {
	if t.collection != nil {
		return t.collection.crumbs(lang)
	}
	return []layout.Label{homeCrumb(lang)}
}

// collectionsParameter is read by chosenLayers: it is no part of a query
// (/req/collections-selection/query-collections).
func collectionsParameter(ids []string) parameter {
	return parameter{
		name:        chosenCollections,
		description: "Collections to have in the tiles, by id or by address, with commas between, in the order of the layers; all where it is not given.",
		schema:      schema{"type": "array", "minItems": 1, "items": schema{"type": "string", "pattern": "(^|/collections/)(" + oneOfPattern(ids) + ")$"}},
	}
}

const chosenCollections = "collections"

// tileQuestion is a request for tiles, or for what describes them.
type tileQuestion struct {
	*Answer
	of      *tiled
	layers  []*collection
	queries []geo.Query // one for each layer
}

// askTiles reads what tiles and their descriptions have in common. A filter that
// does not hold for the tiles is an error for what describes them too.
func (s *Server) askTiles(c echo.Context, resourceOf func(*tiled) *Resource) (*tileQuestion, error) {
	var of *tiled
	a, err := s.answerBy(c, func(v *service) (_ *Resource, err error) {
		if of, err = v.findTiled(c); err != nil {
			return nil, err
		}
		return resourceOf(of), nil
	})
	if err != nil {
		return nil, err
	}
	q := &tileQuestion{Answer: a, of: of}
	if q.layers, err = q.chosenLayers(); err != nil {
		return nil, err
	}
	for _, col := range q.layers {
		query, err := a.query(col.Collection)
		if err != nil {
			return nil, err
		}
		q.queries = append(q.queries, query)
	}
	return q, nil
}

// chosenLayers are those that the parameter collections names, in its order.
func (q *tileQuestion) chosenLayers() ([]*collection, error) {
	text := q.params.Get(chosenCollections)
	if text == "" {
		return q.of.layers, nil
	}
	var chosen []*collection
	for name := range strings.SplitSeq(text, ",") {
		name = strings.TrimPrefix(name, q.Href("/collections/", nil))
		i := slices.IndexFunc(q.of.layers, func(c *collection) bool { return c.ID == name })
		if i < 0 || slices.Contains(chosen, q.of.layers[i]) {
			return nil, &geo.InputError{Param: chosenCollections, Value: name,
				Reason: "write " + enumerated(collectionIDs(q.of.layers), "or") + ", each once, with commas between"}
		}
		chosen = append(chosen, q.of.layers[i])
	}
	return chosen, nil
}

// sources are the collections of the layers.
func (q *tileQuestion) sources() []*geo.Collection {
	all := make([]*geo.Collection, len(q.layers))
	for i, col := range q.layers {
		all[i] = col.Collection
	}
	return all
}

// carried is the part of the query that chooses what is in the tiles.
func (q *tileQuestion) carried() url.Values {
	kept := maps.Clone(q.params)
	delete(kept, "f")
	delete(kept, langParameter.name)
	return q.inLanguage(kept)
}

// extent is that of all layers; the world where nothing has a position.
func (q *tileQuestion) extent() geo.BBox {
	b := q.layers[0].extent(q.catalog)
	if len(q.layers) > 1 || b.IsEmpty() { // then outlines are one of them
		return world
	}
	return b
}

// flat is an extent as a bound of the one map that tiles are cut from, which has its
// edges at the antimeridian: all of its width where the extent crosses that, or touches
// it, because a mark that stands there is seen on both sides.
func flat(b geo.BBox) orb.Bound {
	if b.ReachesEdge() {
		b[0], b[2] = -180, 180
	}
	return orb.Bound{Min: orb.Point{b[0], b[1]}, Max: orb.Point{b[2], b[3]}}
}

// tilesetDocument describes a tileset (OGC 17-083r4, §8.2); in a list, it lacks
// what is marked so.
type tilesetDocument struct {
	Title               string       `json:"title"`
	DataType            string       `json:"dataType"`
	CRS                 string       `json:"crs"`
	TileMatrixSetID     string       `json:"tileMatrixSetId"`
	TileMatrixSetURI    string       `json:"tileMatrixSetURI"`
	MediaTypes          []string     `json:"mediaTypes"`
	License             string       `json:"license,omitempty"`
	Attribution         string       `json:"attribution,omitempty"`
	Links               []Link       `json:"links"`
	TileMatrixSetLimits []tileLimits `json:"tileMatrixSetLimits"`
	BoundingBox         *boundingBox `json:"boundingBox,omitempty"` // not in a list
	CenterPoint         *centerPoint `json:"centerPoint,omitempty"` // not in a list
	Layers              []tileLayer  `json:"layers,omitempty"`      // not in a list
}

// tileLimits are the tiles of one zoom that anything may be in.
type tileLimits struct {
	TileMatrix string `json:"tileMatrix"`
	MinTileRow int    `json:"minTileRow"`
	MaxTileRow int    `json:"maxTileRow"`
	MinTileCol int    `json:"minTileCol"`
	MaxTileCol int    `json:"maxTileCol"`
}

type boundingBox struct {
	LowerLeft  orb.Point `json:"lowerLeft"`
	UpperRight orb.Point `json:"upperRight"`
	CRS        string    `json:"crs"`
}

type centerPoint struct {
	Coordinates orb.Point `json:"coordinates"`
	CRS         string    `json:"crs"`
	TileMatrix  string    `json:"tileMatrix"`
}

type tileLayer struct {
	ID                string       `json:"id"`
	Title             string       `json:"title"`
	Description       string       `json:"description"`
	DataType          string       `json:"dataType"`
	GeometryDimension int          `json:"geometryDimension"`
	MinTileMatrix     string       `json:"minTileMatrix"`
	MaxTileMatrix     string       `json:"maxTileMatrix"`
	BoundingBox       *boundingBox `json:"boundingBox"`
	PropertiesSchema  object       `json:"propertiesSchema"`
	Links             []Link       `json:"links"`
}

func limitsOf(b orb.Bound, zoom int) tileLimits {
	first := zorder.TileAt(orb.Point{b.Min[0], b.Max[1]}, zoom)
	last := zorder.TileAt(orb.Point{b.Max[0], b.Min[1]}, zoom)
	return tileLimits{TileMatrix: strconv.Itoa(zoom), MinTileRow: first.Y, MaxTileRow: last.Y, MinTileCol: first.X, MaxTileCol: last.X}
}

func boxOfBound(b orb.Bound) *boundingBox { return &boundingBox{b.Min, b.Max, crs.CRS84.URI()} }

// summary is the tileset as a list has it.
func (q *tileQuestion) summary() tilesetDocument {
	terms := q.termsOf(q.sources()...)
	doc := tilesetDocument{
		Title: q.of.title(q.lang), DataType: "vector", CRS: crsOfTiles, TileMatrixSetID: webMercatorQuad, TileMatrixSetURI: webMercatorQuadURI,
		MediaTypes: []string{mvtFormat.mediaType}, License: terms.Licence, Attribution: terms.Attribution, Links: q.tilesetLinks(),
	}
	for zoom := range zorder.MaxTileZoom + 1 {
		doc.TileMatrixSetLimits = append(doc.TileMatrixSetLimits, limitsOf(flat(q.extent()), zoom))
	}
	return doc
}

// tilesetLinks are /req/tileset/description D to G. The templates carry the filter
// of the request on.
func (q *tileQuestion) tilesetLinks() []Link {
	path, carried := q.of.tilesetPath(), q.carried()
	return append([]Link{
		{Href: q.Href(path, carried), Rel: "self", Type: jsonFormat.mediaType, Title: "link.tileset"},
		{Href: q.Href(path+"/{tileMatrix}/{tileRow}/{tileCol}", carried), Rel: "item", Type: mvtFormat.mediaType, Title: "link.tiles", Templated: true},
		{Href: q.Href(path+"/tilejson", carried), Rel: "describedby", Type: jsonFormat.mediaType, Title: "link.tilejson"},
		{Href: q.Href(tileMatrixSetPath, nil), Rel: relTilingScheme, Type: jsonFormat.mediaType, Title: "link.tile_matrix_set"},
	}, licenceLinks(q.termsOf(q.sources()...))...)
}

// details are the tileset in full.
func (q *tileQuestion) details() tilesetDocument {
	doc, extent := q.summary(), q.extent()
	center, zoom := centerOf(extent)
	doc.BoundingBox = boxOfBound(flat(extent))
	doc.CenterPoint = &centerPoint{center, crs.CRS84.URI(), strconv.Itoa(zoom)}
	for _, col := range q.layers {
		doc.Layers = append(doc.Layers, q.layer(col))
	}
	if self := q.selfAndAlternates(); len(self) > 1 {
		doc.Links = slices.Concat(self[:1], doc.Links[1:], self[1:])
	}
	return doc
}

func (q *tileQuestion) layer(col *collection) tileLayer {
	properties := object{}
	for _, f := range q.shown(col.Collection).layer.Fields(q.catalog) {
		properties[f.Name] = object{"type": scalarSchema(f.Type)["type"], "title": describe(&f)}
	}
	extent := col.extent(q.catalog)
	if extent.IsEmpty() {
		extent = world
	}
	return tileLayer{
		ID: col.ID, Title: col.Title.In(q.lang), Description: col.Description.In(q.lang), DataType: "vector", GeometryDimension: col.Geometry.Dimension(),
		MinTileMatrix: "0", MaxTileMatrix: strconv.Itoa(zorder.MaxTileZoom), BoundingBox: boxOfBound(flat(extent)),
		PropertiesSchema: object{"type": "object", "properties": properties},
		Links:            []Link{{Href: q.dataHref(col.path(), nil), Rel: relGeodata, Type: jsonFormat.mediaType, Title: "link.collection"}},
	}
}

type tilesetsDocument struct {
	Links    []Link            `json:"links"`
	Tilesets []tilesetDocument `json:"tilesets"`
}

// tilesets answers GET …/tiles (/req/tilesets-list/tileset-links).
func (s *Server) tilesets(c echo.Context) error {
	q, err := s.askTiles(c, func(t *tiled) *Resource { return t.documents })
	if err != nil {
		return err
	}
	if q.Fresh() {
		return q.NotModified()
	}
	doc := tilesetsDocument{Links: q.selfAndAlternates(), Tilesets: []tilesetDocument{q.summary()}}
	if q.isHTML() {
		return q.sendPage("tilesets", page{
			Title: word(q.lang, "doc.tilesets"), Crumbs: q.of.crumbs(q.lang), Links: doc.Links,
			Data: []linkedSection{{webMercatorQuad, q.Href(q.of.tilesetPath(), q.carried()), doc.Tilesets[0].Links}},
		})
	}
	return q.sendJSON(doc)
}

// linkedSection is one thing in a page of several.
type linkedSection struct {
	Title, Href string
	Links       []Link
}

// tileset answers GET …/tiles/WebMercatorQuad (/req/tileset/description).
func (s *Server) tileset(c echo.Context) error {
	q, err := s.askTiles(c, func(t *tiled) *Resource { return t.documents })
	if err != nil {
		return err
	}
	if q.Fresh() {
		return q.NotModified()
	}
	doc := q.details()
	if q.isHTML() {
		crumbs := append(q.of.crumbs(q.lang), layout.Label{Text: word(q.lang, "doc.tilesets"), Href: q.of.path})
		return q.sendPage("tileset", page{Title: webMercatorQuad, Crumbs: crumbs, Links: doc.Links, Data: q.tilesetPage(doc)})
	}
	return q.sendJSON(doc)
}

// tilesetPage is a tileset for reading.
type tilesetPage struct {
	tilesetDocument
	Template string
	Layers   []layerPage
}

type layerPage struct {
	Title  string
	Fields []propertyRow
}

func (q *tileQuestion) tilesetPage(doc tilesetDocument) tilesetPage {
	p := tilesetPage{tilesetDocument: doc, Template: q.Href(q.of.tilesetPath()+"/{tileMatrix}/{tileRow}/{tileCol}", q.carried())}
	for _, col := range q.layers {
		shown := layerPage{Title: col.Title.In(q.lang)}
		for _, f := range q.shown(col.Collection).layer.Fields(q.catalog) {
			title, lang := meaning(&f, q.lang)
			shown.Fields = append(shown.Fields, propertyRow{Name: f.Name, Type: string(f.Type), Title: title, Lang: lang})
		}
		p.Layers = append(p.Layers, shown)
	}
	return p
}
