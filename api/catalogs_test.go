package api

import (
	"testing"
	"testing/synctest"
	"time"

	"innoatlas/geo/memory"
)

// TestCatalogAfterAnOutage: a failure is not believed for long. Who asks when the database
// has been back for a while gets the data as it is, not what was kept before.
func TestCatalogAfterAnOutage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		data := memory.New(grown(4))
		store := &hookedStore{Store: data}
		s := keeping(store)
		matched := func() int {
			return decode[struct{ NumberMatched int }](t, get(t, s, "/collections/facilities/items?limit=1")).NumberMatched
		}
		matched()
		store.away.Store(true)
		for range 20 { // some of which look again, in vain
			if n := matched(); n != 4 {
				t.Errorf("%d facilities while the database is away, want the 4 that are kept", n)
			}
			time.Sleep(100 * time.Millisecond)
		}
		data.Replace(grown(7))
		store.away.Store(false)
		time.Sleep(2 * time.Second)
		if n := matched(); n != 7 {
			t.Errorf("%d facilities after the outage, want 7", n)
		}
		time.Sleep(time.Minute) // until nothing of the server runs any more
	})
}
