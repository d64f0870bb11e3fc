package memory

import (
	"context"

	"github.com/RoaringBitmap/roaring/v2"
	"github.com/paulmach/orb"

	"innoatlas/geo/cql2"
	"innoatlas/geo/zorder"
)

// scanPositions asks a predicate that relates the position with geometries of the filter.
// In a tile that none of their edges meets all positions are related to them alike,
// so one answers for all; only near an edge each is asked.
func (s *snapshot) scanPositions(ctx context.Context, least cql2.Truth, e cql2.Spatial, among *roaring.Bitmap) (*roaring.Bitmap, error) {
	edges := edgesOf(edgesOf(nil, e.Left), e.Right)
	leave, err := enter(ctx, len(edges)*eachEdge+int(among.GetCardinality()))
	if err != nil {
		return nil, err
	}
	defer leave()
	work := cql2.Work(e)
	found, err := s.parallelScan(func(c chunk, found *roaring.Bitmap) error {
		c.to = min(c.to, len(s.points))
		m := &spatialScan{snapshot: s, pace: pace{ctx: ctx}, least: least, predicate: e, work: work, among: among, found: found}
		return m.visit(zorder.Tile{}, c, edges)
	})
	if err == nil && cql2.Eval(e, &cell{}) >= least {
		found.Or(roaring.AndNot(among, s.placed))
	}
	return found, err
}

type spatialScan struct {
	*snapshot
	pace
	least     cql2.Truth
	predicate cql2.Expr
	work      int // to ask it of one position
	among     *roaring.Bitmap
	found     *roaring.Bitmap
}

// eachEdge is the work that an edge makes, in all tiles that it meets.
const eachEdge = 100

// fewRelated is how many members of a tile are sooner asked than divided further.
const fewRelated = 4

// visit divides a tile until no edge meets it or few members are left. The chunk
// has the numbers that are to be found in it.
func (m *spatialScan) visit(t zorder.Tile, c chunk, edges []edge) error {
	if c.from >= c.to || !m.among.IntersectsWithInterval(uint64(c.from), uint64(c.to)) {
		return nil
	}
	if err := m.spend(1 + len(edges)/4); err != nil {
		return err
	}
	edges = meeting(edges, reach(t))
	switch {
	case len(edges) == 0:
		m.relateOne(c)
		return nil
	case c.to-c.from <= fewRelated || t.Z == zorder.MaxTileZoom:
		return m.relateEach(c)
	}
	for _, quarter := range quarters(t) {
		end := firstFrom(m.keys[:c.to], c.from, quarter.Keys().Last+1)
		if err := m.visit(quarter, chunk{c.from, end}, edges); err != nil {
			return err
		}
		c.from = end
	}
	return nil
}

// quarters are those of the tile in the order of their keys.
func quarters(t zorder.Tile) [4]zorder.Tile {
	z, x, y := t.Z+1, 2*t.X, 2*t.Y
	return [4]zorder.Tile{{Z: z, X: x, Y: y}, {Z: z, X: x + 1, Y: y}, {Z: z, X: x, Y: y + 1}, {Z: z, X: x + 1, Y: y + 1}}
}

// reach is where the positions of a tile may lie. It is wider than the tile by more
// than a key rounds, and the outer rows hold what lies beyond Web Mercator.
func reach(t zorder.Tile) orb.Bound {
	const rounding = 1e-6
	keys := t.Keys()
	b := zorder.Bounds(keys.First, keys.Last).Pad(rounding)
	if t.Y == 0 {
		b.Max[1] = 90
	}
	if t.Y == 1<<t.Z-1 {
		b.Min[1] = -90
	}
	return b
}

// relateOne lets any one position of the chunk answer for all.
func (m *spatialScan) relateOne(c chunk) {
	if m.holds(c.from) {
		set := span(c.from, c.to)
		set.And(m.among)
		m.found.Or(set)
	}
}

// relateEach asks each member, but those on one point once.
func (m *spatialScan) relateEach(c chunk) error {
	last, holds := -1, false
	members := m.among.Iterator()
	for members.AdvanceIfNeeded(uint32(c.from)); members.HasNext(); {
		n := int(members.Next())
		if n >= c.to {
			break
		}
		if last < 0 || m.points[n] != m.points[last] {
			if err := m.spend(m.work); err != nil {
				return err
			}
			holds = m.holds(n)
		}
		if last = n; holds {
			m.found.Add(uint32(n))
		}
	}
	return nil
}

func (m *spatialScan) holds(number int) bool {
	position := cell{property: "geometry", value: cql2.GeometryOf(m.points[number])}
	return cql2.Eval(m.predicate, &position) >= m.least
}
