package postgis_test

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"

	"innoatlas/geo"
	"innoatlas/geo/cql2"
	"innoatlas/geo/postgis"
)

// TestNoLostUpdate has many writers read one record, add one to a number of it, and write it back in
// the version that they have read, each on a connection of its own. Each version has one winner, so that
// the number counts all that won. INNOATLAS_WRITES is how many tries 50 writers have together, as
// `make test-writes` has it; without it there are a few.
func TestNoLostUpdate(t *testing.T) {
	t.Parallel()
	writers, tries := 10, 60
	if whole, err := strconv.Atoi(os.Getenv("INNOATLAS_WRITES")); err == nil {
		writers, tries = 50, whole
	}
	store := fill(t, small())
	number := func() (established, version int) {
		f, err := store.Get(t.Context(), geo.Facilities, geo.Ref{Slug: "first"})
		if err != nil {
			t.Error(err)
			return 0, 0
		}
		return f.(*geo.Facility).Established, f.(*geo.Facility).Version
	}
	write := func(established, version int) error {
		edit := geo.Edit{Collection: "facilities", Slug: "first", IfVersion: version, Set: map[string]cql2.Value{"established": cql2.NumberOf(float64(established))}}
		_, err := store.Apply(t.Context(), postgis.By{Author: "a test"}, slices.Values([]geo.Edit{edit}))
		return err
	}
	if err := write(1, 1); err != nil {
		t.Fatal(err)
	}
	var left, won, lost, busy atomic.Int64
	left.Store(int64(tries))
	var group sync.WaitGroup
	for range writers {
		group.Go(func() {
			for left.Add(-1) >= 0 && !t.Failed() {
				established, version := number()
				err := write(established%9000+1, version)
				var other *geo.VersionError
				switch {
				case err == nil:
					won.Add(1)
				case errors.As(err, &other):
					lost.Add(1)
				case errors.Is(err, postgis.ErrImportRunning), errors.Is(err, geo.ErrUnavailable):
					busy.Add(1)
				default:
					t.Error(err)
				}
			}
		})
	}
	group.Wait()
	established, version := number()
	t.Logf("%d writers, %d tries: %d won, %d were told of another version, %d that others write", writers, tries, won.Load(), lost.Load(), busy.Load())
	if wins := int(won.Load()); version != 2+wins || established != wins%9000+1 || wins == 0 || wins+int(lost.Load()+busy.Load()) != tries {
		t.Errorf("%d won, but the version is %d and the number %d", wins, version, established)
	}
	var versions int
	const kept = `SELECT count(DISTINCT version) FROM change WHERE collection = 'facilities' AND record = 7 AND op = 'c'`
	if err := store.ReadPool().QueryRow(t.Context(), kept).Scan(&versions); err != nil || versions != 1+int(won.Load()) {
		t.Errorf("the history has %d versions, %v", versions, err)
	}
}

// Each of many who import at once is told that another import runs, or imports; nothing is half done.
func TestManyImportersAtOnce(t *testing.T) {
	t.Parallel()
	importers := 12
	if os.Getenv("INNOATLAS_WRITES") != "" {
		importers = 50
	}
	store := fill(t, small())
	var won, told atomic.Int64
	var group sync.WaitGroup
	for n := range importers {
		group.Go(func() {
			_, err := store.Import(t.Context(), edited(0, fmt.Sprintf("importer %d", n), ""))
			switch {
			case err == nil:
				won.Add(1)
			case errors.Is(err, postgis.ErrImportRunning):
				told.Add(1)
			default:
				t.Error(err)
			}
		})
	}
	group.Wait()
	t.Logf("%d importers: %d imported, %d were told", importers, won.Load(), told.Load())
	if version := versionOf(t, store, "first"); won.Load() == 0 || version != 1+int(won.Load()) {
		t.Errorf("%d imported and the version is %d", won.Load(), version)
	}
}
