package memory

import (
	"context"
	"slices"
	"sort"

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
	number     uint32 // its place in the table of all
	group      uint32 // that facets count, of a collection that counts other records
}

func newPlain(f geo.Feature) *plain {
	return &plain{Feature: f, searchText: f.Value("search_text").Text, geometry: f.Value("geometry").Prepared()}
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

// newTables are those of all collections but the facilities, and the ends of the partnerships
// among them. What is private is left out.
func (s *snapshot) newTables(ds *geo.Dataset) (tables map[string]table, e ends) {
	tables = map[string]table{geo.Countries.ID: newCountries(s.rest, s.records)}
	for id, records := range ds.Records {
		t := make(table, len(records))
		for i := range records {
			t[i] = newPlain(publicRecord(&records[i]))
		}
		tables[id] = t
	}
	tables[geo.Partnerships.ID] = s.newPartnerships(&e, ds.Links, tables[geo.Institutions.ID].bySlug(nil))
	for _, p := range tables[geo.Partnerships.ID] {
		e.add(p.Feature.(*geo.Partnership))
	}
	for _, t := range tables {
		t.sort()
	}
	return tables, e
}

// publicRecord is a copy without what is private.
func publicRecord(r *geo.Record) *geo.Record {
	public := *r
	public.Own = r.Own.Public()
	return &public
}

// bySlug are the records that have no struct of their own, or those of them that are named.
func (t table) bySlug(named map[string]bool) map[string]*geo.Record {
	records := map[string]*geo.Record{}
	for r := range t.records() {
		if named == nil || named[r.Slug] {
			records[r.Slug] = r
		}
	}
	return records
}

// sort puts the records in the order of the query that names none: that of Z-order key, then id.
func (t table) sort() {
	order := zOrdered(len(t), func(i int) geo.Ordered { return t[i] })
	all := slices.Clone(t)
	for n, e := range order {
		t[n] = all[e.index]
		t[n].number = uint32(n)
	}
}

// newPartnerships are those of links between what there is, in no order.
func (s *snapshot) newPartnerships(e *ends, links []geo.Link, institutions map[string]*geo.Record) table {
	type pair struct {
		institution *geo.Record
		facility    *geo.Facility
	}
	known, texts := map[pair]*geo.Partnership{}, geo.NewPairTexts()
	var t table
	for _, k := range links {
		ends := pair{institutions[k.Institution], s.named(k.Facility)}
		if known[ends] == nil {
			p := geo.NewPartnership(ends.institution, ends.facility)
			if p == nil {
				continue
			}
			known[ends] = p
			t = append(t, &plain{Feature: p, group: e.groupOf(k.Facility)})
		}
		known[ends].Add(k.Role)
	}
	for _, p := range t {
		pair := p.Feature.(*geo.Partnership)
		p.searchText, p.geometry = texts.Of(pair), pair.Value("geometry").Prepared()
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
	if c.Is(geo.Partnerships) {
		p := t.partnership(ref.ID)
		if p == nil {
			return nil, geo.ErrNotFound
		}
		t = table{p}
	}
	for _, p := range t {
		if id, slug := p.Ref(); (ref.Slug == "" || ref.Slug == slug) && (ref.ID == 0 || ref.ID == id) {
			return p.Feature, nil
		}
	}
	return nil, geo.ErrNotFound
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
	if filtered, err = s.ofFacilities(ctx, filtered, q.Of); err != nil {
		return nil, err
	}
	x := s.indexes[q.Collection.ID]
	return x.sorted(ctx, q, x.choose(q.Collection, filtered, geo.Query{Collection: q.Collection, Lists: q.Lists, Established: q.Established}.Where()))
}

func (s *snapshot) listPlain(ctx context.Context, q geo.Query) (geo.Page, error) {
	rest, err := s.sortedPlain(ctx, q)
	if err != nil {
		return geo.Page{}, err
	}
	page := geo.Page{Matched: len(rest)}
	if q.After != nil {
		rest = rest[sort.Search(len(rest), func(i int) bool { return q.IsAfter(rest[i], q.After) }):]
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
	if filtered, err = s.ofFacilities(ctx, filtered, q.Of); err != nil {
		return geo.Facets{}, err
	}
	x := s.indexes[q.Collection.ID]
	lists := geo.Query{Collection: q.Collection, Lists: q.Lists, Established: q.Established}
	chosen := x.choose(q.Collection, filtered, lists.Where())
	facets := geo.Facets{Matched: len(chosen)}
	for _, d := range q.Collection.Facets() {
		field, kept := q.Collection.Faceted(d), chosen
		if lists.Chooses(d) {
			kept = x.choose(q.Collection, filtered, lists.WhereExcept(d))
		}
		buckets := s.bucketsOfPlain(q, field, kept)
		facets.Facets = append(facets.Facets, geo.Facet{Dimension: d, Property: field.Name, Buckets: buckets})
	}
	return facets, nil
}

// bucketsOfPlain count the records by the values of a field, in the order of its facet.
func (s *snapshot) bucketsOfPlain(q geo.Query, field *geo.Field, kept table) []geo.Bucket {
	x, c := s.indexes[q.Collection.ID], q.Collection
	values := x.column(field)
	counts := x.tally(values, c, kept)
	var buckets []geo.Bucket
	for _, value := range append(s.vocabulary(c, field), "") {
		buckets = append(buckets, geo.Bucket{Value: value, Count: values.sizeIn(counts, value)})
	}
	slices.SortFunc(buckets, field.CompareBuckets)
	return field.TrimBuckets(buckets, q.Chosen(field.Facet))
}

// matrixOfPlain counts by two fields at once.
func (s *snapshot) matrixOfPlain(ctx context.Context, q geo.Query, rows, columns geo.Dimension) (geo.Matrix, error) {
	kept, err := s.sortedPlain(ctx, geo.Query{Collection: q.Collection, Lists: q.Lists, Established: q.Established, Filter: q.Filter, Of: q.Of})
	if err != nil {
		return geo.Matrix{}, err
	}
	down, across := q.Collection.Faceted(rows), q.Collection.Faceted(columns)
	axis := func(f *geo.Field) []geo.Bucket {
		return slices.DeleteFunc(s.bucketsOfPlain(q, f, kept), func(b geo.Bucket) bool { return b.Value == "" && b.Count == 0 })
	}
	m := geo.Matrix{Matched: len(kept), Rows: axis(down), Columns: axis(across)}
	m.Counts = s.indexes[q.Collection.ID].cross(q.Collection, kept, down, across, m)
	return m, nil
}

// vocabulary has every value that a facet shows: where no terms are given, all that the
// records of the collection state.
func (s *snapshot) vocabulary(c *geo.Collection, f *geo.Field) []string {
	if f.Open {
		return geo.TermIDs(s.indexes[c.ID].column(f).terms())
	}
	return geo.TermIDs(s.catalog.TermsOf(c, f.Facet))
}
