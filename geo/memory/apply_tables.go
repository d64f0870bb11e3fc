package memory

import (
	"cmp"
	"maps"
	"slices"
	"sort"

	"github.com/paulmach/orb"

	"innoatlas/geo"
)

// relate makes the other collections, of which those that nobody touched are the same tables.
func (s *snapshot) relate(before *snapshot, d *geo.Delta, e *edit) {
	s.tables, s.indexes, s.held = maps.Clone(before.tables), maps.Clone(before.indexes), maps.Clone(before.held)
	if t := s.countriesAfter(before, d, e); !t.is(before.tables[geo.Countries.ID]) {
		s.tables[geo.Countries.ID], s.indexes[geo.Countries.ID] = t, newPlainIndex(t)
	}
	for _, c := range geo.Collections {
		if len(d.Records[c.ID])+len(d.RecordsOff[c.ID]) > 0 {
			s.change(c, before.tables[c.ID].changes(d.Records[c.ID], d.RecordsOff[c.ID]))
		}
	}
	s.relink(before, d)
}

// change changes the table of a collection, and what follows of it.
func (s *snapshot) change(c *geo.Collection, changes *tableEdit) {
	if len(changes.goes)+len(changes.comes) == 0 {
		return
	}
	t, placing := changes.apply(s.tables[c.ID])
	h, known := s.held[c.ID]
	if !known {
		h = t.held(c)
	} else {
		h = h.after(changes, t)
	}
	before := s.indexes[c.ID]
	s.tables[c.ID], s.indexes[c.ID], s.held[c.ID] = t, newPlainIndex(t), h
	s.indexes[c.ID].orders.carry(before.orders, placing)
}

// is reports whether two tables are the same one.
func (t table) is(other table) bool { return slices.Equal(t, other) }

// changes are those of a table that lets records be as they are now, and others go.
func (t table) changes(records []geo.Record, off []int64) *tableEdit {
	come, goes := map[int64]*geo.Record{}, map[int64]bool{}
	for i := range records {
		come[records[i].ID] = publicRecord(&records[i])
	}
	for _, id := range off {
		goes[id] = true
	}
	changes := &tableEdit{goes: map[*plain]bool{}}
	for _, p := range t {
		id := p.id()
		now, changed := come[id]
		delete(come, id)
		switch {
		case goes[id]:
			changes.goes[p] = true
		case changed && !sameRecord(p.Feature.(*geo.Record), now):
			changes.goes[p] = true
			changes.comes = append(changes.comes, newPlain(now))
		}
	}
	for id, r := range come {
		if !goes[id] {
			changes.comes = append(changes.comes, newPlain(r))
		}
	}
	return changes
}

func sameRecord(a, b *geo.Record) bool {
	return a.ID == b.ID && a.Slug == b.Slug && orb.Equal(a.Shape, b.Shape) && a.Own.Equal(b.Own) && a.Translations.Equal(b.Translations)
}

// tableEdit is what becomes of a table: records of it that go, and others that come.
type tableEdit struct {
	goes  map[*plain]bool
	comes table
}

// apply is the table after the changes. Its records are those of the table before, but for those
// that have another place now.
func (e *tableEdit) apply(t table) (table, *placing) {
	slices.SortFunc(e.comes, compareRefs)
	goes := make([]int, 0, len(e.goes))
	for p := range e.goes {
		goes = append(goes, int(p.number))
	}
	slices.Sort(goes)
	before := make([]int, len(e.comes))
	for i, p := range e.comes {
		before[i] = sort.Search(len(t), func(i int) bool { return compareRefs(t[i], p) > 0 })
	}
	moves, at := newShift(len(t), goes, before)
	next := shifted(moves, t, moves.count)
	for i, p := range e.comes {
		next[at[i]] = p
	}
	for n, p := range next {
		next[n] = p.numbered(n)
	}
	return next, &placing{moves, goes, at, func(n uint32) geo.Ordered { return next[n] }}
}

// numbered is the record at a place of the table: itself where it is there.
func (p *plain) numbered(n int) *plain {
	if p.number == uint32(n) {
		return p
	}
	next := *p
	next.number = uint32(n)
	return &next
}

func compareRefs(a, b *plain) int {
	return cmp.Or(cmp.Compare(a.ZOrder(), b.ZOrder()), cmp.Compare(a.id(), b.id()))
}

// id is what Ref gives, without the slug, which of a partnership has to be made.
func (p *plain) id() int64 {
	if pair, ok := p.Feature.(*geo.Partnership); ok {
		return pair.ID
	}
	id, _ := p.Ref()
	return id
}

// countriesAfter counts what the edit changes. The outlines and names of a country are as before, unless
// the vocabularies are new.
func (s *snapshot) countriesAfter(before *snapshot, d *geo.Delta, e *edit) table {
	if d.Terms != nil {
		t := newCountries(s.rest, s.records)
		t.sort()
		return t
	}
	kinds, sectors := positions(s.rest.Kinds), positions(s.rest.Sectors)
	t := slices.Clone(before.tables[geo.Countries.ID])
	counted := map[string]*geo.Country{}
	count := func(f *geo.Facility, times int) {
		if counted[f.Country] == nil {
			n := slices.IndexFunc(t, func(p *plain) bool { return p.Feature.(*geo.Country).Code == f.Country })
			if n < 0 {
				return
			}
			p := *t[n]
			c := *p.Feature.(*geo.Country)
			c.ByKind, c.BySector = slices.Clone(c.ByKind), slices.Clone(c.BySector)
			p.Feature, t[n], counted[f.Country] = &c, &p, &c
		}
		countInto(counted[f.Country], f, times, kinds, sectors)
	}
	for _, c := range e.touched {
		if !c.countsAnew() {
			continue
		}
		if c.old != nil {
			count(&c.old.Facility, -1)
		}
		if c.new != nil {
			count(&c.new.Facility, 1)
		}
	}
	return t
}

// countsAnew reports whether a facility counts for something else.
func (t *touch) countsAnew() bool {
	return t.old == nil || t.new == nil || t.old.Country != t.new.Country || t.old.Kind != t.new.Kind || !slices.Equal(t.old.Sectors, t.new.Sectors)
}
