package postgis_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"innoatlas/geo"
	"innoatlas/geo/dataset"
	"innoatlas/geo/postgis"
	"innoatlas/geo/postgis/postgistest"
)

// Whatever encoding the database, the user or the URL would have for a session, every
// one of ours is in UTF-8, through a pooler too.
func TestForeignClientEncoding(t *testing.T) {
	ds, err := dataset.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	for name, reach := range map[string]func(string) string{
		"straight":         func(url string) string { return url },
		"with a URL of it": func(url string) string { return url + "&client_encoding=BIG5" },
		"through a pooler": func(url string) string { return postgistest.Pooled(t, url) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			bare := postgistest.Bare(t)
			admin := connect(t, bare)
			execute(t, admin, `ALTER DATABASE `+pgx.Identifier{admin.Config().Database}.Sanitize()+` SET client_encoding = 'GBK'`)
			url := reach(bare)
			if _, _, err := postgis.Migrate(t.Context(), url); err != nil {
				t.Fatal(err)
			}
			store := open(t, url)
			if _, err := store.Import(t.Context(), ds); err != nil {
				t.Fatal(err)
			}
			read, err := store.Dataset(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			for i, f := range read.Facilities {
				if f.NameZh != ds.Facilities[i].NameZh {
					t.Errorf("%s is %q, want %q", f.Slug, f.NameZh, ds.Facilities[i].NameZh)
				}
			}
		})
	}
}

// A database that cannot keep every name is refused by whatever would use it, before
// anything else is found wrong with it.
func TestDatabaseInAnotherEncoding(t *testing.T) {
	for _, encoding := range []string{"LATIN1", "SQL_ASCII", "EUC_CN"} {
		t.Run(encoding, func(t *testing.T) {
			t.Parallel()
			url := postgistest.BareIn(t, encoding)
			_, _, migrating := postgis.Migrate(t.Context(), url)
			_, opening := postgis.Open(t.Context(), url)
			for what, err := range map[string]error{"Migrate": migrating, "Open": opening} {
				if !errors.Is(err, postgis.ErrNotUTF8) || errors.Is(err, geo.ErrUnavailable) {
					t.Fatalf("%s = %v, want %v", what, err, postgis.ErrNotUTF8)
				}
				for _, want := range []string{"createdb -E UTF8 -T template0", encoding} {
					if !strings.Contains(err.Error(), want) {
						t.Errorf("%s = %v, want %s in it", what, err, want)
					}
				}
			}
			var tables int
			if err := connect(t, url).QueryRow(t.Context(), `SELECT count(*) FROM pg_tables WHERE schemaname = 'public'`).Scan(&tables); err != nil || tables != 0 {
				t.Errorf("%d tables were made, %v", tables, err)
			}
		})
	}
}
