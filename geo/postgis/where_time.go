package postgis

import (
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgtype"

	"innoatlas/geo/cql2"
)

// time is a value as date or timestamptz.
func (s *statement) time(e cql2.Expr) string {
	if c, ok := s.column(e); ok {
		return c.sql
	}
	literal, _ := e.(cql2.Literal)
	if literal.Value.Type == cql2.Date {
		return s.bind(time.UnixMicro(literal.Value.Time).UTC(), "date")
	}
	return s.instant(literal.Value.Time)
}

// instant binds microseconds since 1970; the ends of an open span are infinite.
func (s *statement) instant(t int64) string {
	switch t {
	case cql2.Always:
		return s.bind(pgtype.Timestamptz{InfinityModifier: pgtype.NegativeInfinity, Valid: true}, "timestamptz")
	case cql2.Never:
		return s.bind(pgtype.Timestamptz{InfinityModifier: pgtype.Infinity, Valid: true}, "timestamptz")
	}
	return s.bind(time.UnixMicro(t).UTC(), "timestamptz")
}

// end says which end of a span is meant.
type end bool

const (
	first end = false
	last  end = true
)

// conditions are what a predicate says of the ends of two spans; all must hold.
type conditions []struct {
	left  end
	op    cql2.Op
	right end
}

// temporal are the predicates but for TDisjoint, which is the opposite of TIntersects.
var temporal = map[cql2.TemporalOp]conditions{
	cql2.TAfter:        {{first, ">", last}},
	cql2.TBefore:       {{last, "<", first}},
	cql2.TContains:     {{first, "<", first}, {last, ">", last}},
	cql2.TDuring:       {{first, ">", first}, {last, "<", last}},
	cql2.TEquals:       {{first, "=", first}, {last, "=", last}},
	cql2.TFinishedBy:   {{first, "<", first}, {last, "=", last}},
	cql2.TFinishes:     {{first, ">", first}, {last, "=", last}},
	cql2.TIntersects:   {{first, "<=", last}, {last, ">=", first}},
	cql2.TMeets:        {{last, "=", first}},
	cql2.TMetBy:        {{first, "=", last}},
	cql2.TOverlappedBy: {{first, ">", first}, {first, "<", last}, {last, ">", last}},
	cql2.TOverlaps:     {{first, "<", first}, {last, ">", first}, {last, "<", last}},
	cql2.TStartedBy:    {{first, "=", first}, {last, ">", last}},
	cql2.TStarts:       {{first, "=", first}, {last, "<", last}},
}

func (s *statement) relateTimes(e cql2.Temporal) string {
	if e.Op == cql2.TDisjoint {
		return "NOT " + s.relateTimes(cql2.Temporal{Op: cql2.TIntersects, Left: e.Left, Right: e.Right})
	}
	all, ok := temporal[e.Op]
	if !ok || !s.isSpan(e.Left) || !s.isSpan(e.Right) {
		return sqlUnknown
	}
	texts := make([]string, len(all))
	for i, c := range all {
		texts[i] = s.end(e.Left, c.left) + " " + string(c.op) + " " + s.end(e.Right, c.right)
	}
	return s.whereStated("("+strings.Join(texts, " AND ")+")", e.Left, e.Right)
}

// isSpan says that a value has a first and a last microsecond.
func (s *statement) isSpan(e cql2.Expr) bool {
	if interval, ok := e.(cql2.Interval); ok {
		return (interval.Start == nil || s.isSpan(interval.Start)) && (interval.End == nil || s.isSpan(interval.End))
	}
	kind := s.kind(e)
	return kind == cql2.Date || kind == cql2.Timestamp || kind == cql2.Span
}

// day is how long after its first microsecond a date has its last.
const day = int64(24*time.Hour/time.Microsecond) - 1

// end is one end of a date, an instant or an interval.
func (s *statement) end(e cql2.Expr, which end) string {
	switch e := e.(type) {
	case cql2.Literal:
		return s.instant(endOf(e.Value, which))
	case cql2.Interval:
		return s.endOfInterval(e, which)
	}
	c, _ := s.column(e)
	if c.kind != cql2.Date {
		return c.sql
	}
	start := "(" + c.sql + "::timestamp AT TIME ZONE 'UTC')"
	if which == last {
		return "(" + start + " + make_interval(secs => 86399.999999))"
	}
	return start
}

func endOf(v cql2.Value, which end) int64 {
	switch {
	case which == first || v.Type == cql2.Timestamp:
		return v.Time
	case v.Type == cql2.Date:
		return v.Time + day
	}
	return v.End
}

func (s *statement) endOfInterval(e cql2.Interval, which end) string {
	switch {
	case which == first && e.Start == nil:
		return s.instant(cql2.Always)
	case which == first:
		return s.end(e.Start, first)
	case e.End == nil:
		return s.instant(cql2.Never)
	}
	return s.end(e.End, last)
}

// whereStated makes a relation Unknown where an end of an interval is not stated,
// though the other ends alone may settle it.
func (s *statement) whereStated(relation string, sides ...cql2.Expr) string {
	var stated []string
	for _, side := range sides {
		interval, ok := side.(cql2.Interval)
		if !ok {
			continue
		}
		for _, end := range []cql2.Expr{interval.Start, interval.End} {
			if c, ok := s.column(end); ok {
				stated = append(stated, c.sql+" IS NOT NULL")
			}
		}
	}
	if len(stated) == 0 {
		return relation
	}
	return "CASE WHEN " + strings.Join(stated, " AND ") + " THEN " + relation + " END"
}
