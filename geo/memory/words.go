package memory

import (
	"context"
	"slices"
	"strings"
	"unicode/utf8"

	"innoatlas/geo"
	"innoatlas/geo/search"
)

var _ geo.Vocabulary = (*Store)(nil)

// Words are those of the names of facilities.
func (s *Store) Words(context.Context) ([]string, error) { return s.current.Load().words(), nil }

// namesWords takes them from the first line of each search text that is not empty, which is the name.
func (s *snapshot) namesWords() []string {
	seen := map[string]bool{}
	for _, r := range s.records {
		if r.Name == "" {
			continue
		}
		_, text, _ := strings.Cut(r.text, "\n")
		name, _, _ := strings.Cut(text, "\n")
		for word := range strings.FieldsSeq(name) {
			if utf8.RuneCountInString(word) >= geo.MinWord && !seen[word] && !search.IsRun(word) {
				seen[strings.Clone(word)] = true
			}
		}
	}
	words := make([]string, 0, len(seen))
	for word := range seen {
		words = append(words, word)
	}
	slices.Sort(words)
	return words
}
