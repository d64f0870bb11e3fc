// Package singleflight makes once what several ask for at the same time. Each of them may
// leave alone; what is made goes on for the others, and ends when nobody waits any more.
package singleflight

import (
	"context"
	"fmt"
	"runtime/debug"
	"sync"
)

// Group has the calls that are on their way, by their keys. The zero Group is empty and
// ready.
type Group[V any] struct {
	// Waits is called by who is about to wait for a call that another began; nil is nothing.
	// Not to be changed.
	Waits func(context.Context)

	mu    sync.Mutex
	calls map[string]*call[V]
}

// call is a value on its way, and how many wait for it.
type call[V any] struct {
	waiting int
	cancel  context.CancelFunc
	done    chan struct{} // closed when value and err are there
	value   V
	err     error
}

// Do gives what the function makes, or what it makes for who came before. The function is
// called apart from the caller, with the values of its context and no deadline: each of
// those who wait has one. A panic in it is the error of all who wait, a *PanicError.
func (g *Group[V]) Do(ctx context.Context, key string, function func(context.Context) (V, error)) (value V, err error) {
	if err := ctx.Err(); err != nil {
		return value, err
	}
	g.mu.Lock()
	c, isOthers := g.calls[key]
	if !isOthers {
		c = g.start(ctx, key, function)
	}
	c.waiting++
	g.mu.Unlock()
	if isOthers && g.Waits != nil {
		g.Waits(ctx)
	}

	select {
	case <-c.done:
		return c.value, c.err
	case <-ctx.Done():
		g.leave(key, c)
		return value, ctx.Err()
	}
}

func (g *Group[V]) start(ctx context.Context, key string, function func(context.Context) (V, error)) *call[V] {
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	c := &call[V]{cancel: cancel, done: make(chan struct{})}
	if g.calls == nil {
		g.calls = map[string]*call[V]{}
	}
	g.calls[key] = c
	go func() {
		defer cancel()
		c.make(ctx, function)
		g.forget(key, c)
		close(c.done)
	}()
	return c
}

func (c *call[V]) make(ctx context.Context, function func(context.Context) (V, error)) {
	defer Recover(&c.err)
	c.value, c.err = function(ctx)
}

// forget makes room for the next call: who comes later does not get an error of before.
func (g *Group[V]) forget(key string, c *call[V]) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.calls[key] == c {
		delete(g.calls, key)
	}
}

func (g *Group[V]) leave(key string, c *call[V]) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if c.waiting--; c.waiting > 0 || g.calls[key] != c {
		return
	}
	delete(g.calls, key) // who asks next must not wait for what is canceled
	c.cancel()
}

// Waiting is how many wait for each call that is on its way.
func (g *Group[V]) Waiting() map[string]int {
	g.mu.Lock()
	defer g.mu.Unlock()
	waiting := map[string]int{}
	for key, c := range g.calls {
		waiting[key] = c.waiting
	}
	return waiting
}

// PanicError is a fault of the program in a goroutine whose caller could not recover of it.
type PanicError struct {
	Value any
	Stack []byte
}

func (p *PanicError) Error() string { return fmt.Sprintf("panic: %v\n%s", p.Value, p.Stack) }

// Recover makes a panic the error of the function that defers it, a *PanicError. One that
// was made before, and panicked with, stays as it is.
func Recover(err *error) {
	switch p := recover().(type) {
	case nil:
	case *PanicError:
		*err = p
	default:
		*err = &PanicError{p, debug.Stack()}
	}
}
