package dataset

import (
	"slices"
	"strings"

	"innoatlas/geo"
)

// synonymsHeader is that of the words that a search takes for one another.
var synonymsHeader = header{required: []string{"terms"}, near: true}

// How many groups of synonyms there may be, how many words or phrases one has, and how long
// each is, in characters. A search looks for all of a group.
const (
	maxSynonyms = 10_000
	maxGroup    = 100
	maxSynonym  = 100
)

// readSynonyms reads a group of words and phrases a row.
func (l *loader) readSynonyms(s *sheet) error {
	for r, err := range s.records() {
		if err != nil {
			return err
		}
		if len(l.data.Synonyms) == maxSynonyms {
			r.fail("terms", "", "are one group more than the %s that there may be", thousands(maxSynonyms))
			return nil
		}
		l.data.Synonyms = append(l.data.Synonyms, l.synonyms(r))
	}
	return nil
}

// synonyms are those of a row.
func (l *loader) synonyms(r *record) []string {
	terms := r.list("terms")
	switch {
	case r.hasFailed("terms"):
		return nil
	case len(terms) < 2:
		r.fail("terms", r.cell("terms"), "must be two or more, with semicolons between")
	case len(terms) > maxGroup:
		r.fail("terms", r.cell("terms"), "must be at most %d, not %d", maxGroup, len(terms))
	}
	for i, term := range terms {
		r.checkText("terms", term, maxSynonym)
		terms[i] = r.line("terms", term)
		if slices.Contains(terms[:i], terms[i]) && terms[i] != "" {
			r.fail("terms", term, "must be there once")
		}
		l.checkVocabularyTerm(r, term)
	}
	return terms
}

// checkVocabularyTerm checks a term that stands for one of a vocabulary, with all of its labels:
// kind:ID, sector:ID or country:ISO3.
func (l *loader) checkVocabularyTerm(r *record, term string) {
	of, id, ok := strings.Cut(term, ":")
	if !ok {
		return
	}
	var known bool
	switch of {
	case "kind":
		_, known = l.kinds.known[id]
	case "sector":
		_, known = l.sectors.known[id]
	case "country":
		c, found := geo.CountryByCode(id)
		known = found && c.Code == id
	default:
		return
	}
	if !known {
		r.fail("terms", term, "must name a %s of the data set after the colon%s", of, exampleOf(of))
	}
}

func exampleOf(of string) string {
	if of == "country" {
		return ", as country:THA"
	}
	return ""
}
