package texts

import (
	"strconv"
	"strings"
	"time"
)

// DateInWords is a date as readers have it, as exact as it is given: a year, a month or a day (YYYY, YYYY-MM or
// YYYY-MM-DD). What is none of these is shown as it is.
func (t Texts) DateInWords(date string) string {
	for _, form := range []struct{ layout, key string }{{time.DateOnly, "date.day"}, {"2006-01", "date.month"}} {
		if at, err := time.Parse(form.layout, date); err == nil {
			month := strings.Split(t.T("date.months"), "|")[at.Month()-1]
			return t.T(form.key, "year", strconv.Itoa(at.Year()), "month", month, "day", strconv.Itoa(at.Day()))
		}
	}
	return date
}
