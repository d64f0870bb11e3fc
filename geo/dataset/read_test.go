package dataset

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"

	"innoatlas/geo"
	"innoatlas/geo/cql2"
)

var update = flag.Bool("update", false, "rewrite the files in testdata")

// golden compares with a file in testdata, or rewrites it under -update.
func golden(t *testing.T, path string, got []byte) {
	t.Helper()
	path = filepath.Join("testdata", path)
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil || !bytes.Equal(got, want) {
		t.Errorf("%s differs (%v); run go test ./geo/dataset -update and read the diff\ngot: %s", path, err, got)
	}
}

// write makes a file in a new folder.
func writeFile(t *testing.T, name, content string) (path string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

// The counts in builtin/README.md are those of the data.
func TestBuiltin(t *testing.T) {
	ds, err := Builtin()
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile("builtin/README.md")
	if err != nil {
		t.Fatal(err)
	}
	readme := string(text)
	if diff := cmp.Diff(countsIn(readme), countsOf(ds)); diff != "" {
		t.Errorf("-README +data\n%s", diff)
	}
	further := 0
	for _, f := range ds.Facilities {
		further += len(f.Sources)
	}
	for _, want := range []string{
		fmt.Sprintf("`facilities.csv`: %d joint", len(ds.Facilities)), fmt.Sprintf("`cooperation.csv`: %d figures", len(ds.Figures)),
		fmt.Sprintf("`facility_sources.csv`: %d further", further), fmt.Sprintf("`countries.geojson`: %d country", len(ds.Countries)),
	} {
		if !strings.Contains(readme, want) {
			t.Errorf("the README does not say %q", want)
		}
	}
	if !ds.OwnKinds || !ds.OwnSectors {
		t.Errorf("own kinds %v, own sectors %v", ds.OwnKinds, ds.OwnSectors)
	}
	for _, term := range slices.Concat(ds.Kinds, ds.Sectors) {
		for _, lang := range []string{"en", "zh", "th", "vi", "id", "ms", "lo", "km", "my", "fil"} {
			if term.Labels[lang] == "" {
				t.Errorf("%s has the labels %v, and one in %s is promised", term.ID, term.Labels, lang)
			}
		}
	}
}

// countsOf are the records by country and kind, and by sector, precision and
// status, each under the words of its row and column in the README.
func countsOf(ds *geo.Dataset) map[string]int {
	counts := map[string]int{}
	for _, f := range ds.Facilities {
		country, precision := "not stated", "none"
		if f.Country != "" {
			country = fmt.Sprintf("%s (%s)", f.CountryName, f.Country)
		}
		if f.Precision != "" {
			precision = f.Precision
		}
		for _, row := range []string{country, "all"} {
			counts[row+" "+f.Kind]++
			counts[row+" all"]++
		}
		for _, row := range append([]string{precision, f.Status}, f.Sectors...) {
			counts[row+" records"]++
		}
	}
	return counts
}

// countsIn are the numbers of the README's tables, but for zeros.
func countsIn(readme string) map[string]int {
	counts := map[string]int{}
	var header []string
	for line := range strings.Lines(readme) {
		cells := strings.Split(strings.Trim(line, "|\n "), " | ")
		for i, cell := range cells {
			switch n, err := strconv.Atoi(cell); {
			case err == nil && n > 0 && i > 0:
				counts[cells[0]+" "+header[i]] = n
			case err != nil && i > 0 && cell != "---":
				header = cells
			}
		}
	}
	return counts
}

// A line from one side of the antimeridian to the other would cross the world on
// every flat map. Only Antarctica's goes round it, along the pole.
func TestNoOutlineCrossesTheWorld(t *testing.T) {
	ds, err := Builtin()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range ds.Countries {
		for _, polygon := range c.Outline {
			for _, ring := range polygon {
				for i, p := range ring[1:] {
					if math.Abs(p[0]-ring[i][0]) > 60 && c.Code != "ATA" {
						t.Errorf("%s has an edge from %v to %v", c.Code, ring[i], p)
					}
				}
			}
		}
	}
}

func TestBuiltinIsParsedOnceAndNotShared(t *testing.T) {
	first, err := Builtin()
	if err != nil {
		t.Fatal(err)
	}
	name := first.Facilities[0].Name
	first.Facilities[0].Name = "changed"
	first.Countries[0].Facilities = 7
	second, err := Builtin()
	if err != nil {
		t.Fatal(err)
	}
	if second.Facilities[0].Name != name || second.Countries[0].Facilities != 0 {
		t.Error("a change of one caller reaches the other")
	}
	if first.Revision != second.Revision {
		t.Errorf("revisions %s and %s", first.Revision, second.Revision)
	}
}

// The embedded folder reads from disk as it does from the binary.
func TestReadFolder(t *testing.T) {
	ds, warnings, err := Read("builtin")
	if err != nil || len(warnings) > 0 {
		t.Fatal(err, warnings)
	}
	builtin, err := Builtin()
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(builtin, ds); diff != "" {
		t.Errorf("-embedded +folder\n%s", diff)
	}
}

// A small file by hand: columns in any order, one unknown, alpha-2 codes, ids
// and vocabularies missing, another name of location_precision.
func TestReadPlain(t *testing.T) {
	ds, warnings, err := Read("testdata/good/plain")
	if err != nil {
		t.Fatal(err)
	}
	want := []geo.Facility{
		{
			ID: 8, Slug: "a", Kind: "station", Name: "No id", Country: "LAO", CountryName: "Laos", Position: &orb.Point{102.6, 17.97}, Precision: "city",
			Sectors: []string{"rice", "maize"}, Partners: []string{"Institute (LAO)", "Other"}, Established: 2015, Status: "unknown",
		},
		{ID: 7, Slug: "b", Kind: "park", Name: "Second", Status: "unknown"},
		{ID: 9, Slug: "c", Kind: "station", Name: "Third", Country: "ATA", CountryName: "Antarctica", Position: &orb.Point{0, -90}, Precision: "site",
			Sectors: []string{"rice", "maize"}, Status: "unknown"},
	}
	colour := ds.Fields["facilities"][0]
	for i, value := range []string{"red", "", "green"} {
		colour.Set(&want[i], cql2.TextOf(value))
	}
	for i, codes := range [][]string{{"LAO"}, nil, {"ATA"}} {
		want[i].TakesPart = codes
	}
	for i := range want {
		want[i].Version = 1 // as where nobody says
	}
	if diff := cmp.Diff(want, ds.Facilities, comparing); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
	if got := geo.TermIDs(ds.Kinds); !slices.Equal(got, []string{"park", "station"}) || (ds.OwnKinds && ds.OwnSectors) || !ds.OwnIDs {
		t.Errorf("kinds %v, own terms %v, own ids %v", got, (ds.OwnKinds && ds.OwnSectors), ds.OwnIDs)
	}
	if got := geo.TermIDs(ds.Sectors); !slices.Equal(got, []string{"maize", "rice"}) || ds.Sectors[0].Labels.In("zh") != "maize" {
		t.Errorf("sectors %v", ds.Sectors)
	}
	wantWarnings := Warnings{"facilities.csv: 3 rows without a source", `facilities.csv: column "colour" is kept as a field of your own, string`,
		"no kinds.csv, so the kinds are those of the rows: park, station", "no sectors.csv, so the sectors are those of the rows: maize, rice"}
	if diff := cmp.Diff(wantWarnings, warnings); diff != "" {
		t.Errorf("warnings -want +got\n%s", diff)
	}
}

func TestIDsWithoutAnyAreRowNumbers(t *testing.T) {
	ds, _, err := Read(writeFile(t, "a.csv", "slug,kind,name\na,k,A\nb,k,B\n\nc,k,C\n"))
	if err != nil {
		t.Fatal(err)
	}
	if ds.OwnIDs {
		t.Error("the file is said to have ids")
	}
	for i, f := range ds.Facilities {
		if f.ID != int64(i+1) {
			t.Errorf("row %d has the id %d", i+1, f.ID)
		}
	}
}

// Countries are those with an outline, and those that a row or figure names.
func TestCountries(t *testing.T) {
	builtin, err := Builtin()
	if err != nil {
		t.Fatal(err)
	}
	// Svalbard stands in no outline of its own.
	ds, _, err := Read(writeFile(t, "a.csv", "slug,kind,name,country\na,k,A,SJ\nb,k,B,THA\n"))
	if err != nil {
		t.Fatal(err)
	}
	if len(ds.Countries) != len(builtin.Countries)+1 {
		t.Errorf("%d countries, want the %d with an outline and SJM", len(ds.Countries), len(builtin.Countries))
	}
	outlines := map[string]bool{}
	for _, c := range ds.Countries {
		outlines[c.Code] = c.Outline != nil
	}
	if has, there := outlines["SJM"]; has || !there || !outlines["THA"] {
		t.Errorf("SJM: there %v, outline %v; THA: outline %v", there, has, outlines["THA"])
	}
	if codes := slices.Sorted(maps.Keys(outlines)); !slices.IsSortedFunc(ds.Countries, func(a, b geo.Country) int { return strings.Compare(a.Code, b.Code) }) {
		t.Errorf("countries are not sorted: %v", codes)
	}
}

func TestReadBad(t *testing.T) {
	paths, err := filepath.Glob("testdata/bad/*")
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range paths {
		if strings.HasSuffix(path, ".golden.txt") {
			continue
		}
		t.Run(filepath.Base(path), func(t *testing.T) {
			ds, _, err := Read(path)
			if err == nil || ds != nil {
				t.Fatalf("Read = %v, %v, want an error", ds, err)
			}
			golden(t, strings.TrimPrefix(path, "testdata/")+".golden.txt", []byte(err.Error()+"\n"))
		})
	}
}

func TestReadWhatIsNotThere(t *testing.T) {
	for name, path := range map[string]string{"no such file": "testdata/none.csv", "a folder without facilities.csv": t.TempDir()} {
		if _, _, err := Read(path); !errors.Is(err, fs.ErrNotExist) || !strings.Contains(err.Error(), filepath.Base(path)) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestErrorsPrintTheFirst50(t *testing.T) {
	var file strings.Builder
	file.WriteString("slug,kind,name\n")
	for i := range 1284 {
		fmt.Fprintf(&file, "s-%d,k,\n", i)
	}
	_, _, err := Read(writeFile(t, "a.csv", file.String()))
	lines := strings.Split(fmt.Sprint(err), "\n")
	if len(lines) != 51 || lines[0] != "a.csv, line 2, name: must not be empty" || lines[50] != "and 1,234 more" {
		t.Errorf("%d lines, from %q to %q", len(lines), lines[0], lines[len(lines)-1])
	}
	var errs Errors
	var one *Error
	if !errors.As(err, &errs) || errs.Count != 1284 || len(errs.First) != maxErrors || !errors.As(err, &one) || one.Column != "name" {
		t.Errorf("errors.As finds %d errors, the first %v", errs.Count, one)
	}
}

func TestThousands(t *testing.T) {
	for n, want := range map[int]string{0: "0", 999: "999", 1000: "1,000", 51370: "51,370", 1234567: "1,234,567"} {
		if got := thousands(n); got != want {
			t.Errorf("thousands(%d) = %s, want %s", n, got, want)
		}
	}
}

// scale is a large file of another vocabulary, beside the repository and no part of it.
const scale = "../../../shared/data/scale/research-organisations.csv.gz"

func TestReadScale(t *testing.T) {
	if _, err := os.Stat(scale); errors.Is(err, fs.ErrNotExist) {
		t.Logf("%s is not here; the 51,370 rows are an extra test", scale)
		return
	}
	ds, warnings, err := Read(scale)
	if err != nil {
		t.Fatal(err)
	}
	if len(ds.Facilities) != 51370 || len(ds.Kinds) != 9 || (ds.OwnKinds && ds.OwnSectors) {
		t.Errorf("%d facilities, %d kinds, own terms %v", len(ds.Facilities), len(ds.Kinds), (ds.OwnKinds && ds.OwnSectors))
	}
	if len(warnings) != 3 {
		t.Errorf("warnings %q, want them of the sources, the kinds and the sectors", warnings)
	}
	if websites := len(slices.DeleteFunc(slices.Clone(ds.Facilities), func(f geo.Facility) bool { return f.Website == "" })); websites != 48_618 {
		t.Errorf("%d have a website", websites)
	}
}
