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
	s.tables = maps.Clone(before.tables)
	s.tables[geo.Countries.ID] = s.countriesAfter(before, d, e)
	for id := range d.Records {
		s.tables[id] = before.tables[id].afterRecords(d.Records[id], d.RecordsOff[id])
	}
	for id := range d.RecordsOff {
		s.tables[id] = before.tables[id].afterRecords(d.Records[id], d.RecordsOff[id])
	}
	s.relink(before, d)
	s.indexes = maps.Clone(before.indexes)
	for id, t := range s.tables {
		if !t.is(before.tables[id]) {
			s.indexes[id] = newPlainIndex(t)
		}
	}
}

// is reports whether two tables are the same one.
func (t table) is(other table) bool { return slices.Equal(t, other) }

// afterRecords is the table with some records as they are now, and without others.
func (t table) afterRecords(records []geo.Record, off []int64) table {
	come, goes := map[int64]*geo.Record{}, map[int64]bool{}
	for i := range records {
		come[records[i].ID] = publicRecord(&records[i])
	}
	for _, id := range off {
		goes[id] = true
	}
	var changes tableEdit
	for _, p := range t {
		id, _ := p.Ref()
		now, changed := come[id]
		delete(come, id)
		switch {
		case goes[id]:
			changes.remove(p)
		case changed && !sameRecord(p.Feature.(*geo.Record), now):
			changes.remove(p)
			changes.add(newPlain(now))
		}
	}
	for id, r := range come {
		if !goes[id] {
			changes.add(newPlain(r))
		}
	}
	return changes.apply(t)
}

func sameRecord(a, b *geo.Record) bool {
	return a.ID == b.ID && a.Slug == b.Slug && orb.Equal(a.Shape, b.Shape) && a.Own.Equal(b.Own) && a.Translations.Equal(b.Translations)
}

// tableEdit is what becomes of a table.
type tableEdit struct {
	goes  map[*plain]bool
	comes table
}

func (e *tableEdit) remove(p *plain) {
	if e.goes == nil {
		e.goes = map[*plain]bool{}
	}
	e.goes[p] = true
}

func (e *tableEdit) add(p *plain) { e.comes = append(e.comes, p) }

// apply is the table after the changes. Its records are those of the table before, but for those
// that have another place now.
func (e *tableEdit) apply(t table) table {
	if len(e.goes)+len(e.comes) == 0 {
		return t
	}
	slices.SortFunc(e.comes, compareRefs)
	next := make(table, 0, len(t)+len(e.comes))
	add := func(part table) {
		for _, p := range part {
			if !e.goes[p] {
				next = append(next, p.numbered(len(next)))
			}
		}
	}
	for _, p := range e.comes {
		n := sort.Search(len(t), func(i int) bool { return compareRefs(t[i], p) > 0 })
		add(t[:n])
		next = append(next, p.numbered(len(next)))
		t = t[n:]
	}
	add(t)
	return next
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
