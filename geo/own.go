package geo

import (
	"slices"
	"strings"
	"time"

	"github.com/paulmach/orb"

	"innoatlas/geo/cql2"
	"innoatlas/geo/zorder"
)

// MaxOwn is how many fields of its own a collection may have.
const MaxOwn = 100

// Own are the values of the fields that a record's struct does not have. They are kept
// by the indexes of the fields (see OwnFields). A nil *Own states nothing.
type Own struct {
	fields []Field
	values []any // string, []string, float64, bool, Day or time.Time; nil is not stated
}

// OwnFields gives each field its index among the values of a record. They are those of one
// collection, private ones included, and keep their indexes when some are left out.
func OwnFields(fields []Field) []Field {
	indexed := slices.Clone(fields)
	for i := range indexed {
		indexed[i].Own, indexed[i].ownIndex = true, i+1
	}
	return indexed
}

// ByIndex are fields that OwnFields has indexed, each at its index: for those that were left
// out there are empty ones.
func ByIndex(fields []Field) []Field {
	if len(fields) == 0 || fields[len(fields)-1].ownIndex == len(fields) {
		return fields
	}
	indexed := make([]Field, fields[len(fields)-1].ownIndex)
	for i := range fields {
		indexed[fields[i].ownIndex-1] = fields[i]
	}
	return indexed
}

// NewOwn makes room for values of the fields, which stand by their indexes: see OwnFields
// and ByIndex.
func NewOwn(fields []Field) *Own { return &Own{fields: fields, values: make([]any, len(fields))} }

// Set states a value of the field with that index, of the field's type; Null takes it away.
func (o *Own) Set(index int, v cql2.Value) { o.values[index] = kept(v) }

// with is a copy that states the value; room is made for its index.
func (o *Own) with(f *Field, v cql2.Value) *Own {
	next := &Own{}
	if o != nil {
		next.fields, next.values = o.fields, slices.Clone(o.values)
	}
	for len(next.values) < f.ownIndex {
		next.values = append(next.values, nil)
	}
	if len(next.fields) < f.ownIndex {
		next.fields = append(slices.Clone(next.fields), make([]Field, f.ownIndex-len(next.fields))...)
	}
	if next.fields[f.ownIndex-1].Name != f.Name {
		next.fields = slices.Clone(next.fields)
		next.fields[f.ownIndex-1] = *f
	}
	next.values[f.ownIndex-1] = kept(v)
	return next
}

// at is the value with an index; Null where nothing is stated.
func (o *Own) at(index int) cql2.Value {
	if o == nil || index < 0 || index >= len(o.values) {
		return cql2.Value{}
	}
	switch v := o.values[index].(type) {
	case string:
		return cql2.TextOf(v)
	case []string:
		return cql2.ListOf(v)
	case float64:
		return cql2.NumberOf(v)
	case bool:
		return cql2.BoolOf(v)
	case Day:
		return v.Value()
	case time.Time:
		return cql2.TimestampOf(v)
	}
	return cql2.Value{}
}

// Value is the value of the field with that name.
func (o *Own) Value(name string) cql2.Value {
	if o == nil {
		return cql2.Value{}
	}
	for i := range o.fields {
		if o.fields[i].Name == name {
			return o.at(i)
		}
	}
	return cql2.Value{}
}

// Equal reports whether both state the same.
func (o *Own) Equal(other *Own) bool { return o.states(other) && other.states(o) }

// states reports whether it states all that another does.
func (o *Own) states(other *Own) bool {
	if other == nil {
		return true
	}
	for i := range other.values {
		if v := other.at(i); v.Type != cql2.Null && !o.Value(other.fields[i].Name).Equal(v) {
			return false
		}
	}
	return true
}

// Public is without what is private; nil where nothing is left.
func (o *Own) Public() *Own {
	if o == nil || !slices.ContainsFunc(o.fields, func(f Field) bool { return f.Private }) {
		return o
	}
	next := &Own{o.fields, slices.Clone(o.values)}
	for i := range next.values {
		if i < len(next.fields) && next.fields[i].Private {
			next.values[i] = nil
		}
	}
	if !slices.ContainsFunc(next.values, func(v any) bool { return v != nil }) {
		return nil
	}
	return next
}

// PublicFields are those that are not private.
func PublicFields(fields []Field) []Field {
	return slices.DeleteFunc(slices.Clone(fields), func(f Field) bool { return f.Private })
}

// kept is a value in its smallest form; nil is Null.
func kept(v cql2.Value) any {
	switch v.Type {
	case cql2.Text:
		return v.Text
	case cql2.List:
		return v.List
	case cql2.Number:
		return v.Number
	case cql2.Bool:
		return v.Number != 0
	case cql2.Date:
		return dayOf(v)
	case cql2.Timestamp:
		return time.UnixMicro(v.Time).UTC()
	}
	return nil
}

// Record is a record of a collection that has no struct of its own: besides its names and
// its geometry all that it states is in Own.
type Record struct {
	ID    int64
	Slug  string
	Shape orb.Geometry // nil where none is known
	Own   *Own

	Translations *Translations
}

// Ref gives the record's two names.
func (r *Record) Ref() (id int64, slug string) { return r.ID, r.Slug }

// ZOrder puts points in the order of the map, and everything else in that of its ids.
func (r *Record) ZOrder() uint64 {
	if p, ok := r.Shape.(orb.Point); ok {
		return zorder.Key(p)
	}
	return zorder.NoPosition
}

// Geometry is where it is; nil where no place is known.
func (r *Record) Geometry() orb.Geometry { return r.Shape }

// Owned are the values of its fields.
func (r *Record) Owned() *Own { return r.Own }

// Translated are its texts in other languages.
func (r *Record) Translated() *Translations { return r.Translations }

func (r *Record) setOwned(o *Own) { r.Own = o }

// SearchText is what a search looks at: all of its texts that the fields say are searched,
// and those in other languages.
func (r *Record) SearchText() string {
	if r.Own == nil {
		return ""
	}
	return searchText(r.Own.fields, nil, r)
}

// Value is the property of that name, and besides them "geometry" and "search_text".
func (r *Record) Value(property string) cql2.Value {
	switch property {
	case "id":
		return cql2.NumberOf(float64(r.ID))
	case "slug":
		return cql2.TextOf(r.Slug)
	case "geometry":
		return cql2.GeometryOf(r.Shape)
	case "search_text":
		return cql2.TextOf(r.SearchText())
	}
	if lang, text, ok := r.Collated(property); ok {
		return collationOf(lang, text)
	}
	if _, ok := SearchedUpTo(property); ok {
		v, _ := SearchedIn(property, r.SearchText())
		return v
	}
	return r.Own.Value(property)
}

// IsNumberedName reports whether a name is one that a field has whose heading gives none,
// as field_1.
func IsNumberedName(name string) bool {
	digits, ok := strings.CutPrefix(name, numberedName)
	return ok && digits != "" && strings.Trim(digits, "0123456789") == ""
}

const numberedName = "field_"
