package api

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/paulmach/orb"

	"innoatlas/geo"
	"innoatlas/geo/memory"
	"innoatlas/geo/tile/tiletest"
)

// serverAt serves one record at each of the positions.
func serverAt(positions ...orb.Point) *Server {
	ds := fixture()
	ds.Facilities = nil
	for i, p := range positions {
		ds.Facilities = append(ds.Facilities, geo.Facility{
			ID: int64(i + 1), Slug: fmt.Sprintf("s%d", i), Kind: ds.Kinds[0].ID, Name: "Station", Status: "operating", Precision: "site", Position: &p,
		})
	}
	return New(memory.New(ds), fixtureConfig())
}

// Records on both sides of the antimeridian have a small box where a format has boxes that
// cross it, and are in the middle of what a map begins with.
func TestExtentAcrossTheAntimeridian(t *testing.T) {
	s := serverAt(orb.Point{179.99, -16}, orb.Point{-179.915, -17})
	var collection struct {
		Extent struct{ Spatial struct{ BBox [][4]float64 } }
	}
	decodeInto(t, s, "/collections/facilities", &collection)
	if want := [4]float64{179.99, -17, -179.915, -16}; len(collection.Extent.Spatial.BBox) != 1 || collection.Extent.Spatial.BBox[0] != want {
		t.Errorf("the collection has the box %v, want %v", collection.Extent.Spatial.BBox, want)
	}
	var doc struct {
		Bounds [4]float64
		Center [3]float64
	}
	decodeInto(t, s, "/collections/facilities/tiles/WebMercatorQuad/tilejson", &doc)
	if doc.Bounds != [4]float64{-180, -17, 180, -16} || doc.Center[0] != -179.9625 || doc.Center[1] != -16.5 || doc.Center[2] < 5 {
		t.Errorf("TileJSON has the bounds %v, which must not cross, and the center %v", doc.Bounds, doc.Center)
	}
	var tileset struct {
		CenterPoint struct{ Coordinates [2]float64 }
		BoundingBox struct{ LowerLeft, UpperRight [2]float64 }
	}
	decodeInto(t, s, "/collections/facilities/tiles/WebMercatorQuad", &tileset)
	if tileset.CenterPoint.Coordinates[0] != -179.9625 || tileset.BoundingBox.LowerLeft[0] != -180 || tileset.BoundingBox.UpperRight[0] != 180 {
		t.Errorf("the tileset has %+v", tileset)
	}
	for _, column := range []int{0, 1<<12 - 1} {
		if w := get(t, s, fmt.Sprintf("/collections/facilities/tiles/WebMercatorQuad/12/2234/%d", column)); w.Code != 200 {
			t.Errorf("column %d is %d", column, w.Code)
		}
	}
}

func decodeInto(t *testing.T, s *Server, target string, into any) {
	t.Helper()
	if err := json.Unmarshal(get(t, s, target).Body.Bytes(), into); err != nil {
		t.Fatalf("%s: %v", target, err)
	}
}

// What stands on the antimeridian is found by a box that ends there on either side, and is
// in the tiles of both sides: at the edge, one by one and in clusters.
func TestOnTheAntimeridian(t *testing.T) {
	for name, position := range map[string]orb.Point{"180": {180, -17}, "-180": {-180, -17}} {
		s := serverAt(position, orb.Point{178, -18}, orb.Point{-178, -18})
		for bbox, want := range map[string]int{
			"177,-17.5,180,-16.5": 1, "-180,-17.5,-177,-16.5": 1, "180,-17,180,-17": 1, "-180,-17,-180,-17": 1, "177,-17.5,-177,-16.5": 1, "177,-20,180,-10": 2,
			"170,-20,179,-10": 1,
		} {
			var page struct{ NumberMatched int }
			decodeInto(t, s, "/collections/facilities/items?bbox="+bbox, &page)
			if page.NumberMatched != want {
				t.Errorf("%s: bbox=%s finds %d, want %d", name, bbox, page.NumberMatched, want)
			}
		}
		for _, zoom := range []int{1, 4, 9, 10, 14} {
			last := 1<<zoom - 1
			row := limitsOf(orb.Bound{Min: position, Max: position}, zoom).MinTileRow
			for column, x := range map[int]int64{0: 0, last: 4095} {
				at := 0
				for _, f := range layersOf(t, s, fmt.Sprintf("/collections/facilities/tiles/WebMercatorQuad/%d/%d/%d", zoom, row, column))["facilities"] {
					if f.Parts[0][0][0] == x {
						at++
					}
				}
				if want := 1; at != want && zoom > 1 {
					t.Errorf("%s: tile %d/%d/%d has %d marks at its edge, want %d", name, zoom, row, column, at, want)
				}
			}
		}
		layers, err := tiletest.Decode(get(t, s, "/collections/facilities/tiles/WebMercatorQuad/0/0/0").Body.Bytes())
		if err != nil || len(layers) != 1 {
			t.Errorf("%s: the tile of the world has %d layers, %v", name, len(layers), err)
		}
	}
}
