package pages

import (
	"errors"
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
	linker       *geo.Linker
	institutions []*geo.Record
	bySlug       map[string]*geo.Record
	roles        map[string][]string // by slug
	named        map[geo.Link]bool   // those that the texts of the facility name
}

// partnersOf finds them.
func (p *pages) partnersOf(a *publicAnswer, f *geo.Facility) (*partners, error) {
	found := &partners{publicAnswer: a, roles: map[string][]string{}, named: map[geo.Link]bool{}}
	var err error
	if found.bySlug, err = p.institutions(a, f.Institutions); err != nil {
		return nil, err
	}
	found.institutions = inOrderOf(f.Institutions, found.bySlug)
	for _, r := range found.institutions {
		id, _ := geo.NewPartnership(r, f).Ref()
		pair, err := p.store.Get(a.Context(), a.Catalog().Collection(geo.Partnerships.ID), geo.Ref{ID: id})
		switch {
		case errors.Is(err, geo.ErrNotFound): // it was unlinked meanwhile
		case err != nil:
			return nil, err
		default:
			found.roles[r.Slug] = pair.(*geo.Partnership).Roles
		}
	}
	found.linker = geo.NewLinker(slices.Values(found.institutions))
	return found, nil
}

// institution is the one that an entry of a facility names; nil where none is linked by it.
func (p *partners) institution(entry string) *geo.Record {
	return p.bySlug[p.linker.Find(entry)]
}

// list are what a source states of a role, entry by entry, and behind them the institutions
// that are linked and that no entry names.
func (p *partners) list(role string, entries ...string) (all []Partner) {
	for _, entry := range entries {
		if entry == "" {
			continue
		}
		name, code := partner(entry)
		next := Partner{Name: name, Country: p.Label(geo.ByCountry, code)}
		if r := p.institution(entry); r != nil {
			p.named[geo.Link{Institution: r.Slug, Role: role}] = true
			next.Link = p.institutionLink(r)
		}
		all = append(all, next)
	}
	for _, r := range p.institutions {
		if slices.Contains(p.roles[r.Slug], role) && !p.named[geo.Link{Institution: r.Slug, Role: role}] {
			all = append(all, Partner{Country: p.Label(geo.ByCountry, r.Value("country").Text), Link: p.institutionLink(r)})
		}
	}
	return all
}

// Translated reports whether the link has the name in another language than the source states.
func (p Partner) Translated() bool {
	return p.Name != "" && p.Link.Href != "" && p.Link.Lang != "en" && p.Link.Lang != written(p.Name)
}
