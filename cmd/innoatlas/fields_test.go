package main

import (
	"context"
	"strings"
	"testing"

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
		{"list", "facilities  beds  integer  yes    no       1        Beds", 0},
		{"list --collection countries", "COLLECTION", 0},
		{"list --collection parks", `no collection "parks"; there are facilities, countries`, 1},
		{"rename beds name", "name means something else in facilities", 1},
		{"rename beds Places", `"Places" is no name of a field`, 1},
		{"rename rooms places", "no field rooms of facilities", 1},
		{"rename beds places", "beds of facilities is called places now", 0},
		{"private places", "shown to nobody", 0},
		{"list", "facilities  places  integer  yes    yes      1        Beds", 0},
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

func TestQuantity(t *testing.T) {
	t.Parallel()
	for n, want := range map[int]string{0: "0 records", 1: "1 record", 2: "2 records", 1000: "1000 records"} {
		if got := quantity(n, "record", "records"); got != want {
			t.Errorf("%d is %q, want %q", n, got, want)
		}
	}
}
