package cql2_test

import (
	"testing"

	"github.com/paulmach/orb"

	"innoatlas/geo/cql2"
)

// What is empty is not stated.
func TestValuesOfNothingAreNull(t *testing.T) {
	for name, v := range map[string]cql2.Value{
		"text": cql2.TextOf(""), "list": cql2.ListOf(nil), "empty list": cql2.ListOf([]string{}), "geometry": cql2.GeometryOf(nil),
	} {
		if v.Type != cql2.Null {
			t.Errorf("%s: %v", name, v)
		}
	}
	if v := cql2.NumberOf(0); v.Type != cql2.Number {
		t.Errorf("zero is a number, not %v", v)
	}
}

func TestOrder(t *testing.T) {
	one, two := cql2.NumberOf(1), cql2.NumberOf(2)
	a, b := cql2.TextOf("a"), cql2.TextOf("b")
	list, point := cql2.ListOf([]string{"a"}), cql2.GeometryOf(orb.Point{})
	cases := map[string]struct {
		x, y  cql2.Value
		order int
		ok    bool
	}{
		"numbers":    {one, two, -1, true},
		"a number":   {two, two, 0, true},
		"texts":      {b, a, 1, true},
		"nulls":      {cql2.Value{}, cql2.Value{}, 0, false},
		"a null":     {cql2.Value{}, a, 0, false},
		"two types":  {a, one, 0, false},
		"lists":      {list, list, 0, false},
		"geometries": {point, point, 0, false},
	}
	for name, c := range cases {
		if order, ok := cql2.Order(c.x, c.y); order != c.order || ok != c.ok {
			t.Errorf("%s: %d, %v, want %d, %v", name, order, ok, c.order, c.ok)
		}
	}
}
