package memory

import (
	"maps"
	"slices"
	"time"

	"innoatlas/geo"
	"innoatlas/geo/cql2"
)

// held is what a table holds: how many records, where, and of which years. It is counted, so that
// records can go without a look at the others.
type held struct {
	of    *geo.Collection
	count int
	sides [6]float64 // of the extent
	on    [6]int     // how many records have each of these
	years map[int]int
}

// newHeld are those of all tables but that of the countries.
func newHeld(tables map[string]table) map[string]held {
	all := map[string]held{}
	for id, t := range tables {
		if c := geo.FindCollection(geo.Collections, id); c != nil && !c.Is(geo.Countries) {
			all[id] = t.held(c)
		}
	}
	return all
}

func (t table) held(c *geo.Collection) held {
	extent := geo.NewExtent()
	h := held{of: c, sides: extent.Sides(), years: map[int]int{}}
	for _, p := range t {
		h.add(p)
	}
	return h
}

func (h *held) add(p *plain) {
	h.count++
	for i, side := range sidesOf(p) {
		switch {
		case side < h.sides[i]:
			h.sides[i], h.on[i] = side, 1
		case side == h.sides[i]:
			h.on[i]++
		}
	}
	for _, year := range h.yearsOf(p) {
		h.years[year]++
	}
}

// remove reports whether what is left is known without a look at the other records.
func (h *held) remove(p *plain) bool {
	h.count--
	for i, side := range sidesOf(p) {
		if side == h.sides[i] {
			h.on[i]--
		}
	}
	for _, year := range h.yearsOf(p) {
		if h.years[year]--; h.years[year] == 0 {
			delete(h.years, year)
		}
	}
	return slices.Min(h.on[:]) > 0
}

func sidesOf(p *plain) [6]float64 {
	extent := geo.NewExtent()
	extent.AddParts(p.geometry.Geometry)
	return extent.Sides()
}

// yearsOf are those that a record states.
func (h *held) yearsOf(p *plain) (years []int) {
	for _, name := range []string{h.of.Year, h.of.From, h.of.To} {
		f := h.of.Field(name)
		if f == nil {
			continue
		}
		switch v := f.Value(p.Feature); v.Type {
		case cql2.Number:
			years = append(years, int(v.Number))
		case cql2.Date:
			years = append(years, time.UnixMicro(v.Time).UTC().Year())
		}
	}
	return years
}

// after is what is held after changes, of the table that there is then.
func (h held) after(changes *tableEdit, t table) held {
	h.years = maps.Clone(h.years)
	for _, p := range changes.comes { // first, as many come for one of the same place
		h.add(p)
	}
	for p := range changes.goes {
		if !h.remove(p) {
			return t.held(h.of)
		}
	}
	return h
}

func (h *held) holding() geo.Holding {
	extent := geo.ExtentOf(h.sides)
	holding := geo.Holding{Count: h.count, Extent: extent.Box()}
	for year := range h.years {
		holding.Years = holding.Years.Include(year)
	}
	return holding
}
