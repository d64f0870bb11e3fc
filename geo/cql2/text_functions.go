package cql2

import (
	"errors"
	"fmt"
	"strings"
	"time"
)

// function reads what follows the name of a function: its arguments.
func (p *textParser) function(name token) (Expr, error) {
	if err := p.enter(name.column); err != nil {
		return nil, err
	}
	defer p.leave()
	word := name.text
	if isASCII(word) { // ı is no I
		word = strings.ToUpper(word)
	}
	switch word {
	case "DATE":
		return p.instant(parseDate)
	case "TIMESTAMP":
		return p.instant(parseTimestamp)
	case "INTERVAL":
		return p.interval()
	case "BBOX":
		return p.box(name.column)
	case "CASEI", "ACCENTI":
		return p.folded(word, name)
	}
	if among(geometryNames, word) {
		g, err := p.shape(word)
		return Literal{GeometryOf(g)}, err
	}
	if predicate := predicateNamed(word); predicate != nil {
		return p.predicate(predicate, word, name)
	}
	return p.call(name)
}

func (p *textParser) folded(word string, name token) (Expr, error) {
	args, err := p.list()
	if err == nil {
		err = needArguments(word, 1, len(args), name.column)
	}
	switch {
	case err != nil:
		return nil, err
	case word == "CASEI":
		return CaseI{args[0]}, nil
	}
	return AccentI{args[0]}, nil
}

func (p *textParser) predicate(predicate func(a, b Expr) Expr, word string, name token) (Expr, error) {
	read := p.list
	if word[0] == 'A' {
		read = p.arrays
	}
	args, err := read()
	if err == nil {
		err = needArguments(word, 2, len(args), name.column)
	}
	if err != nil {
		return nil, err
	}
	return predicate(args[0], args[1]), nil
}

func needArguments(name string, need, found, column int) error {
	switch {
	case found == need:
		return nil
	case need == 1:
		return &Error{Column: column, Reason: fmt.Sprintf("%s needs one argument, found %d", name, found)}
	}
	return &Error{Column: column, Reason: fmt.Sprintf("%s needs %d arguments, found %d", name, need, found)}
}

// arrays reads the arguments of an array predicate, where brackets hold an array even
// of one element.
func (p *textParser) arrays() ([]Expr, error) {
	return listOf(p, func() (Expr, error) {
		t := p.peek()
		if t.is("(") {
			list, _, err := p.array()
			return list, err
		}
		e, err := p.operand()
		if err == nil && !isArray(e) {
			err = &Error{Column: t.column, Reason: fmt.Sprintf("expected an array such as ('a', 'b') or a property, found %s", shorten(FormatText(e)))}
		}
		return e, err
	})
}

// call is a function that CQL2 does not define.
func (p *textParser) call(name token) (Expr, error) {
	if !isFunctionName(name.text) {
		return nil, &Error{Column: name.column, Reason: name.text + " is no function; write property IS NULL"}
	}
	if p.tokens[p.at+1].is(")") {
		p.at += 2
		return Call{name.text, []Expr{}}, nil
	}
	args, err := p.list()
	return Call{name.text, args}, err
}

// instant reads ('2020-01-31') after DATE, ('2020-01-31T12:00:00Z') after TIMESTAMP.
func (p *textParser) instant(parse func(string) (Value, error)) (Expr, error) {
	return bracketed(p, func() (Expr, error) {
		t := p.peek()
		if t.kind != textToken {
			return nil, p.expected("a time in single quotes")
		}
		p.next()
		return literalTime(t.text, t.column, parse)
	})
}

func literalTime(s string, column int, parse func(string) (Value, error)) (Expr, error) {
	v, err := parse(s)
	if err != nil {
		return nil, &Error{Column: column, Reason: fmt.Sprintf("'%s' is %v", shorten(s), err)}
	}
	return Literal{v}, nil
}

func parseDate(s string) (Value, error) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return Value{}, errors.New("no date; write it as 2020-01-31")
	}
	return Value{Type: Date, Time: t.UnixMicro()}, nil
}

// parseTimestamp takes other offsets than Z too. In UTC the year must have four digits.
func parseTimestamp(s string) (Value, error) {
	var t time.Time
	err := t.UnmarshalText([]byte(s)) // by the letter of RFC 3339, unlike time.Parse
	if year := t.UTC().Year(); err != nil || year < 0 || year > 9999 {
		return Value{}, errors.New("no time; write it as 2020-01-31T12:00:00Z")
	}
	return Value{Type: Timestamp, Time: t.UnixMicro()}, nil
}

// parseInstant reads a date or a timestamp, as the ends of an interval may be.
func parseInstant(s string) (Value, error) {
	if len(s) == len(time.DateOnly) {
		return parseDate(s)
	}
	return parseTimestamp(s)
}

// openEnd is how an interval has no start or no end.
const openEnd = ".."

func (p *textParser) interval() (Expr, error) {
	column := p.peek().column
	ends, err := listOf(p, p.intervalEnd)
	if err == nil && len(ends) != 2 {
		err = &Error{Column: column, Reason: fmt.Sprintf("an interval has two ends, found %d", len(ends))}
	}
	if err != nil {
		return nil, err
	}
	return Interval{ends[0], ends[1]}, nil
}

func (p *textParser) intervalEnd() (Expr, error) {
	t := p.peek()
	if t.kind == textToken {
		p.next()
		return textEnd(t.text, t.column)
	}
	e, err := p.operand()
	if err == nil {
		err = checkEnd(e, t.column)
	}
	return e, err
}

// textEnd is an end of an interval that is written as a text.
func textEnd(s string, column int) (Expr, error) {
	if s == openEnd {
		return nil, nil
	}
	return literalTime(s, column, parseInstant)
}

func checkEnd(e Expr, column int) error {
	if isInstant(e) {
		return nil
	}
	return &Error{Column: column, Reason: fmt.Sprintf("expected a time, a property or '..' as the end of an interval, found %s", shorten(FormatText(e)))}
}

// signed reads a number that may have a sign.
func (p *textParser) signed() (float64, error) {
	sign := 1.0
	if p.accept("-") {
		sign = -1
	} else {
		p.accept("+")
	}
	if p.peek().kind != numberToken {
		return 0, p.expected("a number")
	}
	return sign * p.next().number, nil
}

func (p *textParser) box(column int) (Expr, error) {
	numbers, err := listOf(p, p.signed)
	if err != nil {
		return nil, err
	}
	return boxOf(numbers, column)
}

// boxOf makes a box of four numbers, or of six with heights.
func boxOf(n []float64, column int) (Expr, error) {
	refuse := func(format string, args ...any) (Expr, error) {
		return nil, &Error{Column: column, Reason: fmt.Sprintf(format, args...)}
	}
	if len(n) == 6 {
		if n[2] > n[5] {
			return refuse("the lower height %v is above the upper %v", n[2], n[5])
		}
		n = []float64{n[0], n[1], n[3], n[4]}
	}
	if len(n) != 4 {
		return refuse("a box needs four numbers (west, south, east, north) or six with heights, found %d", len(n))
	}
	if n[1] > n[3] {
		return refuse("south (%v) is greater than north (%v)", n[1], n[3])
	}
	return BBox(n), nil
}
