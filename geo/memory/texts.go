package memory

import (
	"slices"
	"sort"
	"strings"

	"github.com/RoaringBitmap/roaring/v2"

	"innoatlas/geo"
	"innoatlas/geo/cql2"
	"innoatlas/geo/search"
)

// texts are the search texts of all facilities in one, and the index of their terms: for
// each, the set of the facilities whose text has it.
type texts struct {
	all    string // in the order of the ordinals, one after the other
	starts []int  // where the text of an ordinal starts in all; one more for the end

	// Terms are in the order of bytes. Most of many are in few texts: their ordinals stand one
	// after the other in rare, those of a term from its begin on; others have a set.
	terms  []string
	begins []uint32 // of each term in rare; one more for the end
	rare   []uint32
	common map[int]*roaring.Bitmap
	empty  *roaring.Bitmap // those that state no text
}

func newTexts(facilities []geo.Facility) texts {
	chunks := chunksOf(len(facilities))
	parts := make([]textPart, len(chunks))
	inParallel(chunks, func(i int, c chunk) { parts[i].add(facilities[c.from:c.to], c.from) })
	t := texts{starts: make([]int, 1, len(facilities)+1), empty: roaring.New()}
	var all strings.Builder
	for i := range parts {
		before := all.Len()
		for _, end := range parts[i].ends {
			t.starts = append(t.starts, before+end)
		}
		all.Write(parts[i].text)
	}
	t.all = all.String()
	for n := range facilities {
		if t.starts[n] == t.starts[n+1] {
			t.empty.Add(uint32(n))
		}
	}
	t.index(parts)
	return t
}

// textPart are the texts of one chunk.
type textPart struct {
	text  []byte
	ends  []int
	codes map[string]int
	terms []string
	sets  [][]uint32 // by code, ordinals in their order
}

func (p *textPart) add(facilities []geo.Facility, first int) {
	p.codes = map[string]int{}
	for i := range facilities {
		text := facilities[i].SearchText()
		p.text = append(p.text, text...)
		p.ends = append(p.ends, len(p.text))
		ordinal := uint32(first + i)
		search.EachTerm(text, func(term string) {
			code, known := p.codes[term]
			if !known {
				code = len(p.sets)
				term = strings.Clone(term)
				p.codes[term] = code
				p.terms, p.sets = append(p.terms, term), append(p.sets, nil)
			}
			if set := p.sets[code]; len(set) == 0 || set[len(set)-1] != ordinal {
				p.sets[code] = append(set, ordinal)
			}
		})
	}
}

// index joins the terms of all parts.
func (t *texts) index(parts []textPart) {
	for i := range parts {
		t.terms = append(t.terms, parts[i].terms...)
	}
	slices.Sort(t.terms)
	t.terms = slices.Clip(slices.Compact(t.terms))
	t.begins, t.common = make([]uint32, 1, len(t.terms)+1), map[int]*roaring.Bitmap{}
	var ordinals []uint32
	for n, term := range t.terms {
		ordinals = ordinals[:0]
		for i := range parts {
			if code, ok := parts[i].codes[term]; ok {
				ordinals = append(ordinals, parts[i].sets[code]...)
			}
		}
		if len(ordinals) > mostRare {
			set := roaring.BitmapOf(ordinals...)
			set.RunOptimize()
			t.common[n] = set
		} else {
			t.rare = append(t.rare, ordinals...)
		}
		t.begins = append(t.begins, uint32(len(t.rare)))
	}
	t.rare = slices.Clip(t.rare)
}

// mostRare is in how many texts a term may be that has no set of its own.
const mostRare = 64

// of is the text of one facility.
func (t *texts) of(ordinal uint32) string { return t.all[t.starts[ordinal]:t.starts[ordinal+1]] }

// lookupText answers whether the search text has a part from the index of terms, and where
// terms alone do not say it, from the texts that have them.
func (s *snapshot) lookupText(e cql2.Expr) lookup {
	contains, ok := e.(cql2.Contains)
	if !ok || contains.X != cql2.Property("search_text") {
		return nil
	}
	terms, sure := search.Find(contains.Part)
	if len(terms) == 0 {
		return nil
	}
	return func(least cql2.Truth, among *roaring.Bitmap) *roaring.Bitmap {
		found := among
		for _, term := range terms {
			if found = s.anyOf(s.texts.entries(term), found); found.IsEmpty() {
				break
			}
		}
		if !sure {
			found = s.texts.holding(contains.Part, found)
		}
		if least == cql2.True {
			return found
		}
		return roaring.Or(found, s.both(s.texts.empty, among))
	}
}

// entries are the sets of the entries that a term finds. Those of many rare ones are one.
func (t *texts) entries(term search.Term) []*roaring.Bitmap {
	from := sort.SearchStrings(t.terms, term.Text)
	to := from
	for to < len(t.terms) && (t.terms[to] == term.Text || term.Prefix && strings.HasPrefix(t.terms[to], term.Text)) {
		to++
	}
	sets := []*roaring.Bitmap{roaring.BitmapOf(t.rare[t.begins[from]:t.begins[to]]...)}
	for n := from; n < to; n++ {
		if set, ok := t.common[n]; ok {
			sets = append(sets, set)
		}
	}
	return sets
}

// holding are those among whose text has the part.
func (t *texts) holding(part string, among *roaring.Bitmap) *roaring.Bitmap {
	found := roaring.New()
	for n := range roaring.Values(among) {
		if strings.Contains(t.of(n), part) {
			found.Add(n)
		}
	}
	return found
}
