package pages

import (
	"slices"

	"github.com/paulmach/orb"

	"innoatlas/geo"
	"innoatlas/geo/cql2"
	"innoatlas/layout"
	"innoatlas/pages/drawing"
)

// RelatedFacility is a facility in a table of those that an institution or a country has a part in.
type RelatedFacility struct {
	Number    int // on the map, or in the tables of a briefing
	Name      layout.Label
	Sign      geo.Sign
	Hollow    bool // its site is not known
	Kind      string
	Precision string // in a word
	Country   layout.Label
	Town      string
	Founded   int            // year; 0: not stated
	Through   []layout.Label // the institutions by which a country takes part
}

// relatedFacility is the row of a facility that the reading has given.
func (a *publicAnswer) relatedFacility(f *geo.Facility, number int) RelatedFacility {
	name, _ := namesOf(f, a.Lang())
	name.Href = a.pageAt("/facilities/", f.Slug)
	return RelatedFacility{
		Number: number, Name: name, Sign: a.signs().Of(f.Kind), Hollow: isHollow(f), Kind: a.Label(geo.ByKind, f.Kind), Precision: briefly(a.texts, f.Precision),
		Country: a.countryLink(f.Country), Town: town(f), Founded: f.Established,
	}
}

// place is how a drawing has it; ok is false where it is not drawn.
func (r RelatedFacility) place(f *geo.Facility) (place drawing.Place, ok bool) {
	if !isDrawn(f) {
		return drawing.Place{}, false
	}
	return drawing.Place{Lon: f.Position.Lon(), Lat: f.Position.Lat(), Number: r.Number, Sign: r.Sign}, true
}

// shown is a record of a collection without a struct, as the reader of the page sees it.
func (a *publicAnswer) shown(c *geo.Collection, stated *geo.Record) *geo.Record {
	if a.readings[c.ID] == nil {
		if a.readings == nil {
			a.readings = map[string]*geo.Reading{}
		}
		a.readings[c.ID] = a.Catalog().Reading(a.Catalog().Collection(c.ID), a.Lang())
	}
	return a.readings[c.ID].Of(stated).(*geo.Record)
}

// institutionLink leads to the page of an institution.
func (a *publicAnswer) institutionLink(stated *geo.Record) layout.Label {
	name, _ := recordNames(a.shown(geo.Institutions, stated), a.Lang())
	name.Href = a.pageAt("/institutions/", stated.Slug)
	return name
}

// term is what a value of a vocabulary of the program is called.
func (a *publicAnswer) term(terms []geo.Term, id string) string {
	if t := geo.FindTerm(terms, id); t != nil {
		return t.Labels.In(a.Lang())
	}
	return id
}

// recordNames are the name of a record that a reading gives, and the others that sources print.
func recordNames(r *geo.Record, lang string) (main layout.Label, others []layout.Label) {
	return namesAmong(r.Slug,
		layout.Label{Text: r.Value("name").Text, Lang: recordLanguage(r, "name", lang)}, layout.Label{Text: r.Value("name_zh").Text, Lang: "zh"},
		layout.Label{Text: r.Value("name_local").Text, Lang: r.Value("name_local_lang").Text})
}

// recordLanguage is the language that a reading gives a field of a record in.
func recordLanguage(r *geo.Record, field, lang string) string {
	if r.Translations.English(field) {
		return "en"
	}
	return lang
}

// seatOf is where an institution is drawn; ok is false where only its country is known.
func seatOf(r *geo.Record) (seat orb.Point, ok bool) {
	seat, ok = r.Shape.(orb.Point)
	return seat, ok && slices.Contains(drawn, r.Value("precision").Text)
}

// oneOfSlugs keeps the records with these slugs.
func oneOfSlugs(slugs []string) cql2.Expr {
	in := cql2.In{X: cql2.Property("slug")}
	for _, slug := range slugs {
		in.Values = append(in.Values, cql2.Literal{Value: cql2.TextOf(slug)})
	}
	return in
}

// institutions are those with these slugs, by slug.
func (p *pages) institutions(a *publicAnswer, slugs []string, and ...cql2.Expr) (map[string]*geo.Record, error) {
	if len(slugs) == 0 {
		return nil, nil
	}
	q := geo.Query{Collection: a.Catalog().Collection(geo.Institutions.ID), Filter: append(cql2.And{oneOfSlugs(slugs)}, and...), Limit: geo.MaxLimit}
	found, err := p.store.List(a.Context(), q)
	if err != nil {
		return nil, err
	}
	all := map[string]*geo.Record{}
	for _, f := range found.Features {
		r := f.(*geo.Record)
		all[r.Slug] = r
	}
	return all, nil
}

// inOrderOf are the records in the order of their slugs; what is not there is left out.
func inOrderOf(slugs []string, bySlug map[string]*geo.Record) (all []*geo.Record) {
	for _, slug := range slugs {
		if r := bySlug[slug]; r != nil {
			all = append(all, r)
		}
	}
	return all
}
