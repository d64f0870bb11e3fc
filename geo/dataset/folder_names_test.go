package dataset

import (
	"io"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"innoatlas/geo"
)

// folderOf is a folder of files, of which .gz are compressed.
func folderOf(t *testing.T, files map[string]string) string {
	t.Helper()
	folder := t.TempDir()
	for name, content := range files {
		writeTo(t, filepath.Join(folder, name), func(w io.Writer) { io.WriteString(w, content) })
	}
	return folder
}

// The tables of a folder may be compressed, and that of the facilities may have a name of its
// own where no other could be meant.
func TestNamesOfTables(t *testing.T) {
	const (
		rows    = "slug,kind,name,beds\na,lab,A,12\n"
		kinds   = "id,label_en\nlab,Laboratory\n"
		declare = `{"resources":[{"path":"FILE","schema":{"fields":[{"name":"beds","type":"string"}]}}]}`
	)
	for file, files := range map[string]map[string]string{
		"facilities.csv":          {"notes.csv": "x\n1\n", "notes.csv.gz": "x\n1\n"},
		"facilities.csv.gz":       {"notes.csv": "x\n1\n", "kinds.csv": kinds},
		"organisations.csv.gz":    {"kinds.csv.gz": kinds, "terms.csv": "licence\nCC-BY-4.0\n", "readme.txt": "", ".hidden.csv": ""},
		"Organisations 2026.CSV":  {"facility_sources.csv.gz": "slug,source_title,source_url,source_date,supports\na,One,,,\n"},
		"organisations.final.csv": {packageFile: strings.Replace(declare, "FILE", "organisations.final.csv", 1)},
	} {
		files[file] = rows
		ds, warnings, err := Read(folderOf(t, files))
		if err != nil || len(ds.Facilities) != 1 || ds.Facilities[0].Slug != "a" {
			t.Errorf("%s: %v", file, err)
			continue
		}
		told := slices.Contains(warnings, "no facilities.csv, so the facilities are those of "+file)
		if told == strings.HasPrefix(file, "facilities.csv") {
			t.Errorf("%s: told %q", file, warnings)
		}
		_, compressed := files["kinds.csv.gz"]
		if _, plain := files["kinds.csv"]; (plain || compressed) && ds.Kinds[0].Labels["en"] != "Laboratory" {
			t.Errorf("%s: the kinds are %v", file, ds.Kinds)
		}
		if _, is := files["facility_sources.csv.gz"]; is && len(ds.Facilities[0].Sources) != 1 {
			t.Errorf("%s: the sources are %v", file, ds.Facilities[0].Sources)
		}
		if _, is := files[packageFile]; is != ds.Fields[geo.Facilities.ID][0].Declared {
			t.Errorf("%s: declared %v", file, !is)
		}
	}
}

// Which table is meant is never guessed.
func TestNamesOfTablesThatAreDoubtful(t *testing.T) {
	const rows = "slug,kind,name\na,lab,A\n"
	for _, c := range []struct {
		files map[string]string
		want  string
	}{
		{map[string]string{}, "the folder needs a file facilities.csv (or facilities.csv.gz)"},
		{map[string]string{"kinds.csv": rows, "sectors.csv.gz": rows, "a.geojson": ""}, "the folder needs a file facilities.csv (or facilities.csv.gz)"},
		{map[string]string{"a.csv": rows, "b.csv.gz": rows}, "any of a.csv, b.csv.gz could be meant"},
		{map[string]string{"facilities.csv": rows, "facilities.csv.gz": rows}, "both facilities.csv and facilities.csv.gz"},
		{map[string]string{"facilities.csv": rows, "kinds.csv": rows, "kinds.csv.gz": rows}, "both kinds.csv and kinds.csv.gz"},
	} {
		if _, _, err := Read(folderOf(t, c.files)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v: %v, want %s", slices.Sorted(maps.Keys(c.files)), err, c.want)
		}
	}
}
