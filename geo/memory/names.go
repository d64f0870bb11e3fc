package memory

import (
	"hash/maphash"

	"github.com/RoaringBitmap/roaring/v2"

	"innoatlas/geo"
	"innoatlas/geo/cql2"
)

// names finds the ordinal of a facility by either of its two names.
type names struct{ byID, bySlug slots }

// slots are a hash table of ordinals. It has no names: those are the records'. So it takes eight
// bytes a facility, and where ordinals move it is gone over quickly.
type slots []uint32 // of each slot the ordinal plus 1; 0 is free. There is a power of two of them.

// newSlots has room for so many: a slot in two or more stays free.
func newSlots(count int) slots {
	size := 8
	for size < 2*count {
		size *= 2
	}
	return make(slots, size)
}

// walk gives the slots from that of a hash on that are taken, until one is free, and that one.
func (t slots) walk(hash uint64, is func(ordinal uint32) bool) (slot int, found bool) {
	mask := uint64(len(t) - 1)
	for i := hash & mask; ; i = (i + 1) & mask {
		switch {
		case t[i] == 0:
			return int(i), false
		case is(t[i] - 1):
			return int(i), true
		}
	}
}

// remove frees a slot, and moves those up that stand behind theirs for it.
func (t slots) remove(slot int, hashOf func(ordinal uint32) uint64) {
	mask := len(t) - 1
	for i := (slot + 1) & mask; t[i] != 0; i = (i + 1) & mask {
		home := int(hashOf(t[i]-1)) & mask
		if (i-home)&mask >= (i-slot)&mask {
			t[slot], slot = t[i], i
		}
	}
	t[slot] = 0
}

var seed = maphash.MakeSeed()

func hashOfID(id int64) uint64 { return uint64(id) * 0x9E3779B97F4A7C15 >> 20 }

func hashOfSlug(slug string) uint64 { return maphash.String(seed, slug) }

func newNames(records []*record) names {
	t := names{newSlots(len(records)), newSlots(len(records))}
	for n := range records {
		t.add(records, uint32(n))
	}
	return t
}

// add lets the names of a record find its ordinal.
func (t names) add(records []*record, ordinal uint32) {
	t.byID[t.slotOfID(records, records[ordinal].ID)] = ordinal + 1
	t.bySlug[t.slotOfSlug(records, records[ordinal].Slug)] = ordinal + 1
}

// remove lets the names of a record find nothing.
func (t names) remove(records []*record, ordinal uint32) {
	t.byID.remove(t.slotOfID(records, records[ordinal].ID), func(n uint32) uint64 { return hashOfID(records[n].ID) })
	t.bySlug.remove(t.slotOfSlug(records, records[ordinal].Slug), func(n uint32) uint64 { return hashOfSlug(records[n].Slug) })
}

func (t names) slotOfID(records []*record, id int64) int {
	slot, _ := t.byID.walk(hashOfID(id), func(n uint32) bool { return records[n].ID == id })
	return slot
}

func (t names) slotOfSlug(records []*record, slug string) int {
	slot, _ := t.bySlug.walk(hashOfSlug(slug), func(n uint32) bool { return records[n].Slug == slug })
	return slot
}

func (t names) find(records []*record, ref geo.Ref) (ordinal uint32, ok bool) {
	var taken uint32
	if ref.ID != 0 {
		taken = t.byID[t.slotOfID(records, ref.ID)]
	} else {
		taken = t.bySlug[t.slotOfSlug(records, ref.Slug)]
	}
	return taken - 1, taken != 0
}

func (s *snapshot) get(ref geo.Ref) (geo.Feature, error) {
	number, ok := s.names.find(s.records, ref)
	if !ok {
		return nil, geo.ErrNotFound
	}
	return s.facility(number), nil
}

// lookupNames answers whether the id or the slug, which every facility has, is one
// of those given.
func (s *snapshot) lookupNames(property string, e cql2.Expr) lookup {
	values := equalTo(property, e)
	if values == nil {
		return nil
	}
	named := roaring.New()
	for _, v := range values {
		ref, ok := refOf(property, v)
		if !ok {
			return nil
		}
		if number, ok := s.names.find(s.records, ref); ok {
			named.Add(number)
		}
	}
	return func(_ cql2.Truth, among *roaring.Bitmap) *roaring.Bitmap { return s.both(named, among) }
}

// equalTo are the values of which the property is to equal one; nil where the filter
// says something else.
func equalTo(property string, e cql2.Expr) []cql2.Expr {
	p := cql2.Property(property)
	switch e := e.(type) {
	case cql2.In:
		if e.X == p {
			return e.Values
		}
	case cql2.Compare:
		switch {
		case e.Op == cql2.Equal && e.Left == p:
			return []cql2.Expr{e.Right}
		case e.Op == cql2.Equal && e.Right == p:
			return []cql2.Expr{e.Left}
		}
	}
	return nil
}

// refOf is what an id or a slug refers to; ok is false where the value is neither.
func refOf(property string, e cql2.Expr) (ref geo.Ref, ok bool) {
	literal, _ := e.(cql2.Literal)
	switch v := literal.Value; {
	case property == "id" && v.Type == cql2.Number:
		ref.ID = int64(v.Number)
		return ref, ref.ID != 0 && float64(ref.ID) == v.Number
	case property == "slug" && v.Type == cql2.Text:
		return geo.Ref{Slug: v.Text}, true
	}
	return geo.Ref{}, false
}
