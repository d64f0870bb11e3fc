package cql2_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"

	. "innoatlas/geo/cql2"
)

func number(n float64) Expr { return Literal{Value: NumberOf(n)} }
func text(s string) Expr    { return Literal{Value: Value{Type: Text, Text: s}} }
func boolean(b bool) Expr   { return Literal{Value: BoolOf(b)} }
func shape(g orb.Geometry) Expr {
	return Literal{Value: GeometryOf(g)}
}
func date(year, month, day int) Expr {
	return Literal{Value: DateOf(time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC))}
}
func at(year, month, day, hour, minute, second, micros int) Expr {
	return Literal{Value: TimestampOf(time.Date(year, time.Month(month), day, hour, minute, second, micros*1000, time.UTC))}
}

const (
	a = Property("a")
	b = Property("b")
	c = Property("c")
)

var square = orb.Ring{{0, 0}, {2, 0}, {2, 2}, {0, 0}}

// production is a tree in both encodings.
type production struct {
	texts []string
	json  string
	tree  Expr
}

func texts(s ...string) []string { return s }

// productions are at least one of each production of the grammar.
var productions = map[string]production{
	"and, or, not": {
		texts("a OR b AND NOT c", "a or (b and (not c))", "a Or b\n\tAND not(c)", "  ((a)) OR (b AND NOT c)  "),
		`{"op":"or","args":[{"property":"a"},{"op":"and","args":[{"property":"b"},{"op":"not","args":[{"property":"c"}]}]}]}`,
		Or{a, And{b, Not{c}}},
	},
	"and of three": {
		texts("a AND b AND c"),
		`{"op":"and","args":[{"property":"a"},{"property":"b"},{"property":"c"}]}`,
		And{a, b, c},
	},
	"and of an and": {
		texts("(a AND b) AND c"),
		`{"op":"and","args":[{"op":"and","args":[{"property":"a"},{"property":"b"}]},{"property":"c"}]}`,
		And{And{a, b}, c},
	},
	"or before and": {
		texts("(a OR b) AND c"),
		`{"op":"and","args":[{"op":"or","args":[{"property":"a"},{"property":"b"}]},{"property":"c"}]}`,
		And{Or{a, b}, c},
	},
	"not binds more than and": {
		texts("NOT a AND b"),
		`{"args":[{"args":[{"property":"a"}],"op":"not"},{"property":"b"}],"op":"and"}`,
		And{Not{a}, b},
	},
	"not binds less than a comparison": {
		texts("NOT a = 1", "NOT (a=1)"),
		`{"op":"not","args":[{"op":"=","args":[{"property":"a"},1]}]}`,
		Not{Compare{Equal, a, number(1)}},
	},
	"not not": {
		texts("NOT NOT a", "NOT (NOT (a))"),
		`{"op":"not","args":[{"op":"not","args":[{"property":"a"}]}]}`,
		Not{Not{a}},
	},
	"true":           {texts("TRUE", "true", "(True)"), `true`, boolean(true)},
	"false or false": {texts("FALSE OR false"), `{"op":"or","args":[false,false]}`, Or{boolean(false), boolean(false)}},
	"equal":          {texts("a = b", "a=b"), `{"op":"=","args":[{"property":"a"},{"property":"b"}]}`, Compare{Equal, a, b}},
	"not equal":      {texts("a <> 1"), `{"op":"<>","args":[{"property":"a"},1]}`, Compare{NotEqual, a, number(1)}},
	"less":           {texts("1 < a"), `{"op":"<","args":[1,{"property":"a"}]}`, Compare{Less, number(1), a}},
	"less or equal":  {texts("1<=2"), `{"op":"<=","args":[1,2]}`, Compare{LessEqual, number(1), number(2)}},
	"greater":        {texts("a > 'x'"), `{"op":">","args":[{"property":"a"},"x"]}`, Compare{Greater, a, text("x")}},
	"greater or equal": {
		texts("a >= FALSE"),
		`{"op":">=","args":[{"property":"a"},false]}`,
		Compare{GreaterEqual, a, boolean(false)},
	},
	"a condition as a value": {
		texts("(a = 1) = TRUE"),
		`{"op":"=","args":[{"op":"=","args":[{"property":"a"},1]},true]}`,
		Compare{Equal, Compare{Equal, a, number(1)}, boolean(true)},
	},
	"a predicate as a value": {
		texts("S_WITHIN(a, b) = TRUE"),
		`{"op":"=","args":[{"op":"s_within","args":[{"property":"a"},{"property":"b"}]},true]}`,
		Compare{Equal, Spatial{SWithin, a, b}, boolean(true)},
	},
	"like":     {texts("a LIKE 'x%'", "a like 'x%'"), `{"op":"like","args":[{"property":"a"},"x%"]}`, Like{a, text("x%")}},
	"not like": {texts("a NOT LIKE 'x%'", "NOT a LIKE 'x%'"), `{"op":"not","args":[{"op":"like","args":[{"property":"a"},"x%"]}]}`, Not{Like{a, text("x%")}}},
	"like without case": {
		texts("CASEI(a) LIKE casei('x%')"),
		`{"op":"like","args":[{"op":"casei","args":[{"property":"a"}]},{"op":"casei","args":["x%"]}]}`,
		Like{CaseI{a}, CaseI{text("x%")}},
	},
	"accenti of casei": {
		texts("ACCENTI(CASEI(a)) = 'x'"),
		`{"op":"=","args":[{"op":"accenti","args":[{"op":"casei","args":[{"property":"a"}]}]},"x"]}`,
		Compare{Equal, AccentI{CaseI{a}}, text("x")},
	},
	"between": {texts("a BETWEEN 1 AND 2 AND b"), `{"op":"and","args":[{"op":"between","args":[{"property":"a"},1,2]},{"property":"b"}]}`,
		And{Between{a, number(1), number(2)}, b}},
	"not between": {
		texts("a NOT BETWEEN -1 AND b + 1"),
		`{"op":"not","args":[{"op":"between","args":[{"property":"a"},-1,{"op":"+","args":[{"property":"b"},1]}]}]}`,
		Not{Between{a, number(-1), Arithmetic{Plus, b, number(1)}}},
	},
	"in":     {texts("a IN ('x', 1, TRUE)"), `{"op":"in","args":[{"property":"a"},["x",1,true]]}`, In{a, []Expr{text("x"), number(1), boolean(true)}}},
	"not in": {texts("a NOT IN ('x')"), `{"op":"not","args":[{"op":"in","args":[{"property":"a"},["x"]]}]}`, Not{In{a, []Expr{text("x")}}}},
	"in within in": {
		texts("a IN (b IN (1), TRUE)"),
		`{"op":"in","args":[{"property":"a"},[{"op":"in","args":[{"property":"b"},[1]]},true]]}`,
		In{a, []Expr{In{b, []Expr{number(1)}}, boolean(true)}},
	},
	"is null":     {texts("a IS NULL", "a is null"), `{"op":"isNull","args":[{"property":"a"}]}`, IsNull{a}},
	"is not null": {texts("a IS NOT NULL"), `{"op":"not","args":[{"op":"isNull","args":[{"property":"a"}]}]}`, Not{IsNull{a}}},
	"a condition is null": {
		texts("(a = 1) IS NULL"),
		`{"op":"isNull","args":[{"op":"=","args":[{"property":"a"},1]}]}`,
		IsNull{Compare{Equal, a, number(1)}},
	},

	"names": {
		texts(`eo:cloud_cover._2 = "eo:cloud_cover._2"`),
		`{"op":"=","args":[{"property":"eo:cloud_cover._2"},{"property":"eo:cloud_cover._2"}]}`,
		Compare{Equal, Property("eo:cloud_cover._2"), Property("eo:cloud_cover._2")},
	},
	"names of other scripts": {
		texts("größe = ชื่อ", "größe = \"ชื่อ\""),
		`{"op":"=","args":[{"property":"größe"},{"property":"ชื่อ"}]}`,
		Compare{Equal, Property("größe"), Property("ชื่อ")},
	},
	"names of letters like those of keywords": {
		texts("li\u212ae = 1 AND caſei(a)"),
		`{"op":"and","args":[{"op":"=","args":[{"property":"li\u212ae"},1]},{"op":"caſei","args":[{"property":"a"}]}]}`,
		And{Compare{Equal, Property("li\u212ae"), number(1)}, Call{"caſei", []Expr{a}}},
	},
	"names in quotes": {
		texts(`"and" = "a ""b"" - 'c'"`),
		`{"op":"=","args":[{"property":"and"},{"property":"a \"b\" - 'c'"}]}`,
		Compare{Equal, Property("and"), Property(`a "b" - 'c'`)},
	},
	"names like keywords of literals": {
		texts("date = Point AND z <> empty"),
		`{"op":"and","args":[{"op":"=","args":[{"property":"date"},{"property":"Point"}]},{"op":"<>","args":[{"property":"z"},{"property":"empty"}]}]}`,
		And{Compare{Equal, Property("date"), Property("Point")}, Compare{NotEqual, Property("z"), Property("empty")}},
	},
	"quotes in a text": {texts(`a = 'it''s'`, `a = 'it\'s'`), `{"op":"=","args":[{"property":"a"},"it's"]}`, Compare{Equal, a, text("it's")}},
	"backslashes in a text": {
		texts(`a IN ('\n', 'x\\', '\\''', '\\\'\\', '\\\\')`),
		`{"op":"in","args":[{"property":"a"},["\\n","x\\","\\'","\\'\\","\\\\"]]}`,
		In{a, []Expr{text(`\n`), text(`x\`), text(`\'`), text(`\'\`), text(`\\`)}},
	},
	"an empty text": {texts("a = ''"), `{"op":"=","args":[{"property":"a"},""]}`, Compare{Equal, a, text("")}},
	"numbers": {
		texts("a IN (1, -2.5, 1e3, 1.5E-7, .5, 5., +6)"),
		`{"op":"in","args":[{"property":"a"},[1,-2.5,1e3,1.5E-7,0.5,5.0,6]]}`,
		In{a, []Expr{number(1), number(-2.5), number(1000), number(1.5e-7), number(.5), number(5), number(6)}},
	},

	"arithmetic binds by rank": {
		texts("a + b * c ^ 2 = 1", "(a + (b * (c ^ 2))) = 1"),
		`{"op":"=","args":[{"op":"+","args":[{"property":"a"},{"op":"*","args":[{"property":"b"},{"op":"^","args":[{"property":"c"},2]}]}]},1]}`,
		Compare{Equal, Arithmetic{Plus, a, Arithmetic{Times, b, Arithmetic{Exponent, c, number(2)}}}, number(1)},
	},
	"arithmetic from the left": {
		texts("a - b - c = 1", "(a - b) - c = 1"),
		`{"op":"=","args":[{"op":"-","args":[{"op":"-","args":[{"property":"a"},{"property":"b"}]},{"property":"c"}]},1]}`,
		Compare{Equal, Arithmetic{Minus, Arithmetic{Minus, a, b}, c}, number(1)},
	},
	"powers from the right": {
		texts("a ^ b ^ c = 1", "a ^ (b ^ c) = 1"),
		`{"op":"=","args":[{"op":"^","args":[{"property":"a"},{"op":"^","args":[{"property":"b"},{"property":"c"}]}]},1]}`,
		Compare{Equal, Arithmetic{Exponent, a, Arithmetic{Exponent, b, c}}, number(1)},
	},
	"div, modulo and division": {
		texts("a DIV b % c / 2 = 1", "((a div b) % c) / 2 = 1"),
		`{"op":"=","args":[{"op":"/","args":[{"op":"%","args":[{"op":"div","args":[{"property":"a"},{"property":"b"}]},{"property":"c"}]},2]},1]}`,
		Compare{Equal, Arithmetic{Over, Arithmetic{Modulo, Arithmetic{Div, a, b}, c}, number(2)}, number(1)},
	},
	"minus of a property": {
		texts("-a = - -1", "-1 * a = 1"),
		`{"op":"=","args":[{"op":"*","args":[-1,{"property":"a"}]},1]}`,
		Compare{Equal, Arithmetic{Times, number(-1), a}, number(1)},
	},
	"minus binds less than a power": {
		texts("-2 ^ 2 = a", "-1 * 2 ^ 2 = a"),
		`{"op":"=","args":[{"op":"*","args":[-1,{"op":"^","args":[2,2]}]},{"property":"a"}]}`,
		Compare{Equal, Arithmetic{Times, number(-1), Arithmetic{Exponent, number(2), number(2)}}, a},
	},
	"the power of a negative number": {
		texts("(-2) ^ -2 = a"),
		`{"op":"=","args":[{"op":"^","args":[-2,-2]},{"property":"a"}]}`,
		Compare{Equal, Arithmetic{Exponent, number(-2), number(-2)}, a},
	},

	"date": {texts("a > DATE('2020-02-29')", "a > date ( '2020-02-29' )"), `{"op":">","args":[{"property":"a"},{"date":"2020-02-29"}]}`, Compare{Greater, a, date(2020, 2, 29)}},
	"timestamp": {
		texts("a < TIMESTAMP('2020-01-31T12:00:00.25Z')", "a < TIMESTAMP('2020-01-31T19:00:00.25+07:00')"),
		`{"op":"<","args":[{"property":"a"},{"timestamp":"2020-01-31T12:00:00.25Z"}]}`,
		Compare{Less, a, at(2020, 1, 31, 12, 0, 0, 250000)},
	},
	"interval": {
		texts("T_DURING(a, INTERVAL('2020-01-01', '2020-01-31T12:00:00Z'))", "t_during(a, interval(DATE('2020-01-01'), TIMESTAMP('2020-01-31T12:00:00Z')))"),
		`{"op":"t_during","args":[{"property":"a"},{"interval":["2020-01-01",{"timestamp":"2020-01-31T12:00:00Z"}]}]}`,
		Temporal{TDuring, a, Interval{date(2020, 1, 1), at(2020, 1, 31, 12, 0, 0, 0)}},
	},
	"open intervals": {
		texts("T_MEETS(INTERVAL('..', a), INTERVAL(f(b), '..'))"),
		`{"op":"t_meets","args":[{"interval":["..",{"property":"a"}]},{"interval":[{"op":"f","args":[{"property":"b"}]},".."]}]}`,
		Temporal{TMeets, Interval{nil, a}, Interval{Call{"f", []Expr{b}}, nil}},
	},

	"bbox": {texts("S_WITHIN(a, BBOX(170, -10.5, -170, +1e1))"), `{"op":"s_within","args":[{"property":"a"},{"bbox":[170,-10.5,-170,10]}]}`,
		Spatial{SWithin, a, BBox{170, -10.5, -170, 10}}},
	"bbox with heights": {texts("S_WITHIN(a, BBOX(1, 2, -9, 3, 4, 9))"), `{"op":"s_within","args":[{"property":"a"},{"bbox":[1,2,-9,3,4,9]}]}`,
		Spatial{SWithin, a, BBox{1, 2, 3, 4}}},
	"point": {texts("S_EQUALS(a, POINT(1 -2.5))", "s_equals(a, Point Z (1 -2.5 3))", "S_EQUALS(a,POINT(1 -2.5 -3))"),
		`{"op":"s_equals","args":[{"property":"a"},{"type":"Point","coordinates":[1,-2.5,3],"bbox":[1,-2.5,1,-2.5]}]}`, Spatial{SEquals, a, shape(orb.Point{1, -2.5})}},
	"multipoint": {texts("S_EQUALS(MULTIPOINT((1 2), (3 4)), a)", "S_EQUALS(MULTIPOINT(1 2, 3 4), a)"),
		`{"op":"s_equals","args":[{"coordinates":[[1,2],[3,4]],"type":"MultiPoint"},{"property":"a"}]}`, Spatial{SEquals, shape(orb.MultiPoint{{1, 2}, {3, 4}}), a}},
	"linestring": {texts("S_CROSSES(a, LINESTRING(1 2, 3 4))"), `{"op":"s_crosses","args":[{"property":"a"},{"type":"LineString","coordinates":[[1,2],[3,4]]}]}`,
		Spatial{SCrosses, a, shape(orb.LineString{{1, 2}, {3, 4}})}},
	"multilinestring": {texts("S_TOUCHES(a, MULTILINESTRING((1 2, 3 4), (5 6, 7 8)))"),
		`{"op":"s_touches","args":[{"property":"a"},{"type":"MultiLineString","coordinates":[[[1,2],[3,4]],[[5,6],[7,8]]]}]}`,
		Spatial{STouches, a, shape(orb.MultiLineString{{{1, 2}, {3, 4}}, {{5, 6}, {7, 8}}})}},
	"polygon": {texts("S_OVERLAPS(a, POLYGON((0 0, 2 0, 2 2, 0 0), (0 0, 2 0, 2 2, 0 0)))"),
		`{"op":"s_overlaps","args":[{"property":"a"},{"type":"Polygon","coordinates":[[[0,0],[2,0],[2,2],[0,0]],[[0,0],[2,0],[2,2],[0,0]]]}]}`,
		Spatial{SOverlaps, a, shape(orb.Polygon{square, square})}},
	"multipolygon": {texts("S_DISJOINT(a, MULTIPOLYGON(((0 0, 2 0, 2 2, 0 0))))"),
		`{"op":"s_disjoint","args":[{"property":"a"},{"type":"MultiPolygon","coordinates":[[[[0,0],[2,0],[2,2],[0,0]]]]}]}`,
		Spatial{SDisjoint, a, shape(orb.MultiPolygon{{square}})}},
	"geometrycollection": {texts("S_CONTAINS(a, GEOMETRYCOLLECTION(POINT(1 2), GEOMETRYCOLLECTION Z (LINESTRING(1 2 3, 3 4 5))))"),
		`{"op":"s_contains","args":[{"property":"a"},{"type":"GeometryCollection","geometries":[{"type":"Point","coordinates":[1,2]},{"type":"GeometryCollection",` +
			`"geometries":[{"type":"LineString","coordinates":[[1,2],[3,4]]}]}]}]}`,
		Spatial{SContains, a, shape(orb.Collection{orb.Point{1, 2}, orb.Collection{orb.LineString{{1, 2}, {3, 4}}}})}},
	"s_intersects": {texts("S_INTERSECTS(a,b)", "s_Intersects ( a , b )"), `{"op":"s_intersects","args":[{"property":"a"},{"property":"b"}]}`, Spatial{SIntersects, a, b}},

	"arrays": {
		texts("A_EQUALS(a, ('x', 1, TRUE, DATE('2020-01-01'), b))"),
		`{"op":"a_equals","args":[{"property":"a"},["x",1,true,{"date":"2020-01-01"},{"property":"b"}]]}`,
		ArrayPredicate{AEquals, a, Array{text("x"), number(1), boolean(true), date(2020, 1, 1), b}},
	},
	"an array of one": {texts("A_CONTAINS(a, ('x'))", "A_CONTAINS(a, ('x',))"), `{"op":"a_contains","args":[{"property":"a"},["x"]]}`,
		ArrayPredicate{AContains, a, Array{text("x")}}},
	"an array of none": {texts("A_OVERLAPS(a, ())"), `{"op":"a_overlaps","args":[{"property":"a"},[]]}`, ArrayPredicate{AOverlaps, a, Array{}}},
	"arrays in an array": {texts("A_CONTAINEDBY((('x',), ('y', 1)), a)"), `{"op":"a_containedBy","args":[[["x"],["y",1]],{"property":"a"}]}`,
		ArrayPredicate{AContainedBy, Array{Array{text("x")}, Array{text("y"), number(1)}}, a}},
	"brackets in an array": {
		texts("A_EQUALS(a, ((1 + 2) * b, ('x')))"),
		`{"op":"a_equals","args":[{"property":"a"},[{"op":"*","args":[{"op":"+","args":[1,2]},{"property":"b"}]},"x"]]}`,
		ArrayPredicate{AEquals, a, Array{Arithmetic{Times, Arithmetic{Plus, number(1), number(2)}, b}, text("x")}},
	},
	"arrays elsewhere": {
		texts("a = ('x',) OR a IN ((1, 2), ())"),
		`{"op":"or","args":[{"op":"=","args":[{"property":"a"},["x"]]},{"op":"in","args":[{"property":"a"},[[1,2],[]]]}]}`,
		Or{Compare{Equal, a, Array{text("x")}}, In{a, []Expr{Array{number(1), number(2)}, Array{}}}},
	},
	"functions": {
		texts("f() = Geo:g.h(a, 1 + 2, b AND c, POINT(1 2))"),
		`{"op":"=","args":[{"op":"f","args":[]},{"op":"Geo:g.h","args":[{"property":"a"},{"op":"+","args":[1,2]},{"op":"and","args":[{"property":"b"},{"property":"c"}]},` +
			`{"type":"Point","coordinates":[1,2]}]}]}`,
		Compare{Equal, Call{"f", []Expr{}}, Call{"Geo:g.h", []Expr{a, Arithmetic{Plus, number(1), number(2)}, And{b, c}, shape(orb.Point{1, 2})}}},
	},
	"a function as a condition": {texts("NOT f(a)"), `{"op":"not","args":[{"op":"f","args":[{"property":"a"}]}]}`, Not{Call{"f", []Expr{a}}}},
}

// temporalNames are the keywords of CQL2 text; those of CQL2 JSON are the constants.
var temporalNames = map[string]TemporalOp{
	"T_AFTER": TAfter, "T_BEFORE": TBefore, "T_CONTAINS": TContains, "T_DISJOINT": TDisjoint, "T_DURING": TDuring, "T_EQUALS": TEquals,
	"T_FINISHEDBY": TFinishedBy, "T_FINISHES": TFinishes, "T_INTERSECTS": TIntersects, "T_MEETS": TMeets, "T_METBY": TMetBy,
	"T_OVERLAPPEDBY": TOverlappedBy, "T_OVERLAPS": TOverlaps, "T_STARTEDBY": TStartedBy, "T_STARTS": TStarts,
}

func init() {
	for name, op := range temporalNames {
		productions[name] = production{
			texts(name + "(a,b)"), `{"op":"` + string(op) + `","args":[{"property":"a"},{"property":"b"}]}`, Temporal{op, a, b},
		}
	}
}

// Each production gives the same tree in both encodings, and the tree prints and
// reads back in both.
func TestProductions(t *testing.T) {
	for name, p := range productions {
		t.Run(name, func(t *testing.T) {
			for _, s := range p.texts {
				e, err := ParseText(s)
				if diff := cmp.Diff(p.tree, e); err != nil || diff != "" {
					t.Errorf("%s: %v\n%s", s, err, diff)
				}
			}
			e, err := ParseJSON([]byte(p.json))
			if diff := cmp.Diff(p.tree, e); err != nil || diff != "" {
				t.Errorf("%s: %v\n%s", p.json, err, diff)
			}
			roundTrip(t, p.tree)
		})
	}
}

// The printed forms are short: no brackets but where they are needed, and numbers
// with as few digits as make them.
func TestFormat(t *testing.T) {
	for want, e := range map[string]Expr{
		"a > -5":                                Compare{Greater, a, number(-5)},
		"a = 0.1":                               Compare{Equal, a, number(.1)},
		"a = b + 1":                             Compare{Equal, a, Arithmetic{Plus, b, number(1)}},
		"(a OR b) AND NOT (c)":                  And{Or{a, b}, Not{c}},
		`"NULL" IS NULL`:                        IsNull{Property("NULL")},
		"a IN ('it''s',TRUE)":                   In{a, []Expr{text("it's"), boolean(true)}},
		"T_AFTER(a,DATE('2020-01-31'))":         Temporal{TAfter, a, date(2020, 1, 31)},
		"T_AFTER(a,INTERVAL('2020-01-31',b))":   Temporal{TAfter, a, Interval{date(2020, 1, 31), b}},
		"a = TIMESTAMP('2020-01-31T00:00:05Z')": Compare{Equal, a, at(2020, 1, 31, 0, 0, 5, 0)},
		"S_WITHIN(a,BBOX(1,2,3,4))":             Spatial{SWithin, a, BBox{1, 2, 3, 4}},
		"TRUE":                                  And{},
		"FALSE":                                 Or{},
		"CONTAINS [a 'it''s']":                  Contains{a, "it's"},
		"a = NULL":                              Compare{Equal, a, Literal{}},
		"A_CONTAINS(a,('x','y'))":               ArrayPredicate{AContains, a, Literal{ListOf([]string{"x", "y"})}},
		"T_AFTER(a,SPAN [1 2])":                 Temporal{TAfter, a, Literal{Value{Type: Span, Time: 1, End: 2}}},
	} {
		if got := FormatText(e); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}

// What has no form in CQL2 cannot be read as something else.
func TestFormatUnreadable(t *testing.T) {
	for _, e := range []Expr{
		Contains{a, "x"}, Compare{Equal, a, Literal{}}, Temporal{TAfter, a, Literal{Value{Type: Span, Time: 1, End: 2}}},
	} {
		if read, err := ParseText(FormatText(e)); err == nil {
			t.Errorf("%s reads as %#v", FormatText(e), read)
		}
	}
}
