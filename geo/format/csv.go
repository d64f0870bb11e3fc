package format

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"innoatlas/geo"
)

// CSVColumns are the columns of a file of facilities, in their order.
var CSVColumns = []string{
	"id", "slug", "kind", "name", "name_zh", "name_local", "name_local_lang",
	"country", "admin1", "city", "lon", "lat", "location_precision",
	"sectors", "partners", "host_institution", "established", "status", "summary",
	"source_title", "source_url", "source_date", "updated",
}

// byteOrderMark is that by which a spreadsheet knows UTF-8.
const byteOrderMark = "\ufeff"

// CSVHeader is the first line of a CSV file, after the byte order mark.
func CSVHeader() []byte {
	return []byte(byteOrderMark + strings.Join(CSVColumns, ",") + "\r\n")
}

// AppendCSVTable appends a whole CSV file of texts, its header among the lines, as
// AppendCSVRow appends those of facilities; with or without a byte order mark.
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

// AppendCSVRow appends a facility as one line (RFC 4180, CRLF). Lists are joined
// by semicolons. What a spreadsheet would run as a formula gets an apostrophe in
// front, which CSVReader takes off again: at the start of a cell, and after each
// semicolon, where many spreadsheets begin another cell. Further sources have no
// column.
func AppendCSVRow(dst []byte, f *geo.Facility) []byte {
	dst = strconv.AppendInt(dst, f.ID, 10)
	for _, text := range [...]string{f.Slug, f.Kind, f.Name, f.NameZh, f.NameLocal, f.NameLocalLang, f.Country, f.Admin1, f.City} {
		dst = appendCell(append(dst, ','), text)
	}
	dst = appendCSVPosition(dst, f)
	dst = appendList(append(dst, ','), f.Sectors)
	dst = appendList(append(dst, ','), f.Partners)
	dst = appendCell(append(dst, ','), f.HostInstitution)
	dst = appendInteger(append(dst, ','), "", f.Established)
	for _, text := range [...]string{f.Status, f.Summary, f.Source.Title, f.Source.URL, f.Source.Date} {
		dst = appendCell(append(dst, ','), text)
	}
	dst = append(dst, ',')
	if !f.Updated.IsZero() {
		dst = f.Updated.UTC().AppendFormat(dst, time.RFC3339)
	}
	return append(dst, "\r\n"...)
}

// appendCSVPosition appends longitude, latitude and precision, each after a comma.
func appendCSVPosition(dst []byte, f *geo.Facility) []byte {
	if f.Position == nil {
		return append(dst, ",,,none"...)
	}
	dst = appendDecimal(append(dst, ','), f.Position[0])
	dst = appendDecimal(append(dst, ','), f.Position[1])
	return appendCell(append(dst, ','), f.Precision)
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
