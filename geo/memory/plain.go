package memory

import (
	"context"
	"maps"
	"slices"

	"innoatlas/geo"
	"innoatlas/geo/cql2"
)

// table has the records of a collection other than the facilities, in the order of the
// query that names none. A few hundred or thousand need no index, but what is costly to
// find of them is kept.
type table []plain

// plain is a record with what is costly to make for each question: the folded texts, and
// what relates its geometry.
type plain struct {
	geo.Feature
	searchText, geometry cql2.Value
}

func newPlain(f geo.Feature) plain {
	return plain{f, f.Value("search_text"), f.Value("geometry").Prepared()}
}

func (p plain) Value(property string) cql2.Value {
	switch property {
	case "search_text":
		return p.searchText
	case "geometry":
		return p.geometry
	}
	if v, ok := geo.SearchedIn(property, p.searchText.Text); ok {
		return v
	}
	return p.Feature.Value(property)
}

// isPlain reports whether a collection has no index.
func (s *snapshot) isPlain(c *geo.Collection) bool { return !c.Is(geo.Facilities) }

// newTables are those of all collections but the facilities. What is private is left out.
func newTables(ds *geo.Dataset) map[string]table {
	tables := map[string]table{geo.Countries.ID: newCountries(ds)}
	for id, records := range ds.Records {
		t := make(table, len(records))
		for i, r := range records {
			r.Own = r.Own.Public()
			t[i] = newPlain(&r)
		}
		tables[id] = t
	}
	for _, t := range tables {
		slices.SortFunc(t, func(a, b plain) int { return geo.Query{}.Compare(a, b) })
	}
	return tables
}

func (t table) get(ref geo.Ref) (geo.Feature, error) {
	for _, p := range t {
		id, slug := p.Ref()
		if ref.ID != 0 && ref.ID == id || ref.ID == 0 && ref.Slug == slug {
			return p.Feature, nil
		}
	}
	return nil, geo.ErrNotFound
}

// choose are the records for which the lists of the query are True.
func (t table) choose(lists cql2.Expr) table {
	return t.having(func(p plain) bool { return cql2.Eval(lists, p) == cql2.True })
}

func (t table) having(is func(plain) bool) table {
	var kept table
	for _, p := range t {
		if is(p) {
			kept = append(kept, p)
		}
	}
	return kept
}

// sortedPlain are those that match, in the order of the query.
func (s *snapshot) sortedPlain(ctx context.Context, q geo.Query) (table, error) {
	filtered, err := s.filterPlain(ctx, q.Collection, q.Filter)
	if err != nil {
		return nil, err
	}
	kept := filtered.choose(geo.Query{Collection: q.Collection, Lists: q.Lists, Established: q.Established}.Where())
	if len(q.Sort) > 0 { // else they stand in their order
		geo.InOrder(q, kept)
	}
	return kept, nil
}

func (s *snapshot) listPlain(ctx context.Context, q geo.Query) (geo.Page, error) {
	rest, err := s.sortedPlain(ctx, q)
	if err != nil {
		return geo.Page{}, err
	}
	page := geo.Page{Matched: len(rest)}
	if q.After != nil {
		i := slices.IndexFunc(rest, func(p plain) bool { return q.IsAfter(p, q.After) })
		if i < 0 {
			i = len(rest)
		}
		rest = rest[i:]
	} else {
		rest = rest[min(q.Offset, len(rest)):]
	}
	page.More = len(rest) > q.Limit
	for _, p := range rest[:min(q.Limit, len(rest))] {
		page.Features = append(page.Features, p.Feature)
	}
	return page, nil
}

func (s *snapshot) allPlain(ctx context.Context, q geo.Query, yield func(geo.Feature, error) bool) {
	asking, end := begin(ctx, s.gate)
	kept, err := s.sortedPlain(asking, q)
	end()
	if err != nil {
		yield(nil, err)
		return
	}
	for _, p := range kept {
		if !yield(p.Feature, nil) {
			return
		}
	}
}

func (s *snapshot) facetsOfPlain(ctx context.Context, q geo.Query) (geo.Facets, error) {
	filtered, err := s.filterPlain(ctx, q.Collection, q.Filter)
	if err != nil {
		return geo.Facets{}, err
	}
	lists := geo.Query{Collection: q.Collection, Lists: q.Lists, Established: q.Established}
	facets := geo.Facets{Matched: len(filtered.choose(lists.Where()))}
	for _, d := range q.Collection.Facets() {
		field := q.Collection.Faceted(d)
		kept := filtered.choose(lists.WhereExcept(d))
		var buckets []geo.Bucket
		for _, value := range append(s.vocabulary(q.Collection, field), "") {
			buckets = append(buckets, geo.Bucket{Value: value, Count: kept.count(field, value)})
		}
		slices.SortFunc(buckets, field.CompareBuckets)
		facets.Facets = append(facets.Facets, geo.Facet{Dimension: d, Property: field.Name, Buckets: buckets})
	}
	return facets, nil
}

// vocabulary has every value that a facet shows: where no terms are given, all that the
// records of the collection state.
func (s *snapshot) vocabulary(c *geo.Collection, f *geo.Field) []string {
	if f.Open {
		return geo.TermIDs(s.tables[c.ID].terms(f))
	}
	return geo.TermIDs(s.catalog.TermsOf(c, f.Facet))
}

// terms are all values that are stated, in their order.
func (t table) terms(f *geo.Field) []geo.Term {
	found := map[term]cql2.Value{}
	for _, p := range t {
		switch v := f.Value(p.Feature); v.Type {
		case cql2.Null:
		case cql2.List:
			for _, text := range v.List {
				found[term{text: text}] = cql2.TextOf(text)
			}
		default:
			found[termOf(v)] = v
		}
	}
	return inOrder(maps.Values(found))
}

// count is how many have the value; the empty one stands for "not stated".
func (t table) count(f *geo.Field, value string) int {
	n := 0
	for _, p := range t {
		v := f.Value(p.Feature)
		if v.Type == cql2.List && slices.Contains(v.List, value) || v.Type != cql2.List && geo.TextOf(v) == value {
			n++
		}
	}
	return n
}
