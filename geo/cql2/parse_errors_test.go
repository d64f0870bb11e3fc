package cql2_test

import (
	"errors"
	"strings"
	"testing"

	"innoatlas/geo/cql2"
)

// mistake is what somebody may write, where it is wrong and what the message says.
type mistake struct {
	filter string
	column int
	reason string
}

func TestTextMistakes(t *testing.T) {
	checkMistakes(t, func(s string) error { _, err := cql2.ParseText(s); return err }, []mistake{
		{"", 1, "empty"},
		{" \n", 1, "empty"},
		{"a =", 4, "expected a value after =, found the end"},
		{"(a =)", 5, "expected a value after =, found )"},
		{"a = 1 b", 7, "expected AND, OR or the end after 1, found b"},
		{"a = 1)", 6, "found )"},
		{"(a = 1", 7, "expected , or ) after 1, found the end"},
		{"a AND", 6, "expected a value after AND"},
		{"AND a", 1, "expected a value, found AND"},
		{"'é' = 'ü' x", 11, "found x"},
		{"1 < a < 2", 7, "join them with AND"},

		// Other languages.
		{"a == 1", 3, "== is not CQL2; write ="},
		{"a != 1", 3, "!= is not CQL2; write <>"},
		{"a => 1", 3, "=> is not CQL2; write >="},
		{"a && b", 3, "&& is not CQL2; write AND"},
		{"a || b", 3, "|| is not CQL2; write OR"},
		{"!a", 1, "! is not CQL2; write NOT"},
		{"a IN [1]", 6, "[ is not CQL2; write ("},
		{"a = ‘x’", 5, "write a straight quote '"},
		{"a ILIKE", 8, "expected"},
		{"a = NULL", 5, "write IS NULL"},
		{"isNull(a)", 1, "write property IS NULL"},
		{"a # 1", 3, "'#' has no meaning"},

		// Words.
		{"a = 'x", 5, "the quote ' is not closed"},
		{`a = 'x\'`, 5, `\\' a backslash at its end`},
		{`"a = 1`, 1, `the quote " is not closed`},
		{`"" = 1`, 1, "a name in double quotes is empty"},
		{"a = 1x", 5, `write "1x" in double quotes`},
		{"a = 1e999", 5, "too large"},
		{"a = '\x00'", 6, "U+0000"},
		{"a = 'é\xff'", 7, "UTF-8"},
		{"a = +b", 6, "expected a number after +"},

		// Conditions and values.
		{"5", 1, "expected a condition, found the value 5"},
		{" 'x'", 2, "expected a condition, found the value 'x'"},
		{"a AND 5", 7, "expected a condition"},
		{"5 OR a", 1, "expected a condition"},
		{"NOT 5", 5, "expected a condition"},
		{"(1, 2)", 1, "expected a condition"},
		{"a NOT b", 7, "expected LIKE, BETWEEN or IN after NOT, found b"},
		{"a BETWEEN 1, 2", 12, "expected AND after 1"},
		{"a IS 1", 6, "expected NULL after IS"},
		{"a IN ()", 7, "expected a value after ("},
		{"a IN (1 2)", 9, "expected , or )"},

		// Functions.
		{"CASEI(a, b) = 'x'", 1, "CASEI needs one argument, found 2"},
		{"S_WITHIN(a)", 1, "S_WITHIN needs 2 arguments, found 1"},
		{"A_CONTAINS(a, 'x')", 15, "expected an array such as ('a', 'b')"},
		{"S_WITHIN a", 10, "expected AND, OR or the end"},

		// Times.
		{"a > DATE('2021-02-29')", 10, "no date; write it as 2020-01-31"},
		{"a > DATE(2021)", 10, "expected a time in single quotes"},
		{"a > TIMESTAMP('2021-02-28')", 15, "no time"},
		{"a > TIMESTAMP('0000-01-01T00:00:00+01:00')", 15, "no time"},
		{"T_AFTER(a, INTERVAL('2021'))", 21, "no time"},
		{"T_AFTER(a, INTERVAL('2021-01-01'))", 20, "two ends, found 1"},
		{"T_AFTER(a, INTERVAL(1, '..'))", 21, "expected a time"},
		{"T_AFTER(a, INTERVAL(POINT(1 2), '..'))", 21, "expected a time"},

		// Geometries.
		{"S_WITHIN(a, BBOX(1, 2, 3))", 13, "a box needs four numbers"},
		{"S_WITHIN(a, BBOX(1, 5, 2, 4))", 13, "south (5) is greater than north (4)"},
		{"S_WITHIN(a, BBOX(1, 1, 9, 2, 2, 3))", 13, "height"},
		{"S_WITHIN(a, BBOX(1, b))", 21, "expected a number"},
		{"S_WITHIN(a, POINT EMPTY)", 19, "an empty geometry"},
		{"S_WITHIN(a, POLYGON Z EMPTY)", 23, "an empty geometry"},
		{"S_WITHIN(a, POINT(1))", 20, "expected a number after 1"},
		{"S_WITHIN(a, POINT(1, 2))", 20, "expected a number"},
		{"S_WITHIN(a, POINT(1 2 3 4))", 25, "expected )"},
		{"S_WITHIN(a, LINESTRING(1 2))", 23, "at least two positions"},
		{"S_WITHIN(a, POLYGON((0 0, 1 1, 0 0)))", 21, "at least four positions"},
		{"S_WITHIN(a, POLYGON((0 0, 1 1, 1 0, 0 0), (0 0, 1 1, 1 0, 5 5)))", 43, "the same as the first"},
		{"S_WITHIN(a, GEOMETRYCOLLECTION(b))", 32, "expected a geometry"},
	})
}

func TestJSONMistakes(t *testing.T) {
	checkMistakes(t, func(s string) error { _, err := cql2.ParseJSON([]byte(s)); return err }, []mistake{
		{"", 1, "empty"},
		{" ", 1, "empty"},
		{`{"op":"not","args":[true]`, 26, "ends too early"},
		{`{"op":"not","args":[true]} 1`, 28, "expected the end"},
		{`{"op":"not","args":[true]]`, 26, "no JSON"},
		{`{"op":"not" "args":[true]}`, 13, "no JSON"},
		{`{"op":"=","args":["é",tru]}`, 23, "no JSON"},
		{`[1e999]`, 2, "cannot be read"},
		{"\"\xff\"", 2, "UTF-8"},
		{`{"property":"\u0000"}`, 13, "U+0000"},

		{`{"op":"not","op":"not","args":[true]}`, 13, "op is given twice"},
		{`{"op":"not","args":[true],"x":1}`, 27, "there is no member x"},
		{`{"op":"not","args":[true],"type":1}`, 27, "type has no place beside op"},
		{`{"property":"a","date":"2020-01-01"}`, 17, "date has no place beside property"},
		{`{"op":"not"}`, 1, "op needs a member args"},
		{`{"args":[]}`, 2, "args needs a member op"},
		{`{}`, 1, "found {}"},
		{`{"op":1,"args":[]}`, 7, "the name of an operator"},
		{`{"op":"not","args":true}`, 20, "array of arguments"},

		{`{"op":"AND","args":[true,true]}`, 7, "written and"},
		{`{"op":"isnull","args":[1]}`, 7, "written isNull"},
		{`{"op":"T_FINISHEDBY","args":[1,1]}`, 7, "written t_finishedBy"},
		{`{"op":"!=","args":[1,1]}`, 7, "!= is not CQL2; write <>"},
		{`{"op":"a b","args":[1,1]}`, 7, "no operator a b"},
		{`{"op":"point","args":[1,1]}`, 7, "no operator point"},
		{`{"op":"not","args":[]}`, 20, "not needs one argument, found 0"},
		{`{"op":"=","args":[1]}`, 18, "= needs 2 arguments, found 1"},
		{`{"op":"between","args":[1,2]}`, 24, "between needs 3 arguments, found 2"},
		{`{"op":"and","args":[true]}`, 20, "and needs two arguments or more, found 1"},
		{`{"op":"in","args":[1,2]}`, 22, "an array with at least one value"},
		{`{"op":"in","args":[1,[]]}`, 22, "an array with at least one value"},
		{`{"op":"a_contains","args":[{"property":"a"},"x"]}`, 45, "expected an array or a property"},

		{`5`, 1, "expected a condition"},
		{`"x"`, 1, "expected a condition"},
		{`[true]`, 1, "expected a condition"},
		{`{"date":"2020-01-01"}`, 1, "expected a condition"},
		{`{"op":"not","args":[5]}`, 21, "expected a condition"},
		{`{"op":"or","args":[true,5]}`, 25, "expected a condition"},
		{`{"op":"=","args":[1,null]}`, 21, "null is no value"},
		{`{"property":""}`, 13, "the name of a property"},
		{`{"property":5}`, 13, "the name of a property"},

		{`{"date":"2021-02-29"}`, 9, "no date"},
		{`{"timestamp":5}`, 14, "a time as a string"},
		{`{"interval":["2021-01-01"]}`, 13, "two ends"},
		{`{"interval":["2021","..",]}`, 26, "no JSON"},
		{`{"interval":[5,".."]}`, 14, "expected a time"},
		{`{"bbox":[1,2,3]}`, 9, "a box needs four numbers"},
		{`{"bbox":[1,2,3,"4"]}`, 16, "expected a number"},
		{`{"type":"Point"}`, 1, "needs a member coordinates"},
		{`{"type":"Point","geometries":[1,2]}`, 17, "geometries has no place beside type"},
		{`{"type":"point","coordinates":[1,2]}`, 9, "a type of GeoJSON"},
		{`{"type":"Point","coordinates":[1]}`, 31, "two numbers"},
		{`{"type":"Point","coordinates":["1",2]}`, 32, "expected a number"},
		{`{"type":"MultiPoint","coordinates":[]}`, 36, "an empty geometry"},
		{`{"type":"LineString","coordinates":[[1,2]]}`, 36, "at least two positions"},
		{`{"type":"Polygon","coordinates":[[[0,0],[1,1],[1,0],[0,1]]]}`, 34, "the same as the first"},
		{`{"type":"GeometryCollection","geometries":[5]}`, 44, "expected a geometry"},
	})
}

func checkMistakes(t *testing.T, parse func(string) error, mistakes []mistake) {
	t.Helper()
	for _, m := range mistakes {
		err := parse(m.filter)
		var e *cql2.Error
		if !errors.As(err, &e) {
			t.Errorf("%q: %v", m.filter, err)
			continue
		}
		if e.Column != m.column || !strings.Contains(e.Reason, m.reason) {
			t.Errorf("%q: %v; want column %d: %s", m.filter, e, m.column, m.reason)
		}
	}
}
