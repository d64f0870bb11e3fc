package memory

import (
	"context"
	"maps"
	"slices"
	"sort"

	"github.com/RoaringBitmap/roaring/v2"

	"innoatlas/geo"
)

// ends are the partnerships of an institution and of a facility by their ids, found by slugs: the
// page of each asks for its own, of hundreds of thousands.
type ends struct {
	ofInstitution, ofFacility bySlug[[]int64]
	groups                    bySlug[uint32] // of facilities that have ever had a partnership
	nextGroup                 uint32
}

// bySlug is a map in parts, so that a copy with one more entry copies little.
type bySlug[V any] [256]map[string]V

func (m *bySlug[V]) part(slug string) *map[string]V { return &m[hashOfSlug(slug)%uint64(len(m))] }

func (m *bySlug[V]) get(slug string) V { return (*m.part(slug))[slug] }

// set is for a map that nobody else has.
func (m *bySlug[V]) set(slug string, v V) {
	part := m.part(slug)
	if *part == nil {
		*part = map[string]V{}
	}
	(*part)[slug] = v
}

// own makes the part of each slug one that nobody else has.
func (m *bySlug[V]) own(slugs map[string]bool) {
	copied := map[*map[string]V]bool{}
	for slug := range slugs {
		if part := m.part(slug); !copied[part] {
			copied[part], *part = true, maps.Clone(*part)
		}
	}
}

// groupOf is the number of a facility among those that have partnerships.
func (e *ends) groupOf(slug string) uint32 {
	group, known := (*e.groups.part(slug))[slug]
	if !known {
		group = e.nextGroup
		e.groups.set(slug, group)
		e.nextGroup++
	}
	return group
}

// add lets both ends find a partnership. What a list of a snapshot before has does not change.
func (e *ends) add(p *geo.Partnership) {
	e.ofInstitution.set(p.Institution.Slug, append(e.ofInstitution.get(p.Institution.Slug), p.ID))
	e.ofFacility.set(p.Facility.Slug, append(e.ofFacility.get(p.Facility.Slug), p.ID))
}

// of are the partnerships of an end, by their ids; nil where the dimension is none.
func (e *ends) of(d geo.Dimension) *bySlug[[]int64] {
	switch d {
	case geo.ByInstitution:
		return &e.ofInstitution
	case geo.ByFacility:
		return &e.ofFacility
	}
	return nil
}

// among are the partnerships of a table that one of the lists may keep, in their order; all of
// them where no list names an end.
func (e *ends) among(t table, lists []geo.List) table {
	for _, l := range lists {
		of := e.of(l.Dimension)
		if of == nil {
			continue
		}
		var ids []int64
		for _, slug := range l.Values {
			ids = append(ids, of.get(slug)...)
		}
		slices.Sort(ids)
		kept := make(table, 0, len(ids))
		for _, id := range slices.Compact(ids) {
			kept = append(kept, t.partnership(id))
		}
		return kept
	}
	return t
}

// partnership is the one with an id, in the order of which they stand; nil where there is none.
func (t table) partnership(id int64) *plain {
	i := sort.Search(len(t), func(i int) bool { return t[i].Feature.(*geo.Partnership).ID >= id })
	if i == len(t) || t[i].Feature.(*geo.Partnership).ID != id {
		return nil
	}
	return t[i]
}

// ofFacilities are the partnerships of a table whose facility matches; all of them where nobody asks.
func (s *snapshot) ofFacilities(ctx context.Context, t table, of *geo.Query) (table, error) {
	if of == nil {
		return t, nil
	}
	matched, err := s.match(ctx, of.Where(), s.everyone)
	if err != nil {
		return nil, err
	}
	groups := roaring.New()
	for n := range roaring.Values(matched) {
		slug := s.records[n].Slug
		if group, ok := (*s.ends.groups.part(slug))[slug]; ok {
			groups.Add(group)
		}
	}
	return t.having(func(p *plain) bool { return groups.Contains(p.group) }), nil
}
