// Package crs has the coordinate reference systems that positions are given and
// asked for in, beside the one that they are kept in: longitude, latitude on WGS 84.
//
// Coordinates stand in the order of axes that the authority of a system defines:
// EPSG:4326 and EPSG:4490 are latitude, longitude; the others are x (east), y (north).
// Source: OGC 18-058r1 (OGC API - Features, Part 2), /req/crs/fc-bbox-crs-action and
// /req/crs/fc-crs-action. All are on one datum, so that no shift comes in between; that of
// EPSG:4490 agrees with it to within a metre, which is finer than positions here are known.
package crs

import (
	"fmt"
	"math"
	"slices"
	"strconv"

	"github.com/paulmach/orb"

	"innoatlas/geo"
)

// CRS is one coordinate reference system. There is one of each: pointers compare.
type CRS struct {
	uri, title string
	decimals   int
	axes       [2]string // names of x and y
	swapped    bool      // y before x
	limits     orb.Bound // of x, y: beyond is no place on earth, or one too far off
	projection *projection
}

// projection leads from degrees to metres, and back. A system of degrees has none.
type projection struct {
	forward func(lonlat orb.Point) (xy orb.Point)
	// inverse may go on beyond ±180°, so that a box has one western and one eastern end.
	inverse func(xy orb.Point) (lonlat orb.Point)
	// symmetry is the x of the meridian and the y of the parallel that are straight lines.
	symmetry orb.Point
}

// URI names the system, as in OGC's register (/req/crs/crs-uri).
func (c *CRS) URI() string { return c.uri }

// Title is its name in English.
func (c *CRS) Title() string { return c.title }

// Decimals is how many decimals a coordinate is written with: about a centimetre
// in degrees, a tenth of a millimetre in metres.
func (c *CRS) Decimals() int { return c.decimals }

const (
	epsg          = "http://www.opengis.net/def/crs/EPSG/0/"
	degreeDigits  = 7
	metreDigits   = 4
	metreRounding = 0.01 // others round an edge of the world to centimetres
)

var (
	degreeAxes = [2]string{"longitude", "latitude"}
	world      = orb.Bound{Min: orb.Point{-180, -90}, Max: orb.Point{180, 90}}
)

// CRS84 is longitude, latitude in degrees on WGS 84, in which positions are kept.
var CRS84 = &CRS{
	uri: "http://www.opengis.net/def/crs/OGC/1.3/CRS84", title: "WGS 84, longitude and latitude",
	decimals: degreeDigits, axes: degreeAxes, limits: world,
}

var epsg4326 = &CRS{
	uri: epsg + "4326", title: "WGS 84, latitude and longitude",
	decimals: degreeDigits, axes: degreeAxes, limits: world, swapped: true,
}

// epsg4490 is China's national system, CGCS2000. EPSG's transformation to WGS 84 (15918)
// changes nothing, and is good to a metre.
var epsg4490 = &CRS{
	uri: epsg + "4490", title: "China Geodetic Coordinate System 2000, latitude and longitude",
	decimals: degreeDigits, axes: degreeAxes, limits: world, swapped: true,
}

// The UTM zones of the region, 90° to 144° east.
const (
	firstZone = 46
	lastZone  = 54
)

// all are the systems of the facilities; those in degrees, which come first, also those of countries.
var all = func() []*CRS {
	list := []*CRS{CRS84, epsg4326, epsg4490, webMercator}
	for zone := firstZone; zone <= lastZone; zone++ {
		list = append(list, utm(zone, true))
	}
	for zone := firstZone; zone <= lastZone; zone++ {
		list = append(list, utm(zone, false))
	}
	return list
}()

const inDegrees = 3

// Of are the systems that a collection can be asked for in; CRS84 is the first
// (/req/crs/fc-md-crs-list).
func Of(c *geo.Collection) []*CRS {
	if c.Degrees {
		return all[:inDegrees]
	}
	return all
}

// Find is the system of a list that the URI names; nil where there is none.
func Find(list []*CRS, uri string) *CRS {
	i := slices.IndexFunc(list, func(c *CRS) bool { return c.uri == uri })
	if i < 0 {
		return nil
	}
	return list[i]
}

// Project gives a position, in degrees with the longitude first, in this system. The
// coordinates are finite everywhere. In a zone of UTM they are good to a millimetre up
// to 58° from its central meridian; near the equator, from 82° on, they mean nothing.
func (c *CRS) Project(lonlat orb.Point) orb.Point {
	xy := lonlat
	if c.projection != nil {
		xy = c.projection.forward(lonlat)
	}
	return c.order(xy)
}

// Round gives a position of this system with its Decimals.
func (c *CRS) Round(p orb.Point) orb.Point {
	steps := math.Pow10(c.decimals)
	return orb.Point{math.Round(p[0]*steps) / steps, math.Round(p[1]*steps) / steps}
}

// Unproject gives a position of this system in degrees, longitude first. One that
// lies outside of the system is an error that says what it may be.
func (c *CRS) Unproject(p orb.Point) (lonlat orb.Point, err error) {
	xy, err := c.locate(p)
	if err != nil || c.projection == nil {
		return xy, err
	}
	lonlat = c.projection.inverse(xy)
	return orb.Point{wrap(lonlat[0]), lonlat[1]}, nil
}

// order swaps x, y where the authority does, and swaps them back.
func (c *CRS) order(p orb.Point) orb.Point {
	if c.swapped {
		return orb.Point{p[1], p[0]}
	}
	return p
}

// locate gives a position of this system as x, y within its limits.
func (c *CRS) locate(p orb.Point) (xy orb.Point, err error) {
	xy, limits := c.order(p), c.limits
	if c.projection != nil {
		limits = limits.Pad(metreRounding)
	}
	for i := range xy {
		if !(xy[i] >= limits.Min[i] && xy[i] <= limits.Max[i]) { // so that NaN is outside
			return orb.Point{}, fmt.Errorf("%s, %s lies outside of %s; write %s", number(p[0]), number(p[1]), c.title, c.bounds())
		}
	}
	return clamp(xy, c.limits), nil
}

// bounds says how a position is written.
func (c *CRS) bounds() string {
	var axes [2]string
	for i, name := range c.axes {
		axes[i] = fmt.Sprintf("%s (%.0f to %.0f)", name, c.limits.Min[i], c.limits.Max[i])
	}
	if c.swapped {
		slices.Reverse(axes[:])
	}
	return axes[0] + ", " + axes[1]
}

func clamp(p orb.Point, b orb.Bound) orb.Point {
	return orb.Point{max(b.Min[0], min(b.Max[0], p[0])), max(b.Min[1], min(b.Max[1], p[1]))}
}

// wrap brings a longitude into ±180°; those two stay as they are.
func wrap(longitude float64) float64 { return math.Remainder(longitude, 360) }

// number is for messages: metres to the centimetre, and no exponent up to there.
func number(f float64) string { return strconv.FormatFloat(f, 'g', 10, 64) }
