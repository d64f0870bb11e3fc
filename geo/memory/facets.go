package memory

import (
	"context"
	"slices"

	"github.com/RoaringBitmap/roaring/v2"

	"innoatlas/geo"
)

// facets narrows by the filter once, and by the lists once for each dimension.
func (s *snapshot) facets(ctx context.Context, q geo.Query) (geo.Facets, error) {
	filtered, err := s.match(ctx, q.Filter, s.everyone)
	if err != nil {
		return geo.Facets{}, err
	}
	lists := geo.Query{Collection: q.Collection, Lists: q.Lists}
	matched, err := s.match(ctx, lists.Where(), filtered)
	if err != nil {
		return geo.Facets{}, err
	}
	facets := geo.Facets{Matched: int(matched.GetCardinality())}
	for _, d := range q.Collection.Dimensions() {
		others, err := s.match(ctx, lists.WhereExcept(d), filtered)
		if err != nil {
			return geo.Facets{}, err
		}
		facets.Facets = append(facets.Facets, s.facet(d, others))
	}
	return facets, nil
}

func (s *snapshot) facet(d geo.Dimension, matched *roaring.Bitmap) geo.Facet {
	property, _ := geo.Facilities.Property(d)
	column := s.column(property)
	values := append(geo.TermIDs(s.catalog.Terms(d)), "")
	buckets := make([]geo.Bucket, len(values))
	for i, v := range values {
		buckets[i] = geo.Bucket{Value: v, Count: s.count(column.with(v), matched)}
	}
	slices.SortFunc(buckets, geo.CompareBuckets)
	return geo.Facet{Dimension: d, Property: property, Buckets: buckets}
}

func (s *snapshot) count(set, matched *roaring.Bitmap) int {
	if matched == s.everyone {
		return int(set.GetCardinality())
	}
	return int(set.AndCardinality(matched))
}
