package memory

import (
	"context"
	"slices"

	"github.com/RoaringBitmap/roaring/v2"

	"innoatlas/geo"
)

// ends are where the partnerships of an institution and of a facility stand in their table, by
// slugs: the page of each asks for its own, of hundreds of thousands.
type ends map[geo.Dimension]map[string][]int

func newEnds(t table) ends {
	e := ends{geo.ByInstitution: {}, geo.ByFacility: {}}
	for i, p := range t {
		pair := p.Feature.(*geo.Partnership)
		e[geo.ByInstitution][pair.Institution.Slug] = append(e[geo.ByInstitution][pair.Institution.Slug], i)
		e[geo.ByFacility][pair.Facility.Slug] = append(e[geo.ByFacility][pair.Facility.Slug], i)
	}
	return e
}

// among are the partnerships of a table that one of the lists may keep, in their order; all of
// them where no list names an end.
func (e ends) among(t table, lists []geo.List) table {
	for _, l := range lists {
		of := e[l.Dimension]
		if of == nil {
			continue
		}
		var at []int
		for _, slug := range l.Values {
			at = append(at, of[slug]...)
		}
		slices.Sort(at)
		kept := make(table, 0, len(at))
		for _, i := range slices.Compact(at) {
			kept = append(kept, t[i])
		}
		return kept
	}
	return t
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
	whole, groups := s.tables[geo.Partnerships.ID], roaring.New()
	for n := range roaring.Values(matched) {
		if at := s.ends[geo.ByFacility][s.facilities[n].Slug]; len(at) > 0 {
			groups.Add(whole[at[0]].group)
		}
	}
	return t.having(func(p *plain) bool { return groups.Contains(p.group) }), nil
}
