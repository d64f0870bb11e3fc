package memory

import (
	"cmp"
	"context"
	"slices"

	"innoatlas/geo"
	"innoatlas/geo/cql2"
)

// countryTable has the countries with what the data set counts and states for
// each, in the order of their ids. A few hundred need no index.
type countryTable []country

// country keeps the folded names, which are costly to make for each question.
type country struct {
	*geo.Country
	searchText cql2.Value
}

func (c country) Value(property string) cql2.Value {
	if property == "search_text" {
		return c.searchText
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
		table[i] = country{&c, c.Value("search_text")}
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

// matching are the countries for which the filter is True.
func (t countryTable) matching(ctx context.Context, where cql2.Expr) (countryTable, error) {
	if where == nil {
		return slices.Clone(t), nil
	}
	var kept countryTable
	for _, c := range t {
		if err := ctx.Err(); err != nil { // outlines can take long to relate
			return nil, err
		}
		if cql2.Eval(where, c) == cql2.True {
			kept = append(kept, c)
		}
	}
	return kept, nil
}

func (t countryTable) sorted(ctx context.Context, q geo.Query) (countryTable, error) {
	kept, err := t.matching(ctx, q.Where())
	if len(q.Sort) > 0 { // else they stand in their order
		slices.SortFunc(kept, func(a, b country) int { return q.Compare(a, b) })
	}
	return kept, err
}

func (t countryTable) list(ctx context.Context, q geo.Query) (geo.Page, error) {
	rest, err := t.sorted(ctx, q)
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

func (t countryTable) all(ctx context.Context, q geo.Query, yield func(geo.Feature, error) bool) {
	kept, err := t.sorted(ctx, q)
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

func (t countryTable) facets(ctx context.Context, q geo.Query, catalog *geo.Catalog) (geo.Facets, error) {
	matched, err := t.matching(ctx, q.Where())
	if err != nil {
		return geo.Facets{}, err
	}
	facets := geo.Facets{Matched: len(matched)}
	lists := geo.Query{Collection: q.Collection, Lists: q.Lists}
	filtered, err := t.matching(ctx, q.Filter)
	if err != nil {
		return geo.Facets{}, err
	}
	for _, d := range geo.Countries.Facets() {
		property, _ := geo.Countries.Property(d)
		kept, err := filtered.matching(ctx, lists.WhereExcept(d))
		if err != nil {
			return geo.Facets{}, err
		}
		var buckets []geo.Bucket
		for _, value := range append(t.vocabulary(d, catalog), "") {
			buckets = append(buckets, geo.Bucket{Value: value, Count: kept.count(property, value)})
		}
		slices.SortFunc(buckets, d.CompareBuckets)
		facets.Facets = append(facets.Facets, geo.Facet{Dimension: d, Property: property, Buckets: buckets})
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
func (t countryTable) count(property, value string) int {
	n := 0
	for _, c := range t {
		switch v := c.Value(property); v.Type {
		case cql2.Null:
			if value == "" {
				n++
			}
		case cql2.Text:
			if v.Text == value {
				n++
			}
		case cql2.List:
			if slices.Contains(v.List, value) {
				n++
			}
		}
	}
	return n
}
