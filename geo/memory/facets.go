package memory

import (
	"context"
	"slices"
	"strconv"

	"github.com/RoaringBitmap/roaring/v2"

	"innoatlas/geo"
)

// facets narrows by the filter once, and by the choices once for each dimension
// that has one.
func (s *snapshot) facets(ctx context.Context, q geo.Query) (geo.Facets, error) {
	filtered, err := s.match(ctx, q.Filter, s.everyone)
	if err != nil {
		return geo.Facets{}, err
	}
	choices := geo.Query{Collection: q.Collection, Lists: q.Lists, Established: q.Established}
	matched, err := s.match(ctx, choices.Where(), filtered)
	if err != nil {
		return geo.Facets{}, err
	}
	facets := geo.Facets{Matched: int(matched.GetCardinality())}
	for _, d := range q.Collection.Facets() {
		counted := matched
		if choices.Chooses(d) {
			if counted, err = s.match(ctx, choices.WhereExcept(d), filtered); err != nil {
				return geo.Facets{}, err
			}
		}
		property, _ := q.Collection.Property(d)
		facets.Facets = append(facets.Facets, geo.Facet{Dimension: d, Property: property, Buckets: s.buckets(d, counted)})
	}
	return facets, nil
}

// buckets count by the values of a dimension, in the order of its facet.
func (s *snapshot) buckets(d geo.Dimension, matched *roaring.Bitmap) []geo.Bucket {
	var buckets []geo.Bucket
	if column := s.columnOf(d); d == geo.ByEstablished {
		buckets = s.years(column, matched)
	} else {
		for _, v := range append(geo.TermIDs(s.catalog.Terms(d)), "") {
			buckets = append(buckets, geo.Bucket{Value: v, Count: s.count(column.with(v), matched)})
		}
	}
	slices.SortFunc(buckets, d.CompareBuckets)
	return buckets
}

func (s *snapshot) years(c *column, matched *roaring.Bitmap) []geo.Bucket {
	var counts []int
	if matched == s.everyone {
		counts = c.sizes()
	} else {
		counts = c.tally(matched)
	}
	buckets := []geo.Bucket{{Count: counts[0]}}
	for i, v := range c.values {
		buckets = append(buckets, geo.Bucket{Value: strconv.Itoa(int(v.Number)), Count: counts[1+i]})
	}
	return buckets
}

func (s *snapshot) count(set, matched *roaring.Bitmap) int {
	if matched == s.everyone {
		return int(set.GetCardinality())
	}
	return int(set.AndCardinality(matched))
}
