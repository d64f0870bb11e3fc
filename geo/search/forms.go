package search

import (
	"slices"
	"strings"
)

// Forms are the words as which a word of Latin letters is looked for: itself, without the
// ending of English plurals, with it where that changes the word, and as the other English
// spells it.
func Forms(word string) []string {
	forms := []string{word}
	if one := singular(word); one != "" {
		forms = append(forms, one)
	}
	if stem, ok := strings.CutSuffix(word, "y"); ok && len(stem) > 2 {
		forms = append(forms, stem+"ies")
	}
	for _, form := range slices.Clone(forms) {
		forms = append(forms, spelt(form)...)
	}
	return forms
}

// WholeForms are those of a word that is looked for whole: its plurals too.
func WholeForms(word string) []string {
	if !isLatin(word) || len(word) < 3 {
		return []string{word}
	}
	forms := Forms(word)
	for _, form := range slices.Clone(forms) {
		forms = append(forms, plural(form))
	}
	slices.Sort(forms)
	return slices.Compact(forms)
}

// noPlurals are words in s that are not the plural of what they are without it: news are not
// what is new, and people's governments are not people.
var noPlurals = map[string]bool{"laos": true, "news": true, "peoples": true, "series": true, "species": true, "texas": true}

// singular is a word of at least four letters without the ending of a plural; empty where it
// has none.
func singular(word string) string {
	if !isLatin(word) || len(word) < 4 || !strings.HasSuffix(word, "s") || noPlurals[word] {
		return ""
	}
	for _, ending := range []string{"ss", "us", "is"} {
		if strings.HasSuffix(word, ending) {
			return ""
		}
	}
	if stem, ok := strings.CutSuffix(word, "ies"); ok && len(stem) > 1 {
		return stem + "y"
	}
	for _, ending := range []string{"xes", "ches", "shes", "sses", "zes"} {
		if strings.HasSuffix(word, ending) {
			return strings.TrimSuffix(word, "es")
		}
	}
	return strings.TrimSuffix(word, "s")
}

func plural(word string) string {
	switch {
	case singular(word) != "", noPlurals[word]:
		return word
	case strings.HasSuffix(word, "y") && len(word) > 2 && !strings.ContainsRune("aeiou", rune(word[len(word)-2])):
		return strings.TrimSuffix(word, "y") + "ies"
	case strings.HasSuffix(word, "s"), strings.HasSuffix(word, "x"), strings.HasSuffix(word, "ch"), strings.HasSuffix(word, "sh"):
		return word + "es"
	}
	return word + "s"
}

// spellings are beginnings of words that are spelt in two ways.
var spellings = [][2]string{{"centre", "center"}, {"fibre", "fiber"}, {"programme", "program"}, {"colour", "color"}, {"harbour", "harbor"}}

func spelt(word string) (others []string) {
	for _, pair := range spellings {
		for i, one := range pair {
			other := pair[1-i]
			rest, ok := strings.CutPrefix(word, one)
			if is := len(other) > len(one) && strings.HasPrefix(word, other); ok && !is { // programme is not program and me
				others = append(others, other+rest)
			}
		}
	}
	return others
}

func isLatin(word string) bool {
	for i := range len(word) {
		if word[i] < 'a' || word[i] > 'z' {
			return false
		}
	}
	return word != ""
}
