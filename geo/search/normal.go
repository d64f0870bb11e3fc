package search

import (
	_ "embed"
	"strings"
	"unicode"
	"unicode/utf8"

	"innoatlas/geo/cql2"
)

// class is what a letter is to a line of tokens.
type class int

const (
	nothing class = iota // it is left out, and parts nothing: an apostrophe
	between              // it parts tokens
	word                 // it makes words with its like
	han                  // of a script whose blanks and marks mean nothing
	run                  // of another script without blanks between words
)

// Normal is the normal form of a text; empty where it has no token.
func Normal(s string) string { return string(AppendNormal(nil, s)) }

// AppendNormal appends the normal form of a text.
func AppendNormal(b []byte, s string) []byte {
	if IsASCII(s) {
		return appendASCII(b, s)
	}
	if !utf8.ValidString(s) {
		s = strings.ToValidUTF8(s, " ")
	}
	start := len(b)
	b = append(b, ' ')
	last, open := between, false // open: the last token may go on
	for _, r := range cql2.FoldSearch(apostrophes.Replace(s)) {
		kind := classOf(r)
		switch {
		case kind == nothing:
			continue
		case kind == between:
			open = false
			continue
		case unicode.Is(unicode.M, r) && open: // a mark belongs to the letter before it
			b = utf8.AppendRune(b, r)
			continue
		}
		goesOn := kind == last && (open || kind == han)
		if !goesOn && len(b) > start+1 {
			b = append(b, ' ')
		}
		b = utf8.AppendRune(b, simplified(r))
		last, open = kind, true
	}
	if len(b) == start+1 {
		return b[:start]
	}
	return append(b, ' ')
}

// IsASCII reports whether a text has no letter beyond ASCII.
func IsASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// appendASCII is AppendNormal of a text of ASCII, which most are.
func appendASCII(b []byte, s string) []byte {
	start := len(b)
	b = append(b, ' ')
	open := false
	for i := range len(s) {
		c := s[i]
		if 'A' <= c && c <= 'Z' {
			c += 'a' - 'A'
		}
		switch {
		case 'a' <= c && c <= 'z' || '0' <= c && c <= '9':
			if !open && len(b) > start+1 {
				b = append(b, ' ')
			}
			b = append(b, c)
			open = true
		case c != '\'' && c != '`':
			open = false
		}
	}
	if len(b) == start+1 {
		return b[:start]
	}
	return append(b, ' ')
}

// apostrophes are left out before a text is folded: some would come apart.
var apostrophes = strings.NewReplacer("'", "", "’", "", "‘", "", "‛", "", "ʼ", "", "ʻ", "", "ʹ", "", "′", "", "＇", "", "`", "", "｀", "", "´", "", "\u00ad", "")

func classOf(r rune) class {
	switch {
	case r < 0x80:
		if 'a' <= r && r <= 'z' || '0' <= r && r <= '9' {
			return word
		}
		return between
	case r >= 0x200b && r <= 0x200d, r == 0x2060, r == 0xfeff: // joiners, and blanks of no width
		return nothing
	case unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana):
		return han
	case unicode.In(r, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar):
		if unicode.In(r, unicode.P, unicode.Sc) { // ๆ and ໆ are letters, ។ and ၊ part sentences
			return between
		}
		return run
	case unicode.In(r, unicode.L, unicode.M, unicode.N):
		return word
	}
	return between
}

// IsRun reports whether a token is a run of a script that is written without blanks.
func IsRun(token string) bool {
	r, _ := utf8.DecodeRuneInString(token)
	kind := classOf(r)
	return kind == han || kind == run
}

// IsHan reports whether a token is of Chinese characters or the like.
func IsHan(token string) bool {
	r, _ := utf8.DecodeRuneInString(token)
	return classOf(r) == han
}

// Tokens are those of a text.
func Tokens(s string) []string { return strings.Fields(Normal(s)) }

//go:embed simplified.txt
var simplifiedPairs string

// simplified is a Chinese character as it is written in simplified texts.
func simplified(r rune) rune {
	if r < 0x3400 || r > 0x9fff {
		return r
	}
	if s, ok := simplifiedOf[r]; ok {
		return s
	}
	return r
}

var simplifiedOf = func() map[rune]rune {
	of := map[rune]rune{}
	for line := range strings.Lines(simplifiedPairs) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		pair := []rune(strings.TrimSpace(line))
		for i := 0; i+1 < len(pair); i += 2 {
			of[pair[i]] = pair[i+1]
		}
	}
	for r, s := range of { // some are simplified twice
		for next, ok := of[s]; ok && next != r; next, ok = of[s] {
			s = next
		}
		of[r] = s
	}
	return of
}()
