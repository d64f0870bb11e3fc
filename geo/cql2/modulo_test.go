package cql2_test

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"innoatlas/geo/cql2"
)

func modulo(a, b float64) cql2.Value {
	e := cql2.Arithmetic{Op: cql2.Modulo, Left: cql2.Property("a"), Right: cql2.Property("b")}
	return cql2.ValueOf(e, row{"a": cql2.NumberOf(a), "b": cql2.NumberOf(b)})
}

// The rest is that of math.Mod to the last bit, and nothing where that is no number.
func TestModulo(t *testing.T) {
	check := func(t interface{ Errorf(string, ...any) }, a, b float64) {
		want := math.Mod(a, b)
		switch got := modulo(a, b); {
		case math.IsNaN(want) != (got.Type == cql2.Null):
			t.Errorf("%v %% %v = %v, want %v", a, b, got, want)
		case got.Type == cql2.Number && math.Float64bits(got.Number) != math.Float64bits(want):
			t.Errorf("%v %% %v = %v, want %v", a, b, got.Number, want)
		}
	}
	edges := []float64{
		0, math.Copysign(0, -1), 1, 2, 3, 10, 0.1, 1.5, math.Pi, 5e-324, 7e-322, 1e-310, 0x1p-1022, 0x1.fffffffffffffp-1, 1e300, 1e308,
		math.MaxFloat64, 1 << 52, 1<<53 - 1, 1 << 53, 51_370, 51_370 * 7e-322,
	}
	for _, a := range edges {
		for _, b := range edges {
			check(t, a, b)
			check(t, -a, b)
			check(t, a, -b)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		finite := rapid.Custom(func(t *rapid.T) float64 {
			n := math.Float64frombits(rapid.Uint64().Draw(t, "bits"))
			if math.IsNaN(n) || math.IsInf(n, 0) {
				return 1
			}
			return n
		})
		check(t, finite.Draw(t, "a"), finite.Draw(t, "b"))
	})
}

// BenchmarkModulo takes the exponents that lie farthest apart.
func BenchmarkModulo(b *testing.B) {
	r := row{"a": cql2.NumberOf(1e308), "b": cql2.NumberOf(7e-322)}
	e := cql2.Compare{Op: cql2.Equal, Left: cql2.Arithmetic{Op: cql2.Modulo, Left: cql2.Property("a"), Right: cql2.Property("b")}, Right: cql2.Property("a")}
	for b.Loop() {
		cql2.Eval(e, r)
	}
}
