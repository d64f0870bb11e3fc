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
// by semicolons. A text that a spreadsheet would run as a formula gets an
// apostrophe in front, which CSVReader takes off again. Further sources have no
// column.
func AppendCSVRow(dst []byte, f *geo.Facility) []byte {
	dst = strconv.AppendInt(dst, f.ID, 10)
	for _, text := range [...]string{f.Slug, f.Kind, f.Name, f.NameZh, f.NameLocal, f.NameLocalLang, f.Country, f.Admin1, f.City} {
		dst = appendCell(append(dst, ','), text)
	}
	dst = appendCSVPosition(dst, f)
	dst = appendCell(append(dst, ','), f.Sectors...)
	dst = appendCell(append(dst, ','), f.Partners...)
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

// appendCell appends a text, or a list with semicolons between, in quotes where
// it needs them. Only the start of the first value can make a cell a formula.
func appendCell(dst []byte, values ...string) []byte {
	quote := slices.ContainsFunc(values, needsQuotes)
	if quote {
		dst = append(dst, '"')
	}
	for i, s := range values {
		switch {
		case i > 0:
			dst = append(dst, ';')
		case isFormula(s):
			dst = append(dst, '\'')
		}
		dst = appendDoubled(dst, s)
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

// unquoteFormula takes off the apostrophe that appendCell put before a formula.
func unquoteFormula(s string) string {
	if strings.HasPrefix(s, "'") && isFormula(s) {
		return s[1:]
	}
	return s
}
