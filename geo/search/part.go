package search

import (
	"strings"
	"unicode/utf8"
)

// Beginning is the part that finds words with that beginning; one of one or two letters only
// whole. Of a run it finds the run anywhere.
func Beginning(token string) string {
	switch {
	case IsRun(token):
		return token
	case utf8.RuneCountInString(token) <= 2:
		return " " + token + " "
	}
	return " " + token
}

// Whole is the part that finds tokens in a row, words among them whole.
func Whole(tokens ...string) string {
	part := strings.Join(tokens, " ")
	if !IsRun(tokens[0]) {
		part = " " + part
	}
	if !IsRun(tokens[len(tokens)-1]) {
		part += " "
	}
	return part
}

// Term is an entry of an index: a word, or of a run two letters in a row, or the last one.
type Term struct {
	Text   string
	Prefix bool // every entry with this beginning
}

// Find are the terms of which a text has each one, or an entry of each with that beginning,
// where the part is in its normal form. Where sure is true, every text that has them has the
// part. Without terms the part is not of a form that an index finds.
func Find(part string) (terms []Term, sure bool) {
	tokens := strings.Fields(part)
	if len(tokens) == 0 || part == "" {
		return nil, false
	}
	closed := strings.HasSuffix(part, " ")
	sure = len(tokens) == 1
	for i, token := range tokens {
		first, last := i == 0, i == len(tokens)-1
		if IsRun(token) {
			found := pairs(token)
			if len(found) == 1 && utf8.RuneCountInString(token) == 1 {
				found[0].Prefix = true
			}
			terms = append(terms, found...)
			sure = sure && len(found) == 1 && !strings.Contains(part, " ")
			continue
		}
		if first && part[0] != ' ' { // the end of a word
			return nil, false
		}
		terms = append(terms, Term{token, last && !closed})
	}
	return terms, sure
}

// mostPairs are how many pairs of a run are looked for.
const mostPairs = 32

// pairs are the terms that a run of at least two letters certainly has; of one letter, itself.
func pairs(token string) []Term {
	letters := []rune(token)
	if len(letters) == 1 {
		return []Term{{Text: token}}
	}
	var terms []Term
	for i := range letters[1:min(len(letters), mostPairs+1)] {
		terms = append(terms, Term{Text: string(letters[i : i+2])})
	}
	return terms
}

// EachTerm gives the terms that an index holds of a normal form, some of them several times.
func EachTerm(normal string, yield func(term string)) {
	for token := range strings.FieldsSeq(normal) {
		if !IsRun(token) {
			yield(token)
			continue
		}
		_, size := utf8.DecodeRuneInString(token)
		for size < len(token) {
			_, next := utf8.DecodeRuneInString(token[size:])
			yield(token[:size+next])
			token, size = token[size:], next
		}
		yield(token)
	}
}
