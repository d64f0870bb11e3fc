package main

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"innoatlas/geo"
	"innoatlas/geo/cql2"
	"innoatlas/geo/postgis"
	"innoatlas/geo/postgis/postgistest"
)

// withOwnField is a database with one record, which states a field of its own.
func withOwnField(t *testing.T) string {
	t.Helper()
	database := postgistest.Migrated(t)
	store, err := postgis.Open(t.Context(), database)
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	fields := geo.OwnFields([]geo.Field{{Name: "beds", Title: geo.Labels{"en": "Beds"}, Type: geo.Integer, Facet: "beds", Open: true}})
	ds := &geo.Dataset{
		Kinds: []geo.Term{{ID: "lab"}}, OwnKinds: true, Fields: map[string][]geo.Field{geo.Facilities.ID: fields},
		Facilities: []geo.Facility{{ID: 1, Slug: "first", Kind: "lab", Name: "First"}},
	}
	fields[0].Set(&ds.Facilities[0], cql2.NumberOf(12))
	if _, err := store.Import(context.Background(), ds); err != nil {
		t.Fatal(err)
	}
	return database
}

// TestFields: each step prints what it did, or why it did nothing.
func TestFields(t *testing.T) {
	t.Parallel()
	database := withOwnField(t)
	for _, step := range []struct {
		args string
		says string
		code int
	}{
		{"list", "facilities  beds  integer  yes    no       1        -      Beds", 0},
		{"list --collection countries", "COLLECTION", 0},
		{"list --collection parks", `no collection "parks"; there are facilities, institutions, partnerships, projects, countries`, 1},
		{"rename beds name", "name means something else in facilities", 1},
		{"rename beds Places", `"Places" is no name of a field`, 1},
		{"rename rooms places", "no field rooms of facilities", 1},
		{"rename beds places", "beds of facilities is called places now", 0},
		{"private places", "shown to nobody", 0},
		{"list", "facilities  places  integer  yes    yes      1        -      Beds", 0},
		{"public places", "shown to everybody", 0},
		{"drop places", "nothing was dropped: 1 record of facilities would lose places; add --yes", 1},
		{"drop beds", "no field beds of facilities", 1},
		{"drop places --yes", "places of facilities was dropped, with 1 value.", 0},
		{"drop places --yes", "no field places of facilities", 1},
	} {
		out, errs, code := output(t, append(append([]string{"fields"}, strings.Fields(step.args)...), "--database-url", database)...)
		if code != step.code || !strings.Contains(out+errs, step.says) {
			t.Errorf("fields %s: %q %q with code %d, want %q with %d", step.args, out, errs, code, step.says, step.code)
		}
	}
}

// A file of somebody who knows a few columns only can be imported again, as it is and where
// fewer values say what a column is, and comes out of the database as out of the file.
func TestImportOfOwnColumnsAgain(t *testing.T) {
	t.Parallel()
	database, file := postgistest.Migrated(t), filepath.Join(t.TempDir(), "labs.csv")
	const first, second = "a,k,A,13.7,100.5,x7,state\n", "b,k,B,21.0,105.8,12,private\n"
	write := func(rows string) {
		if err := os.WriteFile(file, []byte("slug,kind,name,lat,lon,Room No,remark\n"+rows), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, step := range []struct{ rows, says string }{
		{first + second, "2 added, 0 changed, 0 unchanged."}, {first + second, "0 added, 0 changed, 2 unchanged."},
		{second, "room_no of facilities is kept as string, as the database has it, though all values are of the type integer here"}, {second, "0 added, 0 changed, 1 unchanged."},
	} {
		write(step.rows)
		if out, errs, code := output(t, "import", file, "--database-url", database); code != 0 || !strings.Contains(out+errs, step.says) {
			t.Errorf("import: %q %q with code %d, want %q", out, errs, code, step.says)
		}
	}
	write(first + second)
	undated(t, database)
	if diff := cmp.Diff(mustRun(t, "export", "--data", file), mustRun(t, "export", "--database-url", database)); diff != "" {
		t.Errorf("-of the file +of the database:\n%s", diff)
	}
}

func TestQuantity(t *testing.T) {
	t.Parallel()
	for n, want := range map[int]string{0: "0 records", 1: "1 record", 2: "2 records", 1000: "1000 records"} {
		if got := quantity(n, "record", "records"); got != want {
			t.Errorf("%d is %q, want %q", n, got, want)
		}
	}
}
