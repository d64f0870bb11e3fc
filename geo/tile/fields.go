package tile

import (
	"cmp"
	"slices"
	"strings"

	"innoatlas/geo"
	"innoatlas/geo/cql2"
)

// Collection is how the records of a collection are written into tiles: which of their
// fields, and where there is little room, which of those first go.
type Collection struct {
	of         *geo.Collection
	attributes []attribute
}

// attribute is a field that tiles have, and the last detail in which they still have it.
type attribute struct {
	geo.Field
	last  detail
	text  geo.Slot[string]
	texts geo.Slot[[]string]
}

// Of is how records of the collection are written.
func Of(c *geo.Collection) *Collection {
	l := &Collection{of: c}
	for _, f := range c.Fields {
		if f.OnTile() {
			l.attributes = append(l.attributes, attribute{f, lastOf(&f), f.TextAt(), f.TextsAt()})
		}
	}
	if c.Indexed { // what stays longest comes first, and what is read before what is not
		slices.SortStableFunc(l.attributes, func(a, b attribute) int {
			return cmp.Or(cmp.Compare(b.last, a.last), compareBool(b.Searched, a.Searched))
		})
	}
	return l
}

func compareBool(a, b bool) int {
	number := map[bool]int{true: 1}
	return number[a] - number[b]
}

func lastOf(f *geo.Field) detail {
	switch {
	case f.Facet == "":
		return named
	case f.Own || f.Type == geo.Texts:
		return unnamed
	}
	return unsorted
}

// Fields are the properties that the features of the layer may have. Lists are texts with
// commas between their values.
func (l *Collection) Fields(catalog *geo.Catalog) []geo.Field {
	var fields []geo.Field
	for _, a := range l.attributes {
		fields = append(fields, l.shown(a.Field))
	}
	if l.of.Indexed {
		count := geo.Field{Name: pointCount, Type: geo.Integer, Title: geo.Labels{"en": "How many " + l.of.ID + " the point stands for"}}
		fields = slices.Insert(fields, l.counted(unsorted), count)
	}
	if l.of.Indexed || l.of.KindsOf != nil {
		for _, k := range catalog.Kinds {
			fields = append(fields, geo.Field{Name: kindKey(k.ID), Type: geo.Integer, Title: geo.Labels{"en": "Facilities of the kind " + k.Labels.In("en")}})
		}
	}
	return fields
}

const pointCount = "point_count"

// counted is how many attributes a tile of that detail has.
func (l *Collection) counted(what detail) (n int) {
	for _, a := range l.attributes {
		if what <= a.last {
			n++
		}
	}
	return n
}

// shown is a field as tiles have it.
func (l *Collection) shown(f geo.Field) geo.Field {
	more := ""
	switch {
	case f.Type == geo.Texts:
		f.Type, more = geo.Text, ", with commas between"
	case l.of.Indexed && f.Facet == geo.ByKind:
		more = "; of a cluster, where all have one"
	}
	if more != "" && !f.Own {
		f.Title = geo.Labels{"en": f.Title.In("en") + more}
	}
	return f
}

// properties gives the feature in the making what a record states, in that detail.
func (l *layer) properties(of *Collection, f geo.Feature, what detail) {
	facility, _ := f.(*geo.Facility)
	for i := range of.attributes {
		a := &of.attributes[i]
		if what > a.last {
			continue
		}
		if facility != nil { // without a value in between: most tiles have facilities, by the thousand
			if a.text.Exists() {
				l.text(a.Name, *a.text.In(facility))
				continue
			}
			if a.texts.Exists() {
				l.text(a.Name, strings.Join(*a.texts.In(facility), ","))
				continue
			}
		}
		l.value(a.Name, a.Value(f))
	}
}

// value adds a property to the feature in the making; one that is not stated is left out.
func (l *layer) value(key string, v cql2.Value) {
	switch v.Type {
	case cql2.Null:
	case cql2.List:
		l.text(key, strings.Join(v.List, ","))
	case cql2.Number:
		l.number(key, v.Number)
	case cql2.Bool:
		l.boolean(key, v.Number != 0)
	default:
		l.text(key, geo.TextOf(v))
	}
}
