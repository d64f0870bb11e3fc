package geo

import (
	"reflect"
	"testing"
	"time"

	"innoatlas/geo/cql2"
)

// Each field has one accessor, and that is of its type.
func TestEachFieldHasOneAccessor(t *testing.T) {
	ofType := map[Type]string{Text: "text", URL: "text", Texts: "texts", Integer: "integer", Number: "number", Date: "day", Time: "time"}
	for _, c := range Collections {
		for _, f := range c.Fields {
			var set []string
			v := reflect.ValueOf(f)
			for _, name := range []string{"text", "texts", "integer", "number", "day", "time", "value"} {
				if !v.FieldByName(name).IsNil() {
					set = append(set, name)
				}
			}
			if c.Is(Institutions) || c.Is(Projects) { // whose records keep their values in Own
				if len(set) == 0 && f.ownIndex == 0 || len(set) > 0 && f.ownIndex != 0 {
					t.Errorf("%s of %s has the accessors %q and the index %d", f.Name, c, set, f.ownIndex)
				}
				continue
			}
			if len(set) != 1 || set[0] != "value" && set[0] != ofType[f.Type] || f.ownIndex != 0 {
				t.Errorf("%s of %s, a %s, has the accessors %q and the index %d", f.Name, c, f.Type, set, f.ownIndex)
			}
		}
	}
}

// samples are values of each type.
var samples = map[Type]cql2.Value{
	Integer: cql2.NumberOf(7), Number: cql2.NumberOf(0.5), Boolean: cql2.BoolOf(true), Text: cql2.TextOf("a"), URL: cql2.TextOf("https://example.org"),
	Texts: cql2.ListOf([]string{"a", "b"}), Date: cql2.DateOf(time.Date(2024, 2, 29, 0, 0, 0, 0, time.UTC)),
	Time: cql2.TimestampOf(time.Date(2024, 2, 29, 1, 2, 3, 4000, time.UTC)),
}

// What a field is set to it states, and nothing else changes: no two share a place. What is
// taken away is not stated.
func TestFieldsAreSetAndStated(t *testing.T) {
	own := OwnFields([]Field{{Name: "a", Type: Boolean}, {Name: "b", Type: Text, Private: true}, {Name: "c", Type: Texts}, {Name: "d", Type: Date}, {Name: "e", Type: Number}})
	fields := Facilities.With(own).Fields
	for i := range fields {
		f := &fields[i]
		if f.value != nil {
			continue // the number, which Ref gives
		}
		r := &Facility{ID: 1}
		f.Set(r, samples[f.Type])
		for j := range fields {
			other := &fields[j]
			want := cql2.Value{}
			if i == j {
				want = samples[f.Type]
			}
			if other.value == nil && (!other.Value(r).Equal(want) || !r.Value(other.Name).Equal(want)) {
				t.Errorf("%s set: %s is %v, by its name %v, want %v", f.Name, other.Name, other.Value(r), r.Value(other.Name), want)
			}
		}
		if f.Set(r, cql2.Value{}); f.Value(r).Type != cql2.Null {
			t.Errorf("%s taken away is %v", f.Name, f.Value(r))
		}
	}
}

// Facets look at fields that there are, and each name is there once.
func TestCollectionsNameTheirFields(t *testing.T) {
	for _, c := range Collections {
		seen := map[string]bool{}
		for _, f := range c.Fields {
			if seen[f.Name] || f.Title.In("en") == "" {
				t.Errorf("%s of %s is there twice, or has no title", f.Name, c)
			}
			seen[f.Name] = true
		}
		for _, d := range c.Facets() {
			if c.Faceted(d) == nil {
				t.Errorf("%s counts by %s, which no field is", c, d)
			}
		}
		if c.Year != "" && c.Field(c.Year) == nil {
			t.Errorf("%s has no field %s", c, c.Year)
		}
	}
}

// A record that states fields of its own and no others; what is private goes.
func TestOwnIsPublic(t *testing.T) {
	fields := OwnFields([]Field{{Name: "beds", Type: Integer}, {Name: "phone", Type: Text, Private: true}})
	own := NewOwn(fields)
	own.Set(0, cql2.NumberOf(12))
	own.Set(1, cql2.TextOf("+66 2 345"))
	if public := own.Public(); !public.Value("beds").Equal(cql2.NumberOf(12)) || public.Value("phone").Type != cql2.Null || own.Value("phone").Text == "" {
		t.Errorf("public: beds %v, phone %v; before: phone %v", public.Value("beds"), public.Value("phone"), own.Value("phone"))
	}
	phone := NewOwn(fields)
	phone.Set(1, cql2.TextOf("+66 2 345"))
	if public := phone.Public(); public != nil {
		t.Errorf("nothing but what is private leaves %v", public)
	}
	if !own.Equal(own) || own.Equal(phone) || phone.Equal(own) || own.Equal(nil) {
		t.Error("two are equal that state different things, or one is not equal to itself")
	}
}

// Days count from year 1, and 0 is none.
func TestDay(t *testing.T) {
	for _, text := range []string{"0001-01-01", "1969-12-31", "1970-01-01", "2024-02-29", "9999-12-31"} {
		at, err := time.Parse(time.DateOnly, text)
		if err != nil {
			t.Fatal(err)
		}
		if got := DayOf(at.Add(23 * time.Hour)); got.String() != text && text != "0001-01-01" || got == 0 && text != "0001-01-01" {
			t.Errorf("%s is day %d, which is %s", text, got, got)
		}
	}
	if DayOf(time.Time{}) != 0 || Day(0).String() != "" || Day(0).Value().Type != cql2.Null {
		t.Error("no time is a day")
	}
}
