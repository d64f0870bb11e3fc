package storetest

import (
	"math"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"innoatlas/geo"
	"innoatlas/geo/cql2"
)

// number is a numeric property, a number, or with depth a sum, quotient, … of such.
func (g generator) number(depth int) cql2.Expr {
	if depth > 0 && g.chance(3) {
		op := pick(g.Rand, cql2.Plus, cql2.Minus, cql2.Times, cql2.Over, cql2.Modulo, cql2.Div, cql2.Exponent)
		a, b := g.number(depth-1), g.number(depth-1)
		if op == cql2.Exponent { // of which the last digit may differ where a number has more than 53 bits
			b = cql2.Literal{Value: cql2.NumberOf(pick(g.Rand, -1, 0, 0.5, 1, 2))}
		}
		return cql2.Arithmetic{Op: op, Left: a, Right: b}
	}
	name := g.scalarOf(geo.Integer, geo.Number)
	if g.chance(2) {
		return cql2.Property(name)
	}
	n := pick(g.Rand, 0, 1, -1, 2, 7, 0.1, -0.5, 1e308, -1e308, 1e-300, 1<<53, math.Pi)
	if v := g.record().Value(name); v.Type == cql2.Number && g.chance(2) {
		n = v.Number + pick(g.Rand, 0, 0, 0, 0.5)
	}
	return cql2.Literal{Value: cql2.NumberOf(n)}
}

// text is a text property, a text that a record has, or with depth one of these
// folded.
func (g generator) text(depth int) cql2.Expr {
	if depth > 0 {
		switch g.IntN(5) {
		case 0:
			return cql2.CaseI{X: g.text(depth - 1)}
		case 1:
			return cql2.AccentI{X: g.text(depth - 1)}
		}
	}
	name := g.scalarOf(geo.Text, geo.URL)
	if g.chance(2) {
		return cql2.Property(name)
	}
	return literalText(g.otherwise(g.record().Value(name).Text))
}

func literalText(s string) cql2.Expr {
	return cql2.Literal{Value: cql2.Value{Type: cql2.Text, Text: s}}
}

// otherwise is a text as it is, in other letters, or without its last character.
func (g generator) otherwise(s string) string {
	switch g.IntN(6) {
	case 0:
		return strings.ToUpper(s)
	case 1:
		return geo.Fold(s)
	case 2:
		_, size := utf8.DecodeLastRuneInString(s)
		return s[:len(s)-size]
	}
	return s
}

// pattern is a text of a record, some of whose characters stand for any, or have a
// backslash before them.
func (g generator) pattern() cql2.Expr {
	var b strings.Builder
	runes := []rune(g.otherwise(g.record().Value(g.scalarOf(geo.Text, geo.URL)).Text))
	start := g.IntN(len(runes) + 1)
	if start > 0 {
		b.WriteString(pick(g.Rand, "%", "", "_"))
	}
	for _, r := range runes[start:] {
		switch g.IntN(12) {
		case 0:
			b.WriteString("_")
		case 1:
			b.WriteString("%")
			continue
		case 2:
			b.WriteString(`\` + string(r))
		default:
			b.WriteRune(r)
		}
	}
	b.WriteString(pick(g.Rand, "", "", "%", "%", `\`, `\\`, `\%`))
	pattern := literalText(b.String())
	return pick[cql2.Expr](g.Rand, pattern, pattern, cql2.CaseI{X: pattern}, cql2.AccentI{X: pattern}, cql2.AccentI{X: cql2.CaseI{X: pattern}})
}

// instant is a property that is a time, or one near to what a record has there.
func (g generator) instant() cql2.Expr {
	name := g.scalarOf(geo.Time, geo.Date)
	if name != "" && g.chance(2) {
		return cql2.Property(name)
	}
	at := time.Date(2024, 2, 29, 0, 0, 0, 0, time.UTC)
	if v := g.record().Value(name); v.Type == cql2.Timestamp || v.Type == cql2.Date {
		at = time.UnixMicro(v.Time).UTC()
	}
	at = at.Add(pick(g.Rand, 0, 0, 0, time.Microsecond, -time.Microsecond, 24*time.Hour))
	if g.chance(4) {
		return cql2.Literal{Value: cql2.DateOf(at)}
	}
	return cql2.Literal{Value: cql2.TimestampOf(at)}
}

// time is an instant or an interval, whose ends may be open.
func (g generator) time() cql2.Expr {
	if g.chance(2) {
		return g.instant()
	}
	interval := cql2.Interval{Start: g.instant(), End: g.instant()}
	switch g.IntN(5) {
	case 0:
		interval.Start = nil
	case 1:
		interval.End = nil
	}
	return interval
}

// scalarOf is a property of one of the types; "" where the collection has none.
func (g generator) scalarOf(types ...geo.Type) string {
	properties := slices.DeleteFunc(slices.Clone(g.collection.Filterable()), func(p geo.Field) bool { return !slices.Contains(types, p.Type) })
	if len(properties) == 0 {
		return ""
	}
	return pick(g.Rand, properties...).Name
}
