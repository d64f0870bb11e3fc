package memory_test

import (
	"context"
	"errors"
	"fmt"
	"runtime/metrics"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"innoatlas/geo"
	"innoatlas/geo/cql2"
	"innoatlas/geo/dataset"
	"innoatlas/geo/memory"
)

// cost is what a request takes: processor time of all threads, and the bytes that the
// heap had at most above what it had before.
type cost struct {
	processor time.Duration
	bytes     uint64
}

// costOf measures a request, while nothing else runs in the process.
func costOf(request func()) cost {
	heap := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
	read := func() uint64 {
		metrics.Read(heap)
		return heap[0].Value.Uint64()
	}
	before, began := read(), processorTime()
	most, done := before, make(chan struct{})
	var watch sync.WaitGroup
	watch.Go(func() {
		for tick := time.Tick(2 * time.Millisecond); ; {
			select {
			case <-tick:
				most = max(most, read())
			case <-done:
				most = max(most, read())
				return
			}
		}
	})
	request()
	took := processorTime() - began
	close(done)
	watch.Wait()
	return cost{took, most - before}
}

func processorTime() time.Duration {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		panic(err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

// ask does what a request with a filter does: it reads it, and asks for a page and its
// facets. A filter that is refused is answered as well.
func ask(ctx context.Context, store geo.Store, c *geo.Collection, filter string) error {
	e, err := parsed(filter)
	if err == nil {
		e, err = cql2.Bind(e, c.FilterType)
	}
	if err != nil {
		return err
	}
	q := geo.Query{Collection: c, Filter: e, Limit: 10}
	if _, err := store.List(ctx, q); err != nil {
		return err
	}
	_, err = store.Facets(ctx, q)
	return err
}

func parsed(filter string) (cql2.Expr, error) {
	if strings.HasPrefix(filter, "{") {
		return cql2.ParseJSON([]byte(filter))
	}
	return cql2.ParseText(filter)
}

// Bounds of what a request may take.
const (
	mostProcessor = time.Second
	mostBytes     = 128 << 20
)

// TestHostileFilters is not parallel to others: it measures the process.
func TestHostileFilters(t *testing.T) {
	builtin, err := dataset.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	large := memory.New(organisations(51_370))
	small := memory.New(builtin)
	for i, h := range append(hostiles(), touchingOutlines(builtin.Countries)...) {
		for name, store := range map[string]*memory.Store{"built-in": small, "51,370 records": large} {
			if store == large && testing.Short() && i%8 != 0 {
				continue // one of each few
			}
			if h.collection.Is(geo.Countries) && store == large || h.collection.Is(geo.Facilities) && store == small && slow > 1 {
				continue // has no outlines, or costs less
			}
			store.Forget()
			var err error
			got := costOf(func() { err = ask(t.Context(), store, h.collection, h.filter) })
			if got.processor > mostProcessor*slow || got.bytes > mostBytes {
				t.Errorf("%s, %s: %v and %d MB (%.80s…: %v)", h.name, name, got.processor, got.bytes>>20, h.filter, err)
			}
			var wrong *cql2.Error
			var input *geo.InputError
			if err != nil && !errors.As(err, &wrong) && !errors.As(err, &input) {
				t.Errorf("%s, %s: %v", h.name, name, err)
			}
		}
	}
}

// touchingOutlines have short lines that end on the corners of the greatest outlines: only
// the matrix of DE-9IM can tell how they meet.
func touchingOutlines(countries []geo.Country) (list []hostile) {
	countries = slices.Clone(countries)
	corners := func(c geo.Country) (n int) {
		for _, p := range c.Outline {
			n += len(p[0])
		}
		return n
	}
	slices.SortFunc(countries, func(a, b geo.Country) int { return corners(b) - corners(a) })
	for _, op := range []string{"S_TOUCHES", "S_WITHIN", "S_CROSSES"} {
		filter := repeated(64, " OR ", func(i int) string {
			return op + "(geometry,MULTILINESTRING(" + repeated(20, ",", func(j int) string {
				ring := countries[j].Outline[0][0]
				p := ring[i%len(ring)]
				return fmt.Sprintf("(%v %v,%v %v)", p[0], p[1], p[0], p[1]+1e-6)
			}) + "))"
		})
		list = append(list, hostile{"64 × " + op + " with corners of outlines", geo.Countries, filter})
	}
	return list
}
