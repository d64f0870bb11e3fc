package memory

import (
	"context"
	"slices"

	"github.com/RoaringBitmap/roaring/v2"

	"innoatlas/geo"
)

// matrix narrows to each row once, and counts each column in it.
func (s *snapshot) matrix(ctx context.Context, q geo.Query, rows, columns geo.Dimension) (geo.Matrix, error) {
	across, down := s.collection.Faceted(columns), s.collection.Faceted(rows)
	matched, err := s.match(ctx, q.Where(), s.everyone)
	if err != nil {
		return geo.Matrix{}, err
	}
	m := geo.Matrix{Matched: int(matched.GetCardinality()), Rows: s.axis(q, down, matched), Columns: s.axis(q, across, matched)}
	sets := make([]*roaring.Bitmap, len(m.Columns))
	for i, b := range m.Columns {
		sets[i] = s.column(across.Name).with(b.Value)
	}
	m.Counts = make([][]int, len(m.Rows))
	for i, b := range m.Rows {
		if err := ctx.Err(); err != nil {
			return geo.Matrix{}, err
		}
		m.Counts[i] = make([]int, len(sets))
		if b.Count == 0 {
			continue
		}
		row := s.both(s.column(down.Name).with(b.Value), matched)
		for j, set := range sets {
			m.Counts[i][j] = s.count(set, row)
		}
	}
	return m, nil
}

// axis are the buckets of a field, without "not stated" where all state it.
func (s *snapshot) axis(q geo.Query, f *geo.Field, matched *roaring.Bitmap) []geo.Bucket {
	buckets := slices.DeleteFunc(s.buckets(f, matched), func(b geo.Bucket) bool { return b.Value == "" && b.Count == 0 })
	return f.TrimBuckets(buckets, q.Chosen(f.Facet))
}
