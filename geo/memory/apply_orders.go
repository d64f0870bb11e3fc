package memory

import (
	"cmp"
	"slices"
	"sort"

	"innoatlas/geo"
)

// mostPlaced is how many records are put in their place in the orders that are kept. Each is compared with
// some twenty others; for more the orders begin anew, when they are asked for.
const mostPlaced = 256

// placing is what becomes of the orders of some records: ordinals move, and some are put in their place
// anew.
type placing struct {
	*shift
	goes   []int                      // ordinals before, of what went or was changed
	comes  []int                      // ordinals in the next, of what came or was changed
	record func(n uint32) geo.Ordered // of the next
}

// carry keeps the orders that there were before.
func (o *orders) carry(before *orders, p *placing) {
	o.least = before.least
	if len(p.goes) > mostPlaced || len(p.comes) > mostPlaced {
		return
	}
	kept := before.kept.Kept()
	next := make([]*order, len(kept))
	inParallel(chunksOf(len(kept)), func(_ int, c chunk) {
		for i := c.from; i < c.to; i++ {
			next[i] = kept[i].after(p)
		}
	})
	for _, order := range next {
		o.kept.Keep(orderKey(order.by), order, 1)
	}
}

// after is the order of the next records.
func (o *order) after(p *placing) *order {
	out := make([]int, len(p.goes)) // positions
	for i, n := range p.goes {
		out[i] = int(o.positions[n])
	}
	slices.Sort(out)
	rest := make([]uint32, 0, len(o.ordinals)+len(p.comes))
	from := 0
	for _, position := range append(out, len(o.ordinals)) {
		rest = p.appendTo(rest, o.ordinals[from:position])
		from = position + 1
	}
	next := newOrder(o.placed(rest, p))
	next.by = o.by
	return next
}

// placed puts what comes between the rest.
func (o *order) placed(rest []uint32, p *placing) []uint32 {
	type place struct {
		ordinal uint32
		before  int // of the rest
	}
	q := geo.Query{Sort: o.by}
	places := make([]place, len(p.comes))
	for i, n := range p.comes {
		here := q.CursorAfter(p.record(uint32(n)))
		places[i] = place{uint32(n), sort.Search(len(rest), func(i int) bool { return q.IsAfter(p.record(rest[i]), &here) })}
	}
	slices.SortFunc(places, func(a, b place) int {
		if a.before != b.before {
			return cmp.Compare(a.before, b.before)
		}
		return q.Compare(p.record(a.ordinal), p.record(b.ordinal))
	})
	ordinals, from := make([]uint32, 0, len(rest)+len(places)), 0
	for _, c := range places {
		ordinals = append(append(ordinals, rest[from:c.before]...), c.ordinal)
		from = c.before
	}
	return append(ordinals, rest[from:]...)
}

// placing is that of the facilities.
func (e *edit) placing(s *snapshot) *placing {
	p := &placing{shift: e.shift, record: func(n uint32) geo.Ordered { return &row{s, n} }}
	for _, t := range e.touched {
		if t.old != nil {
			p.goes = append(p.goes, t.from)
		}
		if t.new != nil {
			p.comes = append(p.comes, t.at)
		}
	}
	return p
}
