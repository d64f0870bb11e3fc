package storetest

import (
	"context"
	"errors"
	"sync"
	"testing"

	"innoatlas/geo"
	"innoatlas/geo/zorder"
)

// testConcurrent asks different queries at the same time; the race detector and
// the answers show what they share.
func (c contract) testConcurrent(t *testing.T) {
	const callers, each = 8, 10
	var group sync.WaitGroup
	for caller := range uint64(callers) {
		group.Go(func() {
			for i := range uint64(each) {
				c.checkOnce(t, NewQuery(c.ds, 1000+caller*each+i))
			}
		})
	}
	group.Wait()
}

// checkOnce reports with Errorf, as other goroutines than the test's own must.
func (c contract) checkOnce(t *testing.T, q geo.Query) {
	page, err := c.store.List(t.Context(), q)
	if err != nil {
		t.Errorf("List: %v\n%#v", err, q)
	} else if d := diffPages(c.page(q), page); d != "" {
		t.Errorf("List (-want +got):\n%s\n%#v", d, q)
	}
	facets, err := c.store.Facets(t.Context(), q)
	if err != nil {
		t.Errorf("Facets: %v\n%#v", err, q)
	} else if d := diff(c.facets(q), facets); d != "" {
		t.Errorf("Facets (-want +got):\n%s\n%#v", d, q)
	}
}

func (c contract) testCanceled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	q := geo.Query{Collection: geo.Facilities, Limit: 10}
	var errs = map[string]error{}
	_, errs["Get"] = c.store.Get(ctx, geo.Facilities, geo.Ref{Slug: "lab"})
	_, errs["List"] = c.store.List(ctx, q)
	_, errs["Facets"] = c.store.Facets(ctx, q)
	_, errs["Matrix"] = c.store.Matrix(ctx, q, geo.ByCountry, geo.BySector)
	_, errs["Clusters"] = c.store.Clusters(ctx, q, 0)
	_, errs["Tile"] = c.store.Tile(ctx, q, zorder.Tile{})
	for _, err := range c.store.All(ctx, q) {
		if errs["All"] = err; err != nil {
			break
		}
	}
	for method, err := range errs {
		if !errors.Is(err, context.Canceled) {
			t.Errorf("%s = %v, want %v", method, err, context.Canceled)
		}
	}
}
