package postgis_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"innoatlas/geo"
	"innoatlas/geo/cql2"
	"innoatlas/geo/postgis"
	"innoatlas/geo/postgis/postgistest"
)

// linked is small with two institutions; the text of the first facility names one, a table links
// it to the other.
func linked() *geo.Dataset {
	ds := small()
	for _, slug := range []string{"chula", "mahidol"} {
		r := geo.Institutions.NewRecord(slug)
		geo.Institutions.Field("name").Set(r, cql2.TextOf(strings.ToUpper(slug)))
		if ds.Records == nil {
			ds.Records = map[string][]geo.Record{}
		}
		ds.Records[geo.Institutions.ID] = append(ds.Records[geo.Institutions.ID], *r)
	}
	ds.Facilities[0].Partners = []string{"Chula", "Nobody (THA)"}
	ds.Links = []geo.Link{{Facility: "first", Institution: "mahidol", Role: geo.Partner, Stated: true}}
	return ds
}

func institutionsOf(t *testing.T, store *postgis.Store) []string {
	t.Helper()
	f, err := store.Get(t.Context(), geo.Facilities, geo.Ref{Slug: "first"})
	if err != nil {
		t.Fatal(err)
	}
	return f.(*geo.Facility).Institutions
}

// Links that a table states stay until the text of their role is changed, and what a hand
// changes is linked anew by innoatlas migrate.
func TestLinksFollowTheirTexts(t *testing.T) {
	t.Parallel()
	database := postgistest.Migrated(t)
	store, conn := open(t, database), connect(t, database)
	check := func(step string, want ...string) {
		t.Helper()
		if d := cmp.Diff(want, institutionsOf(t, store)); d != "" {
			t.Errorf("%s (-want +got):\n%s", step, d)
		}
	}
	got, err := store.Import(t.Context(), linked())
	if err != nil || !strings.Contains(strings.Join(got.Notes, ""), "Nobody (THA) (first)") {
		t.Fatalf("Import = %+v, %v", got, err)
	}
	check("imported", "mahidol", "chula")
	without := small()
	without.Facilities[0].Partners = linked().Facilities[0].Partners
	if got, err := store.Import(t.Context(), without); err != nil || got.Changed > 0 {
		t.Errorf("without institutions: %+v, %v", got, err)
	}
	check("without institutions and links", "mahidol", "chula")
	without.Facilities[0].Partners = []string{"Chula"}
	if _, err := store.Import(t.Context(), without); err != nil {
		t.Fatal(err)
	}
	check("another text", "chula")
	execute(t, conn, `UPDATE facility SET partners = '{Mahidol}' WHERE slug = 'first'`)
	if _, err := postgis.Refold(t.Context(), database); err != nil {
		t.Fatal(err)
	}
	check("a text changed by hand", "mahidol")
	execute(t, conn, `UPDATE institutions SET name = 'Another' WHERE slug = 'mahidol'`)
	if _, err := postgis.Refold(t.Context(), database); err != nil {
		t.Fatal(err)
	}
	check("a name changed by hand")
}

// An id that a deleted institution had is that of no other, and its own again when it comes back.
func TestIDsAreNeverGivenTwice(t *testing.T) {
	t.Parallel()
	database := postgistest.Migrated(t)
	store, conn := open(t, database), connect(t, database)
	if _, err := store.Import(t.Context(), linked()); err != nil {
		t.Fatal(err)
	}
	execute(t, conn, `DELETE FROM institutions WHERE slug = 'chula'`)
	taken := linked()
	taken.Records[geo.Institutions.ID][0].Slug = "other" // with the number of chula
	if _, err := store.Import(t.Context(), taken); err == nil || !strings.Contains(err.Error(), "belongs to chula") {
		t.Errorf("the number of a deleted one: %v", err)
	}
	if _, err := store.Import(t.Context(), linked()); !errors.Is(err, postgis.ErrGone) || !strings.Contains(err.Error(), "restore chula") {
		t.Errorf("a deleted one in a file: %v", err)
	}
	execute(t, conn, fmt.Sprintf(`INSERT INTO institutions (id, slug, name) VALUES (%d, 'chula', 'Chula again')`, geo.RecordID("chula")))
	f, err := store.Get(t.Context(), geo.Institutions, geo.Ref{Slug: "chula"})
	if err != nil {
		t.Fatal(err)
	}
	if id, _ := f.Ref(); id != geo.RecordID("chula") {
		t.Errorf("it has the number %d now", id)
	}
}
