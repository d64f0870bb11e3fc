package cql2_test

import (
	"errors"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/paulmach/orb"
	"pgregory.net/rapid"

	. "innoatlas/geo/cql2"
)

// trees generates what the parsers can make.
type trees struct{ *rapid.T }

// pick draws one of the ways to make a node.
func (t trees) pick(ways ...func() Expr) Expr {
	return ways[rapid.IntRange(0, len(ways)-1).Draw(t.T, "way")]()
}

func several(t trees, least int, one func() Expr) []Expr {
	list := make([]Expr, rapid.IntRange(least, least+2).Draw(t.T, "count"))
	for i := range list {
		list[i] = one()
	}
	return list
}

func (t trees) condition(depth int) Expr {
	leaf := []func() Expr{t.property, func() Expr { return boolean(rapid.Bool().Draw(t.T, "bool")) }}
	if depth == 0 {
		return t.pick(leaf...)
	}
	condition := func() Expr { return t.condition(depth - 1) }
	value := func() Expr { return t.value(depth - 1) }
	array := func() Expr { return t.pick(t.property, func() Expr { return Array(several(t, 0, value)) }) }
	return t.pick(append(leaf,
		func() Expr { return And(several(t, 2, condition)) },
		func() Expr { return Or(several(t, 2, condition)) },
		func() Expr { return Not{condition()} },
		func() Expr {
			return Compare{among(t, Equal, NotEqual, Less, LessEqual, Greater, GreaterEqual), value(), value()}
		},
		func() Expr { return Between{value(), value(), value()} },
		func() Expr { return Like{value(), value()} },
		func() Expr { return In{value(), several(t, 1, value)} },
		func() Expr { return IsNull{value()} },
		func() Expr { return Spatial{among(t, SIntersects, SWithin), value(), value()} },
		func() Expr { return Temporal{among(t, TAfter, TOverlappedBy), value(), value()} },
		func() Expr { return ArrayPredicate{among(t, AEquals, AContainedBy), array(), array()} },
	)...)
}

func (t trees) value(depth int) Expr {
	leaf := []func() Expr{t.property, t.number, t.text, t.time, t.box, t.geometry}
	if depth == 0 {
		return t.pick(leaf...)
	}
	value := func() Expr { return t.value(depth - 1) }
	return t.pick(append(leaf,
		func() Expr { return t.condition(depth - 1) },
		func() Expr { return Array(several(t, 0, value)) },
		func() Expr { return CaseI{value()} },
		func() Expr { return AccentI{value()} },
		func() Expr {
			return Call{among(t, "f", "avg", "Geo:buffer.1", "คำ", "caſei", "bbo\u212a"), several(t, 0, value)}
		},
		func() Expr { return Interval{t.end(), t.end()} },
		func() Expr {
			return Arithmetic{among(t, Plus, Minus, Times, Over, Modulo, Div, Exponent), value(), value()}
		},
	)...)
}

func among[T any](t trees, values ...T) T { return rapid.SampledFrom(values).Draw(t.T, "one of") }

// awkward has what needs care in one of the encodings.
var awkward = rapid.SampledFrom([]rune(`ab'"\ %_.,:()[]{}/-+1eAND` + "é中ชื\u0301\t\n\u2028\uffff😀"))

func (t trees) property() Expr {
	return Property(rapid.OneOf(rapid.SampledFrom([]string{"a", "date", "NOT", "true", "li\u212ae", "null", "point", "z", "x.1"}),
		rapid.StringOfN(awkward, 1, 6, -1)).Draw(t.T, "property"))
}

func (t trees) text() Expr { return text(rapid.StringOfN(awkward, 0, 8, -1).Draw(t.T, "text")) }

func (t trees) coordinate() float64 {
	return rapid.OneOf(rapid.Float64(), rapid.Float64Range(-180, 180), rapid.Map(rapid.IntRange(-5, 5), func(n int) float64 { return float64(n) })).Draw(t.T, "number")
}

func (t trees) number() Expr { return number(t.coordinate()) }

// time is within the years that have four digits.
func (t trees) time() Expr {
	first, last := time.Date(0, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC)
	at := time.UnixMicro(rapid.Int64Range(first.UnixMicro(), last.UnixMicro()).Draw(t.T, "time"))
	if rapid.Bool().Draw(t.T, "date") {
		return Literal{Value{Type: Date, Time: at.UTC().Truncate(24 * time.Hour).UnixMicro()}}
	}
	return Literal{Value{Type: Timestamp, Time: at.UnixMicro()}}
}

func (t trees) end() Expr {
	return t.pick(t.time, t.property, func() Expr { return nil }, func() Expr { return Call{"f", []Expr{}} })
}

func (t trees) box() Expr {
	south, north := t.coordinate(), t.coordinate()
	return BBox{t.coordinate(), min(south, north), t.coordinate(), max(south, north)}
}

func (t trees) point() orb.Point { return orb.Point{t.coordinate(), t.coordinate()} }

func (t trees) line() orb.LineString { return orb.LineString{t.point(), t.point(), t.point()} }

func (t trees) polygon() orb.Polygon {
	ring := orb.Ring{t.point(), t.point(), t.point()}
	return orb.Polygon{append(ring, ring[0])}
}

func (t trees) geometry() Expr { return shape(t.shape()) }

func (t trees) shape() orb.Geometry {
	switch rapid.IntRange(0, 6).Draw(t.T, "geometry") {
	case 0:
		return orb.MultiPoint{t.point(), t.point()}
	case 1:
		return t.line()
	case 2:
		return orb.MultiLineString{t.line(), t.line()}
	case 3:
		return t.polygon()
	case 4:
		return orb.MultiPolygon{t.polygon(), t.polygon()}
	case 5:
		return orb.Collection{t.point(), t.shape()}
	}
	return t.point()
}

// Every tree prints and reads back to an equal one, in both encodings.
func TestRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) { roundTrip(t, trees{t}.condition(3)) })
}

// A store keeps answers by the text of a bound tree: what means something else must
// have another text. Here are all small trees of awkward words.
func TestFormatTextIsAKey(t *testing.T) {
	trees := map[string]Expr{}
	add := func(e Expr) {
		text := FormatText(e)
		if other, ok := trees[text]; ok && !reflect.DeepEqual(e, other) {
			t.Errorf("%s is %#v and %#v", text, e, other)
		}
		trees[text] = e
	}
	var contains []Expr
	for _, x := range awkwardTexts {
		for _, part := range awkwardTexts {
			contains = append(contains, Contains{Property("x" + x), part})
		}
	}
	for _, e := range contains {
		add(e)
		add(Not{e})
		for _, other := range contains[:20] {
			add(And{e, other})
			add(Or{other, Not{And{e, other}}, e})
		}
	}
	values := boundValues()
	for _, x := range values {
		add(Not{IsNull{x}})
		for _, y := range values {
			add(Compare{Equal, x, y})
			add(ArrayPredicate{AEquals, x, y})
			add(In{x, []Expr{y, x}})
		}
	}
}

var awkwardTexts = []string{"a", "'", `\`, `\'`, "','", "NULL", "a 'a", "a' 'a", "]", ""}

func boundValues() []Expr {
	values := []Expr{Literal{}, Literal{Value{Type: Date}}, Literal{Value{Type: List}}, boolean(true), Arithmetic{Plus, a, number(-1)}, Arithmetic{Plus, a, number(1)}}
	for _, x := range awkwardTexts {
		values = append(values, Property("x"+x), text(x), Literal{ListOf([]string{x})})
		for _, y := range awkwardTexts {
			values = append(values, Literal{ListOf([]string{x, y})})
		}
	}
	for _, n := range []int64{Always, -1, 0, 1, 1000, Never - 1} {
		values = append(values, number(float64(n)), Literal{Value{Type: Span, Time: n, End: Never}}, Literal{Value{Type: Span, Time: Always, End: n}})
	}
	for _, n := range []int64{-1, 0, 1, 1000} {
		values = append(values, Literal{Value{Type: Timestamp, Time: n}})
	}
	return values
}

func FuzzParseText(f *testing.F) {
	for _, p := range productions {
		for _, s := range p.texts {
			f.Add(s)
		}
	}
	addExamples(f, "text/*.txt", func(s string) { f.Add(s) })
	f.Fuzz(func(t *testing.T, s string) {
		checkParse(t, s, func() (Expr, error) { return ParseText(s) })
	})
}

func FuzzParseJSON(f *testing.F) {
	for _, p := range productions {
		f.Add([]byte(p.json))
	}
	addExamples(f, "json/*.json", func(s string) { f.Add([]byte(s)) })
	f.Fuzz(func(t *testing.T, data []byte) {
		checkParse(t, string(data), func() (Expr, error) { return ParseJSON(data) })
	})
}

// addExamples adds those of the specification, where they are.
func addExamples(f *testing.F, pattern string, add func(string)) {
	names, _ := filepath.Glob("../../../shared/ogc-cql2/" + pattern)
	for _, name := range names {
		add(read(f, name))
	}
}

// checkParse asks of a parser that it does not take long, says where it fails, and
// makes trees that can be printed and read again.
func checkParse(t *testing.T, filter string, parse func() (Expr, error)) {
	t.Helper()
	start := time.Now()
	e, err := parse()
	if took := time.Since(start); took > 2*time.Second {
		t.Fatalf("%d bytes took %v", len(filter), took)
	}
	if err != nil {
		var wrong *Error
		if !errors.As(err, &wrong) || wrong.Reason == "" || wrong.Column < 0 || wrong.Column > utf8.RuneCountInString(filter)+1 || len(wrong.Reason) > 600 {
			t.Fatalf("%#v", err)
		}
		return
	}
	if len(FormatText(e)) > MaxBytes || len(FormatJSON(e)) > MaxBytes {
		return
	}
	roundTrip(t, e)
	if strings.Contains(FormatText(e), "\x00") {
		t.Fatal("the tree has a U+0000")
	}
}
