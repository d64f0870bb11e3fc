package memory_test

import (
	"flag"
	"runtime/metrics"
	"sync"
	"testing"
	"time"

	"innoatlas/geo"
	"innoatlas/geo/dataset"
	"innoatlas/geo/memory"
	"innoatlas/geo/storetest"
)

// Bounds of a filter over 2,000 records, or over the countries with their outlines.
const (
	fewRecords      = 2000
	fuzzedProcessor = 50 * time.Millisecond
	fuzzedBytes     = 64 << 20 // allocated in all, so at one time at the most
)

var fuzzed = sync.OnceValues(func() (*memory.Store, error) {
	builtin, err := dataset.Builtin()
	if err != nil {
		return nil, err
	}
	ds := storetest.Generated(fewRecords)
	ds.Countries = builtin.Countries
	return memory.New(ds), nil
})

// FuzzFilterCost takes a filter, as text or as JSON, through all that a request does with
// it. However it is written, it costs no more than it may.
func FuzzFilterCost(f *testing.F) {
	for _, h := range hostiles() {
		if len(h.filter) < 4<<10 {
			f.Add(h.filter, h.collection.Is(geo.Countries))
		}
	}
	for _, filter := range []string{
		"name LIKE '%a%' AND CASEI(city) IN ('x', CASEI('É')) OR NOT established BETWEEN 1990 AND 2 ^ 11",
		"A_OVERLAPS(sectors, ('food', name)) AND T_AFTER(updated, INTERVAL('..', '2020-01-01'))",
		`{"op":"and","args":[{"op":"s_intersects","args":[{"property":"geometry"},{"type":"Polygon","coordinates":[[[0,0],[100,0],[100,50],[0,0]]]}]},{"op":"like",` +
			`"args":[{"property":"name"},"%a_b%"]}]}`,
		`{"op":">","args":[{"op":"%","args":[1e308,{"op":"*","args":[{"property":"id"},7e-322]}]},0]}`,
	} {
		f.Add(filter, false)
		f.Add(filter, true)
	}
	f.Fuzz(func(t *testing.T, filter string, countries bool) {
		store, err := fuzzed()
		if err != nil {
			t.Fatal(err)
		}
		c := geo.Facilities
		if countries {
			c = geo.Countries
		}
		most := fuzzedProcessor * slow
		if flag.Lookup("test.fuzz").Value.String() != "" {
			most *= 3 // the fuzzer counts each branch
		}
		least := fuzzedCost(t, store, c, filter)
		for range 3 { // what else the machine does counts too
			if least.processor > most {
				least.processor = min(least.processor, fuzzedCost(t, store, c, filter).processor)
			}
		}
		if least.processor > most || least.bytes > fuzzedBytes {
			t.Errorf("%v and %d MB", least.processor, least.bytes>>20)
		}
	})
}

func fuzzedCost(t *testing.T, store *memory.Store, c *geo.Collection, filter string) cost {
	allocated := []metrics.Sample{{Name: "/gc/heap/allocs:bytes"}}
	metrics.Read(allocated)
	before, began := allocated[0].Value.Uint64(), processorTime()
	store.Forget()
	_ = ask(t.Context(), store, c, filter) // a refusal is an answer
	took := processorTime() - began
	metrics.Read(allocated)
	return cost{took, allocated[0].Value.Uint64() - before}
}
