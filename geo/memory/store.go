// Package memory is the store that keeps everything in memory: the default, and
// the fast path in front of a database.
//
// A snapshot of the data is immutable. Facilities have ordinals in the order of
// their Z-order keys, and every value of a dimension is a compressed bitmap over
// those ordinals, its posting list. So a filter is an And of bitmaps, a facet count the cardinality
// of an And, a tile or a cluster cell a range of ordinals, and the count of a cell
// under any filter the difference of two ranks. What the index cannot answer is
// found by a parallel scan of the remaining records with cql2.Eval, which is the meaning of
// a filter; where that is nearly everyone the predicate cache keeps the set, within bounds.
//
// The other collections are small; they are filtered, sorted and counted plainly.
package memory

import (
	"context"
	"iter"
	"sync"
	"sync/atomic"

	"innoatlas/geo"
	"innoatlas/singleflight"
)

// Store is a geo.Store over one data set at a time.
type Store struct {
	current atomic.Pointer[snapshot]
	gate    *geo.Gate

	changing sync.Mutex // one change is made after the other
}

var _ geo.Store = (*Store)(nil)

// New makes a store of the data set, which is not to be changed afterwards. What neither
// its index nor a kept answer tells passes through a gate (geo.DefaultGate).
func New(ds *geo.Dataset) *Store {
	s := &Store{gate: geo.DefaultGate()}
	if err := s.Replace(ds); err != nil {
		panic(err) // there is nothing else to serve
	}
	return s
}

// Replace puts another data set in the place of the present one. Calls that are
// under way finish on the data they began with. Where the program fails to make it
// ready, that is the error, and the present one goes on being served.
func (s *Store) Replace(ds *geo.Dataset) (err error) {
	defer singleflight.Recover(&err)
	s.changing.Lock()
	defer s.changing.Unlock()
	next := newSnapshot(ds)
	next.gate = s.gate
	s.current.Store(next)
	return nil
}

// Gate is what the store's costly questions pass through.
func (s *Store) Gate() *geo.Gate { return s.gate }

// ask begins a question of the present data set.
func (s *Store) ask(ctx context.Context) (asking context.Context, current *snapshot, end func(), err error) {
	if err := ctx.Err(); err != nil {
		return nil, nil, nil, err
	}
	asking, end = begin(ctx, s.gate)
	return asking, s.current.Load(), end, nil
}

// Catalog describes the data set.
func (s *Store) Catalog(context.Context) (*geo.Catalog, error) {
	return s.current.Load().catalog, nil
}

// Get finds one record, or returns geo.ErrNotFound.
func (s *Store) Get(ctx context.Context, c *geo.Collection, ref geo.Ref) (geo.Feature, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	current := s.current.Load()
	if current.isPlain(c) {
		return current.tables[c.ID].get(c, ref)
	}
	return current.get(ref)
}

// List gives one page of the records that match.
func (s *Store) List(ctx context.Context, q geo.Query) (geo.Page, error) {
	ctx, snapshot, end, err := s.ask(ctx)
	if err != nil {
		return geo.Page{}, err
	}
	defer end()
	if snapshot.isPlain(q.Collection) {
		return snapshot.listPlain(ctx, q)
	}
	return snapshot.list(ctx, q)
}

// All gives every record that matches, from the data as it was at the first.
func (s *Store) All(ctx context.Context, q geo.Query) iter.Seq2[geo.Feature, error] {
	return func(yield func(geo.Feature, error) bool) {
		if err := ctx.Err(); err != nil {
			yield(nil, err)
			return
		}
		current := s.current.Load()
		if current.isPlain(q.Collection) {
			current.allPlain(ctx, q, yield)
			return
		}
		current.all(ctx, q, yield)
	}
}

// Facets counts the records that match, and by the values of each dimension.
func (s *Store) Facets(ctx context.Context, q geo.Query) (geo.Facets, error) {
	ctx, snapshot, end, err := s.ask(ctx)
	if err != nil {
		return geo.Facets{}, err
	}
	defer end()
	if snapshot.isPlain(q.Collection) {
		return snapshot.facetsOfPlain(ctx, q)
	}
	return snapshot.facets(ctx, q)
}

// Matrix counts what matches by two dimensions at once.
func (s *Store) Matrix(ctx context.Context, q geo.Query, rows, columns geo.Dimension) (geo.Matrix, error) {
	ctx, snapshot, end, err := s.ask(ctx)
	if err != nil {
		return geo.Matrix{}, err
	}
	defer end()
	if snapshot.isPlain(q.Collection) {
		return snapshot.matrixOfPlain(ctx, q, rows, columns)
	}
	return snapshot.matrix(ctx, q, rows, columns)
}

// Clusters groups the facilities that match by the cluster cells of a zoom.
func (s *Store) Clusters(ctx context.Context, q geo.Query, zoom int) (geo.Clusters, error) {
	ctx, snapshot, end, err := s.ask(ctx)
	if err != nil {
		return geo.Clusters{}, err
	}
	defer end()
	return snapshot.clusters(ctx, q, zoom)
}
