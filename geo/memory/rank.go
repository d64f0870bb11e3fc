package memory

import (
	"context"
	"iter"

	"github.com/RoaringBitmap/roaring/v2"

	"innoatlas/geo"
)

// tiersOf parts what matches as a search has it: what is of the first tier of the query, of the
// next, and so on, and at last what is of none.
func (s *snapshot) tiersOf(ctx context.Context, q geo.Query, matched *roaring.Bitmap) ([]*roaring.Bitmap, error) {
	parts := make([]*roaring.Bitmap, 0, len(q.Tiers)+1)
	for _, tier := range q.Tiers {
		part, err := s.match(ctx, tier, matched)
		if err != nil {
			return nil, err
		}
		parts, matched = append(parts, part), roaring.AndNot(matched, part)
	}
	return append(parts, matched), nil
}

// inTier is the query for what is of one tier.
func inTier(q geo.Query) geo.Query {
	q.Sort, q.Tiers = q.Sort[1:], nil
	return q
}

// pageRanked takes a page that may begin in one tier and end in another.
func (s *snapshot) pageRanked(ctx context.Context, q geo.Query, matched *roaring.Bitmap) (numbers []uint32, more bool, err error) {
	parts, err := s.tiersOf(ctx, q, matched)
	if err != nil {
		return nil, false, err
	}
	first := 0
	rest := inTier(q)
	if q.After != nil {
		first = min(int(q.After.Values[0].Number), len(parts))
		rest.After = &geo.Cursor{Values: q.After.Values[1:], ZOrder: q.After.ZOrder, ID: q.After.ID}
		rest.Offset = 0
	}
	for _, part := range parts[first:] {
		size := int(part.GetCardinality())
		if rest.Limit == 0 {
			more = more || size > rest.Offset
			continue
		}
		var found []uint32
		if found, more, err = s.pageOrdered(ctx, rest, part); err != nil {
			return nil, false, err
		}
		numbers = append(numbers, found...)
		rest.Limit, rest.Offset, rest.After = rest.Limit-len(found), max(0, rest.Offset-size), nil
		if more {
			break
		}
	}
	return numbers, more, nil
}

// allRanked are all members, the best first.
func (s *snapshot) allRanked(ctx context.Context, q geo.Query, members *roaring.Bitmap) (iter.Seq[uint32], error) {
	parts, err := s.tiersOf(ctx, q, members)
	if err != nil {
		return nil, err
	}
	all := make([]iter.Seq[uint32], len(parts))
	for i, part := range parts {
		if all[i], err = s.inOrder(ctx, inTier(q), part); err != nil {
			return nil, err
		}
	}
	return func(yield func(uint32) bool) {
		for _, numbers := range all {
			for n := range numbers {
				if !yield(n) {
					return
				}
			}
		}
	}, nil
}
