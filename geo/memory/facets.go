package memory

import (
	"cmp"
	"context"
	"slices"

	"github.com/RoaringBitmap/roaring/v2"

	"innoatlas/geo"
)

// facets narrows by the filter once, and by the lists once for each dimension.
func (s *snapshot) facets(ctx context.Context, q geo.Query) ([]geo.Facet, error) {
	filtered, err := s.match(ctx, q.Filter, s.everyone)
	if err != nil {
		return nil, err
	}
	lists := geo.Query{Collection: q.Collection, Lists: q.Lists}
	var facets []geo.Facet
	for _, d := range q.Collection.Dimensions() {
		matched, err := s.match(ctx, lists.WhereExcept(d), filtered)
		if err != nil {
			return nil, err
		}
		facets = append(facets, s.facet(d, matched))
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
	sortBuckets(buckets)
	return geo.Facet{Dimension: d, Property: property, Buckets: buckets}
}

func (s *snapshot) count(set, matched *roaring.Bitmap) int {
	if matched == s.everyone {
		return int(set.GetCardinality())
	}
	return int(set.AndCardinality(matched))
}

// sortBuckets puts the greatest count first, then orders by bytes, "not stated"
// last among equals.
func sortBuckets(buckets []geo.Bucket) {
	slices.SortFunc(buckets, func(a, b geo.Bucket) int {
		switch {
		case a.Count != b.Count:
			return cmp.Compare(b.Count, a.Count)
		case a.Value == "":
			return 1
		case b.Value == "":
			return -1
		}
		return cmp.Compare(a.Value, b.Value)
	})
}
