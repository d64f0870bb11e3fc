package geo

import (
	"cmp"
	"math"
	"slices"
	"sync"

	"github.com/paulmach/orb"

	"innoatlas/geo/cql2"
	"innoatlas/geo/zorder"
	"innoatlas/texts"
)

// Partnership is an institution and a facility of which it is host, partner or both. Stores
// derive them from the links of a data set (see Link).
type Partnership struct {
	ID          int64
	Institution *Record
	Facility    *Facility
	Roles       []string // in the order of Roles

	shown *marks // of a partnership that a Reading gives
}

// Partnerships is the collection of them: for each pair one line from where the institution has
// its seat to where the facility stands.
var Partnerships = &Collection{
	ID:          "partnerships",
	Title:       texts.All("collection.partnerships.title"),
	Description: texts.All("collection.partnerships.description"),
	Geometry:    LineString,
	Fields:      partnershipFields,
	Counted:     []Dimension{ByCountry, ByInstitutionCountry, ByTakesPart, BySector, ByKind, ByType, ByRole, ByEstablished, ByInstitution},
	Listed:      []string{"institution_name", "institution_country", "roles", "facility_name", "country", "kind"},
	First:       []string{"institution_name", "institution_country", "roles", "facility_name", "country", "kind", "sectors", "established"},
	Year:        "established",
	Distinct:    "facility",
}

// The roles of institutions.
const (
	Host    = "host"
	Partner = "partner"
)

// Roles are what an institution may be to a facility.
var Roles = labelled("role", Host, Partner)

// ofPartnership is a value that is worked out of a partnership.
func ofPartnership(value func(*Partnership) cql2.Value) func(Feature) cql2.Value {
	return func(f Feature) cql2.Value { return value(f.(*Partnership)) }
}

// ofInstitution is what the institution states.
func ofInstitution(name string) func(Feature) cql2.Value {
	field := Institutions.Field(name)
	return ofPartnership(func(p *Partnership) cql2.Value { return field.Value(p.Institution) })
}

// ofFacility is what the facility states.
func ofFacility(name string) func(Feature) cql2.Value {
	field := Facilities.Field(name)
	return ofPartnership(func(p *Partnership) cql2.Value { return field.of(p.Facility) })
}

// partnershipFields are the table of what a partnership states.
var partnershipFields = []Field{
	idField,
	slugField,
	{Name: "roles", Title: english("What the institution is to the facility: host, partner or both"), Type: Texts, Facet: ByRole, Terms: Roles, Tiled: true,
		value: ofPartnership(func(p *Partnership) cql2.Value { return cql2.ListOf(p.Roles) })},
	{Name: "institution", Title: english("Slug of the institution"), Type: Text, Form: SlugForm, Facet: ByInstitution, Open: true, Top: mostInstitutions, Tiled: true,
		value: ofPartnership(func(p *Partnership) cql2.Value { return cql2.TextOf(p.Institution.Slug) })},
	{Name: "institution_name", Translated: true, Title: english("Name of the institution in English"), Type: Text, Lang: "en", Naming: true,
		Searched: true, Tiled: true, value: ofInstitution("name")},
	{Name: "institution_country", Title: english("Country of its seat (ISO 3166-1 alpha-3)"), Type: Text, Form: CodeForm, Facet: ByInstitutionCountry,
		Open: true, Few: true, Tiled: true, value: ofInstitution("country")},
	{Name: "type", Title: english("Kind of institution"), Type: Text, Facet: ByType, Terms: InstitutionTypes, Few: true, Tiled: true, value: ofInstitution("type")},
	{Name: "facility", Title: english("Slug of the facility"), Type: Text, Form: SlugForm, Facet: ByFacility, Open: true, Top: mostInstitutions, Tiled: true,
		value: ofFacility("slug")},
	{Name: "facility_name", Translated: true, Title: english("Name of the facility in English"), Type: Text, Lang: "en", Searched: true, Tiled: true, value: ofFacility("name")},
	{Name: "country", Title: english("Country that the facility stands in (ISO 3166-1 alpha-3)"), Type: Text, Form: CodeForm, Facet: ByCountry, Open: true, Few: true, Tiled: true,
		value: ofFacility("country")},
	{Name: "kind", Title: english("Kind of facility"), Type: Text, Facet: ByKind, Few: true, Tiled: true, value: ofFacility("kind")},
	{Name: "sectors", Title: english("Sectors that the facility works in"), Type: Texts, Facet: BySector, Tiled: true, value: ofFacility("sectors")},
	{Name: "established", Title: english("Year the facility was founded or opened"), Type: Integer, Facet: ByEstablished, Open: true, value: ofFacility("established")},
	{Name: "takes_part", Title: english("Countries of both"), Type: Texts, Form: CodeForm, Facet: ByTakesPart, Open: true,
		value: ofPartnership(func(p *Partnership) cql2.Value { return cql2.ListOf(p.countries()) })},
}

var partnershipByName = sync.OnceValue(func() map[string]*Field {
	names := map[string]*Field{}
	for i := range partnershipFields {
		names[partnershipFields[i].Name] = &partnershipFields[i]
	}
	return names
})

// countries are those of both ends, sorted, each once.
func (p *Partnership) countries() []string {
	var of []string
	for _, code := range []string{p.Facility.Country, Institutions.Field("country").Value(p.Institution).Text} {
		if code != "" {
			of = append(of, code)
		}
	}
	slices.Sort(of)
	return slices.Compact(of)
}

// Ref gives the record's two names. Slugs have no double hyphen, so that of the pair is one
// of no other.
func (p *Partnership) Ref() (id int64, slug string) {
	return p.ID, p.Institution.Slug + "--" + p.Facility.Slug
}

// Name is that of the institution, and that of the facility.
func (p *Partnership) Name() string {
	return Institutions.Field("name").Value(p.Institution).Text + " – " + p.Facility.Name
}

// ZOrder is the same for every partnership, so that they stand in the order of their ids.
func (p *Partnership) ZOrder() uint64 { return zorder.NoPosition }

// Geometry is the line from the institution to the facility, the shorter way round the world:
// where that meets the meridian of 180 degrees, it is cut there (RFC 7946, 3.1.9). It is nil
// where one of them has no place or both have the same.
func (p *Partnership) Geometry() orb.Geometry {
	from, ok := p.Institution.Shape.(orb.Point)
	if !ok || p.Facility.Position == nil || from == *p.Facility.Position {
		return nil
	}
	return Line(from, *p.Facility.Position)
}

// Line is the line between two positions, longitude and latitude in degrees: an
// orb.LineString, or where it crosses the meridian of 180 degrees an orb.MultiLineString of two. It is
// nil where both are one place of that meridian.
func Line(from, to orb.Point) orb.Geometry {
	if math.Abs(to[0]-from[0]) <= 180 {
		return orb.LineString{from, to}
	}
	if math.Abs(to[0]-from[0]) == 360 { // both stand on that meridian
		return alongEdge(orb.Point{to[0], from[1]}, to)
	}
	edge := math.Copysign(180, from[0])
	// Where the line meets the edge, on a map that goes on beyond it.
	part := (edge - from[0]) / (to[0] + 2*edge - from[0])
	lat := from[1] + (to[1]-from[1])*part
	first, second := orb.LineString{from, {edge, lat}}, orb.LineString{{-edge, lat}, to}
	switch {
	case from[0] == edge: // the first has no length
		return second
	case to[0] == -edge:
		return first
	}
	return orb.MultiLineString{first, second}
}

func alongEdge(from, to orb.Point) orb.Geometry {
	if from == to {
		return nil
	}
	return orb.LineString{from, to}
}

// Owned are no values: what partnerships state is their ends'.
func (p *Partnership) Owned() *Own { return nil }

// Translated are the names of both in other languages, as names of the partnership.
func (p *Partnership) Translated() *Translations {
	var t Translations
	t.addNames("institution_name", p.Institution.Translations)
	t.addNames("facility_name", p.Facility.Translations)
	if t.shown = p.shown; len(t.All) == 0 && t.shown == nil {
		return nil
	}
	slices.SortFunc(t.All, func(a, b Translation) int { return cmp.Or(cmp.Compare(a.Lang, b.Lang), cmp.Compare(a.Field, b.Field)) })
	return &t
}

func (t *Translations) addNames(field string, of *Translations) {
	for _, text := range of.list() {
		if text.Field == "name" {
			text.Field = field
			t.All = append(t.All, text)
		}
	}
}

// SearchText is what a search looks at: the names of both in all languages.
func (p *Partnership) SearchText() string { return searchText(partnershipFields, nil, p) }

// PairTexts make the search texts of many partnerships: what an end says is made once.
type PairTexts struct {
	institutions map[*Record]string
	facilities   map[*Facility]string
}

// NewPairTexts has made none.
func NewPairTexts() *PairTexts {
	return &PairTexts{map[*Record]string{}, map[*Facility]string{}}
}

// Of is what SearchText is of a partnership. What both ends say stands at each level one after the
// other.
func (t *PairTexts) Of(p *Partnership) string {
	before, ok := t.institutions[p.Institution]
	if !ok {
		one := &Partnership{Institution: p.Institution, Facility: &Facility{}}
		before = one.SearchText()
		t.institutions[p.Institution] = before
	}
	behind, ok := t.facilities[p.Facility]
	if !ok {
		one := &Partnership{Institution: &Record{}, Facility: p.Facility}
		behind = one.SearchText()
		t.facilities[p.Facility] = behind
	}
	return joinTexts(before, behind)
}

// Value is the property of that name, and besides them "geometry" and "search_text".
func (p *Partnership) Value(property string) cql2.Value {
	if field := partnershipByName()[property]; field != nil {
		return field.value(p)
	}
	switch property {
	case "geometry":
		return cql2.GeometryOf(p.Geometry())
	case "search_text":
		return cql2.TextOf(p.SearchText())
	}
	if lang, text, ok := p.Collated(property); ok {
		return collationOf(lang, text)
	}
	return cql2.Value{}
}
