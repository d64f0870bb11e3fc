package geo

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"

	"github.com/paulmach/orb"

	"innoatlas/geo/cql2"
)

// BBox is a box in degrees: west, south, east, north. West > east means that it
// crosses the antimeridian.
type BBox [4]float64

// NoBox is the box of nothing.
var NoBox = BBox{1, 1, -1, -1}

// Around is the box around positions, which a bound holds: across the antimeridian where
// that is narrower (RFC 7946 §5.2), but for records from all over the world, which have a
// box that every program understands. East is the least longitude of those from 0 on, west
// the greatest of those below.
func Around(b orb.Bound, east, west float64) BBox {
	const mostOfTheWorld = 270
	switch {
	case b.IsEmpty():
		return NoBox
	case b.Min[0] < 0 && b.Max[0] >= 0 && west+360-east < min(b.Max[0]-b.Min[0], mostOfTheWorld):
		return BBox{east, b.Min[1], west, b.Max[1]}
	}
	return BBox{b.Min[0], b.Min[1], b.Max[0], b.Max[1]}
}

// AroundAll is Around for points and boxes of which none crosses the antimeridian.
func AroundAll[G interface{ Bound() orb.Bound }](all []G) BBox {
	e := NewExtent()
	addEach(&e, all)
	return e.Box()
}

// Extent is what Around needs to know of boxes that come one by one.
type Extent struct {
	bound      orb.Bound
	east, west float64
}

// NewExtent is the extent of nothing.
func NewExtent() Extent {
	inf := math.Inf(1)
	return Extent{orb.Bound{Min: orb.Point{inf, inf}, Max: orb.Point{-inf, -inf}}, inf, -inf}
}

// Add takes one more box in, which does not cross the antimeridian.
func (e *Extent) Add(b orb.Bound) {
	e.bound.Min = orb.Point{min(e.bound.Min[0], b.Min[0]), min(e.bound.Min[1], b.Min[1])}
	e.bound.Max = orb.Point{max(e.bound.Max[0], b.Max[0]), max(e.bound.Max[1], b.Max[1])}
	if b.Min[0] >= 0 {
		e.east = min(e.east, b.Min[0])
		return
	}
	e.west = max(e.west, b.Max[0])
	if b.Max[0] >= 0 { // it reaches over the meridian of 0, which the other box would go round
		e.east = 0
	}
}

// AddParts takes one more geometry in, each of its parts by itself: one that is cut at the
// antimeridian has parts on both sides of it, and several points may have.
func (e *Extent) AddParts(g orb.Geometry) {
	switch g := g.(type) {
	case nil:
	case orb.MultiPoint:
		addEach(e, g)
	case orb.MultiLineString:
		addEach(e, g)
	case orb.MultiPolygon:
		addEach(e, g)
	default:
		e.Add(g.Bound())
	}
}

func addEach[G interface{ Bound() orb.Bound }](e *Extent, parts []G) {
	for _, part := range parts {
		e.Add(part.Bound())
	}
}

// Sides are what the extent is made of, all of which are the least that was taken in: the west, the
// south, the negative east and the negative north, then the westernmost longitude of what lies in the
// east of the meridian of 0, and the negative easternmost of what lies in its west.
func (e *Extent) Sides() [6]float64 {
	return [6]float64{e.bound.Min[0], e.bound.Min[1], -e.bound.Max[0], -e.bound.Max[1], e.east, -e.west}
}

// ExtentOf is the extent that has the sides.
func ExtentOf(sides [6]float64) Extent {
	return Extent{orb.Bound{Min: orb.Point{sides[0], sides[1]}, Max: orb.Point{-sides[2], -sides[3]}}, sides[4], -sides[5]}
}

// Box is the box around all that was taken in.
func (e *Extent) Box() BBox { return Around(e.bound, e.east, e.west) }

// IsEmpty reports whether nothing is in the box.
func (b BBox) IsEmpty() bool { return b[1] > b[3] }

// Crosses reports whether the box crosses the antimeridian.
func (b BBox) Crosses() bool { return b[0] > b[2] }

// ReachesEdge reports whether the box has a part of the antimeridian in it, on which a
// place is seen from both sides.
func (b BBox) ReachesEdge() bool { return b.Crosses() || b[0] == -180 || b[2] == 180 }

// Width is how many degrees the box is wide.
func (b BBox) Width() float64 {
	if b.Crosses() {
		return b[2] + 360 - b[0]
	}
	return b[2] - b[0]
}

// Center is the middle of the box.
func (b BBox) Center() orb.Point {
	lon := b[0] + b.Width()/2
	if lon > 180 {
		lon -= 360
	}
	return orb.Point{lon, (b[1] + b[3]) / 2}
}

// Filter is the box as the bbox parameter means it: records without a position
// match too (OGC 17-069r4, /req/core/fc-bbox-response C).
func (b BBox) Filter() cql2.Expr {
	geometry := cql2.Property("geometry")
	return cql2.Or{cql2.Spatial{Op: cql2.SIntersects, Left: geometry, Right: cql2.BBox(b)}, cql2.IsNull{X: geometry}}
}

// ParseBBox reads the bbox parameter: west, south, east, north in degrees, or
// six numbers, whose heights are ignored. Another count, a number that is not
// finite, |longitude| > 180, |latitude| > 90 or south > north is an *InputError.
// Source: OGC 17-069r4, /req/core/fc-bbox-definition.
func ParseBBox(s string) (BBox, error) {
	numbers, err := ParseBox(s)
	b := BBox(numbers)
	fail := func(reason string) (BBox, error) { return BBox{}, &InputError{"bbox", s, reason} }
	switch {
	case err != nil:
		return BBox{}, err
	case math.Abs(b[0]) > 180 || math.Abs(b[2]) > 180:
		return fail("longitudes lie between -180 and 180")
	case math.Abs(b[1]) > 90 || math.Abs(b[3]) > 90:
		return fail("latitudes lie between -90 and 90")
	case b[1] > b[3]:
		return fail("south is greater than north; the order is west,south,east,north")
	}
	return b, nil
}

// ParseBox reads the four numbers of a box in any coordinate reference system, or
// six of which the heights are dropped. Anything else is an *InputError.
func ParseBox(s string) ([4]float64, error) {
	fail := func(reason string) ([4]float64, error) { return [4]float64{}, &InputError{"bbox", s, reason} }
	parts := strings.Split(s, ",")
	if len(parts) != 4 && len(parts) != 6 {
		return fail(fmt.Sprintf("needs four numbers (the lower corner, then the upper; west,south,east,north in CRS84) or six with heights, got %d", len(parts)))
	}
	n := make([]float64, len(parts))
	for i, part := range parts {
		var err error
		if n[i], err = parseNumber(part); err != nil {
			return fail(fmt.Sprintf("%q is not a number", shorten(part)))
		}
	}
	if len(n) == 4 {
		return [4]float64(n), nil
	}
	if n[2] > n[5] {
		return fail("the lower height is above the upper one")
	}
	return [4]float64{n[0], n[1], n[3], n[4]}, nil
}

// decimal keeps out what ParseFloat would let in: NaN, Inf, hexadecimal, underscores.
var decimal = regexp.MustCompile(`^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$`)

func parseNumber(s string) (float64, error) {
	if len(s) > 64 || !decimal.MatchString(s) {
		return 0, strconv.ErrSyntax
	}
	return strconv.ParseFloat(s, 64)
}
