package memory

import (
	"context"
	"errors"

	"github.com/RoaringBitmap/roaring/v2"

	"innoatlas/geo"
	"innoatlas/recent"
	"innoatlas/singleflight"
)

// cacheBytes bounds a cache. A set over a million records has at most 128 KiB, so
// 500 filters fit at the least, and a few thousand as a rule.
const cacheBytes = 64 << 20

// verdictBytes is what a verdict takes besides its key and its set.
const verdictBytes = 256

// predicateCache keeps sets that were costly to make; what was not used for the longest time
// gives way. Its sets are shared, and never change.
type predicateCache struct {
	kept  recent.Cache[string, verdict]
	calls singleflight.Group[*roaring.Bitmap]
}

// verdict is a set, or the reason that none is made of what was asked.
type verdict struct {
	set     *roaring.Bitmap
	refused error
}

// bytes is what it takes with its key.
func (v verdict) bytes(key string) int64 {
	if v.set == nil {
		return int64(verdictBytes + len(key))
	}
	return int64(verdictBytes+len(key)) + int64(v.set.GetSizeInBytes())
}

func newPredicateCache(limit int64) *predicateCache {
	return &predicateCache{
		kept:  recent.Cache[string, verdict]{Limit: limit},
		calls: singleflight.Group[*roaring.Bitmap]{Waits: stepAside},
	}
}

// find gives the set if it is there.
func (c *predicateCache) find(key string) (*roaring.Bitmap, bool) {
	v, ok := c.kept.Find(key)
	return v.set, ok && v.refused == nil
}

// findOrMake gives the set, and makes it where it is not there: once for all who
// ask at the same time. The making ends early only when nobody waits any more.
func (c *predicateCache) findOrMake(ctx context.Context, key string, fill func(context.Context) (*roaring.Bitmap, error)) (*roaring.Bitmap, error) {
	if v, ok := c.kept.Find(key); ok && ctx.Err() == nil {
		return v.set, v.refused
	}
	return c.calls.Do(ctx, key, func(ctx context.Context) (*roaring.Bitmap, error) {
		if v, ok := c.kept.Find(key); ok {
			return v.set, v.refused // it was made between the look and now
		}
		set, err := fill(ctx)
		var refused *geo.InputError
		if err == nil || errors.As(err, &refused) {
			v := verdict{set, err}
			c.kept.Keep(key, v, v.bytes(key))
		}
		return set, err
	})
}
