package geo

import (
	"fmt"
	"math"
	"strconv"
	"time"
	"unsafe"

	"innoatlas/geo/cql2"
)

// Type is the type of a field's values.
type Type string

// The types.
const (
	Integer Type = "integer"
	Number  Type = "number"
	Boolean Type = "boolean"
	Text    Type = "string"
	URL     Type = "url"
	Date    Type = "date"
	Time    Type = "timestamp"
	Texts   Type = "strings" // a list of texts

	// Object is JSON that no filter sees: in other files its value is a text of JSON.
	Object Type = "object"
)

// String is what a data package calls the type (Frictionless Table Schema), and whatever is
// told of it; uri is a format there, of string.
func (t Type) String() string {
	switch t {
	case Time:
		return "datetime"
	case URL:
		return "uri"
	case Texts:
		return "array"
	}
	return string(t)
}

// Value is the type that values of the type have in the filter tree; Null for an Object,
// which has none.
func (t Type) Value() cql2.Type {
	switch t {
	case Integer, Number:
		return cql2.Number
	case Boolean:
		return cql2.Bool
	case Date:
		return cql2.Date
	case Time:
		return cql2.Timestamp
	case Texts:
		return cql2.List
	case Object:
		return cql2.Null
	}
	return cql2.Text
}

// Field is one property of a collection's records. The fields of a collection are one
// table: whoever reads, writes, filters, sorts, counts or shows records walks it.
type Field struct {
	Name        string // [a-z][a-z0-9_]*, in JSON, SQL and files
	Title       Labels // what it means; in English at least
	Description Labels // of a field of one's own, where it says more
	Type        Type

	// Facet is the dimension that lists choose by and facets count; "" none. Terms are the
	// values that it may have, in their order, as the catalog knows them; nil: any.
	Facet Dimension
	Terms []Term
	Open  bool // whether records may come to have other values than those
	Top   int  // how many values its facet has, the most frequent ones; 0: all

	// Form is what a text has to be; Most its length in characters, 0 that of its form.
	Form     Form
	Most     int
	Searched bool        // whether the words of q are looked for in it
	Level    SearchLevel // of what is found there; a name is InName
	Tiled    bool        // whether vector tiles have it, see OnTile
	Few      bool        // whether many records have the same text
	Unlisted bool        // whether it is for filters only: files have it in another form
	Always   bool        // whether JSON has it, as null, where it is not stated, whatever properties are chosen

	// Lang is the language of its texts (BCP 47), and LangBy the field that says in which each
	// is; "" where nobody knows. Naming says that it is a name of the record, and Beside that
	// pages show it with something else, not by itself.
	Lang, LangBy   string
	Naming, Beside bool

	// Translated says that records may state it in other languages too (see Translation).
	Translated bool

	// Derived says that it follows from other records: files have it for their readers, and
	// an import passes over it.
	Derived bool

	// Own says that it is a field of one's own, and Private that it is kept and shown to
	// nobody.
	Own, Private bool

	// Declared says that a data set itself says what a field of one's own is, and Published
	// that it says that everybody may see it. Where it does not, an import keeps what a
	// database says, and what was private.
	Declared, Published bool `json:"-"`

	// FacetSaid is whether a data set itself says that a field of one's own is a facet; nil:
	// it says nothing of that.
	FacetSaid *bool `json:"-"`

	// TranslatedSaid is the same of whether one is Translated.
	TranslatedSaid *bool `json:"-"`

	// Inferred says that the type is only that of the values which a data set has, so that an
	// import may keep them as a wider one.
	Inferred bool `json:"-"`

	// How a record gives the value: one of them is set. The first are where a facility keeps
	// it, by its type.
	text     func(*Facility) *string
	texts    func(*Facility) *[]string
	integer  func(*Facility) *int
	number   func(*Facility) *float64
	day      func(*Facility) *Day
	time     func(*Facility) *time.Time
	value    func(Feature) cql2.Value // what is worked out
	ownIndex int                      // in Own, plus 1

	// What a Reading adds is a value that is worked out. Whoever writes many records reads it
	// in one of these ways: see Label and Marks.
	label Label
	marks func(*marks) []string
}

// Form is what the values of a field have to be, besides their type.
type Form string

// The forms; "" is any text.
const (
	SlugForm       Form = "slug"
	CodeForm       Form = "country"    // ISO 3166-1
	LanguageForm   Form = "language"   // BCP 47
	PartialDate    Form = "date"       // YYYY, YYYY-MM or YYYY-MM-DD
	IdentifierForm Form = "identifier" // scheme:value
	YearForm       Form = "year"
	AddressForm    Form = "address" // http:// or https://
)

// Equal reports whether both say the same of the same values.
func (f Field) Equal(other Field) bool {
	said := func(f Field) string {
		f.text, f.texts, f.integer, f.number, f.day, f.time, f.value, f.marks, f.label = nil, nil, nil, nil, nil, nil, nil, nil, Label{}
		f.Declared, f.Published, f.FacetSaid, f.TranslatedSaid, f.Inferred = false, false, nil, nil, false // who said so
		return fmt.Sprintf("%+v", f)
	}
	return said(f) == said(other)
}

// NamesOf are the names of fields, in their order.
func NamesOf(fields []Field) []string {
	names := make([]string, len(fields))
	for i := range fields {
		names[i] = fields[i].Name
	}
	return names
}

// isSearched reports whether the words of q are looked for in it: a field of one's own is one
// that is for readers, since it is put into their languages.
func (f *Field) isSearched() bool { return f.Searched || f.Own && f.Translated && !f.Private }

// Scalar says that a property is one value: it can be sorted by, and asked for
// by an exact match.
func (f *Field) Scalar() bool { return f.Type != Texts && f.Type != Object }

// TextAt and its like are where a facility keeps the value, as At says; no Slot
// where the field is none such. Whoever looks at many records asks once.
func (f *Field) TextAt() Slot[string]    { return slotOf(f.text) }
func (f *Field) TextsAt() Slot[[]string] { return slotOf(f.texts) }
func (f *Field) IntegerAt() Slot[int]    { return slotOf(f.integer) }
func (f *Field) NumberAt() Slot[float64] { return slotOf(f.number) }
func (f *Field) DayAt() Slot[Day]        { return slotOf(f.day) }
func (f *Field) TimeAt() Slot[time.Time] { return slotOf(f.time) }

// Slot is a variable of a facility, by its distance from the start of the struct: to look there
// takes no call, and thirty are looked into for each record that is written. It is
// made of an accessor only, so it has the type that the compiler has checked.
type Slot[T any] struct {
	offset uintptr
	exists bool
}

func slotOf[T any](at func(*Facility) *T) Slot[T] {
	if at == nil {
		return Slot[T]{}
	}
	r := &Facility{}
	return Slot[T]{uintptr(unsafe.Pointer(at(r))) - uintptr(unsafe.Pointer(r)), true}
}

// Exists says that there is one.
func (s Slot[T]) Exists() bool { return s.exists }

// In is the variable of a facility.
func (s Slot[T]) In(r *Facility) *T { return (*T)(unsafe.Add(unsafe.Pointer(r), s.offset)) }

// OnTile reports whether vector tiles have it: facets of one's own are for maps too.
func (f *Field) OnTile() bool { return f.Tiled || f.Own && f.Facet != "" }

// At points to where a facility keeps the value: *int, *string, *[]string, *float64, *Day
// or *time.Time, of which the zero value is one that is not stated; nil where it has no
// variable of its own.
func (f *Field) At(r *Facility) any {
	switch {
	case f.text != nil:
		return f.text(r)
	case f.texts != nil:
		return f.texts(r)
	case f.integer != nil:
		return f.integer(r)
	case f.number != nil:
		return f.number(r)
	case f.day != nil:
		return f.day(r)
	case f.time != nil:
		return f.time(r)
	}
	return nil
}

// Value is what a record states.
func (f *Field) Value(r Feature) cql2.Value {
	switch {
	case f.value != nil:
		return f.value(r)
	case f.ownIndex > 0:
		return r.Owned().at(f.ownIndex - 1)
	}
	if facility, ok := r.(*Facility); ok {
		return f.of(facility)
	}
	return r.Value(f.Name)
}

// of is what the struct of a facility states.
func (f *Field) of(r *Facility) cql2.Value {
	if f.text != nil { // as most are
		return cql2.TextOf(*f.text(r))
	}
	return valueOf_(f.At(r))
}

func valueOf_(pointer any) cql2.Value {
	switch p := pointer.(type) {
	case *string:
		return cql2.TextOf(*p)
	case *[]string:
		return cql2.ListOf(*p)
	case *int:
		if *p != 0 {
			return cql2.NumberOf(float64(*p))
		}
	case *float64:
		if *p != 0 {
			return cql2.NumberOf(*p)
		}
	case *Day:
		return p.Value()
	case *time.Time:
		return cql2.TimestampOf(*p)
	}
	return cql2.Value{}
}

// Set gives a record a value of the field's type; Null takes it away. What is worked out
// cannot be set.
func (f *Field) Set(r Feature, v cql2.Value) {
	if owner, ok := r.(interface{ setOwned(*Own) }); ok && f.ownIndex > 0 {
		owner.setOwned(r.Owned().with(f, v))
		return
	}
	facility, ok := r.(*Facility)
	if !ok {
		return
	}
	switch p := f.At(facility).(type) {
	case *string:
		*p = v.Text
	case *[]string:
		*p = v.List
	case *int:
		*p = int(v.Number)
	case *float64:
		*p = v.Number
	case *Day:
		*p = dayOf(v)
	case *time.Time:
		*p = time.Time{}
		if v.Type == cql2.Timestamp {
			*p = time.UnixMicro(v.Time).UTC()
		}
	}
}

// Parse reads the text of one value, as TextOf writes it. ok is false where it is none of
// the field's type.
func (f *Field) Parse(text string) (v cql2.Value, ok bool) {
	switch f.Type {
	case Integer, Number:
		n, err := strconv.ParseFloat(text, 64)
		v = cql2.NumberOf(n)
		// NaN and Inf would be texts that read back.
		return v, err == nil && math.Abs(n) < maxExact && TextOf(v) == text && text != "-0" && (f.Type == Number || n == math.Trunc(n))
	case Boolean:
		return cql2.BoolOf(text == "true"), text == "true" || text == "false"
	case Date:
		day, err := time.Parse(time.DateOnly, text)
		return cql2.DateOf(day), err == nil
	case Time:
		at, err := time.Parse(time.RFC3339, text)
		return cql2.TimestampOf(at), err == nil
	}
	return cql2.TextOf(text), text != "" && f.Type.Value() == cql2.Text
}

// maxExact is from where on a float64 does not tell all whole numbers from each other, in
// decimal digits.
const maxExact = 1e15

// TextOf is a value that is no list as a text: numbers in their shortest form, without
// an exponent, times as RFC 3339 writes them. Null is empty.
func TextOf(v cql2.Value) string {
	switch v.Type {
	case cql2.Number:
		return strconv.FormatFloat(v.Number, 'f', -1, 64)
	case cql2.Bool:
		return strconv.FormatBool(v.Number != 0)
	case cql2.Date:
		return time.UnixMicro(v.Time).UTC().Format(time.DateOnly)
	case cql2.Timestamp:
		return time.UnixMicro(v.Time).UTC().Format(time.RFC3339Nano)
	}
	return v.Text
}

// Day is a date: days since the last one before year 1, so that 0 is not stated.
type Day int32

const secondsOfDay = 24 * 60 * 60

// beforeYearOne is day 0.
var beforeYearOne = time.Date(0, 12, 31, 0, 0, 0, 0, time.UTC).Unix()

// DayOf is the day of a time in UTC; not stated for the zero time.
func DayOf(t time.Time) Day {
	if t.IsZero() {
		return 0
	}
	return Day((t.UTC().Truncate(24*time.Hour).Unix() - beforeYearOne) / secondsOfDay)
}

func dayOf(v cql2.Value) Day {
	if v.Type != cql2.Date {
		return 0
	}
	return DayOf(time.UnixMicro(v.Time))
}

// Time is its first moment in UTC.
func (d Day) Time() time.Time {
	if d == 0 {
		return time.Time{}
	}
	return time.Unix(beforeYearOne+int64(d)*secondsOfDay, 0).UTC()
}

// Value is the date in the filter tree.
func (d Day) Value() cql2.Value { return cql2.DateOf(d.Time()) }

// String is YYYY-MM-DD; empty where it is not stated.
func (d Day) String() string {
	if d == 0 {
		return ""
	}
	return d.Time().Format(time.DateOnly)
}

// findField finds one by its name; nil where there is none.
func findField(fields []Field, name string) *Field {
	for i := range fields { // by its place: a field is large, and many are looked for
		if fields[i].Name == name {
			return &fields[i]
		}
	}
	return nil
}
