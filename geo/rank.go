package geo

import (
	"slices"
	"strings"

	"innoatlas/geo/cql2"
	"innoatlas/geo/search"
)

// SearchLevel is how near to what a record is a text stands in which a search finds it.
type SearchLevel int

// The levels, the best last. What a record is about stands at none of its own.
const (
	InText SearchLevel = iota
	InInstitutions
	InPlace
	InName
)

// The properties that hold what is searched of a record down to a level. They are beginnings of
// search_text, each up to a mark: a line of blanks, of which no other line has two in a row. No
// filter that people write and no file has them.
const (
	searchNames        = "search_names"
	searchPlaces       = "search_places"
	searchInstitutions = "search_institutions"
)

// levels are those that have a mark behind them, in the order of search_text.
var levels = []struct {
	of             SearchLevel
	property, mark string
}{{InName, searchNames, "  \n"}, {InPlace, searchPlaces, "   \n"}, {InInstitutions, searchInstitutions, "    \n"}}

// SearchedUpTo is the mark that ends a property which is a beginning of search_text; ok is false
// for any other.
func SearchedUpTo(property string) (mark string, ok bool) {
	for _, l := range levels {
		if l.property == property {
			return l.mark, true
		}
	}
	return "", false
}

// SearchedBeginnings are the properties that are beginnings of search_text, with their marks.
func SearchedBeginnings() map[string]string {
	all := map[string]string{}
	for _, l := range levels {
		all[l.property] = l.mark
	}
	return all
}

// SearchedIn is a property that is a beginning of search_text, of which text is the whole.
func SearchedIn(property, text string) (v cql2.Value, ok bool) {
	mark, ok := SearchedUpTo(property)
	if !ok || text == "" {
		return cql2.Value{}, ok
	}
	beginning, _, _ := strings.Cut(text, mark)
	return cql2.TextOf(beginning), true
}

// lines are the texts of a record that are searched, by their levels.
type lines [InName + 1][]byte

// add puts a text in the normal form on a line of its own, so that nothing spans two of them.
func (l *lines) add(level SearchLevel, text string) {
	start := len(l[level])
	if l[level] = search.AppendNormal(l[level], text); len(l[level]) > start {
		l[level] = append(l[level], '\n')
	}
}

// String is search_text: each line has the end of another before it, so that a whole one is
// found by " \n", itself and "\n".
func (l *lines) String() string {
	if !slices.ContainsFunc(l[:], func(b []byte) bool { return len(b) > 0 }) {
		return ""
	}
	text := []byte(" \n")
	for _, level := range levels {
		text = append(append(text, l[level.of]...), level.mark...)
	}
	return string(append(text, l[InText]...))
}

// joinTexts is the search text of what says both at the same levels as each does by itself.
func joinTexts(first, second string) string {
	if first == "" || second == "" {
		return first + second
	}
	var b strings.Builder
	b.Grow(len(first) + len(second))
	b.WriteString(" \n")
	first, second = first[len(" \n"):], second[len(" \n"):]
	for _, level := range levels {
		var of [2]string
		of[0], first, _ = strings.Cut(first, level.mark)
		of[1], second, _ = strings.Cut(second, level.mark)
		b.WriteString(of[0])
		b.WriteString(of[1])
		b.WriteString(level.mark)
	}
	b.WriteString(first)
	b.WriteString(second)
	return b.String()
}

// searchText is what a search looks at: the normal forms of the texts that are searched, of own
// fields too, in every language that the record has them in, the nearest to what it is first.
func searchText(fields, own []Field, r Feature) string {
	var all lines
	for _, some := range [][]Field{fields, own} {
		for i := range some {
			if !some[i].isSearched() {
				continue
			}
			v := some[i].Value(r)
			all.add(some[i].level(), v.Text)
			for _, text := range v.List {
				all.add(some[i].level(), text)
			}
		}
	}
	if t := r.Translated(); t != nil {
		for i := range t.All {
			if field := foundIn(fields, own, r, t.All[i].Field); field != nil {
				all.add(field.level(), t.All[i].Text)
			}
		}
	}
	return all.String()
}

// foundIn is the field in whose texts in other languages a search looks; nil where it does not.
// Those of a field of one's own are shown to nobody where the record does not state it, or nobody
// may see it.
func foundIn(fields, own []Field, r Feature, name string) *Field {
	f := findField(fields, name)
	if f == nil {
		f = findField(own, name)
	}
	if f == nil || !f.Translated || f.Own && (f.Private || f.Value(r).Type != cql2.Text) {
		return nil
	}
	return f
}

// level is that of a field's texts.
func (f *Field) level() SearchLevel {
	if f.Naming {
		return InName
	}
	return f.Level
}

// Relevance is what sortby calls the order of a search: the best first.
const Relevance = "relevance"

// rank is the property by which records stand in that order; no field is called so.
const rank = "rank in q"

// RankFirst begins an order with that of a search.
var RankFirst = []SortKey{{Property: rank}}

// relevanceKey is what the API says of the order of a search.
var relevanceKey = Field{Name: Relevance,
	Title: english("How well it answers q, the best first: its name is it, has it, its place has, an institution, anything else"), Type: Integer,
}

// IsRank reports whether a sort key is the order of a search, which Query.Tiers tells.
func (k SortKey) IsRank() bool { return k.Property == rank }

// Ranks reports whether the order is, at first, that of a search.
func (q Query) Ranks() bool { return len(q.Sort) > 0 && q.Sort[0].IsRank() }

// rankOf is the number of the first tier that a record is in; that of all tiers where it is in none.
func (q Query) rankOf(r cql2.Row) cql2.Value {
	r = searchedRow{r, r.Value(searchAll).Text}
	n := slices.IndexFunc(q.Tiers, func(tier cql2.Expr) bool { return cql2.Eval(tier, r) == cql2.True })
	if n < 0 {
		n = len(q.Tiers)
	}
	return cql2.NumberOf(float64(n))
}

// searchedRow is a record whose search text is made once.
type searchedRow struct {
	cql2.Row
	text string
}

func (r searchedRow) Value(property string) cql2.Value {
	if v, ok := SearchedIn(property, r.text); ok {
		return v
	}
	return r.Row.Value(property)
}

// SortValue is the value of a record by which a sort key compares it.
func (q Query) SortValue(k SortKey, r cql2.Row) cql2.Value {
	if !k.IsRank() {
		return r.Value(k.Property)
	}
	if known := r.Value(rank); known.Type != cql2.Null {
		return known
	}
	return q.rankOf(r)
}

// Tiers part what a search finds, the best first: what is called just so; then what has every
// piece of it in its names, in its place too, in its institutions too. They change nothing of
// what is found. Names of kinds and sectors, and of countries beside other words, say which
// records are asked for and not which are the best of them.
func (l *Lexicon) Tiers(c *Collection, q string) []cql2.Expr {
	pieces := l.pieces(q)
	words := slices.DeleteFunc(slices.Clone(pieces), func(p piece) bool { d, _ := l.named(c, p); return d != "" })
	if len(words) > 0 {
		pieces = words
	}
	if len(pieces) == 0 {
		return nil
	}
	found := make([]*found, len(pieces))
	for i, p := range pieces {
		found[i] = l.found(c, p)
	}
	tiers := []cql2.Expr{cql2.Contains{X: cql2.Property(searchNames), Part: wholeText(q)}}
	for _, level := range levels {
		and := cql2.And{}
		for _, f := range found {
			and = append(and, f.filterIn(level.property))
		}
		tiers = append(tiers, and)
	}
	return tiers
}

// wholeText is the part that finds a text which is that.
func wholeText(q string) string { return " \n" + search.Normal(q) + "\n" }
