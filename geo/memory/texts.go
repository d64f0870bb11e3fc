package memory

import (
	"context"
	"slices"
	"sort"
	"strings"

	"github.com/RoaringBitmap/roaring/v2"

	"innoatlas/geo"
	"innoatlas/geo/cql2"
	"innoatlas/geo/search"
)

// texts is the index of the terms of all search texts: for each, the set of the facilities whose
// text has it.
type texts struct {
	// Terms are in the order of bytes. Most of many are in few texts: their ordinals stand one
	// after the other in rare, those of a term from its begin on; others have a set.
	terms  []string
	begins []uint32 // of each term in rare; one more for the end
	rare   []uint32
	common []commonTerm    // in the order of the terms
	empty  *roaring.Bitmap // those that state no text
}

// commonTerm is a term that is in many texts.
type commonTerm struct {
	at  int // in terms
	set *roaring.Bitmap
}

func newTexts(records []*record) texts {
	chunks := chunksOf(len(records))
	parts := make([]textPart, len(chunks))
	inParallel(chunks, func(i int, c chunk) { parts[i].add(records[c.from:c.to], c.from) })
	t := texts{empty: roaring.New()}
	for n, r := range records {
		if r.text == "" {
			t.empty.Add(uint32(n))
		}
	}
	t.index(parts)
	return t
}

// textPart are the terms of one chunk.
type textPart struct {
	codes map[string]int
	terms []string
	sets  [][]uint32 // by code, ordinals in their order
}

func (p *textPart) add(records []*record, first int) {
	p.codes = map[string]int{}
	for i, r := range records {
		ordinal := uint32(first + i)
		search.EachTerm(r.text, func(term string) {
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
	t.begins = make([]uint32, 1, len(t.terms)+1)
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
			t.common = append(t.common, commonTerm{n, set})
		} else {
			t.rare = append(t.rare, ordinals...)
		}
		t.begins = append(t.begins, uint32(len(t.rare)))
	}
	t.rare = slices.Clip(t.rare)
}

// mostRare is in how many texts a term may be that has no set of its own.
const mostRare = 64

// lookupText answers whether the search text has a part that the index of terms decides.
func (s *snapshot) lookupText(e cql2.Expr) lookup {
	terms, sure := termsOf(e)
	if !sure {
		return nil
	}
	return func(least cql2.Truth, among *roaring.Bitmap) *roaring.Bitmap {
		return s.orEmpty(least, s.havingTerms(terms, among), among)
	}
}

// termsOf are the terms that find a part of the search text, and whether they alone decide:
// not where the part is to be in a beginning of it. None for another filter.
func termsOf(e cql2.Expr) (terms []search.Term, sure bool) {
	contains, ok := e.(cql2.Contains)
	property, _ := contains.X.(cql2.Property)
	_, beginning := geo.SearchedUpTo(string(property))
	if !ok || property != "search_text" && !beginning {
		return nil, false
	}
	terms, sure = search.Find(contains.Part)
	return terms, sure && !beginning
}

// havingTerms are those among whose text has all of the terms.
func (s *snapshot) havingTerms(terms []search.Term, among *roaring.Bitmap) *roaring.Bitmap {
	for _, term := range terms {
		if among = s.anyOf(s.texts.entries(term), among); among.IsEmpty() {
			break
		}
	}
	return among
}

// orEmpty adds those who state no text where that is enough.
func (s *snapshot) orEmpty(least cql2.Truth, found, among *roaring.Bitmap) *roaring.Bitmap {
	if least == cql2.True {
		return found
	}
	return roaring.Or(found, s.both(s.texts.empty, among))
}

// scanTexts looks for a part in the texts that have its terms, or in beginnings of them.
func (s *snapshot) scanTexts(ctx context.Context, least cql2.Truth, e cql2.Contains, terms []search.Term, among *roaring.Bitmap) (*roaring.Bitmap, error) {
	found, looked := roaring.New(), 0
	mark, beginning := geo.SearchedUpTo(string(e.X.(cql2.Property)))
	for n := range roaring.Values(s.havingTerms(terms, among)) {
		if looked++; looked%eachLook == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		text := s.records[n].text
		if beginning {
			text, _, _ = strings.Cut(text, mark)
		}
		if strings.Contains(text, e.Part) {
			found.Add(n)
		}
	}
	return s.orEmpty(least, found, among), nil
}

// eachLook is how many texts are searched between two looks at the context.
const eachLook = 1000

// entries are the sets of the entries that a term finds. Those of many rare ones are one.
func (t *texts) entries(term search.Term) []*roaring.Bitmap {
	from := sort.SearchStrings(t.terms, term.Text)
	to := from
	for to < len(t.terms) && (t.terms[to] == term.Text || term.Prefix && strings.HasPrefix(t.terms[to], term.Text)) {
		to++
	}
	sets := []*roaring.Bitmap{roaring.BitmapOf(t.rare[t.begins[from]:t.begins[to]]...)}
	for _, c := range t.common[t.firstCommon(from):] {
		if c.at >= to {
			break
		}
		sets = append(sets, c.set)
	}
	return sets
}

// firstCommon is where the first common term stands that is not before a term.
func (t *texts) firstCommon(from int) int {
	return sort.Search(len(t.common), func(i int) bool { return t.common[i].at >= from })
}
