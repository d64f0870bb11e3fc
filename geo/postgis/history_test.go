package postgis_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/paulmach/orb"

	"innoatlas/geo"
	"innoatlas/geo/cql2"
	"innoatlas/geo/postgis"
	"innoatlas/geo/storetest"
)

// edited is a file of slug, name and city of one record, made of it at a version.
func edited(version int, name, city string) *geo.Dataset {
	return &geo.Dataset{
		Facilities: []geo.Facility{{Slug: "first", Name: name, City: city}},
		Rows:       map[string][]geo.Row{geo.Facilities.ID: {{Line: 2, Version: version}}},
		Versioned:  map[string]bool{geo.Facilities.ID: version > 0},
	}
}

// Two export, change and import: fields that only one has changed are both kept, and the same field
// is a conflict with all three values.
func TestImportOfTwoEdits(t *testing.T) {
	t.Parallel()
	store := fill(t, small())
	check := func(ds *geo.Dataset, name, city string, version int) {
		t.Helper()
		if _, err := store.Import(t.Context(), ds); err != nil {
			t.Fatal(err)
		}
		first := facilityOf(t, store, "first")
		if first.Name != name || first.City != city {
			t.Errorf("%q in %q, want %q in %q", first.Name, first.City, name, city)
		}
		if len(first.Sectors) != 1 || first.Position == nil || len(first.Sources) != 2 {
			t.Errorf("what the file says nothing of became %+v", first)
		}
		if got := versionOf(t, store, "first"); got != version {
			t.Errorf("version %d, want %d", got, version)
		}
	}
	check(edited(1, "First", "Bangkok"), "First", "Bangkok", 2)
	check(edited(1, "First laboratory", ""), "First laboratory", "Bangkok", 3)
	check(edited(1, "First", "Bangkok"), "First laboratory", "Bangkok", 3) // again, and of before
	check(edited(3, "First laboratory", "Bangkok"), "First laboratory", "Bangkok", 3)

	_, err := store.Import(t.Context(), edited(1, "Another", "Chiang Mai"))
	var conflicts postgis.Conflicts
	if !errors.As(err, &conflicts) || len(conflicts) != 2 {
		t.Fatalf("Import = %v, want two conflicts", err)
	}
	want := []geo.Conflict{{Slug: "first", Field: "name", Line: 2, Was: "First", Theirs: "First laboratory", Yours: "Another"},
		{Slug: "first", Field: "city", Line: 2, Was: "", Theirs: "Bangkok", Yours: "Chiang Mai"}}
	for i := range want {
		if conflicts[i] != want[i] || !strings.Contains(err.Error(), want[i].String()) {
			t.Errorf("conflict %+v, want %+v", conflicts[i], want[i])
		}
	}
	if _, err := store.Import(t.Context(), edited(2, "Another", "")); !errors.As(err, &conflicts) || len(conflicts) != 1 {
		t.Errorf("of version 2: %v, want one conflict", err)
	}
	check(edited(3, "Another", ""), "Another", "Bangkok", 4)
	if _, err := store.Import(t.Context(), edited(9, "", "")); err == nil || !strings.Contains(err.Error(), "first has version 9 in the file and 4 in the database") {
		t.Errorf("of a version that never was: %v", err)
	}
	forced, err := store.ImportWith(t.Context(), edited(1, "By force", ""), postgis.ImportOptions{Force: true})
	if err != nil || forced.Changed != 1 || facilityOf(t, store, "first").Name != "By force" {
		t.Errorf("by force: %+v, %v", forced, err)
	}
}

// Many write one record at once: each version has one winner, and nothing is lost.
func TestManyWriters(t *testing.T) {
	t.Parallel()
	const writers, rounds = 10, 4
	store := fill(t, small())
	var won atomic.Int64
	var group sync.WaitGroup
	for writer := range writers {
		group.Go(func() {
			for round := range rounds {
				for {
					before := versionOf(t, store, "first")
					_, err := store.Import(t.Context(), edited(before, fmt.Sprintf("writer %d, round %d", writer, round), ""))
					var conflicts postgis.Conflicts
					if err == nil {
						won.Add(1)
						break
					} else if !errors.As(err, &conflicts) && !errors.Is(err, postgis.ErrImportRunning) {
						t.Error(err)
						return
					}
				}
			}
		})
	}
	group.Wait()
	if version := versionOf(t, store, "first"); won.Load() != writers*rounds || version != 1+writers*rounds {
		t.Errorf("%d won and the version is %d, want %d", won.Load(), version, 1+writers*rounds)
	}
}

func facilityOf(t *testing.T, store *postgis.Store, slug string) *geo.Facility {
	t.Helper()
	f, err := store.Get(t.Context(), geo.Facilities, geo.Ref{Slug: slug})
	if err != nil {
		t.Fatal(err)
	}
	return f.(*geo.Facility)
}

func versionOf(t *testing.T, store *postgis.Store, slug string) int {
	t.Helper()
	version, err := store.Version(t.Context(), geo.Facilities, slug)
	if err != nil {
		t.Error(err)
	}
	return version
}

// ignoredInHistory is what comes back otherwise: when a record was changed.
var ignoredInHistory = cmp.Options{cmpopts.EquateEmpty(), cmpopts.IgnoreUnexported(geo.Field{}), cmpopts.IgnoreFields(geo.Facility{}, "Updated", "Version"),
	cmp.Comparer(func(a, b *geo.Own) bool { return a.Equal(b) })}

// An office's day: a wrong import is taken back, a record is deleted and brought back, renamed, and
// merged into another, and each time all else stays.
func TestEdits(t *testing.T) {
	t.Parallel()
	ds := small()
	ds.Fields = map[string][]geo.Field{geo.Facilities.ID: geo.OwnFields([]geo.Field{{Name: "beds", Type: geo.Integer}})}
	ds.Fields[geo.Facilities.ID][0].Set(&ds.Facilities[0], cql2.NumberOf(12))
	ds.Facilities[0].Translations = &geo.Translations{All: []geo.Translation{{Field: "name", Lang: "th", Text: "ที่หนึ่ง", Origin: geo.FromPerson}}}
	store := fill(t, ds)
	by := postgis.By{Author: "Somsri", Source: "test", Reason: "because"}
	before := content(t, store)
	same := func(what string) {
		t.Helper()
		if d := cmp.Diff(before, content(t, store), ignoredInHistory); d != "" {
			t.Errorf("%s (-before +after):\n%s", what, d)
		}
	}
	must := func(_ postgis.Summary, err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}

	wrong := edited(1, "Wrong", "Nowhere")
	wrong.Facilities[0].Position, wrong.Facilities[0].Sources = &orb.Point{1, 2}, []geo.Source{{Title: "Wrong"}}
	wrong.Facilities[0].Translations = &geo.Translations{All: []geo.Translation{{Field: "name", Lang: "th", Text: "ผิด", Origin: geo.FromPerson},
		{Field: "name", Lang: "lo", Text: "ຜິດ", Origin: geo.FromPerson}}}
	wrong.Facilities = append(wrong.Facilities, geo.Facility{Slug: "third", Kind: "lab", Name: "Third"})
	wrong.Rows[geo.Facilities.ID] = append(wrong.Rows[geo.Facilities.ID], geo.Row{Line: 3})
	must(store.ImportWith(t.Context(), wrong, postgis.ImportOptions{By: by}))
	revisions, err := store.Revisions(t.Context(), 0, 10)
	if err != nil || len(revisions) != 2 || revisions[0].Author != "Somsri" ||
		revisions[0].Changes["facilities"][geo.Added] != 1 || revisions[0].Changes["facilities"][geo.Changed] != 1 {
		t.Fatalf("revisions %+v, %v", revisions, err)
	}
	differences, err := store.Diff(t.Context(), revisions[1].Number, 0)
	if err != nil || len(differences) != 2 || differences[0].Key != "first" || differences[1].Op != geo.Added {
		t.Errorf("differences %+v, %v", differences, err)
	}
	must(store.Revert(t.Context(), by, revisions[0].Number))
	same("a revert")
	if differences, err := store.Diff(t.Context(), revisions[1].Number, 0); err != nil || len(differences) != 0 {
		t.Errorf("differences after a revert %+v, %v", differences, err)
	}
	if then, err := store.DatasetAsOf(t.Context(), revisions[0].Number); err != nil || len(then.Facilities) != 3 || then.Facilities[1].Name != "Wrong" {
		t.Errorf("as of the wrong import %+v, %v", then, err)
	}
	then, err := store.DatasetAsOf(t.Context(), revisions[1].Number)
	if err != nil {
		t.Fatal(err)
	}
	if then.Revision = ""; cmp.Diff(before, then, ignoredInHistory) != "" {
		t.Errorf("as of the first revision (-before +then):\n%s", cmp.Diff(before, then, ignoredInHistory))
	}

	kept, err := store.Kept(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	must(store.Delete(t.Context(), by, geo.Facilities, "first"))
	if _, err := store.Get(t.Context(), geo.Facilities, geo.Ref{Slug: "first"}); !errors.Is(err, geo.ErrNotFound) {
		t.Errorf("a deleted record: %v", err)
	}
	if gone, err := store.Gone(t.Context(), geo.Facilities, geo.Ref{Slug: "first"}); err != nil || gone.Now != "" || gone.Reason != "because" {
		t.Errorf("gone %+v, %v", gone, err)
	}
	must(store.Restore(t.Context(), by, geo.Facilities, "first"))
	same("a restored record")
	if differences, err := store.Diff(t.Context(), kept.Last, 0); err != nil || len(differences) != 0 {
		t.Errorf("differences after a record was deleted and restored %+v, %v", differences, err)
	}
	if version := versionOf(t, store, "first"); version < 4 {
		t.Errorf("version %d after it was restored", version)
	}

	must(store.Rename(t.Context(), by, geo.Facilities, "first", "first-laboratory"))
	if gone, err := store.Gone(t.Context(), geo.Facilities, geo.Ref{Slug: "first"}); err != nil || gone.Now != "first-laboratory" {
		t.Errorf("gone %+v, %v", gone, err)
	}
	must(store.ImportWith(t.Context(), edited(0, "", "Lampang"), postgis.ImportOptions{By: by})) // by its old slug
	if f := facilityOf(t, store, "first-laboratory"); f.City != "Lampang" {
		t.Errorf("%+v", f)
	}
	must(store.Rename(t.Context(), by, geo.Facilities, "first-laboratory", "first"))

	must(store.Merge(t.Context(), by, geo.Facilities, "second", "first"))
	first := facilityOf(t, store, "first")
	if first.Name != "First" || first.Status != "operating" || !slices.Equal(first.FormerNames, []string{"Second"}) || first.City != "Lampang" {
		t.Errorf("merged into %+v", first)
	}
	if gone, err := store.Gone(t.Context(), geo.Facilities, geo.Ref{ID: 3}); err != nil || gone.Now != "first" {
		t.Errorf("gone %+v, %v", gone, err)
	}
	if _, err := store.Delete(t.Context(), by, geo.Facilities, "no-such"); !errors.Is(err, geo.ErrNotFound) {
		t.Errorf("Delete = %v", err)
	}
	var kinds []string
	for change, err := range store.Changes(t.Context(), postgis.ChangesOf{Collection: "facilities", Slug: "first"}) {
		if err != nil {
			t.Fatal(err)
		}
		kinds = append(kinds, string(change.Op)+change.Part)
	}
	if len(kinds) < 8 || kinds[0] != "added" {
		t.Errorf("history %v", kinds)
	}
	if n, err := store.Purge(t.Context(), by, geo.Facilities, "first"); err != nil || n < 4 {
		t.Errorf("purged %d, %v", n, err)
	}
	for change, err := range store.Changes(t.Context(), postgis.ChangesOf{Collection: "facilities", ID: 7}) {
		if err != nil || change.Before != nil || change.After != nil || change.Revision.Author == "" {
			t.Errorf("after a purge %+v, %v", change, err)
		}
	}
}

// A whole file deletes what it lacks only where that is asked for, and much only where it is meant.
func TestImportDeletesMissing(t *testing.T) {
	t.Parallel()
	ds := small()
	for n := range 18 {
		ds.Facilities = append(ds.Facilities, geo.Facility{ID: int64(100 + n), Slug: fmt.Sprintf("more-%d", n), Kind: "lab", Name: "More"})
	}
	store := fill(t, ds)
	fewer := small()
	fewer.Facilities = append(fewer.Facilities, ds.Facilities[2:18]...) // without two of twenty
	if got, err := store.Import(t.Context(), fewer); err != nil || got.Deleted != 0 {
		t.Errorf("without being asked: %+v, %v", got, err)
	}
	options := postgis.ImportOptions{DeleteMissing: true, By: postgis.By{Author: "Somsri", Reason: "closed down"}}
	if got, err := store.ImportWith(t.Context(), fewer, options); err != nil || got.Deleted != 2 || got.Unchanged != 18 {
		t.Errorf("two of twenty: %+v, %v", got, err)
	}
	if gone, err := store.Gone(t.Context(), geo.Facilities, geo.Ref{Slug: "more-17"}); err != nil || gone.Reason != "closed down" {
		t.Errorf("gone %+v, %v", gone, err)
	}
	if _, err := store.ImportWith(t.Context(), small(), options); err == nil || !strings.Contains(err.Error(), "the file lacks 16 of 18 facilities") {
		t.Errorf("most of them: %v", err)
	}
	options.Many = true
	if got, err := store.ImportWith(t.Context(), small(), options); err != nil || got.Deleted != 16 {
		t.Errorf("most of them, meant: %+v, %v", got, err)
	}
}

func TestEditor(t *testing.T) {
	t.Parallel()
	storetest.RunEditor(t, func(t *testing.T, ds *geo.Dataset) storetest.Keeper { return fill(t, ds) })
}
