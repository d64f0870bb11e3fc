package memory

import (
	"cmp"
	"slices"
	"sort"
	"strings"

	"github.com/RoaringBitmap/roaring/v2"

	"innoatlas/geo/search"
)

// termChange is a term that the text of a facility has got, or has no longer.
type termChange struct {
	term    string
	ordinal uint32 // in the next snapshot; gone where it moved away, or is there no more
	added   bool
}

// termChanges are those of an edit, in the order of the terms, then of the ordinals.
func (e *edit) termChanges() (changes []termChange) {
	for _, t := range e.touched {
		if t.stays() && t.old.text == t.new.text {
			continue
		}
		before, after := termsIn(t.old), termsIn(t.new)
		from := uint32(gone)
		if t.stays() {
			from = uint32(t.at)
		}
		for term := range before {
			if !t.stays() || !after[term] {
				changes = append(changes, termChange{term, from, false})
			}
		}
		for term := range after {
			if !t.stays() || !before[term] {
				changes = append(changes, termChange{term, uint32(t.at), true})
			}
		}
	}
	slices.SortFunc(changes, func(a, b termChange) int {
		return cmp.Or(cmp.Compare(a.term, b.term), cmp.Compare(a.ordinal, b.ordinal))
	})
	return changes
}

// termsIn are those of a text; none of nobody's.
func termsIn(r *record) map[string]bool {
	terms := map[string]bool{}
	if r != nil {
		search.EachTerm(r.text, func(term string) { terms[term] = true })
	}
	return terms
}

// after is the index in the next snapshot: what stands between the terms that changed is copied
// as it is, or with the ordinals moved.
func (t *texts) after(e *edit) texts {
	changes := e.termChanges()
	if len(changes) == 0 && e.still() {
		return *t
	}
	next := &textsEdit{shift: e.shift, before: t, moved: t.commonAfter(e.shift)}
	next.terms = make([]string, 0, len(t.terms)+len(changes))
	next.begins = make([]uint32, 1, len(t.begins)+len(changes))
	next.rare = make([]uint32, 0, len(t.rare)+len(changes))
	next.common = make([]commonTerm, 0, len(t.common))
	for len(changes) > 0 {
		n := 1
		for n < len(changes) && changes[n].term == changes[0].term {
			n++
		}
		next.change(changes[:n])
		changes = changes[n:]
	}
	next.copyTo(len(t.terms))
	next.empty = e.emptyTexts(t.empty)
	return next.texts
}

// commonAfter are the sets of common terms in the next snapshot.
func (t *texts) commonAfter(s *shift) []*roaring.Bitmap {
	sets := make([]*roaring.Bitmap, len(t.common))
	for i, c := range t.common {
		sets[i] = c.set
	}
	return s.sets(sets)
}

// emptyTexts are those that state no text.
func (e *edit) emptyTexts(before *roaring.Bitmap) *roaring.Bitmap {
	next := e.set(before)
	if next == before {
		next = before.Clone()
	}
	for _, t := range e.touched {
		switch {
		case t.new == nil:
		case t.new.text == "":
			next.Add(uint32(t.at))
		default:
			next.Remove(uint32(t.at))
		}
	}
	return next
}

// textsEdit is an index on its way: it has all up to a term of the one before it.
type textsEdit struct {
	texts
	*shift
	before *texts
	moved  []*roaring.Bitmap // of the common terms before, in ordinals of the next
	at     int               // the term before
	passed int               // of the common ones before, those before that
}

// copyTo takes what stands before a term over.
func (x *textsEdit) copyTo(term int) {
	b, first := x.before, len(x.terms)
	x.terms = append(x.terms, b.terms[x.at:term]...)
	by := uint32(len(x.rare)) - b.begins[x.at] // it may wrap around, and back
	x.rare = x.appendTo(x.rare, b.rare[b.begins[x.at]:b.begins[term]])
	for _, end := range b.begins[x.at+1 : term+1] {
		x.begins = append(x.begins, end+by)
	}
	for ; x.passed < len(b.common) && b.common[x.passed].at < term; x.passed++ {
		x.common = append(x.common, commonTerm{b.common[x.passed].at - x.at + first, x.moved[x.passed]})
	}
	x.at = term
}

// change takes a term over as it is after its changes.
func (x *textsEdit) change(changes []termChange) {
	term := strings.Clone(changes[0].term)
	at := x.at + sort.SearchStrings(x.before.terms[x.at:], term)
	x.copyTo(at)
	var ordinals []uint32
	var set *roaring.Bitmap
	if at < len(x.before.terms) && x.before.terms[at] == term {
		term = x.before.terms[at]
		ordinals = x.appendTo(nil, x.before.rare[x.before.begins[at]:x.before.begins[at+1]])
		if x.passed < len(x.before.common) && x.before.common[x.passed].at == at {
			set = x.moved[x.passed].Clone()
			x.passed++
		}
		x.at++
	}
	if set == nil {
		set = roaring.BitmapOf(ordinals...)
	}
	for _, c := range changes {
		switch {
		case c.added:
			set.Add(c.ordinal)
		case c.ordinal != gone:
			set.Remove(c.ordinal)
		}
	}
	x.add(term, set)
}

// add is given the texts that have a term.
func (x *textsEdit) add(term string, set *roaring.Bitmap) {
	switch count := set.GetCardinality(); {
	case count == 0:
		return
	case count > mostRare:
		x.common = append(x.common, commonTerm{len(x.terms), set})
	default:
		x.rare = append(x.rare, set.ToArray()...)
	}
	x.terms = append(x.terms, term)
	x.begins = append(x.begins, uint32(len(x.rare)))
}
