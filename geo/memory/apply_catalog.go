package memory

import (
	"slices"
	"strings"
	"time"

	"innoatlas/geo"
)

// catalogAfter describes the next snapshot. What takes long to find out is as it was, where nobody touched it.
func catalogAfter(before, s *snapshot, d *geo.Delta, e *edit) *geo.Catalog {
	next := *before.catalog
	c := &next
	c.Revision, c.Facilities = d.Revision, len(s.records)
	if d.Terms != nil {
		c.Kinds, c.Sectors, c.DataTerms, c.Synonyms, c.OwnOutlines = s.rest.Kinds, s.rest.Sectors, s.rest.Terms, s.rest.Synonyms, s.rest.OwnOutlines
		c.Indicators, c.Places = indicators(s.rest.Figures), geo.NewPlaces(s.rest.PlaceNames)
		c.CountryRecords, c.CountryExtent = len(s.tables[geo.Countries.ID]), s.tables[geo.Countries.ID].extent()
	}
	c.Countries = s.tables[geo.Countries.ID].named()
	c.TakingPart = s.tables[geo.Countries.ID].coded(s.column(geo.Facilities.Faceted(geo.ByTakesPart).Name).values)
	c.FoundingYears = s.column(geo.Facilities.Faceted(geo.ByEstablished).Name).years()
	c.Established = spanOf(c.FoundingYears)
	c.Updated = s.updatedAfter(c.Updated, e)
	if !slices.Equal(before.points, s.points) {
		c.Extent = geo.AroundAll(s.points)
	}
	c.Institutions = institutionsAfter(c.Institutions, before.tables[geo.Institutions.ID], s.tables[geo.Institutions.ID])
	s.describe(c)
	c.Others = map[string]geo.Holding{}
	for id, h := range s.held {
		c.Others[id] = h.holding()
	}
	return c
}

// updatedAfter is the last change of a facility: one of those that were touched, or that of before
// where it is not one of theirs.
func (s *snapshot) updatedAfter(before time.Time, e *edit) time.Time {
	last, lost := before, false
	for _, t := range e.touched {
		if t.new != nil && t.new.Updated.After(last) {
			last = t.new.Updated
		}
		lost = lost || t.old != nil && t.old.Updated.Equal(before)
	}
	if lost && last.Equal(before) {
		return s.updated()
	}
	return last
}

// institutionsAfter are the institutions as terms: those of records that are in both tables are as they were.
func institutionsAfter(terms []geo.Term, before, now table) []geo.Term {
	if now.is(before) {
		return terms
	}
	known := map[*geo.Record]bool{}
	for r := range before.records() {
		known[r] = true
	}
	changed := func(yield func(*geo.Record) bool) {
		for r := range now.records() {
			if !known[r] && !yield(r) {
				return
			}
			delete(known, r)
		}
	}
	next := geo.InstitutionTerms(changed)
	gone := map[string]bool{} // with what they were called
	for r := range known {
		gone[r.Slug] = true
	}
	for _, t := range terms {
		if !gone[t.ID] {
			next = append(next, t)
		}
	}
	slices.SortFunc(next, func(a, b geo.Term) int { return strings.Compare(a.ID, b.ID) })
	return next
}
