package memory

import (
	"cmp"
	"slices"
	"sync"

	"github.com/RoaringBitmap/roaring/v2"
	"github.com/paulmach/orb"

	"innoatlas/geo"
	"innoatlas/geo/zorder"
)

// snapshot is the data set made ready to answer. Nothing in it changes, bitmaps
// included, once newSnapshot has returned; only what the predicate cache and the orders keep comes and goes.
type snapshot struct {
	catalog    *geo.Catalog
	collection *geo.Collection // of the facilities, with the fields of the data set's own

	// The facilities by their ordinal: in the order of Z-order key, then id, those
	// without a position last.
	facilities []geo.Facility
	keys       []uint64    // of all facilities
	points     []orb.Point // of the facilities that have a position

	everyone   *roaring.Bitmap // all ordinals
	placed     *roaring.Bitmap // of the facilities that have a position
	names      names
	columns    []column
	texts      texts
	words      func() []string // of the names, made when they are asked for
	predicates *predicateCache
	orders     *orders
	gate       *geo.Gate

	tables  map[string]table       // of the other collections, by their ids
	indexes map[string]*plainIndex // of these
	ends    ends                   // of the partnerships among them
}

func newSnapshot(ds *geo.Dataset) *snapshot {
	s := &snapshot{predicates: newPredicateCache(cacheBytes), gate: geo.DefaultGate()}
	s.collection = geo.Facilities.With(geo.PublicFields(ds.Fields[geo.Facilities.ID]))
	s.assignOrdinals(ds.Facilities)
	s.keepOrders(keepFrom)
	s.everyone = span(0, len(s.facilities))
	s.placed = span(0, len(s.points))

	atOnce(
		func() { s.texts = newTexts(s.facilities) },
		func() { s.columns = newColumns(s.collection, s.facilities) },
		func() { s.names = newNames(s.facilities) },
		func() {
			s.tables = newTables(ds)
			s.indexes = newPlainIndexes(s.tables)
			s.ends = newEnds(s.tables[geo.Partnerships.ID])
		},
	)
	s.catalog = newCatalog(ds, s)
	s.words = sync.OnceValue(s.namesWords)
	return s
}

// keepOrders begins to keep orders, of that many facilities or more.
func (s *snapshot) keepOrders(least int) {
	s.orders = newOrders(least, len(s.facilities), func(n uint32) geo.Feature { return &s.facilities[n] })
}

// assignOrdinals puts the facilities in their order.
func (s *snapshot) assignOrdinals(records []geo.Facility) {
	order := zOrdered(len(records), func(i int) geo.Ordered { return &records[i] })
	placed, _ := slices.BinarySearchFunc(order, zorder.NoPosition, func(e zEntry, key uint64) int { return cmp.Compare(e.key, key) })
	s.facilities = make([]geo.Facility, len(order))
	s.keys = make([]uint64, len(order))
	s.points = make([]orb.Point, placed)
	inParallel(chunksOf(len(order)), func(_ int, c chunk) {
		shared := newInterner()
		for n := c.from; n < c.to; n++ {
			s.keys[n] = order[n].key
			s.facilities[n] = records[order[n].index]
			shared.facility(&s.facilities[n])
			if n < placed {
				s.points[n] = *s.facilities[n].Position
				s.facilities[n].Position = &s.points[n]
			}
		}
	})
}

// zEntry is a record by what puts it in the order.
type zEntry struct {
	key   uint64
	id    int64
	index int // in the data set
}

func zOrdered(count int, record func(i int) geo.Ordered) []zEntry {
	order := make([]zEntry, count)
	inParallel(chunksOf(count), func(_ int, c chunk) {
		for i := c.from; i < c.to; i++ {
			r := record(i)
			id, _ := r.Ref()
			order[i] = zEntry{r.ZOrder(), id, i}
		}
	})
	slices.SortFunc(order, func(a, b zEntry) int {
		return cmp.Or(cmp.Compare(a.key, b.key), cmp.Compare(a.id, b.id))
	})
	return order
}

// span is the set of the ordinals from one up to, and without, another.
func span(from, to int) *roaring.Bitmap {
	b := roaring.New()
	b.AddRange(uint64(from), uint64(to))
	return b
}
