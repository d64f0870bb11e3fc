package cql2

import (
	"slices"
	"strings"
)

// condition reads what may be true or false.
func (n jsonNode) condition() (Expr, error) {
	e, err := n.expr()
	if err == nil && !isCondition(e) {
		err = n.fail("expected a condition such as %s, found a value", jsonExample)
	}
	return e, err
}

func (n jsonNode) expr() (Expr, error) {
	switch v := n.value.(type) {
	case bool:
		return Literal{BoolOf(v)}, nil
	case float64:
		return Literal{NumberOf(v)}, nil
	case string:
		return Literal{Value{Type: Text, Text: v}}, nil
	case []jsonNode:
		list, err := readAll(v, jsonNode.expr)
		return Array(list), err
	case []jsonMember:
		return n.object(v)
	}
	return nil, n.fail("null is no value; use the operator isNull")
}

func readAll[T any](list []jsonNode, read func(jsonNode) (T, error)) ([]T, error) {
	values := make([]T, len(list))
	for i, n := range list {
		var err error
		if values[i], err = read(n); err != nil {
			return nil, err
		}
	}
	return values, nil
}

func (n jsonNode) object(members []jsonMember) (Expr, error) {
	if len(members) == 0 {
		return nil, n.fail("expected a member op, property, date, timestamp, interval, bbox or type, found {}")
	}
	_, hasOp := member(members, "op")
	_, hasType := member(members, "type")
	switch {
	case hasOp:
		return n.operation(members)
	case hasType:
		g, err := n.shape()
		return Literal{GeometryOf(g)}, err
	case len(members) > 1:
		return nil, misplaced(members[1], members[0].name)
	}
	switch first := members[0]; first.name {
	case "property":
		return first.value.property()
	case "date":
		return first.value.instant(parseDate)
	case "timestamp":
		return first.value.instant(parseTimestamp)
	case "interval":
		return first.value.interval()
	case "bbox":
		return first.value.box()
	default:
		return nil, &Error{Column: first.column, Reason: first.name + " needs a member op or type beside it"}
	}
}

func member(members []jsonMember, name string) (jsonNode, bool) {
	i := slices.IndexFunc(members, func(m jsonMember) bool { return m.name == name })
	if i < 0 {
		return jsonNode{}, false
	}
	return members[i].value, true
}

func misplaced(m jsonMember, beside string) error {
	return &Error{Column: m.column, Reason: "the member " + m.name + " has no place beside " + beside}
}

// others refuses all members but those named.
func others(members []jsonMember, names ...string) error {
	for _, m := range members {
		if !slices.Contains(names, m.name) {
			return misplaced(m, names[0])
		}
	}
	return nil
}

func (n jsonNode) property() (Expr, error) {
	name, ok := n.value.(string)
	if !ok || name == "" {
		return nil, n.fail("expected the name of a property")
	}
	return Property(name), nil
}

func (n jsonNode) instant(parse func(string) (Value, error)) (Expr, error) {
	text, ok := n.value.(string)
	if !ok {
		return nil, n.fail("expected a time as a string")
	}
	return literalTime(text, n.column, parse)
}

func (n jsonNode) interval() (Expr, error) {
	ends, ok := n.value.([]jsonNode)
	if !ok || len(ends) != 2 {
		return nil, n.fail("expected an array of the two ends of an interval")
	}
	exprs, err := readAll(ends, jsonNode.intervalEnd)
	if err != nil {
		return nil, err
	}
	return Interval{exprs[0], exprs[1]}, nil
}

func (n jsonNode) intervalEnd() (Expr, error) {
	if text, ok := n.value.(string); ok {
		return textEnd(text, n.column)
	}
	e, err := n.expr()
	if err == nil {
		err = checkEnd(e, n.column)
	}
	return e, err
}

func (n jsonNode) box() (Expr, error) {
	numbers, err := n.numbers()
	if err != nil {
		return nil, err
	}
	return boxOf(numbers, n.column)
}

func (n jsonNode) numbers() ([]float64, error) {
	list, ok := n.value.([]jsonNode)
	if !ok {
		return nil, n.fail("expected an array of numbers")
	}
	return readAll(list, func(n jsonNode) (float64, error) {
		number, ok := n.value.(float64)
		if !ok {
			return 0, n.fail("expected a number")
		}
		return number, nil
	})
}

// operation reads {"op": …, "args": […]}.
func (n jsonNode) operation(members []jsonMember) (Expr, error) {
	if err := others(members, "op", "args"); err != nil {
		return nil, err
	}
	name, _ := member(members, "op")
	op, ok := name.value.(string)
	if !ok || op == "" {
		return nil, name.fail("expected the name of an operator")
	}
	list, ok := member(members, "args")
	if !ok {
		return nil, n.fail("op needs a member args beside it")
	}
	args, ok := list.value.([]jsonNode)
	if !ok {
		return nil, list.fail("expected an array of arguments")
	}
	if binary, ok := binaries[op]; ok {
		return list.binary(op, args, binary)
	}
	switch op {
	case "and", "or":
		return list.join(op, args)
	case "in":
		return list.in(args)
	case "between":
		return list.between(args)
	case "not", "isNull", "casei", "accenti":
		return list.unary(op, args)
	}
	return name.call(op, args)
}

func (n jsonNode) unary(op string, args []jsonNode) (Expr, error) {
	if err := needArguments(op, 1, len(args), n.column); err != nil {
		return nil, err
	}
	if op == "not" {
		x, err := args[0].condition()
		return Not{x}, err
	}
	x, err := args[0].expr()
	switch op {
	case "isNull":
		return IsNull{x}, err
	case "casei":
		return CaseI{x}, err
	}
	return AccentI{x}, err
}

func (n jsonNode) binary(op string, args []jsonNode, binary func(a, b Expr) Expr) (Expr, error) {
	if err := needArguments(op, 2, len(args), n.column); err != nil {
		return nil, err
	}
	read := jsonNode.expr
	if strings.HasPrefix(op, "a_") {
		read = jsonNode.array
	}
	list, err := readAll(args, read)
	if err != nil {
		return nil, err
	}
	return binary(list[0], list[1]), nil
}

// array reads an argument of an array predicate.
func (n jsonNode) array() (Expr, error) {
	e, err := n.expr()
	if err == nil && !isArray(e) {
		err = n.fail("expected an array or a property")
	}
	return e, err
}

func (n jsonNode) join(op string, args []jsonNode) (Expr, error) {
	if len(args) < 2 {
		return nil, n.fail("%s needs two arguments or more, found %d", op, len(args))
	}
	parts, err := readAll(args, jsonNode.condition)
	if op == "and" {
		return And(parts), err
	}
	return Or(parts), err
}

func (n jsonNode) between(args []jsonNode) (Expr, error) {
	if err := needArguments("between", 3, len(args), n.column); err != nil {
		return nil, err
	}
	list, err := readAll(args, jsonNode.expr)
	if err != nil {
		return nil, err
	}
	return Between{list[0], list[1], list[2]}, nil
}

func (n jsonNode) in(args []jsonNode) (Expr, error) {
	if err := needArguments("in", 2, len(args), n.column); err != nil {
		return nil, err
	}
	list, ok := args[1].value.([]jsonNode)
	if !ok || len(list) == 0 {
		return nil, args[1].fail("expected an array with at least one value")
	}
	x, err := args[0].expr()
	if err != nil {
		return nil, err
	}
	values, err := readAll(list, jsonNode.expr)
	return In{x, values}, err
}

// call makes a function of an operator that CQL2 does not have.
func (n jsonNode) call(name string, args []jsonNode) (Expr, error) {
	if known := operators[strings.ToLower(name)]; known != "" {
		return nil, n.fail("the operator %s is written %s", shorten(name), known)
	}
	if other := strangers[name]; other != "" {
		return nil, n.fail("%s is not CQL2; write %s", name, strings.ToLower(other))
	}
	if !isFunctionName(name) {
		return nil, n.fail("there is no operator %s", shorten(name))
	}
	list, err := readAll(args, jsonNode.expr)
	return Call{name, list}, err
}
