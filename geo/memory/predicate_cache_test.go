package memory

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/RoaringBitmap/roaring/v2"
)

// ready makes the set of one number at once.
func ready(n uint32) func(context.Context) (*roaring.Bitmap, error) {
	return func(context.Context) (*roaring.Bitmap, error) { return roaring.BitmapOf(n), nil }
}

func TestCacheKeepsWithinItsLimit(t *testing.T) {
	each := verdict{set: roaring.BitmapOf(0)}.bytes("key 0")
	c := newPredicateCache(3 * each)
	for i := range uint32(8) {
		if _, err := c.findOrMake(t.Context(), fmt.Sprint("key ", i), ready(i)); err != nil {
			t.Fatal(err)
		}
		c.find("key 0") // which stays, since it is used
		if taken := c.kept.Taken(); taken != min(int64(i)+1, 3)*each {
			t.Errorf("%d bytes after %d sets of %d", taken, i+1, each)
		}
	}
	for i := range uint32(8) {
		set, ok := c.find(fmt.Sprint("key ", i))
		if want := i == 0 || i > 5; ok != want || ok && !set.Contains(i) {
			t.Errorf("key %d: found %v, %v, want found %v", i, set, ok, want)
		}
	}
	huge := roaring.New()
	for n := range uint32(3 * each) {
		huge.Add(2 * n)
	}
	if _, err := c.findOrMake(t.Context(), "huge", func(context.Context) (*roaring.Bitmap, error) { return huge, nil }); err != nil {
		t.Fatal(err)
	}
	if _, ok := c.find("huge"); ok || c.kept.Taken() != 0 {
		t.Errorf("an entry above the limit is kept: %d bytes", c.kept.Taken())
	}
}

// TestCacheMakesOnce: who asks while a set is made waits for it.
func TestCacheMakesOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newPredicateCache(cacheBytes)
		var made atomic.Int32
		var group sync.WaitGroup
		for range 20 {
			group.Go(func() {
				set, err := c.findOrMake(t.Context(), "key", func(context.Context) (*roaring.Bitmap, error) {
					time.Sleep(time.Second)
					made.Add(1)
					return roaring.BitmapOf(7), nil
				})
				if err != nil || !set.Contains(7) {
					t.Errorf("findOrMake = %v, %v", set, err)
				}
			})
		}
		group.Wait()
		if made.Load() != 1 {
			t.Errorf("made %d times", made.Load())
		}
	})
}

// untilCanceled makes a set in a minute, unless it is told to stop.
func untilCanceled(stopped *atomic.Bool) func(context.Context) (*roaring.Bitmap, error) {
	return func(ctx context.Context) (*roaring.Bitmap, error) {
		select {
		case <-ctx.Done():
			stopped.Store(true)
			return nil, ctx.Err()
		case <-time.After(time.Minute):
			return roaring.BitmapOf(7), nil
		}
	}
}

// TestCacheOutlivesTheFirstCaller: who began the making may leave before the others.
func TestCacheOutlivesTheFirstCaller(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newPredicateCache(cacheBytes)
		var stopped atomic.Bool
		first, leave := context.WithCancel(t.Context())
		go func() {
			if _, err := c.findOrMake(first, "key", untilCanceled(&stopped)); !errors.Is(err, context.Canceled) {
				t.Errorf("the first caller got %v, want %v", err, context.Canceled)
			}
		}()
		synctest.Wait()
		go func() { time.Sleep(time.Second); leave() }()
		set, err := c.findOrMake(t.Context(), "key", ready(1))
		if err != nil || !set.Contains(7) || stopped.Load() {
			t.Errorf("the second caller got %v, %v; want what the first began", set, err)
		}
	})
}

// TestCacheStopsWhenNobodyWaits, and begins again for who comes next.
func TestCacheStopsWhenNobodyWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newPredicateCache(cacheBytes)
		var stopped atomic.Bool
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if _, err := c.findOrMake(ctx, "key", untilCanceled(&stopped)); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("findOrMake = %v, want %v", err, context.DeadlineExceeded)
		}
		set, err := c.findOrMake(t.Context(), "key", ready(1))
		synctest.Wait()
		if err != nil || !set.Contains(1) || !stopped.Load() {
			t.Errorf("next: %v, %v; stopped %v", set, err, stopped.Load())
		}
		if kept, _ := c.find("key"); kept != set || len(c.calls.Waiting()) != 0 {
			t.Errorf("kept %v, still being made: %v", kept, c.calls.Waiting())
		}
	})
}

func TestCacheKeepsNoError(t *testing.T) {
	c := newPredicateCache(cacheBytes)
	failure := errors.New("failure")
	if _, err := c.findOrMake(t.Context(), "key", func(context.Context) (*roaring.Bitmap, error) { return nil, failure }); err != failure {
		t.Errorf("findOrMake = %v, want %v", err, failure)
	}
	if set, err := c.findOrMake(t.Context(), "key", ready(1)); err != nil || !set.Contains(1) {
		t.Errorf("after an error: %v, %v", set, err)
	}
}
