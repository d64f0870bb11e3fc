package postgis_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"innoatlas/geo"
	"innoatlas/geo/postgis"
	"innoatlas/geo/postgis/postgistest"
	"innoatlas/geo/storetest"
)

// What was made of a revision changes what it says it does, whatever else the records have, and
// nothing once somebody has changed the database.
func TestImportOnto(t *testing.T) {
	t.Parallel()
	store := open(t, postgistest.Migrated(t))
	if _, err := store.Import(t.Context(), storetest.Fixture()); err != nil {
		t.Fatal(err)
	}
	before, err := store.Dataset(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	text := geo.Translation{Field: "name", Lang: "vi", Text: "Tên mới", Origin: geo.FromPerson}
	brought := *before
	brought.Facilities, brought.Figures = []geo.Facility{before.Facilities[0]}, nil
	brought.Facilities[0].Translations = &geo.Translations{All: []geo.Translation{text}}
	if _, err := store.ImportOnto(t.Context(), before.Revision, &brought); err != nil {
		t.Fatal(err)
	}
	after, err := store.Dataset(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if got := after.Facilities[0].Translations.In("vi", "name"); got == nil || *got != text {
		t.Errorf("%+v, want %+v", got, text)
	}
	rest := cmp.Options{cmpopts.IgnoreFields(geo.Dataset{}, "Revision"), cmpopts.IgnoreFields(geo.Facility{}, "Translations", "Updated", "Version"), cmp.Comparer(geo.Field.Equal)}
	if diff := cmp.Diff(before, after, rest); diff != "" {
		t.Errorf("-before +after\n%.3000s", diff)
	}

	brought.Facilities[0].Name += " once more"
	if _, err := store.ImportOnto(t.Context(), before.Revision, &brought); !errors.Is(err, postgis.ErrChanged) {
		t.Errorf("onto a revision that is gone: %v", err)
	}
	if now := revision(t, store); now != after.Revision {
		t.Errorf("revision %s, want %s", now, after.Revision)
	}
}
