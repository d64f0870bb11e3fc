package dataset

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"innoatlas/geo/format"
)

// Error is one thing in a file that must be put right: where it stands, what it
// is, and what is allowed.
type Error struct {
	File string
	format.Problem
}

func (e *Error) Error() string {
	if e.Place == (format.Place{}) && e.Column == "" {
		return e.File + ": " + e.Problem.Error()
	}
	return e.File + ", " + e.Problem.Error()
}

// Errors are all that is wrong with a data set, in the order of its files and
// their rows. It is an error where it is not empty.
type Errors []*Error

// maxPrinted is how many errors a message lists; more than that is one mistake
// in a whole column, and the first few show it.
const maxPrinted = 50

// Error lists the first 50, one a line, and says how many more there are.
func (e Errors) Error() string {
	var lines []string
	for _, err := range e[:min(len(e), maxPrinted)] {
		lines = append(lines, err.Error())
	}
	if more := len(e) - maxPrinted; more > 0 {
		lines = append(lines, "and "+thousands(more)+" more")
	}
	return strings.Join(lines, "\n")
}

// Unwrap gives each error to errors.As.
func (e Errors) Unwrap() []error {
	all := make([]error, len(e))
	for i, err := range e {
		all[i] = err
	}
	return all
}

// Warnings are what a reader of the data set should know, but need not change:
// one sentence each, counted over all rows.
type Warnings []string

func (w *Warnings) add(format string, args ...any) { *w = append(*w, fmt.Sprintf(format, args...)) }

// thousands writes a number with a comma after every three digits.
func thousands(n int) string {
	digits := []byte(strconv.Itoa(n))
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = slices.Insert(digits, i, ',')
	}
	return string(digits)
}
