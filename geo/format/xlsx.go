package format

import (
	"archive/zip"
	"cmp"
	"context"
	"encoding/xml"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"

	"innoatlas/geo"
	"innoatlas/geo/cql2"
)

// What a sheet and a cell can hold. XLSXMaxRows leaves out the header.
const (
	XLSXMaxRows      = excelize.TotalRows - 1
	xlsxMaxCellChars = excelize.TotalCellChars // UTF-16 units
)

// WriteXLSX writes the selection as a workbook of four sheets: Data, with one
// record a row and the names of the columns above; Columns, what these mean;
// Sources, what each record rests on; and Licence. Numbers and times (UTC) are
// numbers and times, lists are joined by "; ", and a text is a text even where it
// begins like a formula. After a semicolon, at which a cell may be split into several,
// a formula has an apostrophe in front. There is no geometry but lon and lat. A character that
// XML cannot have becomes U+FFFD.
//
// A selection that a sheet cannot hold is a *LimitError. The sheets are made in
// temporary files; nothing is written to w before the last row is read.
func WriteXLSX(ctx context.Context, w io.Writer, f File) error {
	if err := writeXLSX(ctx, w, f); err != nil {
		return fmt.Errorf("write XLSX: %w", tempError(err))
	}
	return nil
}

func writeXLSX(ctx context.Context, w io.Writer, f File) error {
	scratch, err := newScratch(f.TempDir)
	if err != nil {
		return err
	}
	defer scratch.close()
	book, err := newWorkbook(f, scratch.path)
	if err != nil {
		return err
	}
	defer book.file.Close()
	if err := book.writeRecords(ctx); err != nil {
		return err
	}
	if err := book.writeColumns(); err != nil {
		return err
	}
	if err := book.writeLicence(); err != nil {
		return err
	}
	parts, err := scratch.create("parts")
	if err != nil {
		return err
	}
	defer parts.Close()
	if err := book.pack(parts); err != nil {
		return err
	}
	return copyInOrder(w, parts)
}

// xlsxColumn is a column of the sheet Data.
type xlsxColumn struct {
	name, kind, title string
	width             float64 // in characters
	value             func(geo.Feature) any
}

// xlsxColumns are the columns of the collection, with the position before its
// precision, and without the sources, which have a sheet of their own.
func xlsxColumns(f File) []xlsxColumn {
	var columns []xlsxColumn
	position := []xlsxColumn{
		{"lon", "number", "Longitude in degrees, WGS 84", 12, degrees(0)},
		{"lat", "number", "Latitude in degrees, WGS 84", 12, degrees(1)},
	}
	if f.Collection.Geometry != geo.Point {
		position = nil
	}
	for _, c := range Columns(f.Catalog, f.Collection) {
		if c.Name == "sources" {
			continue
		}
		if c.Name == precision {
			columns, position = append(columns, position...), nil
		}
		columns = append(columns, newXLSXColumn(c))
	}
	return append(columns, position...)
}

func newXLSXColumn(c Column) xlsxColumn {
	text := xlsxText
	if c.Form == geo.AddressForm || c.Type == geo.URL || c.Type == geo.Object { // which an apostrophe would change
		text = strings.Clone
	}
	return xlsxColumn{c.Name, xlsxTypes[c.Type], c.Title.In("en"), xlsxWidth(c), func(f geo.Feature) any { return xlsxValue(c.Value(f), c.Type, text) }}
}

// xlsxTypes are the types as a reader of the sheet sees them.
var xlsxTypes = map[geo.Type]string{
	geo.Integer: "whole number", geo.Number: "number", geo.Boolean: "true or false", geo.Text: "text", geo.URL: "address", geo.Date: "date", geo.Time: "date and time (UTC)",
	geo.Texts: `list, joined by "; "`, geo.Object: "JSON",
}

func xlsxWidth(c Column) float64 {
	switch {
	case c.Name == "name" || c.Name == "summary" || c.Type == geo.Texts:
		return 40
	case c.Type == geo.Time:
		return 19
	}
	return 14
}

func degrees(axis int) func(geo.Feature) any {
	return func(f geo.Feature) any {
		if p := pointOf(f); p != nil {
			return p[axis]
		}
		return nil
	}
}

// xlsxDay is a date, which has a style of its own.
type xlsxDay time.Time

// xlsxValue is a value as a cell takes it: nil, int64, float64, bool, string, xlsxDay or
// time.Time.
func xlsxValue(v cql2.Value, t geo.Type, text func(string) string) any {
	switch v.Type {
	case cql2.Null:
		return nil
	case cql2.Number:
		if t == geo.Number {
			return v.Number
		}
		return int64(v.Number)
	case cql2.Bool:
		return v.Number != 0
	case cql2.Date:
		if t := time.UnixMicro(v.Time).UTC(); !t.Before(xlsxFirstTime) {
			return xlsxDay(t)
		}
		return string(appendValueText(nil, v))
	case cql2.List:
		return xlsxList(v.List)
	case cql2.Timestamp:
		if t := time.UnixMicro(v.Time).UTC(); !t.Before(xlsxFirstTime) {
			return t
		}
		return string(appendValueText(nil, v))
	}
	return text(v.Text)
}

func xlsxList(values []string) string {
	guarded := slices.Clone(values)
	for i := range values[1:] {
		guarded[i+1] = guard(values[i+1])
	}
	return strings.Join(guarded, "; ")
}

// xlsxText is a text with what follows a semicolon guarded. Its start needs no guard,
// since the cell says that it is a text.
func xlsxText(s string) string {
	first, rest, more := strings.Cut(s, ";")
	if !more {
		return s
	}
	return first + guardRest(rest)
}

// xlsxFirstTime is the first that all programs count alike: for some 1900 is a leap year.
var xlsxFirstTime = time.Date(1900, time.March, 1, 0, 0, 0, 0, time.UTC)

// workbook is a file in the making.
type workbook struct {
	from    File
	file    *excelize.File
	columns []xlsxColumn

	header, date, day int // styles
}

func newWorkbook(f File, folder string) (*workbook, error) {
	b := &workbook{from: f, file: excelize.NewFile(excelize.Options{TmpDir: folder}), columns: xlsxColumns(f)}
	var errs [5]error
	errs[0] = b.file.SetSheetName("Sheet1", "Data")
	for _, name := range []string{"Columns", "Sources", "Licence"} {
		_, err := b.file.NewSheet(name)
		errs[1] = cmp.Or(errs[1], err)
	}
	format, days := "yyyy-mm-dd hh:mm:ss", "yyyy-mm-dd"
	b.date, errs[2] = b.file.NewStyle(&excelize.Style{CustomNumFmt: &format})
	b.day, errs[4] = b.file.NewStyle(&excelize.Style{CustomNumFmt: &days})
	b.header, errs[3] = b.file.NewStyle(&excelize.Style{
		Font: &excelize.Font{Bold: true},
		Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"E0EEEE"}},
	})
	return b, cmp.Or(errs[:]...)
}

// sheet is one sheet, written from above.
type sheet struct {
	book *workbook
	to   *excelize.StreamWriter
	name string
	rows int
	wide int // columns
}

// newSheet opens a sheet with its header, which stays in view. Widths are in
// characters.
func (b *workbook) newSheet(name string, header []string, widths []float64) (*sheet, error) {
	to, err := b.file.NewStreamWriter(name)
	if err != nil {
		return nil, err
	}
	s := &sheet{book: b, to: to, name: name, wide: len(header)}
	for i, width := range widths {
		if err := to.SetColWidth(i+1, i+1, width); err != nil {
			return nil, err
		}
	}
	if err := to.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}); err != nil {
		return nil, err
	}
	cells := make([]any, len(header))
	for i, text := range header {
		cells[i] = excelize.Cell{StyleID: b.header, Value: text}
	}
	return s, s.add(cells)
}

// add writes a row.
func (s *sheet) add(cells []any) error {
	s.rows++
	if s.rows > excelize.TotalRows {
		return &LimitError{fmt.Sprintf("the sheet %s would need more than the %d rows that a sheet can have; narrow the selection, or take CSV or Parquet",
			s.name, excelize.TotalRows)}
	}
	for i, cell := range cells {
		switch v := cell.(type) {
		case string:
			if len(v) > xlsxMaxCellChars && utf16Length(v) > xlsxMaxCellChars {
				return &LimitError{fmt.Sprintf("row %d of the sheet %s has a text of more than the %d characters that a cell can hold; take CSV or Parquet",
					s.rows, s.name, xlsxMaxCellChars)}
			}
		case xlsxDay:
			cells[i] = excelize.Cell{StyleID: s.book.day, Value: time.Time(v)}
		case time.Time:
			cells[i] = excelize.Cell{StyleID: s.book.date, Value: v}
		}
	}
	return s.to.SetRow(fmt.Sprintf("A%d", s.rows), cells)
}

func utf16Length(s string) int {
	n := utf8.RuneCountInString(s)
	for _, r := range s {
		if r > 0xffff {
			n++
		}
	}
	return n
}

// close ends a sheet, with a filter on each column.
func (s *sheet) close() error {
	last, err := excelize.CoordinatesToCellName(s.wide, s.rows)
	if err != nil {
		return err
	}
	if err := s.book.file.AutoFilter(s.name, "A1:"+last, nil); err != nil {
		return err
	}
	return s.to.Flush()
}

// writeRecords fills the sheets Data and Sources in one pass.
func (b *workbook) writeRecords(ctx context.Context) error {
	names, widths := make([]string, len(b.columns)), make([]float64, len(b.columns))
	for i, c := range b.columns {
		names[i], widths[i] = c.name, c.width
	}
	data, err := b.newSheet("Data", names, widths)
	if err != nil {
		return err
	}
	sources, err := b.newSheet("Sources", []string{"id", "name", "source_title", "source_url", "source_date", "supports"}, []float64{8, 40, 40, 40, 14, 40})
	if err != nil {
		return err
	}
	row := make([]any, len(b.columns))
	err = b.from.each(ctx, func(f geo.Feature) error {
		for i, c := range b.columns {
			row[i] = c.value(f)
		}
		if err := data.add(row); err != nil {
			return err
		}
		return sources.addSources(f)
	})
	if err != nil {
		return err
	}
	if err := data.close(); err != nil {
		return err
	}
	return sources.close()
}

// addSources has a row for each source of a record.
func (s *sheet) addSources(f geo.Feature) error {
	id, _ := f.Ref()
	name := nameOf(f)
	for _, source := range sourcesOf(f) {
		cells := []any{id, xlsxText(name), xlsxText(source.Title), source.URL, source.Date, xlsxText(source.Supports)}
		for i, cell := range cells {
			if cell == "" {
				cells[i] = nil
			}
		}
		if err := s.add(cells); err != nil {
			return err
		}
	}
	return nil
}

// sourcesOf are those of a facility, what the whole record rests on first; or
// those of a country's figures.
func sourcesOf(f geo.Feature) []geo.Source {
	var sources []geo.Source
	switch f := f.(type) {
	case *geo.Facility:
		main := f.Source
		main.Supports = "the record"
		sources = append([]geo.Source{main}, f.Sources...)
	case *geo.Country:
		for _, figure := range f.Figures {
			source := figure.Source
			source.Supports = fmt.Sprintf("%s %d", figure.Indicator, figure.Year)
			sources = append(sources, source)
		}
	}
	return slices.DeleteFunc(sources, func(s geo.Source) bool { return s.Title == "" && s.URL == "" && s.Date == "" })
}

func (b *workbook) writeColumns() error {
	s, err := b.newSheet("Columns", []string{"column", "type", "meaning"}, []float64{24, 24, 80})
	if err != nil {
		return err
	}
	for _, c := range b.columns {
		if err := s.add([]any{c.name, c.kind, c.title}); err != nil {
			return err
		}
	}
	return s.close()
}

// xlsxNotes are true of any selection.
var xlsxNotes = []string{
	"A point may be approximate: the column precision says how exact it is.",
	"Boundaries and names of countries are indicative, and no statement on the status of any territory.",
	"An empty cell means that no source states the value. It does not mean zero.",
}

func (b *workbook) writeLicence() error {
	s, err := b.newSheet("Licence", []string{"about", "text"}, []float64{16, 100})
	if err != nil {
		return err
	}
	for name, value := range b.from.About.entries() {
		if err := s.add([]any{name, value}); err != nil {
			return err
		}
	}
	for _, note := range xlsxNotes {
		if err := s.add([]any{"note", note}); err != nil {
			return err
		}
	}
	return s.close()
}

// pack writes the parts of the workbook as a ZIP archive, in whatever order excelize
// has them in.
func (b *workbook) pack(to io.Writer) error {
	b.file.Pkg.Store("docProps/core.xml", xlsxProperties(b.from.About))
	b.file.SetZipWriter(func(io.Writer) excelize.ZipWriter { return zip.NewWriter(to) })
	_, err := b.file.WriteToBuffer()
	return err
}

// copyInOrder copies an archive with its parts sorted by name, so that a workbook of the
// same records is the same file.
func copyInOrder(w io.Writer, archive *os.File) error {
	info, err := archive.Stat()
	if err != nil {
		return err
	}
	parts, err := zip.NewReader(archive, info.Size())
	if err != nil {
		return err
	}
	slices.SortFunc(parts.File, func(a, b *zip.File) int { return strings.Compare(a.Name, b.Name) })
	ordered := zip.NewWriter(w)
	for _, part := range parts.File {
		if err := ordered.Copy(part); err != nil {
			return err
		}
	}
	return ordered.Close()
}

// coreProperties are what a workbook says of itself (ECMA-376 part 2, 8.3). Excelize
// writes some of them without the prefix that readers look for.
type coreProperties struct {
	XMLName     xml.Name  `xml:"cp:coreProperties"`
	CP          string    `xml:"xmlns:cp,attr"`
	DC          string    `xml:"xmlns:dc,attr"`
	Terms       string    `xml:"xmlns:dcterms,attr"`
	XSI         string    `xml:"xmlns:xsi,attr"`
	Title       string    `xml:"dc:title,omitempty"`
	Creator     string    `xml:"dc:creator"`
	Description string    `xml:"dc:description,omitempty"`
	ModifiedBy  string    `xml:"cp:lastModifiedBy"`
	Created     *coreTime `xml:"dcterms:created"`
	Modified    *coreTime `xml:"dcterms:modified"`
}

type coreTime struct {
	Type string `xml:"xsi:type,attr"`
	Text string `xml:",chardata"`
}

// xlsxProperties is the part docProps/core.xml.
func xlsxProperties(a About) []byte {
	p := coreProperties{
		CP:    "http://schemas.openxmlformats.org/package/2006/metadata/core-properties",
		DC:    "http://purl.org/dc/elements/1.1/",
		Terms: "http://purl.org/dc/terms/",
		XSI:   "http://www.w3.org/2001/XMLSchema-instance",
		Title: a.Title, Creator: "innoatlas", Description: a.paragraphs(), ModifiedBy: "innoatlas",
	}
	if at := a.updated(); at != "" {
		p.Created = &coreTime{"dcterms:W3CDTF", at}
		p.Modified = p.Created
	}
	data, err := xml.Marshal(p)
	if err != nil {
		panic(err) // texts can be written
	}
	return append([]byte(xml.Header), data...)
}
