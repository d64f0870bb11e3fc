package cql2

import "time"

// day is how long after its first microsecond a date has its last.
const day = int64(24*time.Hour/time.Microsecond) - 1

// times are the first and the last microsecond of a date, an instant or a span; ok
// is false for other values.
func times(v Value) (start, end int64, ok bool) {
	switch v.Type {
	case Date:
		return v.Time, v.Time + day, true
	case Timestamp:
		return v.Time, v.Time, true
	case Span:
		return v.Time, v.End, true
	}
	return 0, 0, false
}

// span is the value of an interval: Null where an end is not stated.
func span(e Interval, r Row) Value {
	v := Value{Type: Span, Time: Always, End: Never}
	var ok bool
	if e.Start != nil {
		if v.Time, _, ok = times(valueOf(e.Start, r)); !ok {
			return Value{}
		}
	}
	if e.End != nil {
		if _, v.End, ok = times(valueOf(e.End, r)); !ok {
			return Value{}
		}
	}
	return v
}

// relateTimes compares the ends of two times (OGC 21-065r2, table 12).
func relateTimes(op TemporalOp, x, y Value) Truth {
	a, aEnd, ok := times(x)
	b, bEnd, ok2 := times(y)
	if !ok || !ok2 {
		return Unknown
	}
	switch op {
	case TAfter:
		return truth(a > bEnd)
	case TBefore:
		return truth(aEnd < b)
	case TDisjoint:
		return truth(a > bEnd || aEnd < b)
	case TIntersects:
		return truth(a <= bEnd && aEnd >= b)
	case TEquals:
		return truth(a == b && aEnd == bEnd)
	case TContains:
		return truth(a < b && aEnd > bEnd)
	case TDuring:
		return truth(a > b && aEnd < bEnd)
	case TStarts:
		return truth(a == b && aEnd < bEnd)
	case TStartedBy:
		return truth(a == b && aEnd > bEnd)
	case TFinishes:
		return truth(a > b && aEnd == bEnd)
	case TFinishedBy:
		return truth(a < b && aEnd == bEnd)
	case TMeets:
		return truth(aEnd == b)
	case TMetBy:
		return truth(a == bEnd)
	case TOverlaps:
		return truth(a < b && aEnd > b && aEnd < bEnd)
	case TOverlappedBy:
		return truth(a > b && a < bEnd && aEnd > bEnd)
	}
	return Unknown
}
