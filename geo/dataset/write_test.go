package dataset

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/paulmach/orb"
	"pgregory.net/rapid"

	"innoatlas/geo"
)

// export writes the data set to a file of that name and reads it back.
func export(t *testing.T, ds *geo.Dataset, name string) *geo.Dataset {
	t.Helper()
	var file bytes.Buffer
	write := WriteCSV
	if strings.HasSuffix(name, ".geojson") {
		write = WriteGeoJSON
	}
	if err := write(&file, ds); err != nil {
		t.Fatal(err)
	}
	got, _, err := Read(writeFile(t, name, file.String()))
	if err != nil {
		t.Fatal(err)
	}
	return got
}

// ignoreOrigin: an export states the ids that the file before may have lacked.
var ignoreOrigin = cmpopts.IgnoreFields(geo.Dataset{}, "OwnIDs", "OwnKinds", "OwnSectors", "OwnOutlines", "Rows", "Versioned")

// withoutSources are the facilities as CSV has them.
func withoutSources(facilities []geo.Facility) []geo.Facility {
	var out []geo.Facility
	for _, f := range withoutTexts(facilities) {
		f.Sources = nil
		out = append(out, f)
	}
	return out
}

// withoutTexts are the facilities as a file of them has them.
func withoutTexts(facilities []geo.Facility) []geo.Facility {
	out := slices.Clone(facilities)
	for i := range out {
		out[i].Translations = nil
		noInstitutions.Relate(&out[i], nil)
	}
	return out
}

// noInstitutions are those that a file of facilities has.
var noInstitutions = geo.NewLinker(func(func(*geo.Record) bool) {})

func TestExportOfTheBuiltin(t *testing.T) {
	ds, err := Builtin()
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(withoutTexts(ds.Facilities), export(t, ds, "a.geojson").Facilities); diff != "" {
		t.Errorf("GeoJSON: -exported +read\n%s", diff)
	}
	if diff := cmp.Diff(withoutSources(ds.Facilities), export(t, ds, "a.csv").Facilities); diff != "" {
		t.Errorf("CSV: -exported +read\n%s", diff)
	}
}

// The built-in folder is written as it is read, whatever stands in it.
func TestFolderOfTheBuiltin(t *testing.T) {
	ds, err := Builtin()
	if err != nil {
		t.Fatal(err)
	}
	folder := filepath.Join(t.TempDir(), "new")
	if err := WriteFolder(folder, ds); err != nil {
		t.Fatal(err)
	}
	read, warnings, err := Read(folder)
	if err != nil || len(warnings) > 0 {
		t.Fatal(err, warnings)
	}
	if diff := cmp.Diff(ds, read, ignoreOrigin); diff != "" {
		t.Errorf("-written +read\n%.9000s", diff)
	}
}

// What Read gave once it gives again, vocabularies, countries and revision too.
func TestExportIsEqual(t *testing.T) {
	for _, name := range []string{"again.geojson", "again.csv"} {
		ds, _, err := Read("testdata/good/plain")
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(ds, export(t, ds, name), ignoreOrigin, comparing); diff != "" {
			t.Errorf("%s: -exported +read\n%s", name, diff)
		}
	}
}

// awkward are texts that a format may spoil.
var awkward = []string{
	"=1+1", "'=1+1", "''=1", "'quoted'", "'", "-5", "+86 771", "@cmd", `a "b", c`, `\`, "line\nbreak", "a\tb", "a, b",
	"中国—东盟技术转移中心", "ศูนย์ นวัตกรรม", "مختبر \u200f(RTL)", "🌾", "e\u0301 not composed", "a\u2028b", "\ufeffmark", "\ufffd", "none", "null", "0x10", "1e5", "TRUE",
}

func TestExportOfAwkwardTexts(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		ds := &geo.Dataset{}
		for i := range rapid.IntRange(1, 5).Draw(r, "rows") {
			ds.Facilities = append(ds.Facilities, awkwardFacility(r, int64(i+1)))
		}
		if diff := cmp.Diff(withoutTexts(ds.Facilities), export(t, ds, "a.geojson").Facilities); diff != "" {
			r.Fatalf("GeoJSON: -exported +read\n%s", diff)
		}
		if diff := cmp.Diff(withoutSources(ds.Facilities), export(t, ds, "a.csv").Facilities); diff != "" {
			r.Fatalf("CSV: -exported +read\n%s", diff)
		}
	})
}

func awkwardFacility(t *rapid.T, id int64) geo.Facility {
	text := func(name string) string {
		return rapid.OneOf(rapid.SampledFrom(awkward), rapid.StringMatching(`[\pL'=]{0,3}( [\pL\pN\pP]{1,8}){0,3}`), rapid.Just("")).
			Filter(func(s string) bool { return s == strings.TrimSpace(s) }).Draw(t, name)
	}
	f := geo.Facility{
		ID: id, Version: 1, Slug: fmt.Sprintf("s-%d", id), Kind: rapid.StringMatching(`[a-z0-9]{1,5}(-[a-z0-9]{1,5}){0,3}`).Draw(t, "kind"), Name: "x" + text("name"),
		NameZh: text("zh"), NameLocal: text("local"), NameLocalLang: rapid.SampledFrom([]string{"", "th", "zh-Hant"}).Draw(t, "lang"),
		Admin1: text("admin1"), City: text("city"), HostInstitution: text("host"), Summary: text("summary"),
		Established: rapid.IntRange(0, maxYear).Draw(t, "established"), Status: rapid.SampledFrom(geo.TermIDs(geo.Statuses)).Draw(t, "status"),
		Source: geo.Source{Title: text("title"), URL: rapid.SampledFrom([]string{"", "https://example.org/a?b=c,d&e=%22#f"}).Draw(t, "url"),
			Date: rapid.SampledFrom([]string{"", "2020", "2020-02", "2020-02-29"}).Draw(t, "date")},
	}
	f.Website, f.Address = rapid.SampledFrom([]string{"", "https://example.org/", "http://例.org/?q=1;2"}).Draw(t, "website"), text("address")
	f.AreaHa = rapid.OneOf(rapid.Just(0.0), rapid.Float64Range(1e-6, 1e9)).Draw(t, "area")
	f.Checked = geo.Day(rapid.SampledFrom([]int32{0, 2, 700_000, 739_000, 3_600_000}).Draw(t, "checked"))
	if f.Closed = rapid.IntRange(0, maxYear).Draw(t, "closed"); f.Closed < f.Established {
		f.Closed = 0
	}
	if rapid.Bool().Draw(t, "placed") {
		p := geo.RoundPosition(orb.Point{rapid.Float64Range(-180, 180).Draw(t, "lon"), rapid.Float64Range(-90, 90).Draw(t, "lat")})
		f.Position, f.Precision = &p, rapid.SampledFrom(precisions[:4]).Draw(t, "precision")
	}
	if rapid.Bool().Draw(t, "in Thailand") {
		f.Country, f.CountryName = "THA", "Thailand"
	}
	if rapid.Bool().Draw(t, "dated") {
		f.Updated = time.Unix(rapid.Int64Range(-1e9, 4e9).Draw(t, "updated"), 0).UTC()
	}
	for i := range rapid.IntRange(0, 3).Draw(t, "lists") {
		f.Sectors = append(f.Sectors, fmt.Sprintf("sector-%d", i))
		f.Partners = append(f.Partners, "y"+strings.ReplaceAll(text("partner"), ";", ","))
		f.FormerNames = append(f.FormerNames, "v"+strings.ReplaceAll(text("former"), ";", ","))
		f.Identifiers = append(f.Identifiers, "wikidata:Q"+fmt.Sprint(i))
		f.Sources = append(f.Sources, geo.Source{Title: "z" + text("further"), Supports: text("supports")})
	}
	return f
}

var errFull = errors.New("disk is full")

// fullWriter takes n bytes.
type fullWriter struct{ n int }

func (w *fullWriter) Write(p []byte) (int, error) {
	if w.n -= len(p); w.n < 0 {
		return 0, errFull
	}
	return len(p), nil
}

func TestWriteSaysWhenItFails(t *testing.T) {
	ds, err := Builtin()
	if err != nil {
		t.Fatal(err)
	}
	for _, room := range []int{0, 70_000} {
		if err := WriteCSV(&fullWriter{room}, ds); !errors.Is(err, errFull) {
			t.Errorf("CSV, %d bytes: %v", room, err)
		}
		if err := WriteGeoJSON(&fullWriter{room}, ds); !errors.Is(err, errFull) {
			t.Errorf("GeoJSON, %d bytes: %v", room, err)
		}
	}
}

// A revision follows the content, whatever part of it changes.
func TestRevision(t *testing.T) {
	ds, err := Builtin()
	if err != nil {
		t.Fatal(err)
	}
	if got := revision(ds); got != ds.Revision || len(got) != 16 {
		t.Fatalf("revision %s, then %s", ds.Revision, got)
	}
	changes := map[string]func(*geo.Dataset){
		"a name":     func(ds *geo.Dataset) { ds.Facilities[3].Name += "." },
		"a source":   func(ds *geo.Dataset) { ds.Facilities[3].Sources = []geo.Source{{Title: "new"}} },
		"the order":  func(ds *geo.Dataset) { ds.Facilities[0], ds.Facilities[1] = ds.Facilities[1], ds.Facilities[0] },
		"a position": func(ds *geo.Dataset) { ds.Facilities[3].Position = &orb.Point{1, 2} },
		"a label":    func(ds *geo.Dataset) { ds.Kinds = append([]geo.Term{{ID: "a"}}, ds.Kinds[1:]...) },
		"a figure":   func(ds *geo.Dataset) { ds.Figures = ds.Figures[1:] },
		"an outline": func(ds *geo.Dataset) { ds.Countries[0].Outline = nil },
		"a place":    func(ds *geo.Dataset) { ds.PlaceNames[0].Origin = geo.FromPerson },
		"a synonym":  func(ds *geo.Dataset) { ds.Synonyms = append(ds.Synonyms, []string{"rice", "paddy"}) },
		"no texts":   func(ds *geo.Dataset) { ds.Facilities[3].Translations = nil },
		"a text":     func(ds *geo.Dataset) { textOf(&ds.Facilities[3]).Text += "." },
		"its origin": func(ds *geo.Dataset) { textOf(&ds.Facilities[3]).Origin = geo.FromPerson },
		"its age":    func(ds *geo.Dataset) { textOf(&ds.Facilities[3]).Stale = true },
	}
	for name, change := range changes {
		changed, err := Builtin()
		if err != nil {
			t.Fatal(err)
		}
		change(changed)
		if revision(changed) == ds.Revision {
			t.Errorf("%s changes, and the revision does not", name)
		}
	}
}

// textOf is a text of the record that can be changed: the record gets a copy of all.
func textOf(f *geo.Facility) *geo.Translation {
	f.Translations = &geo.Translations{All: slices.Clone(f.Translations.All)}
	return &f.Translations.All[1]
}

// Whatever the bytes: an error names the file, and what is read is as package geo
// promises and comes back from an export.
func FuzzReadCSV(f *testing.F) {
	f.Add([]byte("slug,kind,name\na,k,A\n"))
	f.Add([]byte("\ufeffid,slug,kind,name,lon,lat,precision,sectors,established\r\n7,a,k,\"A \"\"b\"\", c\",1,-2.5,site,x;y,2015.0\r\n"))
	f.Add([]byte("slug,kind,name,summary\na,k,'=1,\"two\r\nlines\"\n"))
	f.Fuzz(func(t *testing.T, file []byte) {
		path := filepath.Join(t.TempDir(), "a.csv")
		if err := os.WriteFile(path, file, 0o644); err != nil {
			t.Fatal(err)
		}
		ds, _, err := Read(path)
		if err != nil {
			if !strings.Contains(err.Error(), "a.csv") {
				t.Errorf("error %v does not name the file", err)
			}
			return
		}
		slugs, ids := map[string]bool{}, map[int64]bool{}
		for _, f := range ds.Facilities {
			if f.ID < 1 || ids[f.ID] || f.Slug == "" || geo.IsID(f.Slug) || slugs[f.Slug] || f.Name == "" || geo.FindTerm(ds.Kinds, f.Kind) == nil || !geo.ValidText(f.Summary) {
				t.Errorf("read %+v", f)
			}
			slugs[f.Slug], ids[f.ID] = true, true
		}
		for _, name := range []string{"again.csv", "again.geojson"} {
			if diff := cmp.Diff(ds, export(t, ds, name), ignoreOrigin, comparing); diff != "" {
				t.Errorf("%s: -read +again\n%s", name, diff)
			}
		}
	})
}

// A database has countries by number, and writes the same file all the same.
func TestCountriesAreWrittenByCode(t *testing.T) {
	ds, err := Builtin()
	if err != nil {
		t.Fatal(err)
	}
	var byCode, byNumber bytes.Buffer
	slices.Reverse(ds.Countries)
	if err := writeCountries(&byNumber, ds); err != nil {
		t.Fatal(err)
	}
	slices.Reverse(ds.Countries)
	if err := writeCountries(&byCode, ds); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(byCode.Bytes(), byNumber.Bytes()) {
		t.Error("the order of the countries shows in the file")
	}
}
