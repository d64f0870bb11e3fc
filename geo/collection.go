package geo

import (
	"slices"

	"innoatlas/geo/cql2"
)

// Collection is a set of records of one kind, as data: whoever serves, stores, writes or
// draws records asks it what they are like.
type Collection struct {
	ID          string // in addresses, files and tiles
	Title       Labels
	Description Labels
	Geometry    GeometryType

	// Lang is the language that its records are shown in; "" where they are as they were stated.
	Lang string

	// Fields are all that its records may state, in the order of files and JSON. Those of
	// one's own come last; see With.
	Fields []Field

	// Counted are the dimensions of its facets, in their order, but for those of its own
	// fields.
	Counted []Dimension

	// Listed are the fields that a table of its records shows beside those of one's own, of
	// which the first names them; without it, those that come first. First are what the page
	// of a record begins with; the others follow in their order.
	Listed, First []string

	// Year is the field that datetime asks for; "" where its records have no time, or one of
	// days: then From and To are the fields of their first and their last.
	Year, From, To string

	// Distinct is the field whose values facets and matrices count, where they count records of
	// another collection: the slug of the facility of a partnership. "" is the records themselves.
	Distinct string

	// Indexed says that stores hold an index over all of its records: they group them by
	// place for a map, and count them by two dimensions at once.
	Indexed bool

	// Names finds a record by other names than its own; nil where there are none.
	Names func(name string) (Ref, bool)

	// KindsOf counts the facilities that belong to a record by kind; nil where none do.
	KindsOf func(Feature) []Bucket

	// Degrees says that its coordinates are good in degrees only: outlines reach the poles
	// and all meridians.
	Degrees bool
}

// GeometryType is what the geometries of a collection are, as OGC names it.
type GeometryType string

// The types of geometries.
const (
	NoGeometry   GeometryType = "" // of a table whose records are no places
	Point        GeometryType = "Point"
	MultiPoint   GeometryType = "MultiPoint"
	LineString   GeometryType = "LineString"
	MultiPolygon GeometryType = "MultiPolygon"
)

// Dimension is 0 for points, 1 for lines, 2 for areas.
func (g GeometryType) Dimension() int {
	return map[GeometryType]int{Point: 0, MultiPoint: 0, LineString: 1, MultiPolygon: 2}[g]
}

// Dimension is a property that lists choose by, and facets count: the values of
// one list are alternatives, and each record has none, one or several of them. The
// year founded is one too, but chosen by a span.
type Dimension string

// The dimensions, by the names of their parameters.
const (
	ByCountry     Dimension = "country"
	BySector      Dimension = "sector"
	ByKind        Dimension = "kind"
	ByStatus      Dimension = "status"
	ByPrecision   Dimension = "precision"
	ByEstablished Dimension = "established"

	ByTakesPart          Dimension = "takes_part"
	ByInstitution        Dimension = "institution"
	ByFacility           Dimension = "facility"
	ByInstitutionCountry Dimension = "institution_country"
	ByType               Dimension = "type"
	ByRole               Dimension = "role"
)

// Collections are those that the program knows. A data set may add fields to each.
var Collections = []*Collection{Facilities, Institutions, Partnerships, Projects, Countries}

// FindCollection finds one by its id; nil where there is none.
func FindCollection(all []*Collection, id string) *Collection {
	i := slices.IndexFunc(all, func(c *Collection) bool { return c.ID == id })
	if i < 0 {
		return nil
	}
	return all[i]
}

// String is its id.
func (c *Collection) String() string { return c.ID }

// ParseRef reads what a path names: another name of a record, or else one of its own two.
func (c *Collection) ParseRef(name string) Ref {
	if c.Names != nil {
		if ref, ok := c.Names(name); ok {
			return ref
		}
	}
	return ParseRef(name)
}

// With is the collection with fields of one's own, which OwnFields has indexed. Their values
// stand behind those that its records keep in Own as it is.
func (c *Collection) With(own []Field) *Collection {
	next, kept := *c, 0
	for _, f := range c.Fields {
		kept = max(kept, f.ownIndex)
	}
	next.Fields = slices.Concat(c.Fields, own)
	for i := len(c.Fields); i < len(next.Fields); i++ {
		next.Fields[i].ownIndex += kept
	}
	return &next
}

// Is reports whether both are the same collection, whatever fields a data set has added.
func (c *Collection) Is(other *Collection) bool { return c.ID == other.ID }

// OwnFields are its fields of one's own.
func (c *Collection) OwnFields() []Field {
	i := slices.IndexFunc(c.Fields, func(f Field) bool { return f.Own })
	if i < 0 {
		return nil
	}
	return c.Fields[i:]
}

// Dimensions are those that lists choose by, in the order of their facets. A
// country's kinds and sectors are those of the facilities that stand there.
func (c *Collection) Dimensions() []Dimension {
	return slices.DeleteFunc(c.Facets(), func(d Dimension) bool { return d == ByEstablished })
}

// Facets are the dimensions that the collection is counted by, in their order.
func (c *Collection) Facets() []Dimension {
	all := slices.Clone(c.Counted)
	for _, f := range c.OwnFields() {
		if f.Facet != "" {
			all = append(all, f.Facet)
		}
	}
	return all
}

// NamedBy is the field that names its records; the first, where none does.
func (c *Collection) NamedBy() *Field {
	if f := c.Field("name"); f != nil {
		return f
	}
	return &c.Fields[max(0, slices.IndexFunc(c.Fields, func(f Field) bool { return f.Naming }))]
}

// Faceted is the field that a dimension looks at; nil where the collection has none.
func (c *Collection) Faceted(d Dimension) *Field {
	i := slices.IndexFunc(c.Fields, func(f Field) bool { return f.Facet == d })
	if i < 0 {
		return nil
	}
	return &c.Fields[i]
}

// IsCountry reports whether the values of a dimension are codes of countries.
func (d Dimension) IsCountry() bool {
	return d == ByCountry || d == ByTakesPart || d == ByInstitutionCountry
}

// Property is the property that a dimension looks at, and whether that is a list.
func (c *Collection) Property(d Dimension) (name string, list bool) {
	f := c.Faceted(d)
	if f == nil {
		return "", false
	}
	return f.Name, f.Type == Texts
}

// Filterable are the fields that a filter may name, in their order. Records have more in
// their JSON (further sources, counts, figures), which no filter sees.
func (c *Collection) Filterable() []Field {
	return slices.DeleteFunc(slices.Clone(c.Fields), func(f Field) bool { return f.Type == Object })
}

// Sortable are the fields that an order may name.
func (c *Collection) Sortable() []Field {
	fields := slices.DeleteFunc(slices.Clone(c.Fields), func(f Field) bool { return !f.Scalar() })
	if c.Field("name") == nil {
		return fields
	}
	for _, key := range []Field{labelKey, countryLabelKey, relevanceKey} {
		hasIt := key.Name != countryLabelKey.Name || c.Field("country") != nil && !c.Is(Countries)
		if hasIt && c.Field(key.Name) == nil {
			fields = append(fields, key)
		}
	}
	return fields
}

// What sortby calls the name that a reader is shown, and that of the country.
var countryLabelKey = Field{Name: "country_label", Title: english("Name of the country as it is shown in the language, in the order of its alphabet"), Type: Text}
var labelKey = Field{Name: "label", Title: english("Name as it is shown in the language, in the order of its alphabet"), Type: Text}

// FilterType is the type of a property in a filter, "geometry" included.
func (c *Collection) FilterType(name string) (cql2.Type, bool) {
	if name == "geometry" {
		return cql2.Geometry, true
	}
	f, ok := c.FindField(name)
	return f.Type.Value(), ok
}

// FilterSchema is what a filter over the collection may name.
func (c *Collection) FilterSchema() cql2.Schema { return c.FilterType }

// FindField finds a field that filters may name.
func (c *Collection) FindField(name string) (Field, bool) {
	f := findField(c.Fields, name)
	if f == nil || f.Type == Object {
		return Field{Type: Object}, false
	}
	return *f, true
}

// Field finds a field by its name; nil where there is none.
func (c *Collection) Field(name string) *Field { return findField(c.Fields, name) }
