package memory

import (
	"context"
	"iter"
	"math"

	"innoatlas/geo"
)

// Forget empties the cache, so that the next answers are first ones.
func (s *Store) Forget() { s.current.Load().predicates = newPredicateCache(cacheBytes) }

// AwaitOrder returns when the order is kept.
func (s *Store) AwaitOrder(keys []geo.SortKey) {
	_, _ = s.current.Load().orders.awaitOrder(context.Background(), keys)
}

// ForgetOrders makes the next ask for an order the first one.
func (s *Store) ForgetOrders() { s.current.Load().keepOrders(keepFrom) }

// KeepNoOrders leaves every page to be searched for.
func (s *Store) KeepNoOrders() { s.current.Load().keepOrders(math.MaxInt) }

// Orders counts those that are kept.
func (s *Store) Orders() int { return int(s.current.Load().orders.kept.Taken()) }

// Ordered is a store that has the order of each query before it answers, however few
// its records are.
type Ordered struct{ *Store }

func NewOrdered(ds *geo.Dataset) Ordered {
	s := New(ds)
	s.current.Load().orders.least = 0
	for _, x := range s.current.Load().indexes {
		x.orders.least = 0
	}
	return Ordered{s}
}

func (o Ordered) await(q geo.Query) {
	if q.Collection.Is(geo.Facilities) && len(q.Sort) > 0 {
		o.AwaitOrder(q.Sort)
	}
}

func (o Ordered) List(ctx context.Context, q geo.Query) (geo.Page, error) {
	o.await(q)
	return o.Store.List(ctx, q)
}

func (o Ordered) All(ctx context.Context, q geo.Query) iter.Seq2[geo.Feature, error] {
	o.await(q)
	return o.Store.All(ctx, q)
}

// SetGate puts another gate in front of the store.
func (s *Store) SetGate(g *geo.Gate) {
	s.gate = g
	s.current.Load().gate = g
}
