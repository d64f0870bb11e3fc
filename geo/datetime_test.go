package geo_test

import (
	"testing"
	"time"

	"innoatlas/geo"
	"innoatlas/geo/cql2"
)

func TestParseYears(t *testing.T) {
	cases := map[string]struct {
		s    string
		want geo.Years
		bad  bool
	}{
		"one year":           {"2015", geo.Years{From: 2015, To: 2015}, false},
		"a range":            {"2015..2024", geo.Years{From: 2015, To: 2024}, false},
		"a range of one":     {"2015..2015", geo.Years{From: 2015, To: 2015}, false},
		"since":              {"2015..", geo.Years{From: 2015, To: geo.NoEnd}, false},
		"until":              {"..2024", geo.Years{From: geo.NoStart, To: 2024}, false},
		"a year of long ago": {"0987", geo.Years{From: 987, To: 987}, false},
		"empty":              {"", geo.Years{}, true},
		"only dots":          {"..", geo.Years{}, true},
		"two years in a row": {"20152024", geo.Years{}, true},
		"backwards":          {"2024..2015", geo.Years{}, true},
		"two digits":         {"15", geo.Years{}, true},
		"five digits":        {"20155", geo.Years{}, true},
		"a minus":            {"-2015", geo.Years{}, true},
		"a hyphen":           {"2015-2024", geo.Years{}, true},
		"a blank":            {"2015 ..2024", geo.Years{}, true},
		"other digits":       {"２０１５", geo.Years{}, true},
		"a line end":         {"2015\n", geo.Years{}, true},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			got, err := geo.ParseYears(c.s)
			if got != c.want || c.bad != isInputError(err, "established") || !c.bad && err != nil {
				t.Errorf("ParseYears(%q) = %v, %v, want %v", c.s, got, err, c.want)
			}
		})
	}
}

func TestParseDatetime(t *testing.T) {
	cases := map[string]struct {
		s    string
		want geo.Years
		bad  bool
	}{
		"an instant":                     {"2020-05-31T12:00:00Z", geo.Years{From: 2020, To: 2020}, false},
		"a date":                         {"2020-05-31", geo.Years{From: 2020, To: 2020}, false},
		"fractions of a second":          {"2020-05-31T12:00:00.25Z", geo.Years{From: 2020, To: 2020}, false},
		"lower case":                     {"2020-05-31t12:00:00z", geo.Years{From: 2020, To: 2020}, false},
		"an offset into the year before": {"2020-01-01T00:30:00+01:00", geo.Years{From: 2019, To: 2019}, false},
		"an interval":                    {"2015-01-01/2020-12-31", geo.Years{From: 2015, To: 2020}, false},
		"one instant as an interval":     {"2015-01-01/2015-01-01", geo.Years{From: 2015, To: 2015}, false},
		"open start":                     {"../2020-12-31", geo.Years{From: geo.NoStart, To: 2020}, false},
		"open end":                       {"2015-01-01/..", geo.Years{From: 2015, To: geo.NoEnd}, false},
		"empty start":                    {"/2020-12-31", geo.Years{From: geo.NoStart, To: 2020}, false},
		"empty end":                      {"2015-01-01/", geo.Years{From: 2015, To: geo.NoEnd}, false},
		"no limits, as QGIS writes them": {"0000-01-01T00:00:00Z/9999-12-31T00:00:00Z", geo.Years{From: geo.NoStart, To: geo.NoEnd}, false},
		"empty":                          {"", geo.Years{}, true},
		"two dots":                       {"..", geo.Years{}, true},
		"both ends open":                 {"../..", geo.Years{}, true},
		"both ends empty":                {"/", geo.Years{}, true},
		"three ends":                     {"2015-01-01/2016-01-01/2017-01-01", geo.Years{}, true},
		"backwards":                      {"2020-01-01/2015-01-01", geo.Years{}, true},
		"backwards within a day":         {"2020-01-01T12:00:00Z/2020-01-01T11:00:00Z", geo.Years{}, true},
		"only a year":                    {"2020", geo.Years{}, true},
		"no such day":                    {"2019-02-29", geo.Years{}, true},
		"no such hour":                   {"2020-01-01T25:00:00Z", geo.Years{}, true},
		"no offset":                      {"2020-01-01T12:00:00", geo.Years{}, true},
		"a blank":                        {"2020-01-01 12:00:00Z", geo.Years{}, true},
		"a word":                         {"yesterday", geo.Years{}, true},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			got, err := geo.ParseDatetime(c.s)
			if got != c.want || c.bad != isInputError(err, "datetime") || !c.bad && err != nil {
				t.Errorf("ParseDatetime(%q) = %v, %v, want %v", c.s, got, err, c.want)
			}
		})
	}
}

func TestYearsFilter(t *testing.T) {
	cases := map[string]struct {
		years       geo.Years
		established int // 0: not stated
		want        bool
		byDatetime  bool
	}{
		"within":                     {geo.Years{From: 2015, To: 2020}, 2017, true, true},
		"the first year":             {geo.Years{From: 2015, To: 2020}, 2015, true, true},
		"the last year":              {geo.Years{From: 2015, To: 2020}, 2020, true, true},
		"before":                     {geo.Years{From: 2015, To: 2020}, 2014, false, false},
		"after":                      {geo.Years{From: 2015, To: 2020}, 2021, false, false},
		"since":                      {geo.Years{From: 2015, To: geo.NoEnd}, 2100, true, true},
		"until":                      {geo.Years{From: geo.NoStart, To: 2020}, 1, true, true},
		"no limits":                  {geo.Years{From: geo.NoStart, To: geo.NoEnd}, 1990, true, true},
		"not stated, in a span":      {geo.Years{From: 2015, To: 2020}, 0, false, true},
		"not stated, without limits": {geo.Years{From: geo.NoStart, To: geo.NoEnd}, 0, false, true},
	}
	for name, c := range cases {
		f := &geo.Facility{Established: c.established}
		if got := cql2.Eval(c.years.Filter(), f) == cql2.True; got != c.want {
			t.Errorf("%s: established keeps it: %v, want %v", name, got, c.want)
		}
		if got := cql2.Eval(c.years.DatetimeFilter(), f) == cql2.True; got != c.byDatetime {
			t.Errorf("%s: datetime keeps it: %v, want %v", name, got, c.byDatetime)
		}
	}
}

func FuzzParseYears(f *testing.F) {
	f.Add("2015..2024")
	f.Add("..")
	f.Fuzz(func(t *testing.T, s string) {
		y, err := geo.ParseYears(s)
		if err != nil && !isInputError(err, "established") {
			t.Errorf("%v is no *InputError", err)
		}
		if err == nil && y.From > y.To {
			t.Errorf("ParseYears(%q) = %v", s, y)
		}
	})
}

func FuzzParseDatetime(f *testing.F) {
	f.Add("2015-01-01/2020-12-31T00:00:00Z")
	f.Add("../9999-12-31")
	f.Fuzz(func(t *testing.T, s string) {
		y, err := geo.ParseDatetime(s)
		if err != nil && !isInputError(err, "datetime") {
			t.Errorf("%v is no *InputError", err)
		}
		if err == nil && y.From > y.To {
			t.Errorf("ParseDatetime(%q) = %v", s, y)
		}
	})
}

// A parameter of times keeps what lies in its interval, both ends included, whole days and seconds
// where it names these.
func TestParseSpan(t *testing.T) {
	at := func(s string) time.Time {
		at, err := time.Parse(time.RFC3339Nano, s)
		if err != nil {
			t.Fatal(err)
		}
		return at
	}
	early, noon, late := at("2026-01-01T00:00:00Z"), at("2026-01-31T12:00:00.25Z"), at("2026-01-31T23:59:59.999999Z")
	never := time.Time{}
	for s, want := range map[string][4]bool{ // of early, noon, late, never
		"2026-01-01T00:00:00Z/..":                   {true, true, true, false},
		"2026-01-01T00:00:00.000001Z/":              {false, true, true, false},
		"../2026-01-31T12:00:00Z":                   {true, true, false, false},
		"../2026-01-31T12:00:00.0Z":                 {true, false, false, false},
		"/2026-01-31":                               {true, true, true, false},
		"2026-01-31":                                {false, true, true, false},
		"2026-01-31T12:00:00Z":                      {false, true, false, false},
		"2026-01-31T12:00:00.25Z":                   {false, true, false, false},
		"2026-01-31T12:00:00.3Z":                    {false, false, false, false},
		"2026-01-31T14:00:00+02:00":                 {false, true, false, false},
		"2026-01-31/2026-01-31":                     {false, true, true, false},
		"2025-12-31/2026-01-31T12:00:00Z":           {true, true, false, false},
		"2026-01-31t23:59:60z/..":                   {false, false, true, false},
		"0000-01-01T00:00:00Z/9999-12-31T00:00:00Z": {true, true, true, false},
	} {
		filter, err := geo.ParseSpan(*geo.Facilities.Field("updated"), s)
		if err != nil {
			t.Errorf("%s: %v", s, err)
			continue
		}
		for i, updated := range []time.Time{early, noon, late, never} {
			if got := cql2.Eval(filter, &geo.Facility{Updated: updated}) == cql2.True; got != want[i] {
				t.Errorf("updated=%s keeps %s: %v", s, updated, got)
			}
		}
	}
	for s, want := range map[string][2]bool{"2026-01-31": {true, false}, "2026-01-30T01:00:00Z/2026-01-31T00:00:00Z": {true, false}, "2026-02-01/..": {false, true}} {
		filter, err := geo.ParseSpan(*geo.Facilities.Field("checked"), s)
		for i, day := range []geo.Day{geo.DayOf(noon), geo.DayOf(noon) + 1} {
			if got := err == nil && cql2.Eval(filter, &geo.Facility{Checked: day}) == cql2.True; got != want[i] {
				t.Errorf("checked=%s keeps %v: %v, %v", s, day, got, err)
			}
		}
	}
	for _, s := range []string{"", "..", "/", "../..", "2026", "2026-02-30", "2026-02-01/2026-01-01", "2026-01-01/2026-01-02/2026-01-03", "now", "2026-01-01T00:00:00"} {
		if _, err := geo.ParseSpan(*geo.Facilities.Field("updated"), s); !isInputError(err, "updated") {
			t.Errorf("updated=%s: %v", s, err)
		}
	}
}
