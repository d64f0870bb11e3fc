package postgis

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"innoatlas/geo/cql2"
	"innoatlas/geo/zorder"
)

// statement gathers the parameters of one SQL statement while its text is made.
type statement struct {
	table *table
	args  []any // of $1, $2, …

	// negated says that a NOT stands above. There a box must be Unknown, not
	// False, for a record without a position, so key ranges cannot be used.
	negated bool
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

// where is the filter as SQL, with the meaning of cql2.Eval.
func (s *statement) where(e cql2.Expr) string {
	switch e := e.(type) {
	case nil:
		return sqlTrue
	case cql2.And:
		return s.join(e, " AND ", sqlTrue)
	case cql2.Or:
		return s.join(e, " OR ", sqlFalse)
	case cql2.Not:
		above := s.negated
		s.negated = true
		inner := s.where(e.X)
		s.negated = above
		return "NOT " + inner
	case cql2.Compare:
		return s.compare(e)
	case cql2.In:
		return s.in(e)
	case cql2.IsNull:
		return s.isNull(e)
	case cql2.Overlaps:
		return s.overlaps(e)
	case cql2.Intersects:
		return s.intersects(e)
	case cql2.Contains:
		return s.contains(e)
	}
	return sqlUnknown // a bare value is no predicate
}

func (s *statement) join(parts []cql2.Expr, operator, empty string) string {
	if len(parts) == 0 {
		return empty
	}
	texts := make([]string, len(parts))
	for i, part := range parts {
		texts[i] = s.where(part)
	}
	return "(" + strings.Join(texts, operator) + ")"
}

// column is the column of a property; false for a literal, and for a name that
// the collection does not have.
func (s *statement) column(e cql2.Expr) (column, bool) {
	name, _ := e.(cql2.Property)
	c, ok := s.table.columns[string(name)]
	return c, ok
}

// kind is the type that a side of a comparison has.
func (s *statement) kind(e cql2.Expr) cql2.Type {
	if literal, ok := e.(cql2.Literal); ok {
		return literal.Value.Type
	}
	c, _ := s.column(e)
	return c.kind
}

var operators = []cql2.Op{cql2.Equal, cql2.NotEqual, cql2.Less, cql2.LessEqual, cql2.Greater, cql2.GreaterEqual}

func (s *statement) compare(e cql2.Compare) string {
	kind := s.kind(e.Left)
	_, leftIsColumn := s.column(e.Left)
	_, rightIsColumn := s.column(e.Right)
	switch {
	case !slices.Contains(operators, e.Op) || kind != s.kind(e.Right):
		return sqlUnknown
	case !leftIsColumn && !rightIsColumn:
		return constant(cql2.Eval(e, emptyRow{}))
	case kind == cql2.Text:
		return "(" + s.text(e.Left) + " " + string(e.Op) + " " + s.text(e.Right) + ")"
	case kind == cql2.Number:
		cast := castFor(e.Left, e.Right)
		return "(" + s.number(e.Left, cast) + " " + string(e.Op) + " " + s.number(e.Right, cast) + ")"
	}
	return sqlUnknown
}

func (s *statement) text(e cql2.Expr) string {
	if literal, ok := e.(cql2.Literal); ok {
		return s.bind(literal.Value.Text, "text")
	}
	c, _ := s.column(e)
	return c.sql
}

// number is a side of a comparison. Columns are whole numbers; against a fraction
// they are compared as float8, which no index serves, and else as they are.
func (s *statement) number(e cql2.Expr, cast string) string {
	literal, ok := e.(cql2.Literal)
	switch {
	case ok && cast == "":
		return s.bind(int64(literal.Value.Number), "bigint")
	case ok:
		return s.bind(literal.Value.Number, "float8")
	}
	c, _ := s.column(e)
	return c.sql + cast
}

// castFor is what columns need beside the literals: nothing where these are whole.
func castFor(sides ...cql2.Expr) string {
	for _, side := range sides {
		if literal, ok := side.(cql2.Literal); ok && !isWhole(literal.Value.Number) {
			return "::float8"
		}
	}
	return ""
}

// isWhole reports an integer that float64 holds exactly.
func isWhole(n float64) bool { return n == math.Trunc(n) && math.Abs(n) <= 1<<53 }

// in is the Or of the comparisons: a value of another type, which is Unknown
// beside everything, leaves True or Unknown.
func (s *statement) in(e cql2.In) string {
	c, ok := s.column(e.X)
	if !ok {
		return constant(cql2.Eval(e, emptyRow{}))
	}
	same := slices.DeleteFunc(slices.Clone(e.Values), func(v cql2.Value) bool { return v.Type != c.kind })
	mixed := len(same) < len(e.Values)
	var sql string
	switch {
	case len(same) == 0:
		sql = sqlFalse
	case c.kind == cql2.Text:
		sql = c.sql + " = ANY(" + s.bind(textsOf(same), "text[]") + ")"
	case c.kind == cql2.Number:
		sql = c.sql + s.anyNumber(same)
	default:
		return sqlUnknown
	}
	if mixed {
		return "(" + sql + " OR " + sqlUnknown + ")"
	}
	return "(" + sql + ")"
}

// anyNumber is the end of a comparison with several numbers, as number is of one.
func (s *statement) anyNumber(values []cql2.Value) string {
	numbers := make([]float64, len(values))
	whole := make([]int64, len(values))
	allWhole := true
	for i, v := range values {
		numbers[i], whole[i] = v.Number, int64(v.Number)
		allWhole = allWhole && isWhole(v.Number)
	}
	if allWhole {
		return " = ANY(" + s.bind(whole, "bigint[]") + ")"
	}
	return "::float8 = ANY(" + s.bind(numbers, "float8[]") + ")"
}

// emptyRow states nothing: what a filter without columns is asked of.
type emptyRow struct{}

func (emptyRow) Value(string) cql2.Value { return cql2.Value{} }

func textsOf(values []cql2.Value) []string {
	texts := make([]string, len(values))
	for i, v := range values {
		texts[i] = v.Text
	}
	return texts
}

func (s *statement) isNull(e cql2.IsNull) string {
	c, ok := s.column(e.X)
	switch {
	case ok && c.kind == cql2.Geometry && s.table.points:
		return noPosition // the same, and the index of the order finds it
	case ok:
		return "(" + c.sql + " IS NULL)"
	}
	return constant(cql2.Eval(e, emptyRow{}))
}

func (s *statement) overlaps(e cql2.Overlaps) string {
	c, ok := s.column(e.X)
	switch {
	case !ok:
		return constant(cql2.Eval(e, emptyRow{}))
	case c.kind != cql2.List:
		return sqlUnknown
	}
	return "(" + c.sql + " && " + s.bind(e.Values, "text[]") + ")"
}

// likeEscape makes a text stand for itself in a LIKE pattern.
var likeEscape = strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`)

// contains is a LIKE and not strpos, because the trigram index serves it.
func (s *statement) contains(e cql2.Contains) string {
	c, ok := s.column(e.X)
	switch {
	case !ok:
		return constant(cql2.Eval(e, emptyRow{}))
	case c.kind != cql2.Text:
		return sqlUnknown
	}
	return "(" + c.sql + " LIKE " + s.bind("%"+likeEscape.Replace(e.Part)+"%", "text") + ")"
}
