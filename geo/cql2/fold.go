package cql2

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// FoldCase is a text without its case, as CASEI compares it: compatibility
// decomposition (NFKD), then lower case letter by letter, ß as ss, and the ς at the
// end of Greek words as σ. Combining marks stay.
func FoldCase(s string) string {
	if isASCII(s) {
		return strings.ToLower(s)
	}
	s = strings.Map(toLower, norm.NFKD.String(s))
	if strings.Contains(s, "ß") || strings.Contains(s, "ς") { // to replace takes longer than to look
		s = specialCases.Replace(s)
	}
	return s
}

// toLower knows at once what most marks and letters beyond Latin are: nothing to change.
func toLower(r rune) rune {
	switch {
	case r < 0x80:
		return rune(lowerByte(byte(r)))
	case r >= 0x300 && r < 0x370, r >= 0x0e00 && r < 0x1000, r >= 0x3000 && r < 0xa000: // marks, Thai and Lao, Chinese
		return r
	}
	return unicode.ToLower(r)
}

// specialCases are the letters whose case is more than one letter for another.
var specialCases = strings.NewReplacer("ß", "ss", "ς", "σ")

// letters decompose into nothing simpler, but differ from a plain letter as if by an
// accent.
var letters = strings.NewReplacer("đ", "d", "ø", "o", "ł", "l", "ß", "ss", "æ", "ae", "Đ", "D", "Ø", "O", "Ł", "L", "ẞ", "SS", "Æ", "AE")

// FoldAccents is a text without its accents, as ACCENTI compares it: compatibility
// decomposition (NFKD), nonspacing marks dropped in every script (so the vowel signs
// of Thai too), and đ ø ł ß æ spelt d o l ss ae. Case stays.
func FoldAccents(s string) string {
	if isASCII(s) {
		return s
	}
	return replaceLetters(strings.Map(withoutMark, norm.NFKD.String(s)))
}

func withoutMark(r rune) rune {
	if r >= 0x300 && unicode.Is(unicode.Mn, r) {
		return -1
	}
	return r
}

// replaceLetters replaces nothing where no byte begins one of the letters.
func replaceLetters(s string) string {
	for i := range len(s) {
		if c := s[i]; c >= 0xc3 && c <= 0xc5 || c == 0xe1 {
			return letters.Replace(s)
		}
	}
	return s
}

// FoldSearch is a text as the parameter q compares it: without its case and its
// accents, of which only the marks U+0300 to U+036F are dropped. The vowel signs of
// Thai, Khmer and Burmese stay: whoever looks for a word there writes them.
func FoldSearch(s string) string {
	if isASCII(s) {
		return strings.ToLower(s)
	}
	return replaceLetters(strings.Map(withoutDiacritic, FoldCase(s)))
}

func withoutDiacritic(r rune) rune {
	if r >= 0x0300 && r <= 0x036f {
		return -1
	}
	return r
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}
