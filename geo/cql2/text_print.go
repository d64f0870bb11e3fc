package cql2

import (
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/wkt"
)

// FormatText writes a tree as CQL2 text, which ParseText reads to an equal tree. Two
// trees of different meaning have different texts, bound ones too.
//
// Contains, a null and a Span have no form in CQL2. What is written for them cannot
// be read, so it is no other tree's text.
func FormatText(e Expr) string { return string(appendText(nil, e)) }

func appendText(b []byte, e Expr) []byte {
	switch e := e.(type) {
	case And:
		return appendJoined(b, e, " AND ", "TRUE")
	case Or:
		return appendJoined(b, e, " OR ", "FALSE")
	case Not:
		return append(appendText(append(b, "NOT ("...), e.X), ')')
	case Compare:
		return appendOperand(append(appendOperand(b, e.Left), " "+string(e.Op)+" "...), e.Right)
	case Between:
		b = append(appendOperand(b, e.X), " BETWEEN "...)
		return appendOperand(append(appendOperand(b, e.Low), " AND "...), e.High)
	case Like:
		return appendOperand(append(appendOperand(b, e.X), " LIKE "...), e.Pattern)
	case In:
		return appendArguments(append(appendOperand(b, e.X), " IN "...), e.Values...)
	case IsNull:
		return append(appendOperand(b, e.X), " IS NULL"...)
	case Spatial:
		return appendArguments(append(b, strings.ToUpper(string(e.Op))...), e.Left, e.Right)
	case Temporal:
		return appendArguments(append(b, strings.ToUpper(string(e.Op))...), e.Left, e.Right)
	case ArrayPredicate:
		b = appendArray(append(append(b, strings.ToUpper(string(e.Op))...), '('), e.Left)
		return append(appendArray(append(b, ','), e.Right), ')')
	case Contains:
		return append(appendQuoted(append(appendText(append(b, "CONTAINS ["...), e.X), ' '), e.Part), ']')
	}
	return appendValueText(b, e)
}

func appendValueText(b []byte, e Expr) []byte {
	switch e := e.(type) {
	case Property:
		return appendName(b, string(e))
	case Literal:
		return appendLiteral(b, e.Value)
	case BBox:
		b = append(b, "BBOX("...)
		for i, n := range e {
			if i > 0 {
				b = append(b, ',')
			}
			b = appendNumber(b, n)
		}
		return append(b, ')')
	case Interval:
		b = append(appendEnd(append(b, "INTERVAL("...), e.Start), ',')
		return append(appendEnd(b, e.End), ')')
	case Array:
		if len(e) == 1 { // which would be plain brackets
			return append(appendText(append(b, '('), e[0]), ",)"...)
		}
		return appendArguments(b, e...)
	case Arithmetic:
		return appendTerm(append(appendTerm(b, e.Left), " "+string(e.Op)+" "...), e.Right)
	case CaseI:
		return appendArguments(append(b, "CASEI"...), e.X)
	case AccentI:
		return appendArguments(append(b, "ACCENTI"...), e.X)
	case Call:
		return appendArguments(append(b, e.Name...), e.Args...)
	}
	return b
}

// appendJoined puts parts that are joined themselves into brackets.
func appendJoined(b []byte, parts []Expr, word, empty string) []byte {
	if len(parts) == 0 {
		return append(b, empty...)
	}
	for i, part := range parts {
		if i > 0 {
			b = append(b, word...)
		}
		switch part.(type) {
		case And, Or:
			b = append(appendText(append(b, '('), part), ')')
		default:
			b = appendText(b, part)
		}
	}
	return b
}

// appendArray writes an argument of an array predicate, where brackets are an array.
func appendArray(b []byte, e Expr) []byte {
	if array, ok := e.(Array); ok {
		return appendArguments(b, array...)
	}
	return appendText(b, e)
}

// appendOperand puts into brackets what binds less than the operator of a predicate.
func appendOperand(b []byte, e Expr) []byte {
	if isPredicateWithOperator(e) {
		return append(appendText(append(b, '('), e), ')')
	}
	return appendText(b, e)
}

// appendTerm writes an operand of arithmetic. It puts into brackets other arithmetic,
// and a negative number, which ^ would bind more than its minus.
func appendTerm(b []byte, e Expr) []byte {
	literal, isLiteral := e.(Literal)
	_, isArithmetic := e.(Arithmetic)
	if isArithmetic || isLiteral && literal.Value.Type == Number && math.Signbit(literal.Value.Number) {
		return append(appendText(append(b, '('), e), ')')
	}
	return appendOperand(b, e)
}

func isPredicateWithOperator(e Expr) bool {
	switch e.(type) {
	case And, Or, Not, Compare, Between, Like, In, IsNull:
		return true
	}
	return false
}

func appendArguments(b []byte, args ...Expr) []byte {
	b = append(b, '(')
	for i, arg := range args {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendText(b, arg)
	}
	return append(b, ')')
}

// appendEnd writes an end of an interval: its times are plain texts there.
func appendEnd(b []byte, e Expr) []byte {
	switch e := e.(type) {
	case nil:
		return appendQuoted(b, openEnd)
	case Literal:
		if isInstant(e) {
			return appendQuoted(b, timeText(e.Value.Type, e.Value.Time))
		}
	}
	return appendText(b, e)
}

// appendName leaves out the quotes where the name reads as one.
func appendName(b []byte, name string) []byte {
	if isName(name) && !among(reserved, name) {
		return append(b, name...)
	}
	return append(append(append(b, '"'), strings.ReplaceAll(name, `"`, `""`)...), '"')
}

// appendQuoted doubles each quote, and the backslashes directly before one and at the
// end (see quotedText).
func appendQuoted(b []byte, s string) []byte {
	b = append(b, '\'')
	slashes := 0
	for i := range len(s) {
		if s[i] == '\'' {
			b = append(appendSlashes(b, slashes), '\'')
		}
		if slashes++; s[i] != '\\' {
			slashes = 0
		}
		b = append(b, s[i])
	}
	return append(appendSlashes(b, slashes), '\'')
}

func appendSlashes(b []byte, n int) []byte { return append(b, strings.Repeat(`\`, n)...) }

func appendNumber(b []byte, n float64) []byte { return strconv.AppendFloat(b, n, 'g', -1, 64) }

func appendLiteral(b []byte, v Value) []byte {
	switch v.Type {
	case Number:
		return appendNumber(b, v.Number)
	case Text:
		return appendQuoted(b, v.Text)
	case Bool:
		return append(b, strings.ToUpper(strconv.FormatBool(v.Number != 0))...)
	case Date:
		return append(b, "DATE('"+timeText(Date, v.Time)+"')"...)
	case Timestamp:
		return append(b, "TIMESTAMP('"+timeText(Timestamp, v.Time)+"')"...)
	case Span:
		return append(strconv.AppendInt(append(strconv.AppendInt(append(b, "SPAN ["...), v.Time, 10), ' '), v.End, 10), ']')
	case List:
		b = append(b, '(')
		for i, s := range v.List {
			if i > 0 {
				b = append(b, ',')
			}
			b = appendQuoted(b, s)
		}
		return append(b, ')')
	case Geometry:
		return appendGeometry(b, v.Geometry)
	}
	return append(b, "NULL"...)
}

func appendGeometry(b []byte, g orb.Geometry) []byte { return append(b, wkt.Marshal(g)...) }

// timeText is a date, or a time in UTC with as many decimals as it has.
func timeText(t Type, micros int64) string {
	at := time.UnixMicro(micros).UTC()
	if t == Date {
		return at.Format(time.DateOnly)
	}
	return at.Format("2006-01-02T15:04:05.999999Z07:00")
}
