package cql2_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"innoatlas/geo/cql2"
)

func repeated(n int, between string, part func(i int) string) string {
	parts := make([]string, n)
	for i := range parts {
		parts[i] = part(i)
	}
	return strings.Join(parts, between)
}

// TestAskedOfEachRecord: a filter that asks a record for much is refused, up to the last part.
func TestAskedOfEachRecord(t *testing.T) {
	spatial := func(n int) string {
		return repeated(n, " OR ", func(i int) string { return fmt.Sprintf("S_TOUCHES(geometry, POINT(%d 1))", i) })
	}
	like := func(n int) string {
		return repeated(n, " OR ", func(i int) string { return fmt.Sprintf("name LIKE '%%%d%%'", i) })
	}
	less := func(n int) string { // each is a comparison and a property, and all are an OR
		return repeated((n-1)/2, " OR ", func(i int) string { return fmt.Sprintf("year < %d", i) })
	}
	equal := func(n int) string {
		return repeated(n, " OR ", func(i int) string { return fmt.Sprintf("name = 'x%d'", i) })
	}
	folded := func(n int) string {
		return "CASEI(name) IN (" + repeated(n, ",", func(i int) string { return fmt.Sprintf("CASEI('X%d')", i) }) + ")"
	}
	for _, c := range []struct {
		name, filter, want string
	}{
		{"64 spatial predicates", spatial(64), ""},
		{"65 spatial predicates", spatial(65), "at most 64 are read, so join geometries"},
		{"64 patterns", like(64), ""},
		{"65 patterns", like(65), "at most 64 are read, so use IN"},
		{"300 parts", less(300), ""},
		{"303 parts", less(303), "at most 300 are, so use IN"},
		{"600 values of a property", equal(600), ""},
		{"900 values of a folded one", folded(900), ""},
	} {
		e, err := cql2.ParseText(c.filter)
		if err == nil {
			_, err = cql2.Bind(e, schema)
		}
		if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("%s: %v, want %q", c.name, err, c.want)
		}
	}
}

// TestEqualitiesAreJoined: many of one property become an IN, which an index answers.
func TestEqualitiesAreJoined(t *testing.T) {
	filter := "city = 'a' OR " + repeated(16, " OR ", func(i int) string { return fmt.Sprintf("name = 'x%d'", i) }) + " OR year = 1"
	want := "city = 'a' OR name IN (" + repeated(16, ",", func(i int) string { return fmt.Sprintf("'x%d'", i) }) + ") OR year = 1"
	if diff := cmp.Diff(cql2.FormatText(parsed(t, want)), cql2.FormatText(bind(t, filter))); diff != "" {
		t.Errorf("joined (-want +got):\n%s", diff)
	}
	for value, truth := range map[string]cql2.Truth{"x7": cql2.True, "y": cql2.False, "": cql2.Unknown} {
		if got := cql2.Eval(bind(t, filter), row{"name": cql2.TextOf(value), "city": cql2.TextOf("b"), "year": cql2.NumberOf(2)}); got != truth {
			t.Errorf("name = %q: %v, want %v", value, got, truth)
		}
	}
}

// TestConstantsAreBounded: what needs no record is computed within bounds.
func TestConstantsAreBounded(t *testing.T) {
	long := strings.Repeat("a", 30_000)
	for name, filter := range map[string]string{
		"a pattern":      "'" + long + "' LIKE '" + strings.Repeat("%a_a", 7000) + "b'",
		"a folded text":  "name = " + strings.Repeat("CASEI(", 30) + "'" + strings.Repeat("ﷺ", 15_000) + "'" + strings.Repeat(")", 30),
		"an area's ring": "S_INTERSECTS(geometry, POLYGON((" + repeated(8000, ",", func(i int) string { return fmt.Sprintf("%d %d", i/10+i%2*50, i%2*50) }) + ",900 -9,0 -9,0 0)))",
		"a star": "S_INTERSECTS(geometry, MULTIPOLYGON(" + repeated(1500, ",", func(i int) string {
			return fmt.Sprintf("((0 0,9 %d.1,9 %d.2,0 0))", i, i)
		}) + "))",
	} {
		e, err := cql2.ParseText(filter)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if _, err := cql2.Bind(e, schema); err == nil || !strings.Contains(err.Error(), "write") {
			t.Errorf("%s: %v, want it refused", name, err)
		}
	}
}
