package postgis_test

import (
	"errors"
	"sync"
	"sync/atomic"
	"testing"

	"innoatlas/geo"
	"innoatlas/geo/storetest"
)

// An import in the middle of a stream does not show in it: neither its changes nor
// its new records.
func TestStreamIsOneRevision(t *testing.T) {
	t.Parallel()
	const records = 2500 // more than two fetches
	store := fill(t, storetest.Generated(records))
	changed := storetest.Generated(records)
	for i := range changed.Facilities {
		changed.Facilities[i].Name = "changed"
	}
	seen := 0
	for f, err := range store.All(t.Context(), geo.Query{Collection: geo.Facilities, Sort: []geo.SortKey{{Property: "slug"}}}) {
		if err != nil {
			t.Fatal(err)
		}
		if seen++; seen == 1 {
			if _, err := store.Import(t.Context(), changed); err != nil {
				t.Fatal(err)
			}
		}
		if f.(*geo.Facility).Name == "changed" {
			t.Fatalf("record %d is of the revision after", seen)
		}
	}
	if seen != len(changed.Facilities) {
		t.Errorf("the stream had %d records, want %d", seen, len(changed.Facilities))
	}
	for f, err := range store.All(t.Context(), geo.Query{Collection: geo.Facilities}) {
		if err != nil || f.(*geo.Facility).Name != "changed" {
			t.Fatalf("the next stream begins with %v, %v", f, err)
		}
		break
	}
}

// A stream that its reader leaves gives its connection back.
func TestStreamsGiveTheirConnectionBack(t *testing.T) {
	t.Parallel()
	store := fill(t, storetest.Fixture())
	for range 100 { // many times the size of the pool
		for _, err := range store.All(t.Context(), geo.Query{Collection: geo.Countries}) {
			if err != nil {
				t.Fatal(err)
			}
			break
		}
	}
}

// Downloads whose readers stop keep no query waiting, and the next download is
// told to come back.
func TestStreamsLeaveQueriesAlone(t *testing.T) {
	t.Parallel()
	store := fill(t, storetest.Generated(2500))
	release := make(chan struct{})
	var group sync.WaitGroup
	var held, refused atomic.Int32
	for range 12 {
		group.Go(func() {
			for _, err := range store.All(t.Context(), geo.Query{Collection: geo.Facilities}) {
				if errors.Is(err, geo.ErrUnavailable) {
					refused.Add(1)
					return
				}
				held.Add(1)
				<-release
				return
			}
		})
	}
	waitFor(t, "every stream to hold a connection or be refused", func() bool { return held.Load()+refused.Load() == 12 })
	if held.Load() == 0 || refused.Load() == 0 {
		t.Errorf("%d streams held and %d refused", held.Load(), refused.Load())
	}
	if _, err := store.List(t.Context(), geo.Query{Collection: geo.Facilities, Limit: 5}); err != nil {
		t.Errorf("List beside them: %v", err)
	}
	close(release)
	group.Wait()
}
