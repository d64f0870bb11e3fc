package tile

import (
	"math"
	"strings"

	"github.com/paulmach/orb"

	"innoatlas/geo"
	"innoatlas/geo/zorder"
)

// position is a place in a tile, in units of Extent from its north-western corner.
type position struct{ x, y int }

// clusterIDs is what a cluster's cell is added to for its id: beyond those of
// facilities, and still exact in JavaScript.
const clusterIDs = 1 << 52

// Points appends the layer of an indexed collection to a tile that has dst so far.
// A facility keeps its id. A cluster stands at its Position, with how many members
// it has, in all and of each kind, and with its kind if it has but one; a cluster
// of one is the facility itself.
//
// Where the tile would be longer than MaxBytes, first names, slugs and counts by
// kind are left out, then sectors and own fields, then all but point_count:
// geo.MaxTileFeatures facilities always fit.
func (c *Collection) Points(dst []byte, t zorder.Tile, content geo.Tile) []byte {
	l := newLayer()
	defer l.giveBack()
	for _, what := range []detail{named, unnamed, unsorted, bare} {
		l.reset()
		for i := range content.Clusters {
			l.cluster(c, t, &content.Clusters[i], what)
		}
		for _, f := range content.Facilities {
			l.facility(c, t, f, what)
		}
		if len(dst)+l.size(c.of.ID) <= MaxBytes {
			break
		}
	}
	return l.appendTo(dst, c.of.ID)
}

// detail is how much a tile says of each facility.
type detail int

const (
	named    detail = iota // everything
	unnamed                // without names and counts by kind
	unsorted               // and without lists and own fields
	bare                   // and without other facets
)

func (l *layer) facility(c *Collection, t zorder.Tile, f *geo.Facility, what detail) {
	if f.Position == nil {
		return
	}
	l.integer(pointCount, 1)
	l.properties(c, f, what)
	l.point(positionIn(t, *f.Position))
	l.feature(uint64(f.ID), points)
}

func (l *layer) cluster(of *Collection, t zorder.Tile, c *geo.Cluster, what detail) {
	if c.Feature != nil {
		l.facility(of, t, c.Feature, what)
		return
	}
	l.integer(pointCount, c.Count)
	if what <= unsorted && len(c.Kinds) == 1 {
		l.text(string(geo.ByKind), c.Kinds[0].Value)
	}
	if what <= named {
		l.kinds(c.Kinds)
	}
	l.point(positionIn(t, c.Position))
	l.feature(clusterIDs+c.Cell, points)
}

// kinds adds how many facilities there are of each kind.
func (l *layer) kinds(counts []geo.Bucket) {
	for _, b := range counts {
		l.integer(kindKey(b.Value), b.Count)
	}
}

// kindKey is the property that counts a kind. A GIS makes a field of it, so
// hyphens become underscores.
func kindKey(kind string) string { return "kind_" + strings.ReplaceAll(kind, "-", "_") }

// positionIn is a position in a tile that holds it. What lies on the edge, or was kept
// in the first or last row of the world, is in the tile too.
func positionIn(t zorder.Tile, p orb.Point) position {
	x, y := zorder.Project(p)
	return position{within(x, t.Z, t.X), within(y, t.Z, t.Y)}
}

func within(fraction float64, zoom, tile int) int {
	return max(0, min(Extent-1, int(math.Floor((fraction*float64(int(1)<<zoom)-float64(tile))*Extent))))
}
