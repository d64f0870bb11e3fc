package drawing

import (
	"math"
	"slices"
	"strconv"

	"github.com/paulmach/orb"
)

// Line joins two places, gently curved upwards.
type Line struct {
	Class string
	Path  string // path data, in tenths
}

// Point is a place on a drawing.
type Point struct{ X, Y int }

// Lines shorter than this, in pixels, would be hidden by the signs at their ends.
const shortest = 12

// bend is how far the middle of a line is off the straight one, in parts of its length.
const bend = 0.14

// AddSeat draws where an institution has its seat; below the signs that may stand there.
func (d *Drawing) AddSeat(seat orb.Point) {
	if p, seen := d.viewport.locate(seat.Lon(), seat.Lat()); seen {
		d.Seat = &Point{int(math.Round(p[0])), int(math.Round(p[1]))}
	}
}

// AddLine draws a line between two places that the drawing shows; none where they are as good
// as one.
func (d *Drawing) AddLine(from, to orb.Point, class string) {
	a, fromSeen := d.viewport.locate(from.Lon(), from.Lat())
	b, toSeen := d.viewport.locate(to.Lon(), to.Lat())
	dx, dy := b[0]-a[0], b[1]-a[1]
	if !fromSeen || !toSeen || math.Hypot(dx, dy) < shortest {
		return
	}
	side := bend
	if dx < 0 {
		side = -bend
	}
	control := orb.Point{(a[0]+b[0])/2 + 2*side*dy, (a[1]+b[1])/2 - 2*side*dx}
	path := appendTenths([]byte("M"), a)
	path = appendTenths(append(path, 'Q'), control)
	path = appendTenths(append(path, ' '), b)
	if !slices.ContainsFunc(d.Lines, func(l Line) bool { return l.Path == string(path) }) { // the first hides the others
		d.Lines = append(d.Lines, Line{class, string(path)})
	}
}

func appendTenths(b []byte, p orb.Point) []byte {
	b = strconv.AppendInt(b, int64(math.Round(10*p[0])), 10)
	return strconv.AppendInt(append(b, ' '), int64(math.Round(10*p[1])), 10)
}
