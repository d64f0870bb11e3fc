package memory

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/paulmach/orb"

	"innoatlas/geo"
	"innoatlas/geo/cql2"
)

// plainIndex is what is kept of a table, each part from when it is asked for: records that
// relate others are hundreds of thousands.
type plainIndex struct {
	all     table
	groups  func() *order // in which records of one group stand side by side
	columns sync.Map      // of func() *coded, by the names of fields
	orders  *orders
	bounds  func() []orb.Bound // of the geometries of all
}

func newPlainIndexes(tables map[string]table) map[string]*plainIndex {
	indexes := map[string]*plainIndex{}
	for _, c := range geo.Collections {
		if !c.Is(geo.Facilities) {
			indexes[c.ID] = newPlainIndex(tables[c.ID])
		}
	}
	return indexes
}

func newPlainIndex(t table) *plainIndex {
	x := &plainIndex{all: t, orders: newOrders(keepFrom, len(t), func(n uint32) geo.Feature { return t[n].Feature })}
	x.groups = sync.OnceValue(func() *order { return newOrder(t.byGroup()) })
	x.bounds = sync.OnceValue(t.bounds)
	return x
}

// byGroup are the places of the records, those of one group side by side.
func (t table) byGroup() []uint32 {
	next := []int{0} // where the next record of each group goes
	for _, p := range t {
		next = append(next, make([]int, max(0, int(p.group)+2-len(next)))...)
		next[p.group+1]++
	}
	for group := range next[1:] {
		next[group+1] += next[group]
	}
	ordinals := make([]uint32, len(t))
	for n, p := range t {
		ordinals[next[p.group]] = uint32(n)
		next[p.group]++
	}
	return ordinals
}

// coded are the values of a field as numbers.
type coded struct {
	of     []uint32     // of each record its value
	values []cql2.Value // each once, a list as a whole

	texts []string          // what values are or have, each once; the empty one stands for "not stated"
	codes map[string]uint32 // of a text in texts
	parts [][]uint32        // of each value those of its texts
	terms func() []geo.Term // all that are stated, in their order
}

// column are the values of a field that a facet counts.
func (x *plainIndex) column(f *geo.Field) *coded {
	made, _ := x.columns.LoadOrStore(f.Name, sync.OnceValue(func() *coded { return newCoded(f, x.all) }))
	return made.(func() *coded)()
}

func newCoded(f *geo.Field, t table) *coded {
	c := &coded{of: make([]uint32, len(t)), codes: map[string]uint32{}}
	codes := map[valueKey]uint32{}
	for n, p := range t {
		v := f.Value(p.Feature)
		code, known := codes[keyOf(v)]
		if !known {
			code = uint32(len(c.values))
			codes[keyOf(v)] = code
			c.add(v)
		}
		c.of[n] = code
	}
	c.terms = sync.OnceValue(c.inOrder)
	return c
}

// valueKey is a value as the key of a map: no two have one.
type valueKey struct {
	of     cql2.Type
	number float64
	time   int64
	text   string // of a list all, with what no text has between them
}

func keyOf(v cql2.Value) valueKey {
	k := valueKey{v.Type, v.Number, v.Time, v.Text}
	if v.Type == cql2.List {
		k.text = strings.Join(v.List, "\x00")
	}
	return k
}

func (c *coded) add(v cql2.Value) {
	stated := v.List
	if v.Type != cql2.List {
		stated = []string{geo.TextOf(v)}
	}
	parts := make([]uint32, len(stated))
	for i, text := range stated {
		code, known := c.codes[text]
		if !known {
			code = uint32(len(c.texts))
			c.codes[text] = code
			c.texts = append(c.texts, text)
		}
		parts[i] = code
	}
	c.values, c.parts = append(c.values, v), append(c.parts, parts)
}

// inOrder are all values that are stated, those of lists one by one, in their order.
func (c *coded) inOrder() []geo.Term {
	found := map[term]cql2.Value{}
	for _, v := range c.values {
		switch v.Type {
		case cql2.Null:
		case cql2.List:
			for _, text := range v.List {
				found[term{text: text}] = cql2.TextOf(text)
			}
		default:
			found[termOf(v)] = v
		}
	}
	return inOrder(maps.Values(found))
}

// sizeIn is the count of a text.
func (c *coded) sizeIn(counts []int, text string) int {
	if code, ok := c.codes[text]; ok {
		return counts[code]
	}
	return 0
}

// holding tells of each value whether a filter that looks at nothing but the property is True.
func (c *coded) holding(property string, e cql2.Expr) []bool {
	holds := make([]bool, len(c.values))
	r := &cell{property: property}
	for i, v := range c.values {
		r.value = v
		holds[i] = cql2.Eval(e, r) == cql2.True
	}
	return holds
}

// smallPart is how small a part of a table is that is cheaper to look at by itself.
const smallPart = 8

// choose are the records, of some, for which a filter is True.
func (x *plainIndex) choose(c *geo.Collection, t table, filter cql2.Expr) table {
	if filter == nil {
		return t
	}
	terms, several := filter.(cql2.And)
	if !several {
		terms = cql2.And{filter}
	}
	for _, e := range terms {
		t = t.having(x.test(c, t, e))
	}
	return t
}

// test tells of a record whether a filter is True: where it looks at nothing but a property that
// facets count, by what it comes to for each value.
func (x *plainIndex) test(c *geo.Collection, t table, e cql2.Expr) func(p *plain) bool {
	names := properties(nil, e)
	if len(names) == 1 && len(t)*smallPart > len(x.all) {
		if f := c.Field(names[0]); f != nil && f.Facet != "" {
			values := x.column(f)
			holds := values.holding(f.Name, e)
			return func(p *plain) bool { return holds[values.of[p.number]] }
		}
	}
	return func(p *plain) bool { return cql2.Eval(e, p) == cql2.True }
}

// arranged are some of the records in an order of all.
func (x *plainIndex) arranged(o *order, kept table) table {
	if len(kept)*smallPart < len(x.all) {
		kept = slices.Clone(kept)
		slices.SortFunc(kept, func(a, b *plain) int { return cmp.Compare(o.positions[a.number], o.positions[b.number]) })
		return kept
	}
	at := make(table, len(x.all))
	for _, p := range kept {
		at[o.positions[p.number]] = p
	}
	return slices.DeleteFunc(at, func(p *plain) bool { return p == nil })
}

// mostSorted is how many records are put in an order that is not there yet.
const mostSorted = 500

// sorted are records in the order of a query. They stand in that of the table.
func (x *plainIndex) sorted(ctx context.Context, q geo.Query, kept table) (table, error) {
	if len(q.Sort) == 0 {
		return kept, nil
	}
	if !q.Ranks() {
		o, _ := x.orders.orderOf(q.Sort)
		if o == nil && len(kept) > mostSorted {
			var err error
			if o, err = x.orders.awaitOrder(ctx, q.Sort); err != nil {
				return nil, err
			}
		}
		if o != nil {
			return x.arranged(o, kept), nil
		}
	}
	kept = slices.Clone(kept)
	geo.InOrder(q, kept)
	return kept, nil
}

// counted is what facets count of a collection: its records, or where it counts others those.
type counted struct {
	records table // those of one that is counted side by side
	of      func(p *plain) uint32
}

func (x *plainIndex) counted(c *geo.Collection, kept table) counted {
	if c.Distinct == "" {
		return counted{kept, func(p *plain) uint32 { return p.number + 1 }}
	}
	return counted{x.arranged(x.groups(), kept), func(p *plain) uint32 { return p.group + 1 }}
}

// tally counts by the texts of a field.
func (x *plainIndex) tally(values *coded, c *geo.Collection, kept table) []int {
	counts, last, all := make([]int, len(values.texts)), make([]uint32, len(values.texts)), x.counted(c, kept)
	for _, p := range all.records {
		one := all.of(p)
		for _, text := range values.parts[values.of[p.number]] {
			if last[text] != one {
				last[text] = one
				counts[text]++
			}
		}
	}
	return counts
}

// cross counts by the rows and columns of a matrix.
func (x *plainIndex) cross(c *geo.Collection, kept table, down, across *geo.Field, m geo.Matrix) [][]int {
	rows, columns, all := x.column(down), x.column(across), x.counted(c, kept)
	rowOf, columnOf := rows.placesIn(m.Rows), columns.placesIn(m.Columns)
	counts, last := make([][]int, len(m.Rows)), make([][]uint32, len(m.Rows))
	for i := range counts {
		counts[i], last[i] = make([]int, len(m.Columns)), make([]uint32, len(m.Columns))
	}
	for _, p := range all.records {
		one := all.of(p)
		for _, r := range rows.parts[rows.of[p.number]] {
			for _, k := range columns.parts[columns.of[p.number]] {
				if i, j := rowOf[r], columnOf[k]; i >= 0 && j >= 0 && last[i][j] != one {
					last[i][j] = one
					counts[i][j]++
				}
			}
		}
	}
	return counts
}

// placesIn are where each text stands among buckets; -1 where it does not.
func (c *coded) placesIn(buckets []geo.Bucket) []int {
	places := make([]int, len(c.texts))
	for i := range places {
		places[i] = -1
	}
	for i, b := range buckets {
		if code, ok := c.codes[b.Value]; ok {
			places[code] = i
		}
	}
	return places
}
