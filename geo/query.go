package geo

import (
	"slices"

	"innoatlas/geo/cql2"
)

// The size of a page of List.
const (
	DefaultLimit = 1000
	MaxLimit     = 10000
	MaxOffset    = 100_000_000
)

// Query is what is asked of a store. Limits, defaults, the antimeridian and
// unknown names are settled before it is made; a store trusts it.
type Query struct {
	Collection *Collection

	// Lists choose by dimension, and Established by the year that a facility was
	// founded in (nil: any, or none). They stand apart from Filter because a facet
	// ignores the choice of its own dimension.
	Lists       []List
	Established *Years

	// Filter is everything else that narrows the data: words, box, exact matches.
	// Nil keeps all.
	Filter cql2.Expr

	// Of narrows partnerships to those of the facilities that match it; nil keeps all. Only what
	// narrows counts of it.
	Of *Query

	// The rest is for List: the order (before Z-order and id, which always end
	// it), and the page.
	Sort   []SortKey
	Tiers  []cql2.Expr // where Sort begins with the order of a search: filters, of which that of the best records is the first
	Limit  int         // 1 to MaxLimit
	Offset int         // records to pass over; ignored where After is given
	After  *Cursor     // the last record of the page before
}

// List keeps the records that have one of the values in a dimension. The empty
// value stands for "not stated".
type List struct {
	Dimension Dimension
	Values    []string
}

// Filter is the list as a part of the filter tree of a collection.
func (l List) Filter(c *Collection) cql2.Expr {
	field := c.Faceted(l.Dimension)
	property := cql2.Property(field.Name)
	stated := slices.DeleteFunc(slices.Clone(l.Values), func(v string) bool { return v == "" })
	or := cql2.Or{}
	switch {
	case len(stated) == 0:
	case field.Type == Texts:
		or = append(or, cql2.ArrayPredicate{Op: cql2.AOverlaps, Left: property, Right: cql2.Literal{Value: cql2.ListOf(stated)}})
	default:
		values := make([]cql2.Expr, len(stated))
		for i, v := range stated {
			value, _ := field.Parse(v) // a text that is no value of the type matches nothing
			values[i] = cql2.Literal{Value: value}
		}
		or = append(or, cql2.In{X: property, Values: values})
	}
	if len(stated) < len(l.Values) {
		or = append(or, cql2.IsNull{X: property})
	}
	if len(or) == 1 {
		return or[0]
	}
	return or
}

// Where is the whole filter as one tree; nil keeps all.
func (q Query) Where() cql2.Expr { return q.where("") }

// WhereExcept is the filter without the choice of one dimension, as the facet of
// that dimension counts it.
func (q Query) WhereExcept(d Dimension) cql2.Expr { return q.where(d) }

// Chooses reports whether WhereExcept leaves anything out.
func (q Query) Chooses(d Dimension) bool {
	if d == ByEstablished {
		return q.Established != nil
	}
	return slices.ContainsFunc(q.Lists, func(l List) bool { return l.Dimension == d })
}

func (q Query) where(except Dimension) cql2.Expr {
	and := cql2.And{}
	for _, l := range q.Lists {
		if l.Dimension != except {
			and = append(and, l.Filter(q.Collection))
		}
	}
	if q.Established != nil && except != ByEstablished {
		and = append(and, q.Established.FilterOf(q.Collection.Faceted(ByEstablished).Name))
	}
	if q.Filter != nil {
		and = append(and, q.Filter)
	}
	switch len(and) {
	case 0:
		return nil
	case 1:
		return and[0]
	}
	return and
}
