package crs

import (
	"math"

	"github.com/paulmach/orb"
)

// radius is the equatorial radius of WGS 84 in metres.
const radius = 6378137.0

// halfWorld is how far the antimeridian lies from Greenwich in Web Mercator.
const halfWorld = math.Pi * radius

// mercatorPole is the y of a pole. In truth it is infinite; with float64, whose
// right angle is not quite one, it is 242,528,681 m, here as in PROJ.
var mercatorPole = toMercator(orb.Point{0, 90})[1]

// webMercator takes the latitude as if the earth were a sphere (EPSG Guidance Note
// 7-2, method 1024, "Popular Visualisation Pseudo-Mercator").
var webMercator = &CRS{
	uri: epsg + "3857", title: "WGS 84, Web Mercator", decimals: metreDigits, axes: [2]string{"x", "y"},
	limits:     orb.Bound{Min: orb.Point{-halfWorld, -mercatorPole}, Max: orb.Point{halfWorld, mercatorPole}},
	projection: &projection{forward: toMercator, inverse: fromMercator},
}

func toMercator(p orb.Point) orb.Point {
	return orb.Point{p[0] / 180 * halfWorld, radius * math.Asinh(math.Tan(radians(p[1])))}
}

func fromMercator(p orb.Point) orb.Point {
	return orb.Point{p[0] / halfWorld * 180, degrees(math.Atan(math.Sinh(p[1] / radius)))}
}

func radians(d float64) float64 { return d * math.Pi / 180 }
func degrees(r float64) float64 { return r * 180 / math.Pi }
