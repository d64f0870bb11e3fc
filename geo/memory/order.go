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

// keepFrom is the number of records from which orders are kept. To search fewer
// for those that come first takes less than two milliseconds.
const keepFrom = 10_000

// mostOrders bounds what is kept: an order takes eight bytes a facility, the ranks of each
// property that was sorted by four.
const mostOrders = 8

// order is all records of a collection in the order of sort keys.
type order struct {
	by        []geo.SortKey
	ordinals  []uint32 // of the records, in that order
	positions []uint32 // of each record in numbers
}

// newOrder is that of some ordinals.
func newOrder(ordinals []uint32) *order {
	o := &order{ordinals: ordinals, positions: make([]uint32, len(ordinals))}
	for position, n := range ordinals {
		o.positions[n] = uint32(position)
	}
	return o
}

// orders keeps those that were asked for last. They are made beside the answers, one
// at a time: who asks first for a page is answered without.
type orders struct {
	count  int                        // of the records
	record func(n uint32) geo.Feature // by its ordinal
	least  int                        // records from which orders are kept
	ranks  map[string]ranks           // of values, for the one order that is being made

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

func newOrders(least, count int, record func(n uint32) geo.Feature) *orders {
	return &orders{count: count, record: record, least: least, ranks: map[string]ranks{}, kept: recent.Cache[string, *order]{Limit: mostOrders}}
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
func (o *orders) orderOf(keys []geo.SortKey) (found *order, making *makingOrder) {
	if o.count < o.least && !(geo.Query{Sort: keys}).Collates() {
		return nil, nil
	}
	key := orderKey(keys)
	o.mu.Lock()
	defer o.mu.Unlock()
	if found, ok := o.kept.Find(key); ok || o.making != nil {
		return found, o.making
	}
	o.making = &makingOrder{keys: keys, done: make(chan struct{})}
	go o.make(o.making)
	return nil, o.making
}

// make keeps an order. Nobody may be waiting for it, so a panic is logged as well. It is
// finished also where all have left: one processor makes one at a time, within a second or
// two for a million facilities, and the page that was given without it is asked for again.
func (o *orders) make(m *makingOrder) {
	order, err := o.tryOrder(m.keys)
	if err != nil {
		slog.Error("an order could not be made", "sortby", m.keys, "error", err.Error())
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	if m.err = err; err == nil {
		o.kept.Keep(orderKey(m.keys), order, 1)
	}
	o.making = nil
	close(m.done)
}

func (o *orders) tryOrder(keys []geo.SortKey) (made *order, err error) {
	defer singleflight.Recover(&err)
	return o.makeOrder(keys), nil
}

// awaitOrder waits for the order where it is not there: sorting most of the facilities
// takes longer than to make it, and could not be left.
func (o *orders) awaitOrder(ctx context.Context, keys []geo.SortKey) (*order, error) {
	for {
		found, making := o.orderOf(keys)
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

// makeOrder sorts by the last key first. Records that are equal in a key stay as
// they were, and they begin in the default order.
func (o *orders) makeOrder(keys []geo.SortKey) *order {
	ordinals := make([]uint32, o.count)
	for n := range ordinals {
		ordinals[n] = uint32(n)
	}
	for _, key := range slices.Backward(keys) {
		r, ok := o.ranks[key.Property] // one order is made at a time
		if !ok {
			r = o.rank(key.Property)
			o.ranks[key.Property] = r
		}
		ordinals = r.sort(ordinals, key.Descending)
	}
	made := newOrder(ordinals)
	made.by = keys
	return made
}

// ranks are the numbers of values among all values of a property; equal ones share theirs.
type ranks struct {
	of     []uint32 // each record; values where it states none
	values int
}

// sortValue is a value of a property as far as it is compared: the values of one
// property have one type.
type sortValue struct {
	ordinal uint32
	missing int // 1 where there is no value
	number  float64
	time    int64
	text    string
}

func (a sortValue) compare(b sortValue) int {
	return cmp.Or(a.missing-b.missing, cmp.Compare(a.number, b.number), cmp.Compare(a.time, b.time), cmp.Compare(a.text, b.text))
}

func (o *orders) rank(property string) ranks {
	all, value := make([]sortValue, o.count), valuesToRank(property)
	for n := range all {
		all[n] = sortValue{ordinal: uint32(n), missing: 1}
		if v := value(o.record(uint32(n))); v.Type != cql2.Null {
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
		r.of[v.ordinal] = uint32(rank)
		r.values = rank + 1 - v.missing
	}
	return r
}

// valuesToRank gives values as far as their place among others goes: of names the shortest keys,
// of which one is made for all that are called so.
func valuesToRank(property string) func(geo.Feature) cql2.Value {
	keys := map[string]string{}
	return func(f geo.Feature) cql2.Value {
		named, ok := f.(interface {
			Collated(property string) (lang, text string, ok bool)
		})
		if !ok {
			return f.Value(property)
		}
		lang, text, collates := named.Collated(property)
		switch {
		case !collates:
			return f.Value(property)
		case text == "":
			return cql2.Value{}
		}
		if keys[text] == "" {
			keys[text] = geo.CollationBytes(lang, text)
		}
		return cql2.TextOf(keys[text])
	}
}

// sort orders records by their ranks, those without a value last. Equal ones stay
// in their order. It counts how many have each rank, and so knows their positions.
func (r ranks) sort(numbers []uint32, descending bool) []uint32 {
	rank := func(n uint32) int {
		if of := int(r.of[n]); descending && of < r.values {
			return r.values - 1 - of
		}
		return int(r.of[n])
	}
	next := make([]uint32, r.values+2) // the position of the next record of each rank
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

// positionsOf are the positions that records have in the order.
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
