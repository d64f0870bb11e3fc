package dataset

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/language"

	"innoatlas/geo"
	"innoatlas/geo/format"
)

// How long texts may be, in characters.
const (
	maxID      = 64
	maxSlug    = 100
	maxName    = 500
	maxURL     = 2000
	maxSummary = 5000
)

// record is a row under check. Its methods give the value of a column; where
// that is not allowed they note an error and give the zero value.
type record struct {
	*format.Row
	sheet   *sheet
	cleared []string // columns that the row empties, see partly
}

// fail notes an error, but one for each column is enough.
func (r *record) fail(column, value, reason string, args ...any) {
	if name, ok := r.sheet.names[column]; ok {
		column = name
	}
	if r.hasFailed(column) {
		return
	}
	problem := &format.Problem{Pos: r.Pos, Column: column, Value: value, Reason: fmt.Sprintf(reason, args...)}
	r.Problems = append(r.Problems, problem)
	r.sheet.errors.add(r.sheet.file, problem)
}

// hasFailed reports whether a column, or a member within it, has an error already.
func (r *record) hasFailed(column string) bool {
	return slices.ContainsFunc(r.Problems, func(p *format.Problem) bool {
		inside, ok := strings.CutPrefix(p.Column, column)
		return ok && (inside == "" || inside[0] == '[' || inside[0] == '.')
	})
}

// cell is what the file says, without outer blanks.
func (r *record) cell(column string) string {
	i, ok := r.sheet.columns[column]
	if !ok {
		return ""
	}
	return strings.TrimSpace(r.Cells[i])
}

func (r *record) text(column string, most int) string {
	return r.checkText(column, r.cell(column), most)
}

// checkText keeps out what some store or client cannot hold.
func (r *record) checkText(column, s string, most int) string {
	if isPlain(s) && len(s) <= most {
		return s
	}
	s = strings.ReplaceAll(s, "\r\n", "\n")
	turns := strings.IndexFunc(s, turnsRound)
	switch i := strings.IndexFunc(s, isForbidden); {
	case !utf8.ValidString(s):
		r.fail(column, s, "must be UTF-8; save the file as CSV UTF-8")
	case i >= 0:
		c, _ := utf8.DecodeRuneInString(s[i:])
		r.fail(column, s, "must not have control characters, here %U", c)
	case turns >= 0:
		c, _ := utf8.DecodeRuneInString(s[turns:])
		r.fail(column, s, "must not have %U, which turns round the text after it; take it out, as it is not seen (character %d)", c, utf8.RuneCountInString(s[:turns])+1)
	case utf8.RuneCountInString(s) > most:
		r.fail(column, s, "must have at most %d characters, not %d", most, utf8.RuneCountInString(s))
	default:
		return s
	}
	return ""
}

// line is a text of one line.
func (r *record) line(column, s string) string {
	if strings.ContainsAny(s, "\n\t") {
		r.fail(column, s, "must be one line")
		return ""
	}
	return r.checkText(column, s, maxURL)
}

// isPlain is a quick look at the most common texts.
func isPlain(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' {
			return false
		}
	}
	return true
}

// isForbidden are the control characters but for the tab and the end of a line.
func isForbidden(c rune) bool { return unicode.IsControl(c) && c != '\n' && c != '\t' }

// turnsRound are the characters that embed, override and isolate directions. One that
// is not closed shows the rest of a line backwards, so that a name reads as another.
// The marks U+200E, U+200F and U+061C do not, nor the joiners that scripts need.
func turnsRound(c rune) bool { return c >= 0x202a && c <= 0x202e || c >= 0x2066 && c <= 0x2069 }

func (r *record) required(column string, most int) string {
	s := r.text(column, most)
	if s == "" && !r.sheet.partial {
		r.fail(column, "", "must not be empty")
	}
	return s
}

// number is a decimal number. ok is false where none is stated, or what is there
// is none.
func (r *record) number(column string) (n float64, ok bool) {
	s := r.cell(column)
	if s == "" {
		return 0, false
	}
	n, err := strconv.ParseFloat(s, 64)
	// ParseFloat would also take NaN, Inf and hexadecimal.
	if err != nil || strings.Trim(s, "0123456789+-.eE") != "" {
		r.fail(column, s, "must be a decimal number, as 102.6")
		return 0, false
	}
	return n, true
}

// integer is a whole number from least to most, 0 where none is stated. Tools
// that know one kind of number write 2015 as 2015.0.
func (r *record) integer(column string, least, most int64) int64 {
	s := r.cell(column)
	if s == "" {
		return 0
	}
	n, err := strconv.ParseInt(strings.TrimSuffix(s, ".0"), 10, 64)
	if err != nil || n < least || n > most {
		r.fail(column, s, "must be a whole number from %d to %d", least, most)
		return 0
	}
	return n
}

// readInto reads the cell of a field to where geo.Field.At points in a record, as its
// type and its form want it.
func (r *record) readInto(field fieldReader, pointer any) {
	column := field.column
	switch p := pointer.(type) {
	case *string:
		*p = r.formed(column, field.Field)
	case *[]string:
		*p = r.formedList(column, field.Field)
	case *int:
		*p = r.wholeNumber(column, field.Field)
	case *float64:
		var stated bool
		if *p, stated = r.number(column); stated && *p == 0 && !r.hasFailed(column) {
			r.fail(column, r.cell(column), "must not be 0; leave it empty where it is not stated")
		}
	case *geo.Day:
		*p = r.day(column)
	case *time.Time:
		*p = r.time(column)
	}
}

// formed is a text in the form of its field.
func (r *record) formed(column string, field *geo.Field) string {
	switch {
	case field.Form == geo.AddressForm, field.Type == geo.URL:
		return r.checkURL(column, r.cell(column))
	case field.Form == geo.LanguageForm:
		return r.language(column)
	case field.Form == geo.PartialDate:
		return r.checkDate(column, r.cell(column))
	case field.Form == geo.SlugForm:
		if s := r.cell(column); s != "" {
			return r.id(column, s, maxSlug)
		}
		return ""
	case field.Terms != nil && !field.Open && geo.FindTerm(field.Terms, r.cell(column)) == nil:
		return r.oneOf(column, geo.TermIDs(field.Terms))
	}
	return r.text(column, cmp.Or(field.Most, maxName))
}

// formedList is a list of texts in the form of their field.
func (r *record) formedList(column string, field *geo.Field) []string {
	values := r.list(column)
	if field.Form != geo.IdentifierForm {
		return values
	}
	for i, v := range values {
		var ok bool
		if values[i], ok = geo.ParseIdentifier(v); !ok || utf8.RuneCountInString(v) > field.Most {
			r.fail(column, v, "must be scheme:value without blanks, as ror:03yrm5c26 or wikidata:Q42, at most %d characters", field.Most)
		}
	}
	return values
}

// wholeNumber is a year, or any whole number but 0, which would be one that is not stated.
func (r *record) wholeNumber(column string, field *geo.Field) int {
	if field.Form == geo.YearForm {
		return int(r.integer(column, 1, maxYear))
	}
	n := r.integer(column, -maxNumber, maxNumber)
	if n == 0 && r.cell(column) != "" && !r.hasFailed(column) {
		r.fail(column, r.cell(column), "must not be 0; leave it empty where it is not stated")
	}
	return int(n)
}

// id is a name in lower case, as of a kind or a facility.
func (r *record) id(column, s string, most int) string {
	if !isName(s) || len(s) > most {
		r.fail(column, s, "must be lower-case letters a-z, digits and single hyphens between them, at most %d characters", most)
		return ""
	}
	return s
}

// slug is that of a row, which no other row has: seen are those so far, by where they stand.
func (r *record) slug(seen map[string]format.Pos) string {
	slug := r.slugText()
	pos, twice := seen[slug]
	r.checkOnce(slug, pos, twice)
	seen[slug] = r.Pos
	return slug
}

// checkOnce refuses a slug that another row has.
func (r *record) checkOnce(slug string, pos format.Pos, twice bool) {
	if twice && slug != "" {
		r.fail("slug", slug, "must be unique; it is also at %v", pos)
	}
}

func (r *record) slugText() string {
	s := r.cell("slug")
	if s == "" {
		r.fail("slug", "", "must not be empty")
		return ""
	}
	slug := r.id("slug", s, maxSlug)
	if geo.IsID(slug) {
		r.fail("slug", slug, "must not be a number, which would read as an id")
	}
	return slug
}

// isName reports whether a text is words of a-z and 0-9 with single hyphens between.
func isName(s string) bool {
	hyphen := true // none at the start, and none after another
	for i := range len(s) {
		c := s[i]
		if !(c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '-' && !hyphen) {
			return false
		}
		hyphen = c == '-'
	}
	return !hyphen
}

// oneOf is a value of a fixed list.
func (r *record) oneOf(column string, allowed []string) string {
	s := r.cell(column)
	i := slices.Index(allowed, s)
	switch {
	case s == "":
		return ""
	case i < 0:
		r.fail(column, s, "must be one of %s", strings.Join(allowed, ", "))
		return ""
	}
	return allowed[i]
}

// language is a language tag (BCP 47), of which ISO 639-1 codes are the shortest.
func (r *record) language(column string) string {
	s := r.text(column, 35)
	if s == "" {
		return ""
	}
	if _, err := language.Parse(s); err != nil || strings.Contains(s, "_") {
		r.fail(column, s, "must be a language code (ISO 639-1 or BCP 47), as th or zh-Hant")
		return ""
	}
	return s
}

// dateLayouts are the forms of a source's date, by their length.
var dateLayouts = map[int]string{0: "", 4: "2006", 7: "2006-01", 10: time.DateOnly}

// checkDate is a date of a source: a year, a month or a day.
func (r *record) checkDate(column, s string) string {
	layout, ok := dateLayouts[len(s)]
	if _, err := time.Parse(layout, s); err != nil || !ok {
		r.fail(column, s, "must be a date: YYYY, YYYY-MM or YYYY-MM-DD")
		return ""
	}
	return s
}

// timeLayouts are the forms of a time: our own, a day, and how GDAL writes one into CSV.
var timeLayouts = []string{time.RFC3339, time.DateOnly, "2006/01/02 15:04:05-07", "2006/01/02 15:04:05"}

// time is an instant to the second, or the start of a day in UTC.
func (r *record) time(column string) time.Time {
	s := r.cell(column)
	if s == "" {
		return time.Time{}
	}
	var t time.Time
	var err error
	for _, layout := range timeLayouts {
		if t, err = time.Parse(layout, s); err == nil {
			break
		}
	}
	if err != nil || t.UTC().Year() < 1 || t.UTC().Year() > 9999 {
		r.fail(column, s, "must be a time (RFC 3339), as 2024-05-31T08:00:00Z, or a date")
		return time.Time{}
	}
	return t.UTC().Truncate(time.Second)
}

// dayLayouts are the forms of a day: our own, and those of GDAL.
var dayLayouts = []string{time.DateOnly, "2006/01/02", "2006/01/02 15:04:05", "2006/01/02 15:04:05-07"}

// day is a date of the calendar.
func (r *record) day(column string) geo.Day {
	s := r.cell(column)
	if s == "" {
		return 0
	}
	for _, layout := range dayLayouts {
		if t, err := time.Parse(layout, s); err == nil && t.Year() > 0 && !t.IsZero() {
			return geo.DayOf(t)
		}
	}
	r.fail(column, s, "must be a date, as 2024-05-31")
	return 0
}

// checkURL is an absolute address that a browser opens.
func (r *record) checkURL(column, s string) string {
	s = r.checkText(column, s, maxURL)
	if s == "" {
		return ""
	}
	if !isWebAddress(s) {
		r.fail(column, s, "must be an address that begins with http:// or https:// and has no blanks")
		return ""
	}
	return s
}

// source is what the three source columns say.
func (r *record) source() geo.Source {
	return geo.Source{
		Title: r.text("source_title", maxName),
		URL:   r.checkURL("source_url", r.cell("source_url")),
		Date:  r.checkDate("source_date", r.cell("source_date")),
	}
}

// list are the values of a cell, without empty ones.
func (r *record) list(column string) []string {
	cell := r.text(column, 100*maxName)
	if cell == "" {
		return nil
	}
	values, err := format.ParseList(cell)
	if err != nil {
		r.fail(column, cell, "%v", err)
	}
	if len(values) == 0 {
		return nil
	}
	return values
}
