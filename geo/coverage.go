package geo

import "innoatlas/texts"

// Coverage counts in which languages readers get the texts of the facilities. The JSON is that
// of the page of statistics.
type Coverage struct {
	Facilities int                `json:"facilities"`
	Summaries  int                `json:"summaries"` // facilities that have one
	Towns      int                `json:"towns"`     // that a facility stands in
	Provinces  int                `json:"provinces"`
	Own        map[string]int     `json:"own,omitempty"` // facilities that state a translated field of one's own, by its name
	Languages  []LanguageCoverage `json:"languages"`

	places *Places
	own    []Field
	seen   map[placeKey]bool // towns, and provinces without a town
}

// LanguageCoverage is that of one language.
type LanguageCoverage struct {
	Lang      string          `json:"lang"`
	Names     Told            `json:"names"`
	Summaries Told            `json:"summaries"`
	Towns     Told            `json:"towns"`
	Provinces Told            `json:"provinces"`
	Own       map[string]Told `json:"own,omitempty"`
	Outdated  int             `json:"outdated"` // automatic translations that are older than the English
}

// Told counts texts by who has put them into the language; what is left is in English.
type Told struct {
	Source  int `json:"source"` // a page prints it, or for a place a gazetteer
	Person  int `json:"person"`
	Machine int `json:"machine"`
}

// All is how many there are.
func (t Told) All() int { return t.Source + t.Person + t.Machine }

// NewCoverage counts for the languages that the program speaks, but for English. Of fields of one's
// own it counts those that are translated, and that everybody may see.
func NewCoverage(places *Places, own []Field) *Coverage {
	c := &Coverage{places: places, own: PublicFields(Translated(own)), seen: map[placeKey]bool{}}
	for _, l := range texts.Languages {
		if l.Code != texts.Default {
			c.Languages = append(c.Languages, LanguageCoverage{Lang: l.Code})
		}
	}
	return c
}

// Add counts a record.
func (c *Coverage) Add(f *Facility) {
	c.Facilities++
	if f.Summary != "" {
		c.Summaries++
	}
	for i := range c.Languages {
		l := &c.Languages[i]
		if f.Printed(l.Lang) != "" {
			l.Names.Source++
		} else if f.Name != "" {
			l.tell(&l.Names, f.Translations.In(l.Lang, "name"))
		}
		if f.Summary != "" {
			l.tell(&l.Summaries, f.Translations.In(l.Lang, "summary"))
		}
	}
	for i := range c.own {
		c.addOwn(f, &c.own[i])
	}
	if f.City != "" {
		c.addPlace(f.Country, f.Admin1, f.City)
	}
	if f.Admin1 != "" {
		c.addPlace(f.Country, f.Admin1, "")
	}
}

// addOwn counts a field of one's own.
func (c *Coverage) addOwn(f *Facility, field *Field) {
	if field.Value(f).Text == "" {
		return
	}
	if c.Own == nil {
		c.Own = map[string]int{}
	}
	c.Own[field.Name]++
	for i := range c.Languages {
		l := &c.Languages[i]
		if l.Own == nil {
			l.Own = map[string]Told{}
		}
		told := l.Own[field.Name]
		l.tell(&told, f.Translations.In(l.Lang, field.Name))
		l.Own[field.Name] = told
	}
}

// tell counts a text; nil is none.
func (l *LanguageCoverage) tell(told *Told, t *Translation) {
	if t == nil {
		return
	}
	told.add(t.Origin)
	if t.Stale {
		l.Outdated++
	}
}

// addPlace counts a town, or without one a province, once.
func (c *Coverage) addPlace(country, admin1, city string) {
	key := placeKey{country: country, admin1: admin1, city: city}
	if c.seen[key] {
		return
	}
	c.seen[key] = true
	if city != "" {
		c.Towns++
	} else {
		c.Provinces++
	}
	for i := range c.Languages {
		l := &c.Languages[i]
		name := c.places.Name(l.Lang, country, admin1, city)
		switch {
		case name == nil:
		case city != "":
			l.Towns.add(name.Origin)
		default:
			l.Provinces.add(name.Origin)
		}
	}
}

func (t *Told) add(by Origin) {
	switch by {
	case FromMachine:
		t.Machine++
	case FromPerson:
		t.Person++
	default:
		t.Source++
	}
}
