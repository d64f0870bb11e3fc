package memory

import (
	"slices"
	"sync"

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
	having   []*roaring.Bitmap // the set for each of the values
	unstated *roaring.Bitmap   // those that state no value
	position map[term]int      // of a value in values
}

// term is a value as the key of a map.
type term struct {
	number float64
	text   string
}

// indexed are the properties that have a column: those that facets count, and
// the year.
func indexed() []geo.Property {
	properties := []geo.Property{{Name: "established"}}
	for _, d := range geo.Facilities.Dimensions() {
		name, _ := geo.Facilities.Property(d)
		p, _ := geo.Facilities.FindProperty(name)
		properties = append(properties, p)
	}
	return properties
}

func newColumns(facilities []geo.Facility) []column {
	properties := indexed()
	columns := make([]column, len(properties))
	var group sync.WaitGroup
	for i, p := range properties {
		group.Go(func() { columns[i] = newColumn(p, facilities) })
	}
	group.Wait()
	return columns
}

func newColumn(p geo.Property, facilities []geo.Facility) column {
	c := column{property: p.Name, list: p.Type == geo.Strings, unstated: roaring.New(), position: map[term]int{}}
	for n := range facilities {
		switch v := facilities[n].Value(p.Name); v.Type {
		case cql2.Null:
			c.unstated.Add(uint32(n))
		case cql2.List:
			for _, text := range v.List {
				c.add(cql2.TextOf(text), n)
			}
		default:
			c.add(v, n)
		}
	}
	for _, set := range append(c.having, c.unstated) {
		set.RunOptimize()
	}
	return c
}

func (c *column) add(v cql2.Value, number int) {
	key := term{v.Number, v.Text}
	i, ok := c.position[key]
	if !ok {
		i = len(c.values)
		c.position[key] = i
		c.values = append(c.values, v)
		c.having = append(c.having, roaring.New())
	}
	c.having[i].Add(uint32(number))
}

var nobody = roaring.New()

// with is the set of the facilities that have the text; the empty text stands for
// "not stated".
func (c *column) with(text string) *roaring.Bitmap {
	if text == "" {
		return c.unstated
	}
	if i, ok := c.position[term{text: text}]; ok {
		return c.having[i]
	}
	return nobody
}

// column finds the index of a property; nil where it has none.
func (s *snapshot) column(property string) *column {
	i := slices.IndexFunc(s.columns, func(c column) bool { return c.property == property })
	if i < 0 {
		return nil
	}
	return &s.columns[i]
}
