package format

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"innoatlas/geo"
)

var facilityCSV = NewCSV(&geo.Catalog{}, geo.Facilities)

func TestCSVGolden(t *testing.T) {
	var file []byte
	file = append(file, facilityCSV.Header()...)
	file = facilityCSV.AppendRow(file, station())
	file = facilityCSV.AppendRow(file, &geo.Facility{ID: 7, Slug: "bare", Kind: "k", Name: "Bare"})
	file = facilityCSV.AppendRow(file, &geo.Facility{
		ID: 8, Slug: "awkward", Kind: "k", Name: `=HYPERLINK("x")`, NameZh: "'=1", NameLocal: "'quoted'", Admin1: "-5", City: "two\nlines",
		Partners: []string{"@a (THA)", `"B", Ltd.`}, Summary: "a, b",
	})
	golden(t, "facilities.golden.csv", file)
}

// cellsOf are the cells of a facility as a reader must give them.
func cellsOf(f *geo.Facility) []string {
	number := func(n int) string {
		if n == 0 {
			return ""
		}
		return strconv.Itoa(n)
	}
	decimal := func(n float64) string {
		if n == 0 {
			return ""
		}
		return strconv.FormatFloat(n, 'f', -1, 64)
	}
	lon, lat, precision, updated := "", "", "none", ""
	if f.Position != nil {
		lon = strconv.FormatFloat(f.Position[0]+0, 'f', -1, 64)
		lat = strconv.FormatFloat(f.Position[1]+0, 'f', -1, 64)
		precision = f.Precision
	}
	if !f.Updated.IsZero() {
		updated = f.Updated.UTC().Format(time.RFC3339)
	}
	return []string{
		strconv.FormatInt(f.ID, 10), f.Slug, f.Kind, f.Name, f.NameZh, f.NameLocal, f.NameLocalLang,
		f.Country, f.Admin1, f.City, lon, lat, precision,
		listCell(f.Sectors), listCell(f.Partners), f.HostInstitution, listCell(f.Institutions), listCell(f.TakesPart), number(f.Established), f.Status, f.Summary,
		f.Website, f.Address, listCell(f.Identifiers), decimal(f.AreaHa), listCell(f.FormerNames), number(f.Closed), f.Successor, f.Checked.String(),
		f.Source.Title, f.Source.URL, f.Source.Date, updated, number(f.Version),
	}
}

// listCell is a list as a cell has it.
func listCell(values []string) string {
	if regexp.MustCompile(`^(\s*\[|\(\d)`).MatchString(strings.Join(values, ";")) {
		return string(appendArray(nil, values))
	}
	return strings.Join(values, ";")
}

// readCSV reads one row back.
func readCSV(t interface{ Fatalf(string, ...any) }, file []byte) []string {
	r, err := NewCSVReader(bytes.NewReader(file))
	if err != nil {
		t.Fatalf("header: %v", err)
	}
	row, err := r.Read()
	if err != nil || len(row.Problems) > 0 {
		t.Fatalf("row: %v %v in %s", err, row.Problems, file)
	}
	if !slices.Equal(r.Columns, facilityCSV.Headings()) || row.Pos != Line(2) {
		t.Fatalf("columns %v at %v", r.Columns, row.Pos)
	}
	cells := slices.Clone(row.Cells)
	if row, err = r.Read(); !errors.Is(err, io.EOF) {
		t.Fatalf("one facility is %v too", row)
	}
	return cells
}

// A quoted CRLF is read as LF (encoding/csv); package dataset keeps CR out.
func withoutCRLF(cells []string) []string {
	for i := range cells {
		cells[i] = strings.ReplaceAll(cells[i], "\r\n", "\n")
	}
	return cells
}

func TestCSVRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := facilities().Draw(t, "facility")
		file := facilityCSV.AppendRow(facilityCSV.Header(), f)
		if diff := cmp.Diff(withoutCRLF(cellsOf(f)), readCSV(t, file)); diff != "" {
			t.Fatalf("-written +read\n%s", diff)
		}
	})
}

// No text cell of a file begins a formula in a spreadsheet.
func TestCSVHasNoFormula(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := facilities().Draw(t, "facility")
		cells, err := csv.NewReader(bytes.NewReader(facilityCSV.AppendRow(nil, f))).Read()
		if err != nil {
			t.Fatal(err)
		}
		for i, cell := range cells {
			if name := facilityCSV.Headings()[i]; name == "lon" || name == "lat" {
				continue
			}
			for part := range strings.SplitSeq(cell, ";") { // at which many spreadsheets begin another cell
				if part != "" && strings.Contains("=+-@\t\r", part[:1]) {
					t.Fatalf("%s is %q", facilityCSV.Headings()[i], cell)
				}
			}
		}
	})
}

func TestFormulaCells(t *testing.T) {
	cases := map[string]string{ // text: cell
		"":           "",
		"plain":      "plain",
		"=1+1":       "'=1+1",
		"+86 771":    "'+86 771",
		"-":          "'-",
		"@cmd":       "'@cmd",
		"\ttab":      "'\ttab",
		"'=1+1":      "''=1+1",
		"''@":        "'''@",
		"'":          "'",
		"'quoted'":   "'quoted'",
		"a=b":        "a=b",
		" =1":        " =1",
		"a;=1":       "a;'=1",
		"a;;'-b;@":   "a;;''-b;'@",
		"a; =1":      "a; =1",
		";":          ";",
		"−1, U+2212": "\"−1, U+2212\"",
	}
	for text, want := range cases {
		if got := string(appendCell(nil, text)); got != want {
			t.Errorf("appendCell(%q) = %s, want %s", text, got, want)
		}
	}
}

func TestCSVReaderHeader(t *testing.T) {
	cases := map[string]struct {
		file    string
		columns []string
		problem string
	}{
		"plain":              {"a,b\n", []string{"a", "b"}, ""},
		"byte order mark":    {"\ufeffa,b\r\n", []string{"a", "b"}, ""},
		"blanks":             {" a , \"b\"\n", nil, "line 1: has a quote within a text"},
		"outer blanks":       {" a ,b \n", []string{"a", "b"}, ""},
		"empty":              {"", nil, "the file is empty"},
		"only a mark":        {"\ufeff", nil, "the file is empty"},
		"UTF-16":             {"\xff\xfea\x00,\x00", nil, "the file is UTF-16"},
		"semicolons":         {"a;b;c\n1;2;3\n", nil, "line 1: the columns stand between semicolons"},
		"quote without end":  {"a,\"b\n", nil, "line 1: has a quoted text that does not end"},
		"no line end at all": {"a,b", []string{"a", "b"}, ""},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			r, err := NewCSVReader(strings.NewReader(c.file))
			var problem *Problem
			switch {
			case c.problem == "" && err != nil:
				t.Fatal(err)
			case c.problem == "" && !slices.Equal(r.Columns, c.columns):
				t.Errorf("columns %q, want %q", r.Columns, c.columns)
			case c.problem != "" && (!errors.As(err, &problem) || !strings.HasPrefix(err.Error(), c.problem)):
				t.Errorf("error %v, want a Problem: %s", err, c.problem)
			}
		})
	}
}

// A malformed line is told with its number, the next ones are read, and blank
// ones have no cells.
func TestCSVReaderGoesOn(t *testing.T) {
	file := "a,b\n1,2\n3\n\n\"two\nlines\",4\n5,x\"y\n6,7,8\n\"9\"0,1\n, \n,\nlast,row\n"
	r, err := NewCSVReader(strings.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for {
		row, err := r.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		if row.Cells != nil {
			got = append(got, row.Pos.String()+": "+strings.Join(row.Cells, "|"))
		}
		for _, problem := range row.Problems {
			got = append(got, problem.Error())
		}
	}
	want := []string{
		"line 2: 1|2",
		"line 3: has the wrong number of fields, 1 where the header has 2; a text with a comma in it needs quotes",
		"line 5: two\nlines|4",
		`line 7: has a quote within a text that has none around it; write "…""…"`,
		"line 8: has the wrong number of fields, 3 where the header has 2; a text with a comma in it needs quotes",
		"line 9: has a quoted text that does not end, or that goes on after its end; a quote within it is written twice",
		"line 12: last|row",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
}

var errBroken = errors.New("disk is gone")

type brokenReader struct{}

func (brokenReader) Read([]byte) (int, error) { return 0, errBroken }

func TestReadersPassOnOtherErrors(t *testing.T) {
	if _, err := NewCSVReader(brokenReader{}); !errors.Is(err, errBroken) {
		t.Errorf("CSV: %v", err)
	}
	if _, err := readFeatures(brokenReader{}); !errors.Is(err, errBroken) {
		t.Errorf("GeoJSON: %v", err)
	}
	half := io.MultiReader(strings.NewReader("a,b\n1,"), brokenReader{})
	r, err := NewCSVReader(half)
	if err != nil {
		t.Fatal(err)
	}
	if row, err := r.Read(); !errors.Is(err, errBroken) {
		t.Errorf("CSV row: %v, %v", row, err)
	}
}

func FuzzCSV(f *testing.F) {
	f.Add("plain", "=1+1", "a;b", `"quoted", text`)
	f.Add("a;=b", ";'=c;", "=d", "e;'f;\t")
	f.Add("中文", "'\t", "line\nend", "\xff")
	f.Fuzz(func(t *testing.T, name, city, partner, summary string) {
		facility := &geo.Facility{ID: 1, Slug: "s", Name: name, City: city, Partners: []string{partner}, Summary: summary}
		file := facilityCSV.AppendRow(facilityCSV.Header(), facility)
		if diff := cmp.Diff(withoutCRLF(cellsOf(facility)), readCSV(t, file)); diff != "" {
			t.Errorf("-written +read\n%s", diff)
		}
	})
}
