package memory

import (
	"container/list"
	"context"
	"errors"
	"sync"

	"github.com/RoaringBitmap/roaring/v2"

	"innoatlas/geo"
)

// cacheBytes bounds a cache. A set over a million records has at most 128 KiB, so
// 500 filters fit at the least, and a few thousand as a rule.
const cacheBytes = 64 << 20

// entryBytes is what an entry takes besides its key and its set.
const entryBytes = 256

// predicateCache keeps sets that were costly to make; what was not used for the longest time
// gives way. Its sets are shared, and never change.
type predicateCache struct {
	limit int // in bytes

	mu      sync.Mutex
	bytes   int
	entries map[string]*list.Element // of recent
	recent  *list.List               // of entry, the last used in front
	making  map[string]*making
}

// entry is a set, or the reason that none is made of what was asked.
type entry struct {
	key     string
	set     *roaring.Bitmap
	refused error
}

func (e entry) bytes() int {
	if e.set == nil {
		return entryBytes + len(e.key)
	}
	return entryBytes + len(e.key) + int(e.set.GetSizeInBytes())
}

// making is a set on its way, and how many wait for it.
type making struct {
	waiting int
	cancel  context.CancelFunc
	done    chan struct{} // closed when set and err are there
	set     *roaring.Bitmap
	err     error
}

func newPredicateCache(limit int) *predicateCache {
	return &predicateCache{limit: limit, entries: map[string]*list.Element{}, recent: list.New(), making: map[string]*making{}}
}

// find gives the set if it is there.
func (c *predicateCache) find(key string) (*roaring.Bitmap, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	e, ok := c.use(key)
	return e.set, ok && e.refused == nil
}

func (c *predicateCache) use(key string) (entry, bool) {
	element, ok := c.entries[key]
	if !ok {
		return entry{}, false
	}
	c.recent.MoveToFront(element)
	return element.Value.(entry), true
}

// findOrMake gives the set, and makes it where it is not there: once for all who
// ask at the same time. The making ends early only when nobody waits any more.
func (c *predicateCache) findOrMake(ctx context.Context, key string, fill func(context.Context) (*roaring.Bitmap, error)) (*roaring.Bitmap, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	c.mu.Lock()
	if e, ok := c.use(key); ok {
		c.mu.Unlock()
		return e.set, e.refused
	}
	m, isOthers := c.making[key]
	if !isOthers {
		m = c.start(ctx, key, fill)
	}
	m.waiting++
	c.mu.Unlock()
	if isOthers {
		stepAside(ctx)
	}

	select {
	case <-m.done:
		return m.set, m.err
	case <-ctx.Done():
		c.leave(key, m)
		return nil, ctx.Err()
	}
}

// start makes the set apart from the caller, who may leave before the others. A panic in
// it is the error of all who wait.
func (c *predicateCache) start(ctx context.Context, key string, fill func(context.Context) (*roaring.Bitmap, error)) *making {
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	m := &making{cancel: cancel, done: make(chan struct{})}
	c.making[key] = m
	go func() {
		defer cancel()
		m.fill(ctx, fill)
		c.finish(key, m)
		close(m.done)
	}()
	return m
}

func (m *making) fill(ctx context.Context, fill func(context.Context) (*roaring.Bitmap, error)) {
	defer recovered(&m.err)
	m.set, m.err = fill(ctx)
}

func (c *predicateCache) finish(key string, m *making) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.making[key] != m {
		return // all have left
	}
	delete(c.making, key)
	var refused *geo.InputError
	switch {
	case m.err == nil:
		c.add(entry{key: key, set: m.set})
	case errors.As(m.err, &refused):
		c.add(entry{key: key, refused: m.err})
	}
}

func (c *predicateCache) leave(key string, m *making) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if m.waiting--; m.waiting > 0 || c.making[key] != m {
		return
	}
	delete(c.making, key) // who asks next must not wait for what is canceled
	m.cancel()
}

// add keeps the entry, and drops what no longer fits.
func (c *predicateCache) add(e entry) {
	c.entries[e.key] = c.recent.PushFront(e)
	for c.bytes += e.bytes(); c.bytes > c.limit; {
		last := c.recent.Remove(c.recent.Back()).(entry)
		delete(c.entries, last.key)
		c.bytes -= last.bytes()
	}
}
