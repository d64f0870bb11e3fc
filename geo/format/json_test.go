package format

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// standardJSON is what encoding/json writes for a text without HTML escapes.
func standardJSON(t interface{ Fatal(...any) }, v any) []byte {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		t.Fatal(err)
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}

func TestAppendString(t *testing.T) {
	cases := map[string]string{
		"empty":                            "",
		"plain, shorter than a word":       "Vientiane",
		"plain, exactly two words":         "0123456789abcdef",
		"quote and backslash":              `say "no\yes"`,
		"escape in the ninth byte":         "01234567\"9",
		"escape in the eighth byte":        "0123456\"89",
		"every control character":          "\x00\x01\b\t\n\v\f\r\x1b\x1f\x7f",
		"Chinese":                          "中国—东盟技术转移中心",
		"Thai and Arabic":                  "ศูนย์นวัตกรรม مختبر",
		"outside the basic plane":          "🌾 farm",
		"line and paragraph separators":    "a\u2028b\u2029c\u2027d",
		"the replacement character itself": "a\ufffdb",
		"not UTF-8":                        "a\xffb\xc3",
		"cut short in a rune":              "中\xe4\xb8",
		"a surrogate in UTF-8":             "\xed\xa0\x80",
		"HTML is left alone":               "<b>&amp;</b>",
	}
	for name, s := range cases {
		t.Run(name, func(t *testing.T) {
			if got, want := AppendString(nil, s), standardJSON(t, s); !bytes.Equal(got, want) {
				t.Errorf("AppendString(%q) = %s, want %s", s, got, want)
			}
		})
	}
}

// Every byte at every place of a word is escaped, or not, as encoding/json does it.
func TestAppendStringEveryByte(t *testing.T) {
	for c := range 256 {
		for at := range 19 {
			s := strings.Repeat("x", at) + string([]byte{byte(c)}) + strings.Repeat("y", 18-at)
			if got, want := AppendString(nil, s), standardJSON(t, s); !bytes.Equal(got, want) {
				t.Fatalf("byte %#x at %d: %s, want %s", c, at, got, want)
			}
		}
	}
}

func TestAppendDecimal(t *testing.T) {
	cases := map[string]float64{
		"0": 0, "-0.5": -0.5, "114.94006": 114.94006, "-180": -180, "0.0000001": 1e-7,
		"100.5014412": 100.5014412, "2600": 2600, "123456789.25": 123456789.25,
		"0.1234567890123": 0.1234567890123, "0.00000000001": 1e-11,
		"100000000000000000000000": 1e23, "-85.05112877980659": -85.05112877980659,
	}
	for want, f := range cases {
		if got := string(appendDecimal(nil, f)); got != want {
			t.Errorf("appendDecimal(%v) = %s, want %s", f, got, want)
		}
	}
	if got := string(appendDecimal(nil, 1/negativeInfinity())); got != "0" {
		t.Errorf("negative zero is written %s, want 0", got)
	}
}

func negativeInfinity() float64 {
	f, _ := strconv.ParseFloat("-Inf", 64)
	return f
}

// The short cut for up to seven decimals finds the same digits as strconv.
func TestAppendDecimalIsShortest(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := rapid.OneOf(
			rapid.Float64Range(-180, 180),
			rapid.Map(rapid.Int64Range(-1_800_000_000, 1_800_000_000), func(n int64) float64 { return float64(n) / 1e7 }),
			rapid.Map(rapid.Int64Range(-1_800_000, 1_800_000), func(n int64) float64 { return float64(n) / 1e4 }),
			rapid.Float64(),
		).Draw(t, "f")
		want := strconv.FormatFloat(f+0, 'f', -1, 64) // +0 turns -0 into 0
		if got := string(appendDecimal(nil, f)); got != want {
			t.Fatalf("appendDecimal = %s, want %s", got, want)
		}
	})
}

func FuzzAppendString(f *testing.F) {
	f.Add("plain")
	f.Add("中\u2028\xff\"\\\x00")
	f.Fuzz(func(t *testing.T, s string) {
		if got, want := AppendString(nil, s), standardJSON(t, s); !bytes.Equal(got, want) {
			t.Errorf("AppendString(%q) = %s, want %s", s, got, want)
		}
	})
}
