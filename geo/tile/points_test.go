package tile_test

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"
	"pgregory.net/rapid"

	"innoatlas/geo"
	"innoatlas/geo/tile"
	"innoatlas/geo/tile/tiletest"
	"innoatlas/geo/zorder"
)

// How the records of the collections are written, without fields of one's own.
var ofFacilities, ofCountries = tile.Of(geo.Facilities), tile.Of(geo.Countries)

// records are countries as a store gives them.
func records(list []*geo.Country) []geo.Feature {
	var features []geo.Feature
	for _, c := range list {
		features = append(features, c)
	}
	return features
}

// facility has everything that a tile shows of one.
func facility(id int64, position orb.Point) *geo.Facility {
	return &geo.Facility{
		ID: id, Slug: fmt.Sprintf("lab-%d", id), Kind: "joint-laboratory", Name: fmt.Sprintf("中泰 Laboratory %d", id), Country: "THA",
		Precision: "city", Sectors: []string{"new-energy", "marine-and-fisheries"}, Position: &position,
	}
}

// onlyLayer is the one layer of a tile.
func onlyLayer(t *testing.T, b []byte) tiletest.Layer {
	t.Helper()
	layers, err := tiletest.Decode(b)
	if err != nil || len(layers) != 1 {
		t.Fatalf("layers %+v, error %v; want one", layers, err)
	}
	if l := layers[0]; l.Version != 2 || l.Extent != tile.Extent {
		t.Errorf("version %d, extent %d", l.Version, l.Extent)
	}
	return layers[0]
}

func TestFacilities(t *testing.T) {
	of := zorder.TileAt(orb.Point{100.5, 13.75}, 10)
	l := onlyLayer(t, ofFacilities.Points(nil, of, geo.Tile{Facilities: []*geo.Facility{
		facility(5, orb.Point{100.5, 13.75}),
		{ID: 1e15, Slug: "bare", Kind: "joint-laboratory", Name: "Bare", Position: &orb.Point{100.4, 13.8}},
	}}))
	// Bangkok in the tile 10/797/472: x = (100.5+180)/360·1024 - 797 = 0.866…
	want := tiletest.Layer{Name: "facilities", Version: 2, Extent: 4096, Features: []tiletest.Feature{
		{ID: 5, Type: 1, Parts: [][][2]int64{{{3549, 2080}}}, Properties: map[string]any{
			"point_count": uint64(1), "kind": "joint-laboratory", "country": "THA", "precision": "city",
			"sectors": "new-energy,marine-and-fisheries", "name": "中泰 Laboratory 5", "slug": "lab-5"}},
		{ID: 1e15, Type: 1, Parts: [][][2]int64{{{2384, 1480}}}, Properties: map[string]any{
			"point_count": uint64(1), "kind": "joint-laboratory", "name": "Bare", "slug": "bare"}},
	}}
	if diff := cmp.Diff(want, l); diff != "" {
		t.Error(diff)
	}
}

func TestClusters(t *testing.T) {
	lone := facility(5, orb.Point{100.5, 13.75})
	l := onlyLayer(t, ofFacilities.Points(nil, zorder.Tile{}, geo.Tile{Clusters: []geo.Cluster{
		{Cell: 3, Count: 7, Position: orb.Point{100.5, 13.75}, Kinds: []geo.Bucket{{Value: "joint-laboratory", Count: 7}}},
		{Cell: 9, Count: 3, Position: orb.Point{-90, 0}, Kinds: []geo.Bucket{{Value: "joint-laboratory", Count: 1}, {Value: "agricultural-park", Count: 2}}},
		{Cell: 12, Count: 1, Position: *lone.Position, Feature: lone},
	}}))
	type properties = map[string]any
	for i, want := range []tiletest.Feature{
		{ID: 1<<52 + 3, Properties: properties{"point_count": uint64(7), "kind": "joint-laboratory", "kind_joint_laboratory": uint64(7)}},
		{ID: 1<<52 + 9, Properties: properties{"point_count": uint64(3), "kind_joint_laboratory": uint64(1), "kind_agricultural_park": uint64(2)}},
		{ID: 5, Properties: properties{"point_count": uint64(1), "kind": "joint-laboratory", "country": "THA", "precision": "city",
			"sectors": "new-energy,marine-and-fisheries", "name": "中泰 Laboratory 5", "slug": "lab-5"}},
	} {
		got := l.Features[i]
		if got.ID != want.ID || !cmp.Equal(got.Properties, want.Properties) {
			t.Errorf("cluster %d is %d %v, want %d %v", i, got.ID, got.Properties, want.ID, want.Properties)
		}
	}
	// The deepest cells have ids that JavaScript still holds exactly.
	last := zorder.Cell(zorder.NoPosition-1, geo.MaxZoom)
	if top := uint64(1<<52) + last; top >= 1<<53 {
		t.Errorf("the id of cell %d is %d", last, top)
	}
}

func TestNothingIsZeroBytes(t *testing.T) {
	var outlines tile.Outlines
	if b := ofFacilities.Points(nil, zorder.Tile{}, geo.Tile{}); len(b) != 0 {
		t.Errorf("no facilities are %d bytes", len(b))
	}
	if b := outlines.Areas(nil, ofCountries, "r", zorder.Tile{}, nil); len(b) != 0 {
		t.Errorf("no countries are %d bytes", len(b))
	}
}

// What lies on an edge, or beyond the world of Web Mercator, is within its tile.
func TestEdges(t *testing.T) {
	for name, test := range map[string]struct {
		position orb.Point
		x, y     int64
	}{
		"longitude 180":         {orb.Point{180, 10}, 4095, -1},
		"longitude -180":        {orb.Point{-180, 10}, 0, -1},
		"the North Pole":        {orb.Point{0, 90}, 0, 0},
		"the South Pole":        {orb.Point{0, -90}, 0, 4095},
		"north of Web Mercator": {orb.Point{0, 87}, 0, 0},
		"where four tiles meet": {orb.Point{0, 0}, 0, 0},
	} {
		for _, z := range []int{1, 5, 22} {
			t.Run(fmt.Sprint(name, " at zoom ", z), func(t *testing.T) {
				of := zorder.TileAt(test.position, z)
				l := onlyLayer(t, ofFacilities.Points(nil, of, geo.Tile{Facilities: []*geo.Facility{facility(1, test.position)}}))
				p := l.Features[0].Parts[0][0]
				if p[0] != test.x || test.y >= 0 && p[1] != test.y {
					t.Errorf("%v is at %v in tile %v, want %d %d", test.position, p, of, test.x, test.y)
				}
			})
		}
	}
}

// The tiles of a zoom hold each facility once, at its place to within a unit.
func TestTilesHoldEachFacilityOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var all []*geo.Facility
		for i := range rapid.IntRange(1, 30).Draw(t, "records") {
			all = append(all, facility(int64(i+1), geo.RoundPosition(orb.Point{
				rapid.OneOf(rapid.Float64Range(-180, 180), rapid.SampledFrom([]float64{-180, 0, 90, 180})).Draw(t, "longitude"),
				rapid.OneOf(rapid.Float64Range(-90, 90), rapid.SampledFrom([]float64{-90, -85.0511287, 0, 85.0511287, 90})).Draw(t, "latitude"),
			})))
		}
		z := rapid.IntRange(0, zorder.MaxTileZoom).Draw(t, "zoom")
		tiles := map[zorder.Tile]bool{}
		for _, f := range all {
			tiles[zorder.TileAt(*f.Position, z)] = true
		}
		seen := map[uint64]int{}
		for of := range tiles {
			keys, content := of.Keys(), geo.Tile{}
			for _, f := range all {
				if key := f.ZOrder(); keys.First <= key && key <= keys.Last {
					content.Facilities = append(content.Facilities, f)
				}
			}
			layers, err := tiletest.Decode(ofFacilities.Points(nil, of, content))
			if err != nil || len(layers) != 1 {
				t.Fatalf("tile %v: %d layers, error %v", of, len(layers), err)
			}
			for _, f := range layers[0].Features {
				seen[f.ID]++
				checkPosition(t, of, f.Parts[0][0], *all[f.ID-1].Position)
			}
		}
		for _, f := range all {
			if seen[uint64(f.ID)] != 1 {
				t.Errorf("zoom %d: %v is in %d tiles", z, *f.Position, seen[uint64(f.ID)])
			}
		}
	})
}

// checkPosition takes a position in a tile back to degrees.
func checkPosition(t *rapid.T, of zorder.Tile, p [2]int64, want orb.Point) {
	if p[0] < 0 || p[0] >= tile.Extent || p[1] < 0 || p[1] >= tile.Extent {
		t.Fatalf("%v is at %v, outside of its tile", want, p)
	}
	units := float64(tile.Extent) * math.Exp2(float64(of.Z))
	degrees := func(p [2]float64) orb.Point {
		x, y := (float64(of.X*tile.Extent)+p[0])/units, (float64(of.Y*tile.Extent)+p[1])/units
		return orb.Point{x*360 - 180, 180 / math.Pi * math.Atan(math.Sinh(math.Pi*(1-2*y)))}
	}
	const rounding = 1e-7
	northWest, southEast := degrees([2]float64{float64(p[0]), float64(p[1])}), degrees([2]float64{float64(p[0] + 1), float64(p[1] + 1)})
	unit := orb.MultiPoint{northWest, southEast}.Bound().Pad(rounding)
	if latitude := max(-zorder.MaxLatitude, min(zorder.MaxLatitude, want[1])); !unit.Contains(orb.Point{want[0], latitude}) {
		t.Fatalf("zoom %d: %v is drawn in %v", of.Z, want, unit)
	}
}

// longest are as many facilities as a tile can have, each as long as an import lets
// it be, no two texts alike.
func longest() []*geo.Facility {
	all := make([]*geo.Facility, geo.MaxTileFeatures)
	for i := range all {
		f := facility(int64(1e15)-int64(i), orb.Point{float64(i%64) / 64 * 300, float64(i/64) - 30})
		number := fmt.Sprintf("%06d", i)
		f.Kind = strings.Repeat("k", 58) + number
		f.Name = strings.Repeat("𠮷", 494) + number
		f.Slug = strings.Repeat("s", 94) + number
		f.Sectors = nil
		for range 20 {
			f.Sectors = append(f.Sectors, strings.Repeat("t", 58)+number)
		}
		f.Country = string([]byte{'A' + byte(i%26), 'A' + byte(i/26%26), 'A' + byte(i/26/26%26)})
		all[i] = f
	}
	return all
}

func TestTileIsNoLongerThanMaxBytes(t *testing.T) {
	all := longest()
	plain := make([]*geo.Facility, len(all))
	for i := range plain {
		plain[i] = facility(int64(i+1), *all[i].Position)
	}
	withKinds := func(kind string, sectors []string) []*geo.Facility {
		shorter := make([]*geo.Facility, len(all))
		for i, f := range all {
			c := *f
			c.Kind, c.Sectors = kind, sectors
			shorter[i] = &c
		}
		return shorter
	}
	for name, test := range map[string]struct {
		before     int // bytes of the tile that are there already
		facilities []*geo.Facility
		keeps      []string
		loses      []string
	}{
		"names of usual length stay":         {0, plain, []string{"name", "slug", "sectors", "kind"}, nil},
		"a few of the longest names stay":    {0, all[:100], []string{"name", "slug", "sectors", "kind"}, nil},
		"names go first":                     {0, withKinds("a", []string{"b"}), []string{"sectors", "kind"}, []string{"name", "slug"}},
		"then sectors":                       {0, all, []string{"kind", "country", "precision"}, []string{"name", "slug", "sectors"}},
		"behind outlines, all but the count": {tile.MaxBytes / 2, all, nil, []string{"name", "slug", "sectors", "kind", "country", "precision"}},
	} {
		t.Run(name, func(t *testing.T) {
			b := ofFacilities.Points(make([]byte, test.before), zorder.Tile{}, geo.Tile{Facilities: test.facilities})
			if len(b) > tile.MaxBytes {
				t.Errorf("%d bytes", len(b))
			}
			l := onlyLayer(t, b[test.before:])
			if len(l.Features) != len(test.facilities) {
				t.Errorf("%d of %d facilities", len(l.Features), len(test.facilities))
			}
			for _, f := range l.Features {
				for _, key := range append(test.keeps, "point_count") {
					if f.Properties[key] == nil {
						t.Fatalf("%d has no %s", f.ID, key)
					}
				}
				for _, key := range test.loses {
					if f.Properties[key] != nil {
						t.Fatalf("%d has %s", f.ID, key)
					}
				}
			}
		})
	}
}

// A data set whose kinds were taken from its rows may have any number of them.
func TestClustersOfManyKinds(t *testing.T) {
	content := geo.Tile{}
	for cell := range 16 {
		c := geo.Cluster{Cell: uint64(cell), Count: 12e6, Position: orb.Point{1, 1}}
		for k := range 4000 {
			c.Kinds = append(c.Kinds, geo.Bucket{Value: fmt.Sprintf("%058d", k), Count: 1000 + k})
		}
		content.Clusters = append(content.Clusters, c)
	}
	b := ofFacilities.Points(nil, zorder.Tile{}, content)
	if l := onlyLayer(t, b); len(b) > tile.MaxBytes || len(l.Features) != 16 || len(l.Features[0].Properties) != 1 {
		t.Errorf("%d bytes, %d features, properties %d", len(b), len(l.Features), len(l.Features[0].Properties))
	}
}

// Every property that features may have is among the fields, with its type.
func TestFieldsAreComplete(t *testing.T) {
	catalog := &geo.Catalog{Kinds: []geo.Term{{ID: "joint-laboratory"}, {ID: "agricultural-park"}}}
	var outlines tile.Outlines
	kinds := []geo.Bucket{{Value: "joint-laboratory", Count: 1}, {Value: "agricultural-park", Count: 0}}
	country, _ := geo.CountryByCode("THA")
	country.Outline, country.ByKind = orb.MultiPolygon{square(90, 0, 10)}, kinds
	for c, b := range map[*geo.Collection][]byte{
		geo.Facilities: ofFacilities.Points(nil, zorder.Tile{}, geo.Tile{
			Facilities: []*geo.Facility{facility(1, orb.Point{1, 1})},
			Clusters:   []geo.Cluster{{Count: 2, Kinds: kinds}, {Count: 1, Kinds: kinds[:1]}},
		}),
		geo.Countries: outlines.Areas(nil, ofCountries, "r", zorder.Tile{}, records([]*geo.Country{&country})),
	} {
		types := map[string]string{}
		for _, f := range onlyLayer(t, b).Features {
			for key, value := range f.Properties {
				types[key] = map[bool]string{true: "string", false: "integer"}[fmt.Sprintf("%T", value) == "string"]
			}
		}
		declared := map[string]string{}
		for _, f := range tile.Of(c).Fields(catalog) {
			declared[f.Name] = string(f.Type)
		}
		if diff := cmp.Diff(declared, types); diff != "" {
			t.Errorf("%s: declared and found\n%s", c, diff)
		}
	}
}
