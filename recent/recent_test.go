package recent

import (
	"sync"
	"testing"
)

func TestCache(t *testing.T) {
	c := Cache[string, int]{Limit: 10}
	has := func(what string, want map[string]int, taken int64) {
		t.Helper()
		for _, key := range []string{"a", "b", "c", "d"} {
			value, ok := c.entries[key]
			if wanted, must := want[key]; ok != must || ok && value.Value.(entry[string, int]).value != wanted {
				t.Errorf("%s: %s is kept: %v, want %v", what, key, ok, must)
			}
		}
		if c.Taken() != taken || c.order.Len() != len(want) {
			t.Errorf("%s: %d of the limit by %d, want %d by %d", what, c.Taken(), c.order.Len(), taken, len(want))
		}
	}
	if _, ok := c.Find("a"); ok {
		t.Error("an empty cache has a value")
	}
	c.Keep("a", 1, 4)
	c.Keep("b", 2, 4)
	has("two", map[string]int{"a": 1, "b": 2}, 8)
	if value, ok := c.Find("a"); !ok || value != 1 {
		t.Errorf("a is %d, %v", value, ok)
	}
	c.Keep("c", 3, 2)
	c.Keep("d", 4, 3)
	has("what was not used gives way", map[string]int{"a": 1, "c": 3, "d": 4}, 9)
	c.Keep("a", 5, 5)
	has("another value of a key", map[string]int{"a": 5, "c": 3, "d": 4}, 10)
	c.Keep("b", 6, 11)
	has("one that is too large", map[string]int{}, 0)
	c.Keep("b", 7, 10)
	c.Clear()
	has("cleared", map[string]int{}, 0)
}

func TestCacheOfMany(t *testing.T) {
	c := Cache[int, int]{Limit: 100}
	var many sync.WaitGroup
	for i := range 8 {
		many.Go(func() {
			for n := range 1000 {
				if value, ok := c.Find(n % 150); ok && value != n%150 {
					t.Errorf("%d is %d", n%150, value)
				}
				c.Keep(n%150, n%150, int64(1+i%2))
			}
		})
	}
	many.Wait()
	if c.Taken() > 100 {
		t.Errorf("%d of 100 are taken", c.Taken())
	}
}
