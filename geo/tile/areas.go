package tile

import (
	"math"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/clip"
	"github.com/paulmach/orb/simplify"

	"innoatlas/geo"
	"innoatlas/geo/zorder"
)

// buffer is how far an outline goes on outside of its tile, in units of Extent.
const buffer = 64

// Areas appends the layer of a collection of outlines to a tile that has dst so far: the
// records whose outline meets the tile, each with its id and what tiles have of it. The
// revision is that of the data they come from.
//
// Where the layer would be longer than half of MaxBytes, or the tile than MaxBytes, counts
// by kind are left out, then outlines are coarser, and in the end absent.
func (o *Outlines) Areas(dst []byte, c *Collection, revision string, t zorder.Tile, records []geo.Feature) []byte {
	l := newLayer()
	defer l.giveBack()
	outlines, seen := o.of(c.of.ID, revision, records, t.Z), newViewport(t)
	for _, try := range []struct {
		kinds   bool
		coarser float64 // in units of Extent
	}{{true, 0}, {false, 0}, {false, 8}, {false, 64}, {false, coarsest}} {
		l.reset()
		for i, f := range records {
			if l.outline(seen, outlines[i], try.coarser) {
				l.area(c, f, outlines[i].id, try.kinds)
			}
		}
		if l.size(c.of.ID) <= min(MaxBytes/2, MaxBytes-len(dst)) {
			return l.appendTo(dst, c.of.ID)
		}
	}
	return dst
}

// area gives the geometry in the making its properties.
func (l *layer) area(c *Collection, f geo.Feature, id uint64, kinds bool) {
	l.properties(c, f, named)
	if kinds && c.of.KindsOf != nil {
		l.kinds(c.of.KindsOf(f))
	}
	l.feature(id, polygons)
}

// outline adds what is seen of an outline in a tile, and reports whether that is
// anything.
func (l *layer) outline(v viewport, o outline, coarser float64) bool {
	for _, p := range o.polygons {
		if v.window.Intersects(p.bound) {
			for _, r := range v.see(p, coarser) {
				l.ring(r)
			}
		}
	}
	if len(l.geometry) == 0 && v.isSpeck(o) {
		x, y := int(v.scale*o.largest.Center()[0]-v.x), int(v.scale*o.largest.Center()[1]-v.y)
		l.ring([]position{{x, y}, {x + 1, y}, {x + 1, y + 1}, {x, y + 1}})
	}
	return len(l.geometry) > 0
}

// isSpeck reports whether an outline of which nothing was seen is in the tile all the
// same, too small to have a form. One unit stands for it, so that small countries are
// on every map.
func (v viewport) isSpeck(o outline) bool {
	center := o.largest.Center()
	within := func(fraction, start float64) bool {
		units := fraction*v.scale - start
		return units >= 0 && units < Extent
	}
	return o.largest != orb.Bound{} && size(o.largest)*v.scale < buffer && within(center[0], v.x) && within(center[1], v.y)
}

// viewport is a tile seen from the Web Mercator square.
type viewport struct {
	scale, x, y float64   // units of Extent = square × scale - x, y
	window      orb.Bound // the tile with its buffer, in the square
}

// Outer rings are cut at the buffer, holes a unit before: so no hole has an edge in
// common with the ring that it is in.
var outerBox, holeBox = boxOf(buffer), boxOf(buffer - 1)

func boxOf(buffer float64) orb.Bound {
	return orb.Bound{Min: orb.Point{-buffer, -buffer}, Max: orb.Point{Extent + buffer, Extent + buffer}}
}

func newViewport(t zorder.Tile) viewport {
	v := viewport{scale: float64(Extent * int(1) << t.Z), x: float64(t.X * Extent), y: float64(t.Y * Extent)}
	v.window = orb.Bound{
		Min: orb.Point{(v.x - buffer) / v.scale, (v.y - buffer) / v.scale},
		Max: orb.Point{(v.x + Extent + buffer) / v.scale, (v.y + Extent + buffer) / v.scale},
	}
	return v
}

// see is what is seen of a polygon: rings as polygonsOf has them, or nothing. What
// is too tangled is looked at more coarsely.
func (v viewport) see(p polygon, coarser float64) [][]position {
	if p.exact && coarser == 0 && v.holds(p.bound) {
		rings := make([][]position, len(p.rings))
		for i, r := range p.rings {
			rings[i] = round(v.scaled(r))
		}
		return rings
	}
	for ; coarser <= coarsest; coarser = max(8, 8*coarser) {
		if rings, ok := v.look(p, coarser); ok {
			return rings
		}
	}
	return nil
}

// coarsest is how far outlines may be simplified to make room, in units of Extent.
const coarsest = 512

// holds reports whether a box in the square is within the tile and its buffer.
func (v viewport) holds(b orb.Bound) bool {
	return v.window.Contains(b.Min) && v.window.Contains(b.Max)
}

// look cuts a polygon to the tile: rings and ok are those of polygonsOf.
func (v viewport) look(p polygon, coarser float64) (rings [][]position, ok bool) {
	outer := round(v.cut(outerBox, p.rings[0], coarser))
	var holes [][]position
	for _, r := range p.rings[1:] {
		hole := round(v.cut(holeBox, r, coarser))
		if fills(hole, holeBox) {
			return nil, true // the tile lies in the hole
		}
		holes = append(holes, hole)
	}
	return polygonsOf(outer, holes)
}

// cut is the part of a ring within a box, in units of Extent; nil where there is none.
func (v viewport) cut(box orb.Bound, r orb.Ring, coarser float64) orb.Ring {
	r = v.scaled(r)
	if coarser > 0 {
		r = simplify.DouglasPeucker(coarser).Ring(r)
	}
	if b := r.Bound(); box.Contains(b.Min) && box.Contains(b.Max) {
		return r
	}
	return clip.Ring(box, r)
}

// fills reports whether a ring within a box is all of it.
func fills(r []position, box orb.Bound) bool {
	side := int(box.Max[0] - box.Min[0])
	return r != nil && max(area(r), -area(r)) == 2*side*side
}

// scaled is a copy of a ring, in units of Extent.
func (v viewport) scaled(r orb.Ring) orb.Ring {
	scaled := make(orb.Ring, len(r))
	for i, p := range r {
		scaled[i] = orb.Point{p[0]*v.scale - v.x, p[1]*v.scale - v.y}
	}
	return scaled
}

// back is a ring in the square, closed.
func (v viewport) back(r []position) orb.Ring {
	ring := make(orb.Ring, len(r), len(r)+1)
	for i, p := range r {
		ring[i] = orb.Point{(float64(p.x) + v.x) / v.scale, (float64(p.y) + v.y) / v.scale}
	}
	return append(ring, ring[0])
}

// round is a ring in whole units; nil where that leaves it no area.
func round(r orb.Ring) []position {
	rounded := make([]position, len(r))
	for i, p := range r {
		rounded[i] = position{int(math.Round(p[0])), int(math.Round(p[1]))}
	}
	if rounded = straighten(rounded); rounded == nil || area(rounded) == 0 {
		return nil
	}
	return rounded
}
