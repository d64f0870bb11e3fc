package dataset

import (
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"
	"strings"

	"innoatlas/geo/format"
)

// header is what a file may have in its first line.
type header struct {
	required []string
	optional []string
	alias    map[string]string // another name of a column
	prefixes []string          // of columns of which there may be several, as label_en
}

// rowReader is a decoder of package format.
type rowReader interface {
	Read() (*format.Row, error) // io.EOF after the last
}

// sheet is a file of rows under check.
type sheet struct {
	file    string
	rows    rowReader
	columns map[string]int    // index by name
	names   map[string]string // what the file calls a column, where that is an alias
	errors  *Errors
}

// fail notes what is wrong in the file. It gives back an error only where that
// is no matter of what the file says, as a disk that cannot be read.
func (s *sheet) fail(err error) error {
	var problem *format.Problem
	if !errors.As(err, &problem) {
		return fmt.Errorf("%s: %w", s.file, err)
	}
	*s.errors = append(*s.errors, &Error{s.file, *problem})
	return nil
}

// match finds the columns that the header of the file has. ok is false where
// rows make no sense without those that are missing.
func (s *sheet) match(names []string, h header, warnings *Warnings) (ok bool) {
	before := len(*s.errors)
	s.columns, s.names = map[string]int{}, map[string]string{}
	for i, name := range names {
		column := strings.ToLower(name)
		if real, isAlias := h.alias[column]; isAlias {
			column = real
			s.names[column] = name
		}
		_, twice := s.columns[column]
		switch {
		case twice:
			s.headerError(column, "must be there once")
		case h.has(column):
			s.columns[column] = i
		case strings.TrimSpace(column) == "": // spreadsheets leave such behind
		default:
			warnings.add("%s: column %q is not known and was left out", s.file, name)
		}
	}
	for _, column := range h.required {
		if _, ok := s.columns[column]; !ok {
			s.headerError(column, "is missing; the file must have the columns "+strings.Join(h.required, ", "))
		}
	}
	return len(*s.errors) == before
}

func (s *sheet) headerError(column, reason string) {
	*s.errors = append(*s.errors, &Error{s.file, format.Problem{Place: format.Line(1), Column: "column " + column, Reason: reason}})
}

func (h header) has(column string) bool {
	return slices.Contains(h.required, column) || slices.Contains(h.optional, column) ||
		slices.ContainsFunc(h.prefixes, func(p string) bool { return strings.HasPrefix(column, p) })
}

// records gives the rows that have cells, each good until the next. What the
// decoder found wrong is noted. The error is that of the file, and ends it.
func (s *sheet) records() iter.Seq2[*record, error] {
	return func(yield func(*record, error) bool) {
		r := &record{sheet: s}
		for {
			var err error
			r.Row, err = s.rows.Read()
			if errors.Is(err, io.EOF) {
				return
			}
			if err != nil {
				if err = s.fail(err); err != nil {
					yield(nil, err)
				}
				return
			}
			for _, problem := range r.Problems {
				*s.errors = append(*s.errors, &Error{s.file, *problem})
			}
			if r.Cells != nil && !yield(r, nil) {
				return
			}
		}
	}
}
