package pages

import (
	"slices"

	"innoatlas/geo"
	"innoatlas/layout"
)

// Partner is an institution that a facility names, and the country it is in.
type Partner struct {
	Name    string // as the source states it; empty where only a link is known
	Country string
	Link    layout.Label // to its page; none where no institution is known by the name
}

// partners are the institutions that a facility is linked to.
type partners struct {
	*publicAnswer
	linker *geo.Linker
	links  []*geo.Partnership
	bySlug map[string]*geo.Partnership
	named  map[geo.Link]bool // those that the texts of the facility name
}

// partnersOf finds them.
func (p *pages) partnersOf(a *publicAnswer, f *geo.Facility) (*partners, error) {
	found := &partners{publicAnswer: a, bySlug: map[string]*geo.Partnership{}, named: map[geo.Link]bool{}}
	q := geo.Query{Collection: a.Catalog().Collection(geo.Partnerships.ID), Lists: []geo.List{{Dimension: geo.ByFacility, Values: []string{f.Slug}}}, Limit: geo.MaxLimit}
	if len(f.Institutions) > 0 {
		page, err := p.store.List(a.Context(), q)
		if err != nil {
			return nil, err
		}
		for _, one := range page.Features {
			pair := one.(*geo.Partnership)
			found.links = append(found.links, pair)
			found.bySlug[pair.Institution.Slug] = pair
		}
	}
	found.linker = geo.NewLinker(func(yield func(*geo.Record) bool) {
		for _, pair := range found.links {
			if !yield(pair.Institution) {
				return
			}
		}
	})
	return found, nil
}

// institution is the one that an entry of a facility names; nil where none is linked by it.
func (p *partners) institution(entry string) *geo.Record {
	if pair := p.bySlug[p.linker.Find(entry)]; pair != nil {
		return pair.Institution
	}
	return nil
}

// list are what a source states of a role, entry by entry, and behind them the institutions
// that are linked and that no entry names.
func (p *partners) list(role string, entries ...string) (all []Partner) {
	reading := p.readingOf(geo.Institutions)
	for _, entry := range entries {
		if entry == "" {
			continue
		}
		name, code := partner(entry)
		next := Partner{Name: name, Country: p.Label(geo.ByCountry, code)}
		if r := p.institution(entry); r != nil {
			p.named[geo.Link{Institution: r.Slug, Role: role}] = true
			next.Link = p.institutionLink(reading.Of(r).(*geo.Record))
		}
		all = append(all, next)
	}
	for _, pair := range p.links {
		if r := pair.Institution; slices.Contains(pair.Roles, role) && !p.named[geo.Link{Institution: r.Slug, Role: role}] {
			all = append(all, Partner{Country: p.Label(geo.ByCountry, r.Value("country").Text), Link: p.institutionLink(reading.Of(r).(*geo.Record))})
		}
	}
	return all
}

// Translated reports whether the link has the name in another language than the source states.
func (p Partner) Translated() bool {
	return p.Name != "" && p.Link.Href != "" && p.Link.Lang != "en" && p.Link.Lang != written(p.Name)
}
