package cql2_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"innoatlas/geo/cql2"
)

// parsed is a filter before Bind.
func parsed(t testing.TB, filter string) cql2.Expr {
	t.Helper()
	e, err := cql2.ParseText(filter)
	if err != nil {
		t.Fatalf("%s: %v", filter, err)
	}
	return e
}

var schemaTypes = map[string]cql2.Type{
	"name": cql2.Text, "city": cql2.Text, "year": cql2.Number, "flag": cql2.Bool, "day": cql2.Date, "updated": cql2.Timestamp,
	"sectors": cql2.List, "geometry": cql2.Geometry,
}

func schema(property string) (cql2.Type, bool) {
	t, ok := schemaTypes[property]
	return t, ok
}

func bind(t testing.TB, filter string) cql2.Expr {
	t.Helper()
	e, err := cql2.Bind(parsed(t, filter), schema)
	if err != nil {
		t.Fatalf("%s: %v", filter, err)
	}
	return e
}

// What reads no property is computed.
func TestBindComputes(t *testing.T) {
	for filter, want := range map[string]string{
		"year = 1 + 2 * 3":                        "year = 7",
		"year = -2^2":                             "year = -4",
		"year > 7 div 2":                          "year > 3",
		"year + 1 > 2":                            "year + 1 > 2",
		"CASEI(name) = CASEI('ÉCOLE')":            "CASEI(name) = 'e\u0301cole'",
		"ACCENTI(name) LIKE ACCENTI(CASEI('É%'))": "ACCENTI(name) LIKE 'e%'",
		"'a' = 'a'":                               "TRUE",
		"1 = 2 OR name = 'a'":                     "FALSE OR name = 'a'",
		"1 / 0 = 1":                               "NULL",
		"NOT (1 / 0 = 1)":                         "NULL",
		"1 / 0 IS NULL":                           "TRUE",
		"1 % 0 = year":                            "NULL = year",
		"1 = 1 AND 'a' LIKE 'b'":                  "FALSE",
		"2 IN (1, 1 + 1)":                         "TRUE",
		"S_INTERSECTS(POINT(1 1), BBOX(0,0,1,1))": "TRUE",
		"T_AFTER(DATE('2020-01-02'), DATE('2020-01-01'))": "TRUE",
		"A_EQUALS(('a','b'), ('b','a','a'))":              "TRUE",
		"(year > 1) = TRUE":                               "year > 1",
		"(year > 1) <> TRUE":                              "NOT (year > 1)",
		"FALSE = (year > 1)":                              "NOT (year > 1)",
		"flag":                                            "flag",
		"flag = FALSE":                                    "flag = FALSE",
		"NOT flag":                                        "NOT (flag)",
		"A_CONTAINS(sectors, (name, 'a'))":                "A_CONTAINS(sectors,(name,'a'))",
		"S_INTERSECTS(geometry, BBOX(0,0,1,1))":           "S_INTERSECTS(geometry,BBOX(0,0,1,1))",
		"S_DISJOINT(geometry, BBOX(0,0,1,1))":             "S_DISJOINT(geometry,BBOX(0,0,1,1))",
		"S_WITHIN(geometry, BBOX(0,0,1,1))":               "S_WITHIN(geometry,POLYGON((0 0,1 0,1 1,0 1,0 0)))",
		"S_TOUCHES(geometry, BBOX(0,0,0,1))":              "S_TOUCHES(geometry,LINESTRING(0 0,0 1))",
		"S_EQUALS(geometry, BBOX(1,2,1,2))":               "S_EQUALS(geometry,POINT(1 2))",
		"S_WITHIN(geometry, BBOX(180,0,-170,1))":          "S_WITHIN(geometry,POLYGON((-180 0,-170 0,-170 1,-180 1,-180 0)))",
	} {
		if got := cql2.FormatText(bind(t, filter)); got != want {
			t.Errorf("%s: %s, want %s", filter, got, want)
		}
	}
}

func TestBindRefuses(t *testing.T) {
	for filter, want := range map[string]string{
		"contry = 'THA'":                                     "there is no property contry",
		"name IS NULL AND contry IS NULL":                    "there is no property contry",
		"buffer(geometry) = 1":                               "there is no function buffer",
		"name":                                               "name is a text and no condition",
		"name = 1":                                           "name is a text, and 1 is a number",
		"year = '2015'":                                      "year is a number, and '2015' is a text",
		"name IN ('a', 1)":                                   "name is a text, and 1 is a number",
		"1 / 0 IN (year, 'a')":                               "year is a number, and 'a' is a text",
		"flag = 1":                                           "flag is a boolean, and 1 is a number",
		"sectors = 'food'":                                   "sectors is a list, which is not compared; use A_CONTAINS",
		"sectors IN ('food')":                                "use A_CONTAINS",
		"geometry = POINT(0 0)":                              "use S_INTERSECTS",
		"INTERVAL('..','..') = updated":                      "use T_BEFORE",
		"name BETWEEN 'a' AND 'b'":                           "name is a text, where a number is needed",
		"year LIKE 'a%'":                                     "year is a number, where a text is needed",
		"name LIKE 1":                                        "1 is a number, where a text is needed",
		"name LIKE city":                                     "a pattern is a text in single quotes",
		"CASEI(year) = 'a'":                                  "CASEI(year): year is a number, where a text is needed",
		"ACCENTI(sectors) = 'a'":                             "sectors is a list, where a text is needed",
		"year + name = 2":                                    "year + name: name is a text, where a number is needed",
		"S_INTERSECTS(name, POINT(0 0))":                     "name is a text, where a geometry is needed",
		"T_BEFORE(year, updated)":                            "year is a number, where a date or a time or an interval is needed",
		"T_AFTER(updated, '2020-01-01')":                     "write DATE('2020-01-31') or TIMESTAMP('2020-01-31T12:00:00Z')",
		"T_AFTER(INTERVAL(name,'..'),day)":                   "name is a text, where a date or a time is needed",
		"A_CONTAINS(name, ('a'))":                            "name is a text, where a list is needed",
		"A_CONTAINS(sectors, (year))":                        "year is a number; an array holds",
		"A_CONTAINS(sectors, (('a','b'), 'c'))":              "('a','b') is a list; an array holds",
		"updated > '2020-01-01T00:00:00Z'":                   "updated is a time, and '2020-01-01T00:00:00Z' is a text; write TIMESTAMP('2020-01-31T12:00:00Z')",
		"'2020-01-01' = day":                                 "'2020-01-01' is a text, and day is a date; write DATE('2020-01-31')",
		"updated > DATE('2020-01-01')":                       "compare dates with dates",
		"(year > 1) = flag":                                  "a condition can only be compared with TRUE or FALSE",
		"(year > 1) < TRUE":                                  "a condition can only be compared with TRUE or FALSE",
		"(year > 1) = (contry = 1)":                          "a condition can only be compared with TRUE or FALSE",
		"T_DURING(day, INTERVAL('2021-01-01','2020-01-01'))": "ends before it begins",
		"S_WITHIN(geometry, POLYGON((0 0,1 1,1 0,0 1,0 0)))": "is not valid",
		"S_WITHIN(geometry, GEOMETRYCOLLECTION(POINT(0 0)))": "write a MULTIPOLYGON, a MULTILINESTRING or a MULTIPOINT",
		"NOT (contry = 1)":                                   "there is no property contry",
		"(contry = 1) = TRUE":                                "there is no property contry",
		"S_WITHIN(contry, BBOX(0,0,1,1))":                    "there is no property contry",
		"name IN ('" + strings.Repeat("a", 1000) + "', 1)":   "aaa…: name is a text, and 1 is a number",
	} {
		got, err := cql2.Bind(parsed(t, filter), schema)
		var refused *cql2.Error
		if !errors.As(err, &refused) || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", filter, err, want)
		}
		if got != nil {
			t.Errorf("%s: %s beside the error", filter, cql2.FormatText(got))
		}
		if contry := strings.Contains(filter, "contry") && !strings.Contains(want, "compared"); refused != nil && (refused.Property == "contry") != contry {
			t.Errorf("%s: the error names the property %q", filter, refused.Property)
		}
	}
}

func TestBindNothing(t *testing.T) {
	if e, err := cql2.Bind(nil, schema); e != nil || err != nil {
		t.Errorf("%v, %v", e, err)
	}
}

// Bind changes neither the tree that it is given nor, done again, its own.
func TestBindAgain(t *testing.T) {
	const filter = "S_WITHIN(geometry, BBOX(0,0,1,1)) AND name LIKE '%a' AND year IN (1 + 1, 3) AND T_DURING(day, INTERVAL('..','2020-01-01')) AND 1 / 0 = 1"
	given := parsed(t, filter)
	once, err := cql2.Bind(given, schema)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(parsed(t, filter), given); diff != "" {
		t.Errorf("the tree has been changed (-was +is)\n%s", diff)
	}
	twice, err := cql2.Bind(once, schema)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(once, twice); diff != "" {
		t.Errorf("binding a bound tree changes it (-once +twice)\n%s", diff)
	}
}
