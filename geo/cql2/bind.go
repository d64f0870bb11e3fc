package cql2

import (
	"fmt"
	"slices"
	"strings"

	"github.com/paulmach/orb"
)

// Schema gives the type of a property; ok is false where there is none of that name.
type Schema func(property string) (t Type, ok bool)

// Bind checks a tree against a schema and makes it ready for Eval and for stores:
// what reads no property is computed and becomes a Literal (a predicate too, which is
// then TRUE, FALSE or, where it is Unknown, null), and literal geometries and patterns
// are prepared. A BBox stays one only in S_INTERSECTS and S_DISJOINT. An unknown
// property or function, or a type that does not fit, is an *Error. A nil tree is one
// without conditions.
func Bind(e Expr, schema Schema) (Expr, error) {
	if e == nil {
		return nil, nil
	}
	b := binder{schema, &noRow{left: bindWork}}
	bound, err := b.condition(e)
	if err == nil && b.row.left < 0 {
		err = fail("what is constant in the filter takes too long to compute; write what it comes to, or geometries that cross less often")
	}
	if err == nil {
		err = checkAsked(bound)
	}
	if err != nil {
		return nil, err
	}
	return bound, nil
}

type binder struct {
	schema Schema
	row    *noRow
}

// typeNames are the types as messages have them.
var typeNames = map[Type]string{
	Null: "not stated", Number: "a number", Text: "a text", Bool: "a boolean", Date: "a date", Timestamp: "a time", Span: "an interval",
	List: "a list", Geometry: "a geometry",
}

func fail(format string, args ...any) error { return &Error{Reason: fmt.Sprintf(format, args...)} }

// shown is a node as messages have it: its start, where it is long.
func shown(e Expr) string {
	const enough = 80
	text := []rune(FormatText(e))
	if len(text) > enough {
		return string(text[:enough]) + "…"
	}
	return string(text)
}

// condition binds what must be true or false.
func (b binder) condition(e Expr) (Expr, error) {
	if isPredicate(e) {
		bound, err := b.predicate(e)
		if err != nil {
			return nil, err
		}
		bound, _ = b.constant(bound, Children(bound)...)
		return bound, nil
	}
	v, t, err := b.value(e)
	if err == nil && t != Bool && t != Null {
		return nil, fail("%s is %s and no condition; compare it with something", shown(e), typeNames[t])
	}
	return v, err
}

func (b binder) conditions(parts []Expr) ([]Expr, error) {
	bound := make([]Expr, len(parts))
	for i, part := range parts {
		var err error
		if bound[i], err = b.condition(part); err != nil {
			return nil, err
		}
	}
	return bound, nil
}

func (b binder) predicate(e Expr) (Expr, error) {
	switch e := e.(type) {
	case And:
		parts, err := b.conditions(e)
		return And(parts), err
	case Or:
		parts, err := b.conditions(e)
		return Or(joined(parts)), err
	case Not:
		x, err := b.condition(e.X)
		return Not{x}, err
	case Compare:
		return b.compare(e)
	case Between:
		list, err := b.all(e, []Type{Number}, e.X, e.Low, e.High)
		if err != nil {
			return nil, err
		}
		return Between{list[0], list[1], list[2]}, nil
	case Like:
		return b.like(e)
	case In:
		list, err := b.same(e, append([]Expr{e.X}, e.Values...))
		if err != nil {
			return nil, err
		}
		return In{list[0], indexed(list[1:])}, nil
	case IsNull:
		x, _, err := b.value(e.X)
		return IsNull{x}, err
	case Spatial:
		return b.spatial(e)
	case Temporal:
		list, err := b.all(e, []Type{Date, Timestamp, Span}, e.Left, e.Right)
		if err != nil {
			return nil, err
		}
		return Temporal{e.Op, list[0], list[1]}, nil
	case ArrayPredicate:
		list, err := b.all(e, []Type{List}, e.Left, e.Right)
		if err != nil {
			return nil, err
		}
		return ArrayPredicate{e.Op, list[0], list[1]}, nil
	}
	return e, nil // Contains, which no filter can hold
}

// joined makes many comparisons of a property, of which one is to hold, one IN: it is
// found in an index.
func joined(parts []Expr) []Expr {
	values := map[Property][]Expr{}
	for _, part := range parts {
		if property, value, ok := equality(part); ok {
			values[property] = append(values[property], value)
		}
	}
	var list []Expr
	for _, part := range parts {
		property, _, ok := equality(part)
		switch equal := values[property]; {
		case !ok || len(equal) > 0 && len(equal) < many:
			list = append(list, part)
		case len(equal) > 0:
			list = append(list, In{property, indexed(equal)})
			values[property] = nil
		}
	}
	return list
}

// equality is what a condition says a property is to equal, where it says that.
func equality(e Expr) (property Property, value Literal, ok bool) {
	c, _ := e.(Compare)
	property, isProperty := c.Left.(Property)
	value, isLiteral := c.Right.(Literal)
	return property, value, c.Op == Equal && isProperty && isLiteral && value.Value.Type != Null
}

// comparable are the types that Order knows.
var comparable = []Type{Number, Text, Bool, Date, Timestamp}

func (b binder) compare(e Compare) (Expr, error) {
	if isPredicate(e.Left) || isPredicate(e.Right) {
		return b.compareCondition(e)
	}
	list, err := b.same(e, []Expr{e.Left, e.Right})
	if err != nil {
		return nil, err
	}
	return Compare{e.Op, list[0], list[1]}, nil
}

// compareCondition rewrites a comparison of a condition with TRUE or FALSE.
func (b binder) compareCondition(e Compare) (Expr, error) {
	x, literal := e.Left, e.Right
	if _, ok := x.(Literal); ok {
		x, literal = literal, x
	}
	constant, ok := literal.(Literal)
	if !ok || constant.Value.Type != Bool || e.Op != Equal && e.Op != NotEqual {
		return nil, fail("%s: a condition can only be compared with TRUE or FALSE, by = or <>", shown(e))
	}
	bound, err := b.condition(x)
	if (constant.Value.Number != 0) != (e.Op == Equal) {
		return Not{bound}, err
	}
	return bound, err
}

// same binds values that must be of one type, which can be compared.
func (b binder) same(e Expr, list []Expr) ([]Expr, error) {
	bound := make([]Expr, len(list))
	first, named := Null, 0
	for i, x := range list {
		v, t, err := b.value(x)
		if err != nil {
			return nil, err
		}
		switch {
		case t == Null:
		case !slices.Contains(comparable, t):
			return nil, fail("%s: %s is %s, which %s", shown(e), shown(x), typeNames[t], insteadOf(t))
		case first == Null:
			first, named = t, i
		case first != t:
			return nil, fail("%s: %s is %s, and %s is %s%s", shown(e), shown(list[named]), typeNames[first], shown(x), typeNames[t],
				advice(x, t, first)+advice(list[named], first, t))
		}
		bound[i] = v
	}
	return bound, nil
}

// insteadOf says what to do with what cannot be compared.
func insteadOf(t Type) string {
	switch t {
	case List:
		return "is not compared; use A_CONTAINS, A_CONTAINEDBY, A_EQUALS or A_OVERLAPS"
	case Geometry:
		return "is not compared; use S_INTERSECTS or another spatial function"
	}
	return "is not compared; use T_BEFORE, T_DURING or another temporal function"
}

// advice helps whoever wrote a value that does not fit what is needed.
func advice(e Expr, written, needed Type) string {
	switch _, isLiteral := e.(Literal); {
	case written == Text && needed == Timestamp && isLiteral:
		return "; write TIMESTAMP('2020-01-31T12:00:00Z')"
	case written == Text && needed == Date && isLiteral:
		return "; write DATE('2020-01-31')"
	case written == Text && needed == Span && isLiteral:
		return "; write DATE('2020-01-31') or TIMESTAMP('2020-01-31T12:00:00Z')"
	case written == Date && needed == Timestamp:
		return "; compare dates with dates, or use T_BEFORE, T_AFTER or T_DURING"
	}
	return ""
}

// all binds values that must be of one of the types.
func (b binder) all(e Expr, types []Type, list ...Expr) ([]Expr, error) {
	bound := make([]Expr, len(list))
	for i, x := range list {
		v, t, err := b.value(x)
		if err != nil {
			return nil, err
		}
		if t != Null && !slices.Contains(types, t) {
			return nil, fail("%s: %s is %s, where %s is needed%s", shown(e), shown(x), typeNames[t], either(types), advice(x, t, types[len(types)-1]))
		}
		bound[i] = v
	}
	return bound, nil
}

func either(types []Type) string {
	names := make([]string, len(types))
	for i, t := range types {
		names[i] = typeNames[t]
	}
	return strings.Join(names, " or ")
}

func (b binder) like(e Like) (Expr, error) {
	list, err := b.all(e, []Type{Text}, e.X, e.Pattern)
	if err != nil {
		return nil, err
	}
	literal, ok := list[1].(Literal)
	if !ok {
		return nil, fail("%s: a pattern is a text in single quotes, with CASEI or ACCENTI around it or not", shown(e))
	}
	read := newPattern(literal.Value.Text)
	literal.Value.pattern = &read
	return Like{list[0], literal}, nil
}

// spatial makes boxes geometries, unless plain comparisons answer for them.
func (b binder) spatial(e Spatial) (Expr, error) {
	list, err := b.all(e, []Type{Geometry}, e.Left, e.Right)
	if err != nil {
		return nil, err
	}
	for i, x := range list {
		if isCollection(x) && e.Op != SIntersects && e.Op != SDisjoint {
			return nil, fail("%s: what a GEOMETRYCOLLECTION covers is settled for S_INTERSECTS and S_DISJOINT only; write a MULTIPOLYGON, a MULTILINESTRING or a MULTIPOINT",
				strings.ToUpper(string(e.Op)))
		}
		if e.Op != SIntersects && e.Op != SDisjoint && isTangled(x) {
			return nil, fail("%s: the lines cross or pass each other too often; write fewer and shorter ones", strings.ToUpper(string(e.Op)))
		}
		box, ok := x.(BBox)
		if !ok || e.Op == SIntersects || e.Op == SDisjoint {
			continue
		}
		v, err := b.prepare(GeometryOf(box.geometry()))
		if err != nil {
			return nil, err
		}
		list[i] = Literal{v}
	}
	return Spatial{e.Op, list[0], list[1]}, nil
}

// isCollection reports a literal of mixed geometries. PostGIS and simplefeatures
// differ on where such a one has its boundary.
func isCollection(e Expr) bool {
	literal, _ := e.(Literal)
	_, is := literal.Value.Geometry.(orb.Collection)
	return is
}

// value binds a value, and gives its type; Null is that of a constant that has none.
func (b binder) value(e Expr) (Expr, Type, error) {
	switch e := e.(type) {
	case Property:
		t, ok := b.schema(string(e))
		if !ok {
			return nil, Null, &Error{Property: string(e), Reason: fmt.Sprintf("there is no property %s", shown(e))}
		}
		return e, t, nil
	case Literal:
		return b.literal(e)
	case BBox:
		return e, Geometry, nil
	case Interval:
		return b.interval(e)
	case Array:
		return b.array(e)
	case Arithmetic:
		list, err := b.all(e, []Type{Number}, e.Left, e.Right)
		if err != nil {
			return nil, Null, err
		}
		return b.computed(Arithmetic{e.Op, list[0], list[1]}, Number, list...)
	case CaseI:
		list, err := b.all(e, []Type{Text}, e.X)
		if err != nil {
			return nil, Null, err
		}
		return b.computed(CaseI{list[0]}, Text, list...)
	case AccentI:
		list, err := b.all(e, []Type{Text}, e.X)
		if err != nil {
			return nil, Null, err
		}
		return b.computed(AccentI{list[0]}, Text, list...)
	case Call:
		return nil, Null, fail("there is no function %s; those of CQL2 are S_…, T_…, A_…, CASEI and ACCENTI", shorten(e.Name))
	}
	return nil, Null, fail("%s is a condition, where a value is needed", shown(e))
}

func (b binder) literal(e Literal) (Expr, Type, error) {
	if e.Value.Type != Geometry {
		return e, e.Value.Type, nil
	}
	v, err := b.prepare(e.Value)
	return Literal{v}, Geometry, err
}

// noRow has no properties: what constants are computed with, within some work.
type noRow struct{ left int }

// bindWork is what may be done to make a filter ready: some 50 ms.
const bindWork = 1_000_000

func (*noRow) Value(string) Value { return Value{} }

// Spend never allows more once it has said no.
func (r *noRow) Spend(work int) bool {
	if r.left >= 0 {
		r.left -= work
	}
	return r.left >= 0
}

// constant computes what has only constants as its operands. A property has none.
func (b binder) constant(e Expr, operands ...Expr) (bound Expr, ok bool) {
	if _, isProperty := e.(Property); isProperty {
		return e, false
	}
	for _, operand := range operands {
		switch operand.(type) {
		case Literal, BBox, nil:
		default:
			return e, false
		}
	}
	return Literal{valueOf(e, b.row)}, true
}

// computed is a value, computed where it is constant, and its type.
func (b binder) computed(e Expr, t Type, operands ...Expr) (Expr, Type, error) {
	bound, ok := b.constant(e, operands...)
	if ok {
		t = bound.(Literal).Value.Type
	}
	return bound, t, nil
}

func (b binder) interval(e Interval) (Expr, Type, error) {
	ends := []Expr{e.Start, e.End}
	for i, end := range ends {
		if end == nil {
			continue
		}
		list, err := b.all(e, []Type{Date, Timestamp}, end)
		if err != nil {
			return nil, Null, err
		}
		ends[i] = list[0]
	}
	bound, t, err := b.computed(Interval{ends[0], ends[1]}, Span, ends...)
	if literal, ok := bound.(Literal); ok && t == Span && literal.Value.Time > literal.Value.End {
		return nil, Null, fail("%s ends before it begins", shown(e))
	}
	return bound, t, err
}

// array binds the elements of a list. Constants may be of any type; they become the
// texts that list elements are. What is computed for each record must be a text.
func (b binder) array(e Array) (Expr, Type, error) {
	list := make([]Expr, len(e))
	for i, x := range e {
		v, t, err := b.value(x)
		if err != nil {
			return nil, Null, err
		}
		literal, isLiteral := v.(Literal)
		text, ok := element(literal.Value)
		switch {
		case isLiteral && ok:
			v = Literal{Value{Type: Text, Text: text}}
		case t != Text && t != Null:
			return nil, Null, fail("%s: %s is %s; an array holds texts, numbers, booleans and times, and properties that are texts", shown(e), shown(x), typeNames[t])
		}
		list[i] = v
	}
	bound, t, err := b.computed(Array(list), List, list...)
	if literal, ok := bound.(Literal); ok {
		bound = Literal{literal.Value.indexed()}
	}
	return bound, t, err
}
