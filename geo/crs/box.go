package crs

import (
	"fmt"
	"math"

	"github.com/paulmach/orb"

	"innoatlas/geo/cql2"
)

const (
	// sidePoints is how many points of each side of a box are looked at.
	sidePoints = 21
	// boxMargin is a millimetre: a corner that was rounded still holds the position
	// that it was made of.
	boxMargin = 0.001
)

// BBox gives a box of this system in degrees: west, south, east, north. b is its
// lower corner and its upper corner, each in the order of the system's axes. In
// degrees a western end that is greater than the eastern one crosses the
// antimeridian. In metres the result is the envelope of 21 points a side, a
// millimetre wider, and holds all of the box; it too may cross the antimeridian.
// A corner outside of the system, or above the other, is an error.
// Source: OGC 18-058r1, /req/crs/fc-bbox-crs-action.
func (c *CRS) BBox(b [4]float64) (cql2.BBox, error) {
	low, err := c.locate(orb.Point{b[0], b[1]})
	if err != nil {
		return cql2.BBox{}, err
	}
	high, err := c.locate(orb.Point{b[2], b[3]})
	if err != nil {
		return cql2.BBox{}, err
	}
	for i, name := range c.axes {
		if low[i] > high[i] && !(c.projection == nil && i == 0) {
			return cql2.BBox{}, fmt.Errorf("the first %s, %s, is greater than the second, %s; write a lower corner and an upper corner, each as %s",
				name, number(low[i]), number(high[i]), c.bounds())
		}
	}
	if c.projection == nil {
		return cql2.BBox{low[0], low[1], high[0], high[1]}, nil
	}
	return c.envelope(orb.Bound{Min: low, Max: high}), nil
}

// envelope is that of a box in metres. A side bends away from its middle only where
// it crosses a line of symmetry, so these places are looked at besides.
func (c *CRS) envelope(b orb.Bound) cql2.BBox {
	b = b.Pad(boxMargin)
	b.Min, b.Max = clamp(b.Min, c.limits), clamp(b.Max, c.limits)
	var outline orb.MultiPoint
	for _, x := range stops(b.Min[0], b.Max[0], c.projection.symmetry[0]) {
		outline = append(outline, c.projection.inverse(orb.Point{x, b.Min[1]}), c.projection.inverse(orb.Point{x, b.Max[1]}))
	}
	for _, y := range stops(b.Min[1], b.Max[1], c.projection.symmetry[1]) {
		outline = append(outline, c.projection.inverse(orb.Point{b.Min[0], y}), c.projection.inverse(orb.Point{b.Max[0], y}))
	}
	e := outline.Bound()
	return cql2.BBox{wrap(toEdge(e.Min[0])), e.Min[1], wrap(toEdge(e.Max[0])), e.Max[1]}
}

// toEdge is a longitude, or the edge of the map where nothing can lie between: positions
// have 7 decimals, and the edge in metres is often written with two.
func toEdge(lon float64) float64 {
	if math.Abs(math.Abs(lon)-180) < 0.5e-7 {
		return math.Copysign(180, lon)
	}
	return lon
}

// stops are places from one end to the other, both included, and the one that is
// nearest to the middle.
func stops(from, to, middle float64) []float64 {
	list := []float64{max(from, min(to, middle))}
	for i := range sidePoints - 1 {
		list = append(list, from+(to-from)*float64(i)/(sidePoints-1))
	}
	return append(list, to)
}
