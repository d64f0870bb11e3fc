package dataset

import (
	"math"
	"net/url"
	"strconv"
	"strings"
	"time"

	"innoatlas/geo"
)

// types are the types that a value could be of, one bit each.
type types uint8

const (
	couldBeInteger types = 1 << iota
	couldBeNumber
	couldBeBoolean
	couldBeDate
	couldBeTime
	couldBeURL
	couldBeTexts
	anyType types = 1<<iota - 1
)

// typesByWidth are the types from the narrowest on; every value is a text.
var typesByWidth = []struct {
	could types
	as    geo.Type
}{
	{couldBeInteger, geo.Integer}, {couldBeNumber, geo.Number}, {couldBeBoolean, geo.Boolean}, {couldBeDate, geo.Date},
	{couldBeTime, geo.Time}, {couldBeURL, geo.URL}, {couldBeTexts, geo.Texts},
}

func (t types) narrowest() geo.Type {
	for _, w := range typesByWidth {
		if t&w.could != 0 {
			return w.as
		}
	}
	return geo.Text
}

// typesOf are those that a text could be of besides a text. Each is good only where the
// value is written as this text again: 007, 1,000, 1e5 and +66 are texts.
func typesOf(s string) types {
	switch c := s[0]; {
	case c == '-' || c >= '0' && c <= '9':
		return numberTypes(s) | dayTypes(s)
	case s == "true" || s == "false":
		return couldBeBoolean
	case c == 'h' && len(s) <= maxURL && isWebAddress(s):
		return couldBeURL
	}
	return 0
}

func numberTypes(s string) types {
	const longest = len("-999999999999999.")
	n, err := strconv.ParseFloat(s, 64)
	switch {
	case err != nil || math.Abs(n) >= maxNumber || s == "-0" || strconv.FormatFloat(n, 'f', -1, 64) != s:
		return 0
	case n == math.Trunc(n) && len(s) < longest:
		return couldBeInteger | couldBeNumber
	}
	return couldBeNumber
}

func dayTypes(s string) types {
	if day, err := time.Parse(time.DateOnly, s); err == nil && isCalendar(day) {
		return couldBeDate
	}
	if at, err := time.Parse(time.RFC3339, s); err == nil && at.Nanosecond() == 0 && isCalendar(at.UTC()) {
		return couldBeTime
	}
	return 0
}

// isCalendar is false for the one day that says that none is stated, and what no file has.
func isCalendar(t time.Time) bool { return t.Year() >= 1 && t.Year() <= 9999 && t.Unix() >= secondDay }

// secondDay is the day after the first of year 1.
var secondDay = time.Date(1, 1, 2, 0, 0, 0, 0, time.UTC).Unix()

// isWebAddress reports whether a browser opens a text as an address.
func isWebAddress(s string) bool {
	u, err := url.Parse(s)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Hostname() != "" && !strings.ContainsAny(s, " \t\n")
}
