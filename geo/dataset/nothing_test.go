package dataset

import (
	"bytes"
	"compress/gzip"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"innoatlas/geo"
)

// A file that is there and gives nothing is a mistake of whoever made it, and never a
// data set without records.
func TestFilesThatGiveNothing(t *testing.T) {
	const header, row = "slug,kind,name\n", "a,k,A\n"
	packed := func(text string) string {
		var b bytes.Buffer
		w := gzip.NewWriter(&b)
		w.Write([]byte(text))
		w.Close()
		return b.String()
	}
	for name, c := range map[string]struct{ file, content, want string }{
		"empty":                        {"a.csv", "", "empty"},
		"a byte order mark alone":      {"a.csv", "\ufeff", "empty"},
		"blank lines":                  {"a.csv", "\n\r\n\n", "empty"},
		"a heading":                    {"a.csv", header, "no rows below its heading"},
		"a heading without its end":    {"a.csv", strings.TrimSpace(header), "no rows below its heading"},
		"a heading and empty rows":     {"a.csv", header + ",,\n\n, ,\n", "no rows below its heading"},
		"carriage returns":             {"a.csv", strings.ReplaceAll(header+row, "\n", "\r"), "carriage returns"},
		"carriage returns and quotes":  {"a.csv", "slug,kind,\"name\"\r\"a\",\"k\",\"A\"\r", "carriage returns"},
		"an empty .csv.gz":             {"a.csv.gz", "", "gzip"},
		"a .csv.gz of nothing":         {"a.csv.gz", packed(""), "empty"},
		"a .csv.gz of a heading":       {"a.csv.gz", packed(header), "no rows below its heading"},
		"an empty .geojson":            {"a.geojson", "", "not JSON"},
		"no features":                  {"a.geojson", `{"type":"FeatureCollection","features":[]}`, "no features"},
		"no array of features":         {"a.geojson", `{"type":"FeatureCollection"}`, "must be one array"},
		"a folder of a heading":        {"facilities.csv", header, "no rows below its heading"},
		"no further sources":           {"facility_sources.csv", "slug,source_title,source_url\n", "no rows below its heading"},
		"no kinds":                     {"kinds.csv", "id,label_en\n", "no rows below its heading"},
		"no figures":                   {"cooperation.csv", "country,indicator,value\n", "no rows below its heading"},
		"an empty file of sectors":     {"sectors.csv", "", "empty"},
		"no outlines":                  {"countries.geojson", `{"features":[],"type":"FeatureCollection"}`, "no features"},
		"figures in carriage returns":  {"cooperation.csv", "country,indicator,value\rTHA,x,1\r", "carriage returns"},
		"an empty file of outlines":    {"countries.geojson", "", "not JSON"},
		"an empty file of figures":     {"cooperation.csv", "\n", "empty"},
		"sources without their header": {"facility_sources.csv", "\ufeff\n", "empty"},
	} {
		t.Run(name, func(t *testing.T) {
			path := writeFile(t, c.file, c.content)
			if c.file != "a"+filepath.Ext(c.file) && !strings.HasPrefix(c.file, "a.") {
				path = filepath.Dir(path)
				if c.file != "facilities.csv" {
					if err := os.WriteFile(filepath.Join(path, "facilities.csv"), []byte(header+row), 0o600); err != nil {
						t.Fatal(err)
					}
				}
			}
			ds, _, err := Read(path)
			if err == nil || ds != nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("Read = %v, %v, want an error with %q", ds, err, c.want)
			}
		})
	}
}

// A cell of a list that begins like an array is one, or refused.
func TestListCells(t *testing.T) {
	for cell, want := range map[string][]string{
		`a;b`:               {"a", "b"},
		` a ; ;b;`:          {"a", "b"},
		`["a","b c"]`:       {"a", "b c"},
		`[ "a", "b, c" ]`:   {"a", "b, c"},
		`["=a","ü\n\"q\""]`: {"=a", "ü\n\"q\""},
		`[]`:                nil,
		`["", " a "]`:       {"a"},
		`(2:a,b c)`:         {"a", "b c"},
		`(0:)`:              nil,
		`(a);[b]`:           {"(a)", "[b]"},
		`(3 of them)`:       {"(3 of them)"},
	} {
		for _, file := range []string{"a.csv", "a.geojson"} {
			content := "slug,kind,name,partners\na,k,A," + `"` + strings.ReplaceAll(cell, `"`, `""`) + "\"\n"
			if file == "a.geojson" {
				content = `{"type":"FeatureCollection","features":[{"type":"Feature","geometry":null,"properties":{"slug":"a","kind":"k","name":"A","partners":` +
					strconv.Quote(cell) + `}}]}`
			}
			ds, _, err := Read(writeFile(t, file, content))
			if err != nil || !slices.Equal(ds.Facilities[0].Partners, want) {
				t.Errorf("%s, %s: %v, want %q", file, cell, err, want)
			}
		}
	}
	for _, cell := range []string{`[a;b]`, `["a"`, `[1,2]`, `["a",null]`, `[["a"]]`, `["a;b"]`, `[a`, `["a"];b`, `(3:a,b)`, `(1:a,b)`} {
		_, _, err := Read(writeFile(t, "a.csv", "slug,kind,name,partners\na,k,A,\""+strings.ReplaceAll(cell, `"`, `""`)+"\"\n"))
		if err == nil || !strings.Contains(err.Error(), "a.csv, line 2, partners") {
			t.Errorf("%s: %v, want an error", cell, err)
		}
	}
}

// What begins like an array, or like a formula after a semicolon, comes back as it was.
func TestExportOfListsThatLookLikeOthers(t *testing.T) {
	ds := &geo.Dataset{Facilities: []geo.Facility{{
		ID: 1, Slug: "s", Kind: "k", Name: "a;=b;'@c; -d;", Status: "unknown", Summary: "x;'=y;''z\n;\t+w",
		Partners: []string{"[A] institute", "=1+1", "'-2", `"q"`},
	}, {ID: 2, Slug: "t", Kind: "k", Name: ";", Status: "unknown", Partners: []string{"(2:a,b)", "@c"}},
		{ID: 3, Slug: "u", Kind: "k", Name: "B", Status: "unknown", Partners: []string{"b", "=c", "+d", "'@e", "[f]"}}}}
	for _, name := range []string{"a.csv", "a.geojson"} {
		got := export(t, ds, name)
		for i, f := range ds.Facilities {
			if g := got.Facilities[i]; g.Name != f.Name || g.Summary != f.Summary || !slices.Equal(g.Partners, f.Partners) {
				t.Errorf("%s: %+v, want %+v", name, g, f)
			}
		}
	}
}

// The rows of facility_sources.csv stand for what the rows of their records carried, and
// others keep theirs.
func TestSourcesFileReplacesThoseItNames(t *testing.T) {
	folder := filepath.Dir(writeFile(t, "facilities.csv", "slug,kind,name,sources\n"+
		"a,k,A,\"[{\"\"title\"\":\"\"old\"\"}]\"\nb,k,B,\"[{\"\"title\"\":\"\"kept\"\"}]\"\nc,k,C,\n"))
	if err := os.WriteFile(filepath.Join(folder, "facility_sources.csv"), []byte("slug,source_title,source_url\na,new,\na,newer,\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	ds, _, err := Read(folder)
	if err != nil {
		t.Fatal(err)
	}
	want := [][]geo.Source{{{Title: "new"}, {Title: "newer"}}, {{Title: "kept"}}, {}}
	for i, f := range ds.Facilities {
		if !slices.Equal(f.Sources, want[i]) {
			t.Errorf("%s has %v, want %v", f.Slug, f.Sources, want[i])
		}
	}
}

// A data set without records, as a database that nothing was imported into yet, is written as a
// folder that can be read: what it has besides records is in it, and it says that there are none.
func TestNoRecordsGoRound(t *testing.T) {
	for name, ds := range map[string]*geo.Dataset{
		"nothing": {},
		"all but records": {
			Kinds:   []geo.Term{{ID: "lab", Labels: geo.Labels{"en": "Laboratory"}}},
			Sectors: []geo.Term{{ID: "ict", Labels: geo.Labels{"en": "Computing"}}}, OwnKinds: true, OwnSectors: true,
			Fields:     map[string][]geo.Field{geo.Facilities.ID: geo.OwnFields([]geo.Field{{Name: "motto", Title: geo.Labels{"en": "Motto"}, Type: geo.Text}})},
			PlaceNames: []geo.PlaceName{{Country: "THA", City: "Pai", Lang: "th", Name: "ปาย", Origin: geo.FromPerson}}, Synonyms: [][]string{{"rice", "padi"}},
		},
	} {
		first, second := filepath.Join(t.TempDir(), "first"), filepath.Join(t.TempDir(), "second")
		if err := WriteFolder(first, ds); err != nil {
			t.Fatal(err)
		}
		again, _, err := Read(first)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if len(again.Facilities) > 0 || len(again.Kinds) != len(ds.Kinds) || len(again.Fields) != len(ds.Fields) || len(again.PlaceNames) != len(ds.PlaceNames) {
			t.Errorf("%s: read as %+v", name, again)
		}
		if err := WriteFolder(second, again); err != nil {
			t.Fatal(err)
		}
		sameFolders(t, first, second)
	}
}

// sameFolders compares the files of two folders byte for byte.
func sameFolders(t *testing.T, a, b string) {
	t.Helper()
	files := func(folder string) map[string]string {
		all := map[string]string{}
		err := filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			content, err := os.ReadFile(path)
			all[strings.TrimPrefix(path, folder)] = string(content)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return all
	}
	if diff := cmp.Diff(files(a), files(b)); diff != "" {
		t.Errorf("-%s +%s\n%s", a, b, diff)
	}
}
