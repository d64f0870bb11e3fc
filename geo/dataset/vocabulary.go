package dataset

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"innoatlas/geo"
)

// vocabulary is what kinds or sectors may be: the terms that the data set
// brings, or else whatever its rows have, as long as it is in the form of an id.
type vocabulary struct {
	file    string // that brings it; empty: the rows do
	terms   []geo.Term
	known   map[string]string // each id by itself, so that rows share one text
	allowed string            // the ids as a message lists them
	full    bool              // more than maxTerms were met
}

// maxTerms is how many kinds, sectors or indicators there may be. Each is a column
// of the countries, a line of the filters and of the matrix.
const maxTerms = 500

func newVocabulary(file string, terms []geo.Term) *vocabulary {
	v := &vocabulary{file: file, terms: terms, known: map[string]string{}, allowed: listed(geo.TermIDs(terms))}
	for _, t := range terms {
		v.known[t.ID] = t.ID
	}
	return v
}

// term is the id of a term, or empty after an error.
func (v *vocabulary) term(r *record, column, s string) string {
	if id, ok := v.known[s]; ok {
		return id
	}
	if v.file != "" {
		r.fail(column, s, "must be one of %s (%s)", v.allowed, v.file)
		return ""
	}
	if len(v.terms) == maxTerms {
		if !v.full { // once is enough
			r.fail(column, s, "is one more than the %d different ones that a data set may have; use fewer, and let the name or the summary tell the rest", maxTerms)
		}
		v.full = true
		return ""
	}
	id := strings.Clone(r.id(column, s, maxID)) // keeps the row's text from being held
	if id != "" {
		v.known[id] = id
		v.terms = append(v.terms, geo.Term{ID: id, Labels: geo.Labels{"en": id}})
	}
	return id
}

// listed are values with commas between, of many the first ones.
func listed(values []string) string {
	const most = 50
	if more := len(values) - most; more > 0 {
		return strings.Join(values[:most], ", ") + " and " + thousands(more) + " more"
	}
	return strings.Join(values, ", ")
}

// The columns of kinds.csv and sectors.csv: label_en, label_zh, plural_en and so
// on, one a language.
var vocabularyHeader = header{aside: true, required: []string{"id", "label_en"}, prefixes: []string{"label_", "plural_"}}

// kindsHeader has besides how a kind is drawn, and what schema.org calls it.
var kindsHeader = header{aside: true, required: vocabularyHeader.required, prefixes: vocabularyHeader.prefixes, beside: []string{"sign", "schema_type"}}

// maxLanguages is how many languages a vocabulary may have labels in.
const maxLanguages = 100

// readTerms reads a vocabulary from its file.
func readTerms(s *sheet) ([]geo.Term, error) {
	of := 0 // languages
	for column := range s.columns {
		if strings.HasPrefix(column, "label_") || strings.HasPrefix(column, "plural_") {
			of++
		}
	}
	if of > 2*maxLanguages {
		s.headerError("label_…", fmt.Sprintf("must be there for at most %d languages, and so must plural_…", maxLanguages))
		return nil, nil
	}
	var terms []geo.Term
	for r, err := range s.records() {
		if err != nil {
			return nil, err
		}
		if len(terms) == maxTerms {
			r.fail("id", r.cell("id"), "is one more than the %d that there may be", maxTerms)
			return nil, nil
		}
		id := r.id("id", r.cell("id"), maxID)
		if geo.FindTerm(terms, id) != nil {
			r.fail("id", id, "is there twice")
		}
		r.required("label_en", maxName)
		terms = append(terms, geo.Term{ID: id, Labels: r.labels("label_"), Plurals: r.labels("plural_"), Sign: r.sign(terms), SchemaType: r.schemaType()})
	}
	return terms, nil
}

// sign is how a kind is drawn, which no kind before it is.
func (r *record) sign(others []geo.Term) geo.Sign {
	text := r.cell("sign")
	if text == "" {
		return geo.Sign{}
	}
	sign, err := geo.ParseSign(text)
	switch {
	case err != nil:
		r.fail("sign", text, "%s", err)
	case slices.ContainsFunc(others, func(t geo.Term) bool { return t.Sign == sign }):
		r.fail("sign", text, "is that of another kind")
	}
	return sign
}

// schemaForm is the form of the types of schema.org.
var schemaForm = regexp.MustCompile(`^[A-Z][A-Za-z]{1,49}$`)

func (r *record) schemaType() string {
	text := r.cell("schema_type")
	if text != "" && !schemaForm.MatchString(text) {
		r.fail("schema_type", text, "must be a type of schema.org, as ResearchOrganization")
	}
	return text
}

// labels are the columns label_en, label_zh, … as texts by language.
func (r *record) labels(prefix string) geo.Labels {
	var labels geo.Labels
	for _, column := range slices.Sorted(maps.Keys(r.sheet.columns)) {
		lang, ok := strings.CutPrefix(column, prefix)
		if !ok {
			continue
		}
		if s := r.text(column, maxName); s != "" {
			if labels == nil {
				labels = geo.Labels{}
			}
			labels[lang] = s
		}
	}
	return labels
}
