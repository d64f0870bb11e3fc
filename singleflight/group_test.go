package singleflight

import (
	"context"
	"errors"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// slow makes a text in a second, unless it is canceled.
func slow(made *atomic.Int32) func(context.Context) (string, error) {
	return func(ctx context.Context) (string, error) {
		select {
		case <-time.After(time.Second):
			made.Add(1)
			return "made", nil
		case <-ctx.Done():
			return "", ctx.Err()
		}
	}
}

func TestCallIsShared(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var waits, made atomic.Int32
		g := Group[string]{Waits: func(context.Context) { waits.Add(1) }}
		var group sync.WaitGroup
		for range 100 {
			group.Go(func() {
				if value, err := g.Do(t.Context(), "key", slow(&made)); err != nil || value != "made" {
					t.Errorf("%q, %v", value, err)
				}
			})
		}
		group.Wait()
		if made.Load() != 1 || waits.Load() != 99 || len(g.calls) != 0 {
			t.Errorf("made %d times, %d waited for another, %d left", made.Load(), waits.Load(), len(g.calls))
		}
	})
}

// TestCallOutlivesWhoBeganIt: the first may leave, and the others get their value.
func TestCallOutlivesWhoBeganIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var g Group[string]
		var made atomic.Int32
		first, leave := context.WithTimeout(t.Context(), 300*time.Millisecond)
		defer leave()
		var group sync.WaitGroup
		group.Go(func() {
			if _, err := g.Do(first, "key", slow(&made)); !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("who left got %v", err)
			}
		})
		synctest.Wait()
		for range 3 {
			group.Go(func() {
				if _, err := g.Do(t.Context(), "key", slow(&made)); err != nil {
					t.Errorf("who waited got %v", err)
				}
			})
		}
		group.Wait()
		if made.Load() != 1 {
			t.Errorf("made %d times", made.Load())
		}
	})
}

// TestCallEndsWhenNobodyWaits, and who asks then does not get its end for an answer.
func TestCallEndsWhenNobodyWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var g Group[string]
		var made atomic.Int32
		began := time.Now()
		ctx, leave := context.WithTimeout(t.Context(), 300*time.Millisecond)
		defer leave()
		var group sync.WaitGroup
		for range 2 {
			group.Go(func() { g.Do(ctx, "key", slow(&made)) })
		}
		group.Wait()
		value, err := g.Do(t.Context(), "key", slow(&made))
		if err != nil || value != "made" || made.Load() != 1 || time.Since(began) != 1300*time.Millisecond {
			t.Errorf("%q, %v, made %d times in %s", value, err, made.Load(), time.Since(began))
		}
	})
}

// A call that was canceled and still runs does not take the place of the one after it.
func TestCanceledCallLeavesTheNextAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var g Group[string]
		ctx, leave := context.WithTimeout(t.Context(), 100*time.Millisecond)
		defer leave()
		g.Do(ctx, "key", func(context.Context) (string, error) { time.Sleep(500 * time.Millisecond); return "late", nil })
		var made atomic.Int32
		var group sync.WaitGroup
		group.Go(func() { g.Do(t.Context(), "key", slow(&made)) })
		time.Sleep(700 * time.Millisecond) // the first has ended, the second has not
		if value, err := g.Do(t.Context(), "key", slow(&made)); value != "made" || err != nil || made.Load() != 1 {
			t.Errorf("%q, %v, made %d times", value, err, made.Load())
		}
		group.Wait()
	})
}

func TestCallThatFails(t *testing.T) {
	var g Group[string]
	broken := errors.New("broken")
	if _, err := g.Do(t.Context(), "key", func(context.Context) (string, error) { return "", broken }); err != broken {
		t.Errorf("error %v", err)
	}
	var fault *PanicError
	_, err := g.Do(t.Context(), "key", func(context.Context) (string, error) { panic("secret") })
	if !errors.As(err, &fault) || fault.Value != "secret" || !strings.Contains(err.Error(), "TestCallThatFails") {
		t.Errorf("a panic is %v, want it with its stack", err)
	}
	if _, err := g.Do(t.Context(), "key", func(context.Context) (string, error) { panic(fault) }); err != fault {
		t.Errorf("a fault that was recovered of and panicked with is %v", err)
	}
	if value, err := g.Do(t.Context(), "key", func(context.Context) (string, error) { return "made", nil }); value != "made" || err != nil {
		t.Errorf("after the errors: %q, %v", value, err)
	}
	ended, end := context.WithCancel(t.Context())
	end()
	if _, err := g.Do(ended, "key", func(context.Context) (string, error) { panic("called") }); err != context.Canceled {
		t.Errorf("who has left before gets %v", err)
	}
}

// TestManyCalls of few keys, many of which leave before the end.
func TestManyCalls(t *testing.T) {
	var g Group[int]
	var group sync.WaitGroup
	for i := range 8 {
		group.Go(func() {
			for n := range 500 {
				ctx, leave := context.WithTimeout(t.Context(), time.Duration(n%4)*20*time.Microsecond)
				key := (i + n) % 3
				value, err := g.Do(ctx, string(rune('a'+key)), func(ctx context.Context) (int, error) {
					runtime.Gosched()
					return key, ctx.Err()
				})
				if err == nil && value != key {
					t.Errorf("%d is %d", key, value)
				}
				leave()
			}
		})
	}
	group.Wait()
	if waiting := g.Waiting(); len(waiting) > 0 {
		t.Errorf("when all have left, so many wait: %v", waiting)
	}
}
