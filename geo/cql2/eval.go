package cql2

import (
	"math"
	"slices"
	"strings"
)

// Row is a record that a filter can be asked of.
type Row interface {
	// Value is the record's property of that name, Null where the record does
	// not state it or there is no such property.
	Value(property string) Value
}

// Truth is the outcome of a predicate in three-valued logic. Its order is that
// of the logic: And is the least of its parts, Or the greatest.
type Truth int8

// The three truth values.
const (
	False Truth = iota - 1
	Unknown
	True
)

func truth(b bool) Truth {
	if b {
		return True
	}
	return False
}

// Eval says whether the filter holds for a record; a record matches a query
// only where it is True. A nil filter holds for every record.
func Eval(e Expr, r Row) Truth {
	switch e := e.(type) {
	case nil:
		return True
	case And:
		t := True
		for _, x := range e {
			if t = min(t, Eval(x, r)); t == False {
				break
			}
		}
		return t
	case Or:
		t := False
		for _, x := range e {
			if t = max(t, Eval(x, r)); t == True {
				break
			}
		}
		return t
	case Not:
		return -Eval(e.X, r)
	}
	return evalPredicate(e, r)
}

func evalPredicate(e Expr, r Row) Truth {
	switch e := e.(type) {
	case Compare:
		x, lower := unfolded(e.Left, r)
		return compare(e.Op, x, lower, valueOf(e.Right, r))
	case Between:
		x := valueOf(e.X, r)
		return min(compare(GreaterEqual, x, false, valueOf(e.Low, r)), compare(LessEqual, x, false, valueOf(e.High, r)))
	case Like:
		x, lower := unfolded(e.X, r)
		return like(x, lower, valueOf(e.Pattern, r), r)
	case In:
		x, lower := unfolded(e.X, r)
		return in(x, lower, e.Values, r)
	case IsNull:
		return truth(valueOf(e.X, r).Type == Null)
	case Spatial:
		return relateShapes(e, r)
	case Temporal:
		return relateTimes(e.Op, valueOf(e.Left, r), valueOf(e.Right, r))
	case ArrayPredicate:
		return relateLists(e.Op, valueOf(e.Left, r), valueOf(e.Right, r))
	case Contains:
		v := valueOf(e.X, r)
		if v.Type != Text {
			return Unknown
		}
		return truth(strings.Contains(v.Text, e.Part))
	}
	// A boolean property or literal is a predicate by itself; any other value is none.
	if v := valueOf(e, r); v.Type == Bool {
		return truth(v.Number != 0)
	}
	return Unknown
}

// valueOf computes a value; a predicate is a boolean, or Null where it is Unknown.
func valueOf(e Expr, r Row) Value {
	switch e := e.(type) {
	case Property:
		return r.Value(string(e))
	case Literal:
		return e.Value
	case BBox:
		return GeometryOf(e.geometry())
	case Interval:
		return span(e, r)
	case Array:
		return list(e, r)
	case Arithmetic:
		return compute(e.Op, valueOf(e.Left, r), valueOf(e.Right, r))
	case CaseI:
		return folded(FoldCase, valueOf(e.X, r), r)
	case AccentI:
		return folded(FoldAccents, valueOf(e.X, r), r)
	}
	if isPredicate(e) {
		if t := Eval(e, r); t != Unknown {
			return BoolOf(t == True)
		}
	}
	return Value{}
}

func folded(fold func(string) string, v Value, r Row) Value {
	if v.Type != Text || len(v.Text) > longText && !spend(r, len(v.Text)/bytesPerWork) {
		return Value{}
	}
	return Value{Type: Text, Text: fold(v.Text)}
}

// What a Meter is told of texts: those that are long.
const (
	longText     = 1 << 10
	bytesPerWork = 4 // that are folded for one unit of work
)

// unfolded is a value that may have to be read in lower case: an ASCII text that is
// folded needs no more, so to ask a million names makes no copies of them.
func unfolded(e Expr, r Row) (v Value, lower bool) {
	switch e := e.(type) {
	case CaseI:
		v, _ = unfolded(e.X, r)
		if v.Type == Text && isASCII(v.Text) {
			return v, true
		}
		return folded(FoldCase, v, r), false
	case AccentI:
		v, lower = unfolded(e.X, r)
		if !lower {
			v = folded(FoldAccents, v, r)
		}
		return v, lower
	}
	return valueOf(e, r), false
}

func compare(op Op, a Value, lower bool, b Value) Truth {
	order, ok := Order(a, b)
	if !ok {
		return Unknown
	}
	if lower {
		order = characters{text: a.Text, lower: lower}.compare(b.Text)
	}
	switch op {
	case Equal:
		return truth(order == 0)
	case NotEqual:
		return truth(order != 0)
	case Less:
		return truth(order < 0)
	case LessEqual:
		return truth(order <= 0)
	case Greater:
		return truth(order > 0)
	case GreaterEqual:
		return truth(order >= 0)
	}
	return Unknown
}

// in is the Or of the comparisons with each value, as CQL2 and SQL define it.
func in(v Value, lower bool, values []Expr, r Row) Truth {
	if x := indexOf(values); x != nil {
		return x.has(v, lower)
	}
	t := False
	for _, w := range values {
		if t = max(t, compare(Equal, v, lower, valueOf(w, r))); t == True {
			break
		}
	}
	return t
}

// compute is Null where an operand is no number, or the result no finite one.
func compute(op ArithmeticOp, a, b Value) Value {
	if a.Type != Number || b.Type != Number {
		return Value{}
	}
	n := arithmetic(op, a.Number, b.Number)
	if math.IsNaN(n) || math.IsInf(n, 0) {
		return Value{}
	}
	return NumberOf(n)
}

func arithmetic(op ArithmeticOp, a, b float64) float64 {
	switch op {
	case Plus:
		return a + b
	case Minus:
		return a - b
	case Times:
		return a * b
	case Over:
		return a / b
	case Modulo:
		return modulo(a, b)
	case Div:
		return math.Trunc(a / b)
	case Exponent:
		return power(a, b)
	}
	return math.NaN()
}

// wholePower is up to which exponent a power is a product, made in one order so that
// it is the same number in every store.
const wholePower = 64

func power(a, b float64) float64 {
	if b != math.Trunc(b) || math.Abs(b) > wholePower {
		return math.Pow(a, b)
	}
	product := 1.0
	for range int(math.Abs(b)) {
		product *= a
	}
	if b < 0 {
		return 1 / product
	}
	return product
}

// list is the elements of an array as texts; Null where one is not stated.
func list(elements Array, r Row) Value {
	texts := make([]string, len(elements))
	for i, e := range elements {
		text, ok := element(valueOf(e, r))
		if !ok {
			return Value{}
		}
		texts[i] = text
	}
	return Value{Type: List, List: texts}
}

// noText begins an element that is no text: no record has it in a text.
const noText = "\uffff"

// element is a value as an element of a list.
func element(v Value) (text string, ok bool) {
	switch v.Type {
	case Text:
		return v.Text, true
	case Number, Bool, Date, Timestamp:
		return noText + string(appendLiteral(nil, v)), true
	}
	return "", false
}

// relateLists compares two lists as sets.
func relateLists(op ArrayOp, a, b Value) Truth {
	if a.Type != List || b.Type != List {
		return Unknown
	}
	switch op {
	case AOverlaps:
		if a.index != nil {
			a, b = b, a
		}
		return truth(slices.ContainsFunc(a.List, b.hasElement))
	case AContains:
		return truth(holds(a, b))
	case AContainedBy:
		return truth(holds(b, a))
	case AEquals:
		return truth(holds(a, b) && holds(b, a))
	}
	return Unknown
}

// holds reports whether a list has every element of another.
func holds(all, part Value) bool {
	return !slices.ContainsFunc(part.List, func(s string) bool { return !all.hasElement(s) })
}
