package format

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/paulmach/orb/encoding/wkt"

	"innoatlas/geo"
	"innoatlas/geo/cql2"
)

// byteOrderMark is that by which a spreadsheet knows UTF-8.
const byteOrderMark = "\ufeff"

// CSV writes the records of a collection as lines of one table (RFC 4180, CRLF): all of
// Columns but what follows from the others, and further sources. A point is longitude
// and latitude, before its precision where it has one; other geometries are a column of
// WKT, as GDAL has them. Partnerships begin with source and target, the names of both.
type CSV struct{ columns []csvColumn }

type csvColumn struct {
	heading string

	// Where the struct of a facility keeps it, as nearly all do.
	text    geo.Slot[string]
	texts   geo.Slot[[]string]
	integer geo.Slot[int]

	label geo.Label

	field *geo.Field                             // nil where it has a form of its own
	cell  func(dst []byte, f geo.Feature) []byte // of those
}

// NewCSV is the encoder for the records of a collection of a data set.
func NewCSV(catalog *geo.Catalog, c *geo.Collection) CSV {
	w := CSV{csvEnds(c)}
	placed := false
	for _, column := range Columns(catalog, c) {
		if csvLeftOut[column.Name] && !(column.Name == countryName && c.Lang != "") {
			continue
		}
		if column.Name == precision {
			w.columns, placed = append(w.columns, csvPosition(c)...), true
		}
		w.columns = append(w.columns, newCSVColumn(column))
	}
	if !placed {
		w.columns = append(w.columns, csvPosition(c)...)
	}
	return w
}

// precision is the field before which the position of a point stands.
const precision = "precision"

// countryName follows from the code of the country, unless it is for readers of a language.
const countryName = "country_name"

// csvLeftOut follows from other columns, or is no value of a cell.
var csvLeftOut = map[string]bool{countryName: true, "sources": true}

// csvHeadings are those that are not the name of their field.
var csvHeadings = map[string]string{precision: "location_precision"}

// CSVHeading is what stands above the values of a field: its name, or the heading that
// gave none.
func CSVHeading(f geo.Field) string {
	if title := f.Title.In("en"); f.Own && title != "" && geo.IsNumberedName(f.Name) {
		return title
	}
	return cmp.Or(csvHeadings[f.Name], f.Name)
}

func newCSVColumn(c Column) csvColumn {
	column := csvColumn{heading: CSVHeading(c.Field), field: &c.Field, text: c.TextAt(), texts: c.TextsAt(), integer: c.IntegerAt(), label: c.Label()}
	switch {
	case c.IsMark():
		column.cell = func(dst []byte, f geo.Feature) []byte { return appendMarkCell(dst, &c.Field, f) }
	case c.Name == precision:
		column.field, column.text, column.cell = nil, geo.Slot[string]{}, appendCSVPrecision
	case c.Name == "id":
		column.cell = func(dst []byte, f geo.Feature) []byte {
			id, _ := f.Ref()
			return strconv.AppendInt(dst, id, 10)
		}
	default:
		column.cell = func(dst []byte, f geo.Feature) []byte { return appendCSVValue(dst, c.Value(f)) }
	}
	return column
}

// csvEnds are the columns by which programs for networks know what a line of a table joins.
func csvEnds(c *geo.Collection) []csvColumn {
	if !c.Is(geo.Partnerships) {
		return nil
	}
	institution, facility := c.Field("institution_name"), c.Field("facility_name")
	return []csvColumn{
		{heading: "source", cell: func(dst []byte, f geo.Feature) []byte { return appendCell(dst, institution.Value(f).Text) }},
		{heading: "target", cell: func(dst []byte, f geo.Feature) []byte { return appendCell(dst, facility.Value(f).Text) }},
	}
}

// csvPosition are the columns of a geometry.
func csvPosition(c *geo.Collection) []csvColumn {
	switch c.Geometry {
	case geo.Point:
	case geo.NoGeometry:
		return nil
	default:
		return []csvColumn{{heading: "WKT", cell: func(dst []byte, f geo.Feature) []byte {
			if g := f.Geometry(); g != nil {
				return appendCell(dst, wkt.MarshalString(g))
			}
			return dst
		}}}
	}
	axis := func(i int) func([]byte, geo.Feature) []byte {
		return func(dst []byte, f geo.Feature) []byte {
			if p := pointOf(f); p != nil {
				return appendDecimal(dst, p[i])
			}
			return dst
		}
	}
	return []csvColumn{{heading: "lon", cell: axis(0)}, {heading: "lat", cell: axis(1)}}
}

// appendCSVPrecision says none where there is no position.
func appendCSVPrecision(dst []byte, f geo.Feature) []byte {
	if pointOf(f) == nil {
		return append(dst, "none"...)
	}
	if facility, ok := f.(*geo.Facility); ok {
		return appendPlainCell(dst, facility.Precision)
	}
	return appendPlainCell(dst, f.Value(precision).Text)
}

// Headings are the names of the columns, in their order.
func (w CSV) Headings() []string {
	names := make([]string, len(w.columns))
	for i, c := range w.columns {
		names[i] = c.heading
	}
	return names
}

// Header is the first line of a file, after the byte order mark.
func (w CSV) Header() []byte { return AppendCSVTable(nil, [][]string{w.Headings()}, true) }

// AppendCSVTable appends a whole CSV file of texts, its header among the lines, as
// AppendRow appends those of records; with or without a byte order mark.
func AppendCSVTable(dst []byte, lines [][]string, marked bool) []byte {
	if marked {
		dst = append(dst, byteOrderMark...)
	}
	for _, cells := range lines {
		for i, text := range cells {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = appendCell(dst, text)
		}
		dst = append(dst, "\r\n"...)
	}
	return dst
}

// AppendRow appends a record as one line. Lists are joined by semicolons. What a
// spreadsheet would run as a formula gets an apostrophe in front, which CSVReader takes
// off again: at the start of a cell, and after each semicolon, where many spreadsheets
// begin another cell.
func (w CSV) AppendRow(dst []byte, f geo.Feature) []byte {
	facility, _ := f.(*geo.Facility)
	for i := range w.columns {
		c := &w.columns[i]
		if i > 0 {
			dst = append(dst, ',')
		}
		switch {
		case facility == nil:
		case c.text.Exists():
			if text := *c.text.In(facility); text != "" {
				dst = appendPlainCell(dst, text)
			}
			continue
		case c.texts.Exists():
			if texts := *c.texts.In(facility); len(texts) > 0 {
				dst = appendList(dst, texts)
			}
			continue
		case c.integer.Exists():
			dst = appendInteger(dst, "", *c.integer.In(facility))
			continue
		case c.label.Exists():
			dst = c.appendLabel(dst, facility)
			continue
		}
		if facility != nil && c.field != nil {
			if pointer := c.field.At(facility); pointer != nil {
				dst = appendFacilityValue(dst, pointer)
				continue
			}
		}
		dst = c.cell(dst, f)
	}
	return append(dst, "\r\n"...)
}

// appendLabel appends what the values of a field are called in a language.
func (c *csvColumn) appendLabel(dst []byte, f *geo.Facility) []byte {
	if c.label.Text.Exists() {
		if id := *c.label.Text.In(f); id != "" {
			dst = appendPlainCell(dst, c.label.Of(id))
		}
		return dst
	}
	ids := *c.label.Texts.In(f)
	var few [8]string // as most have at most
	labels := few[:0]
	for _, id := range ids {
		labels = append(labels, c.label.Of(id))
	}
	if len(labels) > 0 {
		dst = appendList(dst, labels)
	}
	return dst
}

// appendMarkCell appends which fields are shown in some way.
func appendMarkCell(dst []byte, field *geo.Field, f geo.Feature) []byte {
	if facility, ok := f.(*geo.Facility); ok {
		if names := field.Marks(facility); len(names) > 0 {
			return appendList(dst, names)
		}
		return dst
	}
	return appendCSVValue(dst, field.Value(f))
}

// appendPlainCell appends a text as a cell: most are as they stand.
func appendPlainCell(dst []byte, s string) []byte {
	for i := range len(s) {
		if special[s[i]] {
			return appendCell(dst, s)
		}
	}
	if isFormula(s) {
		return appendCell(dst, s)
	}
	return append(dst, s...)
}

// special are the bytes for which a cell needs quotes, or may need a guard within.
var special = [256]bool{',': true, '"': true, '\n': true, '\r': true, ';': true}

// appendFacilityValue appends what stands where geo.Field.At points.
func appendFacilityValue(dst []byte, pointer any) []byte {
	switch p := pointer.(type) {
	case *string:
		return appendCell(dst, *p)
	case *[]string:
		return appendList(dst, *p)
	case *int:
		return appendInteger(dst, "", *p)
	case *float64:
		if *p != 0 {
			return appendDecimal(dst, *p)
		}
	case *geo.Day:
		if *p != 0 {
			return p.Time().AppendFormat(dst, time.DateOnly)
		}
	case *time.Time:
		if !p.IsZero() {
			return p.UTC().AppendFormat(dst, time.RFC3339)
		}
	}
	return dst
}

// appendCSVValue appends a value as a cell.
func appendCSVValue(dst []byte, v cql2.Value) []byte {
	switch v.Type {
	case cql2.Text:
		return appendCell(dst, v.Text)
	case cql2.List:
		return appendList(dst, v.List)
	}
	return appendValueText(dst, v)
}

// appendList appends a list with semicolons between. As JSON it stands where it would
// else read as an array of JSON or of GDAL.
func appendList(dst []byte, values []string) []byte {
	if len(values) > 0 && looksLikeArray(values[0]) {
		return appendCell(dst, string(appendArray(nil, values)))
	}
	return appendCell(dst, values...)
}

// appendCell appends a text, or a list with semicolons between, in quotes where
// it needs them.
func appendCell(dst []byte, values ...string) []byte {
	quote := slices.ContainsFunc(values, needsQuotes)
	if quote {
		dst = append(dst, '"')
	}
	for i, s := range values {
		if i > 0 {
			dst = append(dst, ';')
		}
		switch {
		case isFormula(s) || strings.IndexByte(s, ';') >= 0:
			dst = appendDoubled(dst, guard(s))
		case quote:
			dst = appendDoubled(dst, s)
		default: // nearly all
			dst = append(dst, s...)
		}
	}
	if quote {
		dst = append(dst, '"')
	}
	return dst
}

// needsQuotes reports whether a text would end a cell, or seem to be quoted.
func needsQuotes(s string) bool {
	for i := range len(s) {
		switch s[i] {
		case ',', '"', '\n', '\r':
			return true
		}
	}
	return false
}

// appendDoubled appends a text with each of its quotes twice.
func appendDoubled(dst []byte, s string) []byte {
	for {
		i := strings.IndexByte(s, '"')
		if i < 0 {
			return append(dst, s...)
		}
		dst = append(dst, s[:i+1]...)
		dst = append(dst, '"')
		s = s[i+1:]
	}
}

// isFormula reports whether a text, or what follows the apostrophes at its
// start, begins as a formula does in a spreadsheet (OWASP, CSV injection).
func isFormula(s string) bool {
	for i := range len(s) {
		switch s[i] {
		case '\'':
		case '=', '+', '-', '@', '\t', '\r', '\n': // a reader may make CR LF one LF
			return true
		default:
			return false
		}
	}
	return false
}

// guard puts an apostrophe before each formula, at the start and after semicolons.
func guard(s string) string {
	first, rest, more := strings.Cut(s, ";")
	if isFormula(first) {
		first = "'" + first
	}
	if !more {
		return first
	}
	return first + guardRest(rest)
}

// guardRest is what follows a semicolon, with it, guarded.
func guardRest(s string) string {
	var b strings.Builder
	for part := range strings.SplitSeq(s, ";") {
		b.WriteByte(';')
		if isFormula(part) {
			b.WriteByte('\'')
		}
		b.WriteString(part)
	}
	return b.String()
}

// unguard takes off the apostrophes that guard put before formulas.
func unguard(s string) string {
	if !strings.Contains(s, "'") {
		return s
	}
	parts := strings.Split(s, ";")
	for i, part := range parts {
		if strings.HasPrefix(part, "'") && isFormula(part) {
			parts[i] = part[1:]
		}
	}
	return strings.Join(parts, ";")
}
