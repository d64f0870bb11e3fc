package memory

import (
	"cmp"
	"slices"
	"time"

	"github.com/paulmach/orb"

	"innoatlas/geo"
	"innoatlas/geo/cql2"
)

func newCatalog(ds *geo.Dataset, s *snapshot) *geo.Catalog {
	years := s.column(geo.Facilities.Faceted(geo.ByEstablished).Name).years()
	catalog := &geo.Catalog{
		Revision:       ds.Revision,
		Kinds:          ds.Kinds,
		Sectors:        ds.Sectors,
		Countries:      s.countries.named(),
		Indicators:     indicators(ds.Figures),
		DataTerms:      ds.Terms,
		OwnOutlines:    ds.OwnOutlines,
		Facilities:     len(s.facilities),
		CountryRecords: len(s.countries),
		Extent:         geo.AroundAll(s.points),
		CountryExtent:  s.countries.extent(),
		Established:    spanOf(years),
		FoundingYears:  years,
		Updated:        s.updated(),
	}
	catalog.Describe(geo.Collections, ds.Fields)
	s.collection = catalog.Collection(geo.Facilities.ID)
	for _, field := range s.collection.OwnFields() {
		if field.Facet != "" && field.Terms == nil {
			s.collection.Field(field.Name).Terms = s.column(field.Name).terms()
		}
	}
	return catalog
}

func (s *snapshot) updated() (last time.Time) {
	for i := range s.facilities {
		if t := s.facilities[i].Updated; t.After(last) {
			last = t
		}
	}
	return last
}

// terms are all values that are stated, in their order.
func (c *column) terms() []geo.Term {
	values := slices.Clone(c.values)
	slices.SortFunc(values, func(a, b cql2.Value) int {
		order, _ := cql2.Order(a, b)
		return order
	})
	terms := make([]geo.Term, len(values))
	for i, v := range values {
		terms[i].ID = geo.TextOf(v)
	}
	return terms
}

// years are all that are stated, in their order.
func (c *column) years() []int {
	years := make([]int, len(c.values))
	for i, v := range c.values {
		years[i] = int(v.Number)
	}
	slices.Sort(years)
	return years
}

// spanOf are the first and the last of years in their order.
func spanOf(years []int) geo.Years {
	if len(years) == 0 {
		return geo.Years{}
	}
	return geo.Years{From: years[0], To: years[len(years)-1]}
}

func indicators(figures []geo.Figure) []string {
	var names []string
	for _, f := range figures {
		if !slices.Contains(names, f.Indicator) {
			names = append(names, f.Indicator)
		}
	}
	return names
}

// named are the countries in which a facility stands, by their codes.
func (t countryTable) named() []geo.Country {
	var list []geo.Country
	for _, c := range t {
		if c.Facilities > 0 {
			list = append(list, *c.Country)
		}
	}
	slices.SortFunc(list, func(a, b geo.Country) int { return cmp.Compare(a.Code, b.Code) })
	return list
}

// extent is the bound of all outlines.
func (t countryTable) extent() orb.Bound {
	var all orb.MultiPolygon
	for _, c := range t {
		all = append(all, c.Outline...)
	}
	return all.Bound()
}
