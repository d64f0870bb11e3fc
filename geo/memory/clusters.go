package memory

import (
	"context"

	"github.com/RoaringBitmap/roaring/v2"

	"innoatlas/geo"
	"innoatlas/geo/zorder"
)

func (s *snapshot) clusters(ctx context.Context, q geo.Query, zoom int) (geo.Clusters, error) {
	matched, err := s.match(ctx, q.Where(), s.everyone)
	if err != nil {
		return geo.Clusters{}, err
	}
	w := s.newWalk(s.both(matched, s.placed), zorder.CellShift(zoom))
	out := geo.Clusters{Matched: int(matched.GetCardinality())}
	out.WithoutPosition = out.Matched - int(w.members.GetCardinality())
	for w.next.HasNext() {
		if len(out.Clusters) == geo.MaxClusters {
			return geo.Clusters{}, geo.TooManyClusters(zoom)
		}
		if out.Clusters = append(out.Clusters, w.cluster()); len(out.Clusters)%cellPace == 0 && ctx.Err() != nil {
			return geo.Clusters{}, ctx.Err()
		}
	}
	return out, nil
}

// cellPace is after how many cells a context is looked at again: each takes some
// microseconds, and a tenth of a millisecond where there are hundreds of kinds. A tile has
// sixteen at most.
const cellPace = 64

// walk goes over the members of a set cell by cell. A cell is a range of numbers,
// so its count is the difference of two ranks, and its first, median and last
// member are found by theirs: the members themselves are not visited.
type walk struct {
	*snapshot
	members *roaring.Bitmap
	next    roaring.IntPeekable // the members not yet passed
	passed  int
	shift   int // of a key, to that of its cell
	kinds   []kindCount
}

// kindCount is one kind while a cell is counted. Its members are worked out when
// a cell first needs them.
type kindCount struct {
	id      string
	members *roaring.Bitmap
	count   int
}

// few is how many members of a cell are sooner visited than counted by ranks.
const few = 32

func (s *snapshot) newWalk(members *roaring.Bitmap, shift int) *walk {
	w := &walk{snapshot: s, members: members, next: members.Iterator(), shift: shift, kinds: make([]kindCount, len(s.catalog.Kinds))}
	for i, k := range s.catalog.Kinds {
		w.kinds[i].id = k.ID
	}
	return w
}

// cluster makes the cluster of the next cell.
func (w *walk) cluster() geo.Cluster {
	start := w.next.PeekNext()
	cell := w.keys[start] >> w.shift
	end := firstFrom(w.keys, int(start), (cell+1)<<w.shift)
	count := int(w.members.CardinalityInRange(uint64(start), uint64(end)))
	var median, last uint32
	if count <= few {
		median, last = w.visit(count)
	} else {
		median, last = w.rank(int(start), end, count)
	}
	w.passed += count
	c := geo.Cluster{
		Cell:     cell,
		Count:    count,
		Position: w.points[median],
		Country:  w.records[median].Country,
		Kinds:    w.takeKinds(),
		Bounds:   zorder.Bounds(w.keys[start], w.keys[last]),
		Stack:    w.keys[start] == w.keys[last],
	}
	if count == 1 {
		c.Feature = w.facility(start)
	}
	return c
}

// visit passes the next members one by one.
func (w *walk) visit(count int) (median, last uint32) {
	for i := range count {
		last = w.next.Next()
		if i == (count-1)/2 {
			median = last
		}
		w.countKind(w.records[last].Kind)
	}
	return median, last
}

func (w *walk) countKind(id string) {
	for i := range w.kinds {
		if w.kinds[i].id == id {
			w.kinds[i].count++
			return
		}
	}
}

// rank passes the members up to the end of the cell at once.
func (w *walk) rank(start, end, count int) (median, last uint32) {
	median, _ = w.members.Select(uint32(w.passed + (count-1)/2)) // both exist: the set has
	last, _ = w.members.Select(uint32(w.passed + count - 1))     // passed + count members
	w.next.AdvanceIfNeeded(uint32(end))
	column := w.column("kind")
	for i := range w.kinds {
		k := &w.kinds[i]
		if k.members == nil {
			k.members = w.both(w.members, column.with(k.id))
		}
		k.count = int(k.members.CardinalityInRange(uint64(start), uint64(end)))
	}
	return median, last
}

// takeKinds gives the counts of a cell, and clears them for the next.
func (w *walk) takeKinds() []geo.Bucket {
	var buckets []geo.Bucket
	for i := range w.kinds {
		k := &w.kinds[i]
		if k.count > 0 {
			buckets = append(buckets, geo.Bucket{Value: k.id, Count: k.count})
		}
		k.count = 0
	}
	return buckets
}
