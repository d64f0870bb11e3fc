package memory_test

import (
	"context"
	"errors"
	"runtime"
	"strconv"
	"sync"
	"testing"
	"unsafe"

	"github.com/google/go-cmp/cmp"

	"innoatlas/geo"
	"innoatlas/geo/memory"
	"innoatlas/geo/storetest"
)

func TestContract(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(_ *testing.T, ds *geo.Dataset) geo.Store { return memory.New(ds) })
}

func TestContractAtOnce(t *testing.T) {
	t.Parallel()
	storetest.RunAtOnce(t, func(_ *testing.T, ds *geo.Dataset) geo.Store { return memory.New(ds) })
}

// TestContractOfAFollower also keeps the orders of all queries.
func TestContractOfAFollower(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, ds *geo.Dataset) geo.Store { return memory.NewOrdered(applied(t, ds)) })
}

// TestOrdersAreMadeAndBounded: who asks first is answered as those after, and what is
// kept does not grow.
func TestOrdersAreMadeAndBounded(t *testing.T) {
	store := memory.New(organisations(20_000))
	for _, p := range geo.Facilities.Filterable() {
		if !p.Scalar() {
			continue
		}
		for _, descending := range []bool{false, true} {
			q := geo.Query{Collection: geo.Facilities, Limit: 30, Offset: 7, Sort: []geo.SortKey{{Property: p.Name, Descending: descending}}}
			first := list(t, store, q)
			store.AwaitOrder(q.Sort)
			if diff := cmp.Diff(first, list(t, store, q)); diff != "" {
				t.Errorf("by %s (-searched +kept):\n%s", q.Sort[0], diff)
			}
		}
	}
	if kept := store.Orders(); kept != 8 {
		t.Errorf("%d orders are kept, want 8", kept)
	}
}

// TestDeepPageWaitsForItsOrder: it is that of the first ask, and who leaves waits no longer.
func TestDeepPageWaitsForItsOrder(t *testing.T) {
	ds := organisations(30_000)
	store, searching := memory.New(ds), memory.New(ds)
	searching.KeepNoOrders()
	q := geo.Query{Collection: geo.Facilities, Limit: 30, Offset: 25_000, Sort: []geo.SortKey{{Property: "city"}, {Property: "name", Descending: true}}}
	if diff := cmp.Diff(list(t, searching, q), list(t, store, q)); diff != "" || store.Orders() != 1 {
		t.Errorf("%d orders are kept, want 1 (-searched +kept):\n%s", store.Orders(), diff)
	}
	ctx, leave := context.WithCancel(t.Context())
	leave()
	q.Sort = q.Sort[1:]
	if _, err := store.List(ctx, q); !errors.Is(err, context.Canceled) {
		t.Errorf("List for nobody: %v", err)
	}
}

// list gives the slugs of a page, and whether there are more.
func list(t *testing.T, store geo.Store, q geo.Query) []string {
	t.Helper()
	page, err := store.List(t.Context(), q)
	if err != nil {
		t.Fatal(err)
	}
	slugs := []string{strconv.FormatBool(page.More)}
	for _, f := range page.Features {
		_, slug := f.Ref()
		slugs = append(slugs, slug)
	}
	return slugs
}

func TestNewLeavesTheDatasetAlone(t *testing.T) {
	ds := storetest.Generated(50)
	memory.New(ds)
	if diff := cmp.Diff(storetest.Generated(50), ds); diff != "" {
		t.Errorf("the data set has changed (-before +after):\n%s", diff)
	}
}

func TestReplace(t *testing.T) {
	ctx := t.Context()
	store := memory.New(storetest.Generated(100))
	before, err := store.Catalog(ctx)
	if err != nil {
		t.Fatal(err)
	}
	read := 0
	for _, err := range store.All(ctx, geo.Query{Collection: geo.Facilities}) {
		if err != nil {
			t.Fatal(err)
		}
		if read++; read == 3 {
			store.Replace(storetest.Fixture())
		}
	}
	if read != before.Facilities {
		t.Errorf("All gave %d records, want the %d from before Replace", read, before.Facilities)
	}
	after, err := store.Catalog(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if after.Revision != storetest.Fixture().Revision || after.Facilities != len(storetest.Fixture().Facilities) {
		t.Errorf("Catalog after Replace = %s with %d facilities", after.Revision, after.Facilities)
	}
}

// TestReplaceWhileReading: each answer is from one data set whole, never from two.
func TestReplaceWhileReading(t *testing.T) {
	small, large := storetest.Fixture(), storetest.Generated(200)
	store := memory.New(small)
	var group sync.WaitGroup
	for range 4 {
		group.Go(func() {
			for range 200 {
				page, err := store.List(t.Context(), geo.Query{Collection: geo.Facilities, Limit: geo.MaxLimit})
				if err != nil {
					t.Error(err)
				}
				if n := len(page.Features); n != page.Matched || n != len(small.Facilities) && n != len(large.Facilities) {
					t.Errorf("%d features of %d matched", n, page.Matched)
				}
			}
		})
	}
	for i := range 20 {
		store.Replace([]*geo.Dataset{large, small}[i%2])
	}
	group.Wait()
}

// TestSharedTexts: what two records repeat is in memory once, and is no part of
// the row it came from.
func TestSharedTexts(t *testing.T) {
	row := "lab-1,THA,Chiang Mai,food"
	ds := &geo.Dataset{Facilities: []geo.Facility{
		{ID: 1, Slug: row[:5], Country: row[6:9], City: row[10:20], Sectors: []string{row[21:]}},
		{ID: 2, Slug: "lab-2", Country: string([]byte("THA")), City: string([]byte("Chiang Mai")), Sectors: []string{string([]byte("food"))}},
	}}
	// One processor makes one chunk, and each chunk shares within itself.
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	store := memory.New(ds)
	a, b := get(t, store, 1), get(t, store, 2)
	if unsafe.StringData(a.City) != unsafe.StringData(b.City) || unsafe.SliceData(a.Sectors) != unsafe.SliceData(b.Sectors) {
		t.Error("equal towns and sectors are kept twice")
	}
	if unsafe.StringData(a.City) == unsafe.StringData(ds.Facilities[0].City) {
		t.Error("the town holds on to its row")
	}
}

func get(t *testing.T, store *memory.Store, id int64) *geo.Facility {
	t.Helper()
	f, err := store.Get(t.Context(), geo.Facilities, geo.Ref{ID: id})
	if err != nil {
		t.Fatal(err)
	}
	return f.(*geo.Facility)
}

// leaving is a context that ends when it was looked at so many times.
type leaving struct {
	context.Context
	looks int
}

func (l *leaving) Err() error {
	if l.looks--; l.looks < 0 {
		return context.Canceled
	}
	return nil
}

// Cells are not grouped for a client that has left.
func TestClustersEndWithTheirContext(t *testing.T) {
	store := memory.New(storetest.Generated(2000))
	all := geo.Query{Collection: geo.Facilities}
	if whole, err := store.Clusters(t.Context(), all, geo.MaxZoom); err != nil || len(whole.Clusters) < 500 {
		t.Fatalf("%d clusters, %v", len(whole.Clusters), err)
	}
	if _, err := store.Clusters(&leaving{t.Context(), 3}, all, geo.MaxZoom); !errors.Is(err, context.Canceled) {
		t.Errorf("Clusters for a client that has left = %v, want %v", err, context.Canceled)
	}
}
