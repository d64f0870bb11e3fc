package api

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/labstack/echo/v4"

	"innoatlas/geo"
	"innoatlas/geo/tile"
	"innoatlas/geo/zorder"
)

var mvtFormat = &representation{
	names:     []string{"mvt"},
	mediaType: "application/vnd.mapbox-vector-tile",
	accepts:   []string{"application/vnd.mapbox-vector-tile", "application/x-protobuf"},
}

// tile answers GET …/tiles/WebMercatorQuad/{tileMatrix}/{tileRow}/{tileCol}
// (/req/core/tc-op). A tile with nothing in it is 200 with no bytes, which is a
// vector tile; 204 would do too, but not every client takes it.
func (s *Server) tile(c echo.Context) error {
	q, err := s.askTiles(c, func(t *tiled) *Resource { return t.tile })
	if err != nil {
		return err
	}
	t, err := q.address()
	if err != nil {
		return err
	}
	if q.Fresh() {
		return q.NotModified()
	}
	return s.keep(q.Answer, func() error { return s.sendTile(q, t) })
}

// sendTile asks for all layers before it writes the first.
func (s *Server) sendTile(q *tileQuestion, t zorder.Tile) error {
	var layers []layer
	for i, query := range q.queries {
		l, err := s.layer(q.Answer, q.layers[i], query, t)
		if err != nil {
			return err
		}
		layers = append(layers, l)
	}
	for _, l := range layers {
		if err := q.begin(l.turn); err != nil {
			return err
		}
	}
	buf := takeBuffer()
	defer buf.giveBack()
	for _, l := range layers {
		buf.b = l.append(buf.b)
	}
	return q.Send(buf.b)
}

// address reads which tile the path names. What is outside of the limits of the
// tileset is not there (/req/core/tc-error).
func (q *tileQuestion) address() (zorder.Tile, error) {
	zoom, known := parseIndex(q.c.Param("tileMatrix"))
	if !known || zoom > zorder.MaxTileZoom {
		return zorder.Tile{}, NotFound(fmt.Sprintf("no such tile matrix; there are 0 to %d", zorder.MaxTileZoom))
	}
	row, isRow := parseIndex(q.c.Param("tileRow"))
	column, isColumn := parseIndex(q.c.Param("tileCol"))
	limits := limitsOf(flat(q.extent()), zoom)
	if !isRow || !isColumn || row < limits.MinTileRow || row > limits.MaxTileRow || column < limits.MinTileCol || column > limits.MaxTileCol {
		return zorder.Tile{}, NotFound(fmt.Sprintf("no such tile; tile matrix %d has rows %d to %d and columns %d to %d",
			zoom, limits.MinTileRow, limits.MaxTileRow, limits.MinTileCol, limits.MaxTileCol))
	}
	return zorder.Tile{Z: zoom, X: column, Y: row}, nil
}

// parseIndex reads a number from 0 on in its only form, so that a tile has one address.
func parseIndex(text string) (n int, ok bool) {
	n, err := strconv.Atoi(text)
	return n, err == nil && n >= 0 && strconv.Itoa(n) == text
}

// layer is what one collection has in a tile: what writes it, and the turn that takes.
type layer struct {
	append func(dst []byte) []byte
	turn   *geo.Gate
}

func (s *Server) layer(a *Answer, col *collection, q geo.Query, t zorder.Tile) (layer, error) {
	shown := a.shown(col.Collection)
	if col.Indexed {
		content, err := s.store.Tile(a.Context(), q, t)
		if err == nil {
			content, err = s.withOtherSide(a, q, t, content)
		}
		return layer{append: func(dst []byte) []byte { return shown.layer.Points(dst, t, shown.tile(content)) }}, err
	}
	if col.Geometry != geo.MultiPolygon {
		content, err := s.store.Tile(a.Context(), q, t)
		return layer{func(dst []byte) []byte { return shown.layer.Plain(dst, t, content, shown.of) }, a.turns.brief}, err
	}
	records, err := s.everyRecord(a, q)
	return layer{func(dst []byte) []byte {
		return s.outlines.Areas(dst, shown.layer, a.catalog.Revision, t, shown.all(records))
	}, a.turns.brief}, err
}

// everyRecord are all that match, page by page.
func (s *Server) everyRecord(a *Answer, q geo.Query) (all []geo.Feature, err error) {
	q.Limit = geo.MaxLimit
	for {
		found, err := s.store.List(a.Context(), q)
		if err != nil || !found.More && all == nil {
			return found.Features, err
		}
		all = append(all, found.Features...)
		if !found.More {
			return all, nil
		}
		place := q.CursorAfter(all[len(all)-1])
		q.After = &place
	}
}

// withOtherSide adds to a tile at the edge of the map what stands on the antimeridian in
// the tile beyond that edge, since it is seen on both sides. Others have it once.
func (s *Server) withOtherSide(a *Answer, q geo.Query, t zorder.Tile, content geo.Tile) (geo.Tile, error) {
	last := 1<<t.Z - 1
	if t.X > 0 && t.X < last || !a.catalog.Extent.ReachesEdge() {
		return content, nil
	}
	beyond := content
	if last > 0 {
		var err error
		if beyond, err = s.store.Tile(a.Context(), q, zorder.Tile{Z: t.Z, X: last - t.X, Y: t.Y}); err != nil {
			return geo.Tile{}, err
		}
	}
	return tile.WithOtherSide(content, beyond), nil
}

// Variables of the path of a tile (/req/core/tc-tilematrix-definition and the
// next two).
var tileVariables = []object{
	{
		"name": "tileMatrix", "in": "path", "required": true, "description": fmt.Sprintf("Zoom: 0 to %d", zorder.MaxTileZoom),
		"schema": schema{"type": "string", "pattern": indexPattern(zorder.MaxTileZoom)}, "example": "5",
	},
	{
		"name": "tileRow", "in": "path", "required": true, "description": "Row, counted from the north",
		"schema": schema{"type": "integer", "minimum": 0, "maximum": 1<<zorder.MaxTileZoom - 1}, "example": 14,
	},
	{
		"name": "tileCol", "in": "path", "required": true, "description": "Column, counted from the west",
		"schema": schema{"type": "integer", "minimum": 0, "maximum": 1<<zorder.MaxTileZoom - 1}, "example": 25,
	},
}

// tileOperations are those of all tiles, and of the one tile matrix set. Their ids
// end as /req/oas30/operation-id wants it.
func (v *service) tileOperations() []operation {
	ops := []operation{
		{path: "/tileMatrixSets", id: "getTileMatrixSetsList", summary: "Tile matrix sets", tag: "Tiles", resource: documentResource, schema: "document"},
		{path: tileMatrixSetPath, id: "getTileMatrixSet", summary: "The tile matrix set of all tiles", tag: "Tiles", resource: documentResource, schema: "document"},
	}
	ops = append(ops, v.tiled.operations()...)
	for _, col := range v.collections {
		ops = append(ops, col.tiles.operations()...)
	}
	return ops
}

func (t *tiled) operations() []operation {
	prefix, tag := "all.dataset.vector.", "Tiles"
	if t.collection != nil {
		prefix, tag = t.collection.ID+".collection.vector.", t.collection.Title.In("en")
	}
	return []operation{
		{path: t.path, id: prefix + "getTileSetsList", summary: "Tilesets", tag: tag, resource: t.documents, collection: t.collection, schema: "document"},
		{path: t.tilesetPath(), id: prefix + "getTileSet", summary: "Vector tiles in Web Mercator", tag: tag, resource: t.documents, collection: t.collection, schema: "document"},
		{path: t.tilesetPath() + "/tilejson", id: prefix + "getTileJSON", summary: "The tileset as TileJSON 3.0", tag: tag,
			resource: t.tileJSON, collection: t.collection, schema: "document"},
		{
			path: t.tilesetPath() + "/{tileMatrix}/{tileRow}/{tileCol}", id: prefix + "getTile", summary: "A vector tile", tag: tag,
			resource: t.tile, collection: t.collection, variables: slices.Clone(tileVariables),
		},
	}
}
