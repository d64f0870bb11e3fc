package api

import (
	"cmp"
	"math"

	"github.com/labstack/echo/v4"
	"github.com/paulmach/orb"

	"innoatlas/geo"
	"innoatlas/geo/zorder"
)

// deepestInTileJSON is the zoom from which clients draw tiles larger instead of
// asking for deeper ones. From geo.DetailZoom on tiles hold the records themselves,
// and here a unit of a tile is 60 cm at the equator: deeper tiles would show the
// same. The tileset has them all the same.
const deepestInTileJSON = 14

// tileJSONDocument is TileJSON 3.0.0, for clients that read no tileset of OGC's.
type tileJSONDocument struct {
	TileJSON     string        `json:"tilejson"`
	Name         string        `json:"name"`
	Attribution  string        `json:"attribution,omitempty"` // HTML
	Scheme       string        `json:"scheme"`
	Tiles        []string      `json:"tiles"`
	MinZoom      int           `json:"minzoom"`
	MaxZoom      int           `json:"maxzoom"`
	Bounds       [4]float64    `json:"bounds"`
	Center       [3]float64    `json:"center"`
	VectorLayers []vectorLayer `json:"vector_layers"`
}

type vectorLayer struct {
	ID          string            `json:"id"`
	Description string            `json:"description"`
	MinZoom     int               `json:"minzoom"`
	MaxZoom     int               `json:"maxzoom"`
	Fields      map[string]string `json:"fields"`
}

// tileJSON answers GET …/tiles/WebMercatorQuad/tilejson. Its template has the same
// addresses as the tileset's: {y} is the row and comes first.
func (s *Server) tileJSON(c echo.Context) error {
	q, err := s.askTiles(c, func(t *tiled) *Resource { return t.tileJSON })
	if err != nil {
		return err
	}
	if q.Fresh() {
		return q.NotModified()
	}
	b := mercatorExtent(flat(q.extent())) // bounds of TileJSON do not cross the antimeridian
	center, zoom := centerOf(q.extent())
	doc := tileJSONDocument{
		TileJSON: "3.0.0", Name: q.of.title(q.lang), Attribution: credit(q.termsOf(q.sources()...)), Scheme: "xyz",
		Tiles:   []string{q.Href(q.of.tilesetPath()+"/{z}/{y}/{x}", q.carried())},
		MinZoom: 0, MaxZoom: deepestInTileJSON,
		Bounds: [4]float64{b.Min[0], b.Min[1], b.Max[0], b.Max[1]},
		Center: [3]float64{center[0], center[1], float64(zoom)},
	}
	for _, col := range q.layers {
		doc.VectorLayers = append(doc.VectorLayers, q.vectorLayer(col))
	}
	return q.sendJSON(doc)
}

func (q *tileQuestion) vectorLayer(col *collection) vectorLayer {
	fields := map[string]string{}
	for _, f := range q.shown(col.Collection).layer.Fields(q.catalog) {
		fields[f.Name] = cmp.Or(tileJSONTypes[f.Type], "String")
	}
	return vectorLayer{ID: col.ID, Description: col.Title.In(q.lang), MinZoom: 0, MaxZoom: deepestInTileJSON, Fields: fields}
}

// tileJSONTypes are the types of values that are no text.
var tileJSONTypes = map[geo.Type]string{geo.Integer: "Number", geo.Number: "Number", geo.Boolean: "Boolean"}

// mercatorExtent is an extent without what Web Mercator does not show.
func mercatorExtent(b orb.Bound) orb.Bound {
	b.Min[1], b.Max[1] = max(b.Min[1], -zorder.MaxLatitude), min(b.Max[1], zorder.MaxLatitude)
	return b
}

// centerOf is the middle of an extent, and the zoom at which all of it is seen in
// about two tiles each way.
func centerOf(b geo.BBox) (orb.Point, int) {
	b[1], b[3] = max(b[1], -zorder.MaxLatitude), min(b[3], zorder.MaxLatitude)
	width := max(b.Width(), 2*(b[3]-b[1]), 360.0/(1<<deepestInTileJSON))
	const decimals = 1e6
	center := b.Center()
	center = orb.Point{math.Round(center[0]*decimals) / decimals, math.Round(center[1]*decimals) / decimals}
	return center, max(0, min(deepestInTileJSON, int(math.Log2(360/width))))
}
