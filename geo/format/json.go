package format

import (
	"math"
	"strconv"
	"unicode/utf8"
)

// AppendString appends a JSON string (RFC 8259 §7). Bytes that are not UTF-8
// become U+FFFD, and U+2028 and U+2029 are escaped, as encoding/json does it.
func AppendString(dst []byte, s string) []byte {
	dst = append(dst, '"')
	for {
		n := plainLength(s)
		dst = append(dst, s[:n]...)
		if n == len(s) {
			return append(dst, '"')
		}
		dst, n = appendEscape(dst, s, n)
		s = s[n:]
	}
}

// appendEscape appends the escape of what stands at i, and says where the next
// character starts.
func appendEscape(dst []byte, s string, i int) ([]byte, int) {
	const hex = "0123456789abcdef"
	switch c := s[i]; {
	case c == '"' || c == '\\':
		return append(dst, '\\', c), i + 1
	case c == '\b':
		return append(dst, `\b`...), i + 1
	case c == '\f':
		return append(dst, `\f`...), i + 1
	case c == '\n':
		return append(dst, `\n`...), i + 1
	case c == '\r':
		return append(dst, `\r`...), i + 1
	case c == '\t':
		return append(dst, `\t`...), i + 1
	case c < ' ':
		return append(dst, '\\', 'u', '0', '0', hex[c>>4], hex[c&15]), i + 1
	}
	r, size := utf8.DecodeRuneInString(s[i:])
	if r == utf8.RuneError {
		return append(dst, `\ufffd`...), i + size
	}
	return append(dst, '\\', 'u', '2', '0', '2', hex[r&15]), i + size
}

// plainLength is how many bytes from the start stand for themselves in a JSON
// string. It looks at eight at a time, because most of a record is ASCII.
func plainLength(s string) int {
	i := 0
	for i < len(s) {
		if i+8 <= len(s) && allPlain(word(s[i:i+8])) {
			i += 8
			continue
		}
		if s[i] < utf8.RuneSelf {
			if s[i] < ' ' || s[i] == '"' || s[i] == '\\' {
				break
			}
			i++
			continue
		}
		if i+3 <= len(s) && isLetterOfThree(s[i], s[i+1], s[i+2]) {
			for i += 3; i+3 <= len(s) && isLetterOfThree(s[i], s[i+1], s[i+2]); i += 3 {
			}
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		if r == utf8.RuneError && size == 1 || r == '\u2028' || r == '\u2029' {
			break
		}
		i += size
	}
	return i
}

// isLetterOfThree reports whether three bytes are a letter of most scripts that Latin is not:
// Chinese, Thai, Lao, Khmer and Burmese. That is no broken one, and none of those that end lines
// (U+2028, U+2029), which begin with E2.
func isLetterOfThree(a, b, c byte) bool {
	return (a == 0xe1 || a >= 0xe3 && a <= 0xec || a == 0xe0 && b >= 0xa0) && b&0xc0 == 0x80 && c&0xc0 == 0x80
}

const (
	ones   = 0x0101010101010101 // the number 1 in each byte of a word
	spaces = ' ' * ones
	highs  = 0x80 * ones
)

// allPlain reports whether each of the eight bytes is ASCII, and no control,
// quote or backslash. A subtraction sets the high bit of a byte that was less
// than what is taken from it; a byte equal to c is less than 1 after the
// exclusive or with c.
func allPlain(w uint64) bool {
	control := w - spaces
	quote := w ^ '"'*ones - ones
	backslash := w ^ '\\'*ones - ones
	return (w|control|quote|backslash)&highs == 0
}

// word reads eight bytes; the compiler makes one load of it.
func word(s string) uint64 {
	_ = s[7]
	return uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 |
		uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
}

// appendDecimal appends the shortest decimal form that reads back as the same
// number, never with an exponent, and zero without a sign. A number of up to 7
// decimals, as positions are, has at most 15 digits, so those are the shortest.
func appendDecimal(dst []byte, f float64) []byte {
	const steps, most = 1e7, 1e8
	n := math.Round(f * steps)
	if !(math.Abs(f) < most) || n/steps != f {
		return strconv.AppendFloat(dst, f, 'f', -1, 64)
	}
	v := int64(n)
	if v < 0 {
		dst = append(dst, '-')
		v = -v
	}
	dst = strconv.AppendInt(dst, v/steps, 10)
	return appendFraction(dst, v%steps)
}

// appendFraction appends seven decimals, given as an integer, without the zeros
// at their end.
func appendFraction(dst []byte, v int64) []byte {
	if v == 0 {
		return dst
	}
	digits := [8]byte{0: '.'}
	for i := 7; i > 0; i-- {
		digits[i] = '0' + byte(v%10)
		v /= 10
	}
	n := len(digits)
	for digits[n-1] == '0' {
		n--
	}
	return append(dst, digits[:n]...)
}
