package cql2_test

import (
	"testing"

	"innoatlas/geo/cql2"
)

// Each is computed by Bind, and once more from a property.
func TestArithmetic(t *testing.T) {
	for sum, want := range map[string]string{
		"1 + 2":           "3",
		"1 - 2":           "-1",
		"0.1 * 3":         "0.30000000000000004", // float64, as float8 in SQL
		"7 / 2":           "3.5",
		"7 div 2":         "3",
		"-7 div 2":        "-3", // towards zero
		"7 % 3":           "1",
		"-7 % 3":          "-1", // the sign of the dividend
		"7 % -3":          "1",
		"7.5 % 2":         "1.5",
		"2 ^ 10":          "1024",
		"2 ^ 3 ^ 2":       "512", // from the right
		"-2 ^ 2":          "-4",
		"2 ^ -1":          "0.5",
		"2 + 3 * 4 - 6/2": "11",
		"(2 + 3) * 4":     "20",
		"1 / 0":           "",
		"-1 / 0":          "",
		"0 / 0":           "",
		"1 div 0":         "",
		"1 % 0":           "",
		"0 ^ -1":          "",
		"(0 - 8) ^ 0.5":   "",
		"1e308 * 10":      "",
		"1e308 - -1e308":  "",
		"1 + 1 / 0":       "",
		"5e-324 / 2":      "0",
	} {
		filter := sum + " = " + want
		if want == "" {
			filter = sum + " IS NULL"
		}
		if got := cql2.Eval(bind(t, filter), row{}); got != cql2.True {
			t.Errorf("%s: %v", filter, got)
		}
		if got := cql2.Eval(bind(t, "year + "+filter), row{"year": cql2.NumberOf(0)}); got != cql2.True {
			t.Errorf("0 + %s: %v", filter, got)
		}
	}
}

func TestArithmeticOfNothing(t *testing.T) {
	for _, filter := range []string{"year + 1 > 0", "0 * year = 0", "NOT year - year = 0", "1 / 0 > year", "year % 0 = year", "year BETWEEN 1 / 0 AND 1"} {
		if got := cql2.Eval(bind(t, filter), row{}); got != cql2.Unknown {
			t.Errorf("%s, not stated: %v", filter, got)
		}
	}
	if got := cql2.Eval(bind(t, "year + 1 IS NULL"), row{}); got != cql2.True {
		t.Errorf("a sum with what is not stated: %v", got)
	}
	if got := cql2.Eval(bind(t, "year BETWEEN 1 / 0 AND 1"), row{"year": cql2.NumberOf(2)}); got != cql2.False {
		t.Errorf("beyond the one end that there is: %v", got) // Unknown AND False
	}
}
