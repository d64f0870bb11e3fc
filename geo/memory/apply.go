package memory

import (
	"fmt"
	"reflect"
	"slices"

	"innoatlas/geo"
	"innoatlas/singleflight"
)

// Apply makes of the present data set what a delta says has become of it, as if the whole had been
// put in its place: see Replace. It takes work for what the delta has, and some passes over
// what orders the records, but none over the records themselves. Calls that are under way finish on
// the data they began with.
//
// The error is geo.ErrWhole where the delta is from another revision or changes the fields of one's
// own, or what the program could not make ready; the present data set goes on being served then. What
// is gone by the delta and was never there has come and gone between the two revisions.
func (s *Store) Apply(d *geo.Delta) (err error) {
	defer singleflight.Recover(&err)
	s.changing.Lock()
	defer s.changing.Unlock()
	next, err := s.current.Load().after(d)
	if err != nil {
		return err
	}
	next.gate = s.gate
	s.current.Store(next)
	return nil
}

// after is the snapshot after a delta.
func (s *snapshot) after(d *geo.Delta) (*snapshot, error) {
	switch {
	case d.From != s.catalog.Revision:
		return nil, fmt.Errorf("the changes are from revision %q, and the copy is of %q: %w", d.From, s.catalog.Revision, geo.ErrWhole)
	case d.Terms != nil && !sameFields(d.Terms.Fields, s.rest.Fields):
		return nil, fmt.Errorf("fields of one's own have changed: %w", geo.ErrWhole)
	}
	next := &snapshot{rest: s.rest, collection: s.collection}
	if d.Terms != nil {
		next.rest = restOf(d.Terms)
	}
	e := s.edit(d)
	next.order(s, e)
	atOnce(
		func() { next.texts = s.texts.after(e) },
		func() { next.columns = columnsAfter(s, e) },
		func() {
			next.names = s.names.after(s, next, e)
			next.relate(s, d, e)
		},
	)
	next.catalog = catalogAfter(s, next, d, e)
	next.begin()
	next.words = s.words.after(next, e)
	next.orders.carry(s.orders, e.placing(next))
	return next, nil
}

// sameFields reports whether records say the same by the one as by the other.
func sameFields(a, b map[string][]geo.Field) bool {
	for _, c := range geo.Collections {
		if len(a[c.ID])+len(b[c.ID]) > 0 && !reflect.DeepEqual(a[c.ID], b[c.ID]) {
			return false
		}
	}
	return true
}

// edit is what becomes of the facilities of a snapshot.
type edit struct {
	*shift
	touched []touch
}

// touch is what becomes of one facility.
type touch struct {
	old, new *record // nil where it is added, or gone
	from, at int     // its ordinal before, and in the next
}

// stays reports whether a facility has the ordinal that it had, but for what came in and went before.
func (t *touch) stays() bool {
	return t.old != nil && t.new != nil && t.old.ID == t.new.ID && t.old.ZOrder() == t.new.ZOrder()
}

// edit finds what differs.
func (s *snapshot) edit(d *geo.Delta) *edit {
	e, shared, known := &edit{}, newInterner(), map[int64]bool{}
	touch := func(id int64, after *record) {
		t := touch{new: after, from: gone, at: gone}
		if n, ok := s.names.find(s.records, geo.Ref{ID: id}); ok {
			t.old, t.from = s.records[n], int(n)
		}
		if t.old == nil && t.new == nil || t.old != nil && t.new != nil && same(&t.old.Facility, &t.new.Facility) || known[id] {
			return
		}
		known[id] = true
		e.touched = append(e.touched, t)
	}
	for _, id := range d.Gone {
		touch(id, nil)
	}
	for i := range d.Facilities {
		touch(d.Facilities[i].ID, shared.record(&d.Facilities[i]))
	}
	e.place(s)
	return e
}

// place finds the ordinals of the next.
func (e *edit) place(s *snapshot) {
	var goes []int
	var comes []zEntry
	for i := range e.touched {
		t := &e.touched[i]
		if t.stays() {
			continue
		}
		if t.old != nil {
			goes = append(goes, t.from)
		}
		if t.new != nil {
			comes = append(comes, zEntry{t.new.ZOrder(), t.new.ID, i})
		}
	}
	slices.Sort(goes)
	slices.SortFunc(comes, zEntry.compare)
	before := make([]int, len(comes))
	for i, c := range comes {
		before[i] = s.behind(&geo.Cursor{ZOrder: c.key, ID: c.id})
	}
	var at []int
	e.shift, at = newShift(len(s.records), goes, before)
	for i, c := range comes {
		e.touched[c.index].at = at[i]
	}
	for i := range e.touched {
		if t := &e.touched[i]; t.stays() {
			t.at = e.of(t.from)
		}
	}
}

// same reports whether two records say the same.
func same(a, b *geo.Facility) bool {
	x, y := *a, *b
	x.Own, x.Translations, y.Own, y.Translations = nil, nil, nil, nil
	if x.Updated.Equal(y.Updated) {
		x.Updated = y.Updated
	}
	return reflect.DeepEqual(&x, &y) && a.Own.Equal(b.Own) && a.Translations.Equal(b.Translations)
}

// order puts the records in their order.
func (s *snapshot) order(before *snapshot, e *edit) {
	s.keys, s.points = before.keys, before.points
	if e.still() {
		s.records = slices.Clone(before.records)
		if slices.ContainsFunc(e.touched, func(t touch) bool { return t.old.at != t.new.at }) {
			s.points = slices.Clone(before.points) // the key tells no more than a part of a position
		}
	} else {
		s.records = shifted(e.shift, before.records, e.count)
		s.keys = shifted(e.shift, before.keys, e.count)
		s.points = shifted(e.shift, before.points, len(before.points)+e.placed())
	}
	for _, t := range e.touched {
		if t.new == nil {
			continue
		}
		s.records[t.at] = t.new
		if !t.stays() {
			s.keys[t.at] = t.new.ZOrder()
		}
		if t.new.Position != nil && s.points[t.at] != t.new.at { // no write where it is shared
			s.points[t.at] = t.new.at
		}
	}
}

// placed is how many more have a position.
func (e *edit) placed() (more int) {
	for _, t := range e.touched {
		if t.new != nil && t.new.Position != nil {
			more++
		}
		if t.old != nil && t.old.Position != nil {
			more--
		}
	}
	return more
}

// after finds the next records. Where none came, went or is called otherwise, both are the same.
func (t names) after(before, next *snapshot, e *edit) names {
	renamed := slices.DeleteFunc(slices.Clone(e.touched), func(t touch) bool { return t.stays() && t.old.Slug == t.new.Slug })
	if len(renamed) == 0 && e.still() {
		return t
	}
	if 2*len(next.records) > len(t.byID) {
		return newNames(next.records)
	}
	t = names{slices.Clone(t.byID), slices.Clone(t.bySlug)}
	for _, c := range renamed {
		if c.old != nil {
			t.remove(before.records, uint32(c.from))
		}
	}
	t.byID.shift(e.shift)
	t.bySlug.shift(e.shift)
	for _, c := range renamed {
		if c.new != nil {
			t.add(next.records, uint32(c.at))
		}
	}
	return t
}

func (t slots) shift(s *shift) {
	if s.still() {
		return
	}
	for i, taken := range t {
		if taken != 0 {
			t[i] = s.to[taken-1] + 1
		}
	}
}
