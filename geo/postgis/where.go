package postgis

import (
	"slices"
	"strconv"
	"strings"

	"innoatlas/geo"
	"innoatlas/geo/cql2"
	"innoatlas/geo/zorder"
)

// statement gathers the parameters of one SQL statement while its text is made.
type statement struct {
	table *table
	sql   string // when it is made
	args  []any  // of $1, $2, …

	// exact says that False and Unknown must be told apart, as below a NOT. Then a
	// box must be Unknown, not False, for a record without a position, so key
	// ranges cannot be used.
	exact bool
}

// The truth values as SQL.
const (
	sqlTrue    = "TRUE"
	sqlFalse   = "FALSE"
	sqlUnknown = "NULL::boolean"
)

// noPosition is zorder.NoPosition as SQL.
var noPosition = "(zorder = " + strconv.FormatUint(zorder.NoPosition, 10) + ")"

func constant(t cql2.Truth) string {
	return map[cql2.Truth]string{cql2.True: sqlTrue, cql2.False: sqlFalse, cql2.Unknown: sqlUnknown}[t]
}

// bind adds a parameter and gives its place with its type: "$3::text".
func (s *statement) bind(value any, sqlType string) string {
	s.args = append(s.args, value)
	return "$" + strconv.Itoa(len(s.args)) + "::" + sqlType
}

// where is the filter as SQL, with the meaning of cql2.Eval. What reads no column
// is the same for every record, so it is evaluated here.
func (s *statement) where(e cql2.Expr) string {
	if !s.readsColumn(e) {
		return constant(cql2.Eval(e, emptyRow{}))
	}
	switch e := e.(type) {
	case cql2.And:
		return s.allOf(e)
	case cql2.Or:
		return s.anyOf(e)
	case cql2.Not:
		return "NOT " + s.whereExact(e.X)
	}
	return s.predicate(e)
}

// matching is what matches a query, but for its choice in a dimension ("" is none).
func (s *statement) matching(q geo.Query, except geo.Dimension) string {
	where := s.where(q.WhereExcept(except))
	if q.Of == nil {
		return where
	}
	facilities := &statement{table: tableOf(q.Of.Collection), args: s.args}
	of := facilities.where(q.Of.Where())
	s.args = facilities.args
	return "(" + where + " AND facility_id IN (SELECT id FROM facility WHERE " + of + "))"
}

// whereExact is a filter that stands where False and Unknown are told apart.
func (s *statement) whereExact(e cql2.Expr) string {
	above := s.exact
	s.exact = true
	defer func() { s.exact = above }()
	return s.where(e)
}

func (s *statement) predicate(e cql2.Expr) string {
	switch e := e.(type) {
	case cql2.Compare:
		return s.compare(e)
	case cql2.Between:
		return s.between(e)
	case cql2.Like:
		return s.like(e)
	case cql2.In:
		return s.in(e)
	case cql2.IsNull:
		return s.isNull(e)
	case cql2.Contains:
		return s.contains(e)
	case cql2.ArrayPredicate:
		return s.relateLists(e)
	case cql2.Temporal:
		return s.relateTimes(e)
	case cql2.Spatial:
		return s.relateShapes(e)
	case cql2.Property:
		if s.kind(e) == cql2.Bool {
			return s.boolean(e)
		}
	}
	return sqlUnknown // another value is no predicate
}

func (s *statement) join(parts []cql2.Expr, operator string) string {
	texts := make([]string, len(parts))
	for i, part := range parts {
		texts[i] = s.where(part)
	}
	return "(" + strings.Join(texts, operator) + ")"
}

// emptyRow states nothing: what a filter without columns is asked of.
type emptyRow struct{}

func (emptyRow) Value(string) cql2.Value { return cql2.Value{} }

// readsColumn reports whether the answer may depend on the record.
func (s *statement) readsColumn(e cql2.Expr) bool {
	if _, ok := s.column(e); ok {
		return true
	}
	return slices.ContainsFunc(cql2.Children(e), s.readsColumn)
}

// column is the column of a property; false for anything else, and for a name that
// the collection does not have.
func (s *statement) column(e cql2.Expr) (column, bool) {
	name, _ := e.(cql2.Property)
	return s.table.column(string(name))
}

// kind is the type of an expression's values; Null where it never has one.
func (s *statement) kind(e cql2.Expr) cql2.Type {
	switch e := e.(type) {
	case cql2.Literal:
		return e.Value.Type
	case cql2.Property:
		c, _ := s.column(e)
		return c.kind
	case cql2.Arithmetic:
		return cql2.Number
	case cql2.CaseI, cql2.AccentI:
		return cql2.Text
	case cql2.Array:
		return cql2.List
	case cql2.BBox:
		return cql2.Geometry
	case cql2.Interval:
		return cql2.Span
	case nil, cql2.Call:
		return cql2.Null
	}
	return cql2.Bool
}

// scalar is a value that can be compared.
func (s *statement) scalar(e cql2.Expr, kind cql2.Type) string {
	switch kind {
	case cql2.Number:
		return s.number(e)
	case cql2.Text:
		return s.text(e)
	case cql2.Bool:
		return s.boolean(e)
	}
	return s.time(e)
}

// boolean is a value that is a truth value, or a predicate in the place of one.
func (s *statement) boolean(e cql2.Expr) string {
	if c, ok := s.column(e); ok {
		return c.sql
	}
	return s.whereExact(e)
}

// isNull asks for the position by its key: the same, and the index of the order
// finds it.
func (s *statement) isNull(e cql2.IsNull) string {
	c, isColumn := s.column(e.X)
	switch kind := s.kind(e.X); {
	case isColumn && kind == cql2.Geometry && s.table.points:
		return noPosition
	case isColumn:
		return "(" + c.sql + " IS NULL)"
	case isComparable(kind):
		return "(" + s.scalar(e.X, kind) + " IS NULL)"
	case kind == cql2.List:
		return "(" + s.list(e.X) + " IS NULL)"
	}
	return "((" + s.end(e.X, first) + ") IS NULL OR (" + s.end(e.X, last) + ") IS NULL)" // an interval
}
