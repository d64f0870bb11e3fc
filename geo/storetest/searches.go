package storetest

import (
	_ "embed"
	"encoding/csv"
	"slices"
	"strconv"
	"strings"
	"testing"

	"innoatlas/geo"
	"innoatlas/geo/cql2"
)

// searches are what searches find in the built-in data, in six scripts. What is expected was
// decided by reading the records, not by what a program answered.
//
//go:embed searches.csv
var searches string

// search is a row of the table.
type search struct {
	query, relation string
	expected        string // another search, slugs with blanks between, parameters or a number
	why             string
}

// Searches asks all searches of the table. Find gives the slugs of the facilities that a search
// finds, choose of those that have the values, which are written as parameters:
// country=LAO&kind=agricultural-park.
func Searches(t *testing.T, find, choose func(string) []string) {
	rows, err := csv.NewReader(strings.NewReader(searches)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	find, choose = once(find), once(choose)
	for _, row := range rows[1:] {
		s := search{row[0], row[1], row[2], row[3]}
		s.check(t, find(s.query), func() []string {
			switch s.relation {
			case "same", "contains":
				return find(s.expected)
			case "filter", "covers":
				return choose(s.expected)
			}
			return strings.Fields(s.expected)
		})
	}
}

// once asks what was asked before no second time.
func once(ask func(string) []string) func(string) []string {
	answers := map[string][]string{}
	return func(question string) []string {
		if _, ok := answers[question]; !ok {
			answers[question] = ask(question)
		}
		return answers[question]
	}
}

// check compares what a search finds with what is expected of it.
func (s search) check(t *testing.T, found []string, expected func() []string) {
	t.Helper()
	want := expected()
	var missing, needless []string
	switch s.relation {
	case "same", "filter", "is": // these and no others
		missing, needless = without(want, found), without(found, want)
	case "contains", "covers", "has": // these, and maybe others
		missing = without(want, found)
	case "lacks": // none of these
		needless = without(want, without(want, found))
	case "count":
		if n := strconv.Itoa(len(found)); n != s.expected {
			t.Errorf("%q finds %s, want %s (%s): %q", s.query, n, s.expected, s.why, found)
		}
		return
	default:
		t.Fatalf("%q: no relation is called %q", s.query, s.relation)
	}
	if len(want) == 0 {
		t.Errorf("%q %s %q: expects nothing", s.query, s.relation, s.expected)
	}
	if len(missing)+len(needless) > 0 {
		t.Errorf("%q %s %q (%s): of %d lacks %q and has needlessly %q", s.query, s.relation, s.expected, s.why, len(found), missing, needless)
	}
}

// without are those of all that are not among some.
func without(all, some []string) (rest []string) {
	for _, text := range all {
		if !slices.Contains(some, text) {
			rest = append(rest, text)
		}
	}
	return rest
}

// SearchesIn asks all searches of the table of a store that holds the built-in data.
func SearchesIn(t *testing.T, store geo.Store) {
	catalog, err := store.Catalog(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	found := map[string][]string{} // by filter: what is the same to the lexicon is asked once
	list := func(filter cql2.Expr) []string {
		key := asText(filter)
		if _, ok := found[key]; !ok {
			found[key] = slugsOf(allOf(t, store, geo.Query{Collection: geo.Facilities, Filter: filter}))
		}
		return found[key]
	}
	lexicon := geo.NewLexicon(catalog)
	find := func(q string) []string { return list(lexicon.Filter(geo.Facilities, q)) }
	choose := func(parameters string) []string {
		and := cql2.And{}
		for parameter := range strings.SplitSeq(parameters, "&") {
			name, value, _ := strings.Cut(parameter, "=")
			and = append(and, geo.List{Dimension: geo.Dimension(name), Values: []string{value}}.Filter(geo.Facilities))
		}
		return list(and)
	}
	Searches(t, find, choose)
}
