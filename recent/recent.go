// Package recent keeps what was used last, within a budget.
package recent

import (
	"container/list"
	"sync"
)

// Cache keeps values by their keys; what was not used for the longest time gives way. It
// may be used from many goroutines. The zero Cache but for its Limit is empty and ready.
type Cache[K comparable, V any] struct {
	Limit int64 // of what the values take together; not to be changed

	mu      sync.Mutex
	taken   int64
	entries map[K]*list.Element
	order   list.List // of entry, the last used in front
}

type entry[K comparable, V any] struct {
	key   K
	value V
	size  int64
}

// Find gives the value if it is there.
func (c *Cache[K, V]) Find(key K) (value V, ok bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	element, ok := c.entries[key]
	if !ok {
		return value, false
	}
	c.order.MoveToFront(element)
	return element.Value.(entry[K, V]).value, true
}

// Keep keeps a value in place of what the key had, and drops what no longer fits: the
// value itself where it alone takes more than the limit.
func (c *Cache[K, V]) Keep(key K, value V, size int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if known, ok := c.entries[key]; ok {
		c.drop(known)
	}
	if c.entries == nil {
		c.entries = map[K]*list.Element{}
	}
	c.entries[key] = c.order.PushFront(entry[K, V]{key, value, size})
	for c.taken += size; c.taken > c.Limit; {
		c.drop(c.order.Back())
	}
}

func (c *Cache[K, V]) drop(element *list.Element) {
	e := c.order.Remove(element).(entry[K, V])
	delete(c.entries, e.key)
	c.taken -= e.size
}

// Kept are the values that there are, those used last at the end.
func (c *Cache[K, V]) Kept() (values []V) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for e := c.order.Back(); e != nil; e = e.Prev() {
		values = append(values, e.Value.(entry[K, V]).value)
	}
	return values
}

// Clear drops all.
func (c *Cache[K, V]) Clear() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.entries, c.taken = nil, 0
	c.order.Init()
}

// Taken is how much of the limit the values take.
func (c *Cache[K, V]) Taken() int64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.taken
}
