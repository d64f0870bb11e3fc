package cql2_test

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"innoatlas/geo/cql2"
)

// literals joins so many literals, each of which write makes of its number.
func literals(n int, write func(i int) string) string {
	list := make([]string, n)
	for i := range list {
		list[i] = write(i)
	}
	return strings.Join(list, ",")
}

// Whether Bind makes an index of the values or leaves them as they are, the answer is
// the same.
func TestManyValues(t *testing.T) {
	const few, many = 3, 40
	texts := func(i int) string { return fmt.Sprintf("'v%d'", i) }
	numbers := func(i int) string { return fmt.Sprint(i - 1) }
	days := func(i int) string { return fmt.Sprintf("DATE('2020-02-%02d')", i%29+1) }
	const F, U, T = cql2.False, cql2.Unknown, cql2.True
	r := row{
		"name": cql2.TextOf("V2"), "city": cql2.TextOf("v2"), "year": cql2.NumberOf(0), "day": cql2.Value{Type: cql2.Date, Time: 1580515200000000},
		"flag": cql2.BoolOf(true), "sectors": cql2.ListOf([]string{"v0", "v2", "v2"}),
	}
	for filter, c := range map[string]struct {
		write func(int) string
		want  cql2.Truth
	}{
		"city IN (%s)":                       {texts, T},
		"name IN (%s)":                       {texts, F},
		"CASEI(name) IN (%s)":                {texts, T},
		"ACCENTI(CASEI(name)) IN (%s)":       {texts, T},
		"CASEI(city) IN (CASEI('É'),%s)":     {texts, T},
		"NOT (city IN (%s))":                 {texts, F},
		"nothing IN (%s)":                    {texts, U},
		"city IN (name,%s)":                  {texts, T},
		"name IN (nothing,%s)":               {texts, U},
		"year IN (%s)":                       {numbers, T},
		"-year IN (%s)":                      {numbers, T},
		"year + 0.5 IN (%s)":                 {numbers, F},
		"year / 0 IN (%s)":                   {numbers, U},
		"year + 0.5 IN (1 / 0,%s)":           {numbers, U},
		"year IN (1 / 0,%s)":                 {numbers, T},
		"day IN (%s)":                        {days, T},
		"flag IN (FALSE,TRUE,%s)":            {func(int) string { return "TRUE" }, T},
		"A_CONTAINEDBY(sectors, (%s))":       {texts, T},
		"A_CONTAINS(sectors, (%s))":          {func(int) string { return "'v0'" }, T},
		"A_CONTAINS(sectors, ('x',%s))":      {func(int) string { return "'v0'" }, F},
		"A_EQUALS(sectors, ('v0',%s))":       {func(int) string { return "'v2'" }, T},
		"A_EQUALS((%s), sectors)":            {func(int) string { return "'v0'" }, F},
		"A_OVERLAPS(sectors, ('v0','x',%s))": {func(int) string { return "'y'" }, T},
		"A_OVERLAPS(sectors, (%s))":          {texts, T},
		"A_OVERLAPS((%s), sectors)":          {func(int) string { return "'x'" }, F},
		"A_OVERLAPS(nothings, (%s))":         {texts, U},
		"A_CONTAINEDBY(sectors, (%s,'x'))":   {func(i int) string { return fmt.Sprint(i) }, F},
	} {
		for _, n := range []int{few, many} {
			filter := fmt.Sprintf(filter, literals(n, c.write))
			given := parsed(t, filter)
			bound, err := cql2.Bind(given, func(name string) (cql2.Type, bool) {
				kind, ok := map[string]cql2.Type{"nothing": cql2.Text, "nothings": cql2.List}[name]
				if !ok {
					kind, ok = schema(name)
				}
				return kind, ok
			})
			if err != nil {
				t.Errorf("%s: %v", filter, err)
				continue
			}
			if got := cql2.Eval(bound, r); got != c.want {
				t.Errorf("%s: %v, want %v", filter, got, c.want)
			}
			if got := cql2.Eval(given, r); got != c.want {
				t.Errorf("%s, not bound: %v, want %v", filter, got, c.want)
			}
		}
	}
}

// A part of the values of a bound IN is not taken for all of them.
func TestPartOfManyValues(t *testing.T) {
	all := bind(t, "city IN ("+literals(40, func(i int) string { return fmt.Sprintf("'v%d'", i) })+")").(cql2.In)
	part := cql2.In{X: all.X, Values: all.Values[:20]}
	if got := cql2.Eval(part, row{"city": cql2.TextOf("v30")}); got != cql2.False {
		t.Errorf("%v", got)
	}
}

// Any text is found, and no other.
func TestManyTexts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		list := rapid.SliceOfN(rapid.StringN(1, 2, -1), 1, 40).Draw(t, "texts")
		asked := rapid.OneOf(rapid.SampledFrom(list), rapid.StringN(1, 2, -1)).Draw(t, "asked")
		e := cql2.In{X: cql2.Property("name")}
		for _, s := range list {
			e.Values = append(e.Values, textOf(s))
		}
		bound, err := cql2.Bind(e, schema)
		if err != nil {
			t.Fatal(err)
		}
		r := row{"name": cql2.TextOf(asked)}
		if one, other := cql2.Eval(bound, r), cql2.Eval(e, r); one != other {
			t.Errorf("%q among %q: bound %v, not bound %v", asked, list, one, other)
		}
	})
}

// BenchmarkManyValues asks one record of 1,990 values.
func BenchmarkManyValues(b *testing.B) {
	const most = 1990
	r := row{"city": cql2.TextOf("Bangkok"), "sectors": cql2.ListOf([]string{"food", "forestry", "energy"})}
	texts := literals(most, func(i int) string { return fmt.Sprintf("'v%d'", i) })
	for _, filter := range []string{"city IN (%s)", "CASEI(city) IN (%s)", "A_OVERLAPS(sectors, (%s))", "A_CONTAINEDBY(sectors, (%s))"} {
		e := bind(b, fmt.Sprintf(filter, texts))
		b.Run(filter, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				cql2.Eval(e, r)
			}
		})
	}
}
