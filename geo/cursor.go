package geo

import (
	"cmp"
	"encoding/base64"
	"encoding/json"
	"slices"

	"innoatlas/geo/cql2"
	"innoatlas/geo/zorder"
)

// Cursor is a place between two records of an order: after the record that had
// these values. It stays good when records come and go.
type Cursor struct {
	Values []cql2.Value // of the sort keys, in their order
	ZOrder uint64
	ID     int64
}

// CursorAfter is the place after a record in the order of the query.
func (q Query) CursorAfter(f Ordered) Cursor {
	c := Cursor{Values: make([]cql2.Value, len(q.Sort)), ZOrder: f.ZOrder()}
	for i, k := range q.Sort {
		c.Values[i] = q.SortValue(k, f)
	}
	c.ID, _ = f.Ref()
	return c
}

// IsAfter reports whether a record comes after the cursor in the order of the query.
func (q Query) IsAfter(f Ordered, c *Cursor) bool {
	for i, k := range q.Sort {
		if order := compareValues(k, q.SortValue(k, f), c.Values[i]); order != 0 {
			return order > 0
		}
	}
	id, _ := f.Ref()
	return cmp.Or(cmp.Compare(f.ZOrder(), c.ZOrder), cmp.Compare(id, c.ID)) > 0
}

// cursorText is a cursor on the wire. Sort guards against another order; each
// value is null, a number or a text.
type cursorText struct {
	Sort   []string `json:"s,omitempty"`
	Values []any    `json:"v,omitempty"`
	ZOrder uint64   `json:"z"`
	ID     int64    `json:"i"`
}

// Encode writes the cursor for the after parameter of a query with that order.
func (c Cursor) Encode(sort []SortKey) string {
	t := cursorText{ZOrder: c.ZOrder, ID: c.ID}
	for i, k := range sort {
		t.Sort = append(t.Sort, k.String())
		switch v := c.Values[i]; v.Type {
		case cql2.Number:
			t.Values = append(t.Values, v.Number)
		case cql2.Text:
			t.Values = append(t.Values, v.Text)
		case cql2.Date, cql2.Timestamp:
			t.Values = append(t.Values, v.Time)
		case cql2.Bool:
			t.Values = append(t.Values, v.Number != 0)
		default:
			t.Values = append(t.Values, nil)
		}
	}
	data, err := json.Marshal(t)
	if err != nil { // numbers of records are finite, so this cannot happen
		panic(err)
	}
	return base64.RawURLEncoding.EncodeToString(data)
}

// ParseCursor reads the after parameter of a query in that order. A cursor of
// another order, or text that no page gave out, is an *InputError.
func ParseCursor(c *Collection, sort []SortKey, s string) (*Cursor, error) {
	fail := &InputError{"after", s, "not a place in this order; take it from the next link of a page with the same sortby and lang"}
	data, err := base64.RawURLEncoding.DecodeString(s)
	if err != nil {
		return nil, fail
	}
	var t cursorText
	if json.Unmarshal(data, &t) != nil || len(t.Sort) != len(sort) || len(t.Values) != len(sort) || t.ZOrder > zorder.NoPosition || t.ID <= 0 {
		return nil, fail
	}
	if !slices.EqualFunc(t.Sort, sort, func(name string, k SortKey) bool { return name == k.String() }) {
		return nil, fail
	}
	cursor := &Cursor{Values: make([]cql2.Value, len(sort)), ZOrder: t.ZOrder, ID: t.ID}
	for i, k := range sort {
		p, _ := c.FindField(k.Property)
		if _, collates := CollatedLang(k.Property); collates {
			p = labelKey
		}
		if k.IsRank() {
			p = relevanceKey
		}
		cursor.Values[i], err = cursorValue(p, t.Values[i])
		if v := cursor.Values[i]; err != nil || k.IsRank() && (v.Type != cql2.Number || v.Number < 0) {
			return nil, fail
		}
	}
	return cursor, nil
}

func cursorValue(p Field, v any) (cql2.Value, error) {
	switch v := v.(type) {
	case nil:
		return cql2.Value{}, nil
	case float64:
		switch {
		case p.Type == Number, p.Type == Integer && v == float64(int64(v)):
			return cql2.NumberOf(v), nil
		case v != float64(int64(v)):
		case p.Type == Time:
			return cql2.Value{Type: cql2.Timestamp, Time: int64(v)}, nil
		case p.Type == Date:
			return cql2.Value{Type: cql2.Date, Time: int64(v)}, nil
		}
	case bool:
		if p.Type == Boolean {
			return cql2.BoolOf(v), nil
		}
	case string:
		if (p.Type == Text || p.Type == URL) && v != "" && ValidText(v) {
			return cql2.TextOf(v), nil
		}
	}
	return cql2.Value{}, ErrNotFound
}
