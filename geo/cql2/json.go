package cql2

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"
)

// ParseJSON reads a filter in CQL2 JSON (OGC 21-065r2, section 6 and annex C); what is
// wrong with it is an *Error. Unknown members and members given twice are refused.
// Heights of geometries and boxes are dropped, and so is the bbox of a geometry.
func ParseJSON(data []byte) (Expr, error) {
	if err := checkInput(string(data)); err != nil {
		return nil, err
	}
	if len(bytes.TrimSpace(data)) == 0 {
		return nil, &Error{Column: 1, Reason: "the filter is empty; write a condition such as " + jsonExample}
	}
	r := &jsonReader{data: data, decoder: json.NewDecoder(bytes.NewReader(data))}
	n, err := r.value()
	if err == nil {
		err = r.end()
	}
	if err != nil {
		return nil, err
	}
	e, err := n.condition()
	if err != nil {
		return nil, err
	}
	if err := checkSize(e); err != nil {
		return nil, err
	}
	return e, nil
}

const jsonExample = `{"op":"=","args":[{"property":"country"},"THA"]}`

// jsonNode is a JSON value with its place.
type jsonNode struct {
	column int
	value  any // nil, bool, float64, string, []jsonNode or []jsonMember
}

type jsonMember struct {
	name   string
	column int // of the name
	value  jsonNode
}

func (n jsonNode) fail(format string, args ...any) error {
	return &Error{Column: n.column, Reason: fmt.Sprintf(format, args...)}
}

// jsonReader makes nodes of tokens, so that each has its column.
type jsonReader struct {
	data    []byte
	decoder *json.Decoder
	offset  int // of the character that has been counted last
	counted int // characters before it
	levels
}

// column is that of the next token.
func (r *jsonReader) column() int {
	offset := int(r.decoder.InputOffset())
	for offset < len(r.data) && strings.IndexByte(" \t\r\n,:", r.data[offset]) >= 0 {
		offset++
	}
	r.counted += utf8.RuneCount(r.data[r.offset:offset])
	r.offset = offset
	return r.counted + 1
}

func (r *jsonReader) token() (json.Token, int, error) {
	column := r.column()
	fail := func(reason string) (json.Token, int, error) { return nil, 0, &Error{Column: column, Reason: reason} }
	t, err := r.decoder.Token()
	var syntax *json.SyntaxError
	switch {
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return fail("the JSON ends too early")
	case errors.As(err, &syntax):
		return fail("this is no JSON: " + syntax.Error())
	case err != nil:
		return fail("the number cannot be read: it is too large")
	}
	if s, ok := t.(string); ok && strings.Contains(s, "\x00") {
		return fail(noNull)
	}
	return t, column, nil
}

func (r *jsonReader) end() error {
	column := r.column()
	if _, err := r.decoder.Token(); !errors.Is(err, io.EOF) {
		return &Error{Column: column, Reason: "expected the end of the JSON"}
	}
	return nil
}

func (r *jsonReader) value() (jsonNode, error) {
	t, column, err := r.token()
	if err != nil {
		return jsonNode{}, err
	}
	delimiter, ok := t.(json.Delim)
	if !ok {
		return jsonNode{column, t}, nil
	}
	if err := r.enter(column); err != nil {
		return jsonNode{}, err
	}
	defer r.leave()
	n := jsonNode{column: column}
	if delimiter == '{' {
		n.value, err = r.members()
	} else {
		n.value, err = r.elements()
	}
	return n, err
}

func (r *jsonReader) elements() ([]jsonNode, error) {
	list := []jsonNode{}
	for r.decoder.More() {
		n, err := r.value()
		if err != nil {
			return nil, err
		}
		list = append(list, n)
	}
	_, _, err := r.token()
	return list, err
}

// memberNames are those that an object of CQL2 or a geometry may have.
var memberNames = []string{"op", "args", "property", "date", "timestamp", "interval", "bbox", "type", "coordinates", "geometries"}

func (r *jsonReader) members() ([]jsonMember, error) {
	list := []jsonMember{}
	for r.decoder.More() {
		t, column, err := r.token()
		if err != nil {
			return nil, err
		}
		name, _ := t.(string)
		if !slices.Contains(memberNames, name) {
			return nil, &Error{Column: column, Reason: fmt.Sprintf("there is no member %s; there are %s", shorten(name), strings.Join(memberNames, ", "))}
		}
		if slices.ContainsFunc(list, func(m jsonMember) bool { return m.name == name }) {
			return nil, &Error{Column: column, Reason: fmt.Sprintf("the member %s is given twice", name)}
		}
		n, err := r.value()
		if err != nil {
			return nil, err
		}
		list = append(list, jsonMember{name, column, n})
	}
	_, _, err := r.token()
	return list, err
}
