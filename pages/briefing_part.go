package pages

import (
	"cmp"
	"slices"

	"innoatlas/geo"
	"innoatlas/geo/cql2"
	"innoatlas/layout"
)

// What a briefing shows at most of those who cooperate.
const (
	briefingTaking       = 20 // facilities elsewhere, or more where fewer stand in the country
	briefingInstitutions = 20
	countryProjects      = 12
	sectorProjects       = 8
)

// TakingPart are the facilities that a country takes part in: those that stand there, and those
// elsewhere of which one of its institutions is host or partner.
type TakingPart struct {
	Matched, Here, Elsewhere int
	Rows                     []RelatedFacility // elsewhere
	OnMap                    string
}

// InstitutionList are institutions of a country, those at most facilities first.
type InstitutionList struct {
	Matched int
	Rows    []InstitutionRow
	All     string // address of the list of all of them
}

// gatherPart reads in what a country takes part, and by whom.
func (p *pages) gatherPart(b *briefing) error {
	if !b.page.Country {
		return nil
	}
	code := b.q.Lists[0].Values[0]
	if err := p.gatherElsewhere(b, code); err != nil {
		return err
	}
	col := b.Catalog().Collection(geo.Institutions.ID)
	q := geo.Query{Collection: col, Lists: []geo.List{{Dimension: geo.ByCountry, Values: []string{code}}}, Limit: briefingInstitutions}
	found, _, err := p.listByName(b.Context(), q, b.Lang(), institutionList.sort...)
	if err != nil {
		return err
	}
	b.page.Institutions = InstitutionList{Matched: found.Matched, Rows: b.institutionRows(found.Features), All: b.listAt("/institutions", "country", code)}
	return nil
}

// gatherElsewhere reads the facilities that stand elsewhere, by country and name.
func (p *pages) gatherElsewhere(b *briefing, code string) error {
	taking := geo.Query{Collection: b.q.Collection, Lists: []geo.List{{Dimension: geo.ByTakesPart, Values: []string{code}}}, Limit: 1}
	all, err := p.store.List(b.Context(), taking)
	if err != nil || all.Matched == 0 {
		return err
	}
	country := cql2.Property("country")
	taking.Filter = cql2.Or{cql2.IsNull{X: country}, cql2.Compare{Op: cql2.NotEqual, Left: country, Right: cql2.Literal{Value: cql2.TextOf(code)}}}
	taking.Limit = max(briefingTaking, briefingRows-b.page.Matched)
	elsewhere, _, err := p.listByCountry(b.Context(), taking, b.Lang())
	if err != nil {
		return err
	}
	b.page.Taking = TakingPart{
		Matched: all.Matched, Here: all.Matched - elsewhere.Matched, Elsewhere: elsewhere.Matched, OnMap: b.onMap(string(geo.ByTakesPart), code),
	}
	return p.addElsewhere(b, code, elsewhere.Features)
}

// addElsewhere makes rows of facilities that stand elsewhere, with the institutions by which the
// country takes part.
func (p *pages) addElsewhere(b *briefing, code string, found []geo.Feature) error {
	var slugs []string
	for _, f := range found {
		slugs = append(slugs, f.(*geo.Facility).Institutions...)
	}
	slices.Sort(slugs)
	ofCountry := cql2.Compare{Op: cql2.Equal, Left: cql2.Property("country"), Right: cql2.Literal{Value: cql2.TextOf(code)}}
	institutions, err := p.institutions(b.publicAnswer, slices.Compact(slugs), ofCountry)
	if err != nil {
		return err
	}
	for _, f := range found {
		facility := f.(*geo.Facility)
		row := b.relatedFacility(b.reading.Facility(facility), 0)
		row.Through = b.through(facility, code, institutions)
		b.page.Taking.Rows = append(b.page.Taking.Rows, row)
	}
	slices.SortStableFunc(b.page.Taking.Rows, func(x, y RelatedFacility) int {
		return cmp.Or(unnamed(x.Country)-unnamed(y.Country), byName(b.Lang(), x.Country.Text, y.Country.Text))
	})
	return nil
}

// unnamed puts what has no name last.
func unnamed(l layout.Label) int {
	if l.Text == "" {
		return 1
	}
	return 0
}

// through are the institutions of a country by which it takes part in a facility; where none is
// linked, what the facility states of its partners there.
func (b *briefing) through(f *geo.Facility, code string, institutions map[string]*geo.Record) (links []layout.Label) {
	for _, slug := range f.Institutions {
		if r := institutions[slug]; r != nil {
			links = append(links, b.institutionLink(r))
		}
	}
	if len(links) > 0 {
		return links
	}
	for _, entry := range f.Partners {
		if name, of := geo.PartnerCountry(entry); of == code {
			links = append(links, layout.Label{Text: name, Lang: written(name)})
		}
	}
	return links
}

// institutionRows are institutions as lists have them.
func (a *publicAnswer) institutionRows(found []geo.Feature) (rows []InstitutionRow) {
	for _, f := range found {
		stated := f.(*geo.Record)
		r := a.shown(geo.Institutions, stated)
		rows = append(rows, InstitutionRow{
			Name: a.institutionLink(stated), Kind: a.term(geo.InstitutionTypes, r.Value("type").Text), Country: a.countryLink(r.Value("country").Text),
			Town: cmp.Or(r.Value("city").Text, r.Value("admin1").Text), Facilities: int(r.Value("facilities").Number),
		})
	}
	return rows
}
