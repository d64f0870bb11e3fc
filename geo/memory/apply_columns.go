package memory

import (
	"maps"
	"slices"

	"github.com/RoaringBitmap/roaring/v2"

	"innoatlas/geo"
	"innoatlas/geo/cql2"
)

// columnsAfter are the indexes of the properties in the next snapshot.
func columnsAfter(s *snapshot, e *edit) []column {
	columns := make([]column, len(s.columns))
	parts := make([]func(), len(columns))
	for i := range columns {
		parts[i] = func() { columns[i] = s.columns[i].after(s.collection.Field(s.columns[i].property), e) }
	}
	atOnce(parts...)
	return columns
}

// after is the column in the next snapshot. It shares the sets of values that nobody touched, as
// long as nobody's ordinal has moved.
func (c *column) after(f *geo.Field, e *edit) column {
	changed := slices.DeleteFunc(slices.Clone(e.touched), func(t touch) bool {
		return t.stays() && f.Value(&t.old.Facility).Equal(f.Value(&t.new.Facility))
	})
	if len(changed) == 0 && e.still() {
		return *c
	}
	next := &columnEdit{column: *c, own: map[*roaring.Bitmap]bool{}}
	next.postings, next.nulls = e.sets(c.postings), e.set(c.nulls)
	if next.codeOf != nil {
		next.codeOf = slices.Clone(c.codeOf)
		if !e.still() {
			next.codeOf = shifted(e.shift, c.codeOf, e.count)
		}
	}
	for _, t := range changed {
		if t.stays() {
			next.each(f.Value(&t.old.Facility), func(set **roaring.Bitmap) { next.mine(set).Remove(uint32(t.at)) })
		}
	}
	for _, t := range changed {
		if t.new != nil {
			next.put(f.Value(&t.new.Facility), t.at)
		}
	}
	next.dropEmpty()
	return next.column
}

// columnEdit is a column on its way, which shares with the one before it what is not its own.
type columnEdit struct {
	column
	own       map[*roaring.Bitmap]bool
	ownValues bool // values and codes
}

// each gives the sets of a value.
func (c *columnEdit) each(v cql2.Value, do func(set **roaring.Bitmap)) {
	switch v.Type {
	case cql2.Null:
		do(&c.nulls)
	case cql2.List:
		for _, text := range v.List {
			do(&c.postings[c.placeOf(cql2.TextOf(text))])
		}
	default:
		do(&c.postings[c.placeOf(v)])
	}
}

// placeOf is where a value is in values, which is made where there is none.
func (c *columnEdit) placeOf(v cql2.Value) int {
	if i, ok := c.codes[termOf(v)]; ok {
		return i
	}
	c.ownAll()
	set := roaring.New()
	c.own[set] = true
	c.codes[termOf(v)] = len(c.values)
	c.values, c.postings = append(c.values, v), append(c.postings, set)
	return len(c.values) - 1
}

// put states a value of the ordinal.
func (c *columnEdit) put(v cql2.Value, ordinal int) {
	c.each(v, func(set **roaring.Bitmap) { c.mine(set).Add(uint32(ordinal)) })
	if c.codeOf != nil {
		c.codeOf[ordinal] = 0
		if v.Type != cql2.Null {
			c.codeOf[ordinal] = uint32(1 + c.placeOf(v))
		}
	}
}

// mine is the set as one that may be changed.
func (c *columnEdit) mine(set **roaring.Bitmap) *roaring.Bitmap {
	if !c.own[*set] {
		*set = (*set).Clone()
		c.own[*set] = true
	}
	return *set
}

func (c *columnEdit) ownAll() {
	if !c.ownValues {
		c.ownValues, c.values, c.codes = true, slices.Clone(c.values), maps.Clone(c.codes)
	}
}

// dropEmpty forgets the values that nobody states any more: the last one takes the place of each.
func (c *columnEdit) dropEmpty() {
	for i := len(c.postings) - 1; i >= 0; i-- {
		if !c.postings[i].IsEmpty() {
			continue
		}
		c.ownAll()
		last := len(c.values) - 1
		delete(c.codes, termOf(c.values[i]))
		if i != last {
			c.values[i], c.postings[i] = c.values[last], c.postings[last]
			c.codes[termOf(c.values[i])] = i
			c.recode(i)
		}
		c.values, c.postings = c.values[:last], c.postings[:last]
	}
}

// recode tells those with a value its new place.
func (c *columnEdit) recode(place int) {
	if c.codeOf == nil {
		return
	}
	for n := range roaring.Values(c.postings[place]) {
		c.codeOf[n] = uint32(1 + place)
	}
}
