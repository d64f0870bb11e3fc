package geo

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// letters that decompose into nothing simpler but are searched for as if they did.
var letters = map[rune]string{'đ': "d", 'ø': "o", 'ł': "l", 'ß': "ss", 'æ': "ae"}

// Fold makes a text comparable for search: compatibility decomposition (NFKD),
// lower case, combining marks U+0300 to U+036F dropped and no others (the vowel
// signs of Thai, Khmer and Burmese stay), and đ ø ł ß æ spelt d o l ss ae.
func Fold(s string) string {
	if isASCII(s) {
		return strings.ToLower(s)
	}
	var b strings.Builder
	b.Grow(len(s))
	for _, r := range norm.NFKD.String(s) {
		r = unicode.ToLower(r)
		if r >= 0x0300 && r <= 0x036f {
			continue
		}
		if simple, ok := letters[r]; ok {
			b.WriteString(simple)
			continue
		}
		b.WriteRune(r)
	}
	return b.String()
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}

// foldLines folds the texts that are not empty, one a line.
func foldLines(texts []string) string {
	n := 0
	for _, t := range texts {
		n += len(t) + 1
	}
	var b strings.Builder
	b.Grow(n)
	for _, t := range texts {
		if t == "" {
			continue
		}
		if b.Len() > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(searchable.Replace(Fold(t)))
	}
	return b.String()
}

// searchable makes the dashes one, since sources write 中国—东盟 and 中国-东盟 alike.
var searchable = strings.NewReplacer("\n", " ", "‐", "-", "‑", "-", "‒", "-", "–", "-", "—", "-", "―", "-", "−", "-")

// Words are the folded words of a search: what stands between blanks, without the
// quotes, commas and other marks around it, unless it is nothing else.
func Words(q string) []string {
	words := strings.Fields(searchable.Replace(Fold(q)))
	for i, word := range words {
		if bare := strings.TrimFunc(word, isMark); bare != "" {
			words[i] = bare
		}
	}
	return words
}

func isMark(r rune) bool { return unicode.IsPunct(r) }
