package cql2_test

import (
	"testing"

	"pgregory.net/rapid"

	"innoatlas/geo/cql2"
)

func TestArrays(t *testing.T) {
	const F, U, T = cql2.False, cql2.Unknown, cql2.True
	r := row{"sectors": cql2.ListOf([]string{"food", "fish", "food"}), "name": cql2.TextOf("fish"), "geometry": {}}
	for filter, want := range map[string]cql2.Truth{
		"A_EQUALS(sectors, ('fish','food'))":                                                      T, // no order, no repetition
		"A_EQUALS(sectors, ('fish'))":                                                             F,
		"A_EQUALS(sectors, ('fish','food','rice'))":                                               F,
		"A_CONTAINS(sectors, ('food'))":                                                           T,
		"A_CONTAINS(sectors, ('food','rice'))":                                                    F,
		"A_CONTAINS(sectors, ())":                                                                 T,
		"A_CONTAINEDBY(sectors, ('rice','food','fish'))":                                          T,
		"A_CONTAINEDBY(sectors, ('rice','food'))":                                                 F,
		"A_CONTAINEDBY(sectors, ())":                                                              F,
		"A_CONTAINEDBY((), sectors)":                                                              T,
		"A_OVERLAPS(sectors, ('rice','fish'))":                                                    T,
		"A_OVERLAPS(sectors, ('rice','Fish'))":                                                    F,
		"A_OVERLAPS(sectors, ())":                                                                 F,
		"A_OVERLAPS(sectors, (name))":                                                             T,
		"A_OVERLAPS(sectors, (CASEI(name), 'rice'))":                                              T,
		"A_OVERLAPS(sectors, (city, 'fish'))":                                                     U, // an element that is not stated
		"A_EQUALS((1, 'a', TRUE), (TRUE, 1.0, 'a', 'a'))":                                         T,
		"A_OVERLAPS((1, TRUE, DATE('2020-01-01')), ('1', 'TRUE', '2020-01-01'))":                  F, // no texts
		"A_CONTAINS((DATE('2020-01-01')), (TIMESTAMP('2020-01-01T00:00:00Z')))":                   F,
		"A_EQUALS((TIMESTAMP('2020-01-01T00:00:00Z')), (TIMESTAMP('2020-01-01T01:00:00+01:00')))": T,
		"A_EQUALS((2 + 1), (3))":                                                                  T,
	} {
		e, err := cql2.ParseText(filter)
		if err != nil {
			t.Errorf("%s: %v", filter, err)
			continue
		}
		if got := cql2.Eval(bindTree(t, e), r); got != want {
			t.Errorf("%s: %v, want %v", filter, got, want)
		}
	}
	for _, op := range []string{"A_EQUALS", "A_CONTAINS", "A_CONTAINEDBY", "A_OVERLAPS"} {
		if got := cql2.Eval(bind(t, "NOT "+op+"(sectors, ('food'))"), row{}); got != U {
			t.Errorf("%s of what is not stated: %v", op, got)
		}
	}
}

func TestArrayLaws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		list := rapid.SliceOf(rapid.SampledFrom([]string{"a", "b", "c", ""}))
		a, b := list.Draw(t, "a"), list.Draw(t, "b")
		relate := func(op cql2.ArrayOp, a, b []string) cql2.Truth {
			left, right := cql2.Literal{Value: cql2.Value{Type: cql2.List, List: a}}, cql2.Literal{Value: cql2.Value{Type: cql2.List, List: b}}
			return cql2.Eval(cql2.ArrayPredicate{Op: op, Left: left, Right: right}, row{})
		}
		contains, contained := relate(cql2.AContains, a, b), relate(cql2.AContainedBy, a, b)
		switch {
		case contains != relate(cql2.AContainedBy, b, a):
			t.Errorf("%q contains %q, but is not contained, or the other way round", a, b)
		case relate(cql2.AEquals, a, b) != min(contains, contained):
			t.Errorf("%q and %q are equal, but do not contain each other, or the other way round", a, b)
		case relate(cql2.AOverlaps, a, b) != relate(cql2.AOverlaps, b, a):
			t.Errorf("%q overlaps %q, but not the other way round", a, b)
		case len(b) > 0 && contains == cql2.True && relate(cql2.AOverlaps, a, b) != cql2.True:
			t.Errorf("%q contains %q, but does not overlap", a, b)
		}
	})
}
