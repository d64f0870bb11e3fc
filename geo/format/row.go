package format

import (
	"fmt"

	"innoatlas/geo"
)

// Row is one record of a file: texts by column.
type Row struct {
	Pos Pos
	// Cells are in the order of the reader's Columns, and good until its next
	// Read; an empty one is not stated.
	Cells []string
	// Sources are further sources; nil where the row does not speak of them, which is
	// not the same as none.
	Sources []geo.Source
	// Further are what GeoJSON has besides the columns, in the order of their names.
	Further []Property
	// Problems are what is not in the form of the format; a cell that has one is
	// empty. Where the whole row has one (no Column), or is blank, Cells is nil.
	Problems []*Problem
}

// Property is one of GeoJSON that is no column.
type Property struct {
	Name string
	Type geo.Type // Text, Number, Boolean, or Texts
	Text string   // a number in its shortest form; other JSON as it is
	List []string // of Texts
}

func (r *Row) problem(column, value, format string, args ...any) {
	r.Problems = append(r.Problems, &Problem{r.Pos, column, value, fmt.Sprintf(format, args...)})
}
