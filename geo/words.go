package geo

import (
	"slices"
	"strings"
	"unicode"

	"innoatlas/geo/cql2"
	"innoatlas/geo/search"
)

// piece is a part of a search that has to be found: a concept that the lexicon knows by that
// name, or else a word.
type piece struct {
	text     string // tokens with a blank between
	concepts []int
	filler   bool
	joined   bool // an "and" or "or" stands before it
}

// Filter keeps the records of a collection that a search asks for; nil where it holds no word.
//
// Each of its pieces has to be found, in any text that is searched: a word by its beginning,
// one of one or two letters whole; a name that the lexicon knows by any name of the same
// concept, whole, or by the country, kind or sector of the record. A search that is nothing
// but names of countries, kinds and sectors, of at least two of these, asks for the values, and
// for what is called just so: 新加坡创新中心 is in Chengdu.
func (l *Lexicon) Filter(c *Collection, q string) cql2.Expr {
	pieces := l.pieces(q)
	if len(pieces) == 0 && strings.TrimSpace(q) != "" {
		pieces = []piece{{text: noToken}}
	}
	if values := l.understood(c, pieces); values != nil {
		return cql2.Or{values, cql2.Contains{X: cql2.Property(searchAll), Part: wholeText(q)}}
	}
	and := cql2.And{}
	for _, p := range pieces {
		and = append(and, l.filter(c, p))
	}
	switch len(and) {
	case 0:
		return nil
	case 1:
		return and[0]
	}
	return and
}

// noToken is in no text: it is what a search of nothing but marks looks for.
const noToken = "!"

// SearchFilter is the filter of a search without a lexicon: of words only.
func SearchFilter(q string) cql2.Expr { return (*Lexicon)(nil).Filter(Facilities, q) }

// pieces cuts a search at the longest names that the lexicon knows, and passes over what
// carries no sense, unless there is nothing else.
func (l *Lexicon) pieces(q string) []piece {
	var pieces []piece
	for tokens := search.Tokens(q); len(tokens) > 0; {
		run := runsAtStart(tokens)
		p, n := l.longestPiece(tokens)
		if run > 0 && run >= n {
			pieces = append(pieces, l.cut(strings.Join(tokens[:run], " "))...)
			n = run
		} else {
			pieces = append(pieces, p)
		}
		tokens = tokens[n:]
	}
	var told []piece
	for i, p := range pieces {
		if !p.filler {
			p.joined = i > 0 && pieces[i-1].filler && l.ands[pieces[i-1].text]
			told = append(told, p)
		}
	}
	if len(told) == 0 {
		return pieces
	}
	return told
}

// longestPiece is the one that most tokens at the beginning make, and how many they are.
func (l *Lexicon) longestPiece(tokens []string) (p piece, n int) {
	if l != nil {
		for n := min(l.longest, len(tokens)); n > 0; n-- {
			phrase := strings.Join(tokens[:n], " ")
			if concepts := l.phrases[phrase]; concepts != nil {
				return piece{text: phrase, concepts: concepts}, n
			}
			if l.fillers[phrase] {
				return piece{text: phrase, filler: true}, n
			}
		}
	}
	return piece{text: tokens[0]}, 1
}

// runsAtStart is how many of the first tokens are written without blanks between words.
func runsAtStart(tokens []string) (n int) {
	for n < len(tokens) && search.IsRun(tokens[n]) && search.IsHan(tokens[n]) == search.IsHan(tokens[0]) {
		n++
	}
	return n
}

// cut divides runs, with blanks between them, at the names that the lexicon knows, the longest
// first; what stands between names is a word each.
func (l *Lexicon) cut(runs string) []piece {
	letters := []rune(runs)
	var pieces []piece
	rest := 0 // where what is not known begins
	unknown := func(end int) {
		for token := range strings.FieldsSeq(string(letters[rest:end])) {
			pieces = append(pieces, piece{text: token})
		}
	}
	for i := 0; i < len(letters); {
		p, n := l.longestIn(letters, i, i == rest)
		switch {
		case n > 0:
			unknown(i)
			pieces = append(pieces, p)
			i += n
			rest = i
		case letters[i] == ' ':
			unknown(i)
			i++
			rest = i
		default:
			i++
		}
	}
	unknown(len(letters))
	return passUnits(pieces)
}

// longestIn is the longest name in runs that begins at a letter; n is 0 where there is none.
// A filler stands beside a name or an end, since a letter of it may be one of a word; a name
// of two letters fills what is left there, unless they are Chinese.
func (l *Lexicon) longestIn(letters []rune, from int, beside bool) (p piece, n int) {
	if l == nil || letters[from] == ' ' {
		return piece{}, 0
	}
	han := search.IsHan(string(letters[from : from+1]))
	for end := min(len(letters), from+l.longestRun); end > from; end-- {
		if end < len(letters) && unicode.Is(unicode.M, letters[end]) || letters[end-1] == ' ' {
			continue
		}
		text, length := string(letters[from:end]), end-from
		fills := beside && (end == len(letters) || letters[end] == ' ')
		if concepts := l.phrases[text]; concepts != nil && (length > 2 || length == 2 && (han || fills) || fills) {
			return piece{text: text, concepts: concepts}, length
		}
		if beside && l.fillers[text] {
			return piece{text: text, filler: true}, length
		}
	}
	return piece{}, 0
}

// passUnits makes the unit behind the name of a place a filler: 南宁市.
func passUnits(pieces []piece) []piece {
	for i := range pieces[min(1, len(pieces)):] {
		if p := &pieces[i+1]; p.concepts == nil && pieces[i].concepts != nil && slices.Contains(units, p.text) {
			p.filler = true
		}
	}
	return pieces
}

// understood are the values that a search names, if it names nothing else, and of at least
// two dimensions; nil where it does not. Of one dimension it names one, or several with an
// "and" or "or" between: labs in Laos and Thailand.
func (l *Lexicon) understood(c *Collection, pieces []piece) cql2.Expr {
	var lists []List
	for i, p := range pieces {
		d, values := l.named(c, p)
		switch {
		case d == "":
			return nil
		case i > 0 && p.joined && lists[len(lists)-1].Dimension == d:
			last := &lists[len(lists)-1]
			last.Values = append(last.Values, values...)
		case slices.ContainsFunc(lists, func(list List) bool { return list.Dimension == d }):
			return nil
		default:
			lists = append(lists, List{d, values})
		}
	}
	if len(lists) < 2 {
		return nil
	}
	and := cql2.And{}
	for _, list := range lists {
		and = append(and, list.Filter(c))
	}
	return and
}

// named are the values of a dimension that a piece is a name of; "" where it is none, or of
// something else too.
func (l *Lexicon) named(c *Collection, p piece) (d Dimension, values []string) {
	for _, i := range p.concepts {
		for _, v := range l.concepts[i].values {
			if d != "" && d != v.dimension || !c.canHave(v) || v.dimension == ByInstitution {
				return "", nil
			}
			d, values = v.dimension, append(values, v.value)
		}
	}
	return d, values
}

// filter keeps the records in which a piece is found.
func (l *Lexicon) filter(c *Collection, p piece) cql2.Expr { return l.found(c, p).filterIn(searchAll) }

// found is by what a piece is found.
func (l *Lexicon) found(c *Collection, p piece) *found {
	f := newFound(c)
	if p.concepts == nil {
		l.findWord(f, p.text)
		return f
	}
	l.find(f, search.Whole(strings.Fields(p.text)...))
	for _, i := range p.concepts {
		f.refs(l.concepts[i].values)
		for _, part := range l.concepts[i].parts {
			l.find(f, part)
		}
	}
	return f
}

// findWord finds a word by its beginning, in each of its forms.
func (l *Lexicon) findWord(f *found, word string) {
	for _, form := range search.Forms(word) {
		l.find(f, search.Beginning(form))
	}
	if search.IsHan(word) {
		for _, parts := range divisions([]rune(word)) {
			var all []*found
			for _, part := range parts {
				one := newFound(f.collection)
				l.find(one, part)
				all = append(all, one)
			}
			f.others = append(f.others, all)
		}
	}
}

// mostDivided is how long a run may be that is found by its pieces too.
const mostDivided = 12

// divisions are the ways to make words of two or three letters of a run that nobody knows:
// blanks between Chinese characters say nothing, so 水稻 种植 is 水稻种植.
func divisions(letters []rune) (all [][]string) {
	if len(letters) < 4 || len(letters) > mostDivided {
		return nil
	}
	var divide func(before []string, rest []rune)
	divide = func(before []string, rest []rune) {
		if len(rest) == 0 {
			all = append(all, slices.Clone(before))
			return
		}
		for n := 2; n <= min(3, len(rest)); n++ {
			divide(append(before, string(rest[:n])), rest[n:])
		}
	}
	divide(nil, letters)
	return all
}

// mostNamed is how many institutions a part may be in the names of, for their facilities to be
// found by it: "university" says nothing, and is found where records say it.
const mostNamed = 100

// find finds a part in texts, and in what the lexicon has names of.
func (l *Lexicon) find(f *found, part string) {
	f.part(part)
	if l == nil {
		return
	}
	before := len(f.values[ByInstitution])
	defer func() {
		if len(f.values[ByInstitution])-before > mostNamed {
			f.values[ByInstitution] = f.values[ByInstitution][:before]
		}
	}()
	for i := range l.concepts {
		if concept := &l.concepts[i]; (concept.place || concept.values != nil) && concept.has(part) {
			f.refs(concept.values)
			if concept.place {
				for _, name := range concept.parts {
					f.part(name)
				}
			}
		}
	}
}

// canHave reports whether records of the collection may have the value: kinds of projects are
// others than those of facilities.
func (c *Collection) canHave(ref termRef) bool {
	f := c.Faceted(ref.dimension)
	return f != nil && (f.Terms == nil || FindTerm(f.Terms, ref.value) != nil)
}

// found collects by what a piece is found.
type found struct {
	collection *Collection
	parts      []string
	values     map[Dimension][]string
	others     [][]*found // of one of which all are found
}

func newFound(c *Collection) *found {
	return &found{collection: c, values: map[Dimension][]string{}}
}

// part looks for a part of the texts. One that has another part in it finds nothing more.
func (f *found) part(part string) {
	if slices.ContainsFunc(f.parts, func(p string) bool { return strings.Contains(part, p) }) {
		return
	}
	f.parts = append(slices.DeleteFunc(f.parts, func(p string) bool { return strings.Contains(p, part) }), part)
}

func (f *found) refs(refs []termRef) {
	for _, ref := range refs {
		if f.collection.canHave(ref) && !slices.Contains(f.values[ref.dimension], ref.value) {
			f.values[ref.dimension] = append(f.values[ref.dimension], ref.value)
		}
	}
}

// searchAll is the property that has all texts that are searched.
const searchAll = "search_text"

// filterIn keeps the records in which one of it is found in a property. That which has the names
// only is not found by values, and countries are places; kinds and sectors are at no level.
func (f *found) filterIn(property string) cql2.Expr {
	or := cql2.Or{}
	for _, d := range searchedDimensions {
		isAt := property == searchAll || d == ByCountry && property != searchNames || d == ByInstitution && property == searchInstitutions
		if values := f.values[d]; len(values) > 0 && isAt {
			slices.Sort(values)
			or = append(or, List{d, values}.Filter(f.collection))
		}
	}
	slices.Sort(f.parts)
	for _, part := range f.parts {
		or = append(or, cql2.Contains{X: cql2.Property(property), Part: part})
	}
	for _, all := range f.others {
		and := cql2.And{}
		for _, one := range all {
			and = append(and, one.filterIn(property))
		}
		or = append(or, and)
	}
	if len(or) == 1 {
		return or[0]
	}
	return or
}
