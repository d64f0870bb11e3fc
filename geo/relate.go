package geo

import (
	"fmt"
	"iter"
	"slices"
	"strings"
	"time"

	"innoatlas/geo/cql2"
	"innoatlas/geo/search"
)

// Link says that an institution is host or partner of a facility.
type Link struct {
	Facility, Institution string // slugs
	Role                  string // Host or Partner
	Stated                bool   // by a table of links; else the record names the institution
}

// Linker finds institutions by what records call them: one of their names, whatever its case,
// accents and punctuation.
type Linker struct {
	countries map[string]string   // by slug
	named     map[string][]string // slugs, by the normal form of a name
}

// NewLinker knows the institutions.
func NewLinker(institutions iter.Seq[*Record]) *Linker {
	l := &Linker{countries: map[string]string{}, named: map[string][]string{}}
	country, aliases := Institutions.Field("country"), Institutions.Field("aliases")
	names := []*Field{Institutions.Field("name"), Institutions.Field("name_zh"), Institutions.Field("name_local")}
	for r := range institutions {
		l.countries[r.Slug] = country.Value(r).Text
		for _, f := range names {
			l.add(r.Slug, f.Value(r).Text)
		}
		for _, alias := range aliases.Value(r).List {
			l.add(r.Slug, alias)
		}
	}
	return l
}

func (l *Linker) add(slug, name string) {
	if key := search.Normal(name); key != "" && !slices.Contains(l.named[key], slug) {
		l.named[key] = append(l.named[key], slug)
	}
}

// Find is the institution that an entry names, with or without the code of its country behind
// it: "Institution (ISO3)". It is empty where there is none, or where several have the name and
// the code does not tell them apart.
func (l *Linker) Find(entry string) (slug string) {
	if found := l.named[search.Normal(entry)]; len(found) == 1 {
		return found[0]
	}
	name, code := PartnerCountry(entry)
	found := slices.DeleteFunc(slices.Clone(l.named[search.Normal(name)]), func(slug string) bool {
		return code != "" && l.countries[slug] != "" && l.countries[slug] != code
	})
	if len(found) != 1 {
		return ""
	}
	return found[0]
}

// PartnerCountry takes an entry of Partners apart: the name, and the code of the country in
// brackets behind it, empty where there is none that is one.
func PartnerCountry(entry string) (name, code string) {
	entry = strings.TrimSpace(entry)
	open := strings.LastIndexByte(entry, '(')
	if open < 0 || len(entry) != open+len("(ISO)") || entry[len(entry)-1] != ')' {
		return entry, ""
	}
	c, ok := CountryByCode(entry[open+1 : open+4])
	if !ok {
		return entry, ""
	}
	return strings.TrimSpace(entry[:open]), c.Code
}

// Link are the links of a facility: those that are stated, then those that its texts name
// besides. Unknown are the texts that name no institution.
func (l *Linker) Link(f *Facility, stated []Link) (links []Link, unknown []string) {
	links = slices.Clone(stated)
	add := func(entry, role string) {
		slug := l.Find(entry)
		if slug == "" {
			unknown = append(unknown, entry)
			return
		}
		if !slices.ContainsFunc(links, func(k Link) bool { return k.Institution == slug && k.Role == role }) {
			links = append(links, Link{Facility: f.Slug, Institution: slug, Role: role})
		}
	}
	for _, entry := range f.Partners {
		add(entry, Partner)
	}
	if f.HostInstitution != "" {
		add(f.HostInstitution, Host)
	}
	return links, unknown
}

// Relate sets what follows of the links of a facility: the institutions, and the countries that
// take part.
func (l *Linker) Relate(f *Facility, links []Link) {
	var institutions, countries []string
	add := func(list *[]string, value string) {
		if value != "" && !slices.Contains(*list, value) {
			*list = append(*list, value)
		}
	}
	add(&countries, f.Country)
	for _, k := range links {
		add(&institutions, k.Institution)
		add(&countries, l.countries[k.Institution])
	}
	for _, entry := range f.Partners {
		_, code := PartnerCountry(entry)
		add(&countries, code)
	}
	slices.Sort(countries)
	f.Institutions, f.TakesPart = institutions, countries
}

// Relate links facilities to institutions, and works out what follows of that: the institutions
// and countries of each facility, how many facilities an institution has, and the days,
// countries and places of projects. Links that are not stated are made anew. Unknown are the texts that
// name no institution, where there are institutions, each with the slug of the facility.
func (ds *Dataset) Relate() (unknown []string) {
	institutions := ds.Records[Institutions.ID]
	linker := NewLinker(each(institutions))
	stated := map[string][]Link{}
	for _, k := range ds.Links {
		if k.Stated {
			stated[k.Facility] = append(stated[k.Facility], k)
		}
	}
	ds.Links = nil
	for i := range ds.Facilities {
		f := &ds.Facilities[i]
		links, missing := linker.Link(f, stated[f.Slug])
		linker.Relate(f, links)
		ds.Links = append(ds.Links, links...)
		for _, entry := range missing {
			unknown = append(unknown, fmt.Sprintf("%s (%s)", entry, f.Slug))
		}
	}
	ds.countFacilities()
	for i := range ds.Records[Projects.ID] {
		linker.RelateProject(&ds.Records[Projects.ID][i])
	}
	ds.placeProjects()
	if len(institutions) == 0 {
		return nil
	}
	return unknown
}

func each(records []Record) iter.Seq[*Record] {
	return func(yield func(*Record) bool) {
		for i := range records {
			if !yield(&records[i]) {
				return
			}
		}
	}
}

// countFacilities says of each institution of how many facilities it is host or partner.
func (ds *Dataset) countFacilities() {
	counts := map[string]int{}
	for i := range ds.Facilities {
		for _, slug := range ds.Facilities[i].Institutions {
			counts[slug]++
		}
	}
	facilities := Institutions.Field("facilities")
	for r := range each(ds.Records[Institutions.ID]) {
		facilities.Set(r, cql2.NumberOf(float64(counts[r.Slug])))
	}
}

// RelateProject sets what follows of what a project states, but for where it stands.
func (l *Linker) RelateProject(r *Record) {
	start, end := Projects.Field("start").Value(r).Text, Projects.Field("end").Value(r).Text
	first, _ := DaysOf(start)
	_, last := DaysOf(end)
	if start == "" { // only its end is known
		first, _ = DaysOf(end)
	}
	if end == "" {
		_, last = DaysOf(start)
	}
	setDay(Projects.Field("begins"), r, first)
	setDay(Projects.Field("ends"), r, last)
	countries := slices.Clone(Projects.Field("countries").Value(r).List)
	for _, slug := range Projects.Field("institutions").Value(r).List {
		if code := l.countries[slug]; code != "" {
			countries = append(countries, code)
		}
	}
	slices.Sort(countries)
	Projects.Field("takes_part").Set(r, cql2.ListOf(slices.Compact(countries)))
}

func setDay(f *Field, r *Record, day Day) {
	if day == 0 {
		f.Set(r, cql2.Value{})
		return
	}
	f.Set(r, day.Value())
}

// DaysOf are the first and the last day of a partial date (YYYY, YYYY-MM or YYYY-MM-DD); 0 where
// it is none.
func DaysOf(date string) (first, last Day) {
	for _, form := range []struct {
		layout              string
		years, months, days int
	}{{time.DateOnly, 0, 0, 1}, {"2006-01", 0, 1, 0}, {"2006", 1, 0, 0}} {
		if t, err := time.Parse(form.layout, date); err == nil {
			return DayOf(t), DayOf(t.AddDate(form.years, form.months, form.days)) - 1
		}
	}
	return 0, 0
}

// Partnerships are those of the data set, in no order.
func (ds *Dataset) Partnerships() []*Partnership {
	facilities, institutions := map[string]*Facility{}, map[string]*Record{}
	for i := range ds.Facilities {
		facilities[ds.Facilities[i].Slug] = &ds.Facilities[i]
	}
	for r := range each(ds.Records[Institutions.ID]) {
		institutions[r.Slug] = r
	}
	type pair struct{ institution, facility string }
	known := map[pair]*Partnership{}
	var all []*Partnership
	for _, k := range ds.Links {
		p := known[pair{k.Institution, k.Facility}]
		if p == nil {
			p = NewPartnership(institutions[k.Institution], facilities[k.Facility])
			if p == nil {
				continue
			}
			known[pair{k.Institution, k.Facility}] = p
			all = append(all, p)
		}
		p.Add(k.Role)
	}
	return all
}

// NewPartnership is that of an institution and a facility, with no role yet; nil where one of
// them is.
func NewPartnership(institution *Record, facility *Facility) *Partnership {
	if institution == nil || facility == nil {
		return nil
	}
	return &Partnership{ID: RecordID(institution.Slug + "--" + facility.Slug), Institution: institution, Facility: facility}
}

var roleLists = [][]string{{Host}, {Partner}, {Host, Partner}} // shared by all

// Add gives it a role.
func (p *Partnership) Add(role string) {
	host := role == Host || slices.Contains(p.Roles, Host)
	partner := role == Partner || slices.Contains(p.Roles, Partner)
	switch {
	case host && partner:
		p.Roles = roleLists[2]
	case host:
		p.Roles = roleLists[0]
	default:
		p.Roles = roleLists[1]
	}
}

// InstitutionTerms are the institutions as a vocabulary, in the order of their slugs, with
// their names in all languages.
func InstitutionTerms(institutions iter.Seq[*Record]) []Term {
	var terms []Term
	name, aliases := Institutions.Field("name"), Institutions.Field("aliases")
	for r := range institutions {
		labels := Labels{"en": name.Value(r).Text}
		for _, t := range r.Translations.list() {
			if t.Field == "name" {
				labels[t.Lang] = t.Text
			}
		}
		for _, lang := range []string{"zh", r.Own.Value("name_local_lang").Text} {
			if printed := r.Printed(lang); printed != "" {
				labels[lang] = printed
			}
		}
		terms = append(terms, Term{ID: r.Slug, Labels: labels, Aliases: aliases.Value(r).List})
	}
	slices.SortFunc(terms, func(a, b Term) int { return strings.Compare(a.ID, b.ID) })
	return terms
}

// TrimBuckets leaves the most frequent values of a facet that has a Top, those that are chosen,
// and "not stated". The buckets are in their order.
func (f *Field) TrimBuckets(buckets []Bucket, chosen []string) []Bucket {
	if f.Top == 0 {
		return buckets
	}
	shown := 0
	return slices.DeleteFunc(buckets, func(b Bucket) bool {
		if b.Value == "" || slices.Contains(chosen, b.Value) {
			return false
		}
		shown++
		return shown > f.Top || b.Count == 0
	})
}

// Chosen are the values that the query chooses by in a dimension.
func (q Query) Chosen(d Dimension) (values []string) {
	for _, l := range q.Lists {
		if l.Dimension == d {
			values = append(values, l.Values...)
		}
	}
	return values
}
