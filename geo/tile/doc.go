// Package tile writes vector tiles: Mapbox Vector Tile 2.1, in Web Mercator
// (WebMercatorQuad of OGC 17-083r4). A tile has one layer for each collection
// that has something in it, named like the collection; a tile with nothing in it
// is zero bytes long.
//
// Facilities are points, each in exactly one tile of a zoom, with no buffer.
// Countries are polygons, simplified for the zoom and cut a little outside of
// the tile, so that the cut does not show.
package tile
