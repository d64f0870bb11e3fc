package memory

import (
	"context"
	"maps"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/RoaringBitmap/roaring/v2"

	"innoatlas/geo"
	"innoatlas/geo/search"
)

var _ geo.Vocabulary = (*Store)(nil)

// Words are those of the names of facilities.
func (s *Store) Words(context.Context) ([]string, error) {
	current := s.current.Load()
	return current.words.get(current), nil
}

// words are those of the names, made when they are first asked for.
type words struct {
	mu   sync.Mutex
	list []string // nil where they were not asked for
}

func (w *words) get(s *snapshot) []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.list == nil {
		seen := map[string]bool{}
		for _, r := range s.records {
			r.eachWord(func(word string) {
				if !seen[word] {
					seen[strings.Clone(word)] = true
				}
			})
		}
		w.list = inBytes(seen)
	}
	return w.list
}

func inBytes(seen map[string]bool) []string {
	list := slices.AppendSeq(make([]string, 0, len(seen)), maps.Keys(seen))
	slices.Sort(list)
	return list
}

// eachWord gives those of the first line of a search text that is not empty, which is the name.
func (r *record) eachWord(yield func(word string)) {
	if r == nil || r.Name == "" {
		return
	}
	_, text, _ := strings.Cut(r.text, "\n")
	name, _, _ := strings.Cut(text, "\n")
	for word := range strings.FieldsSeq(name) {
		if utf8.RuneCountInString(word) >= geo.MinWord && !search.IsRun(word) {
			yield(word)
		}
	}
}

// after are the words of the next snapshot, where they are known of the one before. A word of a name
// that is no more stays where another name has it, which the index of all texts tells soon.
func (w *words) after(next *snapshot, e *edit) *words {
	w.mu.Lock()
	list := w.list
	w.mu.Unlock()
	lost, got := map[string]bool{}, map[string]bool{}
	for _, t := range e.touched {
		t.old.eachWord(func(word string) { lost[word] = true })
		t.new.eachWord(func(word string) { got[strings.Clone(word)] = true })
	}
	maps.DeleteFunc(lost, func(word string, _ bool) bool { return got[word] })
	maps.DeleteFunc(got, func(word string, _ bool) bool { _, known := slices.BinarySearch(list, word); return known })
	if list == nil || len(lost) > mostPlaced {
		return &words{}
	}
	maps.DeleteFunc(lost, func(word string, _ bool) bool { return next.hasWord(word) })
	if len(lost)+len(got) == 0 {
		return &words{list: list}
	}
	list = slices.DeleteFunc(slices.Concat(list, slices.Collect(maps.Keys(got))), func(word string) bool { return lost[word] })
	slices.Sort(list)
	return &words{list: list}
}

// hasWord reports whether a name has a word.
func (s *snapshot) hasWord(word string) (has bool) {
	for _, set := range s.texts.entries(search.Term{Text: word}) {
		for n := range roaring.Values(set) {
			s.records[n].eachWord(func(other string) { has = has || other == word })
			if has {
				return true
			}
		}
	}
	return false
}
