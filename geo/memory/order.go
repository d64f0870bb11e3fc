package memory

import (
	"cmp"
	"context"
	"iter"
	"log/slog"
	"slices"
	"sort"
	"strings"
	"sync"

	"github.com/RoaringBitmap/roaring/v2"

	"innoatlas/geo"
	"innoatlas/geo/cql2"
	"innoatlas/recent"
	"innoatlas/singleflight"
)

// keepFrom is the number of facilities from which orders are kept. To search fewer
// for those that come first takes less than two milliseconds.
const keepFrom = 10_000

// mostOrders bounds what is kept: an order takes eight bytes a facility, the ranks of each
// property that was sorted by four.
const mostOrders = 8

// order is all facilities in the order of sort keys.
type order struct {
	ordinals  []uint32 // of the facilities, in that order
	positions []uint32 // of each facility in numbers
}

// orders keeps those that were asked for last. They are made beside the answers, one
// at a time: who asks first for a page is answered without.
type orders struct {
	least int              // facilities from which orders are kept
	ranks map[string]ranks // of values, for the one order that is being made

	kept recent.Cache[string, *order] // by orderKey, each of the size 1

	mu     sync.Mutex
	making *makingOrder // nil where none is made
}

// makingOrder is an order on its way.
type makingOrder struct {
	keys []geo.SortKey
	done chan struct{} // closed when it is kept, or err is there
	err  error
}

func newOrders(least int) *orders {
	return &orders{least: least, ranks: map[string]ranks{}, kept: recent.Cache[string, *order]{Limit: mostOrders}}
}

// orderKey is the same for the same sort keys.
func orderKey(keys []geo.SortKey) string {
	var b strings.Builder
	for _, k := range keys {
		b.WriteString(k.String())
		b.WriteByte(',')
	}
	return b.String()
}

// orderOf gives the order of the sort keys if it is there, and has it made for the
// next who ask if not: they can wait for making. Both are nil where none are kept. Orders of
// names in an alphabet always are: what they are compared by takes longer to make than to sort.
func (s *snapshot) orderOf(keys []geo.SortKey) (found *order, making *makingOrder) {
	o := s.orders
	if len(s.facilities) < o.least && !(geo.Query{Sort: keys}).Collates() {
		return nil, nil
	}
	key := orderKey(keys)
	o.mu.Lock()
	defer o.mu.Unlock()
	if found, ok := o.kept.Find(key); ok || o.making != nil {
		return found, o.making
	}
	o.making = &makingOrder{keys: keys, done: make(chan struct{})}
	go s.make(o.making)
	return nil, o.making
}

// make keeps an order. Nobody may be waiting for it, so a panic is logged as well. It is
// finished also where all have left: one processor makes one at a time, within a second or
// two for a million facilities, and the page that was given without it is asked for again.
func (s *snapshot) make(m *makingOrder) {
	order, err := s.tryOrder(m.keys)
	if err != nil {
		slog.Error("an order could not be made", "sortby", m.keys, "error", err.Error())
	}
	s.orders.mu.Lock()
	defer s.orders.mu.Unlock()
	if m.err = err; err == nil {
		s.orders.kept.Keep(orderKey(m.keys), order, 1)
	}
	s.orders.making = nil
	close(m.done)
}

func (s *snapshot) tryOrder(keys []geo.SortKey) (made *order, err error) {
	defer singleflight.Recover(&err)
	return s.makeOrder(keys), nil
}

// awaitOrder waits for the order where it is not there: sorting most of the facilities
// takes longer than to make it, and could not be left.
func (s *snapshot) awaitOrder(ctx context.Context, keys []geo.SortKey) (*order, error) {
	for {
		found, making := s.orderOf(keys)
		if found != nil || making == nil {
			return found, nil
		}
		select {
		case <-making.done:
			if making.err != nil && slices.Equal(making.keys, keys) {
				return nil, making.err
			}
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// makeOrder sorts by the last key first. Facilities that are equal in a key stay as
// they were, and they begin in the default order.
func (s *snapshot) makeOrder(keys []geo.SortKey) *order {
	made := &order{ordinals: make([]uint32, len(s.facilities)), positions: make([]uint32, len(s.facilities))}
	for n := range made.ordinals {
		made.ordinals[n] = uint32(n)
	}
	for _, key := range slices.Backward(keys) {
		r, ok := s.orders.ranks[key.Property] // one order is made at a time
		if !ok {
			r = s.rank(key.Property)
			s.orders.ranks[key.Property] = r
		}
		made.ordinals = r.sort(made.ordinals, key.Descending)
	}
	for position, n := range made.ordinals {
		made.positions[n] = uint32(position)
	}
	return made
}

// ranks are the numbers of values among all values of a property; equal ones share theirs.
type ranks struct {
	of     []uint32 // each facility; values where it states none
	values int
}

// sortValue is a value of a property as far as it is compared: the values of one
// property have one type.
type sortValue struct {
	facility uint32
	missing  int // 1 where there is no value
	number   float64
	time     int64
	text     string
}

func (a sortValue) compare(b sortValue) int {
	return cmp.Or(a.missing-b.missing, cmp.Compare(a.number, b.number), cmp.Compare(a.time, b.time), cmp.Compare(a.text, b.text))
}

func (s *snapshot) rank(property string) ranks {
	all := make([]sortValue, len(s.facilities))
	for n := range all {
		all[n] = sortValue{facility: uint32(n), missing: 1}
		if v := valueToRank(&s.facilities[n], property); v.Type != cql2.Null {
			all[n] = sortValue{uint32(n), 0, v.Number, v.Time, v.Text}
		}
	}
	slices.SortFunc(all, sortValue.compare)
	r := ranks{of: make([]uint32, len(all))}
	rank := 0
	for i, v := range all {
		if i > 0 && v.compare(all[i-1]) != 0 {
			rank++
		}
		r.of[v.facility] = uint32(rank)
		r.values = rank + 1 - v.missing
	}
	return r
}

// valueToRank is a value as far as its place among others goes: of a name, the shortest key.
func valueToRank(f *geo.Facility, property string) cql2.Value {
	lang, text, collates := f.Collated(property)
	if !collates {
		return f.Value(property)
	}
	if text != "" {
		return cql2.TextOf(geo.CollationBytes(lang, text))
	}
	return cql2.Value{}
}

// sort orders facilities by their ranks, those without a value last. Equal ones stay
// in their order. It counts how many have each rank, and so knows their positions.
func (r ranks) sort(numbers []uint32, descending bool) []uint32 {
	rank := func(n uint32) int {
		if of := int(r.of[n]); descending && of < r.values {
			return r.values - 1 - of
		}
		return int(r.of[n])
	}
	next := make([]uint32, r.values+2) // the position of the next facility of each rank
	for _, n := range numbers {
		next[rank(n)+1]++
	}
	for i := range next[1:] {
		next[i+1] += next[i]
	}
	sorted := make([]uint32, len(numbers))
	for _, n := range numbers {
		sorted[next[rank(n)]] = n
		next[rank(n)]++
	}
	return sorted
}

// positionsOf are the positions that facilities have in the order.
func (o *order) positionsOf(members *roaring.Bitmap) *roaring.Bitmap {
	if int(members.GetCardinality()) == len(o.ordinals) {
		return members // all positions
	}
	bits := make([]uint64, (len(o.ordinals)+63)/64)
	for n := range roaring.Values(members) {
		bits[o.positions[n]/64] |= 1 << (o.positions[n] % 64)
	}
	return roaring.FromDense(bits, false)
}

// page takes a page of the members.
func (o *order) page(s *snapshot, q geo.Query, members *roaring.Bitmap) (numbers []uint32, more bool) {
	behind := func(c *geo.Cursor) int {
		return sort.Search(len(o.ordinals), func(i int) bool { return q.IsAfter(&row{s, o.ordinals[i]}, c) })
	}
	numbers, more = pageOf(o.positionsOf(members), q, behind)
	for i, position := range numbers {
		numbers[i] = o.ordinals[position]
	}
	return numbers, more
}

// all gives the members in the order.
func (o *order) all(members *roaring.Bitmap) iter.Seq[uint32] {
	return func(yield func(uint32) bool) {
		for position := range roaring.Values(o.positionsOf(members)) {
			if !yield(o.ordinals[position]) {
				return
			}
		}
	}
}
