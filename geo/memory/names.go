package memory

import "innoatlas/geo"

// names finds the number of a facility by either of its two names.
type names struct {
	byID   map[int64]uint32
	bySlug map[string]uint32
}

func newNames(facilities []geo.Facility) names {
	t := names{
		byID:   make(map[int64]uint32, len(facilities)),
		bySlug: make(map[string]uint32, len(facilities)),
	}
	for n := range facilities {
		t.byID[facilities[n].ID] = uint32(n)
		t.bySlug[facilities[n].Slug] = uint32(n)
	}
	return t
}

func (t names) find(ref geo.Ref) (number uint32, ok bool) {
	if ref.ID != 0 {
		number, ok = t.byID[ref.ID]
		return number, ok
	}
	number, ok = t.bySlug[ref.Slug]
	return number, ok
}

func (s *snapshot) get(ref geo.Ref) (geo.Feature, error) {
	number, ok := s.names.find(ref)
	if !ok {
		return nil, geo.ErrNotFound
	}
	return &s.facilities[number], nil
}
