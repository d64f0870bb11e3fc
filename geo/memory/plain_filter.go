package memory

import (
	"context"

	"github.com/RoaringBitmap/roaring/v2"

	"innoatlas/geo"
	"innoatlas/geo/cql2"
)

// filterPlain are the records of a collection for which the filter is True. Where that is costly to
// tell, the answer is kept for all who ask by the same filter: for records, facets or a
// tile.
func (s *snapshot) filterPlain(ctx context.Context, c *geo.Collection, filter cql2.Expr) (table, error) {
	records := s.tables[c.ID]
	if filter == nil {
		return records, nil
	}
	if !relates(filter) && workOf(filter, uint64(len(records))) < costly {
		return s.indexes[c.ID].choose(c, records, filter), nil
	}
	set, err := s.predicates.findOrMake(ctx, c.ID+" "+predicateKey(cql2.True, filter), func(ctx context.Context) (*roaring.Bitmap, error) {
		return records.evaluate(ctx, filter)
	})
	if err != nil {
		return nil, err
	}
	kept := make(table, 0, set.GetCardinality())
	for i := range roaring.Values(set) {
		kept = append(kept, records[i])
	}
	return kept, nil
}

// relates reports whether a filter has a spatial predicate.
func relates(e cql2.Expr) bool {
	if e == nil {
		return false
	}
	if _, is := e.(cql2.Spatial); is {
		return true
	}
	for _, child := range cql2.Children(e) {
		if relates(child) {
			return true
		}
	}
	return false
}

// evaluate asks each record.
func (t table) evaluate(ctx context.Context, filter cql2.Expr) (*roaring.Bitmap, error) {
	m := &meter{pace: pace{ctx: ctx}}
	defer m.end()
	set, work := roaring.New(), cql2.Work(filter)
	for i, c := range t {
		if !m.Spend(work) {
			break
		}
		if cql2.Eval(filter, metered{c, m}) == cql2.True {
			set.Add(uint32(i))
		}
	}
	return set, m.err
}

// metered is a record that is asked within bounds.
type metered struct {
	*plain
	*meter
}

// mostWork is what one filter of them may take: some second.
const mostWork = 20_000_000

// meter bounds the work of one question, and takes a permit of the gate where that is
// no longer little. The first error ends it.
type meter struct {
	pace
	spent int
	leave func() // nil where no permit was needed
	err   error
}

// Spend is called by cql2.Eval before it relates outlines.
func (m *meter) Spend(work int) bool {
	if m.err != nil {
		return false
	}
	m.spent += work
	switch {
	case m.spent > mostWork:
		m.err = &geo.InputError{Param: "filter",
			Reason: "to relate the outlines of the countries with its geometries takes too long; write fewer geometries, or some with fewer corners"}
	case m.spent > costly && m.leave == nil:
		m.leave, m.err = enter(m.ctx, costly)
	default:
		m.err = m.pace.spend(work)
	}
	return m.err == nil
}

func (m *meter) end() {
	if m.leave != nil {
		m.leave()
	}
}
