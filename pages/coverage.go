package pages

import (
	"encoding/json"

	"github.com/labstack/echo/v4"

	"innoatlas/api"
	"innoatlas/geo"
	"innoatlas/texts"
)

var coverageResource = api.NewResource("application/json", api.AlwaysCheck)

// coverage answers GET /languages: how much of the records readers of each language get in it.
func (p *pages) coverage(c echo.Context) error {
	a, err := p.server.Answer(c, coverageResource)
	if err != nil {
		return err
	}
	if a.Fresh() {
		return a.NotModified()
	}
	body, err := p.covered.of(a, p.store)
	if err != nil {
		return err
	}
	return a.Send(body)
}

// keptCoverage is that of the last revision it was asked of: it takes reading every record.
type keptCoverage struct {
	turn     chan struct{} // holds one while somebody reads or makes it
	revision string
	body     []byte
}

func newKeptCoverage() *keptCoverage { return &keptCoverage{turn: make(chan struct{}, 1)} }

func (k *keptCoverage) of(a *api.Answer, store geo.Store) ([]byte, error) {
	select {
	case k.turn <- struct{}{}:
		defer func() { <-k.turn }()
	case <-a.Context().Done():
		return nil, a.Context().Err()
	}
	if revision := a.Catalog().Revision; k.body == nil || k.revision != revision {
		body, err := makeCoverage(a, store)
		if err != nil {
			return nil, err
		}
		now, err := store.Catalog(a.Context())
		if err != nil || now.Revision != revision { // it may be of newer records than its name says
			return body, err
		}
		k.revision, k.body = revision, body
	}
	return k.body, nil
}

func makeCoverage(a *api.Answer, store geo.Store) ([]byte, error) {
	c := newCoverage(a.Catalog())
	for f, err := range a.InTurn(store.All(a.Context(), geo.Query{Collection: a.Catalog().Collection(geo.Facilities.ID)})) {
		if err != nil {
			return nil, err
		}
		c.add(f.(*geo.Facility))
	}
	return json.Marshal(c.finish())
}

// Coverage says of the texts of all facilities which languages they are in.
type Coverage struct {
	Facilities int                `json:"facilities"`
	Summaries  int                `json:"summaries"` // facilities that have one
	Towns      int                `json:"towns"`     // that a facility stands in
	Languages  []LanguageCoverage `json:"languages"`

	catalog *geo.Catalog
	towns   map[[3]string]bool
}

// LanguageCoverage is that of one language.
type LanguageCoverage struct {
	Lang      string `json:"lang"`
	Names     Told   `json:"names"`
	Summaries Told   `json:"summaries"`
	Towns     Told   `json:"towns"`
	Outdated  int    `json:"outdated"` // automatic translations that are older than the English
}

// Told counts texts by who has put them into the language; what is left is in English.
type Told struct {
	Source  int `json:"source"` // a page prints it, or for a town a gazetteer
	Person  int `json:"person"`
	Machine int `json:"machine"`
}

func newCoverage(catalog *geo.Catalog) *Coverage {
	c := &Coverage{catalog: catalog, towns: map[[3]string]bool{}}
	for _, l := range texts.Languages {
		if l.Code != texts.Default {
			c.Languages = append(c.Languages, LanguageCoverage{Lang: l.Code})
		}
	}
	return c
}

// add counts a record.
func (c *Coverage) add(f *geo.Facility) {
	c.Facilities++
	if f.Summary != "" {
		c.Summaries++
	}
	if f.City != "" {
		c.towns[[3]string{f.Country, f.Admin1, f.City}] = true
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
}

// tell counts a text; nil is none.
func (l *LanguageCoverage) tell(told *Told, t *geo.Translation) {
	if t == nil {
		return
	}
	told.add(t.Origin)
	if t.Stale {
		l.Outdated++
	}
}

func (t *Told) add(by geo.Origin) {
	switch by {
	case geo.FromMachine:
		t.Machine++
	case geo.FromPerson:
		t.Person++
	default:
		t.Source++
	}
}

// finish counts the towns, each once.
func (c *Coverage) finish() *Coverage {
	c.Towns = len(c.towns)
	for town := range c.towns {
		for i := range c.Languages {
			l := &c.Languages[i]
			if name := c.catalog.Places.Name(l.Lang, town[0], town[1], town[2]); name != nil {
				l.Towns.add(name.Origin)
			}
		}
	}
	return c
}
