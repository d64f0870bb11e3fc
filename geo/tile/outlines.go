package tile

import (
	"sync"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/simplify"

	"innoatlas/geo"
	"innoatlas/geo/zorder"
)

// Outlines keeps the outlines of records as tiles need them: projected, and
// simplified for each zoom. It holds those of one revision, so it grows no larger
// than a few times the data. The zero Outlines is empty and ready; it may be used
// from many goroutines, and nobody waits but for the outline of a record that another
// simplifies.
type Outlines struct {
	mu    sync.Mutex
	known *levels
}

// levels are the outlines of a revision, each a func() outline.
type levels struct {
	revision string
	outlines sync.Map // by levelOf
}

// levelOf names the outline of a record at a zoom.
type levelOf struct {
	collection string
	zoom       int
	id         int64
}

const (
	// simplifiedZooms have outlines of their own, from zoom 0 on; the outlines of
	// deeper zooms are whole.
	simplifiedZooms = 7

	// tolerance is how far a simplified outline may be from the true one, in units
	// of Extent: a quarter of a pixel, where a tile is drawn 512 pixels wide.
	tolerance = 2
)

// outline is in the Web Mercator square: x and y from 0 to 1, y southwards.
type outline struct {
	id       uint64 // of the record
	polygons []polygon
	largest  orb.Bound // holds the largest polygon, before it was simplified
}

type polygon struct {
	bound orb.Bound
	rings orb.Polygon
	exact bool // valid, and in whole units of its zoom: where it need not be cut, it stays so
}

// of are the outlines of records for a zoom, in the same order.
func (o *Outlines) of(collection, revision string, records []geo.Feature, zoom int) []outline {
	known := o.at(revision)
	found := make([]outline, len(records))
	for i, f := range records {
		found[i] = known.of(collection, f, min(zoom, simplifiedZooms))
	}
	return found
}

func (o *Outlines) at(revision string) *levels {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.known == nil || o.known.revision != revision {
		o.known = &levels{revision: revision}
	}
	return o.known
}

func (l *levels) of(collection string, f geo.Feature, zoom int) outline {
	id, _ := f.Ref()
	name := levelOf{collection, zoom, id}
	known, ok := l.outlines.Load(name)
	if !ok {
		known, _ = l.outlines.LoadOrStore(name, sync.OnceValue(func() outline {
			shape, _ := f.Geometry().(orb.MultiPolygon)
			o := newOutline(shape, zoom)
			o.id = uint64(id)
			return o
		}))
	}
	return known.(func() outline)()
}

func newOutline(polygons orb.MultiPolygon, zoom int) outline {
	var o outline
	for i, p := range polygons {
		rings := make(orb.Polygon, len(p))
		for j, r := range p {
			rings[j] = project(r)
		}
		if b := rings[0].Bound(); i == 0 || size(b) > size(o.largest) {
			o.largest = b
		}
		if zoom < simplifiedZooms {
			o.polygons = append(o.polygons, simplified(rings, zoom)...)
		} else {
			o.polygons = append(o.polygons, polygon{bound: rings[0].Bound(), rings: rings})
		}
	}
	return o
}

// size is the longer side of a box.
func size(b orb.Bound) float64 { return max(b.Max[0]-b.Min[0], b.Max[1]-b.Min[1]) }

func project(r orb.Ring) orb.Ring {
	projected := make(orb.Ring, len(r))
	for i, p := range r {
		projected[i][0], projected[i][1] = zorder.Project(p)
	}
	return projected
}

// simplified is what a polygon is at a zoom: nothing where it is too small there,
// several where a strait closes.
func simplified(rings orb.Polygon, zoom int) []polygon {
	world := newViewport(zorder.Tile{})
	world.scale *= float64(int(1) << zoom)
	for i, r := range rings {
		rings[i] = simplify.DouglasPeucker(tolerance / world.scale).Ring(r)
	}
	rounded := make([][]position, len(rings))
	for i, r := range rings {
		rounded[i] = round(world.scaled(r))
	}
	whole, ok := polygonsOf(rounded[0], rounded[1:])
	if !ok {
		return []polygon{{bound: rings[0].Bound(), rings: rings}}
	}
	var polygons []polygon
	for _, r := range whole {
		ring := world.back(r)
		if area(r) > 0 {
			polygons = append(polygons, polygon{bound: ring.Bound(), exact: true})
		}
		p := &polygons[len(polygons)-1]
		p.rings = append(p.rings, ring)
	}
	return polygons
}
