package memory

import (
	"slices"
	"strconv"

	"github.com/RoaringBitmap/roaring/v2"

	"innoatlas/geo"
	"innoatlas/geo/cql2"
)

// column is the index of one property: for each of its values, the set of the
// facilities that have it.
type column struct {
	property string
	list     bool // a facility may have several values
	values   []cql2.Value
	postings []*roaring.Bitmap // the set for each of the values
	nulls    *roaring.Bitmap   // those that state no value
	codes    map[term]int      // of a value in values
	// codeOf has for each facility where its value is in values, plus 1; 0 is not
	// stated. Only columns of numbers have it: there are so many, of so few facilities each, that
	// counting one facility after the other is quicker than sets are.
	codeOf []uint32
}

// term is a value as the key of a map: texts, and truth values and times as texts.
type term struct {
	number float64
	text   string
}

func termOf(v cql2.Value) term {
	if v.Type == cql2.Number {
		return term{number: v.Number}
	}
	return term{text: geo.TextOf(v)}
}

// newColumns are those of the fields that facets count.
func newColumns(c *geo.Collection, records []*record) []column {
	dimensions := c.Facets()
	columns := make([]column, len(dimensions))
	parts := make([]func(), len(dimensions))
	for i, d := range dimensions {
		parts[i] = func() { columns[i] = newColumn(c.Faceted(d), records) }
	}
	atOnce(parts...)
	return columns
}

func newColumn(f *geo.Field, records []*record) column {
	c := column{property: f.Name, list: f.Type == geo.Texts, nulls: roaring.New(), codes: map[term]int{}}
	if f.Type.Value() == cql2.Number {
		c.codeOf = make([]uint32, len(records))
	}
	for n, r := range records {
		switch v := f.Value(&r.Facility); v.Type {
		case cql2.Null:
			c.nulls.Add(uint32(n))
		case cql2.Number:
			c.codeOf[n] = uint32(1 + c.add(v, n))
		case cql2.List:
			for _, text := range v.List {
				c.add(cql2.TextOf(text), n)
			}
		default:
			c.add(v, n)
		}
	}
	for _, set := range append(c.postings, c.nulls) {
		set.RunOptimize()
	}
	return c
}

// add gives the place of the value in values.
func (c *column) add(v cql2.Value, number int) int {
	key := termOf(v)
	i, ok := c.codes[key]
	if !ok {
		i = len(c.values)
		c.codes[key] = i
		c.values = append(c.values, v)
		c.postings = append(c.postings, roaring.New())
	}
	c.postings[i].Add(uint32(number))
	return i
}

var nobody = roaring.New()

// with is the set of the facilities that have the text; the empty text stands for
// "not stated".
func (c *column) with(text string) *roaring.Bitmap {
	if text == "" {
		return c.nulls
	}
	key := term{text: text}
	if c.codeOf != nil {
		key = term{}
		key.number, _ = strconv.ParseFloat(text, 64)
	}
	if i, ok := c.codes[key]; ok {
		return c.postings[i]
	}
	return nobody
}

// tally counts the members by their places.
func (c *column) tally(members *roaring.Bitmap) []int {
	counts := make([]int, 1+len(c.values))
	part, rest := make([]uint32, 1024), members.ManyIterator()
	for n := rest.NextMany(part); n > 0; n = rest.NextMany(part) {
		for _, number := range part[:n] {
			counts[c.codeOf[number]]++
		}
	}
	return counts
}

// sizes are what tally gives of everyone.
func (c *column) sizes() []int {
	sizes := []int{int(c.nulls.GetCardinality())}
	for _, set := range c.postings {
		sizes = append(sizes, int(set.GetCardinality()))
	}
	return sizes
}

// column finds the index of a property; nil where it has none.
func (s *snapshot) column(property string) *column {
	i := slices.IndexFunc(s.columns, func(c column) bool { return c.property == property })
	if i < 0 {
		return nil
	}
	return &s.columns[i]
}
