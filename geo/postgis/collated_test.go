package postgis_test

import (
	"slices"
	"testing"

	"innoatlas/geo"
	"innoatlas/geo/cql2"
	"innoatlas/geo/memory"
	"innoatlas/geo/postgis/postgistest"
	"innoatlas/geo/storetest"
)

// The order of names is that of the names that there are, whoever changed them, and a page goes
// on behind a record that has another name since.
func TestOrderOfNamesThatAHandChanged(t *testing.T) {
	t.Parallel()
	database := postgistest.Migrated(t)
	store, conn := open(t, database), connect(t, database)
	if _, err := store.Import(t.Context(), translated(named("th", "ก", geo.FromMachine))); err != nil {
		t.Fatal(err)
	}
	q := geo.Query{Collection: geo.Facilities, Limit: 1, Sort: []geo.SortKey{{Property: geo.CollatedBy("th")}}}
	page := func(q geo.Query) (slugs []string) {
		p, err := store.List(t.Context(), q)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range p.Features {
			_, slug := f.Ref()
			slugs = append(slugs, slug)
		}
		return slugs
	}
	all := q
	all.Limit = 10
	if got := page(all); !slices.Equal(got, []string{"second", "first"}) { // Latin before Thai
		t.Errorf("in the order of names: %v", got)
	}
	second, err := store.Get(t.Context(), geo.Facilities, geo.Ref{Slug: "second"})
	if err != nil {
		t.Fatal(err)
	}
	behind := q.CursorAfter(second)
	q.After = &behind
	for range 2 { // what is read, and what is kept of it
		if got := page(q); !slices.Equal(got, []string{"first"}) {
			t.Errorf("behind the second: %v", got)
		}
	}
	for _, change := range []string{
		`UPDATE facility SET name = 'Another' WHERE slug = 'second'`,
		`DELETE FROM record_text; UPDATE facility SET name = 'Zoo' WHERE slug = 'first'`,
	} {
		execute(t, conn, change)
		if got := page(all); !slices.Equal(got, []string{"second", "first"}) {
			t.Errorf("%s: %v", change, got)
		}
		if got := page(q); !slices.Equal(got, []string{"first"}) {
			t.Errorf("%s: behind the second: %v", change, got)
		}
	}
	execute(t, conn, `UPDATE record_text SET text = 'A'; INSERT INTO record_text VALUES ('facilities', 7, 'th', 'name', 'Aa', 'person')`)
	if got := page(all); !slices.Equal(got, []string{"first", "second"}) {
		t.Errorf("a text by hand: %v", got)
	}
	execute(t, conn, `INSERT INTO facility (id, slug, zorder) SELECT n, 'x' || n, 1::bigint << 62 FROM generate_series(10, 100010) n`)
	if got := page(all); len(got) != 10 || !slices.Equal(got[:3], []string{"first", "second", "x10"}) {
		t.Errorf("of 100,003: %v", got)
	}
	all.Filter = cql2.Compare{Op: cql2.Less, Left: cql2.Property("id"), Right: cql2.Literal{Value: cql2.NumberOf(9)}}
	if got := page(all); !slices.Equal(got, []string{"first", "second"}) {
		t.Errorf("of few: %v", got)
	}
}

// Ranks of names put records in the order that their names do, in whatever order names have a part,
// page by page; and so does what is read anew after a change.
func TestOrderOfNamesByRanks(t *testing.T) {
	t.Parallel()
	ds := storetest.Generated(400)
	reference, store := memory.New(ds), fill(t, ds)
	store.ReadNames(3)
	up := func(property string) geo.SortKey { return geo.SortKey{Property: property} }
	down := func(property string) geo.SortKey { return geo.SortKey{Property: property, Descending: true} }
	orders := [][]geo.SortKey{
		{up(geo.CollatedBy("th"))}, {down(geo.CollatedBy("th"))}, {up(geo.CollatedBy("zh"))}, {down(geo.CollatedBy("en"))},
		{down(geo.CollatedBy("vi")), up("id")}, {up("id"), up(geo.CollatedBy("km"))}, {down("slug"), down(geo.CollatedBy("lo"))},
	}
	ofFacilities := [][]geo.SortKey{
		{up("updated"), down("status"), up(geo.CollatedBy("en"))}, {up(geo.CollatedByCountry("zh"))}, {down(geo.CollatedByCountry("en"))},
		{up(geo.CollatedByCountry("th")), down(geo.CollatedBy("th"))},
		{down("established"), up(geo.CollatedBy("en"))}, {up("city"), down(geo.CollatedByCountry("zh")), up("established"), up(geo.CollatedBy("zh"))},
	}
	q := geo.Query{Collection: storetest.Collection(ds, geo.Facilities), Limit: 150}
	for i, f := range q.Collection.Fields {
		if f.Scalar() {
			ofFacilities = append(ofFacilities, []geo.SortKey{{Property: f.Name, Descending: i%2 > 0}, down(geo.CollatedBy("zh"))})
		}
	}
	for _, sort := range append(ofFacilities, orders...) {
		q.Sort = sort
		comparePages(t, reference, store, q)
		few := q
		few.Filter = geo.SearchFilter("rice")
		comparePages(t, reference, store, few)
		few.Lists = []geo.List{{Dimension: geo.ByCountry, Values: []string{"THA", ""}}}
		comparePages(t, reference, store, few)
	}
	catalog, err := reference.Catalog(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	lexicon := geo.NewLexicon(catalog)
	byRank, err := geo.ParseSort(geo.Facilities, "zh", "relevance,label")
	if err != nil {
		t.Fatal(err)
	}
	q.Sort, q.Filter, q.Tiers = byRank, lexicon.Filter(geo.Facilities, "rice"), lexicon.Tiers(geo.Facilities, "rice")
	comparePages(t, reference, store, q)
	for _, c := range []*geo.Collection{geo.Institutions, geo.Partnerships, geo.Projects} {
		for _, sort := range orders {
			comparePages(t, reference, store, geo.Query{Collection: c, Limit: 7, Sort: sort})
		}
	}
}

// comparePages compares the pages of two stores: one behind the other, by offset, and behind a
// record that is gone.
func comparePages(t *testing.T, want, got geo.Store, q geo.Query) {
	t.Helper()
	compare := func(q geo.Query) geo.Page {
		t.Helper()
		a, err := want.List(t.Context(), q)
		if err != nil {
			t.Fatal(err)
		}
		b, err := got.List(t.Context(), q)
		if err != nil {
			t.Fatalf("%s: %v: %v", q.Collection.ID, q.Sort, err)
		}
		if !slices.Equal(slugs(a.Features), slugs(b.Features)) || a.Matched != b.Matched || a.More != b.More {
			t.Fatalf("%s by %v after %v, offset %d:\n%v of %d\nwant\n%v of %d", q.Collection.ID, q.Sort, q.After, q.Offset,
				slugs(b.Features), b.Matched, slugs(a.Features), a.Matched)
		}
		return b
	}
	compare(func(q geo.Query) geo.Query { q.Offset = 11; return q }(q))
	for {
		page := compare(q)
		if !page.More {
			return
		}
		after := q.CursorAfter(page.Features[len(page.Features)-1])
		gone := after
		gone.ID = 1 << 50
		q.After = &gone
		compare(q)
		q.After = &after
	}
}

func slugs(features []geo.Feature) (all []string) {
	for _, f := range features {
		_, slug := f.Ref()
		all = append(all, slug)
	}
	return all
}
