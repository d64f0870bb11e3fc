package memory

import (
	"context"
	"iter"
	"sort"

	"github.com/RoaringBitmap/roaring/v2"

	"innoatlas/geo"
)

func (s *snapshot) list(ctx context.Context, q geo.Query) (geo.Page, error) {
	matched, err := s.match(ctx, q.Where(), s.everyone)
	if err != nil {
		return geo.Page{}, err
	}
	numbers, more, err := s.pageOrdered(ctx, q, matched)
	if err != nil {
		return geo.Page{}, err
	}
	page := geo.Page{Matched: int(matched.GetCardinality()), More: more, Shared: true, Features: make([]geo.Feature, len(numbers))}
	for i, n := range numbers {
		page.Features[i] = s.facility(n)
	}
	return page, nil
}

// pageOrdered takes a page in the order of the query.
func (s *snapshot) pageOrdered(ctx context.Context, q geo.Query, matched *roaring.Bitmap) (numbers []uint32, more bool, err error) {
	switch {
	case q.Ranks():
		return s.pageRanked(ctx, q, matched)
	case len(q.Sort) > 0:
		return s.pageSorted(ctx, q, matched)
	}
	numbers, more = pageOf(matched, q, s.behind)
	return numbers, more, nil
}

// pageOf takes a page straight out of the bitmap, in the order of its numbers. The
// page begins at the offset of the query, or where behind says for its cursor.
func pageOf(matched *roaring.Bitmap, q geo.Query, behind func(*geo.Cursor) int) (numbers []uint32, more bool) {
	start := q.Offset
	if q.After != nil {
		start = int(matched.CardinalityInRange(0, uint64(behind(q.After))))
	}
	left := int(matched.GetCardinality()) - start
	if left <= 0 {
		return nil, false
	}
	first, _ := matched.Select(uint32(start)) // there is one: left is not 0
	numbers = make([]uint32, 0, min(q.Limit, left))
	members := matched.Iterator()
	for members.AdvanceIfNeeded(first); len(numbers) < cap(numbers); {
		numbers = append(numbers, members.Next())
	}
	return numbers, left > q.Limit
}

// behind is the number of the first facility that comes after the place in the
// default order.
func (s *snapshot) behind(c *geo.Cursor) int {
	return sort.Search(len(s.keys), func(n int) bool {
		return s.keys[n] > c.ZOrder || s.keys[n] == c.ZOrder && s.records[n].ID > c.ID
	})
}

// find gives the numbers of all that match, in the order of the query. It is the whole
// of the question: to read them takes no permit of the gate.
func (s *snapshot) find(ctx context.Context, q geo.Query) (iter.Seq[uint32], error) {
	ctx, end := begin(ctx, s.gate)
	defer end()
	matched, err := s.match(ctx, q.Where(), s.everyone)
	if err != nil {
		return nil, err
	}
	return s.inOrder(ctx, q, matched)
}

// inOrder are all that match, in the order of the query.
func (s *snapshot) inOrder(ctx context.Context, q geo.Query, matched *roaring.Bitmap) (iter.Seq[uint32], error) {
	switch {
	case q.Ranks():
		return s.allRanked(ctx, q, matched)
	case len(q.Sort) > 0:
		return s.sorted(ctx, q, matched)
	}
	return roaring.Values(matched), nil
}

// all gives the records to yield until it has enough or ctx ends.
func (s *snapshot) all(ctx context.Context, q geo.Query, yield func(geo.Feature, error) bool) {
	numbers, err := s.find(ctx, q)
	if err != nil {
		yield(nil, err)
		return
	}
	for n := range numbers {
		if err := ctx.Err(); err != nil { // what is done with a record takes longer
			yield(nil, err)
			return
		}
		if !yield(s.facility(n), nil) {
			return
		}
	}
}
