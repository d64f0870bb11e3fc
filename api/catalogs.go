package api

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"innoatlas/geo"
)

// catalogs knows the last catalog of a store with what is served by it, which is made once
// for each revision, and for the time in which the database is away.
type catalogs struct {
	known   atomic.Pointer[service]
	failed  atomic.Pointer[failure] // the last reading, if it failed
	looking atomic.Bool
	history bool       // whether there is one of the records
	making  sync.Mutex // a service takes some milliseconds: one makes it, and others wait
}

// failure is why the catalog could not be read, and when.
type failure struct {
	err error
	at  time.Time
}

const (
	// lookPause is how soon after a failure it is looked again whether the database is back,
	// and lookTime how long that may take.
	lookPause, lookTime = 250 * time.Millisecond, 2 * time.Second

	// believed is how long a failure is believed, where nobody looks: what is kept may be
	// old by then.
	believed = time.Second
)

// read gives the catalog of the store. While the database is away it gives the last one
// known, with the error, and nobody waits: it is looked beside the requests whether the
// database is back.
func (c *catalogs) read(ctx context.Context, store geo.Store) (*service, error) {
	if f := c.failed.Load(); f != nil && (c.looking.Load() || time.Since(f.at) < believed) {
		c.look(ctx, store)
		return c.known.Load(), f.err
	}
	catalog, err := store.Catalog(ctx)
	switch known := c.known.Load(); {
	case err == nil:
		return c.succeed(catalog), nil
	case errors.Is(err, geo.ErrUnavailable) && known != nil:
		c.failed.Store(&failure{err, time.Now()})
		return known, err
	}
	return nil, err
}

func (c *catalogs) succeed(catalog *geo.Catalog) *service {
	known := c.known.Load()
	if known == nil || known.catalog.Revision != catalog.Revision {
		known = c.make(catalog)
	}
	if c.failed.Load() != nil {
		c.failed.Store(nil)
	}
	return known
}

// make makes what is served of a catalog, where nobody did meanwhile.
func (c *catalogs) make(catalog *geo.Catalog) *service {
	c.making.Lock()
	defer c.making.Unlock()
	if known := c.known.Load(); known != nil && known.catalog.Revision == catalog.Revision {
		return known
	}
	made := newService(catalog, c.history)
	c.known.Store(made)
	return made
}

// look reads the catalog beside the requests, one reading at a time.
func (c *catalogs) look(ctx context.Context, store geo.Store) {
	if !c.looking.CompareAndSwap(false, true) {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), lookTime)
	go func() {
		defer c.looking.Store(false)
		defer cancel()
		catalog, err := readSafely(ctx, store)
		if err == nil {
			c.succeed(catalog)
			return
		}
		c.failed.Store(&failure{err, time.Now()})
		time.Sleep(lookPause)
	}()
}

// readSafely makes a panic, of which nobody could recover here, an error.
func readSafely(ctx context.Context, store geo.Store) (catalog *geo.Catalog, err error) {
	defer func() {
		if cause := recover(); cause != nil {
			err = fmt.Errorf("%w: %v", errPanic, cause)
		}
	}()
	return store.Catalog(ctx)
}
