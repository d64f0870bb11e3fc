package postgis_test

import (
	"fmt"
	"slices"
	"testing"

	"innoatlas/geo"
	"innoatlas/geo/postgis"
)

// Changes are chosen by revision, time, record, country and number, in either direction.
func TestSomeChanges(t *testing.T) {
	t.Parallel()
	store := fill(t, small())
	by := postgis.By{Author: "Somsri", Reason: "because"}
	do := func(_ postgis.Summary, err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	start, err := store.Kept(t.Context())
	if err != nil || start.After >= start.Last || start.From.IsZero() {
		t.Fatalf("after the first import %+v, %v", start, err)
	}
	do(store.ImportWith(t.Context(), edited(0, "First", "Lampang"), postgis.ImportOptions{By: by}))
	do(store.Rename(t.Context(), by, geo.Facilities, "first", "the-first"))
	do(store.Delete(t.Context(), by, geo.Facilities, "second"))

	read := func(of geo.ChangesOf, most int) (all []geo.Change, says []string) {
		t.Helper()
		all, err := store.SomeChanges(t.Context(), of, most)
		if err != nil {
			t.Fatalf("%+v: %v", of, err)
		}
		for _, c := range all {
			says = append(says, fmt.Sprintf("%s %s", c.Op, c.Key))
		}
		return all, says
	}
	all, since := read(geo.ChangesOf{After: start.Last}, 100)
	if want := []string{"changed first", "changed the-first", "deleted second"}; !slices.Equal(since, want) {
		t.Fatalf("since the import %v, want %v", since, want)
	}
	id := all[0].ID
	for _, test := range []struct {
		of   geo.ChangesOf
		want []string
	}{
		{geo.ChangesOf{Since: all[0].Revision.At}, since[1:]},
		{geo.ChangesOf{After: start.Last, Newest: true}, []string{since[2], since[1], since[0]}},
		{geo.ChangesOf{After: start.Last, Number: all[1].Number}, since[2:]},
		{geo.ChangesOf{After: start.Last, Before: all[1].Number, Newest: true}, since[:1]},
		{geo.ChangesOf{After: start.Last, To: all[1].Revision.Number}, since[:2]},
		{geo.ChangesOf{After: start.Last, Collection: "facilities", ID: id}, since[:2]},
		{geo.ChangesOf{After: start.Last, Collection: "facilities", IDs: []int64{id}}, since[:2]},
		{geo.ChangesOf{After: start.Last, Collection: "facilities", Slug: "first"}, since[:2]},
		{geo.ChangesOf{After: start.Last, Collection: "facilities", Slug: "second"}, since[2:]},
		{geo.ChangesOf{After: start.Last, Among: []string{"countries"}}, nil},
		{geo.ChangesOf{After: start.Last, Country: "ISL"}, nil},
		{geo.ChangesOf{After: all[2].Revision.Number}, nil},
	} {
		if _, got := read(test.of, 100); !slices.Equal(got, test.want) {
			t.Errorf("%+v: %v, want %v", test.of, got, test.want)
		}
	}
	if _, got := read(geo.ChangesOf{After: start.Last, Country: facilityOf(t, store, "the-first").Country}, 1); len(got) != 1 {
		t.Errorf("of a country %v", got)
	}
	kept, err := store.Kept(t.Context())
	if err != nil || kept.After != start.After || kept.Last != all[2].Revision.Number {
		t.Errorf("kept %+v, %v", kept, err)
	}
}
