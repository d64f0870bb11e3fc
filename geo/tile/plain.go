package tile

import (
	"math"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/clip"
	"github.com/paulmach/orb/simplify"

	"innoatlas/geo"
	"innoatlas/geo/zorder"
)

// Plain appends the layer of a collection that has no index and no outlines: those of the
// records that meet the tile, points each in one tile, lines cut at its buffer.
//
// Where the tile would be longer than MaxBytes, properties are left out as of Points, and in
// the end what looks the same as a record before it, and what is more than fits. As is what is
// written of a record: of many, only some are.
func (c *Collection) Plain(dst []byte, t zorder.Tile, content geo.Tile, as func(geo.Feature) geo.Feature) []byte {
	l := newLayer()
	defer l.giveBack()
	seen := newViewport(t)
	records := seen.near(content.Records)
	for _, what := range []detail{named, unnamed, unsorted, bare} {
		if content.Bare {
			break
		}
		if l.reset(); l.written(c, seen, t, records, as, what, MaxBytes-len(dst)) {
			return l.appendTo(dst, c.of.ID)
		}
	}
	l.shapes(c, seen, t, records, MaxBytes-len(dst))
	return l.appendTo(dst, c.of.ID)
}

// near are the records that may be seen: of lines those whose bounds meet the window, give or
// take a unit.
func (v viewport) near(records []geo.Feature) (kept []geo.Feature) {
	window := v.window.Pad(1 / v.scale)
	for _, f := range records {
		switch g := f.Geometry().(type) {
		case nil:
		case orb.Point:
			kept = append(kept, f)
		default:
			if window.Intersects(projected(g.Bound())) {
				kept = append(kept, f)
			}
		}
	}
	return kept
}

// projected is a bound in the square, in which y runs downwards.
func projected(b orb.Bound) orb.Bound {
	west, south := zorder.Project(b.Min)
	east, north := zorder.Project(b.Max)
	return orb.Bound{Min: orb.Point{west, north}, Max: orb.Point{east, south}}
}

// written reports whether the layer has room for what is seen of the records in some detail; it
// ends where it has not.
func (l *layer) written(c *Collection, seen viewport, t zorder.Tile, records []geo.Feature, as func(geo.Feature) geo.Feature, what detail, room int) bool {
	for _, f := range records {
		if geometry := l.shape(seen, t, f.Geometry()); geometry != 0 {
			id, _ := f.Ref()
			l.properties(c, as(f), what)
			l.feature(uint64(id), geometry)
		}
		if l.size(c.of.ID) > room {
			return false
		}
	}
	return l.size(c.of.ID) <= room
}

// mostOfFeature is more than the bytes of a feature without properties that has one point, or
// a line that was made simple.
const mostOfFeature = 64

// shapes fills the layer with what is seen of the records and no properties, each shape once,
// as many as fit.
func (l *layer) shapes(c *Collection, seen viewport, t zorder.Tile, records []geo.Feature, room int) {
	l.reset()
	drawn := map[string]bool{}
	for _, f := range records {
		if l.size(c.of.ID)+mostOfFeature > room {
			return // nothing more fits
		}
		geometry := l.shape(seen, t, f.Geometry())
		switch {
		case geometry == 0:
			continue
		case drawn[string(l.geometry)] || l.size(c.of.ID)+len(l.geometry)+mostOfFeature > room:
			l.geometry, l.x, l.y = l.geometry[:0], 0, 0
			continue
		}
		drawn[string(l.geometry)] = true
		id, _ := f.Ref()
		l.feature(uint64(id), geometry)
	}
}

// shape adds what is seen of a geometry in a tile, and gives its type; 0 where that is nothing.
func (l *layer) shape(v viewport, t zorder.Tile, g orb.Geometry) byte {
	switch g := g.(type) {
	case orb.Point:
		if zorder.TileAt(g, t.Z) == t {
			l.point(positionIn(t, g))
			return points
		}
	case orb.MultiPoint:
		return l.points(t, g)
	case orb.LineString:
		return l.lines(v, g)
	case orb.MultiLineString:
		return l.lines(v, g...)
	}
	return 0
}

// points adds those that are in the tile.
func (l *layer) points(t zorder.Tile, all orb.MultiPoint) byte {
	var inside []position
	for _, p := range all {
		if zorder.TileAt(p, t.Z) == t {
			inside = append(inside, positionIn(t, p))
		}
	}
	if len(inside) == 0 {
		return 0
	}
	l.command(moveTo, len(inside))
	for _, p := range inside {
		l.to(p)
	}
	return points
}

// lines adds what is seen of some lines.
func (l *layer) lines(v viewport, all ...orb.LineString) byte {
	for _, g := range all {
		for _, part := range v.line(g) {
			l.line(part)
		}
	}
	if len(l.geometry) == 0 {
		return 0
	}
	return lines
}

// line is what is seen of a line, in whole units: as rings, rounded to the nearest, so that
// neighbours show the same where their buffers overlap.
func (v viewport) line(g orb.LineString) (parts [][]position) {
	scaled := orb.LineString(v.scaled(project(orb.Ring(g))))
	for _, part := range clip.LineString(outerBox, simplify.DouglasPeucker(tolerance).LineString(scaled)) {
		var rounded []position
		for _, p := range part {
			at := position{int(math.Round(p[0])), int(math.Round(p[1]))}
			if len(rounded) == 0 || rounded[len(rounded)-1] != at {
				rounded = append(rounded, at)
			}
		}
		if len(rounded) > 1 {
			parts = append(parts, rounded)
		}
	}
	return parts
}
