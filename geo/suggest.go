package geo

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"unicode/utf8"

	"innoatlas/geo/search"
)

// Vocabulary is a Store that can say which words the names of its records have, by which a
// mistyped one is corrected.
type Vocabulary interface {
	// Words are those of at least MinWord letters in the names of facilities, in the order of
	// bytes, of scripts that have blanks between words.
	Words(ctx context.Context) ([]string, error)
}

// MinWord is how long a word is that a correction is looked for, or that is one.
const MinWord = 4

// Piece is a part of a search that has to be found.
type Piece struct {
	Text string // in the form in which texts are compared
	// Chosen is what the piece is a name of; its Dimension is "" where it is a word, or names
	// more than one thing.
	Chosen List
}

// Pieces are what a search is made of, but for what carries no sense. Of two names of one
// dimension, as in China-Laos, neither is Chosen, unless they are joined by an "and" or "or".
func (l *Lexicon) Pieces(c *Collection, q string) []Piece {
	apart := map[Dimension]int{} // names that are joined to none before them
	var pieces []Piece
	for _, p := range l.pieces(q) {
		d, values := l.named(c, p)
		if last := len(pieces) - 1; last < 0 || !p.joined || pieces[last].Chosen.Dimension != d {
			apart[d]++
		}
		pieces = append(pieces, Piece{p.text, List{d, values}})
	}
	for i := range pieces {
		if apart[pieces[i].Chosen.Dimension] > 1 {
			pieces[i].Chosen = List{}
		}
	}
	return pieces
}

// Nearest are the known names and words that are most like a text, the likest first, at most
// so many: as pg_trgm compares, by the groups of three letters that both have. Names are those
// of the lexicon; words those of the data.
func (l *Lexicon) Nearest(text string, words []string, most int) []string {
	groups := groupsOf(text)
	if utf8.RuneCountInString(text) < MinWord && !search.IsRun(text) {
		return nil
	}
	type likeness struct {
		text string
		of   float64
	}
	var found []likeness
	look := func(known string) {
		if length := len(known); known == text || length > 2*len(text) || 2*length < len(text) {
			return
		}
		if of := alike(groups, groupsOf(known)); of >= leastAlike {
			found = append(found, likeness{known, of})
		}
	}
	if l != nil {
		for phrase := range l.phrases {
			if one := strings.TrimSuffix(phrase, "s"); one == phrase || l.phrases[one] == nil {
				look(phrase)
			}
		}
	}
	for _, word := range words {
		look(word)
	}
	slices.SortFunc(found, func(a, b likeness) int { return cmp.Or(cmp.Compare(b.of, a.of), strings.Compare(a.text, b.text)) })
	var nearest []string
	for _, f := range found {
		if len(nearest) < most && !slices.Contains(nearest, f.text) {
			nearest = append(nearest, f.text)
		}
	}
	return nearest
}

// leastAlike is the share of groups from which two texts are taken for one another.
const leastAlike = 0.3

// groupsOf are the groups of three letters of a text, with two blanks before and one behind,
// in their order; of scripts without blanks between words, of two.
func groupsOf(s string) []string {
	size := 3
	letters := []rune("  " + s + " ")
	if search.IsRun(s) {
		size, letters = 2, []rune(s)
	}
	var groups []string
	for i := 0; i+size <= len(letters); i++ {
		groups = append(groups, string(letters[i:i+size]))
	}
	slices.Sort(groups)
	return slices.Compact(groups)
}

// alike is the share of the groups of either that both have.
func alike(a, b []string) float64 {
	common := 0
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch order := strings.Compare(a[i], b[j]); {
		case order == 0:
			common++
			i++
			j++
		case order < 0:
			i++
		default:
			j++
		}
	}
	if common == 0 {
		return 0
	}
	return float64(common) / float64(len(a)+len(b)-common)
}
