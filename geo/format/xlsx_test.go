package format_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/xuri/excelize/v2"

	"innoatlas/geo"
	"innoatlas/geo/format"
)

// xlsxSheet is what testdata/read_xlsx.py prints of a sheet: a cell is null, a
// number, a text or {"time": …}.
type xlsxSheet struct {
	Title, Filter, Frozen string
	Rows                  [][]any
}

func readXLSX(t *testing.T, s selection) map[string]xlsxSheet {
	t.Helper()
	var sheets []xlsxSheet
	if err := json.Unmarshal(python(t, "testdata/read_xlsx.py", save(t, format.WriteXLSX, s, "file.xlsx")), &sheets); err != nil {
		t.Fatal(err)
	}
	named, names := map[string]xlsxSheet{}, []string{}
	for _, sheet := range sheets {
		named[sheet.Title] = sheet
		names = append(names, sheet.Title)
	}
	if diff := cmp.Diff([]string{"Data", "Columns", "Sources", "Licence"}, names); diff != "" {
		t.Fatalf("sheets -want +got\n%s", diff)
	}
	return named
}

// cellsOf are the cells that the row of a record must have, by column. A list
// is one text; what XML cannot have is replaced in it as well.
func (s selection) cellsOf(t *testing.T, f geo.Feature) map[string]any {
	t.Helper()
	cells := map[string]any{}
	record := decode(t, format.NewGeoJSON(s.catalog, s.collection).AppendFeature(nil, f, nil))
	for name, value := range record.Properties {
		switch v := value.(type) {
		case string:
			cells[name] = guarded(asXML(v), name)
		case []any:
			var texts []string
			for i, text := range v {
				one := asXML(asText(text))
				if i > 0 {
					one = strings.TrimPrefix(guarded(";"+one, name), ";")
				}
				texts = append(texts, guarded(one, name))
			}
			cells[name] = strings.Join(texts, "; ")
		default:
			cells[name] = v
		}
	}
	delete(cells, "sources")
	if record.Geometry != nil && record.Geometry.Type == "Point" {
		position := record.Geometry.Coordinates.([]any)
		cells["lon"], cells["lat"] = position[0], position[1]
	}
	for _, c := range format.Columns(s.catalog, s.collection) {
		layout := map[geo.Type]string{geo.Time: time.RFC3339, geo.Date: time.DateOnly}[c.Type]
		if text, ok := cells[c.Name].(string); ok && layout != "" {
			if at, err := time.Parse(layout, text); err == nil && at.Year() > 1900 {
				cells[c.Name] = map[string]any{"time": at.Format("2006-01-02T15:04:05")}
			}
		}
	}
	return cells
}

// formulaWithin is what would be a formula where a cell is split at its semicolons.
var formulaWithin = regexp.MustCompile(`;('*[=+\-@\t\r\n])`)

// guarded is a text as a cell has it.
func guarded(s, column string) string {
	if slices.Contains([]string{"source_url", "website", "page", "cooperation"}, column) {
		return s
	}
	return formulaWithin.ReplaceAllString(s, ";'$1")
}

// openpyxl, which shares no code with the writer, reads each cell of each record.
func TestOpenpyxlReadsXLSX(t *testing.T) {
	for name, s := range selections(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			data := readXLSX(t, s)["Data"]
			if len(data.Rows)-1 != len(s.features) {
				t.Fatalf("%d rows of %d records", len(data.Rows)-1, len(s.features))
			}
			for i, f := range s.features {
				got := map[string]any{}
				for column, value := range data.Rows[i+1] {
					if name := data.Rows[0][column].(string); name == "cooperation" && value != nil {
						got[name] = outOfText(t, s, name, value.(string))
					} else if value != nil {
						got[name] = value
					}
				}
				if diff := cmp.Diff(s.cellsOf(t, f), got, cmpopts.EquateApprox(0, 1e-12), asExcelReads); diff != "" {
					t.Errorf("row %d -want +got\n%s", i+2, diff)
				}
			}
		})
	}
}

// asExcelReads forgives openpyxl, which keeps a carriage return in the form in
// which spreadsheets write it.
var asExcelReads = cmp.Comparer(func(a, b string) bool {
	plain := strings.NewReplacer("_x000D_", "\r", "\r\n", "\n")
	return plain.Replace(a) == plain.Replace(b)
})

func TestXLSXHeaderAndFilter(t *testing.T) {
	s := selections(t)["built-in facilities"]
	sheets := readXLSX(t, s)
	last := len(s.features) + 1
	if got := sheets["Data"]; got.Filter != fmt.Sprintf("$A$1:$AI$%d", last) && got.Filter != fmt.Sprintf("A1:AI%d", last) || got.Frozen != "A2" {
		t.Errorf("filter %s, in view above %s", got.Filter, got.Frozen)
	}
	want := []any{"id", "slug", "kind", "name", "name_zh", "name_local", "name_local_lang", "country", "country_name", "admin1", "city",
		"lon", "lat", "precision", "sectors", "partners", "host_institution", "institutions", "takes_part", "established", "status", "summary",
		"website", "address", "identifiers", "area_ha", "former_names", "closed", "successor", "checked", "source_title", "source_url", "source_date", "updated", "version"}
	if diff := cmp.Diff(want, sheets["Data"].Rows[0]); diff != "" {
		t.Errorf("header -want +got\n%s", diff)
	}
	columns := sheets["Columns"].Rows
	if diff := cmp.Diff([]any{"column", "type", "meaning"}, columns[0]); diff != "" || len(columns)-1 != len(want) {
		t.Errorf("%d columns are described; header %s", len(columns)-1, diff)
	}
	for i, row := range columns[1:] {
		if row[0] != want[i] || row[1] == nil || row[2] == nil {
			t.Errorf("column %s is described by %v", want[i], row)
		}
	}
}

func TestXLSXSources(t *testing.T) {
	facility := geo.Facility{ID: 7, Slug: "s", Name: "Rice park", Source: geo.Source{Title: "News", URL: "https://example.org/1", Date: "2020-05"}, Sources: []geo.Source{
		{Title: "=Report", Supports: "the year"}, {URL: "https://example.org/2"},
	}}
	want := [][]any{
		{"id", "name", "source_title", "source_url", "source_date", "supports"},
		{7.0, "Rice park", "News", "https://example.org/1", "2020-05", "the record"},
		{7.0, "Rice park", "=Report", nil, nil, "the year"},
		{7.0, "Rice park", nil, "https://example.org/2", nil, nil},
	}
	s := selection{geo.Facilities, &geo.Catalog{}, []geo.Feature{&facility, &geo.Facility{ID: 8, Slug: "none"}}}
	if diff := cmp.Diff(want, readXLSX(t, s)["Sources"].Rows); diff != "" {
		t.Errorf("facilities -want +got\n%s", diff)
	}
	countries := readXLSX(t, selections(t)["hard countries"])["Sources"].Rows
	if diff := cmp.Diff([]any{418.0, "Laos", hardTexts[1], nil, nil, "joint_projects 2021"}, countries[1]); diff != "" || len(countries) != 4 {
		t.Errorf("%d rows; first -want +got\n%s", len(countries), diff)
	}
}

func TestXLSXLicence(t *testing.T) {
	rows := readXLSX(t, selections(t)["one country"])["Licence"].Rows
	want := [][]any{
		{"about", "text"}, {"title", about.Title}, {"description", about.Description}, {"licence", "CC BY 4.0"}, {"licence_url", about.LicenceURL},
		{"attribution", "innoatlas"}, {"revision", "r1"}, {"updated", "2026-05-01T12:30:00Z"}, {"link", about.Link},
	}
	if diff := cmp.Diff(want, rows[:len(want)]); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
	if notes := fmt.Sprint(rows[len(want):]); !strings.Contains(notes, "Boundaries") {
		t.Errorf("no word on boundaries in %s", notes)
	}
}

// A time before March 1900 is a text, since programs do not count those days alike.
func TestXLSXTimes(t *testing.T) {
	var features []geo.Feature
	for i, at := range []time.Time{
		time.Date(1850, 1, 2, 3, 4, 5, 0, time.UTC), time.Date(1900, 2, 28, 23, 59, 59, 0, time.UTC),
		time.Date(1900, 3, 1, 0, 0, 0, 0, time.UTC), time.Date(2024, 2, 29, 23, 59, 59, 0, time.UTC),
	} {
		features = append(features, &geo.Facility{ID: int64(i + 1), Updated: at})
	}
	rows := readXLSX(t, selection{geo.Facilities, &geo.Catalog{}, features})["Data"].Rows
	var got []any
	for _, row := range rows[1:] {
		got = append(got, row[len(row)-2])
	}
	want := []any{"1850-01-02T03:04:05Z", "1900-02-28T23:59:59Z", map[string]any{"time": "1900-03-01T00:00:00"}, map[string]any{"time": "2024-02-29T23:59:59"}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
}

// A text that looks like a formula is a text to the library that wrote it, too.
func TestXLSXHasNoFormula(t *testing.T) {
	file, err := excelize.OpenReader(bytes.NewReader(write(t, format.WriteXLSX, selections(t)["hard facilities"])))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	looksLikeOne := 0
	for _, sheet := range file.GetSheetList() {
		rows, err := file.GetRows(sheet, excelize.Options{RawCellValue: true})
		if err != nil {
			t.Fatal(err)
		}
		for i, row := range rows {
			for j, value := range row {
				cell, _ := excelize.CoordinatesToCellName(j+1, i+1)
				if strings.HasPrefix(value, "=") {
					looksLikeOne++
				}
				if formula, err := file.GetCellFormula(sheet, cell); err != nil || formula != "" {
					t.Errorf("%s!%s is the formula %s, %v", sheet, cell, formula, err)
				}
			}
		}
	}
	if looksLikeOne == 0 {
		t.Error("no text begins like a formula, so nothing was tried")
	}
}

// What a sheet cannot hold is refused before anything is written.
func TestXLSXLimits(t *testing.T) {
	long := func(n int, with string) iter.Seq2[geo.Feature, error] {
		return rows([]geo.Feature{&geo.Facility{ID: 1, Slug: "s", Summary: strings.Repeat(with, n)}}, nil)
	}
	for name, c := range map[string]struct {
		rows iter.Seq2[geo.Feature, error]
		want string // part of the error; empty: it fits
	}{
		"a text that fills a cell":             {long(32767, "界"), ""},
		"one that is longer":                   {long(32768, "界"), "row 2 of the sheet Data has a text of more than the 32767 characters"},
		"letters that count twice fill it":     {long(16383, "🌾"), ""},
		"and are longer sooner than they look": {long(16384, "🌾"), "take CSV or Parquet"},
	} {
		t.Run(name, func(t *testing.T) {
			var out bytes.Buffer
			err := format.WriteXLSX(t.Context(), &out, format.File{Collection: geo.Facilities, Catalog: &geo.Catalog{}, Rows: c.rows})
			var limit *format.LimitError
			switch {
			case c.want == "":
				if err != nil {
					t.Error(err)
				}
			case !errors.As(err, &limit) || !strings.Contains(limit.Reason, c.want) || out.Len() > 0:
				t.Errorf("error %v, %d bytes", err, out.Len())
			}
		})
	}
}
