package geo

import (
	"slices"

	"innoatlas/texts"
)

// Labels are the names of one thing, by language (BCP 47: en, zh, …).
type Labels map[string]string

// In is the label in a language, in English where there is none, or empty.
func (l Labels) In(lang string) string {
	if s := l[lang]; s != "" {
		return s
	}
	return l["en"]
}

// Term is an entry of a vocabulary. Kinds and sectors are data, not code: a data
// set brings its own, or they are taken from its rows and the labels are the ids.
type Term struct {
	ID      string // lower case letters, digits and hyphens
	Labels  Labels
	Plurals Labels   // where the data set has them
	Aliases []string // of institutions: other names and spellings

	// Of kinds, where the data set states them:
	Sign       Sign   // how it is drawn
	SchemaType string // what schema.org calls such an organisation, as ResearchOrganization
}

// The values of status and precision are the same in every data set, because
// the page and the GIS styles draw by them.
var (
	// Statuses say whether a facility is at work, as of its source.
	Statuses = labelled("status", "operating", "announced", "planned", "closed", "unknown")

	// Precisions say how exact a position is, from a surveyed site down to the
	// capital of a country. "none" in a file means that there is no position.
	Precisions = labelled("position", "site", "city", "admin1", "country")
)

// NotStated is what stands in place of a value that a record does not state.
var NotStated = Labels(texts.All("not_stated"))

// labelled is a vocabulary whose labels are texts of the program: "status.operating".
func labelled(name string, ids ...string) []Term {
	terms := make([]Term, len(ids))
	for i, id := range ids {
		terms[i] = Term{ID: id, Labels: texts.All(name + "." + id)}
	}
	return terms
}

// TermIDs lists the ids of a vocabulary in its order.
func TermIDs(terms []Term) []string {
	ids := make([]string, len(terms))
	for i, t := range terms {
		ids[i] = t.ID
	}
	return ids
}

// FindTerm finds a term by its id; nil where the vocabulary has none such.
func FindTerm(terms []Term, id string) *Term {
	i := slices.IndexFunc(terms, func(t Term) bool { return t.ID == id })
	if i < 0 {
		return nil
	}
	return &terms[i]
}
