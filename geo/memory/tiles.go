package memory

import (
	"cmp"
	"context"
	"math"
	"slices"

	"github.com/RoaringBitmap/roaring/v2"
	"github.com/paulmach/orb"

	"innoatlas/geo"
	"innoatlas/geo/zorder"
)

// Tile gives what a vector tile shows of a collection.
func (s *Store) Tile(ctx context.Context, q geo.Query, t zorder.Tile) (geo.Tile, error) {
	ctx, snapshot, end, err := s.ask(ctx)
	if err != nil {
		return geo.Tile{}, err
	}
	defer end()
	if snapshot.isPlain(q.Collection) {
		return snapshot.tileOfPlain(ctx, q, t)
	}
	return snapshot.tile(ctx, q, t)
}

func (s *snapshot) tileOfPlain(ctx context.Context, q geo.Query, t zorder.Tile) (geo.Tile, error) {
	q.Sort = nil
	kept, err := s.sortedPlain(ctx, q)
	if err != nil {
		return geo.Tile{}, err
	}
	bounds, around := s.indexes[q.Collection.ID].bounds(), t.Around()
	kept = kept.having(func(p *plain) bool { return bounds[p.number].Intersects(around) })
	tile := geo.Tile{Bare: len(kept) > geo.MaxTileFeatures}
	if tile.Bare {
		kept = kept.firstByID(geo.MaxTileShapes)
	}
	for _, p := range kept {
		tile.Records = append(tile.Records, p.Feature)
	}
	return tile, nil
}

// firstByID are so many of the records.
func (t table) firstByID(most int) table {
	byID := func(a, b *plain) int {
		idA, _ := a.Ref()
		idB, _ := b.Ref()
		return cmp.Compare(idA, idB)
	}
	if !slices.IsSortedFunc(t, byID) {
		t = slices.SortedFunc(slices.Values(t), byID)
	}
	return t[:min(most, len(t))]
}

// nowhere meets no bound.
var nowhere = orb.Bound{Min: orb.Point{math.Inf(1), math.Inf(1)}, Max: orb.Point{math.Inf(-1), math.Inf(-1)}}

// bounds are those of the geometries of all records.
func (t table) bounds() []orb.Bound {
	bounds := make([]orb.Bound, len(t))
	for n, p := range t {
		bounds[n] = nowhere
		if g := p.Geometry(); g != nil {
			bounds[n] = g.Bound()
		}
	}
	return bounds
}

// tile asks for nothing outside of the tile: its facilities are one run of numbers.
func (s *snapshot) tile(ctx context.Context, q geo.Query, t zorder.Tile) (geo.Tile, error) {
	matched, err := s.match(ctx, q.Where(), span(s.ordinals(t.Keys())))
	if err != nil {
		return geo.Tile{}, err
	}
	if t.Z >= geo.DetailZoom && matched.GetCardinality() <= geo.MaxTileFeatures {
		return geo.Tile{Facilities: s.each(matched)}, nil
	}
	var tile geo.Tile
	for w := s.newWalk(matched, zorder.CellShift(t.Z)); w.next.HasNext(); {
		tile.Clusters = append(tile.Clusters, w.cluster())
	}
	return tile, nil
}

// each are the members one by one.
func (s *snapshot) each(members *roaring.Bitmap) []*geo.Facility {
	if members.IsEmpty() {
		return nil
	}
	list := make([]*geo.Facility, 0, members.GetCardinality())
	for n := range roaring.Values(members) {
		list = append(list, s.facility(n))
	}
	return list
}
