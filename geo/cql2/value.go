package cql2

import (
	"cmp"
	"math"
	"slices"
	"time"

	"github.com/paulmach/orb"
)

// Type says what a Value holds.
type Type uint8

// The types of a Value. Null is the zero Value: not stated.
const (
	Null Type = iota
	Number
	Text
	Bool
	Date      // a day, in Time: its first microsecond in UTC
	Timestamp // an instant, in Time
	Span      // a time from Time to End
	List
	Geometry
)

// The ends of a Span that is open.
const (
	Always int64 = math.MinInt64 // no start
	Never  int64 = math.MaxInt64 // no end
)

// Value is what a property or a literal evaluates to. It is a struct, not an
// interface, so that sorting and scanning a million records allocates nothing.
type Value struct {
	Type     Type
	Number   float64 // of a Number; 1 or 0 of a Bool
	Text     string
	Time     int64 // microseconds since 1970-01-01T00:00:00Z, which is how PostgreSQL counts
	End      int64 // of a Span, likewise
	List     []string
	Geometry orb.Geometry // longitude, latitude in degrees

	shape   *shape   // of a Geometry that Bind has prepared
	pattern *pattern // of a Text that Bind has read as one of LIKE
	index   *index   // of a List, or of the values of IN with their first, where these are many
}

// Equal compares what the values are, and not what has been prepared of them.
func (v Value) Equal(w Value) bool {
	return v.Type == w.Type && v.Number == w.Number && v.Text == w.Text && v.Time == w.Time && v.End == w.End && slices.Equal(v.List, w.List) &&
		(v.Geometry == nil) == (w.Geometry == nil) && (v.Geometry == nil || orb.Equal(v.Geometry, w.Geometry))
}

// NumberOf is the Value of a number.
func NumberOf(n float64) Value { return Value{Type: Number, Number: n} }

// BoolOf is the Value of a boolean.
func BoolOf(b bool) Value {
	if b {
		return Value{Type: Bool, Number: 1}
	}
	return Value{Type: Bool}
}

// TextOf is the Value of a text; an empty text is one that is not stated.
func TextOf(s string) Value {
	if s == "" {
		return Value{}
	}
	return Value{Type: Text, Text: s}
}

// DateOf is the Value of the day of a time in UTC, TimestampOf that of the time,
// to the microsecond. The zero time is one that is not stated.
func DateOf(t time.Time) Value {
	if t.IsZero() {
		return Value{}
	}
	return Value{Type: Date, Time: t.UTC().Truncate(24 * time.Hour).UnixMicro()}
}

func TimestampOf(t time.Time) Value {
	if t.IsZero() {
		return Value{}
	}
	return Value{Type: Timestamp, Time: t.UnixMicro()}
}

// ListOf is the Value of a list of texts; an empty list is one that is not stated.
func ListOf(l []string) Value {
	if len(l) == 0 {
		return Value{}
	}
	return Value{Type: List, List: l}
}

// GeometryOf is the Value of a geometry; nil is one that is not stated.
func GeometryOf(g orb.Geometry) Value {
	if g == nil {
		return Value{}
	}
	return Value{Type: Geometry, Geometry: g}
}

// Order compares two values of one type as cmp.Compare does: numbers, texts (by
// bytes), booleans (false first), dates or timestamps. ok is false where they
// cannot be compared: a null, a span, a list, a geometry or two types.
func Order(a, b Value) (order int, ok bool) {
	if a.Type != b.Type {
		return 0, false
	}
	switch a.Type {
	case Number, Bool:
		return cmp.Compare(a.Number, b.Number), true
	case Text:
		return cmp.Compare(a.Text, b.Text), true
	case Date, Timestamp:
		return cmp.Compare(a.Time, b.Time), true
	}
	return 0, false
}
