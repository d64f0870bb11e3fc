package geo_test

import (
	"encoding/base64"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"innoatlas/geo"
	"innoatlas/geo/cql2"
	"innoatlas/geo/zorder"
)

func TestCursorRoundTrip(t *testing.T) {
	scalars := []string{"id", "name", "established", "source_date"}
	rapid.Check(t, func(t *rapid.T) {
		var sort []geo.SortKey
		c := geo.Cursor{Values: []cql2.Value{}, ZOrder: rapid.Uint64Range(0, zorder.NoPosition).Draw(t, "zorder"), ID: rapid.Int64Range(1, 1<<53).Draw(t, "id")}
		for _, property := range rapid.SliceOfNDistinct(rapid.SampledFrom(scalars), 0, 4, rapid.ID).Draw(t, "sort") {
			sort = append(sort, geo.SortKey{Property: property, Descending: rapid.Bool().Draw(t, "descending")})
			p, _ := geo.Facilities.FindField(property)
			switch {
			case rapid.Bool().Draw(t, "not stated"):
				c.Values = append(c.Values, cql2.Value{})
			case p.Type == geo.Integer:
				c.Values = append(c.Values, cql2.NumberOf(float64(rapid.Int64Range(-1<<53, 1<<53).Draw(t, "number"))))
			default:
				text := rapid.String().Filter(geo.ValidText).Draw(t, "text")
				c.Values = append(c.Values, cql2.TextOf(text))
			}
		}
		got, err := geo.ParseCursor(geo.Facilities, sort, c.Encode(sort))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(&c, got); diff != "" {
			t.Fatalf("-written +read\n%s", diff)
		}
	})
}

func TestParseCursorRefuses(t *testing.T) {
	byName := []geo.SortKey{{Property: "name"}}
	byYear := []geo.SortKey{{Property: "established"}}
	cursor := func(json string) string { return base64.RawURLEncoding.EncodeToString([]byte(json)) }
	cases := map[string]struct {
		sort []geo.SortKey
		s    string
	}{
		"empty":                          {nil, ""},
		"not base64":                     {nil, "?"},
		"not JSON":                       {nil, cursor("{")},
		"an array":                       {nil, cursor("[]")},
		"no order where there is one":    {byName, cursor(`{"z":1,"i":1}`)},
		"an order where there is none":   {nil, cursor(`{"s":["name"],"v":["a"],"z":1,"i":1}`)},
		"another property":               {byName, cursor(`{"s":["slug"],"v":["a"],"z":1,"i":1}`)},
		"the other direction":            {byName, cursor(`{"s":["-name"],"v":["a"],"z":1,"i":1}`)},
		"a value too few":                {byName, cursor(`{"s":["name"],"v":[],"z":1,"i":1}`)},
		"a number for a text":            {byName, cursor(`{"s":["name"],"v":[1],"z":1,"i":1}`)},
		"a text for a number":            {byYear, cursor(`{"s":["established"],"v":["1990"],"z":1,"i":1}`)},
		"a fraction for an integer":      {byYear, cursor(`{"s":["established"],"v":[1990.5],"z":1,"i":1}`)},
		"a boolean":                      {byName, cursor(`{"s":["name"],"v":[true],"z":1,"i":1}`)},
		"an empty text":                  {byName, cursor(`{"s":["name"],"v":[""],"z":1,"i":1}`)},
		"NUL in a text":                  {byName, cursor(`{"s":["name"],"v":["a\u0000"],"z":1,"i":1}`)},
		"a key past the last":            {nil, cursor(`{"z":4611686018427387905,"i":1}`)},
		"a negative key":                 {nil, cursor(`{"z":-1,"i":1}`)},
		"an id too large for an int64":   {nil, cursor(`{"z":1,"i":9223372036854775808}`)},
		"a number too large for a float": {byYear, cursor(`{"s":["established"],"v":[1e999],"z":1,"i":1}`)},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			if got, err := geo.ParseCursor(geo.Facilities, c.sort, c.s); !isInputError(err, "after") {
				t.Errorf("ParseCursor = %v, %v, want an *InputError", got, err)
			}
		})
	}
}

func FuzzParseCursor(f *testing.F) {
	sort := []geo.SortKey{{Property: "name"}, {Property: "established", Descending: true}}
	q := geo.Query{Collection: geo.Facilities, Sort: sort}
	f.Add(q.CursorAfter(&geo.Facility{ID: 7, Name: "中", Established: 1990}).Encode(sort))
	f.Add(q.CursorAfter(&geo.Facility{ID: 7}).Encode(sort))
	f.Fuzz(func(t *testing.T, s string) {
		c, err := geo.ParseCursor(geo.Facilities, sort, s)
		if err != nil {
			if !isInputError(err, "after") {
				t.Errorf("%v is no *InputError", err)
			}
			return
		}
		again, err := geo.ParseCursor(geo.Facilities, sort, c.Encode(sort))
		if err != nil || !cmp.Equal(c, again) {
			t.Errorf("%v is %v when written and read, %v", c, again, err)
		}
	})
}
