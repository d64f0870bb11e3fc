package storetest

import (
	"fmt"
	"slices"
	"testing"

	"github.com/paulmach/orb"

	"innoatlas/geo"
	"innoatlas/geo/cql2"
	"innoatlas/geo/tile"
	"innoatlas/geo/zorder"
)

func (c contract) testTile(t *testing.T, q geo.Query, tile zorder.Tile) geo.Tile {
	t.Helper()
	got, err := c.store.Tile(t.Context(), q, tile)
	if err != nil {
		t.Fatalf("Tile %v: %v\n%#v", tile, err, q)
	}
	if d := diff(shown(q.Collection, c.tile(q, tile)), shown(q.Collection, got)); d != "" {
		t.Fatalf("Tile %v (-want +got):\n%s\n%#v", tile, d, q)
	}
	return got
}

// shownTile is a tile with no more of its facilities than it shows, in every language.
type shownTile struct {
	geo.Tile
	Names [][]string
}

func shown(c *geo.Collection, t geo.Tile) shownTile {
	all := t.Facilities
	t.Facilities = nil
	var inLanguages [][]string
	for _, f := range all {
		var names []string
		for _, lang := range readers {
			names = append(names, f.NameIn(lang))
		}
		inLanguages = append(inLanguages, names)
		f = f.OnTile()
		f.Translations = nil // of which it shows the names
		for _, own := range c.OwnFields() {
			if !own.OnTile() {
				own.Set(f, cql2.Value{})
			}
		}
		t.Facilities = append(t.Facilities, f)
	}
	return shownTile{t, inLanguages}
}

// tileOf is the tile that a facility lies in; for one without a position the first.
func tileOf(f *geo.Facility, zoom int) zorder.Tile {
	if f.Position == nil {
		return zorder.Tile{Z: zoom}
	}
	return zorder.TileAt(*f.Position, zoom)
}

// some is one of the facilities; of none, one without a position.
func (c contract) some(i int) *geo.Facility {
	if len(c.ds.Facilities) == 0 {
		return &geo.Facility{}
	}
	return &c.ds.Facilities[i%len(c.ds.Facilities)]
}

// testTiles asks for all tiles of a low zoom, and for those of a high one in which
// a record stands: together they hold what matches and has a position.
func (c contract) testTiles(t *testing.T) {
	filters := []cql2.Expr{
		nil,
		geo.SearchFilter("station"),
		cql2.Not{X: cql2.Compare{Op: cql2.Equal, Left: cql2.Property("established"), Right: cql2.Literal{Value: cql2.NumberOf(2015)}}},
	}
	for _, filter := range filters {
		q := geo.Query{Collection: c.collection(geo.Facilities), Filter: filter}
		want := c.clusters(q, 0)
		for _, tiles := range [][]zorder.Tile{allTiles(3), c.occupied(geo.DetailZoom + 1)} {
			var got int
			for _, tile := range tiles {
				got += members(c.testTile(t, q, tile))
			}
			if got != want.Matched-want.WithoutPosition {
				t.Errorf("the tiles of zoom %d hold %d records, want %d less %d\n%#v", tiles[0].Z, got, want.Matched, want.WithoutPosition, filter)
			}
		}
	}
}

// testDrawn asks for tiles of the collections that have no index: each draws what it would of all
// that match.
func (c contract) testDrawn(t *testing.T) {
	for _, of := range []*geo.Collection{geo.Institutions, geo.Partnerships, geo.Projects} {
		for _, filter := range []cql2.Expr{nil, geo.SearchFilter("university")} {
			q := geo.Query{Collection: c.collection(of), Filter: filter}
			whole := geo.Tile{Records: c.all(q)}
			for _, at := range slices.Concat(allTiles(0), allTiles(2), c.occupied(6)) {
				content, err := c.store.Tile(t.Context(), q, at)
				if err != nil || content.Bare {
					t.Fatalf("tile %v of %s: bare is %t; %v", at, of, content.Bare, err)
				}
				if want, got := drawn(q, at, whole), drawn(q, at, content); want != got {
					t.Errorf("tile %v of %s has %d bytes of %d records, want %d bytes", at, of, len(got), len(content.Records), len(want))
				}
			}
		}
	}
}

func drawn(q geo.Query, at zorder.Tile, content geo.Tile) string {
	return string(tile.Of(q.Collection).Plain(nil, at, content, func(f geo.Feature) geo.Feature { return f }))
}

// testManyDrawn asks for more records than a tile says anything of, and for fewer.
func (c contract) testManyDrawn(t *testing.T) {
	q := geo.Query{Collection: c.collection(geo.Partnerships)}
	all := c.all(q)
	whole := geo.Tile{Records: all[:min(len(all), geo.MaxTileShapes)], Bare: true}
	content, err := c.store.Tile(t.Context(), q, zorder.Tile{})
	if err != nil || !content.Bare {
		t.Fatalf("%d records, bare is %t; %v", len(content.Records), content.Bare, err)
	}
	if want, got := drawn(q, zorder.Tile{}, whole), drawn(q, zorder.Tile{}, content); want != got {
		t.Errorf("%d bytes, want %d of %d records", len(got), len(want), len(all))
	}
	q.Filter = cql2.Compare{Op: cql2.Less, Left: cql2.Property("id"), Right: cql2.Literal{Value: cql2.NumberOf(float64(1 << 46))}}
	if content, err = c.store.Tile(t.Context(), q, zorder.Tile{}); err != nil || content.Bare || len(content.Records) == 0 {
		t.Errorf("of a quarter %d records, bare is %t; %v", len(content.Records), content.Bare, err)
	}
}

func allTiles(zoom int) []zorder.Tile {
	var tiles []zorder.Tile
	for x := range 1 << zoom {
		for y := range 1 << zoom {
			tiles = append(tiles, zorder.Tile{Z: zoom, X: x, Y: y})
		}
	}
	return tiles
}

func (c contract) occupied(zoom int) []zorder.Tile {
	var tiles []zorder.Tile
	seen := map[zorder.Tile]bool{}
	for i := range c.ds.Facilities {
		f := &c.ds.Facilities[i]
		if tile := tileOf(f, zoom); f.Position != nil && !seen[tile] {
			seen[tile] = true
			tiles = append(tiles, tile)
		}
	}
	return tiles
}

func members(tile geo.Tile) int {
	n := len(tile.Facilities)
	for _, cluster := range tile.Clusters {
		n += cluster.Count
	}
	return n
}

// crowd has one facility more than a tile shows one by one, within a tile of the
// first zoom that does.
func crowd() *geo.Dataset {
	ds := &geo.Dataset{Revision: "crowd", Kinds: kinds(), Sectors: sectors(), OwnIDs: true, OwnKinds: true, OwnSectors: true, OwnOutlines: true}
	for i := range geo.MaxTileFeatures + 1 {
		p := geo.RoundPosition(orb.Point{100.6 + float64(i%60)/1000, 13.6 + float64(i/60)/1000})
		ds.Facilities = append(ds.Facilities, geo.Facility{
			ID: int64(i + 1), Slug: fmt.Sprintf("crowd-%d", i), Name: "Crowd", Kind: "museum", Status: "unknown", Precision: "site", Position: &p,
		})
	}
	Date(ds)
	return ds
}

// testCrowd asks for a record too many, for as many as are shown one by one, and
// for the tiles around.
func (c contract) testCrowd(t *testing.T) {
	tile := tileOf(&c.ds.Facilities[0], geo.DetailZoom)
	all := geo.Query{Collection: c.collection(geo.Facilities)}
	if got := c.testTile(t, all, tile); len(got.Clusters) == 0 || members(got) != geo.MaxTileFeatures+1 {
		t.Errorf("Tile %v has %d clusters of %d records, want some of all %d", tile, len(got.Clusters), members(got), geo.MaxTileFeatures+1)
	}
	most := geo.Query{Collection: c.collection(geo.Facilities), Filter: cql2.Compare{Op: cql2.Greater, Left: cql2.Property("id"), Right: cql2.Literal{Value: cql2.NumberOf(1)}}}
	if got := c.testTile(t, most, tile); len(got.Facilities) != geo.MaxTileFeatures {
		t.Errorf("Tile %v has %d facilities, want %d", tile, len(got.Facilities), geo.MaxTileFeatures)
	}
	c.testTile(t, all, zorder.Tile{Z: tile.Z, X: tile.X + 1, Y: tile.Y})
	c.testTile(t, all, zorder.TileAt(*c.ds.Facilities[0].Position, geo.DetailZoom-1))
	c.testTile(t, all, zorder.TileAt(*c.ds.Facilities[0].Position, geo.DetailZoom+1))
}
