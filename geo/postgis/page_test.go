package postgis_test

import (
	"fmt"
	"slices"
	"testing"

	"innoatlas/geo"
	"innoatlas/geo/cql2"
	"innoatlas/geo/memory"
	"innoatlas/geo/postgis"
	"innoatlas/geo/storetest"
)

// Whatever the way to a page, it is the same page.
func TestWaysToPages(t *testing.T) {
	t.Parallel()
	store := fill(t, storetest.Generated(1500))
	if _, err := store.Catalog(t.Context()); err != nil {
		t.Fatal(err)
	}
	list := func(d geo.Dimension, values ...string) []geo.List { return []geo.List{{Dimension: d, Values: values}} }
	suva := geo.BBox{177, -20, 179, -17}.Filter()
	queries := map[string]geo.Query{
		"a frequent word":           {Filter: geo.SearchFilter("rice")},
		"words in one town":         {Filter: geo.SearchFilter("suva laboratory")},
		"a word and a box":          {Filter: cql2.And{suva, geo.SearchFilter("solar")}},
		"one country":               {Lists: list(geo.ByCountry, "FJI")},
		"one country and a word":    {Lists: list(geo.ByCountry, "FJI"), Filter: geo.SearchFilter("solar")},
		"two countries":             {Lists: list(geo.ByCountry, "FJI", "LAO")},
		"no country":                {Lists: list(geo.ByCountry, "")},
		"two lists of countries":    {Lists: append(list(geo.ByCountry, "FJI"), list(geo.ByCountry, "LAO")...)},
		"a kind":                    {Lists: list(geo.ByKind, "innovation-centre")},
		"years":                     {Established: &geo.Years{From: 1990, To: 1999}},
		"a kind, by name":           {Lists: list(geo.ByKind, "innovation-centre"), Sort: []geo.SortKey{{Property: "name", Descending: true}}},
		"one country, by years":     {Lists: list(geo.ByCountry, "FJI"), Sort: []geo.SortKey{{Property: "established"}}},
		"nothing":                   {Filter: geo.SearchFilter("chulalongkorn")},
		"all that is somewhere":     {Filter: cql2.Not{X: cql2.IsNull{X: cql2.Property("geometry")}}},
		"a word of no search alone": {Filter: cql2.Like{X: cql2.Property("name"), Pattern: cql2.Literal{Value: cql2.TextOf("%Solar%")}}},
	}
	for name, q := range queries {
		q.Collection, q.Limit = geo.Facilities, 7
		want := pagesBy(t, store, 1<<40, 0, q)
		for _, few := range []int{0, 1 << 40} {
			if got := pagesBy(t, store, 1, few, q); !slices.Equal(got, want) {
				t.Errorf("%s, where %d are few:\n%v, want\n%v", name, few, got, want)
			}
		}
	}
}

// pagesBy are the first pages, by cursor and by offset, each asked twice: where the count is not
// known, and where it is.
func pagesBy(t *testing.T, store interface {
	geo.Store
	ChooseWays(many, few int)
	ForgetCounts()
}, many, few int, q geo.Query) (pages []string) {
	t.Helper()
	store.ChooseWays(many, few)
	store.ForgetCounts()
	page := func(q geo.Query) geo.Page {
		p, err := store.List(t.Context(), q)
		if err != nil {
			t.Fatal(err)
		}
		text := fmt.Sprint(p.Matched, p.More)
		for _, f := range p.Features {
			_, slug := f.Ref()
			text += " " + slug
		}
		pages = append(pages, text)
		return p
	}
	first := page(q)
	page(q)
	behind := q
	for range 3 {
		if first.More {
			after := q.CursorAfter(first.Features[q.Limit-1])
			behind.After = &after
			first = page(behind)
		}
	}
	for _, offset := range []int{3, 50, 10_000} {
		far := q
		far.Offset = offset
		page(far)
	}
	return pages
}

// What a search tells the planner is forgotten after its answer.
func TestSettingsOfSearches(t *testing.T) {
	t.Parallel()
	store := fill(t, storetest.Generated(10))
	q := geo.Query{Collection: geo.Facilities, Limit: 7, Filter: geo.SearchFilter("rice")}
	if !postgis.TellsPlanner(q) || postgis.TellsPlanner(geo.Query{Collection: geo.Facilities, Filter: cql2.Or{q.Filter, cql2.IsNull{X: cql2.Property("name")}}}) {
		t.Error("the planner is told of a search to which an index leads, and of no other filter")
	}
	for range 3 {
		if _, err := store.List(t.Context(), q); err != nil {
			t.Fatal(err)
		}
	}
	var setting string
	if err := store.CostlyPool().QueryRow(t.Context(), "SHOW enable_seqscan").Scan(&setting); err != nil || setting != "on" {
		t.Errorf("enable_seqscan is %s after searches, %v", setting, err)
	}
}

// Questions of all kinds are answered alike by whatever way their pages are found.
func TestWaysAgreeWithMemory(t *testing.T) {
	t.Parallel()
	ds := storetest.Generated(400)
	store := fill(t, ds)
	if _, err := store.Catalog(t.Context()); err != nil {
		t.Fatal(err)
	}
	store.ChooseWays(1, 20)
	storetest.Compare(t, memory.New(ds), store, ds, 200)
}
