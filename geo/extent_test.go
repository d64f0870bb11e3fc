package geo_test

import (
	"math"
	"testing"

	"github.com/paulmach/orb"
	"pgregory.net/rapid"

	"innoatlas/geo"
)

func TestAroundAll(t *testing.T) {
	at := func(longitudes ...float64) (points []orb.Point) {
		for i, lon := range longitudes {
			points = append(points, orb.Point{lon, float64(i)})
		}
		return points
	}
	for name, c := range map[string]struct {
		points []orb.Point
		want   geo.BBox
		center float64
	}{
		"nothing":                       {nil, geo.NoBox, 0},
		"one":                           {at(100), geo.BBox{100, 0, 100, 0}, 100},
		"two beside the antimeridian":   {at(179.99, -179.915), geo.BBox{179.99, 0, -179.915, 1}, -179.9625},
		"the same, in another order":    {at(-179.915, 179.99), geo.BBox{179.99, 0, -179.915, 1}, -179.9625},
		"on both sides of the edge":     {at(180, -180), geo.BBox{180, 0, -180, 1}, 180},
		"up to the edge":                {at(177, 180), geo.BBox{177, 0, 180, 1}, 178.5},
		"over the edge, to the edge":    {at(177, -180), geo.BBox{177, 0, -180, 1}, 178.5},
		"from the edge":                 {at(-180, -177), geo.BBox{-180, 0, -177, 1}, -178.5},
		"around the meridian of 0":      {at(-10, 10), geo.BBox{-10, 0, 10, 1}, 0},
		"around the Pacific":            {at(95, 174, -70), geo.BBox{95, 0, -70, 2}, -167.5},
		"China and Europe":              {at(-8, 120), geo.BBox{-8, 0, 120, 1}, 56},
		"Asia and the Americas":         {at(70, 140, -35, -120), geo.BBox{70, 0, -35, 3}, -162.5},
		"all over the world":            {at(-170, -60, 0, 60, 120, 175), geo.BBox{-170, 0, 175, 5}, 2.5},
		"at the meridian of 0 and over": {at(0, -179), geo.BBox{-179, 0, 0, 1}, -89.5},
	} {
		t.Run(name, func(t *testing.T) {
			got := geo.AroundAll(c.points)
			if got != c.want || got.IsEmpty() != (c.points == nil) {
				t.Errorf("the box is %v, want %v", got, c.want)
			}
			if center := got.Center(); c.points != nil && math.Abs(center[0]-c.center) > 1e-9 {
				t.Errorf("its centre is %v, want %v", center, c.center)
			}
		})
	}
}

// What is cut at the antimeridian, or stands on both sides of it, has the narrow box across it.
func TestExtentTakesPartsByThemselves(t *testing.T) {
	square := func(west float64) orb.Polygon {
		return orb.Polygon{{{west, 1}, {west + 2, 1}, {west + 2, 3}, {west, 1}}}
	}
	for name, g := range map[string]orb.Geometry{
		"points": orb.MultiPoint{{-178, 3}, {178, 1}},
		"lines":  orb.MultiLineString{{{178, 1}, {180, 2}}, {{-180, 2}, {-178, 3}}},
		"areas":  orb.MultiPolygon{square(178), square(-180)},
	} {
		e := geo.NewExtent()
		e.AddParts(nil)
		e.AddParts(g)
		e.AddParts(orb.Point{179, 2})
		if got := e.Box(); got != (geo.BBox{178, 1, -178, 3}) {
			t.Errorf("the box of %s is %v", name, got)
		}
	}
}

// Whatever the points: the box finds all of them as a filter, is no wider than that which
// does not cross the antimeridian, and has its centre in it.
func TestAroundAllHoldsAll(t *testing.T) {
	longitude := rapid.OneOf(rapid.Float64Range(-180, 180), rapid.Float64Range(178, 180), rapid.Float64Range(-180, -178), rapid.SampledFrom([]float64{-180, 180, 0, -90, 90}))
	rapid.Check(t, func(t *rapid.T) {
		var points orb.MultiPoint
		for range rapid.IntRange(1, 6).Draw(t, "points") {
			points = append(points, orb.Point{longitude.Draw(t, "lon"), rapid.Float64Range(-90, 90).Draw(t, "lat")})
		}
		box := geo.AroundAll([]orb.Point(points))
		for _, p := range append(points, box.Center()) {
			if !holds(box, p) {
				t.Fatalf("%v does not hold %v", box, p)
			}
		}
		if plain := points.Bound(); box.Width() > plain.Max[0]-plain.Min[0] {
			t.Fatalf("%v is wider than %v", box, plain)
		}
	})
}

func holds(b geo.BBox, p orb.Point) bool {
	east := p[0] >= b[0] && p[0] <= b[2]
	if b.Crosses() {
		east = p[0] >= b[0] || p[0] <= b[2]
	}
	return east && p[1] >= b[1] && p[1] <= b[3]
}
