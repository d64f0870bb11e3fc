package memory

import (
	"context"
	"maps"
	"slices"

	"github.com/RoaringBitmap/roaring/v2"

	"innoatlas/geo"
	"innoatlas/geo/cql2"
)

// table has the records of a collection other than the facilities, in the order of the
// query that names none. A few hundred or thousand need no index, but what is costly to
// find of them is kept.
type table []*plain

// plain is a record with what is costly to make for each question: the folded texts, and
// what relates its geometry.
type plain struct {
	geo.Feature
	searchText string
	geometry   cql2.Value
	group      uint32 // that facets count, of a collection that counts other records
}

func newPlain(f geo.Feature) *plain { return newPlainWith(f, f.Value("search_text").Text) }

func newPlainWith(f geo.Feature, searchText string) *plain {
	return &plain{Feature: f, searchText: searchText, geometry: f.Value("geometry").Prepared()}
}

func (p *plain) Value(property string) cql2.Value {
	switch property {
	case "search_text":
		return cql2.TextOf(p.searchText)
	case "geometry":
		return p.geometry
	}
	if v, ok := geo.SearchedIn(property, p.searchText); ok {
		return v
	}
	return p.Feature.Value(property)
}

// isPlain reports whether a collection has no index.
func (s *snapshot) isPlain(c *geo.Collection) bool { return !c.Is(geo.Facilities) }

// newTables are those of all collections but the facilities. What is private is left out.
func newTables(ds *geo.Dataset) map[string]table {
	tables := map[string]table{geo.Countries.ID: newCountries(ds), geo.Partnerships.ID: newPartnerships(ds)}
	for id, records := range ds.Records {
		t := make(table, len(records))
		for i, r := range records {
			r.Own = r.Own.Public()
			t[i] = newPlain(&r)
		}
		tables[id] = t
	}
	for _, t := range tables {
		t.sort()
	}
	return tables
}

// sort puts the records in the order of the query that names none: that of Z-order key, then id.
func (t table) sort() {
	order := zOrdered(len(t), func(i int) geo.Ordered { return t[i] })
	all := slices.Clone(t)
	for n, e := range order {
		t[n] = all[e.index]
	}
}

// newPartnerships are those of the data set, without what is private.
func newPartnerships(ds *geo.Dataset) table {
	all := ds.Partnerships()
	t, groups, texts := make(table, len(all)), map[string]uint32{}, geo.NewPairTexts()
	for i, p := range all {
		group, known := groups[p.Facility.Slug]
		if !known {
			group = uint32(len(groups))
			groups[p.Facility.Slug] = group
		}
		t[i] = newPlainWith(p, texts.Of(p))
		t[i].group = group
	}
	return t
}

func (t table) get(c *geo.Collection, ref geo.Ref) (geo.Feature, error) {
	if ref == (geo.Ref{}) {
		return nil, geo.ErrNotFound
	}
	if c.Is(geo.Partnerships) && ref.ID == 0 { // whose slugs are made when they are asked for
		ref = geo.Ref{ID: geo.RecordID(ref.Slug), Slug: ref.Slug}
	}
	for _, p := range t {
		if pair, is := p.Feature.(*geo.Partnership); is && pair.ID != ref.ID {
			continue
		}
		if id, slug := p.Ref(); (ref.Slug == "" || ref.Slug == slug) && (ref.ID == 0 || ref.ID == id) {
			return p.Feature, nil
		}
	}
	return nil, geo.ErrNotFound
}

// choose are the records for which the lists of the query are True.
func (t table) choose(lists cql2.Expr) table {
	return t.having(func(p *plain) bool { return cql2.Eval(lists, p) == cql2.True })
}

func (t table) having(is func(*plain) bool) table {
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
	if q.Collection.Is(geo.Partnerships) && q.Filter == nil { // so the table is whole
		filtered = s.ends.among(filtered, q.Lists)
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
		i := slices.IndexFunc(rest, func(p *plain) bool { return q.IsAfter(p, q.After) })
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
		buckets := s.bucketsOfPlain(q.Collection, field, filtered.choose(lists.WhereExcept(d)))
		facets.Facets = append(facets.Facets, geo.Facet{Dimension: d, Property: field.Name, Buckets: field.TrimBuckets(buckets, q.Chosen(d))})
	}
	return facets, nil
}

// bucketsOfPlain count the records by the values of a field, in the order of its facet.
func (s *snapshot) bucketsOfPlain(c *geo.Collection, field *geo.Field, kept table) []geo.Bucket {
	counts := kept.tally(c, field)
	var buckets []geo.Bucket
	for _, value := range append(s.vocabulary(c, field), "") {
		buckets = append(buckets, geo.Bucket{Value: value, Count: counts[value].size()})
	}
	slices.SortFunc(buckets, field.CompareBuckets)
	return buckets
}

// matrixOfPlain counts by two fields at once.
func (s *snapshot) matrixOfPlain(ctx context.Context, q geo.Query, rows, columns geo.Dimension) (geo.Matrix, error) {
	kept, err := s.sortedPlain(ctx, q)
	if err != nil {
		return geo.Matrix{}, err
	}
	down, across := q.Collection.Faceted(rows), q.Collection.Faceted(columns)
	axis := func(f *geo.Field) []geo.Bucket {
		buckets := slices.DeleteFunc(s.bucketsOfPlain(q.Collection, f, kept), func(b geo.Bucket) bool { return b.Value == "" && b.Count == 0 })
		return f.TrimBuckets(buckets, q.Chosen(f.Facet))
	}
	m := geo.Matrix{Matched: len(kept), Rows: axis(down), Columns: axis(across)}
	for _, b := range m.Rows {
		counts := kept.having(func(p *plain) bool { return states(down, p, b.Value) }).tally(q.Collection, across)
		row := make([]int, len(m.Columns))
		for i, column := range m.Columns {
			row[i] = counts[column.Value].size()
		}
		m.Counts = append(m.Counts, row)
	}
	return m, nil
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

// states reports whether a record has the value; the empty one stands for "not stated".
func states(f *geo.Field, p *plain, value string) bool {
	v := f.Value(p.Feature)
	if v.Type == cql2.List {
		return slices.Contains(v.List, value)
	}
	return geo.TextOf(v) == value
}

// tallied counts records, or of a collection that counts others, those of them.
type tallied struct {
	records int
	groups  *roaring.Bitmap // nil where records are counted
}

func (n *tallied) size() int {
	switch {
	case n == nil:
		return 0
	case n.groups != nil:
		return int(n.groups.GetCardinality())
	}
	return n.records
}

// tally counts by the values of a field; the empty one stands for "not stated".
func (t table) tally(c *geo.Collection, f *geo.Field) map[string]*tallied {
	counts := map[string]*tallied{}
	add := func(value string, p *plain) {
		n := counts[value]
		if n == nil {
			n = &tallied{}
			if counts[value] = n; c.Distinct != "" {
				n.groups = roaring.New()
			}
		}
		if n.records++; n.groups != nil {
			n.groups.Add(p.group)
		}
	}
	for _, p := range t {
		v := f.Value(p.Feature)
		if v.Type != cql2.List {
			add(geo.TextOf(v), p)
		}
		for _, text := range v.List {
			add(text, p)
		}
	}
	return counts
}
