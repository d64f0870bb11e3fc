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
	instead  map[string]string // another name, where the file does not have the column itself
	beside   []string          // known, but not missing where they are not there
	derived  []string          // columns that follow from other tables, by their very names: known, and passed over
	unless   map[string]string // a column that is known where the file does not have another
	prefixes []string          // of columns of which there may be several, as label_en
	own      *ownTable         // what takes columns that are not known; nil: they are left out
	refused  []string          // columns that are no texts, though they are known elsewhere
	partial  bool              // its rows are records, which may be merged into what there is
	aside    bool              // its rows are texts, labels or sources, which may be merged too
	near     bool              // refuses what is near to a known column, where others are left out
}

// rowReader is a decoder of package format.
type rowReader interface {
	Read() (*format.Row, error) // io.EOF after the last
}

// sheet is a file of rows under check.
type sheet struct {
	file    string
	rows    rowReader
	rowsAre string            // what its rows are called
	width   int               // of a row
	columns map[string]int    // index by name
	names   map[string]string // what the file calls a column, where that is an alias
	derived []string          // columns that are passed over, but for their form
	unknown []string          // columns that are left out
	own     *ownTable
	further []ownSource // columns that are fields of one's own

	mayBeEmpty  bool  // it need not have rows
	partial     bool  // its rows are merged into what there is
	aside       bool  // and so are these, which are no records
	emptyClears bool  // an empty cell takes away what there is
	nameless    []int // cells of columns without a heading
	errors      *Errors
}

// ownSource is where a row has the cell of a field of one's own.
type ownSource struct {
	cell   int
	column *ownColumn
}

// fail notes what is wrong in the file. It gives back an error only where that
// is no matter of what the file says, as a disk that cannot be read.
func (s *sheet) fail(err error) error {
	var problem *format.Problem
	if !errors.As(err, &problem) {
		return fmt.Errorf("%s: %w", s.file, err)
	}
	s.errors.add(s.file, problem)
	return nil
}

// match finds the columns that the header of the file has. ok is false where
// rows make no sense without those that are missing.
func (s *sheet) match(names []string, h header, warnings *Warnings) (ok bool) {
	before := s.errors.Count
	s.columns, s.names, s.width = map[string]int{}, map[string]string{}, len(names)
	has := func(column string) bool {
		return slices.ContainsFunc(names, func(name string) bool { return strings.EqualFold(name, column) })
	}
	if s.own != nil {
		s.own.file = s.file
	}
	for i, name := range names {
		column := strings.ToLower(name)
		if folded := fieldName(name); s.own != nil && !h.has(column) && h.has(folded) && s.own.find(name) == nil { // "Host institution"
			column = folded
			s.names[column] = name
		}
		if real, ok := h.instead[column]; ok && !has(real) {
			column = real
			s.names[column] = name
		}
		if real, isAlias := h.alias[column]; isAlias {
			column = real
			s.names[column] = name
		}
		_, twice := s.columns[column]
		switch {
		case twice:
			s.headerError(column, "must be there once")
		case slices.Contains(h.derived, name):
			s.columns[name], s.derived = i, append(s.derived, name)
		case h.has(column) && !(h.unless[column] != "" && has(h.unless[column])):
			s.columns[column] = i
		case s.own == nil && name == "": // spreadsheets leave such behind
		case s.own == nil, h.instead[column] != "", h.unless[column] != "", column == "z" && has("x") && has("y"):
			s.leaveOut(name, h)
		default:
			s.addOwn(i, name)
		}
	}
	warnings.addUnknown(s.file, "column", s.unknown)
	if len(s.derived) > 0 {
		warnings.add("%s: %s follow from other tables and were passed over", s.file, strings.Join(s.derived, " and "))
	}
	for _, column := range h.required {
		if _, ok := s.columns[column]; !ok {
			s.headerError(column, "is missing; the file must have the columns "+strings.Join(h.required, ", "))
		}
	}
	return s.errors.Count == before
}

// leaveOut passes over a column that is not known, unless it was meant for one that is.
func (s *sheet) leaveOut(name string, h header) {
	if slices.Contains(h.refused, strings.ToLower(name)) {
		s.headerError(shortened(name), notTranslated(name))
		return
	}
	if meant := nearest(fieldName(name), slices.Concat(h.required, h.optional)); h.near && meant != "" {
		s.headerError(shortened(name), nearTo(meant))
		return
	}
	s.unknown = append(s.unknown, name)
}

// nearTo says what a heading was meant to be.
func nearTo(meant string) string {
	return fmt.Sprintf("is not known; it is near to %s, so write that, or another name if it is a column of your own", meant)
}

// addOwn keeps a column that is not known. One without a name, as spreadsheets leave
// behind, is one only where it has values.
func (s *sheet) addOwn(cell int, name string) {
	if name == "" {
		s.nameless = append(s.nameless, cell)
		return
	}
	column, reason := s.own.column(name)
	if reason != "" {
		s.headerError(shortened(name), reason)
	}
	if column != nil {
		s.further = append(s.further, ownSource{cell, column})
	}
}

func (s *sheet) headerError(column, reason string) {
	s.errors.add(s.file, &format.Problem{Pos: format.Line(1), Column: "column " + column, Reason: reason})
}

func (h header) has(column string) bool {
	return slices.Contains(h.required, column) || slices.Contains(h.optional, column) || slices.Contains(h.beside, column) ||
		slices.ContainsFunc(h.prefixes, func(p string) bool { return strings.HasPrefix(column, p) })
}

// nothing is the problem of a file that is in order and gives nothing: a program has
// cut it off, or a line end is not seen as one.
func nothing(rows string) *format.Problem {
	return &format.Problem{Reason: "has no " + rows + ", so there is nothing to read; where that is meant, leave the file out"}
}

// maxRows is how many rows a table may have: what the server is measured with, five
// times over.
const maxRows = 5_000_000

// records gives the rows that have cells, each good until the next. What the
// decoder found wrong is noted. The error is that of the file, and ends it.
func (s *sheet) records() iter.Seq2[*record, error] {
	return func(yield func(*record, error) bool) {
		r := &record{sheet: s}
		blank := 0
		for n := 0; ; n++ {
			var err error
			r.Row, err = s.rows.Read()
			if errors.Is(err, io.EOF) {
				if n == blank && !s.mayBeEmpty {
					s.errors.add(s.file, nothing(s.rowsAre))
				}
				return
			}
			if err != nil {
				if err = s.fail(err); err != nil {
					yield(nil, err)
				}
				return
			}
			if n == maxRows {
				s.errors.add(s.file, &format.Problem{Reason: "has more than " + thousands(maxRows) + " rows; divide it into several files"})
				return
			}
			for _, problem := range r.Problems {
				s.errors.add(s.file, problem)
			}
			if r.Cells == nil {
				if len(r.Problems) == 0 {
					blank++
				}
				continue
			}
			s.letGo(r.Cells)
			switch {
			case s.partial:
				r.partly()
			case s.aside:
				r.aside()
			}
			if !yield(r, nil) {
				return
			}
		}
	}
}

// maxTogether is how long a row may be, in bytes, of which one cell holds the others.
const maxTogether = 8 << 10

// letGo copies the cells that are read where others of the row will not be kept: they
// are parts of one text, and whoever keeps one would keep all of it.
func (s *sheet) letGo(cells []string) {
	bytes := 0
	for _, cell := range cells {
		bytes += len(cell)
	}
	if len(s.unknown)+len(s.further)+len(s.nameless) == 0 && s.errors.Count == 0 && bytes <= maxTogether {
		return
	}
	for _, i := range s.columns {
		cells[i] = strings.Clone(cells[i])
	}
}
