package geo

import (
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"

	"innoatlas/geo/cql2"
)

// Years is a span of years, both ends included. Open ends are NoStart and NoEnd.
type Years struct{ From, To int }

// The ends of a span that is open.
const (
	NoStart = math.MinInt32
	NoEnd   = math.MaxInt32
)

// Include is the smallest span that has a year too; that of the zero Years is the year alone.
func (y Years) Include(year int) Years {
	if y == (Years{}) {
		return Years{year, year}
	}
	return Years{min(y.From, year), max(y.To, year)}
}

// Filter keeps the facilities founded in the span; those without a year are left out.
func (y Years) Filter() cql2.Expr { return y.FilterOf(Facilities.Year) }

// FilterOf is Filter for the year that a property states.
func (y Years) FilterOf(property string) cql2.Expr {
	stated := cql2.Property(property)
	year := func(n int) cql2.Expr { return cql2.Literal{Value: cql2.NumberOf(float64(n))} }
	and := cql2.And{}
	if y.From != NoStart {
		and = append(and, cql2.Compare{Op: cql2.GreaterEqual, Left: stated, Right: year(y.From)})
	}
	if y.To != NoEnd {
		and = append(and, cql2.Compare{Op: cql2.LessEqual, Left: stated, Right: year(y.To)})
	}
	if len(and) == 0 {
		return cql2.Not{X: cql2.IsNull{X: stated}}
	}
	return and
}

// DatetimeFilter is the span as the datetime parameter means it: records without
// a year match too (OGC 17-069r4, /req/core/fc-time-response).
func (y Years) DatetimeFilter() cql2.Expr { return y.DatetimeFilterOf(Facilities.Year) }

// DatetimeFilterOf is DatetimeFilter for the year that a property states.
func (y Years) DatetimeFilterOf(property string) cql2.Expr {
	return cql2.Or{y.FilterOf(property), cql2.IsNull{X: cql2.Property(property)}}
}

var yearRange = regexp.MustCompile(`^(\d{4})?(\.\.)?(\d{4})?$`)

// ParseYears reads the established parameter: 2015, 2015..2024, 2015.. or ..2024.
func ParseYears(s string) (Years, error) {
	m := yearRange.FindStringSubmatch(s)
	if m == nil || m[1] == "" && m[3] == "" || m[2] == "" && m[3] != "" {
		return Years{}, &InputError{"established", s, "write a year of four digits or a range: 2015, 2015..2024, 2015.. or ..2024"}
	}
	y := Years{NoStart, NoEnd}
	if m[1] != "" {
		y.From, _ = strconv.Atoi(m[1])
	}
	if m[3] != "" {
		y.To, _ = strconv.Atoi(m[3])
	} else if m[2] == "" {
		y.To = y.From
	}
	if y.From > y.To {
		return Years{}, &InputError{"established", s, "the first year is after the last"}
	}
	return y, nil
}

// ParseDatetime reads the datetime parameter, an RFC 3339 instant or date, or an
// interval with "/" whose ends may be open ("..", or empty), as the span of
// years that it meets: a facility's time is the whole year it was founded in.
// Source: OGC 17-069r4, /req/core/fc-time-definition.
func ParseDatetime(s string) (Years, error) {
	start, end, err := parseInterval("datetime", s)
	if err != nil {
		return Years{}, err
	}
	return Years{start.yearOr(NoStart), end.yearOr(NoEnd)}, nil
}

// Days is a span of days in UTC, both ends included; 0 is an end that is open.
type Days struct{ From, To Day }

// ParseDays reads the datetime parameter as the days that it meets.
func ParseDays(s string) (Days, error) {
	start, end, err := parseInterval("datetime", s)
	if err != nil {
		return Days{}, err
	}
	return Days{start.day(), end.day()}, nil
}

// DatetimeFilterOf keeps the records whose time, from the day of one property to that of the
// other, meets the span; and those without a time (/req/core/fc-time-response).
func (d Days) DatetimeFilterOf(from, to string) cql2.Expr {
	and := cql2.And{}
	for _, end := range []struct {
		day      Day
		op       cql2.Op
		property string
	}{{d.To, cql2.LessEqual, from}, {d.From, cql2.GreaterEqual, to}} {
		if end.day != 0 {
			and = append(and, cql2.Compare{Op: end.op, Left: cql2.Property(end.property), Right: cql2.Literal{Value: end.day.Value()}})
		}
	}
	if len(and) == 0 {
		return nil
	}
	return cql2.Or{and, cql2.IsNull{X: cql2.Property(from)}}
}

// ParseSpan reads a parameter of a field of dates or times: an RFC 3339 instant or date, or an
// interval with "/" whose ends may be open, as the filter that it is. A date is the whole day in UTC,
// and an instant without a fraction its whole second, as answers show it.
func ParseSpan(f Field, s string) (cql2.Expr, error) {
	start, end, err := parseInterval(f.Name, s)
	if err != nil {
		return nil, err
	}
	value, stated := cql2.TimestampOf, cql2.Property(f.Name)
	if f.Type == Date {
		value = cql2.DateOf
		start.at, end.at, end.lasts = start.at.Truncate(day), end.at.Truncate(day), day
	}
	and := cql2.And{}
	if !start.isOpen() {
		and = append(and, cql2.Compare{Op: cql2.GreaterEqual, Left: stated, Right: cql2.Literal{Value: value(start.at)}})
	}
	switch {
	case end.isOpen():
	case end.lasts == 0:
		and = append(and, cql2.Compare{Op: cql2.LessEqual, Left: stated, Right: cql2.Literal{Value: value(end.at)}})
	default:
		and = append(and, cql2.Compare{Op: cql2.Less, Left: stated, Right: cql2.Literal{Value: value(end.at.Add(end.lasts))}})
	}
	if len(and) == 0 { // of all times, as GIS clients write them
		return cql2.Not{X: cql2.IsNull{X: stated}}, nil
	}
	return and, nil
}

const day = 24 * time.Hour

// parseInterval reads a parameter of times: an instant is both ends.
func parseInterval(param, s string) (start, end instant, err error) {
	ends := strings.Split(s, "/")
	if len(ends) > 2 {
		return start, end, &InputError{param, s, "an interval has two ends: start/end"}
	}
	interval := len(ends) == 2
	if start, err = parseInstant(param, s, ends[0], interval); err != nil || !interval {
		return start, start, err
	}
	end, err = parseInstant(param, s, ends[1], interval)
	switch {
	case err != nil:
	case start.open && end.open:
		err = &InputError{param, s, "at least one end must be a time"}
	case !start.open && !end.open && end.at.Before(start.at):
		err = &InputError{param, s, "the interval ends before it starts"}
	}
	return start, end, err
}

type instant struct {
	at    time.Time
	lasts time.Duration // a day, where it is a date, or a second, where it has no fraction
	year  int
	open  bool
}

// isOpen reports whether the end is open, or a year that clients write for that.
func (i instant) isOpen() bool { return i.open || i.year == NoStart || i.year == NoEnd }

func (i instant) yearOr(openEnd int) int {
	if i.open {
		return openEnd
	}
	return i.year
}

// day is that of the instant; 0 where the end is open.
func (i instant) day() Day {
	if i.isOpen() {
		return 0
	}
	return DayOf(i.at)
}

// rfc3339 is stricter than time.Parse, which takes an hour of one digit and a comma.
var rfc3339 = regexp.MustCompile(`^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$`)

// parseTime reads a date, or a time whose last second of the day may be a leap
// second, which Go's clock does not have.
func parseTime(s string) (time.Time, error) {
	if !rfc3339.MatchString(s) {
		return time.Parse(time.DateOnly, s)
	}
	return time.Parse(time.RFC3339, strings.Replace(s, ":59:60", ":59:59", 1))
}

// parseInstant reads one end of the datetime value whole. Year 0 and year 9999
// are what GIS clients write for "no limit".
func parseInstant(param, whole, s string, mayBeOpen bool) (instant, error) {
	if mayBeOpen && (s == "" || s == "..") {
		return instant{open: true}, nil
	}
	t, err := parseTime(strings.ToUpper(s))
	if err != nil {
		return instant{}, &InputError{param, whole, "write an RFC 3339 time (2020-01-31T00:00:00Z), a date (2020-01-31), or an interval of two such with a slash"}
	}
	t = t.UTC()
	year := t.Year()
	switch {
	case mayBeOpen && year <= 0:
		year = NoStart
	case mayBeOpen && year >= 9999:
		year = NoEnd
	}
	lasts := time.Duration(0)
	switch {
	case len(s) == len(time.DateOnly):
		lasts = day
	case !strings.Contains(s, "."):
		lasts = time.Second
	}
	return instant{at: t, lasts: lasts, year: year}, nil
}
