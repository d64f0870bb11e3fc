package memory

import (
	"cmp"
	"context"
	"slices"

	"innoatlas/geo"
	"innoatlas/geo/cql2"
)

// countryTable has the countries with what the data set counts and states for
// each, in the order of their ids. A few hundred need no index, but what is costly to
// find of them is kept.
type countryTable []country

// country keeps what is costly to make for each question: the folded names, and what
// relates the outline.
type country struct {
	*geo.Country
	searchText, outline cql2.Value
}

func (c country) Value(property string) cql2.Value {
	switch property {
	case "search_text":
		return c.searchText
	case "geometry":
		return c.outline
	}
	return c.Country.Value(property)
}

func newCountryTable(ds *geo.Dataset) countryTable {
	table := make(countryTable, len(ds.Countries))
	byCode := make(map[string]*geo.Country, len(ds.Countries))
	for i, c := range ds.Countries {
		c.Facilities, c.Figures = 0, nil
		c.ByKind, c.BySector = emptyBuckets(ds.Kinds), emptyBuckets(ds.Sectors)
		byCode[c.Code] = &c
		table[i] = country{&c, c.Value("search_text"), c.Value("geometry").Prepared()}
	}
	slices.SortFunc(table, func(a, b country) int { return cmp.Compare(a.ID, b.ID) })
	kinds, sectors := positions(ds.Kinds), positions(ds.Sectors)
	for i := range ds.Facilities {
		if c := byCode[ds.Facilities[i].Country]; c != nil {
			countInto(c, &ds.Facilities[i], kinds, sectors)
		}
	}
	for _, figure := range ds.Figures {
		if c := byCode[figure.Country]; c != nil {
			c.Figures = append(c.Figures, figure)
		}
	}
	return table
}

func emptyBuckets(terms []geo.Term) []geo.Bucket {
	buckets := make([]geo.Bucket, len(terms))
	for i, t := range terms {
		buckets[i].Value = t.ID
	}
	return buckets
}

func positions(terms []geo.Term) map[string]int {
	p := make(map[string]int, len(terms))
	for i, t := range terms {
		p[t.ID] = i
	}
	return p
}

func countInto(c *geo.Country, f *geo.Facility, kinds, sectors map[string]int) {
	c.Facilities++
	if i, ok := kinds[f.Kind]; ok {
		c.ByKind[i].Count++
	}
	for _, s := range f.Sectors {
		if i, ok := sectors[s]; ok {
			c.BySector[i].Count++
		}
	}
}

func (t countryTable) get(ref geo.Ref) (geo.Feature, error) {
	for _, c := range t {
		id, slug := c.Ref()
		if ref.ID != 0 && ref.ID == id || ref.ID == 0 && ref.Slug == slug {
			return c.Country, nil
		}
	}
	return nil, geo.ErrNotFound
}

// choose are the countries for which the lists of the query are True.
func (t countryTable) choose(lists cql2.Expr) countryTable {
	return t.having(func(c country) bool { return cql2.Eval(lists, c) == cql2.True })
}

func (t countryTable) having(is func(country) bool) countryTable {
	var kept countryTable
	for _, c := range t {
		if is(c) {
			kept = append(kept, c)
		}
	}
	return kept
}

// sortedCountries are those that match, in the order of the query.
func (s *snapshot) sortedCountries(ctx context.Context, q geo.Query) (countryTable, error) {
	filtered, err := s.filterCountries(ctx, q.Filter)
	if err != nil {
		return nil, err
	}
	kept := filtered.choose(geo.Query{Collection: q.Collection, Lists: q.Lists, Established: q.Established}.Where())
	if len(q.Sort) > 0 { // else they stand in their order
		slices.SortFunc(kept, func(a, b country) int { return q.Compare(a, b) })
	}
	return kept, nil
}

func (s *snapshot) listCountries(ctx context.Context, q geo.Query) (geo.Page, error) {
	rest, err := s.sortedCountries(ctx, q)
	if err != nil {
		return geo.Page{}, err
	}
	page := geo.Page{Matched: len(rest)}
	if q.After != nil {
		i := slices.IndexFunc(rest, func(c country) bool { return q.IsAfter(c, q.After) })
		if i < 0 {
			i = len(rest)
		}
		rest = rest[i:]
	} else {
		rest = rest[min(q.Offset, len(rest)):]
	}
	page.More = len(rest) > q.Limit
	for _, c := range rest[:min(q.Limit, len(rest))] {
		page.Features = append(page.Features, c.Country)
	}
	return page, nil
}

func (s *snapshot) allCountries(ctx context.Context, q geo.Query, yield func(geo.Feature, error) bool) {
	asking, end := begin(ctx, s.gate)
	kept, err := s.sortedCountries(asking, q)
	end()
	if err != nil {
		yield(nil, err)
		return
	}
	for _, c := range kept {
		if !yield(c.Country, nil) {
			return
		}
	}
}

func (s *snapshot) facetsOfCountries(ctx context.Context, q geo.Query) (geo.Facets, error) {
	filtered, err := s.filterCountries(ctx, q.Filter)
	if err != nil {
		return geo.Facets{}, err
	}
	lists := geo.Query{Collection: q.Collection, Lists: q.Lists, Established: q.Established}
	facets := geo.Facets{Matched: len(filtered.choose(lists.Where()))}
	for _, d := range q.Collection.Facets() {
		field := q.Collection.Faceted(d)
		kept := filtered.choose(lists.WhereExcept(d))
		var buckets []geo.Bucket
		for _, value := range append(s.countries.vocabulary(d, s.catalog), "") {
			buckets = append(buckets, geo.Bucket{Value: value, Count: kept.count(field, value)})
		}
		slices.SortFunc(buckets, field.CompareBuckets)
		facets.Facets = append(facets.Facets, geo.Facet{Dimension: d, Property: field.Name, Buckets: buckets})
	}
	return facets, nil
}

// vocabulary has every value of the dimension; that of country is all that have a
// record here.
func (t countryTable) vocabulary(d geo.Dimension, catalog *geo.Catalog) []string {
	if d != geo.ByCountry {
		return geo.TermIDs(catalog.Terms(d))
	}
	codes := make([]string, len(t))
	for i, c := range t {
		codes[i] = c.Code
	}
	return codes
}

// count is how many have the value; the empty one stands for "not stated".
func (t countryTable) count(f *geo.Field, value string) int {
	n := 0
	for _, c := range t {
		v := f.Value(c.Country)
		if v.Type == cql2.List && slices.Contains(v.List, value) || v.Type != cql2.List && geo.TextOf(v) == value {
			n++
		}
	}
	return n
}
