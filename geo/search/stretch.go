package search

import (
	"sort"
	"strings"
	"unicode"
)

// Stretch is the shortest beginning-to-end run of whole words of a text, and of letters where
// there are no blanks, whose normal form has a part: its first, as the text writes it. It is empty
// where the text has none.
func Stretch(text, part string) string {
	if !strings.Contains(Normal(text), part) {
		return ""
	}
	cuts := cutsOf(text)
	end := cuts[sort.Search(len(cuts)-1, func(i int) bool { return strings.Contains(Normal(text[:cuts[i]]), part) })]
	cuts = cuts[:sort.SearchInts(cuts, end)]
	start := sort.Search(len(cuts), func(i int) bool { return !strings.Contains(Normal(text[cuts[i]:end]), part) })
	if start == 0 { // as can be where letters change what comes before them
		return ""
	}
	return strings.TrimFunc(text[cuts[start-1]:end], func(r rune) bool { return classOf(unicode.ToLower(r)) == between })
}

// cutsOf are the places in a text that are in no word, its begin and its end among them.
func cutsOf(text string) (cuts []int) {
	before := between
	for i, r := range text {
		kind := classOf(unicode.ToLower(r))
		if unicode.In(r, unicode.M) || apostrophes.Replace(string(r)) == "" {
			continue
		}
		if unicode.In(r, unicode.L, unicode.N) && kind != run && kind != han {
			kind = word
		}
		if kind != word || before != word {
			cuts = append(cuts, i)
		}
		before = kind
	}
	if len(cuts) == 0 || cuts[0] > 0 {
		cuts = append([]int{0}, cuts...)
	}
	return append(cuts, len(text))
}
