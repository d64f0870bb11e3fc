package memory

import (
	"math"

	"github.com/RoaringBitmap/roaring/v2"
)

// shift says where the ordinals of a snapshot are in the next. Runs of them that stay side by side
// move together, past what was added and taken away between them.
type shift struct {
	runs  []run
	to    []uint32 // of each ordinal that in the next, or gone; nil where all stay
	count int      // of the ordinals in the next
}

// run are ordinals from one up to, and without, another, all of which move by so many.
type run struct{ from, end, by int }

const gone = math.MaxUint32

// newShift is that where some ordinals go, and records come in before others: both in their
// order. The ordinals of what came in are at.
func newShift(count int, goes, before []int) (s *shift, at []int) {
	s = &shift{count: count + len(before) - len(goes)}
	if len(goes) == 0 && len(before) == 0 {
		return s, nil
	}
	s.to = make([]uint32, count)
	n, by := 0, 0
	stay := func(end int) {
		if n < end {
			s.runs = append(s.runs, run{n, end, by})
		}
		for ; n < end; n++ {
			s.to[n] = uint32(n + by)
		}
	}
	for len(goes) > 0 || len(before) > 0 {
		if len(goes) == 0 || len(before) > 0 && before[0] <= goes[0] {
			stay(before[0])
			at = append(at, n+by)
			before, by = before[1:], by+1
			continue
		}
		stay(goes[0])
		s.to[n] = gone
		goes, n, by = goes[1:], n+1, by-1
	}
	stay(count)
	return s, at
}

// still reports whether all ordinals stay.
func (s *shift) still() bool { return s.to == nil }

// of is where an ordinal is in the next.
func (s *shift) of(ordinal int) int {
	if s.still() {
		return ordinal
	}
	return int(s.to[ordinal])
}

// shifted are the values of the ordinals that stay, at their places among so many; those of
// others are for the caller to fill in.
func shifted[T any](s *shift, values []T, count int) []T {
	next := make([]T, count)
	for _, r := range s.runs {
		if r.from < len(values) {
			copy(next[r.from+r.by:], values[r.from:min(r.end, len(values))])
		}
	}
	return next
}

// set is a set in ordinals of the next. Where none of it moves it is the same one.
func (s *shift) set(old *roaring.Bitmap) *roaring.Bitmap {
	if s.still() || old.IsEmpty() || len(s.runs) > 0 && s.runs[0].by == 0 && s.runs[0].from == 0 && int(old.Maximum()) < s.runs[0].end {
		return old
	}
	if old.GetCardinality() < eachRun*uint64(len(s.runs)) {
		return s.setOfFew(old)
	}
	next := roaring.New()
	for _, r := range s.runs {
		part := span(r.from, r.end)
		part.And(old)
		if r.by != 0 {
			part = roaring.AddOffset64(part, int64(r.by))
		}
		next.Or(part)
	}
	return next
}

// eachRun is how many members of a set take as long as to move a part of it.
const eachRun = 1000

func (s *shift) setOfFew(old *roaring.Bitmap) *roaring.Bitmap {
	ordinals := old.ToArray()
	next := roaring.New()
	next.AddMany(s.appendTo(ordinals[:0], ordinals))
	return next
}

// appendTo appends ordinals of the next to a list.
func (s *shift) appendTo(next, ordinals []uint32) []uint32 {
	if s.still() {
		return append(next, ordinals...)
	}
	for _, n := range ordinals {
		if to := s.to[n]; to != gone {
			next = append(next, to)
		}
	}
	return next
}

// sets are many of them.
func (s *shift) sets(old []*roaring.Bitmap) []*roaring.Bitmap {
	next := make([]*roaring.Bitmap, len(old))
	if s.still() {
		copy(next, old)
		return next
	}
	inParallel(chunksOf(len(old)), func(_ int, c chunk) {
		for i := c.from; i < c.to; i++ {
			next[i] = s.set(old[i])
		}
	})
	return next
}
