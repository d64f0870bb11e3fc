package postgis

import (
	"math"
	"slices"
	"strings"

	"innoatlas/geo/cql2"
)

var operators = []cql2.Op{cql2.Equal, cql2.NotEqual, cql2.Less, cql2.LessEqual, cql2.Greater, cql2.GreaterEqual}

// isComparable says that cql2.Order knows values of the type.
func isComparable(t cql2.Type) bool {
	return slices.Contains([]cql2.Type{cql2.Number, cql2.Text, cql2.Bool, cql2.Date, cql2.Timestamp}, t)
}

func (s *statement) compare(e cql2.Compare) string {
	kind := s.kind(e.Left)
	switch {
	case !slices.Contains(operators, e.Op), !isComparable(kind), kind != s.kind(e.Right):
		return sqlUnknown
	case kind == cql2.Number && isWhole(e.Left) && isWhole(e.Right):
		return "(" + s.whole(e.Left) + " " + string(e.Op) + " " + s.whole(e.Right) + ")"
	}
	return "(" + s.scalar(e.Left, kind) + " " + string(e.Op) + " " + s.scalar(e.Right, kind) + ")"
}

func (s *statement) between(e cql2.Between) string {
	return s.where(cql2.And{
		cql2.Compare{Op: cql2.GreaterEqual, Left: e.X, Right: e.Low},
		cql2.Compare{Op: cql2.LessEqual, Left: e.X, Right: e.High},
	})
}

// in is the Or of the comparisons; literals of a type that has arrays are one of them.
func (s *statement) in(e cql2.In) string {
	kind := s.kind(e.X)
	var literals []cql2.Value
	var or []string
	for _, value := range e.Values {
		literal, ok := value.(cql2.Literal)
		if ok && literal.Value.Type == kind && (kind == cql2.Text || kind == cql2.Number) {
			literals = append(literals, literal.Value)
			continue
		}
		or = append(or, s.compare(cql2.Compare{Op: cql2.Equal, Left: e.X, Right: value}))
	}
	switch {
	case len(e.Values) == 0:
		return sqlFalse
	case len(literals) == 0:
	case len(literals) == 1: // of which an index gives the records in its order
		or = append(or, s.compare(cql2.Compare{Op: cql2.Equal, Left: e.X, Right: cql2.Literal{Value: literals[0]}}))
	case kind == cql2.Text:
		or = append(or, s.text(e.X)+" = ANY("+s.bind(textsOf(literals), "text[]")+")")
	default:
		or = append(or, s.inNumbers(e.X, literals))
	}
	return "(" + strings.Join(or, " OR ") + ")"
}

func (s *statement) inNumbers(x cql2.Expr, values []cql2.Value) string {
	numbers := make([]float64, len(values))
	integers := make([]int64, len(values))
	whole := isWhole(x)
	for i, v := range values {
		numbers[i], integers[i] = v.Number, int64(v.Number)
		whole = whole && isInteger(v.Number)
	}
	if whole {
		return s.whole(x) + " = ANY(" + s.bind(integers, "bigint[]") + ")"
	}
	return s.number(x) + " = ANY(" + s.bind(numbers, "float8[]") + ")"
}

func textsOf(values []cql2.Value) []string {
	texts := make([]string, len(values))
	for i, v := range values {
		texts[i] = v.Text
	}
	return texts
}

// isWhole says that a number can be compared as it stands in its column, which an
// index serves; anything else compares as float8, as numbers do in Go.
func isWhole(e cql2.Expr) bool {
	switch e := e.(type) {
	case cql2.Property:
		return true
	case cql2.Literal:
		return isInteger(e.Value.Number)
	}
	return false
}

// isInteger reports an integer that float64 holds exactly.
func isInteger(n float64) bool { return n == math.Trunc(n) && math.Abs(n) <= 1<<53 }

func (s *statement) whole(e cql2.Expr) string {
	if literal, ok := e.(cql2.Literal); ok {
		return s.bind(int64(literal.Value.Number), "bigint")
	}
	c, _ := s.column(e)
	return c.sql
}

// number is a value as float8; NULL where it is none.
func (s *statement) number(e cql2.Expr) string {
	if s.kind(e) != cql2.Number {
		return "NULL::float8"
	}
	switch e := e.(type) {
	case cql2.Literal:
		return s.bind(e.Value.Number, "float8")
	case cql2.Arithmetic:
		return s.arithmetic(e)
	}
	c, _ := s.column(e)
	return c.sql + "::float8"
}

// arithmetics are the functions of migrations 0007 and 0011: NULL where SQL's own operators
// end the statement with an error.
var arithmetics = map[cql2.ArithmeticOp]string{
	cql2.Plus: "innoatlas_plus", cql2.Minus: "innoatlas_minus", cql2.Times: "innoatlas_times", cql2.Over: "innoatlas_over",
	cql2.Modulo: "innoatlas_modulo", cql2.Div: "innoatlas_div", cql2.Exponent: "innoatlas_power",
}

func (s *statement) arithmetic(e cql2.Arithmetic) string {
	function, ok := arithmetics[e.Op]
	if !ok {
		return "NULL::float8"
	}
	return function + "(" + s.number(e.Left) + ", " + s.number(e.Right) + ")"
}
