package postgis

import (
	"strings"

	"innoatlas/geo/cql2"
)

// relateLists compares lists as sets: text[] columns and parameters.
func (s *statement) relateLists(e cql2.ArrayPredicate) string {
	if s.kind(e.Left) != cql2.List || s.kind(e.Right) != cql2.List {
		return sqlUnknown
	}
	left, right := s.list(e.Left), s.list(e.Right)
	switch e.Op {
	case cql2.AOverlaps:
		return "(" + s.mayOverlap(e.Left, right) + left + " && " + right + ")"
	case cql2.AContains:
		return "(" + left + " @> " + right + ")"
	case cql2.AContainedBy:
		return "(" + left + " <@ " + right + ")"
	case cql2.AEquals:
		return "(" + left + " @> " + right + " AND " + left + " <@ " + right + ")"
	}
	return sqlUnknown
}

// mayOverlap is a quick look into JSON before a list is made of it, where the two need not
// be told apart that are not True.
func (s *statement) mayOverlap(e cql2.Expr, values string) string {
	if c, ok := s.column(e); ok && c.json != "" && !s.exact {
		return c.json + " ?| " + values + " AND "
	}
	return ""
}

func (s *statement) list(e cql2.Expr) string {
	switch e := e.(type) {
	case cql2.Literal:
		return s.bind(append([]string{}, e.Value.List...), "text[]") // never nil, which is NULL
	case cql2.Array:
		return s.array(e)
	}
	c, _ := s.column(e)
	return c.sql
}

// array is one with properties among its elements; NULL where one of these is.
func (s *statement) array(elements cql2.Array) string {
	texts := make([]string, len(elements))
	for i, x := range elements {
		texts[i] = s.text(x)
	}
	list := strings.Join(texts, ", ")
	array := "ARRAY[" + list + "]::text[]"
	return "CASE WHEN array_position(" + array + ", NULL) IS NULL THEN " + array + ` COLLATE "C" END`
}
