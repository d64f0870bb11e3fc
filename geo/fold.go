package geo

import (
	"strings"
	"unicode"

	"innoatlas/geo/cql2"
)

// Fold makes a text comparable for search, without its case and its accents.
func Fold(s string) string { return cql2.FoldSearch(s) }

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
		b.WriteString(dashes.Replace(Fold(t)))
	}
	return b.String()
}

// dashes makes the dashes one, since sources write 中国—东盟 and 中国-东盟 alike.
var dashes = strings.NewReplacer("\n", " ", "‐", "-", "‑", "-", "‒", "-", "–", "-", "—", "-", "―", "-", "−", "-")

// Words are the folded words of a search: what stands between blanks, without the
// quotes, commas and other marks around it, unless it is nothing else.
func Words(q string) []string {
	words := strings.Fields(dashes.Replace(Fold(q)))
	for i, word := range words {
		if bare := strings.TrimFunc(word, isMark); bare != "" {
			words[i] = bare
		}
	}
	return words
}

func isMark(r rune) bool { return unicode.IsPunct(r) }
