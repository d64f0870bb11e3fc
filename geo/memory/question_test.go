package memory

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/RoaringBitmap/roaring/v2"

	"innoatlas/geo"
	"innoatlas/singleflight"
)

// running fails where so many permits are not taken.
func running(t *testing.T, g *geo.Gate, want int) {
	t.Helper()
	if got := g.Counts().Running; got != want {
		t.Errorf("%d permits are taken, want %d", got, want)
	}
}

func TestQuestionTakesOnePermit(t *testing.T) {
	g := geo.NewGate(1, 0, 0)
	ctx, end := begin(t.Context(), g)
	for range 2 { // one costly part after, and within, the other
		if leave, err := enter(ctx, costly-1); err != nil {
			t.Fatal(err)
		} else {
			leave()
		}
		first, err := enter(ctx, costly)
		if err != nil {
			t.Fatal(err)
		}
		second, err := enter(ctx, costly)
		if err != nil {
			t.Fatal(err)
		}
		first()
		second()
		running(t, g, 1)
	}
	other, endOther := begin(t.Context(), g)
	if _, err := enter(other, costly); !errors.Is(err, geo.ErrBusy) {
		t.Errorf("another question: %v, want %v", err, geo.ErrBusy)
	}
	if _, err := enter(other, costly-1); err != nil {
		t.Errorf("another question, little work: %v", err)
	}
	endOther()
	end()
	running(t, g, 0)
}

// TestMakingKeepsThePermit: what is made for several keeps the permit of who left, to its end.
func TestMakingKeepsThePermit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g, c := geo.NewGate(1, 0, 0), newPredicateCache(cacheBytes)
		fill := func(ctx context.Context) (*roaring.Bitmap, error) {
			leave, err := enter(ctx, costly)
			if err != nil {
				return nil, err
			}
			defer leave()
			select {
			case <-ctx.Done():
				return nil, ctx.Err()
			case <-time.After(time.Minute):
				return roaring.BitmapOf(7), nil
			}
		}
		ask := func(patience time.Duration) error {
			ctx, cancel := context.WithTimeout(t.Context(), patience)
			defer cancel()
			ctx, end := begin(ctx, g)
			defer end()
			_, err := c.findOrMake(ctx, "key", fill)
			return err
		}
		first, second := make(chan error), make(chan error)
		go func() { first <- ask(time.Second) }()
		synctest.Wait()
		go func() { second <- ask(time.Hour) }() // needs no permit to wait for the other's
		if err := <-first; !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("who left: %v", err)
		}
		running(t, g, 1)
		if err := <-second; err != nil {
			t.Errorf("who stayed: %v", err)
		}
		running(t, g, 0)
		c = newPredicateCache(cacheBytes)
		if err := ask(time.Second); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("who was alone: %v", err)
		}
		synctest.Wait()
		running(t, g, 0) // it stopped when nobody waited any more
	})
}

// TestPanicsAreErrors: in whatever goroutine they are, the program goes on.
func TestPanicsAreErrors(t *testing.T) {
	check := func(what string, err error) {
		t.Helper()
		if err == nil || !strings.Contains(err.Error(), "panic: ") || !strings.Contains(err.Error(), ".go:") {
			t.Errorf("%s: %v, want a panic and its permit", what, err)
		}
	}
	check("work on all processors", func() (err error) {
		defer singleflight.Recover(&err)
		inParallel(chunksOf(100), func(i int, _ chunk) {
			if i == 0 {
				panic("wrong")
			}
		})
		return nil
	}())
	_, err := newPredicateCache(cacheBytes).findOrMake(t.Context(), "key", func(context.Context) (*roaring.Bitmap, error) { panic("wrong") })
	check("what is kept", err)

	store := New(&geo.Dataset{Revision: "good", Facilities: make([]geo.Facility, keepFrom)})
	check("the next data set", store.Replace(nil))
	if catalog, err := store.Catalog(t.Context()); err != nil || catalog.Revision != "good" {
		t.Errorf("after that: %v, %v; want the one before", catalog, err)
	}
	store.current.Load().orders.ranks = nil // to write into it is a panic
	_, err = store.current.Load().orders.awaitOrder(t.Context(), []geo.SortKey{{Property: "name"}})
	check("an order", err)
}
