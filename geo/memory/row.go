package memory

import (
	"innoatlas/geo"
	"innoatlas/geo/cql2"
)

// cell is a record that states one property.
type cell struct {
	property string
	value    cql2.Value
}

func (c *cell) Value(property string) cql2.Value {
	if property == c.property {
		return c.value
	}
	return cql2.Value{}
}

// row is a facility as the filter and the order see it, with what the snapshot
// has worked out beforehand.
type row struct {
	*snapshot
	ordinal uint32
}

func (r *row) Value(property string) cql2.Value {
	if property == "search_text" {
		return cql2.TextOf(r.records[r.ordinal].text)
	}
	if v, ok := geo.SearchedIn(property, r.records[r.ordinal].text); ok {
		return v
	}
	return r.records[r.ordinal].Value(property)
}

func (r *row) Ref() (id int64, slug string) { return r.records[r.ordinal].Ref() }

func (r *row) ZOrder() uint64 { return r.keys[r.ordinal] }
