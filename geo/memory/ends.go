package memory

import (
	"slices"

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
