package cql2_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"innoatlas/geo/cql2"
)

// relations are how an interval can lie to another (Allen 1983), with the predicates
// that hold there besides those of all that meet, or of all that do not.
var relations = []struct {
	name       string
	start, end string
	want       []cql2.TemporalOp
}{
	{"long before", "01", "05", []cql2.TemporalOp{cql2.TBefore, cql2.TDisjoint}},
	{"before and up to the start", "01", "10", []cql2.TemporalOp{cql2.TMeets, cql2.TIntersects}},
	{"before and within", "01", "15", []cql2.TemporalOp{cql2.TOverlaps, cql2.TIntersects}},
	{"before and up to the end", "01", "20", []cql2.TemporalOp{cql2.TFinishedBy, cql2.TIntersects}},
	{"around", "01", "25", []cql2.TemporalOp{cql2.TContains, cql2.TIntersects}},
	{"the start", "10", "15", []cql2.TemporalOp{cql2.TStarts, cql2.TIntersects}},
	{"equal", "10", "20", []cql2.TemporalOp{cql2.TEquals, cql2.TIntersects}},
	{"from the start on", "10", "25", []cql2.TemporalOp{cql2.TStartedBy, cql2.TIntersects}},
	{"within", "12", "15", []cql2.TemporalOp{cql2.TDuring, cql2.TIntersects}},
	{"the end", "15", "20", []cql2.TemporalOp{cql2.TFinishes, cql2.TIntersects}},
	{"within and after", "15", "25", []cql2.TemporalOp{cql2.TOverlappedBy, cql2.TIntersects}},
	{"from the end on", "20", "25", []cql2.TemporalOp{cql2.TMetBy, cql2.TIntersects}},
	{"long after", "25", "28", []cql2.TemporalOp{cql2.TAfter, cql2.TDisjoint}},
	{"open before", "", "05", []cql2.TemporalOp{cql2.TBefore, cql2.TDisjoint}},
	{"open before, to the end", "", "20", []cql2.TemporalOp{cql2.TFinishedBy, cql2.TIntersects}},
	{"open after", "25", "", []cql2.TemporalOp{cql2.TAfter, cql2.TDisjoint}},
	{"open after, from the start", "10", "", []cql2.TemporalOp{cql2.TStartedBy, cql2.TIntersects}},
	{"open on both sides", "", "", []cql2.TemporalOp{cql2.TContains, cql2.TIntersects}},
	{"an instant before", "05", "05", []cql2.TemporalOp{cql2.TBefore, cql2.TDisjoint}},
	{"an instant within", "15", "15", []cql2.TemporalOp{cql2.TDuring, cql2.TIntersects}},
}

var temporalOps = []cql2.TemporalOp{
	cql2.TAfter, cql2.TBefore, cql2.TContains, cql2.TDisjoint, cql2.TDuring, cql2.TEquals, cql2.TFinishedBy, cql2.TFinishes,
	cql2.TIntersects, cql2.TMeets, cql2.TMetBy, cql2.TOverlappedBy, cql2.TOverlaps, cql2.TStartedBy, cql2.TStarts,
}

// Each of the relations to the interval from the 10th to the 20th, at noon.
func TestTemporal(t *testing.T) {
	noon := func(day string) cql2.Expr {
		if day == "" {
			return nil
		}
		at, err := time.Parse(time.RFC3339, "2024-01-"+day+"T12:00:00Z")
		must(t, err)
		return cql2.Literal{Value: cql2.TimestampOf(at)}
	}
	for _, c := range relations {
		for _, op := range temporalOps {
			want := cql2.False
			for _, holds := range c.want {
				if op == holds {
					want = cql2.True
				}
			}
			e := cql2.Temporal{Op: op, Left: cql2.Interval{Start: noon(c.start), End: noon(c.end)}, Right: cql2.Interval{Start: noon("10"), End: noon("20")}}
			if got := cql2.Eval(e, row{}); got != want {
				t.Errorf("%s: %s %v, want %v", c.name, op, got, want)
			}
		}
	}
}

// A day is a time from its first microsecond to its last, in UTC.
func TestDays(t *testing.T) {
	const F, U, T = cql2.False, cql2.Unknown, cql2.True
	at := func(s string) cql2.Value {
		instant, err := time.Parse(time.RFC3339Nano, s)
		must(t, err)
		return cql2.TimestampOf(instant)
	}
	r := row{"day": cql2.DateOf(time.Date(2024, 2, 29, 0, 0, 0, 0, time.UTC)), "updated": at("2024-02-29T23:59:59.999999Z")}
	for filter, want := range map[string]cql2.Truth{
		"T_EQUALS(day, DATE('2024-02-29'))":                                          T,
		"T_EQUALS(day, INTERVAL('2024-02-29','2024-02-29'))":                         T,
		"T_EQUALS(day, TIMESTAMP('2024-02-29T00:00:00Z'))":                           F,
		"T_CONTAINS(day, TIMESTAMP('2024-02-29T12:00:00Z'))":                         T,
		"T_CONTAINS(day, TIMESTAMP('2024-02-29T00:00:00Z'))":                         F, // it is the start
		"T_STARTEDBY(day, TIMESTAMP('2024-02-29T00:00:00Z'))":                        T,
		"T_FINISHES(updated, day)":                                                   T,
		"T_DURING(day, INTERVAL('2024-02-28','2024-03-01'))":                         T,
		"T_DURING(day, INTERVAL('2024-02-29','2024-03-01'))":                         F,
		"T_STARTS(day, INTERVAL('2024-02-29','2024-03-01'))":                         T,
		"T_BEFORE(day, DATE('2024-03-01'))":                                          T,
		"T_AFTER(day, DATE('2024-02-29'))":                                           F,
		"T_AFTER(updated, TIMESTAMP('2024-02-29T23:59:59.999998Z'))":                 T,
		"T_AFTER(updated, TIMESTAMP('2024-02-29T22:59:59.999998-01:00'))":            T,
		"T_INTERSECTS(INTERVAL(day,'..'), TIMESTAMP('2024-02-29T00:00:00Z'))":        T,
		"T_INTERSECTS(INTERVAL(day,'..'), TIMESTAMP('2024-02-28T23:59:59.999999Z'))": F,
		"T_INTERSECTS(INTERVAL('..',day), updated)":                                  T, // the end of the day
		"T_INTERSECTS(INTERVAL('..',day), DATE('2024-03-01'))":                       F,
		"T_EQUALS(INTERVAL('..','..'), INTERVAL('..','..'))":                         T,
		"day = DATE('2024-02-29')":                                                   T,
		"day < DATE('2024-02-29')":                                                   F,
		"updated >= TIMESTAMP('2024-03-01T00:59:59.999999+01:00')":                   T,
	} {
		if got := cql2.Eval(bind(t, filter), r); got != want {
			t.Errorf("%s: %v, want %v", filter, got, want)
		}
	}
	for _, filter := range []string{
		"T_BEFORE(day, DATE('2024-03-01'))", "T_DISJOINT(DATE('2024-03-01'), updated)", "T_INTERSECTS(INTERVAL(day,'..'), DATE('2024-03-01'))",
		"T_INTERSECTS(INTERVAL('..',updated), DATE('2024-03-01'))", "NOT T_AFTER(DATE('2024-03-01'), INTERVAL(day,updated))",
	} {
		if got := cql2.Eval(bind(t, filter), row{}); got != U {
			t.Errorf("%s, not stated: %v", filter, got)
		}
	}
}

// Predicates that say the same from the other side.
func TestTemporalConverses(t *testing.T) {
	converses := map[cql2.TemporalOp]cql2.TemporalOp{
		cql2.TAfter: cql2.TBefore, cql2.TContains: cql2.TDuring, cql2.TDisjoint: cql2.TDisjoint, cql2.TEquals: cql2.TEquals,
		cql2.TFinishedBy: cql2.TFinishes, cql2.TIntersects: cql2.TIntersects, cql2.TMeets: cql2.TMetBy,
		cql2.TOverlappedBy: cql2.TOverlaps, cql2.TStartedBy: cql2.TStarts,
	}
	rapid.Check(t, func(t *rapid.T) {
		a, b := someTime(t), someTime(t)
		for op, converse := range converses {
			left, right := cql2.Eval(cql2.Temporal{Op: op, Left: a, Right: b}, row{}), cql2.Eval(cql2.Temporal{Op: converse, Left: b, Right: a}, row{})
			if left != right {
				t.Errorf("%s of %v and %v: %v; %s of them changed: %v", op, a, b, left, converse, right)
			}
		}
		meet := cql2.Eval(cql2.Temporal{Op: cql2.TIntersects, Left: a, Right: b}, row{})
		apart := cql2.Or{cql2.Temporal{Op: cql2.TBefore, Left: a, Right: b}, cql2.Temporal{Op: cql2.TAfter, Left: a, Right: b}}
		if got := cql2.Eval(apart, row{}); got != -meet {
			t.Errorf("%v and %v: apart %v, but they meet: %v", a, b, got, meet)
		}
	})
}

// someTime is not stated, a day, an instant or an interval, of a few hours around
// two midnights.
func someTime(t *rapid.T) cql2.Expr {
	instant := func(name string) cql2.Expr {
		at := time.Date(2024, 2, 28, 12*rapid.IntRange(0, 5).Draw(t, name), 0, 0, 0, time.UTC)
		switch rapid.IntRange(0, 4).Draw(t, name+" type") {
		case 0:
			return cql2.Literal{Value: cql2.DateOf(at)}
		case 1:
			return cql2.Property("nothing")
		}
		return cql2.Literal{Value: cql2.TimestampOf(at)}
	}
	if rapid.Bool().Draw(t, "instant") {
		return instant("at")
	}
	interval := cql2.Interval{Start: instant("start"), End: instant("end")}
	if rapid.IntRange(0, 3).Draw(t, "open") == 0 {
		interval.Start = nil
	}
	return interval
}
