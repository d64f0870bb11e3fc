package memory

import (
	"cmp"
	"slices"

	"github.com/RoaringBitmap/roaring/v2"
	"github.com/paulmach/orb"

	"innoatlas/geo"
	"innoatlas/geo/zorder"
)

// snapshot is the data set made ready to answer. Nothing in it changes, bitmaps
// included, once it is there; only what the predicate cache and the orders keep comes and goes.
// The next one shares with it what is the same in both: see Store.Apply.
type snapshot struct {
	catalog    *geo.Catalog
	collection *geo.Collection // of the facilities, with the fields of the data set's own
	rest       *geo.Dataset    // what else the data set has: no facilities, links and records

	// The facilities by their ordinal: in the order of Z-order key, then id, those
	// without a position last.
	records []*record
	keys    []uint64    // of all facilities
	points  []orb.Point // of the facilities that have a position

	everyone   *roaring.Bitmap // all ordinals
	placed     *roaring.Bitmap // of the facilities that have a position
	names      names
	columns    []column
	texts      texts
	words      *words // of the names
	predicates *predicateCache
	orders     *orders
	gate       *geo.Gate

	tables  map[string]table       // of the other collections, by their ids
	indexes map[string]*plainIndex // of these
	held    map[string]held        // what these hold, but for the countries
	ends    ends                   // of the partnerships among them
}

// record is a facility as snapshots share it. Each is a piece of memory of its own, so that one
// that was changed holds on to no other.
type record struct {
	geo.Facility
	at   orb.Point // what Position points at
	text string    // what a search looks at
}

func newSnapshot(ds *geo.Dataset) *snapshot {
	s := &snapshot{rest: restOf(ds), gate: geo.DefaultGate()}
	s.collection = geo.Facilities.With(geo.PublicFields(ds.Fields[geo.Facilities.ID]))
	s.assignOrdinals(ds.Facilities)
	atOnce(
		func() { s.texts = newTexts(s.records) },
		func() { s.columns = newColumns(s.collection, s.records) },
		func() {
			s.names = newNames(s.records)
			s.tables, s.ends = s.newTables(ds)
			s.indexes, s.held = newPlainIndexes(s.tables), newHeld(s.tables)
		},
	)
	s.catalog = newCatalog(s)
	s.begin()
	return s
}

// restOf is a data set without what a snapshot has in another form.
func restOf(ds *geo.Dataset) *geo.Dataset {
	rest := *ds
	rest.Facilities, rest.Links, rest.Records, rest.Rows, rest.Versioned = nil, nil, nil, nil, nil
	return &rest
}

// begin makes what follows of the rest, or is made when it is asked for.
func (s *snapshot) begin() {
	s.everyone, s.placed = span(0, len(s.records)), span(0, len(s.points))
	s.predicates = newPredicateCache(cacheBytes)
	s.keepOrders(keepFrom)
	s.words = &words{}
}

// keepOrders begins to keep orders, of that many facilities or more.
func (s *snapshot) keepOrders(least int) {
	s.orders = newOrders(least, len(s.records), func(n uint32) geo.Feature { return s.facility(n) })
}

// facility is the one with an ordinal.
func (s *snapshot) facility(n uint32) *geo.Facility { return &s.records[n].Facility }

// named is the facility with a slug; nil where there is none.
func (s *snapshot) named(slug string) *geo.Facility {
	n, ok := s.names.find(s.records, geo.Ref{Slug: slug})
	if !ok {
		return nil
	}
	return s.facility(n)
}

// assignOrdinals puts the facilities in their order.
func (s *snapshot) assignOrdinals(facilities []geo.Facility) {
	order := zOrdered(len(facilities), func(i int) geo.Ordered { return &facilities[i] })
	placed, _ := slices.BinarySearchFunc(order, zorder.NoPosition, func(e zEntry, key uint64) int { return cmp.Compare(e.key, key) })
	s.records = make([]*record, len(order))
	s.keys = make([]uint64, len(order))
	s.points = make([]orb.Point, placed)
	inParallel(chunksOf(len(order)), func(_ int, c chunk) {
		shared := newInterner()
		for n := c.from; n < c.to; n++ {
			s.keys[n] = order[n].key
			s.records[n] = shared.record(&facilities[order[n].index])
			if n < placed {
				s.points[n] = s.records[n].at
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

func (e zEntry) compare(other zEntry) int {
	return cmp.Or(cmp.Compare(e.key, other.key), cmp.Compare(e.id, other.id))
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
	slices.SortFunc(order, zEntry.compare)
	return order
}

// span is the set of the ordinals from one up to, and without, another.
func span(from, to int) *roaring.Bitmap {
	b := roaring.New()
	b.AddRange(uint64(from), uint64(to))
	return b
}
