package cql2_test

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"innoatlas/geo/cql2"
)

func TestLike(t *testing.T) {
	cases := []struct {
		text, pattern string
		want          bool
	}{
		{"rice", "rice", true},
		{"rice", "Rice", false},
		{"rice", "ric", false},
		{"rice", "ri%", true},
		{"rice", "%ce", true},
		{"rice", "%ic%", true},
		{"rice", "%", true},
		{"rice", "%%", true},
		{"rice", "r%e", true},
		{"rice", "r%i%e", true},
		{"rice", "r%i%i%e", false},
		{"rice", "rice%", true},
		{"rice", "rice_", false},
		{"rice", "____", true},
		{"rice", "___", false},
		{"rice", "_____", false},
		{"rice", "_i_e", true},
		{"rice", "%_____%", false},
		{"rice", "%_e", true},
		{"rice", "", false},
		{"r", "%r%r%", false}, // the parts share no character
		{"rr", "%r%r%", true}, //
		{"aab", "%ab", true},  // the first place is not the last
		{"aXbaYb", "%a_b", true},
		{"aXbaYbc", "%a_b%c", true},
		{"abab", "ab%ab", true},
		{"aba", "ab%ba", false},
		{"50% of it", `50\%%`, true},
		{"50 of it", `50\%%`, false},
		{"a_b", `a\_b`, true},
		{"axb", `a\_b`, false},
		{`a\b`, `a\\b`, true},
		{`a\`, `a\`, true}, // alone at the end it stands for itself
		{`a\`, `%\`, true},
		{"ab", `\a\b`, true},
		{"é", "_", true}, // characters, not bytes
		{"e\u0301", "_", false},
		{"e\u0301", "__", true},
		{"中国—东盟", "中__东_", true},
		{"中国—东盟", "%_东盟", true},
		{"中国—东盟", "%国_东%", true},
		{"🌾", "_", true},
		{"🌾", "__", false},
		{"two\nlines", "two%lines", true},
		{"two\nlines", "two_lines", true},
	}
	for _, c := range cases {
		e := cql2.Like{X: cql2.Property("name"), Pattern: textOf(c.pattern)}
		for form, e := range map[string]cql2.Expr{"as it is": e, "bound": bindTree(t, e)} {
			if got := cql2.Eval(e, row{"name": textOf(c.text).Value}); got != truth(c.want) {
				t.Errorf("%q LIKE %q, %s: %v, want %v", c.text, c.pattern, form, got, c.want)
			}
		}
	}
}

// textOf is a literal that may be empty.
func textOf(s string) cql2.Literal { return cql2.Literal{Value: cql2.Value{Type: cql2.Text, Text: s}} }

func bindTree(t testing.TB, e cql2.Expr) cql2.Expr {
	t.Helper()
	bound, err := cql2.Bind(e, schema)
	if err != nil {
		t.Fatalf("%s: %v", cql2.FormatText(e), err)
	}
	return bound
}

func TestLikeOfNothing(t *testing.T) {
	for _, e := range []cql2.Expr{
		cql2.Like{X: cql2.Property("name"), Pattern: textOf("%")},
		cql2.Like{X: cql2.CaseI{X: cql2.Property("name")}, Pattern: textOf("%")},
		cql2.Like{X: cql2.Property("year"), Pattern: textOf("%")},
		cql2.Like{X: textOf("a"), Pattern: cql2.Literal{}},
	} {
		if got := cql2.Eval(e, row{"year": cql2.NumberOf(1)}); got != cql2.Unknown {
			t.Errorf("%s: %v", cql2.FormatText(e), got)
		}
	}
}

// What would take hours if all ways were tried.
func TestLikeTakesNoTime(t *testing.T) {
	e := bindTree(t, cql2.Like{X: cql2.Property("name"), Pattern: textOf(strings.Repeat("%a_", 500) + "b")})
	start := time.Now()
	if got := cql2.Eval(e, row{"name": textOf(strings.Repeat("a", 10_000)).Value}); got != cql2.False {
		t.Errorf("%v", got)
	}
	if took := time.Since(start); took > time.Second {
		t.Errorf("it took %v", took)
	}
}

// A text is matched as by a matcher that tries all ways, and without its case or its
// accents as its folded text is.
func FuzzLike(f *testing.F) {
	for _, seed := range [][2]string{
		{"Joint Laboratory", "%lab_r%"}, {"中国—东盟", `%\—_盟`}, {"aXbaYbc", "%a_b%c"}, {"ÉCOLE", "e%"}, {"ab", `\`}, {"K", "k"}, {"İ", "i_"},
	} {
		f.Add(seed[0], seed[1])
	}
	f.Fuzz(func(t *testing.T, s, pattern string) {
		if !utf8.ValidString(s) || !utf8.ValidString(pattern) || len(s) > 200 || len(pattern) > 50 {
			return
		}
		r := row{"name": textOf(s).Value}
		name := cql2.Property("name")
		for _, c := range []struct {
			x    cql2.Expr
			text string
		}{
			{name, s},
			{cql2.CaseI{X: name}, cql2.FoldCase(s)},
			{cql2.AccentI{X: name}, cql2.FoldAccents(s)},
			{cql2.AccentI{X: cql2.CaseI{X: name}}, cql2.FoldAccents(cql2.FoldCase(s))},
			{cql2.CaseI{X: cql2.AccentI{X: name}}, cql2.FoldCase(cql2.FoldAccents(s))},
		} {
			want := truth(matchesSomehow([]rune(c.text), []rune(pattern)))
			if got := cql2.Eval(bindTree(t, cql2.Like{X: c.x, Pattern: textOf(pattern)}), r); got != want {
				t.Errorf("%s of %q LIKE %q: %v, want %v", cql2.FormatText(c.x), s, pattern, got, want)
			}
			order := strings.Compare(c.text, pattern)
			if got := cql2.Eval(cql2.Compare{Op: cql2.Less, Left: c.x, Right: textOf(pattern)}, r); got != truth(order < 0) {
				t.Errorf("%s of %q < %q: %v", cql2.FormatText(c.x), s, pattern, got)
			}
			if got := cql2.Eval(cql2.In{X: c.x, Values: []cql2.Expr{textOf(pattern)}}, r); got != truth(order == 0) {
				t.Errorf("%s of %q IN (%q): %v", cql2.FormatText(c.x), s, pattern, got)
			}
		}
	})
}

// matchesSomehow says for each start of the pattern which starts of the text it
// stands for.
func matchesSomehow(s, pattern []rune) bool {
	ends := make([]bool, len(s)+1)
	ends[0] = true
	for i := 0; i < len(pattern); i++ {
		next := make([]bool, len(s)+1)
		literal := pattern[i] == '\\' && i+1 < len(pattern)
		if literal {
			i++
		}
		for n := range s {
			next[n+1] = ends[n] && (s[n] == pattern[i] || !literal && pattern[i] == '_')
		}
		if !literal && pattern[i] == '%' {
			reached := false
			for n := range ends {
				reached = reached || ends[n]
				next[n] = reached
			}
		}
		ends = next
	}
	return ends[len(s)]
}
