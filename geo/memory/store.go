// Package memory is the store that keeps everything in memory: the default, and
// the fast path in front of a database.
//
// A snapshot of the data is immutable. Facilities are numbered in the order of
// their Z-order keys, and every value of a dimension is a compressed bitmap over
// those numbers. So a filter is an And of bitmaps, a facet count the cardinality
// of an And, a tile or a cluster cell a range of numbers, and the count of a cell
// under any filter the difference of two ranks. What the index cannot answer is
// asked of each remaining record by cql2.Eval, which is the meaning of a filter; where
// that is nearly everyone the answer is kept, within bounds, for those who ask again.
//
// Countries are few; they are filtered, sorted and counted plainly.
package memory

import (
	"context"
	"iter"
	"sync/atomic"

	"innoatlas/geo"
)

// Store is a geo.Store over one data set at a time.
type Store struct{ current atomic.Pointer[snapshot] }

var _ geo.Store = (*Store)(nil)

// New makes a store of the data set, which is not to be changed afterwards.
func New(ds *geo.Dataset) *Store {
	s := &Store{}
	s.Replace(ds)
	return s
}

// Replace puts another data set in the place of the present one. Calls that are
// under way finish on the data they began with.
func (s *Store) Replace(ds *geo.Dataset) { s.current.Store(newSnapshot(ds)) }

// Catalog describes the data set.
func (s *Store) Catalog(context.Context) (*geo.Catalog, error) {
	return s.current.Load().catalog, nil
}

// Get finds one record, or returns geo.ErrNotFound.
func (s *Store) Get(ctx context.Context, c geo.Collection, ref geo.Ref) (geo.Feature, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if c == geo.Countries {
		return s.current.Load().countries.get(ref)
	}
	return s.current.Load().get(ref)
}

// List gives one page of the records that match.
func (s *Store) List(ctx context.Context, q geo.Query) (geo.Page, error) {
	if err := ctx.Err(); err != nil {
		return geo.Page{}, err
	}
	if q.Collection == geo.Countries {
		return s.current.Load().countries.list(ctx, q)
	}
	return s.current.Load().list(ctx, q)
}

// All gives every record that matches, from the data as it was at the first.
func (s *Store) All(ctx context.Context, q geo.Query) iter.Seq2[geo.Feature, error] {
	return func(yield func(geo.Feature, error) bool) {
		if err := ctx.Err(); err != nil {
			yield(nil, err)
			return
		}
		if q.Collection == geo.Countries {
			s.current.Load().countries.all(ctx, q, yield)
			return
		}
		s.current.Load().all(ctx, q, yield)
	}
}

// Facets counts the records that match, and by the values of each dimension.
func (s *Store) Facets(ctx context.Context, q geo.Query) (geo.Facets, error) {
	if err := ctx.Err(); err != nil {
		return geo.Facets{}, err
	}
	snapshot := s.current.Load()
	if q.Collection == geo.Countries {
		return snapshot.countries.facets(ctx, q, snapshot.catalog)
	}
	return snapshot.facets(ctx, q)
}

// Matrix counts the facilities that match by two dimensions at once.
func (s *Store) Matrix(ctx context.Context, q geo.Query, rows, columns geo.Dimension) (geo.Matrix, error) {
	if err := ctx.Err(); err != nil {
		return geo.Matrix{}, err
	}
	return s.current.Load().matrix(ctx, q, rows, columns)
}

// Clusters groups the facilities that match by the cluster cells of a zoom.
func (s *Store) Clusters(ctx context.Context, q geo.Query, zoom int) (geo.Clusters, error) {
	if err := ctx.Err(); err != nil {
		return geo.Clusters{}, err
	}
	return s.current.Load().clusters(ctx, q, zoom)
}
