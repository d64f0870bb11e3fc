package storetest

import (
	"testing"

	"innoatlas/geo"
	"innoatlas/geo/zorder"
)

// Compare asks two stores over one data set the same generated queries, and every
// record, and fails where an answer differs. It stops at the first query that
// does, and prints it with its seed.
func Compare(t *testing.T, a, b geo.Store, ds *geo.Dataset, queries int) {
	t.Helper()
	p := pair{a, b}
	p.compareCatalogs(t)
	for i := range ds.Facilities {
		p.compareGet(t, Collection(ds, geo.Facilities), &ds.Facilities[i])
	}
	for i := range ds.Countries {
		p.compareGet(t, Collection(ds, geo.Countries), &ds.Countries[i])
	}
	for id := range ds.Records {
		for i := range ds.Records[id] {
			p.compareGet(t, Collection(ds, geo.FindCollection(geo.Collections, id)), &ds.Records[id][i])
		}
	}
	for _, f := range ds.Partnerships() {
		p.compareGet(t, geo.Partnerships, f)
	}
	for seed := range uint64(queries) {
		q := NewQuery(ds, seed)
		p.compareList(t, q)
		p.compareFacets(t, q)
		if !q.Collection.Is(geo.Countries) {
			p.compareMatrix(t, q, seed)
		}
		if q.Collection.Is(geo.Facilities) {
			zoom := int(seed) % (geo.MaxZoom + 1)
			p.compareClusters(t, q, zoom)
			p.compareTile(t, q, tileOf(&ds.Facilities[int(seed)%len(ds.Facilities)], zoom))
		}
		if t.Failed() {
			t.Fatalf("seed %d: %#v", seed, q)
		}
	}
}

// CompareRecords does the same for a collection that has no struct of its own.
func CompareRecords(t *testing.T, a, b geo.Store, ds *geo.Dataset, c *geo.Collection, queries int) {
	t.Helper()
	p := pair{a, b}
	for i := range ds.Records[c.ID] {
		p.compareGet(t, c, &ds.Records[c.ID][i])
	}
	for seed := range uint64(queries) {
		g := newGenerator(ds, c, seed, 2)
		g.collection = c
		q := geo.Query{Collection: c, Filter: g.tree(3), Sort: g.sort(), Limit: pick(g.Rand, 1, 5, 100), Offset: pick(g.Rand, 0, 0, 3)}
		p.compareList(t, q)
		p.compareFacets(t, q)
		if d := diffSlugs(allOf(t, a, q), allOf(t, b, q)); d != "" {
			t.Errorf("All (-a +b):\n%s", d)
		}
		if t.Failed() {
			t.Fatalf("seed %d: %s\n%#v", seed, asText(q.Filter), q)
		}
	}
}

// pair is the two stores; differences read -a +b.
type pair struct{ a, b geo.Store }

func (p pair) compareCatalogs(t *testing.T) {
	t.Helper()
	a, errA := p.a.Catalog(t.Context())
	b, errB := p.b.Catalog(t.Context())
	if errA != nil || errB != nil {
		t.Fatalf("Catalog: %v, %v", errA, errB)
	}
	if d := diffCatalogs(a, b); d != "" {
		t.Errorf("Catalog (-a +b):\n%s", d)
	}
}

// compareGet asks for a record by its id and by its slug in turn.
func (p pair) compareGet(t *testing.T, c *geo.Collection, record geo.Feature) {
	t.Helper()
	id, slug := record.Ref()
	ref := geo.Ref{ID: id}
	if id%2 == 0 {
		ref = geo.Ref{Slug: slug}
	}
	a, errA := p.a.Get(t.Context(), c, ref)
	b, errB := p.b.Get(t.Context(), c, ref)
	if errA != nil || errB != nil {
		t.Fatalf("Get(%s, %+v): %v, %v", c, ref, errA, errB)
	}
	if d := diff(a, b); d != "" {
		t.Fatalf("Get(%s, %+v) (-a +b):\n%s", c, ref, d)
	}
}

// compareList compares the page asked for, then few large pages to the end. Each
// store goes on from its own last record.
func (p pair) compareList(t *testing.T, q geo.Query) {
	t.Helper()
	a, errA := p.a.List(t.Context(), q)
	b, errB := p.b.List(t.Context(), q)
	if errA != nil || errB != nil {
		t.Errorf("List: %v, %v", errA, errB)
		return
	}
	if d := diffPages(a, b); d != "" {
		t.Errorf("List (-a +b):\n%s", d)
		return
	}
	rest := q
	rest.Limit = min(1+a.Matched/3, geo.MaxLimit)
	if d := diffSlugs(pages(t, p.a, rest, byAfter), pages(t, p.b, rest, byAfter)); d != "" {
		t.Errorf("List by After to the end (-a +b):\n%s", d)
	}
}

func (p pair) compareFacets(t *testing.T, q geo.Query) {
	t.Helper()
	a, errA := p.a.Facets(t.Context(), q)
	b, errB := p.b.Facets(t.Context(), q)
	if errA != nil || errB != nil {
		t.Errorf("Facets: %v, %v", errA, errB)
		return
	}
	if d := diff(a, b); d != "" {
		t.Errorf("Facets (-a +b):\n%s", d)
	}
}

// compareMatrix takes two dimensions by the seed.
func (p pair) compareMatrix(t *testing.T, q geo.Query, seed uint64) {
	t.Helper()
	dimensions := q.Collection.Dimensions()
	n := uint64(len(dimensions))
	rows := dimensions[seed%n]
	columns := dimensions[(seed+1+seed/n%(n-1))%n]
	a, errA := p.a.Matrix(t.Context(), q, rows, columns)
	b, errB := p.b.Matrix(t.Context(), q, rows, columns)
	if errA != nil || errB != nil {
		t.Errorf("Matrix: %v, %v", errA, errB)
		return
	}
	if d := diff(a, b); d != "" {
		t.Errorf("Matrix of %s by %s (-a +b):\n%s", rows, columns, d)
	}
}

// compareClusters lets both stores refuse a view with too many clusters.
func (p pair) compareClusters(t *testing.T, q geo.Query, zoom int) {
	t.Helper()
	a, errA := p.a.Clusters(t.Context(), q, zoom)
	b, errB := p.b.Clusters(t.Context(), q, zoom)
	if d := diff(message(errA), message(errB)); d != "" {
		t.Errorf("Clusters at zoom %d: error (-a +b):\n%s", zoom, d)
		return
	}
	if d := diff(a, b); errA == nil && d != "" {
		t.Errorf("Clusters at zoom %d (-a +b):\n%s", zoom, d)
	}
}

func (p pair) compareTile(t *testing.T, q geo.Query, tile zorder.Tile) {
	t.Helper()
	a, errA := p.a.Tile(t.Context(), q, tile)
	b, errB := p.b.Tile(t.Context(), q, tile)
	if errA != nil || errB != nil {
		t.Errorf("Tile %v: %v, %v", tile, errA, errB)
		return
	}
	if d := diff(shown(q.Collection, a), shown(q.Collection, b)); d != "" {
		t.Errorf("Tile %v (-a +b):\n%s", tile, d)
	}
}

func message(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}
