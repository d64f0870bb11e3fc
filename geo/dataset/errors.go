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
	if e.Pos == (format.Pos{}) && e.Column == "" {
		return e.File + ": " + e.Problem.Error()
	}
	return e.File + ", " + e.Problem.Error()
}

// Errors are what is wrong with a data set, in the order of its files and their
// rows: the first 1,000, and how many there are.
type Errors struct {
	First []*Error
	Count int
}

const (
	// maxErrors is how many errors are kept, each with at most maxValue bytes of the
	// value that is wrong: a file of millions of rows can be wrong in all of them.
	maxErrors = 1000
	maxValue  = 400
	// maxPrinted is how many errors a message lists; more than that is one mistake
	// in a whole column, and the first few show it.
	maxPrinted = 50
)

// add notes an error. It keeps nothing of the file's own memory.
func (e *Errors) add(file string, p *format.Problem) {
	e.Count++
	if len(e.First) == maxErrors {
		return
	}
	kept := *p
	kept.Value = strings.Clone(p.Value[:min(len(p.Value), maxValue)])
	e.First = append(e.First, &Error{file, kept})
}

// Error lists the first 50, one a line, and says how many more there are.
func (e Errors) Error() string {
	var lines []string
	for _, err := range e.First[:min(len(e.First), maxPrinted)] {
		lines = append(lines, err.Error())
	}
	if more := e.Count - len(lines); more > 0 {
		lines = append(lines, "and "+thousands(more)+" more")
	}
	return strings.Join(lines, "\n")
}

// Unwrap gives each error that is kept to errors.As.
func (e Errors) Unwrap() []error {
	all := make([]error, len(e.First))
	for i, err := range e.First {
		all[i] = err
	}
	return all
}

// Warnings are what a reader of the data set should know, but need not change:
// one sentence each, counted over all rows.
type Warnings []string

func (w *Warnings) add(format string, args ...any) { *w = append(*w, fmt.Sprintf(format, args...)) }

// addUnknown says which columns or properties of a file were left out. Of many the
// first ones show what it is.
func (w *Warnings) addUnknown(file, what string, names []string) {
	const most, longest = 20, 100
	for i, name := range names {
		if i == most {
			w.add("%s: %s more like it are not known and were left out", file, thousands(len(names)-most))
			return
		}
		if runes := []rune(name); len(runes) > longest {
			name = string(runes[:longest]) + "…"
		}
		w.add("%s: %s %q is not known and was left out", file, what, name)
	}
}

// thousands writes a number with a comma after every three digits.
func thousands(n int) string {
	digits := []byte(strconv.Itoa(n))
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = slices.Insert(digits, i, ',')
	}
	return string(digits)
}
