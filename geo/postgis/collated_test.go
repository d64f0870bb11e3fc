package postgis_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"innoatlas/geo"
	"innoatlas/geo/cql2"
	"innoatlas/geo/postgis/postgistest"
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
	var refused *geo.InputError
	if _, err := store.List(t.Context(), all); !errors.As(err, &refused) || strings.Contains(err.Error(), "postgis") {
		t.Errorf("of 100,003: %v, want an error that says to choose fewer", err)
	}
	all.Filter = cql2.Compare{Op: cql2.Less, Left: cql2.Property("id"), Right: cql2.Literal{Value: cql2.NumberOf(9)}}
	if got := page(all); !slices.Equal(got, []string{"first", "second"}) {
		t.Errorf("of few: %v", got)
	}
}
