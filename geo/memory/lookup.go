package memory

import (
	"slices"

	"github.com/RoaringBitmap/roaring/v2"
	"github.com/paulmach/orb"

	"innoatlas/geo/cql2"
	"innoatlas/geo/zorder"
)

// lookup is the True set of a filter over all facilities, where the index alone
// can tell it.
func (s *snapshot) lookup(e cql2.Expr) (set *roaring.Bitmap, ok bool) {
	if c := s.column(onlyProperty(e)); c != nil {
		if set, ok := c.lookup(e); ok {
			return set, true
		}
	}
	switch e := e.(type) {
	case cql2.And:
		return s.lookupAll(e)
	case cql2.Or:
		return s.lookupAny(e)
	case cql2.IsNull:
		if e.X == cql2.Property("geometry") {
			return span(len(s.points), len(s.facilities)), true
		}
	case cql2.Intersects:
		if e.X == cql2.Property("geometry") {
			return s.within(e.Bounds), true
		}
	}
	return nil, false
}

func (s *snapshot) lookupAll(parts cql2.And) (*roaring.Bitmap, bool) {
	set := s.everyone
	for _, part := range parts {
		found, ok := s.lookup(part)
		if !ok {
			return nil, false
		}
		set = s.both(set, found)
	}
	return set, true
}

func (s *snapshot) lookupAny(parts cql2.Or) (*roaring.Bitmap, bool) {
	sets := make([]*roaring.Bitmap, len(parts))
	for i, part := range parts {
		var ok bool
		if sets[i], ok = s.lookup(part); !ok {
			return nil, false
		}
	}
	return roaring.FastOr(sets...), true
}

// lookup evaluates a filter that looks at nothing but this property once for each
// value, not once for each record. For a list that works where the filter holds
// for a list when it holds for one of its values.
func (c *column) lookup(e cql2.Expr) (*roaring.Bitmap, bool) {
	if c.list && !decidedByOne(e) {
		return nil, false
	}
	var sets []*roaring.Bitmap
	r := &cell{property: c.property}
	if cql2.Eval(e, r) == cql2.True {
		sets = append(sets, c.unstated)
	}
	for i, v := range c.values {
		if r.value = v; c.list {
			r.value = cql2.ListOf([]string{v.Text})
		}
		if cql2.Eval(e, r) == cql2.True {
			sets = append(sets, c.having[i])
		}
	}
	if len(sets) == 1 {
		return sets[0], true
	}
	return roaring.FastOr(sets...), true
}

func decidedByOne(e cql2.Expr) bool {
	switch e.(type) {
	case cql2.Overlaps, cql2.IsNull:
		return true
	}
	return false
}

// within is the set of the facilities in one of the bounds. The exact position is
// looked at only in the ranges of keys that reach over an edge.
func (s *snapshot) within(bounds []orb.Bound) *roaring.Bitmap {
	set := roaring.New()
	for _, b := range bounds {
		for _, keys := range zorder.Cover(b) {
			from, _ := slices.BinarySearch(s.keys, keys.First)
			to, _ := slices.BinarySearch(s.keys, keys.Last+1)
			if keys.Inside {
				set.AddRange(uint64(from), uint64(to))
				continue
			}
			for n := from; n < to; n++ {
				if b.Contains(s.points[n]) {
					set.Add(uint32(n))
				}
			}
		}
	}
	return set
}
