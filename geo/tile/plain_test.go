package tile_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"

	"innoatlas/geo"
	"innoatlas/geo/cql2"
	"innoatlas/geo/tile"
	"innoatlas/geo/tile/tiletest"
	"innoatlas/geo/zorder"
)

// routes are a collection of lines.
var routes = &geo.Collection{ID: "routes", Geometry: geo.LineString, Fields: geo.OwnFields([]geo.Field{{Name: "label", Type: geo.Text, Tiled: true}})}

// linesIn are the features of a tile with these lines, whose ids are 1, 2, …
func linesIn(t *testing.T, of zorder.Tile, shapes ...orb.Geometry) []tiletest.Feature {
	t.Helper()
	var all []geo.Feature
	for i, shape := range shapes {
		own := geo.NewOwn(routes.Fields)
		own.Set(0, cql2.TextOf("route"))
		all = append(all, &geo.Record{ID: int64(i + 1), Shape: shape, Own: own})
	}
	b := tile.Of(routes).Plain(nil, of, geo.Tile{Records: all}, asItIs)
	if len(b) == 0 {
		return nil
	}
	return onlyLayer(t, b).Features
}

type parts = [][][2]int64

// In the tile 2/2/1, longitudes 0 to 90 are 0 to 4096, and 45 units are a degree; the
// equator is its southern edge.
func TestLines(t *testing.T) {
	of := zorder.Tile{Z: 2, X: 2, Y: 1}
	const unit = 90. / 4096
	at := func(x, y float64) orb.Point { // a position by its units
		f := (1 - (1+y/4096)/2) * math.Pi // of the half of the square that is north of the equator
		return orb.Point{x * unit, math.Atan(math.Sinh(f)) * 180 / math.Pi}
	}
	line := func(xy ...float64) (l orb.LineString) {
		for i := 0; i < len(xy); i += 2 {
			l = append(l, at(xy[i], xy[i+1]))
		}
		return l
	}
	for name, test := range map[string]struct {
		shape orb.Geometry
		want  parts
	}{
		"within":                            {line(100, 200, 300, 400), parts{{{100, 200}, {300, 400}}}},
		"as the data has its direction":     {line(300, 400, 100, 200), parts{{{300, 400}, {100, 200}}}},
		"rounded to the nearest":            {line(100.4, 200.6, 300.6, 400.4), parts{{{100, 201}, {301, 400}}}},
		"cut at the buffer in the east":     {line(4000, 100, 5000, 100), parts{{{4000, 100}, {4160, 100}}}},
		"cut at the buffer in the west":     {line(-1000, 100, 1000, 100), parts{{{-64, 100}, {1000, 100}}}},
		"cut at the buffer in the south":    {line(100, 4000, 100, 5000), parts{{{100, 4000}, {100, 4160}}}},
		"cut at the buffer in the north":    {line(100, 50, 100, -500), parts{{{100, 50}, {100, -64}}}},
		"through the tile":                  {line(-500, 2000, 5000, 2000), parts{{{-64, 2000}, {4160, 2000}}}},
		"from corner to corner":             {line(-200, -200, 4296, 4296), parts{{{-64, -64}, {4160, 4160}}}},
		"in the buffer only":                {line(-50.4, 10, -50.4, 500), parts{{{-50, 10}, {-50, 500}}}},
		"rounded to the nearest in it":      {line(-50.6, 10, -50.6, 500), parts{{{-51, 10}, {-51, 500}}}},
		"beyond the buffer":                 {line(-70, 10, -70, 500), nil},
		"it touches the buffer's edge":      {line(-500, 100, -64, 200, -500, 300), nil},
		"past a corner":                     {line(-300, 100, 100, -300), nil},
		"out and in again":                  {line(100, 1000, 100, -1000, 900, -1000, 900, 1000), parts{{{100, 1000}, {100, -64}}, {{900, -64}, {900, 1000}}}},
		"along the edge":                    {line(0, 100, 0, 900), parts{{{0, 100}, {0, 900}}}},
		"a bend of less than the tolerance": {line(100, 100, 200, 101.9, 300, 100), parts{{{100, 100}, {300, 100}}}},
		"a bend of more":                    {line(100, 100, 200, 103, 300, 100), parts{{{100, 100}, {200, 103}, {300, 100}}}},
		"a ring stays one":                  {line(100, 100, 300, 100, 300, 300, 100, 100), parts{{{100, 100}, {300, 100}, {300, 300}, {100, 100}}}},
		"there and back":                    {line(100, 100, 300, 100, 100, 100), parts{{{100, 100}, {300, 100}, {100, 100}}}},
		"one position after the other":      {line(100, 100, 100, 100, 300, 100, 300, 100), parts{{{100, 100}, {300, 100}}}},
		"of no length":                      {line(100, 100, 100, 100), nil},
		"of less than a unit":               {line(100.1, 100.1, 100.3, 100.4), nil},
		"of one position":                   {line(100, 100), nil},
		"of none":                           {orb.LineString{}, nil},
		"no geometry":                       {nil, nil},
		"several parts": {orb.MultiLineString{line(100, 100, 300, 100), line(-500, 100, -400, 100), line(100, 500, 5000, 500), line(7, 7, 7, 7)},
			parts{{{100, 100}, {300, 100}}, {{100, 500}, {4160, 500}}}},
		"several parts, all elsewhere": {orb.MultiLineString{line(-500, 100, -400, 100)}, nil},
		"no parts":                     {orb.MultiLineString{}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			features := linesIn(t, of, orb.LineString{{-100, -50}, {-90, -50}}, test.shape)
			if test.want == nil {
				if len(features) > 0 {
					t.Fatalf("the tile has %v", features)
				}
				return
			}
			if len(features) != 1 {
				t.Fatalf("%d features", len(features))
			}
			want := tiletest.Feature{ID: 2, Type: 2, Properties: map[string]any{"label": "route"}, Parts: test.want}
			if diff := cmp.Diff(want, features[0]); diff != "" {
				t.Errorf("-want +got\n%s", diff)
			}
		})
	}
}

// Of several points each is in one tile: that of its own.
func TestSeveralPoints(t *testing.T) {
	shape := orb.MultiPoint{{1, 1}, {45, 0.001}, {-1, 1}, {170, -80}}
	for of, want := range map[zorder.Tile]parts{
		{Z: 1, X: 1, Y: 0}: {{{22, 4073}}, {{1024, 4095}}},
		{Z: 1, X: 0, Y: 0}: {{{4073, 4073}}},
		{Z: 1, X: 1, Y: 1}: {{{3868, 3176}}},
		{Z: 1, X: 0, Y: 1}: nil,
	} {
		features := linesIn(t, of, shape)
		if len(features) != min(1, len(want)) {
			t.Fatalf("%v has %d features", of, len(features))
		}
		for _, f := range features {
			if diff := cmp.Diff(tiletest.Feature{ID: 1, Type: 1, Properties: map[string]any{"label": "route"}, Parts: want}, f); diff != "" {
				t.Errorf("%v -want +got\n%s", of, diff)
			}
		}
	}
}

// What is cut at 180 degrees, as GeoJSON wants it, is on both sides of the map; a line that
// is not goes the long way, as every filter takes it. Beyond the ends of the map in the
// north and the south it runs along them.
func TestLinesAtTheEdgesOfTheMap(t *testing.T) {
	west, east := zorder.Tile{Z: 2, X: 0, Y: 1}, zorder.Tile{Z: 2, X: 3, Y: 1}
	between := zorder.Tile{Z: 2, X: 2, Y: 1}
	cut := orb.MultiLineString{{{178, 0}, {180, 0}}, {{-180, 0}, {-178, 0}}}
	whole := orb.LineString{{178, 0}, {-178, 0}}
	far := func(x int64) int64 { return int64(math.Round(float64(x) * 4096 / 90)) }
	for name, test := range map[string]struct {
		of    zorder.Tile
		shape orb.Geometry
		want  parts
	}{
		"cut, in the east":                {east, cut, parts{{{far(88), 4096}, {4096, 4096}}}},
		"cut, in the west":                {west, cut, parts{{{0, 4096}, {far(2), 4096}}}},
		"cut, between":                    {between, cut, nil},
		"not cut, in the east":            {east, whole, parts{{{far(88), 4096}, {-64, 4096}}}},
		"not cut, in the west":            {west, whole, parts{{{4160, 4096}, {far(2), 4096}}}},
		"not cut, between":                {between, whole, parts{{{4160, 4096}, {-64, 4096}}}},
		"beyond the north of the map":     {zorder.Tile{Z: 2, X: 2, Y: 0}, orb.LineString{{10, 88}, {20, 90}}, parts{{{far(10), 0}, {far(20), 0}}}},
		"to the pole":                     {zorder.Tile{Z: 2, X: 2, Y: 3}, orb.LineString{{45, -90}, {45, 0}}, parts{{{2048, 4096}, {2048, -64}}}},
		"beyond 180 in the world of maps": {east, orb.LineString{{178, 0}, {185, 0}}, parts{{{far(88), 4096}, {4160, 4096}}}},
	} {
		t.Run(name, func(t *testing.T) {
			var got parts
			for _, f := range linesIn(t, test.of, test.shape) {
				got = append(got, f.Parts...)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("-want +got\n%s", diff)
			}
		})
	}
}

// Neighbours show the same of a line where their buffers overlap: so no seam is seen.
func TestLinesMeetAtSeams(t *testing.T) {
	var river orb.LineString
	for i := range 400 {
		river = append(river, orb.Point{60 + float64(i)/10, 20 + 15*math.Sin(float64(i)/7)})
	}
	west, east := zorder.Tile{Z: 4, X: 11, Y: 7}, zorder.Tile{Z: 4, X: 12, Y: 7} // 67.5 and 90 degrees
	inSeam := map[bool]map[[2]int64]bool{true: {}, false: {}}
	for _, of := range []zorder.Tile{west, east} {
		for _, f := range linesIn(t, of, river) {
			for _, part := range f.Parts {
				for _, p := range part {
					if of == west {
						p[0] -= 4096
					}
					if p[0] > -64 && p[0] < 64 && p[1] > -64 && p[1] < 4160 {
						inSeam[of == west][p] = true
					}
				}
			}
		}
	}
	if diff := cmp.Diff(inSeam[true], inSeam[false]); diff != "" || len(inSeam[true]) == 0 {
		t.Errorf("%d positions in the seam; -west +east\n%s", len(inSeam[true]), diff)
	}
}

// Where more lines are seen than a tile has room for, it has each shape once, and as many as fit.
func TestLinesThatDoNotFit(t *testing.T) {
	c := &geo.Collection{ID: "routes", Geometry: geo.LineString, Fields: []geo.Field{{Name: "name", Type: geo.Text, Tiled: true}}}
	line := func(i int) orb.LineString {
		return orb.LineString{{-170, 10}, {-100 + float64(i)/500, 60 - float64(i)/1000}}
	}
	for name, of := range map[string]func(int) orb.LineString{"all alike": func(int) orb.LineString { return line(0) }, "each another": line} {
		var records []geo.Feature
		for i := range 60_000 {
			records = append(records, &geo.Record{ID: int64(i + 1), Slug: fmt.Sprint("route-", i), Shape: of(i)})
		}
		data := tile.Of(c).Plain(nil, zorder.Tile{}, geo.Tile{Records: records}, asItIs)
		layers, err := tiletest.Decode(data)
		if err != nil || len(layers) != 1 || len(data) > tile.MaxBytes {
			t.Fatalf("%s: %v, %d layers in %d bytes", name, err, len(layers), len(data))
		}
		if n := len(layers[0].Features); name == "all alike" && n != 1 || name == "each another" && n < 1000 {
			t.Errorf("%s: %d lines", name, n)
		}
	}
}

func asItIs(f geo.Feature) geo.Feature { return f }

// TestOnlyWhatIsWrittenIsRead: of lines elsewhere, and of those that do not fit, nothing is read.
func TestOnlyWhatIsWrittenIsRead(t *testing.T) {
	c := &geo.Collection{ID: "routes", Geometry: geo.LineString}
	var records []geo.Feature
	for i := range 60_000 {
		at := orb.Point{float64(i%300) - 150, float64(i%120) - 60}
		records = append(records, &geo.Record{ID: int64(i + 1), Slug: fmt.Sprint("route-", i), Shape: orb.LineString{at, {at[0] + 1, at[1] + float64(i)/60_000}}})
	}
	for place, most := range map[zorder.Tile]int{{}: 2 * len(records), {Z: 8, X: 200, Y: 120}: 4000} { // of four times all
		read := 0
		tile.Of(c).Plain(nil, place, geo.Tile{Records: records}, func(f geo.Feature) geo.Feature {
			read++
			return f
		})
		if read == 0 || read > most {
			t.Errorf("%+v: %d reads of %d records, want at most %d", place, read, len(records), most)
		}
	}
}
