package cql2

import (
	"fmt"
	"slices"
)

// ParseText reads a filter in CQL2 text (OGC 21-065r2, section 6 and annex B); what
// is wrong with it is an *Error. Keywords and functions may be in any case, names
// of properties may not. Heights of geometries and boxes are dropped.
//
// Beyond CQL2, an array may end with a comma, and outside of the array predicates one
// of a single element must: ('a',).
func ParseText(s string) (Expr, error) {
	if err := checkInput(s); err != nil {
		return nil, err
	}
	tokens, err := lex(s)
	if err != nil {
		return nil, err
	}
	p := &textParser{tokens: tokens}
	if p.peek().kind == endToken {
		return nil, &Error{Column: 1, Reason: "the filter is empty; write a condition such as country = 'THA'"}
	}
	e, err := p.or()
	if err != nil {
		return nil, err
	}
	if p.peek().kind != endToken {
		return nil, p.expected("AND, OR or the end")
	}
	if err := p.condition(e, tokens[0].column); err != nil {
		return nil, err
	}
	if err := checkSize(e); err != nil {
		return nil, err
	}
	return e, nil
}

// textParser goes down from OR to the operands, one method a level: OR, AND, NOT,
// comparisons, sums, products, signs, powers, operands.
type textParser struct {
	tokens []token
	at     int
	levels
}

func (p *textParser) peek() token { return p.tokens[p.at] }

func (p *textParser) next() token {
	t := p.tokens[p.at]
	if t.kind != endToken {
		p.at++
	}
	return t
}

// accept passes the token where it is that symbol or keyword.
func (p *textParser) accept(word string) bool {
	if p.peek().is(word) {
		p.at++
		return true
	}
	return false
}

func (p *textParser) expect(word string) error {
	if p.accept(word) {
		return nil
	}
	return p.expected(word)
}

// expected is the error at the present token.
func (p *textParser) expected(what string) error {
	if p.at > 0 {
		what += " after " + p.tokens[p.at-1].String()
	}
	return &Error{Column: p.peek().column, Reason: fmt.Sprintf("expected %s, found %s", what, p.peek())}
}

// condition refuses what is no predicate where one is needed.
func (p *textParser) condition(e Expr, column int) error {
	if isCondition(e) {
		return nil
	}
	return &Error{Column: column, Reason: fmt.Sprintf("expected a condition, found the value %s; compare it with something", shorten(FormatText(e)))}
}

func (p *textParser) or() (Expr, error) {
	if err := p.enter(p.peek().column); err != nil {
		return nil, err
	}
	defer p.leave()
	parts, err := p.chain("OR", p.and)
	if err != nil || len(parts) == 1 {
		return only(parts), err
	}
	return Or(parts), nil
}

func (p *textParser) and() (Expr, error) {
	parts, err := p.chain("AND", p.not)
	if err != nil || len(parts) == 1 {
		return only(parts), err
	}
	return And(parts), nil
}

func only(parts []Expr) Expr {
	if len(parts) == 1 {
		return parts[0]
	}
	return nil
}

// chain reads what the word joins; where it joins something, each part is a condition.
func (p *textParser) chain(word string, part func() (Expr, error)) ([]Expr, error) {
	var parts []Expr
	for {
		column := p.peek().column
		e, err := part()
		if err != nil {
			return nil, err
		}
		parts = append(parts, e)
		more := p.peek().is(word)
		if more || len(parts) > 1 {
			if err := p.condition(e, column); err != nil {
				return nil, err
			}
		}
		if !more {
			return parts, nil
		}
		p.next()
	}
}

func (p *textParser) not() (Expr, error) {
	if !p.accept("NOT") {
		return p.comparison()
	}
	column := p.peek().column
	if err := p.enter(column); err != nil {
		return nil, err
	}
	defer p.leave()
	e, err := p.not()
	if err == nil {
		err = p.condition(e, column)
	}
	if err != nil {
		return nil, err
	}
	return Not{e}, nil
}

// comparison reads an operand and what may follow it.
func (p *textParser) comparison() (Expr, error) {
	x, err := p.sum()
	if err != nil {
		return nil, err
	}
	if op := p.operator(); op != "" {
		return p.compare(x, op)
	}
	if p.accept("IS") {
		return p.isNull(x)
	}
	if !p.accept("NOT") {
		return p.advanced(x, "")
	}
	e, err := p.advanced(x, "LIKE, BETWEEN or IN")
	return Not{e}, err
}

// operator is the comparison operator at hand, or empty.
func (p *textParser) operator() Op {
	i := slices.IndexFunc(comparisons, func(op Op) bool { return p.peek().is(string(op)) })
	if i < 0 {
		return ""
	}
	return comparisons[i]
}

func (p *textParser) compare(x Expr, op Op) (Expr, error) {
	p.next()
	y, err := p.sum()
	if err == nil && p.operator() != "" {
		err = &Error{Column: p.peek().column, Reason: "comparisons do not follow each other; join them with AND"}
	}
	return Compare{op, x, y}, err
}

// advanced reads LIKE, BETWEEN and IN; where one is needed, it says so.
func (p *textParser) advanced(x Expr, needed string) (Expr, error) {
	switch {
	case p.accept("LIKE"):
		pattern, err := p.sum()
		return Like{x, pattern}, err
	case p.accept("BETWEEN"):
		return p.between(x)
	case p.accept("IN"):
		values, err := p.list()
		return In{x, values}, err
	case p.accept("ILIKE"): // which GDAL writes, and CQL2 does not have
		pattern, err := p.sum()
		return Like{CaseI{x}, CaseI{pattern}}, err
	case needed != "":
		return nil, p.expected(needed)
	}
	return x, nil
}

func (p *textParser) between(x Expr) (Expr, error) {
	low, err := p.sum()
	if err != nil {
		return nil, err
	}
	if err := p.expect("AND"); err != nil {
		return nil, err
	}
	high, err := p.sum()
	return Between{x, low, high}, err
}

func (p *textParser) isNull(x Expr) (Expr, error) {
	negated := p.accept("NOT")
	if err := p.expect("NULL"); err != nil {
		return nil, err
	}
	if negated {
		return Not{IsNull{x}}, nil
	}
	return IsNull{x}, nil
}

// list reads one expression or more in brackets.
func (p *textParser) list() ([]Expr, error) {
	if err := p.expect("("); err != nil {
		return nil, err
	}
	var list []Expr
	for {
		e, err := p.or()
		if err != nil {
			return nil, err
		}
		list = append(list, e)
		if p.accept(")") {
			return list, nil
		}
		if !p.accept(",") {
			return nil, p.expected(", or )")
		}
	}
}

func (p *textParser) sum() (Expr, error) { return p.binary(p.product, Plus, Minus) }

func (p *textParser) product() (Expr, error) { return p.binary(p.sign, Times, Over, Modulo, Div) }

// binary reads operands with operators of one rank between, from the left.
func (p *textParser) binary(operand func() (Expr, error), ops ...ArithmeticOp) (Expr, error) {
	x, err := operand()
	for terms := 1; err == nil; terms++ {
		i := slices.IndexFunc(ops, func(op ArithmeticOp) bool { return p.peek().is(string(op)) })
		if i < 0 {
			return x, nil
		}
		if terms > MaxDepth {
			return nil, &Error{Column: p.peek().column, Reason: fmt.Sprintf("at most %d values are computed in a row; put brackets around some", MaxDepth)}
		}
		p.next()
		var y Expr
		y, err = operand()
		x = Arithmetic{ops[i], x, y}
	}
	return nil, err
}

// sign reads - and +, which bind less than ^. A number takes the minus in; of any
// other value it makes a product with -1.
func (p *textParser) sign() (Expr, error) {
	t := p.peek()
	if p.accept("+") && p.peek().kind != numberToken {
		return nil, p.expected("a number")
	}
	if !t.is("-") {
		return p.power()
	}
	p.next()
	if err := p.enter(t.column); err != nil {
		return nil, err
	}
	defer p.leave()
	e, err := p.sign()
	if literal, ok := e.(Literal); ok && literal.Value.Type == Number {
		return Literal{NumberOf(-literal.Value.Number)}, err
	}
	return Arithmetic{Times, Literal{NumberOf(-1)}, e}, err
}

// power reads ^, which binds from the right: 2 ^ 3 ^ 2 is 2 ^ 9.
func (p *textParser) power() (Expr, error) {
	column := p.peek().column
	x, err := p.operand()
	if err != nil || !p.accept("^") {
		return x, err
	}
	if err := p.enter(column); err != nil {
		return nil, err
	}
	defer p.leave()
	y, err := p.sign()
	return Arithmetic{Exponent, x, y}, err
}

// operand reads a literal, a property, a function, or anything in brackets.
func (p *textParser) operand() (Expr, error) {
	switch t := p.peek(); t.kind {
	case textToken:
		p.next()
		return Literal{Value{Type: Text, Text: t.text}}, nil
	case numberToken:
		p.next()
		return Literal{NumberOf(t.number)}, nil
	case quotedToken:
		p.next()
		return Property(t.text), nil
	case nameToken:
		return p.named()
	}
	if p.peek().is("(") {
		return p.brackets()
	}
	return nil, p.expected("a value")
}

// brackets hold an expression, or with commas an array.
func (p *textParser) brackets() (Expr, error) {
	list, comma, err := p.array()
	if err == nil && len(list) == 1 && !comma {
		return list[0], nil
	}
	return list, err
}

// array reads what brackets hold, and whether there is a comma at the end.
func (p *textParser) array() (list Array, comma bool, err error) {
	list = Array{}
	p.next()
	for !p.accept(")") {
		e, err := p.or()
		if err != nil {
			return nil, false, err
		}
		list = append(list, e)
		if comma = p.accept(","); !comma && !p.peek().is(")") {
			return nil, false, p.expected(", or )")
		}
	}
	return list, comma, nil
}

// named reads what begins with a name.
func (p *textParser) named() (Expr, error) {
	t := p.peek()
	switch {
	case t.is("TRUE"), t.is("FALSE"):
		p.next()
		return Literal{BoolOf(t.is("TRUE"))}, nil
	case t.is("NULL"):
		return nil, &Error{Column: t.column, Reason: "NULL is no value; write IS NULL or IS NOT NULL"}
	case among(reserved, t.text):
		return nil, p.expected("a value")
	}
	p.next()
	after := p.peek()
	if after.is("(") || among(geometryNames, t.text) && (after.is("Z") || after.is("EMPTY")) {
		return p.function(t)
	}
	return Property(t.text), nil
}
