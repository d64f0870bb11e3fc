package memory_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"innoatlas/geo"
	"innoatlas/geo/cql2"
	"innoatlas/geo/dataset"
	"innoatlas/geo/memory"
	"innoatlas/geo/zorder"
)

// filterOf is a filter as a store gets it.
func filterOf(t *testing.T, c *geo.Collection, filter string) cql2.Expr {
	t.Helper()
	e, err := cql2.ParseText(filter)
	if err == nil {
		e, err = cql2.Bind(e, c.FilterType)
	}
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// unkept is a filter that only the records can answer.
func unkept(i int) string { return fmt.Sprintf("CASEI(name) LIKE '%%x%d%%' OR id + 1 = %d.5", i, i) }

// TestBusyGate: what the index or a kept answer tells passes by, the rest is refused.
func TestBusyGate(t *testing.T) {
	store := memory.New(organisations(20_000))
	q := func(filter cql2.Expr) geo.Query {
		return geo.Query{Collection: geo.Facilities, Filter: filter, Limit: 10}
	}
	kept := q(filterOf(t, geo.Facilities, unkept(0)))
	list(t, store, kept)
	gate := geo.NewGate(1, 0, 0)
	leave, err := gate.Enter(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer leave()
	store.SetGate(gate)
	for name, q := range map[string]geo.Query{
		"no filter": q(nil), "kept": kept, "a word": q(geo.SearchFilter("institute")), "a box": q(geo.BBox{0, 0, 50, 50}.Filter()),
		"lists": {Collection: geo.Facilities, Lists: filtered, Limit: 10}, "few": {Collection: geo.Facilities,
			Lists: []geo.List{{Dimension: geo.ByCountry, Values: []string{"LAO"}}}, Filter: filterOf(t, geo.Facilities, "name LIKE '%a%'"), Limit: 10},
	} {
		if _, err := store.List(t.Context(), q); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := store.Facets(t.Context(), q); err != nil && name != "few" { // facets ask of everyone
			t.Errorf("facets, %s: %v", name, err)
		}
	}
	costly := q(filterOf(t, geo.Facilities, unkept(1)))
	_, errList := store.List(t.Context(), costly)
	_, errFacets := store.Facets(t.Context(), costly)
	_, errTile := store.Tile(t.Context(), costly, zorder.Tile{})
	var errAll error
	for _, errAll = range store.All(t.Context(), costly) {
		break
	}
	for _, err := range []error{errList, errFacets, errTile, errAll} {
		if !errors.Is(err, geo.ErrBusy) {
			t.Errorf("a costly filter: %v, want %v", err, geo.ErrBusy)
		}
	}
}

// TestManyAtOnce: the same question is worked on once, and different ones take their turns;
// questions without a filter are answered meanwhile.
func TestManyAtOnce(t *testing.T) {
	store := memory.New(organisations(20_000))
	plain := geo.Query{Collection: geo.Facilities, Limit: 10}
	var group sync.WaitGroup
	same := geo.Query{Collection: geo.Facilities, Filter: filterOf(t, geo.Facilities, unkept(0)), Limit: 10}
	store.SetGate(geo.NewGate(1, 1, time.Minute)) // each of its two parts waits once at most
	for range 256 {
		group.Go(func() {
			if _, err := store.List(t.Context(), same); err != nil {
				t.Errorf("the same question: %v", err)
			}
		})
	}
	group.Wait()
	store.SetGate(geo.DefaultGate())
	var refused sync.Map
	for i := range 256 {
		q := geo.Query{Collection: geo.Facilities, Filter: filterOf(t, geo.Facilities, unkept(i+1)), Limit: 10}
		group.Go(func() {
			if _, err := store.List(t.Context(), q); errors.Is(err, geo.ErrBusy) {
				refused.Store(i, true)
			} else if err != nil {
				t.Errorf("different questions: %v", err)
			}
		})
	}
	group.Go(func() {
		for range 20 {
			began := time.Now()
			if _, err := store.List(t.Context(), plain); err != nil || time.Since(began) > 250*time.Millisecond*slow {
				t.Errorf("no filter: %v after %v", err, time.Since(began))
			}
			time.Sleep(5 * time.Millisecond)
		}
	})
	group.Wait()
	count := 0
	refused.Range(func(any, any) bool { count++; return true })
	if counts := store.Gate().Counts(); counts.Running != 0 || int(counts.Full+counts.Late) != count {
		t.Errorf("%d were refused, and the gate has %+v", count, counts)
	}
}

// TestGivenUpStops: whatever a record costs, a question that was given up ends within
// little work, and leaves nothing behind that works on.
func TestGivenUpStops(t *testing.T) {
	builtin, err := dataset.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	ds := organisations(51_370)
	ds.Countries = builtin.Countries
	store := memory.New(ds)
	facilities := func(filter string) geo.Query {
		return geo.Query{Collection: geo.Facilities, Filter: filterOf(t, geo.Facilities, filter), Limit: 10}
	}
	slowest := "name IN (" + repeated(290, ",", func(int) string { return "city" }) + ")"
	sorted := geo.Query{Collection: geo.Facilities, Sort: []geo.SortKey{{Property: "name"}, {Property: "city"}}, Limit: geo.MaxLimit}
	countries := geo.Query{Collection: geo.Countries, Limit: 10, Filter: filterOf(t, geo.Countries, repeated(64, " OR ", func(i int) string {
		return fmt.Sprintf("S_TOUCHES(geometry,%s)", shapes["grid"](30+i%9, false))
	}))}
	for name, q := range map[string]geo.Query{
		"much for each record": facilities(slowest), "not": facilities("NOT " + slowest), "a comb": facilities("S_TOUCHES(geometry," + shapes["comb"](4000, false) + ")"),
		"an order": sorted, "countries": countries,
	} {
		store.KeepNoOrders()
		if after := givenUp(t, store, q); after > 30*time.Millisecond*slow {
			t.Errorf("%s: %v of work after it was given up", name, after)
		}
	}
}

// givenUp is the work after a question was given up early.
func givenUp(t *testing.T, store *memory.Store, q geo.Query) time.Duration {
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		_, _ = store.List(ctx, q)
	}()
	time.Sleep(5 * time.Millisecond)
	cancel()
	began := processorTime()
	<-done
	time.Sleep(50 * time.Millisecond)
	return processorTime() - began
}
