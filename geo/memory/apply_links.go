package memory

import (
	"slices"

	"innoatlas/geo"
)

// relink makes the partnerships anew of facilities and institutions that a delta has.
func (s *snapshot) relink(before *snapshot, d *geo.Delta) {
	s.ends = before.ends
	goes, links := before.unlink(d, s.tables[geo.Institutions.ID])
	if len(goes)+len(links) == 0 {
		return
	}
	linked, named := map[string]bool{}, map[string]bool{}
	for _, k := range links {
		linked[k.Facility], named[k.Institution] = true, true
	}
	s.ends.groups.own(linked)
	comes := s.newPartnerships(&s.ends, links, s.tables[geo.Institutions.ID].bySlug(named))
	changes := &tableEdit{goes: goes, comes: slices.DeleteFunc(comes, func(p *plain) bool {
		old := before.tables[geo.Partnerships.ID].partnership(p.id())
		is := old != nil && samePair(old.Feature.(*geo.Partnership), p.Feature.(*geo.Partnership))
		if is {
			delete(goes, old)
		}
		return is
	})}
	s.change(geo.Partnerships, changes)
	s.ends.change(changes)
}

func samePair(a, b *geo.Partnership) bool {
	return a.Facility == b.Facility && a.Institution == b.Institution && slices.Equal(a.Roles, b.Roles)
}

// unlink are the partnerships that may not be as they were, and the links of what takes their
// place: of the facilities of a delta as it has them, of others that those of its institutions tell,
// which are called as they are in the table.
func (s *snapshot) unlink(d *geo.Delta, institutions table) (goes map[*plain]bool, links []geo.Link) {
	goes = map[*plain]bool{}
	facilities := map[string]bool{}
	touch := func(id int64) {
		if n, ok := s.names.find(s.records, geo.Ref{ID: id}); ok {
			for _, id := range s.ends.ofFacility.get(s.records[n].Slug) {
				goes[s.tables[geo.Partnerships.ID].partnership(id)] = true
			}
		}
	}
	for i := range d.Facilities {
		facilities[d.Facilities[i].Slug] = true
		touch(d.Facilities[i].ID)
	}
	for _, id := range d.Gone {
		touch(id)
	}
	for _, k := range d.Links {
		if facilities[k.Facility] {
			links = append(links, k)
		}
	}
	called := institutions.slugs(d.Records[geo.Institutions.ID])
	for id, slug := range s.tables[geo.Institutions.ID].slugs(d.Records[geo.Institutions.ID], d.RecordsOff[geo.Institutions.ID]...) {
		for _, pair := range s.ends.ofInstitution.get(slug) {
			p := s.tables[geo.Partnerships.ID].partnership(pair)
			if goes[p] {
				continue
			}
			goes[p] = true
			for _, role := range p.Feature.(*geo.Partnership).Roles {
				links = append(links, geo.Link{Facility: p.Feature.(*geo.Partnership).Facility.Slug, Institution: called[id], Role: role})
			}
		}
	}
	return goes, links
}

// slugs are those of records, and of others with ids, as they are in the table.
func (t table) slugs(records []geo.Record, ids ...int64) map[int64]string {
	asked, slugs := map[int64]bool{}, map[int64]string{}
	for i := range records {
		asked[records[i].ID] = true
	}
	for _, id := range ids {
		asked[id] = true
	}
	if len(asked) == 0 {
		return nil
	}
	for r := range t.records() {
		if asked[r.ID] {
			slugs[r.ID] = r.Slug
		}
	}
	return slugs
}

// change lets the ends find what is in the table after changes.
func (e *ends) change(changes *tableEdit) {
	institutions, facilities := map[string]bool{}, map[string]bool{}
	for _, pair := range changes.pairs() {
		institutions[pair.Institution.Slug], facilities[pair.Facility.Slug] = true, true
	}
	e.ofInstitution.own(institutions)
	e.ofFacility.own(facilities)
	for p := range changes.goes {
		pair := p.Feature.(*geo.Partnership)
		without(&e.ofInstitution, pair.Institution.Slug, pair.ID)
		without(&e.ofFacility, pair.Facility.Slug, pair.ID)
	}
	for _, p := range changes.comes {
		e.add(p.Feature.(*geo.Partnership))
	}
}

// pairs are all that come and go.
func (e *tableEdit) pairs() (pairs []*geo.Partnership) {
	for _, p := range e.comes {
		pairs = append(pairs, p.Feature.(*geo.Partnership))
	}
	for p := range e.goes {
		pairs = append(pairs, p.Feature.(*geo.Partnership))
	}
	return pairs
}

// without takes an id away, in a list of its own: a snapshot before may have the other.
func without(of *bySlug[[]int64], slug string, id int64) {
	rest := slices.DeleteFunc(slices.Clone(of.get(slug)), func(other int64) bool { return other == id })
	of.set(slug, slices.Clip(rest))
}
