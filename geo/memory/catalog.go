package memory

import (
	"cmp"
	"iter"
	"slices"
	"time"

	"github.com/paulmach/orb"

	"innoatlas/geo"
	"innoatlas/geo/cql2"
)

func newCatalog(s *snapshot) *geo.Catalog {
	ds := s.rest
	years := s.column(geo.Facilities.Faceted(geo.ByEstablished).Name).years()
	catalog := &geo.Catalog{
		Revision:       ds.Revision,
		Kinds:          ds.Kinds,
		Sectors:        ds.Sectors,
		Countries:      s.tables[geo.Countries.ID].named(),
		Indicators:     indicators(ds.Figures),
		DataTerms:      ds.Terms,
		Places:         geo.NewPlaces(ds.PlaceNames),
		Synonyms:       ds.Synonyms,
		OwnOutlines:    ds.OwnOutlines,
		Facilities:     len(s.records),
		CountryRecords: len(s.tables[geo.Countries.ID]),
		Extent:         geo.AroundAll(s.points),
		CountryExtent:  s.tables[geo.Countries.ID].extent(),
		Established:    spanOf(years),
		FoundingYears:  years,
		Updated:        s.updated(),
	}
	catalog.TakingPart = s.tables[geo.Countries.ID].coded(s.column(geo.Facilities.Faceted(geo.ByTakesPart).Name).values)
	catalog.Institutions = geo.InstitutionTerms(s.tables[geo.Institutions.ID].records())
	s.describe(catalog)
	catalog.Others = map[string]geo.Holding{}
	for id, h := range s.held {
		catalog.Others[id] = h.holding()
	}
	return catalog
}

// describe gives the catalog its collections, with the values that their own fields have.
func (s *snapshot) describe(catalog *geo.Catalog) {
	catalog.Describe(geo.Collections, s.rest.Fields)
	s.collection = catalog.Collection(geo.Facilities.ID)
	for _, c := range catalog.Collections {
		s.nameValues(c)
	}
}

func (s *snapshot) updated() (last time.Time) {
	for _, r := range s.records {
		if r.Updated.After(last) {
			last = r.Updated
		}
	}
	return last
}

// nameValues gives the facets of own fields the values that occur as terms.
func (s *snapshot) nameValues(c *geo.Collection) {
	for i := range c.Fields {
		f := &c.Fields[i]
		switch {
		case !f.Own || f.Facet == "" || !f.Open:
		case s.isPlain(c):
			f.Terms = s.indexes[c.ID].column(f).terms()
		default:
			f.Terms = inOrder(slices.Values(s.column(f.Name).values))
		}
	}
}

// inOrder are values as terms, in their order.
func inOrder(values iter.Seq[cql2.Value]) []geo.Term {
	var terms []geo.Term
	for _, v := range slices.SortedFunc(values, func(a, b cql2.Value) int {
		order, _ := cql2.Order(a, b)
		return order
	}) {
		terms = append(terms, geo.Term{ID: geo.TextOf(v)})
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
func (t table) named() []geo.Country {
	var list []geo.Country
	for _, p := range t {
		if c := p.Feature.(*geo.Country); c.Facilities > 0 {
			list = append(list, *c)
		}
	}
	slices.SortFunc(list, func(a, b geo.Country) int { return cmp.Compare(a.Code, b.Code) })
	return list
}

// coded are the countries of codes, in the order of these.
func (t table) coded(codes []cql2.Value) []geo.Country {
	var list []geo.Country
	for _, p := range t {
		c := p.Feature.(*geo.Country)
		if slices.ContainsFunc(codes, func(v cql2.Value) bool { return v.Text == c.Code }) {
			list = append(list, *c)
		}
	}
	slices.SortFunc(list, func(a, b geo.Country) int { return cmp.Compare(a.Code, b.Code) })
	return list
}

// records are those that have no struct of their own.
func (t table) records() iter.Seq[*geo.Record] {
	return func(yield func(*geo.Record) bool) {
		for _, p := range t {
			if !yield(p.Feature.(*geo.Record)) {
				return
			}
		}
	}
}

// extent is the bound of all outlines.
func (t table) extent() orb.Bound {
	var all orb.MultiPolygon
	for _, p := range t {
		all = append(all, p.Feature.(*geo.Country).Outline...)
	}
	return all.Bound()
}
