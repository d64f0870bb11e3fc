package storetest

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/paulmach/orb"

	"innoatlas/geo"
	"innoatlas/geo/cql2"
)

// institution is one as it is written below.
type institution struct {
	slug, name, kind, country string
	at                        *orb.Point
	aliases                   []string
	zh, local, lang           string
}

// institutions are awkward: without a place, where a facility stands, on both sides of the
// antimeridian and on it, without a country, with a name or an alias that another has, with one
// that only its country tells apart, and one that no facility names.
func institutions() []institution {
	return []institution{
		{slug: "kasetsart-university", name: "Kasetsart University", kind: "university", country: "THA", at: at(100.57, 13.84),
			local: "มหาวิทยาลัยเกษตรศาสตร์", lang: "th", zh: "农业大学"},
		{slug: "chulalongkorn", name: "Chulalongkorn University", kind: "university", country: "THA", at: at(100.50144, 13.75398), aliases: []string{"Chula", "จุฬา"}},
		{slug: "guangxi-university", name: "Guangxi University", kind: "university", country: "CHN", at: at(108.29, 22.84), zh: "广西大学", aliases: []string{"GXU", "Same"}},
		{slug: "guangxi-of-laos", name: "Guangxi University", kind: "other", country: "LAO"},
		{slug: "nowhere", name: "Institute without a place", country: "CHN", aliases: []string{"Same", "100%_\\"}},
		{slug: "of-no-country", name: "WorldFish", kind: "intergovernmental", at: at(100.28, 5.3)},
		{slug: "fiji-east", name: "University of the South Pacific", kind: "university", country: "FJI", at: at(-179.5, -17)},
		{slug: "fiji-west", name: `O'Brien & "Sons"`, kind: "company", country: "FJI", at: at(178.44, -18.14), local: "Ô Brïen", lang: "fj"},
		{slug: "on-the-line", name: "At 180°", kind: "government", country: "FJI", at: at(180, -16.8)},
		{slug: "on-the-other", name: "At -180°", kind: "government", country: "FJI", at: at(-180, -16.8)},
		{slug: "south-pole", name: "Pole", kind: "research-institute", country: "ATA", at: at(-180, -90)},
		{slug: "prizren", name: "Universiteti i Prizrenit", kind: "university", country: "XKX", at: at(20.74, 42.21)},
		{slug: "unlinked", name: "Nobody's partner", kind: "agency-or-association", country: "BRN", at: at(114.9, 4.9)},
	}
}

func (i institution) record() geo.Record {
	c := geo.Institutions
	r := c.NewRecord(i.slug)
	if i.at != nil {
		r.Shape = *i.at
		c.Field("precision").Set(r, cql2.TextOf("site"))
	}
	country, _ := geo.CountryByCode(i.country)
	for field, text := range map[string]string{"name": i.name, "type": i.kind, "country": i.country, "country_name": country.Names.In("en"), "name_zh": i.zh,
		"name_local": i.local, "name_local_lang": i.lang} {
		c.Field(field).Set(r, cql2.TextOf(text))
	}
	c.Field("aliases").Set(r, cql2.ListOf(i.aliases))
	return *r
}

// project is one as it is written below.
type project struct {
	slug, name, kind, start, end                 string
	sectors, institutions, facilities, countries []string
}

// projects have days, months, years and ends without a beginning; countries of their own, of
// their institutions, of both and none; and institutions that are not there.
func projects() []project {
	return []project{
		{"forum", "Forum on Innovation 论坛", "event", "2021-09-11", "2021-09-12", []string{"food", "new-energy"},
			[]string{"guangxi-university", "chulalongkorn"}, nil, []string{"CHN"}},
		{"rice", "Hybrid rice", "research-project", "2015", "", []string{"food"}, []string{"kasetsart-university"}, []string{"bangkok-a", "bangkok-b"}, []string{"LAO", "CHN"}},
		{"satellite", "Launch of a satellite", "event", "2015-11", "", nil, []string{"nowhere"}, nil, nil},
		{"until", "Until a year", "cooperation-project", "", "2024-02", []string{"advanced-materials"}, []string{"of-no-country"}, []string{"null-island"}, nil},
		{"timeless", "Agreement of no date", "agreement", "", "", []string{"food-processing"}, []string{"no-such-institution"}, nil, []string{"THA"}},
		{"bare", "Nothing but a name", "", "", "", nil, nil, nil, nil},
		{"long", "A long one", "research-project", "1999-12-31", "2030", []string{"food"}, []string{"fiji-east", "fiji-west", "prizren"}, []string{"line-180"}, []string{"FJI"}},
	}
}

func (p project) record() geo.Record {
	c := geo.Projects
	r := c.NewRecord(p.slug)
	for field, text := range map[string]string{"name": p.name, "kind": p.kind, "start": p.start, "end": p.end,
		"summary": "About " + p.name, "source_url": "https://example.org/" + p.slug} {
		c.Field(field).Set(r, cql2.TextOf(text))
	}
	for field, texts := range map[string][]string{"sectors": p.sectors, "institutions": p.institutions, "facilities": p.facilities, "countries": p.countries} {
		c.Field(field).Set(r, cql2.ListOf(texts))
	}
	return *r
}

// withRelations adds institutions, what they are to the facilities, and projects to a data set.
// Links of both roles, of one and of none; some facilities name them besides in their texts.
func withRelations(ds *geo.Dataset) *geo.Dataset {
	ds.Records = map[string][]geo.Record{}
	for n, i := range institutions() {
		r := i.record()
		r.Translations = textsOfName(n)
		stateOwnOf(&r, geo.Institutions, ds, n)
		ds.Records[geo.Institutions.ID] = append(ds.Records[geo.Institutions.ID], r)
	}
	for n, p := range projects() {
		r := p.record()
		r.Translations = textsOfName(n + 1)
		stateOwnOf(&r, geo.Projects, ds, n)
		ds.Records[geo.Projects.ID] = append(ds.Records[geo.Projects.ID], r)
	}
	for n := range ds.Facilities {
		linkFacility(ds, n)
	}
	ds.Relate()
	return ds
}

// linkFacility links the n-th facility.
func linkFacility(ds *geo.Dataset, n int) {
	all, slug := institutions(), ds.Facilities[n].Slug
	if n%7 == 3 {
		ds.Facilities[n].Partners = append(ds.Facilities[n].Partners, "Guangxi University (LAO)", "Same", "gxu", "Somebody else (BRN)")
	}
	if n%3 > 0 {
		return
	}
	link := func(at int, role string) {
		ds.Links = append(ds.Links, geo.Link{Facility: slug, Institution: all[at%(len(all)-1)].slug, Role: role, Stated: true})
	}
	link(n/3, geo.Partner)
	if n%2 == 0 {
		link(n/3, geo.Host)
	}
	if n%4 == 0 {
		link(n/3+5, geo.Partner)
	}
}

// textsOfName are those of the n-th record's name in other languages; nil is none.
func textsOfName(n int) *geo.Translations {
	if n%4 == 0 {
		return nil
	}
	var all []geo.Translation
	for at, lang := range []string{"km", "th", "vi", "zh"} {
		all = append(all, geo.Translation{Field: "name", Lang: lang, Text: named[lang][(n+at)%len(named[lang])], Origin: geo.FromMachine, Stale: n%3 == 0})
	}
	slices.SortFunc(all, func(a, b geo.Translation) int {
		return cmp.Or(strings.Compare(a.Lang, b.Lang), strings.Compare(a.Field, b.Field))
	})
	return &geo.Translations{All: all[:1+n%4]}
}

// ownFieldsOfRecords are facets and others, and one that nobody may see.
func ownFieldsOfRecords() []geo.Field {
	return geo.OwnFields([]geo.Field{
		{Name: "founded", Title: geo.Labels{"en": "Founded", "zh": "成立"}, Type: geo.Integer, Facet: "founded", Open: true},
		{Name: "telephone", Title: geo.Labels{"en": "Telephone"}, Type: geo.Text, Private: true},
		{Name: "tags", Title: geo.Labels{"en": "Tags"}, Type: geo.Texts, Facet: "tags", Open: true},
	})
}

// stateOwnOf gives the n-th record of a collection values of fields of one's own.
func stateOwnOf(r *geo.Record, c *geo.Collection, ds *geo.Dataset, n int) {
	with := c.With(ds.Fields[c.ID])
	values := []cql2.Value{cql2.NumberOf(float64(1900 + n%3)), cql2.TextOf(fmt.Sprint("+66 ", n)), cql2.ListOf([]string{"a", "b, c", "水"}[n%3:])}
	for i, f := range ds.Fields[c.ID] {
		if (n+i)%3 > 0 {
			with.Field(f.Name).Set(r, values[i])
		}
	}
}
