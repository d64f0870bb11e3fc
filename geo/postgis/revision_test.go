package postgis_test

import (
	"io/fs"
	"testing"

	"innoatlas/geo/postgis"
	"innoatlas/geo/postgis/postgistest"
	"innoatlas/migrations"
)

// migratedTo is a database as a release had it that knew so many steps.
func migratedTo(t *testing.T, version int) string {
	t.Helper()
	url := postgistest.Bare(t)
	conn := connect(t, url)
	names, err := fs.Glob(migrations.Files, "*.sql")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names[:version] {
		text, err := fs.ReadFile(migrations.Files, name)
		if err != nil {
			t.Fatal(err)
		}
		execute(t, conn, string(text))
	}
	execute(t, conn, `CREATE TABLE innoatlas_schema_version (version integer NOT NULL)`)
	execute(t, conn, `INSERT INTO innoatlas_schema_version VALUES ($1)`, version)
	return url
}

// A backup that is restored has the name of what it holds. Whatever is changed after
// that, by an import or by hand, has a name that no content had before.
func TestNoRevisionComesTwice(t *testing.T) {
	for name, database := range map[string]func(*testing.T) string{
		"new":         func(t *testing.T) string { return postgistest.Migrated(t) },
		"made before": func(t *testing.T) string { return migratedTo(t, 11) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			url := database(t)
			conn := connect(t, url)
			if _, _, err := postgis.Migrate(t.Context(), url); err != nil {
				t.Fatal(err)
			}
			store := open(t, url)
			execute(t, conn, `CREATE TABLE backup AS SELECT * FROM dataset`)
			seen := map[string]bool{revision(t, store): true}
			change := map[string]func(){
				"an import": func() {
					ds := small()
					ds.Facilities[0].Name = t.Name() + string(rune('a'+len(seen)))
					if _, err := store.Import(t.Context(), ds); err != nil {
						t.Fatal(err)
					}
				},
				"a hand": func() { execute(t, conn, `UPDATE kind SET position = position + 1`) },
			}
			for range 2 {
				for who, change := range change {
					change()
					now := revision(t, store)
					if seen[now] {
						t.Errorf("%s gives the revision %s again", who, now)
					}
					seen[now] = true
					execute(t, conn, `UPDATE dataset SET (id, revision) = (SELECT id, revision FROM backup)`)
				}
			}
		})
	}
}

// Migrating is a new revision, since the database may have been restored before.
func TestMigratingNamesTheRevisionAnew(t *testing.T) {
	t.Parallel()
	url := migratedTo(t, 11)
	conn := connect(t, url)
	name := func() (name string) {
		if err := conn.QueryRow(t.Context(), `SELECT id || '-' || revision FROM dataset`).Scan(&name); err != nil {
			t.Fatal(err)
		}
		return name
	}
	before := name()
	if _, _, err := postgis.Migrate(t.Context(), url); err != nil {
		t.Fatal(err)
	}
	if name() == before {
		t.Errorf("the revision is still %s", before)
	}
}

// A database that a release filled which knew no fields of one's own says afterwards what it
// said, to the letter, but for its search texts, which are made anew.
func TestMigratingChangesNoRecord(t *testing.T) {
	t.Parallel()
	url := migratedTo(t, 14)
	conn := connect(t, url)
	execute(t, conn, vocabularies)
	execute(t, conn, good)
	execute(t, conn, `UPDATE facility SET search_text = 'of an older folding'`)
	said := func() (text string) {
		const records = `
			SELECT string_agg((r - ARRAY['own', 'website', 'address', 'identifiers', 'area_ha', 'former_names', 'closed', 'successor', 'checked',
				'search_text', 'search_terms',
				'names_text', 'institutions', 'takes_part', 'version', 'updated', 'line'])::text, ',')
			FROM (SELECT to_jsonb(f) AS r FROM facility f UNION ALL SELECT to_jsonb(c) FROM country c) records`
		if err := conn.QueryRow(t.Context(), records).Scan(&text); err != nil {
			t.Fatal(err)
		}
		return text
	}
	before := said()
	if _, _, err := postgis.Migrate(t.Context(), url); err != nil {
		t.Fatal(err)
	}
	if after := said(); after != before {
		t.Errorf("the records say\n%s\nwhere they said\n%s", after, before)
	}
	ds, err := open(t, url).Dataset(t.Context())
	if err != nil || len(ds.Facilities) != 1 || ds.Facilities[0].Own != nil || ds.Facilities[0].Website != "" || ds.Facilities[0].Checked != 0 {
		t.Errorf("the data set is %+v, %v", ds, err)
	}
}
