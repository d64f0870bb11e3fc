package cql2

import (
	"math"
	"math/big"
	"slices"

	"github.com/paulmach/orb"
)

// location says where a point lies as seen from a geometry.
type location int8

const (
	outside location = iota
	onBoundary
	inside
)

// edges are the line segments of a geometry, sorted into strips by their latitude,
// or by their longitude where that tells them apart better, so that a point is compared
// only with those beside it. What they say of a point is exact, and what the matrix of
// DE-9IM says; to ask simplefeatures for that of each record would take 150 times as long
// for an area of four corners, and thousands of times for one of a thousand.
type edges struct {
	bound   orb.Bound
	flipped bool // longitudes and latitudes are exchanged, those of the bound too
	count   int  // of the strips but one, which is for what lies on the northern end
	strips  [][]edge
}

// edge goes from its southern end to its northern one.
type edge struct{ south, north orb.Point }

// maxCopies bounds how many strips an edge may stand in, on average.
const maxCopies = 8

// newEdges sorts the edges of lines and rings.
func newEdges(lines []orb.LineString, bound orb.Bound) *edges {
	list := edgesOf(lines)
	x := &edges{bound: bound, count: len(list), flipped: standing(list, bound)}
	if x.flipped {
		x.bound = orb.Bound{Min: flip(bound.Min), Max: flip(bound.Max)}
		for i, e := range list {
			list[i] = edgeOf(flip(e.south), flip(e.north))
		}
	}
	for x.copies(list) > maxCopies*len(list) {
		x.count /= 2
	}
	x.strips = make([][]edge, x.count+1)
	for _, e := range list {
		for i := x.strip(e.south[1]); i <= x.strip(e.north[1]); i++ {
			x.strips[i] = append(x.strips[i], e)
		}
	}
	return x
}

// standing reports that edges reach farther over the latitudes of their bound than over
// its longitudes, on the whole.
func standing(list []edge, bound orb.Bound) bool {
	var width, height float64
	for _, e := range list {
		width += math.Abs(e.north[0] - e.south[0])
		height += e.north[1] - e.south[1]
	}
	return height*(bound.Max[0]-bound.Min[0]) > width*(bound.Max[1]-bound.Min[1])
}

func flip(p orb.Point) orb.Point { return orb.Point{p[1], p[0]} }

// crowd is how many edges stand in the fullest strip.
func (x *edges) crowd() (most int) {
	for _, strip := range x.strips {
		most = max(most, len(strip))
	}
	return most
}

func edgesOf(lines []orb.LineString) []edge {
	var list []edge
	for _, line := range lines {
		for i := 1; i < len(line); i++ {
			list = append(list, edgeOf(line[i-1], line[i]))
		}
	}
	return list
}

func edgeOf(a, b orb.Point) edge {
	if a[1] > b[1] {
		return edge{b, a}
	}
	return edge{a, b}
}

// strip is the number of the strip of a latitude within the bound.
func (x *edges) strip(latitude float64) int {
	south, north := x.bound.Min[1], x.bound.Max[1]
	height := north - south
	if height == 0 || math.IsInf(height, 1) {
		return 0
	}
	return int((latitude - south) / height * float64(x.count))
}

// copies is how many edges stand in the strips, those in several counted in each.
func (x *edges) copies(list []edge) (n int) {
	for _, e := range list {
		n += x.strip(e.north[1]) - x.strip(e.south[1]) + 1
	}
	return n
}

// locate says where a point lies, for the edges of an area. A ray from it to the
// east leaves the area as often as it enters it, and once more from inside.
func (x *edges) locate(p orb.Point) location {
	if x.flipped {
		p = flip(p)
	}
	if !contains(x.bound, p) {
		return outside
	}
	crossings := 0
	for _, e := range x.strips[x.strip(p[1])] {
		switch e.seen(p) {
		case onEdge:
			return onBoundary
		case crossed:
			crossings++
		}
	}
	if crossings%2 == 1 {
		return inside
	}
	return outside
}

// touch reports whether the point lies on an edge.
func (x *edges) touch(p orb.Point) bool {
	if x.flipped {
		p = flip(p)
	}
	return contains(x.bound, p) && slices.ContainsFunc(x.strips[x.strip(p[1])], func(e edge) bool { return e.seen(p) == onEdge })
}

// locateOnLines says where a point lies, for the edges of lines. The boundary of
// lines is every point that an odd number of them end at.
func (x *edges) locateOnLines(p orb.Point, lines []orb.LineString) location {
	if !x.touch(p) {
		return outside
	}
	ends := 0
	for _, line := range lines {
		for _, end := range []orb.Point{line[0], line[len(line)-1]} {
			if end == p {
				ends++
			}
		}
	}
	if ends%2 == 1 {
		return onBoundary
	}
	return inside
}

// sight is what a ray from a point to the east meets of an edge.
type sight int8

const (
	nothing sight = iota
	crossed
	onEdge
)

// seen counts the southern end of an edge to it and the northern one not, so that a
// ray through a corner crosses one edge of two, or both or none where it only
// touches the corner.
func (e edge) seen(p orb.Point) sight {
	if p[1] < e.south[1] || p[1] > e.north[1] || p[0] > e.south[0] && p[0] > e.north[0] {
		return nothing
	}
	side := 1
	if p[0] >= e.south[0] || p[0] >= e.north[0] {
		side = turn(e.south, e.north, p)
	}
	switch {
	case side == 0:
		return onEdge
	case side > 0 && p[1] < e.north[1]:
		return crossed
	}
	return nothing
}

// turn is positive where p lies to the left of the line from a to b, negative to its
// right, and zero on it.
func turn(a, b, p orb.Point) int {
	side, _ := sideOf(a, b, p)
	return side
}

// sideOf is turn, and says whether rounding could hide the side, so that it was computed
// exactly.
func sideOf(a, b, p orb.Point) (side int, exact bool) {
	if p == a || p == b {
		return 0, false
	}
	if side = roughSide(a, b, p); side != 0 {
		return side, false
	}
	return exactTurn(a, b, p), true
}

// roughSide is turn, or zero where rounding could hide the side.
func roughSide(a, b, p orb.Point) int {
	left, right := (b[0]-a[0])*(p[1]-a[1]), (b[1]-a[1])*(p[0]-a[0])
	switch slack := 4e-16*(math.Abs(left)+math.Abs(right)) + 1e-300; {
	case left-right > slack:
		return 1
	case left-right < -slack:
		return -1
	}
	return 0
}

func exactTurn(a, b, p orb.Point) int {
	product := func(x0, x1, y0, y1 float64) *big.Rat {
		x, y := difference(x0, x1), difference(y0, y1)
		return x.Mul(x, y)
	}
	return product(b[0], a[0], p[1], a[1]).Cmp(product(b[1], a[1], p[0], a[0]))
}

func difference(x, y float64) *big.Rat {
	a, b := new(big.Rat).SetFloat64(x), new(big.Rat).SetFloat64(y)
	return a.Sub(a, b)
}

// linesOf are the lines or the rings that a geometry consists of.
func linesOf(g orb.Geometry) (lines []orb.LineString) {
	switch g := g.(type) {
	case orb.LineString:
		return []orb.LineString{g}
	case orb.MultiLineString:
		return g
	case orb.Polygon:
		for _, ring := range g {
			lines = append(lines, orb.LineString(ring))
		}
	case orb.MultiPolygon:
		for _, polygon := range g {
			lines = append(lines, linesOf(polygon)...)
		}
	}
	return lines
}
