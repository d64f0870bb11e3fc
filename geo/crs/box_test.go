package crs_test

import (
	"math"
	"strings"
	"testing"

	"github.com/paulmach/orb"
	"pgregory.net/rapid"

	"innoatlas/geo"
	"innoatlas/geo/cql2"
	"innoatlas/geo/crs"
)

// holds says that a box has a position in it, its edges included.
func holds(b cql2.BBox, p orb.Point) bool {
	for _, part := range b.Bounds() {
		if part.Contains(p) {
			return true
		}
	}
	return false
}

// In degrees a box stays exactly what it was.
func TestBBoxInDegrees(t *testing.T) {
	for name, c := range map[string]struct {
		crs  *crs.CRS
		box  [4]float64
		want cql2.BBox
	}{
		"longitude first":               {crs.CRS84, [4]float64{97, 5, 106, 21}, cql2.BBox{97, 5, 106, 21}},
		"latitude first":                {find(t, "4326"), [4]float64{5, 97, 21, 106}, cql2.BBox{97, 5, 106, 21}},
		"antimeridian, longitude first": {crs.CRS84, [4]float64{170, -20, -170, -10}, cql2.BBox{170, -20, -170, -10}},
		"antimeridian, latitude first":  {find(t, "4326"), [4]float64{-20, 170, -10, -170}, cql2.BBox{170, -20, -170, -10}},
		"all the world":                 {find(t, "4326"), [4]float64{-90, -180, 90, 180}, cql2.BBox{-180, -90, 180, 90}},
		"a position":                    {crs.CRS84, [4]float64{0.1, 0.2, 0.1, 0.2}, cql2.BBox{0.1, 0.2, 0.1, 0.2}},
	} {
		if got, err := c.crs.BBox(c.box); err != nil || got != c.want {
			t.Errorf("%s: %v, %v; want %v", name, got, err, c.want)
		}
	}
}

// A box in metres that ends where the map does ends at the antimeridian, however its edge
// was rounded.
func TestBBoxToTheEdgeOfTheMap(t *testing.T) {
	for _, edge := range []float64{20037508.342789244, 20037508.3428, 20037508.34, 20037508.343} {
		east, err := find(t, "3857").BBox([4]float64{19000000, -1e6, edge, 1e6})
		if err != nil || east[2] != 180 || !holds(east, orb.Point{-180, 0}) {
			t.Errorf("%v: %v, %v", edge, east, err)
		}
		west, err := find(t, "3857").BBox([4]float64{-edge, -1e6, -19000000, 1e6})
		if err != nil || west[0] != -180 || !holds(west, orb.Point{180, 0}) {
			t.Errorf("%v: %v, %v", -edge, west, err)
		}
	}
	inside, err := find(t, "3857").BBox([4]float64{19000000, -1e6, 20037508.3, 1e6})
	if err != nil || inside[2] == 180 {
		t.Errorf("four centimetres before the edge: %v, %v", inside, err)
	}
}

// The wanted boxes are those of PostGIS, of the same sides in steps of a kilometre.
func TestBBoxInMetres(t *testing.T) {
	const edge = 20037508.3428
	for name, c := range map[string]struct {
		crs  *crs.CRS
		box  [4]float64
		want cql2.BBox
	}{
		"all the world":            {find(t, "3857"), [4]float64{-edge, -edge, edge, edge}, cql2.BBox{-180, -85.051128780, 180, 85.051128780}},
		"around a meridian":        {find(t, "32648"), [4]float64{0, 0, 1e6, 2e6}, cql2.BBox{100.280419971, 0, 109.719580029, 18.088708943}},
		"across the antimeridian":  {find(t, "32654"), [4]float64{2e6, 7e6, 3e6, 7.1e6}, cql2.BBox{168.650981103, 55.870604373, -176.516010842, 61.017699446}},
		"as far north as there is": {find(t, "32648"), [4]float64{0, 9e6, 1e6, 9997964.943}, cql2.BBox{15, 80.011663589, -75, 90}},
	} {
		got, err := c.crs.BBox(c.box)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		for i := range got {
			if math.Abs(got[i]-c.want[i]) > 2e-8 { // the margin, and a little
				t.Errorf("%s: %v, want %v", name, got, c.want)
			}
		}
	}
}

func TestBBoxRefuses(t *testing.T) {
	for name, c := range map[string]struct {
		crs  *crs.CRS
		box  [4]float64
		want string
	}{
		"south above north": {crs.CRS84, [4]float64{97, 21, 106, 5},
			"the first latitude, 21, is greater than the second, 5; write a lower corner and an upper corner, each as longitude ("},
		"latitude 21 above 5":     {find(t, "4326"), [4]float64{21, 97, 5, 106}, "each as latitude ("},
		"a longitude as latitude": {find(t, "4326"), [4]float64{97, 5, 106, 21}, "write latitude (-90 to 90), longitude"},
		"east before west":        {find(t, "3857"), [4]float64{1, 0, 0, 1}, "the first x, 1, is greater"},
		"upside down":             {find(t, "32648"), [4]float64{0, 1, 1, 0}, "the first northing"},
		"off the earth":           {find(t, "3857"), [4]float64{-3e7, 0, 0, 1}, "-30000000, 0 lies outside of WGS 84, Web Mercator"},
		"second corner":           {find(t, "3857"), [4]float64{0, 0, 3e7, 1}, "30000000, 1 lies outside"},
		"degrees in CRS84":        {crs.CRS84, [4]float64{0, 0, 1e6, 1e6}, "longitude (-180 to 180)"},
		"no number":               {crs.CRS84, [4]float64{0, 0, math.NaN(), 1}, "NaN, 1"},
	} {
		if got, err := c.crs.BBox(c.box); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, %v; want %q", name, got, err, c.want)
		}
	}
}

// A box in metres becomes one in degrees that holds all that lies in it, corners
// and bent sides included, and little more than that.
func TestBBoxHoldsAll(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.SampledFrom(projected).Draw(t, "crs")
		a, b := s.Project(position(t, s)), s.Project(position(t, s))
		bound := orb.MultiPoint{a, b}.Bound()
		box, err := s.BBox([4]float64{bound.Min[0], bound.Min[1], bound.Max[0], bound.Max[1]})
		if err != nil {
			t.Fatal(err)
		}
		part := rapid.OneOf(rapid.Float64Range(0, 1), rapid.SampledFrom([]float64{0, 1}))
		p := orb.Point{
			min(bound.Max[0], bound.Min[0]+part.Draw(t, "u")*(bound.Max[0]-bound.Min[0])),
			min(bound.Max[1], bound.Min[1]+part.Draw(t, "v")*(bound.Max[1]-bound.Min[1])),
		}
		inside, err := s.Unproject(p)
		if err != nil {
			t.Fatal(err)
		}
		if !holds(box, inside) {
			t.Fatalf("%s: %v, which is %v, lies outside of %v", s.Title(), p, inside, box)
		}
	})
}

// The box around the records of the built-in region can be asked for in each system.
func TestBBoxOfTheRegion(t *testing.T) {
	region := orb.Bound{Min: orb.Point{90, -11}, Max: orb.Point{144, 54}}
	for _, s := range crs.Of(geo.Facilities) {
		low, high := s.Project(region.Min), s.Project(region.Max)
		box, err := s.BBox([4]float64{low[0], low[1], high[0], high[1]})
		if err != nil || !holds(box, region.Min) || !holds(box, region.Max) {
			t.Errorf("%s: %v, %v", s.Title(), box, err)
		}
	}
}
