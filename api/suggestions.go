package api

import (
	"context"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"innoatlas/geo"
	"innoatlas/geo/cql2"
)

// suggestionsResource is how it is asked for what a search means.
func suggestionsResource(filters parameters) *Resource {
	asked := slices.Clone(filters)
	for i := range asked {
		if asked[i].name == "q" {
			asked[i].required, asked[i].example = true, "rice Laos"
		}
	}
	res := newResource(AlwaysCheck, []*representation{jsonFormat}, asked...)
	res.kept = true
	return res
}

// suggestionsDocument says how the words of q are understood, and what else could be meant
// where they find nothing. Counts keep to the other parameters.
type suggestionsDocument struct {
	Q       string `json:"q"`
	Matched int    `json:"numberMatched"`
	// Understood are the names of countries, kinds and sectors as parameters; Rest is the
	// search without them.
	Understood []understoodName `json:"understood"`
	Rest       string           `json:"rest"`
	// Words are the parts that have to be found, where more than one is or nothing was found.
	Words       []wordCount  `json:"words"`
	Corrections []correction `json:"corrections"`
	Links       []Link       `json:"links"`
}

type understoodName struct {
	Text      string   `json:"text"`
	Parameter string   `json:"parameter"`
	Values    []string `json:"values"`
	Labels    []string `json:"labels"`
}

type wordCount struct {
	Text    string `json:"text"`
	Matched int    `json:"numberMatched"`
	Without int    `json:"numberMatchedWithout"` // the whole search without this word
}

type correction struct {
	Q       string `json:"q"`
	Matched int    `json:"numberMatched"`
}

// suggestions answers GET /collections/{collectionId}/suggestions.
func (s *Server) suggestions(c echo.Context) error {
	a, err := s.ask(c, func(col *collection) *Resource { return col.suggestions })
	if err != nil {
		return err
	}
	if strings.TrimSpace(a.params.Get("q")) == "" {
		return &geo.InputError{Param: "q", Reason: "is what suggestions are made for; give it the words of a search"}
	}
	if a.Fresh() {
		return a.NotModified()
	}
	return s.keep(a.Answer, func() error { return s.sendSuggestions(a) })
}

func (s *Server) sendSuggestions(a *question) error {
	search, err := s.searchOf(a)
	if err != nil {
		return err
	}
	doc, err := search.document()
	if err != nil {
		return err
	}
	doc.Links = a.selfAndAlternates()
	return a.sendJSON(doc)
}

// searching is a search taken apart, over what the other parameters keep.
type searching struct {
	a      *question
	store  geo.Store
	q      string
	others geo.Query
	pieces []geo.Piece
}

func (s *Server) searchOf(a *question) (*searching, error) {
	q := a.params.Get("q")
	others := a.Answer.without("q")
	base, err := others.query(a.col.Collection)
	if err != nil {
		return nil, err
	}
	base.Limit = 1
	return &searching{a, s.store, q, base, a.service.lexicon.Pieces(a.col.Collection, q)}, nil
}

// without is the answer to the same request without a parameter.
func (a *Answer) without(name string) *Answer {
	next := *a
	next.params = map[string][]string{}
	for other, values := range a.params {
		if other != name {
			next.params[other] = values
		}
	}
	return &next
}

// count is how many records a search finds, among those that the other parameters keep.
func (s *searching) count(ctx context.Context, q string) (int, error) {
	query := s.others
	if filter := s.a.service.lexicon.Filter(s.a.col.Collection, q); filter != nil {
		query.Filter = filter
		if s.others.Filter != nil {
			query.Filter = cql2.And{s.others.Filter, filter}
		}
	}
	page, err := s.store.List(ctx, query)
	return page.Matched, err
}

func (s *searching) document() (doc suggestionsDocument, err error) {
	ctx := s.a.Context()
	rest := s.join(func(p geo.Piece) bool { return p.Chosen.Dimension == "" })
	doc = suggestionsDocument{Q: s.q, Understood: s.understood(), Rest: rest, Words: []wordCount{}, Corrections: []correction{}}
	if doc.Matched, err = s.count(ctx, s.q); err != nil || doc.Matched > 0 || len(s.pieces) == 0 {
		return doc, err
	}
	if doc.Words, err = s.words(ctx); err != nil {
		return doc, err
	}
	doc.Corrections, err = s.corrections(ctx, doc.Words)
	return doc, err
}

func (s *searching) understood() []understoodName {
	names := []understoodName{}
	for _, p := range s.pieces {
		if d := p.Chosen.Dimension; d != "" {
			labels := s.a.labelsIn(s.a.col.Collection, d)
			name := understoodName{Text: p.Text, Parameter: string(d), Values: p.Chosen.Values}
			for _, value := range p.Chosen.Values {
				name.Labels = append(name.Labels, labels.Of(value))
			}
			names = append(names, name)
		}
	}
	return names
}

// join are the pieces that are kept, as a search.
func (s *searching) join(keep func(geo.Piece) bool) string {
	var kept []string
	for _, p := range s.pieces {
		if keep(p) {
			kept = append(kept, p.Text)
		}
	}
	return strings.Join(kept, " ")
}

// mostWords bounds what is counted: each takes two counts.
const mostWords = 8

// words says of each piece what it finds, and what the others find without it.
func (s *searching) words(ctx context.Context) ([]wordCount, error) {
	counts := []wordCount{}
	for i, p := range s.pieces[:min(len(s.pieces), mostWords)] {
		one, err := s.count(ctx, p.Text)
		if err != nil {
			return nil, err
		}
		place := -1
		without, err := s.count(ctx, s.join(func(geo.Piece) bool { place++; return place != i }))
		if err != nil {
			return nil, err
		}
		counts = append(counts, wordCount{p.Text, one, without})
	}
	return counts, nil
}

// mostCorrections are how many are offered, mostTried how many are tried for each word.
const (
	mostCorrections = 3
	mostTried       = 5
)

// corrections puts what is most like them in the place of the words that find nothing.
func (s *searching) corrections(ctx context.Context, counts []wordCount) ([]correction, error) {
	tried := []string{""} // searches as far as they are corrected
	var known []string
	for i, p := range s.pieces {
		candidates := []string{p.Text}
		if i < len(counts) && counts[i].Matched == 0 {
			if known == nil {
				var err error
				if known, err = s.vocabulary(ctx); err != nil {
					return nil, err
				}
			}
			candidates = s.a.service.lexicon.Nearest(p.Text, known, mostTried)
		}
		var next []string
		for _, before := range tried {
			for _, candidate := range candidates {
				next = append(next, strings.TrimSpace(before+" "+candidate))
			}
		}
		tried = next[:min(len(next), mostTried*mostTried)]
	}
	return s.found(ctx, tried)
}

// found are those of the searches that find something, the first ones.
func (s *searching) found(ctx context.Context, tried []string) ([]correction, error) {
	corrections := []correction{}
	for _, q := range tried {
		n, err := s.count(ctx, q)
		if err != nil {
			return nil, err
		}
		if n > 0 {
			corrections = append(corrections, correction{q, n})
		}
		if len(corrections) == mostCorrections {
			break
		}
	}
	return corrections, nil
}

// vocabulary are the words that the store's records have in their names, never nil.
func (s *searching) vocabulary(ctx context.Context) ([]string, error) {
	words := []string{}
	if v, ok := s.store.(geo.Vocabulary); ok {
		known, err := v.Words(ctx)
		return append(words, known...), err
	}
	return words, nil
}
