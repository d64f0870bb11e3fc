package geo

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"

	"innoatlas/geo/cql2"
)

// BBox is a box in degrees: west, south, east, north. West > east means that it
// crosses the antimeridian.
type BBox [4]float64

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
