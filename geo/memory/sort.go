package memory

import (
	"context"
	"iter"
	"slices"

	"github.com/RoaringBitmap/roaring/v2"

	"innoatlas/geo"
)

// sortOrdinals puts them in the order of the query, or leaves them in any order where
// the context ends.
func (s *snapshot) sortOrdinals(ctx context.Context, q geo.Query, numbers []uint32) error {
	x, y := &row{snapshot: s}, &row{snapshot: s}
	pace := pace{ctx: ctx}
	var err error
	slices.SortFunc(numbers, func(a, b uint32) int {
		if err == nil {
			err = pace.spend(len(q.Sort))
		}
		if err != nil {
			return 0 // what is left to compare takes no time
		}
		x.ordinal, y.ordinal = a, b
		return q.Compare(x, y)
	})
	return err
}

// sorted are all members in the order of the query.
func (s *snapshot) sorted(ctx context.Context, q geo.Query, members *roaring.Bitmap) (iter.Seq[uint32], error) {
	o, err := s.orders.awaitOrder(ctx, q.Sort)
	if o != nil || err != nil {
		return o.all(members), err
	}
	numbers := members.ToArray()
	return slices.Values(numbers), s.sortOrdinals(ctx, q, numbers)
}

// deep is how many records are too many to be searched for.
const deep = 20_000

// pageSorted takes a page in the order of the query's sort keys: out of a kept order, for
// which a far page waits and one in the order of names, or else by putting the records up to
// the end of the page in order, not all that match.
func (s *snapshot) pageSorted(ctx context.Context, q geo.Query, matched *roaring.Bitmap) (numbers []uint32, more bool, err error) {
	skip := min(q.Offset, int(matched.GetCardinality()))
	if q.After != nil {
		skip = 0
	}
	o, _ := s.orders.orderOf(q.Sort)
	if o == nil && (skip > deep || q.Collates()) {
		if o, err = s.orders.awaitOrder(ctx, q.Sort); err != nil {
			return nil, false, err
		}
	}
	if o != nil {
		numbers, more = o.page(s, q, matched)
		return numbers, more, nil
	}
	return s.searchPage(ctx, q, skip, matched)
}

// searchPage puts the records up to the end of the page in order.
func (s *snapshot) searchPage(ctx context.Context, q geo.Query, skip int, matched *roaring.Bitmap) (numbers []uint32, more bool, err error) {
	leave, err := enter(ctx, len(q.Sort)*int(matched.GetCardinality()))
	if err != nil {
		return nil, false, err
	}
	defer leave()
	page := &topN{snapshot: s, query: q, most: skip + q.Limit}
	chunks := chunksOf(len(s.records))
	parts, errs := make([]*topN, len(chunks)), make([]error, len(chunks))
	inParallel(chunks, func(i int, c chunk) {
		parts[i] = &topN{snapshot: s, query: q, most: page.most}
		errs[i] = parts[i].gather(ctx, c, matched)
	})
	for i, part := range parts {
		if errs[i] != nil {
			return nil, false, errs[i]
		}
		page.kept = append(page.kept, part.kept...)
		page.offered += part.offered
	}
	if err := page.trim(ctx); err != nil {
		return nil, false, err
	}
	return page.kept[skip:], page.offered > page.most, nil
}

// topN keeps those records, of all that it is offered, that come topN in the
// order of the query; at most so many. It gathers twice as many, sorts, and drops
// the second half; from then on what comes after the last one kept is not even
// gathered.
type topN struct {
	*snapshot
	query   geo.Query
	most    int
	kept    []uint32
	offered int
	bound   *geo.Cursor // what comes after it is not among the first; nil at the start
}

// gather is offered what matches in the chunk, behind the place where the page
// begins, until ctx ends.
func (f *topN) gather(ctx context.Context, c chunk, matched *roaring.Bitmap) error {
	r := &row{snapshot: f.snapshot}
	pace := pace{ctx: ctx}
	members := matched.Iterator()
	members.AdvanceIfNeeded(uint32(c.from))
	for members.HasNext() {
		if r.ordinal = members.Next(); int(r.ordinal) >= c.to {
			break
		}
		err := pace.spend(len(f.query.Sort))
		if err == nil && (f.query.After == nil || f.query.IsAfter(r, f.query.After)) {
			err = f.offer(ctx, r)
		}
		if err != nil {
			return err
		}
	}
	return f.trim(ctx)
}

func (f *topN) offer(ctx context.Context, r *row) error {
	f.offered++
	if f.bound != nil && f.query.IsAfter(r, f.bound) {
		return nil
	}
	f.kept = append(f.kept, r.ordinal)
	if len(f.kept) < 2*f.most {
		return nil
	}
	err := f.trim(ctx)
	bound := f.query.CursorAfter(&row{f.snapshot, f.kept[f.most-1]})
	f.bound = &bound
	return err
}

// trim sorts what is kept, and drops what is too many.
func (f *topN) trim(ctx context.Context) error {
	err := f.sortOrdinals(ctx, f.query, f.kept)
	f.kept = f.kept[:min(f.most, len(f.kept))]
	return err
}
