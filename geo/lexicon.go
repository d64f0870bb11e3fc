package geo

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"innoatlas/geo/search"
	"innoatlas/texts"
)

// Lexicon is what the words of a search mean in one data set: names of countries, kinds,
// sectors, institutions and places in every language, and the synonyms. A nil *Lexicon knows none.
type Lexicon struct {
	concepts []concept
	phrases  map[string][]int // concepts by phrase: tokens with a blank between
	fillers  map[string]bool  // phrases that carry no sense
	ands     map[string]bool  // those of them that join two names of one kind: and, or
	longest  int              // of the phrases, in tokens
	// longestRun is that of the phrases that are written without blanks, in letters.
	longestRun int
}

// concept is a thing with several names, which a search takes for one another.
type concept struct {
	names  []string  // phrases
	only   []string  // phrases by which it is meant, and that are not looked for in its place
	values []termRef // that records have who are of it
	place  bool      // a town or a province
	parts  []string  // what its names are found by, made of names
	labels string    // what people are shown of it, in the normal form, one a line
}

// termRef is a value of a dimension.
type termRef struct {
	dimension Dimension
	value     string
}

// NewLexicon makes the lexicon of a data set.
func NewLexicon(c *Catalog) *Lexicon {
	l := &Lexicon{phrases: map[string][]int{}, fillers: map[string]bool{}, ands: map[string]bool{}}
	for _, d := range searchedDimensions {
		l.addTerms(c, d)
	}
	l.addPlaces(c.Places)
	for _, group := range c.Synonyms {
		l.addSynonyms(group)
	}
	l.addSynonyms([]string{"laboratory", "lab"})
	for i := range l.concepts {
		l.concepts[i].finish()
	}
	for _, lang := range texts.Languages {
		l.addPhrases(l.fillers, texts.Own(lang.Code, "search.fillers"))
		l.addPhrases(l.ands, texts.Own(lang.Code, "search.and"))
	}
	return l
}

// searchedDimensions are those whose values a search finds by their names.
var searchedDimensions = []Dimension{ByCountry, ByKind, BySector, ByInstitution}

// addPhrases takes in phrases with semicolons between.
func (l *Lexicon) addPhrases(into map[string]bool, list string) {
	for text := range strings.SplitSeq(list, ";") {
		if tokens := search.Tokens(text); len(tokens) > 0 {
			into[strings.Join(tokens, " ")] = true
			l.measure(tokens)
		}
	}
}

// phraseOf are the tokens of a text with a blank between.
func phraseOf(s string) string { return strings.TrimSpace(search.Normal(s)) }

// add makes a concept of names.
func (l *Lexicon) add(c concept, names ...string) int {
	l.concepts = append(l.concepts, c)
	i := len(l.concepts) - 1
	for _, name := range names {
		l.label(i, name)
	}
	return i
}

// label gives a concept a name that it is shown by, so that its words are found too.
func (l *Lexicon) label(i int, name string) {
	l.concepts[i].labels += search.Normal(name) + "\n"
	l.name(i, name)
}

// name gives a concept one more name, and its plural where that may be English.
func (l *Lexicon) name(i int, name string) {
	tokens := search.Tokens(name)
	if len(tokens) == 0 {
		return
	}
	l.measure(tokens)
	last := len(tokens) - 1
	forms := []string{tokens[last]}
	if search.IsASCII(name) {
		forms = search.WholeForms(tokens[last])
	}
	for _, form := range forms {
		phrase := strings.Join(append(slices.Clone(tokens[:last]), form), " ")
		if !slices.Contains(l.phrases[phrase], i) {
			l.phrases[phrase] = append(l.phrases[phrase], i)
		}
		if !slices.Contains(l.concepts[i].names, phrase) {
			l.concepts[i].names = append(l.concepts[i].names, phrase)
		}
	}
}

// measure says how long phrases may be.
func (l *Lexicon) measure(tokens []string) {
	l.longest = max(l.longest, len(tokens))
	if runsAtStart(tokens) == len(tokens) {
		l.longestRun = max(l.longestRun, utf8.RuneCountInString(strings.Join(tokens, " ")))
	}
}

func (l *Lexicon) addTerms(c *Catalog, d Dimension) {
	for _, t := range c.Terms(d) {
		var names []string
		for _, labels := range []Labels{t.Labels, t.Plurals} {
			for _, label := range labels {
				names = append(names, label)
			}
		}
		names = append(names, t.Aliases...)
		if country, ok := CountryByCode(t.ID); ok && d == ByCountry {
			for _, lang := range texts.Languages {
				names = append(names, country.Name(lang.Code))
			}
		}
		slices.Sort(names)
		n := l.add(concept{values: []termRef{{d, t.ID}}}, names...)
		if d == ByInstitution {
			// Institutions are found by the links of records: the name of one in one language is a part
			// of that of another, as of the National University in Lao.
			l.concepts[n].only, l.concepts[n].names = l.concepts[n].names, nil
		}
	}
}

// addPlaces takes places for one that are called the same in English.
func (l *Lexicon) addPlaces(p *Places) {
	if p == nil {
		return
	}
	known := map[string]int{}
	for i := range p.All {
		english := p.All[i].City
		if english == "" {
			english = p.All[i].Admin1
		}
		n, ok := known[phraseOf(english)]
		if !ok {
			n = l.add(concept{place: true}, english)
			known[phraseOf(english)] = n
		}
		for _, name := range withoutUnit(p.All[i].Name) {
			l.label(n, name)
		}
	}
}

// units end the names of Chinese towns and provinces, or are left out.
var units = []string{"壮族自治区", "自治区", "自治州", "省", "市", "县", "州", "府", "区"}

// withoutUnit are a name, and where it ends in a unit the name without it.
func withoutUnit(name string) []string {
	for _, unit := range units {
		if bare, ok := strings.CutSuffix(name, unit); ok && len([]rune(bare)) >= 2 {
			return []string{name, bare}
		}
	}
	return []string{name}
}

// addSynonyms takes everything that a group names for one: what it names is joined to what
// has one of the names already.
func (l *Lexicon) addSynonyms(group []string) {
	into := -1
	join := func(i int) {
		switch {
		case into < 0:
			into = i
		case i != into:
			l.merge(into, i)
		}
	}
	for _, term := range group {
		if ref, ok := parseTermRef(term); ok {
			for i := range l.concepts {
				if slices.Contains(l.concepts[i].values, ref) {
					join(i)
				}
			}
			continue
		}
		for _, i := range slices.Clone(l.phrases[phraseOf(term)]) {
			if l.concepts[i].only == nil { // "Ministry of Health" joins no ministry to another
				join(i)
			}
		}
	}
	if into < 0 {
		into = l.add(concept{})
	}
	for _, term := range group {
		if _, ok := parseTermRef(term); !ok {
			l.name(into, term)
		}
	}
}

// parseTermRef reads kind:ID, sector:ID or country:CODE.
func parseTermRef(s string) (ref termRef, ok bool) {
	name, value, ok := strings.Cut(s, ":")
	d := Dimension(name)
	return termRef{d, value}, ok && (d == ByKind || d == BySector || d == ByCountry)
}

// merge puts all that one concept has into another.
func (l *Lexicon) merge(into, from int) {
	c := l.concepts[from]
	l.concepts[from] = concept{}
	l.concepts[into].values = append(l.concepts[into].values, c.values...)
	l.concepts[into].labels += c.labels
	l.concepts[into].place = l.concepts[into].place || c.place
	for _, phrase := range c.names {
		at := slices.DeleteFunc(l.phrases[phrase], func(i int) bool { return i == from })
		if !slices.Contains(at, into) {
			at = append(at, into)
			l.concepts[into].names = append(l.concepts[into].names, phrase)
		}
		l.phrases[phrase] = at
	}
}

// finish makes what a search looks for of the names.
func (c *concept) finish() {
	slices.Sort(c.names)
	for _, name := range c.names {
		c.parts = append(c.parts, search.Whole(strings.Fields(name)...))
	}
}

// has reports whether one of the labels has the part, and no mark behind it that makes another
// syllable of its end: ឡាវ is not in ស៊ូឡាវេស៊ី.
func (c *concept) has(part string) bool {
	for labels := c.labels; ; {
		_, behind, ok := strings.Cut(labels, part)
		next, _ := utf8.DecodeRuneInString(behind)
		if !ok || !unicode.Is(unicode.M, next) {
			return ok
		}
		labels = behind
	}
}
