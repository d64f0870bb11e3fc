package cql2_test

import (
	"strings"
	"testing"
	"time"

	"innoatlas/geo/cql2"
)

// What one encoding reads, the other does too, up to the last node.
func TestLimits(t *testing.T) {
	nested := func(n int) string { return strings.Repeat("NOT ", n-1) + "a" }
	sum := func(n int) string { return strings.Repeat("a+", n-2) + "a=1" }
	values := func(n int) string { return "a IN (" + strings.Repeat("1,", n-3) + "1)" }
	collections := func(n int) string {
		return "S_WITHIN(a," + strings.Repeat("GEOMETRYCOLLECTION(", n-2) + "POINT(1 2)" + strings.Repeat(")", n-1)
	}
	functions := func(n int) string { return strings.Repeat("f(", n-1) + "a" + strings.Repeat(")", n-1) }
	ins := func(n int) string { return strings.Repeat("a IN (", n-1) + "a" + strings.Repeat(")", n-1) }
	powers := func(n int) string { return "1=" + strings.Repeat("-1^", n-2) + "-1" }
	line := func(n int) string { // the predicate, the property and the line are three
		return "S_WITHIN(a,LINESTRING(" + strings.Repeat("0 0,", (n-3)*10) + "0 0))"
	}
	for name, c := range map[string]struct {
		filter func(n int) string
		most   int
	}{
		"nested": {nested, cql2.MaxDepth}, "a sum": {sum, cql2.MaxDepth}, "collections": {collections, cql2.MaxDepth},
		"functions": {functions, cql2.MaxDepth}, "ins": {ins, cql2.MaxDepth}, "powers": {powers, cql2.MaxDepth/2 + 1},
		"values": {values, cql2.MaxNodes},
	} {
		t.Run(name, func(t *testing.T) {
			e, err := cql2.ParseText(c.filter(c.most))
			if err != nil {
				t.Fatalf("at the limit: %v", err)
			}
			roundTrip(t, e)
			if _, err := cql2.ParseText(c.filter(c.most + 1)); err == nil || !strings.Contains(err.Error(), "at most") {
				t.Errorf("beyond the limit: %v", err)
			}
		})
	}
	for _, filter := range []string{line(500), strings.Repeat("(", 200) + "a" + strings.Repeat(")", 200)} {
		e, err := cql2.ParseText(filter)
		if err != nil {
			t.Fatal(err)
		}
		roundTrip(t, e)
	}
	both := values(1000) + " AND " + line(900)
	if _, err := cql2.ParseText(both); err != nil {
		t.Errorf("values and a line: %v", err)
	}
	both = values(1000) + " AND " + line(1100)
	if _, err := cql2.ParseText(both); err == nil || !strings.Contains(err.Error(), "at most") {
		t.Errorf("too many values and positions: %v", err)
	}
}

// hostile are inputs that cost much where a parser is careless.
func hostile() map[string]string {
	fill := func(s string) string { return strings.Repeat(s, cql2.MaxBytes/len(s)) }
	return map[string]string{
		"brackets": fill("("), "squares": fill("["), "braces": fill(`{"args":[`), "nots": fill("NOT "), "minus": fill("-"), "powers": fill("1^"), "calls": fill("f("),
		"arrays": fill("A_EQUALS(("), "collections": "POINT " + fill("GEOMETRYCOLLECTION("), "sum": fill("a+") + "a", "ors": fill("a OR ") + "a",
		"numbers": "[" + fill("1,"), "strings": `["` + fill(`","`), "members": "{" + fill(`"op":1,`), "quotes": fill("'"), "slashes": "'" + fill(`\`),
		"names": fill("a "), "digits": fill("9"), "blanks": fill(" "), "multibyte": "[" + fill(`"ü",`), "equals": fill("a="),
	}
}

// Nothing takes long, and nothing ends the program.
func TestHostileInputs(t *testing.T) {
	for name, s := range hostile() {
		s = s[:min(len(s), cql2.MaxBytes)]
		start := time.Now()
		_, textErr := cql2.ParseText(s)
		_, jsonErr := cql2.ParseJSON([]byte(s))
		if took := time.Since(start); took > time.Second {
			t.Errorf("%s took %v", name, took)
		}
		if textErr == nil || jsonErr == nil {
			t.Errorf("%s: %v, %v", name, textErr, jsonErr)
			continue
		}
		for _, err := range []error{textErr, jsonErr} {
			if len(err.Error()) > 500 {
				t.Errorf("%s: a message of %d bytes", name, len(err.Error()))
			}
		}
	}
	for _, parse := range []func(string) error{
		func(s string) error { _, err := cql2.ParseText(s); return err },
		func(s string) error { _, err := cql2.ParseJSON([]byte(s)); return err },
	} {
		if err := parse(strings.Repeat(" ", cql2.MaxBytes+1)); err == nil || !strings.Contains(err.Error(), "at most 65536") {
			t.Errorf("too long: %v", err)
		}
	}
}
