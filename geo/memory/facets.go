package memory

import (
	"context"
	"slices"

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
		field := q.Collection.Faceted(d)
		facets.Facets = append(facets.Facets, geo.Facet{Dimension: d, Property: field.Name, Buckets: field.TrimBuckets(s.buckets(field, counted), q.Chosen(d))})
	}
	return facets, nil
}

// buckets count by the values of a field, in the order of its facet.
func (s *snapshot) buckets(f *geo.Field, matched *roaring.Bitmap) []geo.Bucket {
	var buckets []geo.Bucket
	if column := s.column(f.Name); column.codeOf != nil || f.Top > 0 {
		buckets = s.tallied(column, matched)
	} else {
		for _, v := range append(geo.TermIDs(s.catalog.TermsOf(s.collection, f.Facet)), "") {
			buckets = append(buckets, geo.Bucket{Value: v, Count: s.count(column.with(v), matched)})
		}
	}
	slices.SortFunc(buckets, f.CompareBuckets)
	return buckets
}

// tallied counts by the values that occur.
func (s *snapshot) tallied(c *column, matched *roaring.Bitmap) []geo.Bucket {
	var counts []int
	switch {
	case matched == s.everyone:
		counts = c.sizes()
	case c.codeOf != nil:
		counts = c.tally(matched)
	default:
		counts = []int{s.count(c.nulls, matched)}
		for _, set := range c.postings {
			counts = append(counts, s.count(set, matched))
		}
	}
	buckets := []geo.Bucket{{Count: counts[0]}}
	for i, v := range c.values {
		buckets = append(buckets, geo.Bucket{Value: geo.TextOf(v), Count: counts[1+i]})
	}
	return buckets
}

func (s *snapshot) count(set, matched *roaring.Bitmap) int {
	if matched == s.everyone {
		return int(set.GetCardinality())
	}
	return int(set.AndCardinality(matched))
}
