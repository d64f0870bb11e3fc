package postgis_test

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"innoatlas/geo"
	"innoatlas/geo/postgis"
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
