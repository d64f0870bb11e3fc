package memory

import (
	"context"

	"github.com/RoaringBitmap/roaring/v2"

	"innoatlas/geo"
	"innoatlas/geo/zorder"
)

// Tile gives what a vector tile of the facilities shows.
func (s *Store) Tile(ctx context.Context, q geo.Query, t zorder.Tile) (geo.Tile, error) {
	ctx, snapshot, end, err := s.ask(ctx)
	if err != nil {
		return geo.Tile{}, err
	}
	defer end()
	return snapshot.tile(ctx, q, t)
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
		list = append(list, &s.facilities[n])
	}
	return list
}
