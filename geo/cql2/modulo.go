package cql2

import (
	"math"
	"math/bits"
)

// modulo is the rest of a division, with the sign of a, exactly: math.Mod and the
// function innoatlas_modulo of SQL give the same bits. It takes the same time for all
// numbers, where those have a round for each bit by which the exponents differ.
//
// With a = m·2^x and b = n·2^y, m and n whole, it is (m·2^(x-y) mod n)·2^y.
func modulo(a, b float64) float64 {
	if b == 0 || math.IsInf(a, 0) || math.IsNaN(a) || math.IsNaN(b) {
		return math.NaN()
	}
	if math.Abs(a) < math.Abs(b) {
		return a
	}
	m, x := whole(a)
	n, y := whole(b)
	rest := multiplyModulo(m%n, powerModulo(x-y, n), n)
	return math.Copysign(math.Ldexp(float64(rest), y), a)
}

// whole takes a finite number apart, without its sign: a = ±m·2^x with m below 2^53.
func whole(a float64) (m uint64, x int) {
	const fraction = 1<<52 - 1
	exponent := int(math.Float64bits(a) >> 52 & 0x7ff)
	if m = math.Float64bits(a) & fraction; exponent == 0 {
		return m, -1074
	}
	return m | 1<<52, exponent - 1075
}

// powerModulo is 2^x mod n, which must be below 2^53; x is not negative.
func powerModulo(x int, n uint64) uint64 {
	power := uint64(1) % n
	for i := bits.Len(uint(x)) - 1; i >= 0; i-- {
		power = multiplyModulo(power, power, n)
		if x>>i&1 == 1 {
			if power *= 2; power >= n {
				power -= n
			}
		}
	}
	return power
}

// multiplyModulo is of two numbers below n.
func multiplyModulo(a, b, n uint64) uint64 {
	high, low := bits.Mul64(a, b)
	_, rest := bits.Div64(high, low, n)
	return rest
}
