package geo

import (
	"context"
	"sync"
	"sync/atomic"
	"time"
)

// Gate keeps costly questions from taking all processors and all memory: so many of
// them run at once, some more wait for a while, and the others are refused at once.
// Who came first is let in first. What an index or a kept answer tells passes by.
type Gate struct {
	permits  chan struct{} // one for each that runs
	queue    int64
	patience time.Duration

	waiting    atomic.Int64
	full, late atomic.Uint64
}

// NewGate lets so many in at once, at least one; as many as the queue wait for a
// permit, none of them longer than the patience.
func NewGate(running, queue int, patience time.Duration) *Gate {
	return &Gate{permits: make(chan struct{}, max(running, 1)), queue: int64(queue), patience: patience}
}

// DefaultGate lets in two questions a processor, and 32 wait for two seconds at most.
func DefaultGate() *Gate {
	return NewGate(2*Processors(), 32, 2*time.Second)
}

// Enter returns when there is a permit, which the caller gives back by leave; leave may
// be called again. Errors are ErrBusy and the context's own. Who holds a permit must not
// enter again: it might wait for itself.
func (g *Gate) Enter(ctx context.Context) (leave func(), err error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	select {
	case g.permits <- struct{}{}:
		return g.leave(), nil
	default:
	}
	defer g.waiting.Add(-1)
	if g.waiting.Add(1) > g.queue {
		g.full.Add(1)
		return nil, ErrBusy
	}
	return g.wait(ctx)
}

func (g *Gate) wait(ctx context.Context) (leave func(), err error) {
	patience := time.NewTimer(g.patience)
	defer patience.Stop()
	select {
	case g.permits <- struct{}{}: // those who wait here are served in their order
		return g.leave(), nil
	case <-patience.C:
		g.late.Add(1)
		return nil, ErrBusy
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (g *Gate) leave() func() { return sync.OnceFunc(func() { <-g.permits }) }

// GateCounts are how a gate stands, and whom it has refused since it was made.
type GateCounts struct {
	Running, Waiting int
	Full, Late       uint64 // refused: the queue was full, or the wait too long
}

// Counts may be a moment old.
func (g *Gate) Counts() GateCounts {
	waiting := min(g.waiting.Load(), g.queue) // those being refused are counted for a moment
	return GateCounts{Running: len(g.permits), Waiting: int(waiting), Full: g.full.Load(), Late: g.late.Load()}
}
