package postgis_test

import (
	"io/fs"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"

	"innoatlas/geo"
	"innoatlas/geo/cql2"
	"innoatlas/geo/postgis"
	"innoatlas/geo/postgis/postgistest"
	"innoatlas/migrations"
)

// placed is linked with a project of its first facility and of an institution.
func placed(at, seat orb.Point) *geo.Dataset {
	ds := linked()
	ds.Facilities[0].Position = &at
	ds.Records[geo.Institutions.ID][0].Shape = seat
	r := geo.Projects.NewRecord("rice")
	geo.Projects.Field("name").Set(r, cql2.TextOf("Rice"))
	geo.Projects.Field("facilities").Set(r, cql2.ListOf([]string{"first"}))
	geo.Projects.Field("institutions").Set(r, cql2.ListOf([]string{"chula"}))
	ds.Records[geo.Projects.ID] = []geo.Record{*r}
	ds.Relate()
	return ds
}

// placeOf is where the project of placed stands.
func placeOf(t *testing.T, store *postgis.Store) orb.Geometry {
	t.Helper()
	f, err := store.Get(t.Context(), geo.Projects, geo.Ref{Slug: "rice"})
	if err != nil {
		t.Fatal(err)
	}
	return f.Geometry()
}

// A project goes where its facility is moved to, by an import and by hand; to its institution when
// the facility has no place any more, or is gone; and it has none when the institution is gone too.
func TestProjectsFollowTheirFacilities(t *testing.T) {
	t.Parallel()
	database := postgistest.Migrated(t)
	store, conn := open(t, database), connect(t, database)
	check := func(step string, want orb.Geometry) {
		t.Helper()
		if d := cmp.Diff(want, placeOf(t, store)); d != "" {
			t.Errorf("%s (-want +got):\n%s", step, d)
		}
	}
	for _, at := range []orb.Point{{100, 13}, {101, 14}} {
		if _, err := store.Import(t.Context(), placed(at, orb.Point{99, 9})); err != nil {
			t.Fatal(err)
		}
		check("imported", orb.MultiPoint{at})
	}
	again, err := store.Import(t.Context(), placed(orb.Point{101, 14}, orb.Point{99, 9}))
	if err != nil || again.Records[geo.Projects.ID] != (postgis.Merged{Unchanged: 1}) {
		t.Errorf("the same again: %+v, %v", again, err)
	}
	for _, hand := range []struct {
		sql  string
		want orb.Geometry
	}{
		{`UPDATE facility SET geom = ST_SetSRID(ST_MakePoint(102, 15), 4326) WHERE slug = 'first'`, orb.MultiPoint{{102, 15}}},
		{`UPDATE facility SET geom = NULL, zorder = 1::bigint << 62 WHERE slug = 'first'`, orb.MultiPoint{{99, 9}}},
		{`UPDATE institutions SET geom = ST_SetSRID(ST_MakePoint(98, 8), 4326) WHERE slug = 'chula'`, orb.MultiPoint{{98, 8}}},
		{`DELETE FROM institutions WHERE slug = 'chula'`, nil},
	} {
		execute(t, conn, hand.sql)
		if _, err := postgis.Refold(t.Context(), database); err != nil {
			t.Fatal(err)
		}
		check(hand.sql, hand.want)
	}
}

// A database that has projects already keeps them, and they get their places.
func TestMigratePlacesProjects(t *testing.T) {
	t.Parallel()
	url := postgistest.Bare(t)
	conn := connect(t, url)
	before := 0
	names, err := fs.Glob(migrations.Files, "*.sql")
	if err != nil {
		t.Fatal(err)
	}
	for ; !strings.HasSuffix(names[before], "_project_places.sql"); before++ {
		step, err := migrations.Files.ReadFile(names[before])
		if err != nil {
			t.Fatal(err)
		}
		execute(t, conn, string(step))
	}
	execute(t, conn, `
		CREATE TABLE innoatlas_schema_version (version integer NOT NULL);
		INSERT INTO innoatlas_schema_version SELECT `+strings.TrimPrefix(names[before][:4], "00")+` - 1;
		INSERT INTO kind (id, position, labels) VALUES ('lab', 0, '{"en": "Lab"}');
		INSERT INTO facility (id, slug, kind, name, zorder, geom, search_text) VALUES
			(7, 'a', 'lab', 'A', 5, ST_SetSRID(ST_MakePoint(100, 13), 4326), 'a'), (8, 'b', 'lab', 'B', 5, ST_SetSRID(ST_MakePoint(100, 13), 4326), 'b'),
			(9, 'c', 'lab', 'C', 5, ST_SetSRID(ST_MakePoint(99, 14), 4326), 'c');
		INSERT INTO institutions (id, slug, name, zorder, geom) VALUES (3, 'i', 'I', 5, ST_SetSRID(ST_MakePoint(-70, 1), 4326));
		INSERT INTO projects (id, slug, name, summary, facilities, institutions, takes_part, search_text) VALUES
			(4, 'rice', 'Rice', 'All of it', '{a,b,c}', '{i}', '{THA}', 'rice'), (5, 'launch', 'Launch', NULL, NULL, '{i}', NULL, 'launch'),
			(6, 'paper', 'Paper', NULL, '{nobody}', NULL, NULL, 'paper');
		DELETE FROM search_stale`)
	if _, _, err := postgis.Migrate(t.Context(), url); err != nil {
		t.Fatal(err)
	}
	store := open(t, url)
	for slug, want := range map[string]orb.Geometry{"launch": orb.MultiPoint{{-70, 1}}, "paper": nil, "rice": orb.MultiPoint{{99, 14}, {100, 13}}} {
		f, err := store.Get(t.Context(), geo.Projects, geo.Ref{Slug: slug})
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(want, f.Geometry()); d != "" {
			t.Errorf("%s (-want +got):\n%s", slug, d)
		}
		if slug == "rice" && (f.Value("summary").Text != "All of it" || len(f.Value("takes_part").List) != 1) {
			t.Errorf("%+v", f)
		}
	}
	if n, err := postgis.Refold(t.Context(), url); err != nil || n > 0 {
		t.Errorf("the searches of %d records were to be made anew, %v", n, err)
	}
}
