package api

import (
	"context"
	"fmt"
	"runtime/debug"
	"sync"
)

// makings are the answers that are on their way: who asks for one of them waits for it,
// and it is made once. Each may leave alone; the making goes on for the others, and ends
// when nobody waits any more.
type makings struct {
	mu    sync.Mutex
	byKey map[string]*making
}

// making is one answer on its way, and how many wait for it.
type making struct {
	waiting int
	cancel  context.CancelFunc
	done    chan struct{} // closed when answer and err are there
	answer  *finished
	err     error
}

// join gives what fill makes, or what it makes for those who came before.
func (m *makings) join(ctx context.Context, key string, fill func(context.Context) (*finished, error)) (*finished, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	m.mu.Lock()
	one := m.byKey[key]
	if one == nil {
		one = m.start(ctx, key, fill)
	}
	one.waiting++
	m.mu.Unlock()

	select {
	case <-one.done:
		return one.answer, one.err
	case <-ctx.Done():
		m.leave(key, one)
		return nil, ctx.Err()
	}
}

// start begins a making apart from the caller, who may leave before the others. It has
// no deadline: each of those who wait has one.
func (m *makings) start(ctx context.Context, key string, fill func(context.Context) (*finished, error)) *making {
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	one := &making{cancel: cancel, done: make(chan struct{})}
	if m.byKey == nil {
		m.byKey = map[string]*making{}
	}
	m.byKey[key] = one
	go func() {
		defer close(one.done)
		defer cancel()
		defer m.end(key, one)
		defer func() {
			if cause := recover(); cause != nil { // of which no caller could recover
				one.answer, one.err = nil, fmt.Errorf("%w: %v\n%s", errPanic, cause, debug.Stack())
			}
		}()
		one.answer, one.err = fill(ctx)
	}()
	return one
}

// end makes room for the next making: who comes later does not get an error of before.
func (m *makings) end(key string, one *making) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.byKey[key] == one {
		delete(m.byKey, key)
	}
}

func (m *makings) leave(key string, one *making) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if one.waiting--; one.waiting > 0 || m.byKey[key] != one {
		return
	}
	delete(m.byKey, key) // who asks next must not wait for what is canceled
	one.cancel()
}
