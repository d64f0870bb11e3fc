package memory

import (
	"context"
	"sync"

	"innoatlas/geo"
)

// question is one call of a store. It takes a permit of the gate where it first comes
// to something costly, and gives it back at its end, or where it waits for what is made
// for another; so it never waits for itself. A set that is being made for it, and for
// others, has its share in the permit: who asked for it first may leave before it is
// there.
type question struct {
	gate *geo.Gate

	mu     sync.Mutex
	ended  bool
	shares int // in the permit
	leave  func()
}

type questionKey struct{}

// begin makes a question of a context; end is to be called when the answer is there.
func begin(ctx context.Context, gate *geo.Gate) (asking context.Context, end func()) {
	q := &question{gate: gate}
	return context.WithValue(ctx, questionKey{}, q), q.end
}

// costly is the work from which a question needs a permit: some two milliseconds.
const costly = 40_000

// enter returns when the question of the context has a permit for so much work, and is
// followed by leave. Little work needs none.
func enter(ctx context.Context, work int) (leave func(), err error) {
	q, _ := ctx.Value(questionKey{}).(*question)
	if q == nil || work < costly {
		return func() {}, nil
	}
	return q.share(ctx)
}

// share is called by one goroutine at a time: a question has one set made after the other.
func (q *question) share(ctx context.Context) (leave func(), err error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.shares == 0 {
		q.mu.Unlock()
		leave, err := q.gate.Enter(ctx)
		q.mu.Lock()
		if err != nil {
			return nil, err
		}
		if q.leave = leave; !q.ended {
			q.shares++
		}
	}
	q.shares++
	return q.giveBack, nil
}

func (q *question) giveBack() {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.shares == 0 { // it has no permit
		return
	}
	if q.shares--; q.shares == 0 {
		q.leave()
	}
}

func (q *question) end() {
	q.mu.Lock()
	q.ended = true
	q.mu.Unlock()
	q.giveBack()
}

// stepAside gives the permit back while the question waits for what is made for another,
// which may itself be waiting for a permit.
func stepAside(ctx context.Context) {
	if q, _ := ctx.Value(questionKey{}).(*question); q != nil {
		q.giveBack()
	}
}
