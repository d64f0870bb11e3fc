package dataset

import (
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"testing"
)

// TestTextsThatTurn: the characters that turn the direction of what follows are refused
// in each text of each table, with row, column and character; marks and joiners, which
// some scripts need, are not.
func TestTextsThatTurn(t *testing.T) {
	facility := map[string]string{"slug": "a", "kind": "lab", "name": "A"}
	tables := map[string]struct {
		good    map[string]string // a row
		columns []string          // that hold texts
	}{
		"facilities.csv": {facility, []string{"name", "name_zh", "name_local", "name_local_lang", "admin1", "city", "sectors", "partners", "host_institution", "summary",
			"source_title", "source_url", "source_date", "kind", "slug", "status", "country", "updated"}},
		"facility_sources.csv": {map[string]string{"slug": "a", "source_title": "T", "source_url": ""}, []string{"source_title", "source_url", "source_date", "supports", "slug"}},
		"kinds.csv":            {map[string]string{"id": "lab", "label_en": "Laboratory"}, []string{"label_en", "label_zh", "label_my", "plural_en", "id"}},
		"sectors.csv":          {map[string]string{"id": "rice", "label_en": "Rice"}, []string{"label_en", "plural_fil", "id"}},
		"cooperation.csv": {map[string]string{"country": "THA", "indicator": "x", "value": "1"},
			[]string{"indicator", "source_title", "source_url", "source_date", "country"}},
	}
	for file, table := range tables {
		for i, column := range table.columns {
			c := []rune("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")[i%9]
			folder := t.TempDir()
			writeTo(t, filepath.Join(folder, "facilities.csv"), func(w io.Writer) { writeRow(w, facility, "", "") })
			writeTo(t, filepath.Join(folder, file), func(w io.Writer) { writeRow(w, table.good, column, "ab"+string(c)+"c") })
			_, _, err := Read(folder)
			said := strings.ToLower(fmt.Sprint(err))
			if want := fmt.Sprintf("%s, line 2, %s", file, column); !strings.Contains(said, want) || !strings.Contains(said, fmt.Sprintf(`\u%x`, c)) {
				t.Errorf("%U in %s of %s: %v", c, column, file, err)
			}
		}
	}
	_, _, err := Read(writeFile(t, "a.geojson", `{"type":"FeatureCollection","features":[{"type":"Feature","properties":
		{"slug":"a","kind":"lab","name":"Lab \u202egnp","partners":["\u2067x"],"sources":[{"title":"a","supports":"b\u2069"}]}}]}`))
	for _, want := range []string{
		"a.geojson, features[0], name = \"Lab \\u202egnp\": must not have U+202E, which turns round the text after it; take it out, as it is not seen (character 5)",
		"a.geojson, features[0], partners = ", "a.geojson, features[0], sources[0].supports = ",
	} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %s", err, want)
		}
	}
	needed := "ក\u200bខ က\u200cခ می\u200cخواهم \u200eA\u200f \u061c"
	ds, _, err := Read(writeFile(t, "a.csv", "slug,kind,name\na,lab,x"+needed+"x\n"))
	if err != nil || ds.Facilities[0].Name != "x"+needed+"x" {
		t.Errorf("%v: marks and joiners are needed", err)
	}
}

// writeRow writes a table of one row, in which a column has another value.
func writeRow(w io.Writer, row map[string]string, column, value string) {
	var names, cells []string
	for name, cell := range row {
		if name != column {
			names, cells = append(names, name), append(cells, cell)
		}
	}
	if column != "" {
		names, cells = append(names, column), append(cells, value)
	}
	fmt.Fprintf(w, "%s\n%s\n", strings.Join(names, ","), strings.Join(cells, ","))
}
