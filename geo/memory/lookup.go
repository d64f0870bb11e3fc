package memory

import (
	"slices"

	"github.com/RoaringBitmap/roaring/v2"
	"github.com/paulmach/orb"

	"innoatlas/geo/cql2"
	"innoatlas/geo/zorder"
)

// lookup answers a filter from the index alone: the set of the facilities, of those
// among, for which it comes to at least that much.
type lookup func(least cql2.Truth, among *roaring.Bitmap) *roaring.Bitmap

// lookup is how the index answers a filter; nil where it cannot, or not at once.
func (s *snapshot) lookup(e cql2.Expr) lookup {
	names := properties(nil, e)
	switch {
	case len(names) == 0:
		return s.constant(e)
	case len(names) > 1:
		return nil
	case names[0] == "geometry":
		return s.lookupPosition(e)
	case names[0] == "id" || names[0] == "slug":
		return s.lookupNames(names[0], e)
	case names[0] == "search_text":
		return s.lookupText(e)
	}
	c := s.column(names[0])
	switch {
	case c == nil:
		return nil
	case c.list:
		return s.lookupList(c, e)
	}
	return func(least cql2.Truth, among *roaring.Bitmap) *roaring.Bitmap {
		return s.anyOf(c.matching(least, e), among)
	}
}

// constant is a filter that looks at no property: it holds for all or for nobody.
func (s *snapshot) constant(e cql2.Expr) lookup {
	return func(least cql2.Truth, among *roaring.Bitmap) *roaring.Bitmap {
		if cql2.Eval(e, &cell{}) >= least {
			return among
		}
		return nobody
	}
}

// matching evaluates a filter that looks at nothing but this property once for each
// value, not once for each record.
func (c *column) matching(least cql2.Truth, e cql2.Expr) []*roaring.Bitmap {
	var sets []*roaring.Bitmap
	r := &cell{property: c.property}
	if cql2.Eval(e, r) >= least {
		sets = append(sets, c.nulls)
	}
	for i, v := range c.values {
		if r.value = v; cql2.Eval(e, r) >= least {
			sets = append(sets, c.postings[i])
		}
	}
	return sets
}

// lookupList answers what can be told from the sets of a list's values.
func (s *snapshot) lookupList(c *column, e cql2.Expr) lookup {
	switch e := e.(type) {
	case cql2.IsNull:
		if e.X == cql2.Property(c.property) {
			return func(_ cql2.Truth, among *roaring.Bitmap) *roaring.Bitmap { return s.both(c.nulls, among) }
		}
	case cql2.ArrayPredicate:
		op, list, ok := propertyFirst(e)
		if !ok {
			return nil
		}
		return func(least cql2.Truth, among *roaring.Bitmap) *roaring.Bitmap {
			found := s.relateLists(c, op, list, roaring.AndNot(among, c.nulls))
			if least == cql2.True {
				return found
			}
			return roaring.Or(found, s.both(c.nulls, among))
		}
	}
	return nil
}

// propertyFirst turns a predicate around where the property is on its right.
func propertyFirst(e cql2.ArrayPredicate) (op cql2.ArrayOp, list []string, ok bool) {
	op, other := e.Op, e.Right
	if _, isProperty := e.Left.(cql2.Property); !isProperty {
		other = e.Left
		switch e.Op {
		case cql2.AContains:
			op = cql2.AContainedBy
		case cql2.AContainedBy:
			op = cql2.AContains
		}
	}
	literal, ok := other.(cql2.Literal)
	return op, literal.Value.List, ok && literal.Value.Type == cql2.List
}

// relateLists are those of the stated, who have a list, for whose list the
// predicate holds.
func (s *snapshot) relateLists(c *column, op cql2.ArrayOp, list []string, stated *roaring.Bitmap) *roaring.Bitmap {
	switch op {
	case cql2.AOverlaps:
		return s.anyOf(c.postingsOf(list), stated)
	case cql2.AContains:
		for _, set := range c.postingsOf(list) {
			stated = s.both(stated, set)
		}
		return stated
	case cql2.AContainedBy:
		return roaring.AndNot(stated, s.anyOf(c.postingsOfOthers(list), stated))
	case cql2.AEquals:
		return s.relateLists(c, cql2.AContainedBy, list, s.relateLists(c, cql2.AContains, list, stated))
	}
	return nobody
}

// postingsOf has the set of each of the texts.
func (c *column) postingsOf(list []string) []*roaring.Bitmap {
	sets := make([]*roaring.Bitmap, len(list))
	for i, text := range list {
		sets[i] = nobody
		if position, ok := c.codes[term{text: text}]; ok {
			sets[i] = c.postings[position]
		}
	}
	return sets
}

// postingsOfOthers has the set of each value that is none of the texts.
func (c *column) postingsOfOthers(list []string) []*roaring.Bitmap {
	var sets []*roaring.Bitmap
	for i, v := range c.values {
		if !slices.Contains(list, v.Text) {
			sets = append(sets, c.postings[i])
		}
	}
	return sets
}

// lookupPosition answers whether a position is known, and whether it is in a box.
func (s *snapshot) lookupPosition(e cql2.Expr) lookup {
	switch e := e.(type) {
	case cql2.IsNull:
		if e.X == cql2.Property("geometry") {
			return func(_ cql2.Truth, among *roaring.Bitmap) *roaring.Bitmap { return roaring.AndNot(among, s.placed) }
		}
	case cql2.Spatial:
		box, ok := boxOf(e)
		if !ok {
			return nil
		}
		return func(least cql2.Truth, among *roaring.Bitmap) *roaring.Bitmap {
			found := s.both(s.within(box.Bounds(), among), among)
			if least == cql2.True {
				return found
			}
			return roaring.Or(found, roaring.AndNot(among, s.placed))
		}
	}
	return nil
}

// boxOf is the box that the position is to be in.
func boxOf(e cql2.Spatial) (cql2.BBox, bool) {
	box, ok := e.Right.(cql2.BBox)
	if !ok {
		box, ok = e.Left.(cql2.BBox)
	}
	return box, ok && e.Op == cql2.SIntersects
}

// within is the set of the facilities in one of the bounds, as far as those among
// reach. The exact position is looked at only in the ranges of keys that reach over
// an edge. Those found there are a set of their own: to add them to ranges one by one
// is slow.
func (s *snapshot) within(bounds []orb.Bound, among *roaring.Bitmap) *roaring.Bitmap {
	set, edges := roaring.New(), roaring.New()
	first, end := int(among.Minimum()), int(among.Maximum())+1
	for _, b := range bounds {
		for _, keys := range zorder.Cover(b) {
			from, to := s.ordinals(keys)
			from, to = max(from, first), min(to, end)
			if keys.Inside && from < to {
				set.AddRange(uint64(from), uint64(to))
				continue
			}
			for n := from; n < to; n++ {
				if b.Contains(s.points[n]) {
					edges.Add(uint32(n))
				}
			}
		}
	}
	set.Or(edges)
	return set
}

// ordinals are those of the facilities whose keys lie in the range.
func (s *snapshot) ordinals(keys zorder.Range) (from, to int) {
	from, _ = slices.BinarySearch(s.keys, keys.First)
	to, _ = slices.BinarySearch(s.keys, keys.Last+1)
	return from, to
}
