package format

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// CSVReader reads a CSV file (RFC 4180) with a header, line by line. The file is
// UTF-8, with or without a byte order mark.
type CSVReader struct {
	Columns []string // the names in the header, in the order of the file
	source  *bounded
	csv     *csv.Reader
}

// NewCSVReader reads the header. Where the file has none, or is no comma-separated
// UTF-8, the error is a *Problem.
func NewCSVReader(file io.Reader) (*CSVReader, error) {
	source := newBounded(file, maxRowBytes)
	buffered := bufio.NewReaderSize(source, lookAhead)
	if err := skipByteOrderMark(buffered, "CSV UTF-8"); err != nil {
		return nil, err
	}
	if start, _ := buffered.Peek(lookAhead); endsInReturns(start) {
		return nil, &Problem{Reason: "the lines end in carriage returns alone, so that all of the file is one line; save it with the line ends of Windows or Unix (CSV UTF-8)"}
	}
	r := &CSVReader{source: source, csv: csv.NewReader(buffered)}
	r.csv.ReuseRecord = true
	header, err := r.next()
	if errors.Is(err, io.EOF) {
		return nil, &Problem{Reason: "the file is empty; its first line names the columns"}
	}
	if isMalformed(err) {
		return nil, lineProblem(err)
	}
	if err != nil {
		return nil, err
	}
	if len(header) > maxColumns {
		return nil, &Problem{Pos: Line(1), Reason: fmt.Sprintf("has %d columns, and a file may have %d", len(header), maxColumns)}
	}
	if len(header) == 1 && strings.ContainsAny(header[0], ";\t") {
		return nil, &Problem{Line(1), "", "", "the columns stand between semicolons or tabs; save the file with commas (CSV UTF-8)"}
	}
	r.Columns = make([]string, len(header))
	for i, name := range header {
		r.Columns[i] = strings.TrimSpace(name)
	}
	return r, nil
}

// endsInReturns reports whether the first line ends as on a Macintosh of old.
func endsInReturns(file []byte) bool {
	quoted := false
	for i, c := range file {
		switch {
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '\n':
			return false
		case c == '\r':
			return i+1 == len(file) || file[i+1] != '\n'
		}
	}
	return false
}

// next is the next record of the file, if it is within its bounds.
func (r *CSVReader) next() ([]string, error) {
	r.source.next()
	cells, err := r.csv.Read()
	if r.source.broken == nil {
		return cells, err
	}
	var pos Pos
	var malformed *csv.ParseError
	switch {
	case errors.As(err, &malformed):
		pos = Line(malformed.StartLine)
	case err == nil:
		line, _ := r.csv.FieldPos(0)
		pos = Line(line)
	}
	return nil, r.source.problem(pos)
}

// skipByteOrderMark passes over that of UTF-8; as is how to save a file with another.
func skipByteOrderMark(r *bufio.Reader, as string) error {
	start, err := r.Peek(3)
	if err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	switch {
	case string(start) == "\ufeff":
		_, err := r.Discard(len(start))
		return err
	case strings.HasPrefix(string(start), "\xff\xfe"), strings.HasPrefix(string(start), "\xfe\xff"):
		return &Problem{Reason: "the file is UTF-16; save it as " + as}
	}
	return nil
}

// Read gives the next row, or io.EOF. A line that is no CSV is a Row with a
// Problem, and Read goes on after it; any other error is that of the file. A row
// of empty cells, as spreadsheets leave at the end, is a Row without any: whoever
// counts rows counts those too, of which a small packed file can have billions.
func (r *CSVReader) Read() (*Row, error) {
	cells, err := r.next()
	switch {
	case isMalformed(err):
		return r.malformed(cells, err), nil
	case err != nil:
		return nil, err
	}
	line, _ := r.csv.FieldPos(0)
	row := &Row{Pos: Line(line)}
	if isBlank(cells) {
		return row, nil
	}
	for i, cell := range cells {
		cells[i] = unguard(cell)
	}
	row.Cells = cells
	return row, nil
}

func isMalformed(err error) bool {
	var malformed *csv.ParseError
	return errors.As(err, &malformed)
}

func isBlank(cells []string) bool {
	return !slices.ContainsFunc(cells, func(cell string) bool { return strings.TrimSpace(cell) != "" })
}

func (r *CSVReader) malformed(cells []string, err error) *Row {
	problem := lineProblem(err)
	if errors.Is(err, csv.ErrFieldCount) {
		problem.Reason = fmt.Sprintf("has the wrong number of fields, %d where the header has %d; a text with a comma in it needs quotes", len(cells), len(r.Columns))
	}
	return &Row{Pos: problem.Pos, Problems: []*Problem{problem}}
}

// lineProblem says what is wrong with a line as its writer would see it.
func lineProblem(err error) *Problem {
	var malformed *csv.ParseError
	if !errors.As(err, &malformed) {
		return &Problem{Reason: err.Error()}
	}
	p := &Problem{Pos: Line(malformed.StartLine), Reason: "is not CSV"}
	switch {
	case errors.Is(err, csv.ErrBareQuote):
		p.Reason = `has a quote within a text that has none around it; write "…""…"`
	case errors.Is(err, csv.ErrQuote):
		p.Reason = `has a quoted text that does not end, or that goes on after its end; a quote within it is written twice`
	}
	return p
}
