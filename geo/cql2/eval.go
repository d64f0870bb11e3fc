package cql2

import (
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
		return compare(e.Op, valueOf(e.Left, r), valueOf(e.Right, r))
	case In:
		return in(valueOf(e.X, r), e.Values)
	case IsNull:
		return truth(valueOf(e.X, r).Type == Null)
	case Overlaps:
		v := valueOf(e.X, r)
		if v.Type != List {
			return Unknown
		}
		return truth(slices.ContainsFunc(v.List, func(s string) bool { return slices.Contains(e.Values, s) }))
	case Intersects:
		v := valueOf(e.X, r)
		if v.Type != Geometry {
			return Unknown
		}
		return truth(intersects(v.Geometry, e.Bounds))
	case Contains:
		v := valueOf(e.X, r)
		if v.Type != Text {
			return Unknown
		}
		return truth(strings.Contains(v.Text, e.Part))
	}
	return Unknown // a bare value is no predicate
}

func valueOf(e Expr, r Row) Value {
	switch e := e.(type) {
	case Property:
		return r.Value(string(e))
	case Literal:
		return e.Value
	}
	return Value{}
}

func compare(op Op, a, b Value) Truth {
	order, ok := Order(a, b)
	if !ok {
		return Unknown
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
func in(v Value, values []Value) Truth {
	t := False
	for _, w := range values {
		if t = max(t, compare(Equal, v, w)); t == True {
			break
		}
	}
	return t
}
