package storetest

import (
	"errors"
	"testing"

	"innoatlas/geo"
	"innoatlas/geo/cql2"
	"innoatlas/geo/zorder"
)

func (c contract) testCatalog(t *testing.T) {
	got, err := c.store.Catalog(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if got.Revision == "" {
		t.Error("Catalog has no revision")
	}
	if d := diffCatalogs(&c.catalog, got); d != "" {
		t.Errorf("Catalog (-want +got):\n%s", d)
	}
}

func (c contract) testGet(t *testing.T) {
	for id, records := range c.records {
		collection := c.catalog.Collection(id)
		for _, r := range records {
			id, slug := r.Ref()
			for _, ref := range []geo.Ref{{ID: id}, {Slug: slug}} {
				got, err := c.store.Get(t.Context(), collection, ref)
				if err != nil {
					t.Fatalf("Get(%s, %+v): %v", collection, ref, err)
				}
				if d := diff(r.Feature, got); d != "" {
					t.Fatalf("Get(%s, %+v) (-want +got):\n%s", collection, ref, d)
				}
			}
		}
		for _, ref := range []geo.Ref{{ID: 999999999}, {ID: -1}, {Slug: "no-such-record"}, {Slug: "4000"}, {Slug: "lab' OR 'a'='a"}, {}} {
			if got, err := c.store.Get(t.Context(), collection, ref); !errors.Is(err, geo.ErrNotFound) {
				t.Errorf("Get(%s, %+v) = %v, %v; want ErrNotFound", collection, ref, got, err)
			}
		}
	}
}

// testPlaces has its answers written out, so that the reference is tested too.
func (c contract) testPlaces(t *testing.T) {
	for _, tt := range []struct {
		name string
		box  geo.BBox
		want []string
	}{
		{"across the antimeridian", geo.BBox{179.9, -17, -179.9, -16.5}, []string{"taveuni-east", "line-minus-180", "taveuni-west", "line-180"}},
		{"nothing but the antimeridian", geo.BBox{180, -17, -180, -16}, []string{"line-minus-180", "line-180"}},
		{"a pole is a point at every longitude it is given", geo.BBox{-180, 90, 180, 90}, []string{"north-pole", "north-pole-east"}},
		{"beyond the end of Web Mercator", geo.BBox{-180, 85.0511289, 180, 90}, []string{"north-pole", "north-pole-east", "mercator-beyond"}},
		{"one point, and not its neighbour", geo.BBox{100.5014401, 13.75398, 100.5014401, 13.75398}, []string{"bangkok-a-hair-east"}},
		{"the edges belong to the box", geo.BBox{-1, -1, 0, 0}, []string{"null-island"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			q := geo.Query{Collection: c.collection(geo.Facilities), Limit: 100,
				Filter: cql2.Spatial{Op: cql2.SIntersects, Left: cql2.Property("geometry"), Right: cql2.BBox(tt.box)}}
			page, err := c.store.List(t.Context(), q)
			if err != nil {
				t.Fatal(err)
			}
			if d := diffSets(tt.want, slugsOf(page.Features)); d != "" {
				t.Errorf("List (-want +got):\n%s", d)
			}
		})
	}
}

// testList asks for the page itself and for one page of all that match, then for
// all pages by After and by Offset, then for All.
func (c contract) testList(t *testing.T, q geo.Query) {
	t.Helper()
	want := c.all(q)
	c.testPage(t, q)
	whole := q
	whole.Limit, whole.Offset = max(1, len(want)), 0
	c.testPage(t, whole)
	third := q
	third.Limit = 1 + len(want)/3
	if d := diffSlugs(want, pages(t, c.store, third, byAfter)); d != "" {
		t.Fatalf("List by After to the end (-want +got):\n%s\n%#v", d, third)
	}
	if d := diffSlugs(want, pages(t, c.store, third, byOffset)); d != "" {
		t.Fatalf("List by Offset to the end (-want +got):\n%s\n%#v", d, third)
	}
	if d := diffSlugs(want, allOf(t, c.store, q)); d != "" {
		t.Fatalf("All (-want +got):\n%s\n%#v", d, q)
	}
}

func (c contract) testPage(t *testing.T, q geo.Query) {
	t.Helper()
	got, err := c.store.List(t.Context(), q)
	if err != nil {
		t.Fatalf("List: %v\n%#v", err, q)
	}
	if d := diffPages(c.page(q), got); d != "" {
		t.Fatalf("List (-want +got):\n%s\n%#v", d, q)
	}
}

// byAfter and byOffset turn the query for one page into that for the next.
func byAfter(q geo.Query, page geo.Page) geo.Query {
	cursor := q.CursorAfter(page.Features[len(page.Features)-1])
	q.After = &cursor
	return q
}

func byOffset(q geo.Query, page geo.Page) geo.Query {
	q.Offset += len(page.Features)
	return q
}

// pages are the records of all pages from the beginning to the end. The caller
// sets a limit that makes few of them, so a store that never ends is found out.
func pages(t *testing.T, store geo.Store, q geo.Query, next func(geo.Query, geo.Page) geo.Query) []geo.Feature {
	t.Helper()
	q.Offset, q.After = 0, nil
	var all []geo.Feature
	for range 100 {
		page, err := store.List(t.Context(), q)
		if err != nil {
			t.Fatalf("List: %v\n%#v", err, q)
		}
		all = append(all, page.Features...)
		if !page.More || len(page.Features) == 0 {
			return all
		}
		q = next(q, page)
	}
	t.Fatalf("List does not come to an end\n%#v", q)
	return nil
}

func allOf(t *testing.T, store geo.Store, q geo.Query) []geo.Feature {
	t.Helper()
	var all []geo.Feature
	for f, err := range store.All(t.Context(), q) {
		if err != nil {
			t.Fatalf("All: %v\n%#v", err, q)
		}
		all = append(all, f)
	}
	return all
}

// testAfterNobody goes on after a record that has since been deleted, or edited.
func (c contract) testAfterNobody(t *testing.T) {
	bangkok, _ := c.store.Get(t.Context(), c.collection(geo.Facilities), geo.Ref{Slug: "bangkok-c"})
	byYear := []geo.SortKey{{Property: "established"}}
	for _, tt := range []struct {
		name   string
		sort   []geo.SortKey
		cursor geo.Cursor
	}{
		{"before all", nil, geo.Cursor{}},
		{"between two ids at one place", nil, geo.Cursor{ZOrder: bangkok.ZOrder(), ID: 3900}},
		{"between two places", nil, geo.Cursor{ZOrder: bangkok.ZOrder() - 1, ID: 1 << 40}},
		{"among those without a position", nil, geo.Cursor{ZOrder: zorder.NoPosition, ID: 3500}},
		{"behind all", nil, geo.Cursor{ZOrder: zorder.NoPosition, ID: 1 << 40}},
		{"a year that no record has", byYear, geo.Cursor{Values: []cql2.Value{cql2.NumberOf(1800)}}},
		{"among those without a year", byYear, geo.Cursor{Values: []cql2.Value{{}}, ZOrder: bangkok.ZOrder()}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			q := geo.Query{Collection: c.collection(geo.Facilities), Sort: tt.sort, Limit: 20, Offset: 40, After: &tt.cursor}
			c.testPage(t, q)
		})
	}
}

func (c contract) testAllBreak(t *testing.T) {
	for _, sort := range [][]geo.SortKey{nil, {{Property: "name"}}} {
		q := geo.Query{Collection: c.collection(geo.Facilities), Sort: sort}
		var got []geo.Feature
		for f, err := range c.store.All(t.Context(), q) {
			if err != nil {
				t.Fatal(err)
			}
			if got = append(got, f); len(got) == 3 {
				break
			}
		}
		if d := diffSlugs(c.all(q)[:3], got); d != "" {
			t.Errorf("All (-want +got):\n%s", d)
		}
	}
}
