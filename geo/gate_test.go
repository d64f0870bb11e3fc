package geo_test

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"innoatlas/geo"
)

// enter takes a permit that there is.
func enter(t *testing.T, g *geo.Gate) (leave func()) {
	t.Helper()
	leave, err := g.Enter(t.Context())
	if err != nil {
		t.Fatalf("Enter = %v", err)
	}
	return leave
}

func TestGateRefusesWhomItCannotServe(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := geo.NewGate(2, 1, 2*time.Second)
		first, second := enter(t, g), enter(t, g)
		var waits sync.WaitGroup
		waits.Go(func() {
			began := time.Now()
			if _, err := g.Enter(t.Context()); !errors.Is(err, geo.ErrBusy) || time.Since(began) != 2*time.Second {
				t.Errorf("without a permit: %v after %v, want %v after two seconds", err, time.Since(began), geo.ErrBusy)
			}
		})
		synctest.Wait()
		if _, err := g.Enter(t.Context()); !errors.Is(err, geo.ErrBusy) || !errors.Is(err, geo.ErrUnavailable) {
			t.Errorf("with a full queue: %v, want %v at once", err, geo.ErrBusy)
		}
		if got, want := g.Counts(), (geo.GateCounts{Running: 2, Waiting: 1, Full: 1}); got != want {
			t.Errorf("Counts = %+v, want %+v", got, want)
		}
		waits.Wait()
		first()
		first() // gives back nothing of the second's
		enter(t, g)()
		second()
		if got, want := g.Counts(), (geo.GateCounts{Full: 1, Late: 1}); got != want {
			t.Errorf("Counts = %+v, want %+v", got, want)
		}
	})
}

func TestGateServesInOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := geo.NewGate(1, 10, time.Minute)
		leave := enter(t, g)
		var served []int
		var waits sync.WaitGroup
		for i := range 10 {
			waits.Go(func() {
				leave := enter(t, g)
				served = append(served, i)
				leave()
			})
			synctest.Wait()
		}
		leave()
		waits.Wait()
		if !slices.IsSorted(served) || len(served) != 10 {
			t.Errorf("served in the order %v", served)
		}
	})
}

func TestGateLetsGoWhoLeaves(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := geo.NewGate(1, 1, time.Minute)
		leave := enter(t, g)
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		for range 2 { // who waits, and who has left already
			if _, err := g.Enter(ctx); !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("Enter = %v, want %v", err, context.DeadlineExceeded)
			}
		}
		leave()
		if got := g.Counts(); got != (geo.GateCounts{}) {
			t.Errorf("Counts = %+v, want none", got)
		}
	})
}

func TestDefaultGate(t *testing.T) {
	g := geo.DefaultGate()
	for range 2 * geo.Processors() {
		defer enter(t, g)()
	}
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	if _, err := g.Enter(ctx); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("one more: %v, want to wait", err)
	}
}
