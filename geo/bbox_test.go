package geo_test

import (
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/paulmach/orb"

	"innoatlas/geo"
	"innoatlas/geo/cql2"
)

// isInputError reports whether err is an *InputError for the parameter.
func isInputError(err error, param string) bool {
	var input *geo.InputError
	return errors.As(err, &input) && input.Param == param && input.Reason != ""
}

func TestParseBBox(t *testing.T) {
	cases := map[string]struct {
		s    string
		want geo.BBox
		bad  bool
	}{
		"Laos":                        {"100.1,13.9,107.7,22.5", geo.BBox{100.1, 13.9, 107.7, 22.5}, false},
		"the world":                   {"-180,-90,180,90", geo.BBox{-180, -90, 180, 90}, false},
		"across the antimeridian":     {"177,-19,-178,-16", geo.BBox{177, -19, -178, -16}, false},
		"a point":                     {"0,0,0,0", geo.BBox{}, false},
		"signs, exponents, bare dots": {"+1,-.5,1e2,5.", geo.BBox{1, -.5, 100, 5}, false},
		"18 digits, as QGIS sends":    {"100.000000000000001,0,101,1", geo.BBox{100, 0, 101, 1}, false},
		"heights are ignored":         {"1,2,-10,3,4,10", geo.BBox{1, 2, 3, 4}, false},
		"empty":                       {"", geo.BBox{}, true},
		"three numbers":               {"1,2,3", geo.BBox{}, true},
		"five numbers":                {"1,2,3,4,5", geo.BBox{}, true},
		"an empty number":             {"1,,3,4", geo.BBox{}, true},
		"a blank":                     {"1, 2,3,4", geo.BBox{}, true},
		"not a number":                {"a,2,3,4", geo.BBox{}, true},
		"NaN":                         {"NaN,2,3,4", geo.BBox{}, true},
		"infinite":                    {"-Inf,2,3,4", geo.BBox{}, true},
		"too large for a float":       {"1e999,2,3,4", geo.BBox{}, true},
		"hexadecimal":                 {"0x1,2,3,4", geo.BBox{}, true},
		"underscore":                  {"1_0,2,3,4", geo.BBox{}, true},
		"longitude past 180":          {"0,0,180.1,1", geo.BBox{}, true},
		"latitude past the pole":      {"0,0,1,90.1", geo.BBox{}, true},
		"south above north":           {"0,2,1,1", geo.BBox{}, true},
		"lower height above upper":    {"1,2,10,3,4,-10", geo.BBox{}, true},
		"a number that never ends":    {strings.Repeat("1", 10_000) + ",2,3,4", geo.BBox{}, true},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			got, err := geo.ParseBBox(c.s)
			if got != c.want || c.bad != isInputError(err, "bbox") || !c.bad && err != nil {
				t.Errorf("ParseBBox(%q) = %v, %v, want %v", c.s, got, err, c.want)
			}
			if err != nil && len(err.Error()) > 300 {
				t.Errorf("the message has %d bytes", len(err.Error()))
			}
		})
	}
}

func TestBBoxFilter(t *testing.T) {
	fiji := geo.BBox{177, -19, -178, -16}
	cases := map[string]struct {
		position *orb.Point
		want     cql2.Truth
	}{
		"west of the line":  {&orb.Point{178, -17}, cql2.True},
		"east of the line":  {&orb.Point{-179, -17}, cql2.True},
		"on the line":       {&orb.Point{180, -17}, cql2.True},
		"on the edge":       {&orb.Point{177, -19}, cql2.True},
		"between the ends":  {&orb.Point{0, -17}, cql2.False},
		"too far north":     {&orb.Point{178, -15.9}, cql2.False},
		"on its other side": {&orb.Point{-180, -17}, cql2.True},
		"no position":       {nil, cql2.True},
	}
	for name, c := range cases {
		if got := cql2.Eval(fiji.Filter(), &geo.Facility{Position: c.position}); got != c.want {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}

// A box that ends at the antimeridian finds what lies on it, by either longitude.
func TestBBoxThatEndsAtTheAntimeridian(t *testing.T) {
	for _, c := range []struct {
		box        geo.BBox
		lon        float64
		want, flat cql2.Truth
	}{
		{geo.BBox{170, -10, 180, 10}, -180, cql2.True, cql2.False},
		{geo.BBox{170, -10, 180, 10}, 180, cql2.True, cql2.False},
		{geo.BBox{170, -10, 180, 10}, -179.9999999, cql2.False, cql2.False},
		{geo.BBox{-180, -10, -170, 10}, 180, cql2.True, cql2.False},
		{geo.BBox{-180, -10, -170, 10}, 179.9999999, cql2.False, cql2.False},
		{geo.BBox{180, -10, 180, 10}, -180, cql2.True, cql2.False},
		{geo.BBox{-180, -10, -180, 10}, 180, cql2.True, cql2.False},
		{geo.BBox{-180, -10, 179, 10}, 180, cql2.True, cql2.False},
		{geo.BBox{170, -10, 179, 10}, -180, cql2.False, cql2.False},
		{geo.BBox{180, -10, -170, 10}, -180, cql2.True, cql2.False},
	} {
		for lat, want := range map[float64]cql2.Truth{0: c.want, 10: c.want, 10.1: c.flat} {
			if got := cql2.Eval(c.box.Filter(), &geo.Facility{Position: &orb.Point{c.lon, lat}}); got != want {
				t.Errorf("%v, %v, %v: %v, want %v", c.box, c.lon, lat, got, want)
			}
		}
	}
}

func FuzzParseBBox(f *testing.F) {
	f.Add("177,-19,-178,-16")
	f.Add("1,2,3,4,5,6")
	f.Add("NaN,1e400,0x1p-2,_")
	f.Fuzz(func(t *testing.T, s string) {
		b, err := geo.ParseBBox(s)
		if err != nil {
			if !isInputError(err, "bbox") {
				t.Errorf("%v is no *InputError", err)
			}
			return
		}
		if !(math.Abs(b[0]) <= 180 && math.Abs(b[2]) <= 180 && b[1] >= -90 && b[1] <= b[3] && b[3] <= 90) {
			t.Errorf("ParseBBox(%q) = %v", s, b)
		}
		for _, bound := range cql2.BBox(b).Bounds() {
			if bound.IsEmpty() {
				t.Errorf("%v has an empty bound %v", b, bound)
			}
		}
	})
}
