package api

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// slow makes an answer in a second, unless it is canceled.
func slow(made *atomic.Int32) func(context.Context) (*finished, error) {
	return func(ctx context.Context) (*finished, error) {
		select {
		case <-time.After(time.Second):
			made.Add(1)
			return &finished{body: []byte("made")}, nil
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

func TestMakingIsShared(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var m makings
		var made atomic.Int32
		var group sync.WaitGroup
		for range 100 {
			group.Go(func() {
				if f, err := m.join(t.Context(), "key", slow(&made)); err != nil || string(f.body) != "made" {
					t.Errorf("%v, %v", f, err)
				}
			})
		}
		group.Wait()
		if made.Load() != 1 || len(m.byKey) != 0 {
			t.Errorf("made %d times, %d left", made.Load(), len(m.byKey))
		}
	})
}

// TestMakingOutlivesWhoBeganIt: the first may leave, and the others get their answer.
func TestMakingOutlivesWhoBeganIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var m makings
		var made atomic.Int32
		first, leave := context.WithTimeout(t.Context(), 300*time.Millisecond)
		defer leave()
		var group sync.WaitGroup
		group.Go(func() {
			if _, err := m.join(first, "key", slow(&made)); !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("who left got %v", err)
			}
		})
		synctest.Wait()
		for range 3 {
			group.Go(func() {
				if _, err := m.join(t.Context(), "key", slow(&made)); err != nil {
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

// TestMakingEndsWhenNobodyWaits, and who asks then does not get its end for an answer.
func TestMakingEndsWhenNobodyWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var m makings
		var made atomic.Int32
		began := time.Now()
		ctx, leave := context.WithTimeout(t.Context(), 300*time.Millisecond)
		defer leave()
		var group sync.WaitGroup
		for range 2 {
			group.Go(func() { m.join(ctx, "key", slow(&made)) })
		}
		group.Wait()
		f, err := m.join(t.Context(), "key", slow(&made))
		if err != nil || f == nil || made.Load() != 1 || time.Since(began) != 1300*time.Millisecond {
			t.Errorf("%v, %v, made %d times in %s", f, err, made.Load(), time.Since(began))
		}
	})
}

func TestMakingThatFails(t *testing.T) {
	var m makings
	broken := errors.New("broken")
	if _, err := m.join(t.Context(), "key", func(context.Context) (*finished, error) { return nil, broken }); err != broken {
		t.Errorf("error %v", err)
	}
	if _, err := m.join(t.Context(), "key", func(context.Context) (*finished, error) { panic("secret") }); !errors.Is(err, errPanic) {
		t.Errorf("a panic is %v", err)
	}
	if f, err := m.join(t.Context(), "key", func(context.Context) (*finished, error) { return &finished{}, nil }); f == nil || err != nil {
		t.Errorf("after the errors: %v, %v", f, err)
	}
}
