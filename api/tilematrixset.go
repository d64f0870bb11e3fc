package api

import (
	"math"
	"strconv"

	"innoatlas/layout"

	"github.com/labstack/echo/v4"
	"github.com/paulmach/orb"
)

// The one tile matrix set, of OGC's register (OGC 17-083r4, annex D.1).
const (
	webMercatorQuad    = "WebMercatorQuad"
	webMercatorQuadURI = "http://www.opengis.net/def/tilematrixset/OGC/1.0/WebMercatorQuad"
	tileMatrixSetPath  = "/tileMatrixSets/" + webMercatorQuad
	crsOfTiles         = "http://www.opengis.net/def/crs/EPSG/0/3857"

	// registeredZooms are those of the register; tilesets may have fewer.
	registeredZooms = 25
)

type tileMatrixSetDocument struct {
	ID                string       `json:"id"`
	Title             string       `json:"title"`
	URI               string       `json:"uri"`
	CRS               string       `json:"crs"`
	OrderedAxes       []string     `json:"orderedAxes"`
	WellKnownScaleSet string       `json:"wellKnownScaleSet"`
	TileMatrices      []tileMatrix `json:"tileMatrices"`
	Links             []Link       `json:"links"`
}

// tileMatrix is one zoom; lengths are metres of EPSG:3857.
type tileMatrix struct {
	ID               string    `json:"id"`
	ScaleDenominator float64   `json:"scaleDenominator"`
	CellSize         float64   `json:"cellSize"`
	CornerOfOrigin   string    `json:"cornerOfOrigin"`
	PointOfOrigin    orb.Point `json:"pointOfOrigin"`
	TileWidth        int       `json:"tileWidth"`
	TileHeight       int       `json:"tileHeight"`
	MatrixWidth      int       `json:"matrixWidth"`
	MatrixHeight     int       `json:"matrixHeight"`
}

// tileMatrices are those of WebMercatorQuad. The scale denominator is for the
// pixels of 0.28 mm of the standard.
func tileMatrices() []tileMatrix {
	const radius, pixels, pixelSize = 6378137.0, 256, 0.00028
	half := math.Pi * radius
	matrices := make([]tileMatrix, registeredZooms)
	for zoom := range matrices {
		size := 1 << zoom
		cell := 2 * half / pixels / float64(size)
		matrices[zoom] = tileMatrix{
			ID: strconv.Itoa(zoom), ScaleDenominator: cell / pixelSize, CellSize: cell, CornerOfOrigin: "topLeft", PointOfOrigin: orb.Point{-half, half},
			TileWidth: pixels, TileHeight: pixels, MatrixWidth: size, MatrixHeight: size,
		}
	}
	return matrices
}

// tileMatrixSet answers GET /tileMatrixSets/WebMercatorQuad (/req/tileset/description D).
func (s *Server) tileMatrixSet(c echo.Context) error {
	if c.Param("tileMatrixSetId") != webMercatorQuad {
		return NotFound("no such tile matrix set; there is " + webMercatorQuad)
	}
	a, err := s.Answer(c, documentResource)
	if err != nil {
		return err
	}
	if a.Fresh() {
		return a.NotModified()
	}
	doc := tileMatrixSetDocument{
		ID: webMercatorQuad, Title: "Google Maps Compatible for the World", URI: webMercatorQuadURI, CRS: crsOfTiles, OrderedAxes: []string{"X", "Y"},
		WellKnownScaleSet: "http://www.opengis.net/def/wkss/OGC/1.0/GoogleMapsCompatible",
		TileMatrices:      tileMatrices(), Links: a.selfAndAlternates(),
	}
	if a.isHTML() {
		crumbs := []layout.Label{homeCrumb(a.lang), {Text: word(a.lang, "doc.tile_matrix_sets"), Href: "/tileMatrixSets"}}
		return a.sendPage("tilematrixset", page{Title: webMercatorQuad, Crumbs: crumbs, Links: doc.Links, Data: doc})
	}
	return a.sendJSON(doc)
}

type tileMatrixSetsDocument struct {
	Links          []Link              `json:"links"`
	TileMatrixSets []tileMatrixSetItem `json:"tileMatrixSets"`
}

type tileMatrixSetItem struct {
	ID    string `json:"id"`
	Title string `json:"title"`
	URI   string `json:"uri"`
	CRS   string `json:"crs"`
	Links []Link `json:"links"`
}

// tileMatrixSets answers GET /tileMatrixSets.
func (s *Server) tileMatrixSets(c echo.Context) error {
	a, err := s.Answer(c, documentResource)
	if err != nil {
		return err
	}
	if a.Fresh() {
		return a.NotModified()
	}
	address := a.Href(tileMatrixSetPath, nil)
	item := tileMatrixSetItem{
		ID: webMercatorQuad, Title: webMercatorQuad, URI: webMercatorQuadURI, CRS: crsOfTiles,
		Links: []Link{{Href: address, Rel: "self", Type: jsonFormat.mediaType, Title: "link.tile_matrix_set"}},
	}
	doc := tileMatrixSetsDocument{a.selfAndAlternates(), []tileMatrixSetItem{item}}
	if a.isHTML() {
		return a.sendPage("tilesets", page{
			Title: word(a.lang, "doc.tile_matrix_sets"), Crumbs: []layout.Label{homeCrumb(a.lang)}, Links: doc.Links,
			Data: []linkedSection{{webMercatorQuad, address, item.Links}},
		})
	}
	return a.sendJSON(doc)
}
