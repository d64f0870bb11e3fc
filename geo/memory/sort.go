package memory

import (
	"context"
	"iter"
	"slices"

	"github.com/RoaringBitmap/roaring/v2"

	"innoatlas/geo"
)

// comparer puts numbers in the order of the query. It is not for several
// goroutines at once.
func (s *snapshot) comparer(q geo.Query) func(a, b uint32) int {
	x, y := &row{snapshot: s}, &row{snapshot: s}
	return func(a, b uint32) int {
		x.number, y.number = a, b
		return q.Compare(x, y)
	}
}

// sorted are all members in the order of the query.
func (s *snapshot) sorted(ctx context.Context, q geo.Query, members *roaring.Bitmap) (iter.Seq[uint32], error) {
	o, err := s.awaitOrder(ctx, q.Sort)
	if o != nil || err != nil {
		return o.all(members), err
	}
	numbers := members.ToArray()
	slices.SortFunc(numbers, s.comparer(q))
	return slices.Values(numbers), nil
}

// deep is how many records are too many to be searched for.
const deep = 20_000

// pageSorted takes a page in the order of the query's sort keys: out of a kept order,
// or else by putting the records up to the end of the page in order, not all that match.
func (s *snapshot) pageSorted(ctx context.Context, q geo.Query, matched *roaring.Bitmap) (numbers []uint32, more bool, err error) {
	skip := min(q.Offset, int(matched.GetCardinality()))
	if q.After != nil {
		skip = 0
	}
	o, _ := s.orderOf(q.Sort)
	if o == nil && skip > deep {
		if o, err = s.awaitOrder(ctx, q.Sort); err != nil {
			return nil, false, err
		}
	}
	if o != nil {
		numbers, more = o.page(s, q, matched)
		return numbers, more, nil
	}
	page := &first{snapshot: s, query: q, most: skip + q.Limit}
	chunks := chunksOf(len(s.facilities))
	parts := make([]*first, len(chunks))
	inParallel(chunks, func(i int, c chunk) {
		parts[i] = &first{snapshot: s, query: q, most: page.most}
		parts[i].gather(ctx, c, matched)
	})
	for _, part := range parts {
		page.kept = append(page.kept, part.kept...)
		page.offered += part.offered
	}
	page.trim()
	if err := ctx.Err(); err != nil {
		return nil, false, err
	}
	return page.kept[skip:], page.offered > page.most, nil
}

// first keeps those records, of all that it is offered, that come first in the
// order of the query; at most so many. It gathers twice as many, sorts, and drops
// the second half; from then on what comes after the last one kept is not even
// gathered.
type first struct {
	*snapshot
	query   geo.Query
	most    int
	kept    []uint32
	offered int
	bound   *geo.Cursor // what comes after it is not among the first; nil at the start
}

// gather is offered what matches in the chunk, behind the place where the page
// begins, until ctx ends.
func (f *first) gather(ctx context.Context, c chunk, matched *roaring.Bitmap) {
	r := &row{snapshot: f.snapshot}
	members := matched.Iterator()
	members.AdvanceIfNeeded(uint32(c.from))
	for passed := 1; members.HasNext(); passed++ {
		if r.number = members.Next(); int(r.number) >= c.to || passed%1024 == 0 && ctx.Err() != nil {
			break
		}
		if f.query.After == nil || f.query.IsAfter(r, f.query.After) {
			f.offer(r)
		}
	}
	f.trim()
}

func (f *first) offer(r *row) {
	f.offered++
	if f.bound != nil && f.query.IsAfter(r, f.bound) {
		return
	}
	f.kept = append(f.kept, r.number)
	if len(f.kept) == 2*f.most {
		f.trim()
		bound := f.query.CursorAfter(&row{f.snapshot, f.kept[f.most-1]})
		f.bound = &bound
	}
}

// trim sorts what is kept, and drops what is too many.
func (f *first) trim() {
	slices.SortFunc(f.kept, f.comparer(f.query))
	f.kept = f.kept[:min(f.most, len(f.kept))]
}
