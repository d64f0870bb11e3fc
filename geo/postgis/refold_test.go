package postgis_test

import (
	"slices"
	"testing"

	"innoatlas/geo"
	"innoatlas/geo/postgis"
	"innoatlas/geo/postgis/postgistest"
)

// What a hand changes is found when Refold or an import of anything has been there, and not by
// what it was before; whoever sets the search text as well is left alone, and so is an import.
func TestChangesByHandAreFound(t *testing.T) {
	t.Parallel()
	database := postgistest.Migrated(t)
	store, conn := open(t, database), connect(t, database)
	if _, err := store.Import(t.Context(), translated(named("th", "ข้าว", geo.FromMachine))); err != nil {
		t.Fatal(err)
	}
	marked := func() (n int) {
		if err := conn.QueryRow(t.Context(), `SELECT count(*) FROM search_stale`).Scan(&n); err != nil {
			t.Fatal(err)
		}
		return n
	}
	find := func(c *geo.Collection, words string) (slugs []string) {
		catalog, err := store.Catalog(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		p, err := store.List(t.Context(), geo.Query{Collection: c, Limit: 10, Filter: geo.NewLexicon(catalog).Filter(c, words)})
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range p.Features {
			_, slug := f.Ref()
			slugs = append(slugs, slug)
		}
		return slugs
	}
	if n := marked(); n != 0 {
		t.Errorf("an import marks %d records", n)
	}
	byImport := func() {
		ds := small()
		ds.Facilities = ds.Facilities[1:]
		if _, err := store.Import(t.Context(), ds); err != nil {
			t.Fatal(err)
		}
	}
	refold := func() {
		if _, err := postgis.Refold(t.Context(), database); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct {
		change, now, before string
		mend                func()
	}{
		{`UPDATE record_text SET text = 'ชา', origin = 'person'`, "ชา", "ข้าว", refold},
		{`INSERT INTO record_text VALUES ('facilities', (SELECT id FROM facility WHERE slug = 'first'), 'vi', 'name', 'Cà phê', 'person')`, "ca phe", "xyz", byImport},
		{`DELETE FROM record_text`, "what it is", "ชา", refold},
		{`UPDATE facility SET name = 'Observatory' WHERE slug = 'first'`, "observatory", "ca phe", byImport},
		{`UPDATE facility SET city = 'Xanadu' WHERE slug = 'first'`, "xanadu", "xyz", refold},
		{`UPDATE facility SET name = 'By hand', search_text = E' \n by its hand \n' WHERE slug = 'first'`, "its hand", "observatory", refold},
	} {
		execute(t, conn, c.change)
		c.mend()
		if got := find(geo.Facilities, c.now); !slices.Equal(got, []string{"first"}) {
			t.Errorf("%s: %q finds %q", c.change, c.now, got)
		}
		if got := find(geo.Facilities, c.before); len(got) > 0 {
			t.Errorf("%s: %q still finds %q", c.change, c.before, got)
		}
		if n := marked(); n != 0 {
			t.Errorf("%s: %d marks are left", c.change, n)
		}
	}
	execute(t, conn, `INSERT INTO facility (id, slug, name, zorder) VALUES (77, 'third', 'Planetarium', 1::bigint << 62)`)
	execute(t, conn, `UPDATE country SET names = names || '{"en": "Shangri-La"}' WHERE code = 'THA'`)
	if n, err := postgis.Refold(t.Context(), database); n != 2 || err != nil {
		t.Errorf("of two records %d were made anew, %v", n, err)
	}
	if got := find(geo.Facilities, "planetarium"); !slices.Equal(got, []string{"third"}) {
		t.Errorf("a record by hand: %q", got)
	}
	if got := find(geo.Countries, "shangri"); !slices.Equal(got, []string{"tha"}) {
		t.Errorf("a country by hand: %q", got)
	}
	if n, err := postgis.Refold(t.Context(), database); n != 0 || err != nil {
		t.Errorf("again: %d, %v", n, err)
	}
}

// Names of places are looked up when a search is read, so a hand's are followed at once.
func TestPlacesNamedByHandAreFound(t *testing.T) {
	t.Parallel()
	database := postgistest.Migrated(t)
	store, conn := open(t, database), connect(t, database)
	ds := small()
	ds.Facilities[0].City = "Vientiane"
	if _, err := store.Import(t.Context(), ds); err != nil {
		t.Fatal(err)
	}
	execute(t, conn, `INSERT INTO place_name VALUES ('THA', '', 'Vientiane', 'zh', '万象', 'person')`)
	catalog, err := store.Catalog(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	p, err := store.List(t.Context(), geo.Query{Collection: geo.Facilities, Limit: 10, Filter: geo.NewLexicon(catalog).Filter(geo.Facilities, "万象")})
	if err != nil || p.Matched != 1 {
		t.Errorf("%d records, %v", p.Matched, err)
	}
}
