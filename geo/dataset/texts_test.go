package dataset

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"innoatlas/geo"
)

// What the built-in data set says in other languages.
func TestTextsOfTheBuiltin(t *testing.T) {
	ds, err := Builtin()
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]int{}
	for i := range ds.Facilities {
		for _, text := range ds.Facilities[i].Translations.All {
			got[text.Lang+" "+text.Field]++
		}
	}
	for _, n := range ds.PlaceNames {
		got[n.Lang+" places"]++
	}
	want := map[string]int{
		"fil name": 199, "id name": 192, "km name": 199, "lo name": 199, "ms name": 199, "my name": 199, "th name": 190, "vi name": 197, "zh name": 79,
		"zh places": 153, "th places": 153, "vi places": 153, "lo places": 153, "km places": 153, "my places": 153, "id places": 24, "ms places": 25, "fil places": 25,
	}
	for _, lang := range []string{"zh", "th", "vi", "id", "ms", "lo", "km", "my", "fil"} {
		want[lang+" summary"] = 199
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
}

func TestReadTexts(t *testing.T) {
	ds, warnings, err := Read("testdata/good/texts")
	if err != nil {
		t.Fatal(err)
	}
	want := []geo.Translation{
		{Field: "name", Lang: "fil", Text: "Palayan", Origin: geo.FromPerson},
		{Field: "name", Lang: "th", Text: "สวนข้าว", Origin: geo.FromPerson},
		{Field: "summary", Lang: "th", Text: "ปลูกข้าว", Origin: geo.FromMachine, Stale: true},
		{Field: "name", Lang: "zh", Text: "水稻园", Origin: geo.FromSource},
		{Field: "name", Lang: "zh-Hant", Text: "水稻園", Origin: geo.FromSource},
	}
	if diff := cmp.Diff(want, ds.Facilities[0].Translations.All); diff != "" {
		t.Errorf("texts: -want +got\n%s", diff)
	}
	if diff := cmp.Diff([]geo.PlaceName{
		{Country: "THA", City: "Bangkok", Lang: "vi", Name: "Băng Cốc", Origin: geo.FromMachine},
		{Country: "THA", Admin1: "Chiang Mai", Lang: "th", Name: "เชียงใหม่", Origin: geo.FromPerson},
		{Country: "THA", Admin1: "Chiang Mai", City: "Fang", Lang: "th", Name: "ฝาง", Origin: "naturalearth"},
	}, ds.PlaceNames); diff != "" {
		t.Errorf("places: -want +got\n%s", diff)
	}
	if diff := cmp.Diff([][]string{{"rice", "paddy", "水稻", "kind:park", "sector:rice", "country:THA"}}, ds.Synonyms); diff != "" {
		t.Errorf("synonyms: -want +got\n%s", diff)
	}
	wantWarnings := Warnings{
		"facilities.csv: 2 rows without a source",
		"texts/more.csv.gz: texts in zh-Hant are kept and searched, but shown to nobody: there are pages in " + spoken() + "; where one of these is meant, correct the code",
		"texts/places.vi.csv: 1 place that no record names: Bangkok (THA); country, admin1 and city must be as records state them",
		"texts/th.csv: 1 text of fields that the record leaves empty in English, and shown to nobody until it states them",
		"no kinds.csv, so the kinds are those of the rows: park", "no sectors.csv, so the sectors are those of the rows: rice",
	}
	if diff := cmp.Diff(wantWarnings, warnings); diff != "" {
		t.Errorf("warnings: -want +got\n%s", diff)
	}
}

// A folder is written as it would be written again.
func TestTextsGoRound(t *testing.T) {
	ds, _, err := Read("testdata/good/texts")
	if err != nil {
		t.Fatal(err)
	}
	first, second := filepath.Join(t.TempDir(), "first"), filepath.Join(t.TempDir(), "second")
	if err := WriteFolder(first, ds); err != nil {
		t.Fatal(err)
	}
	again, _, err := Read(first)
	if err != nil {
		t.Fatal(err)
	}
	if err := WriteFolder(second, again); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(ds, again, ignoreOrigin, comparing); diff != "" {
		t.Errorf("-read +read again\n%s", diff)
	}
	written, err := filepath.Glob(filepath.Join(first, "texts", "*"))
	if err != nil || len(written) != 5 {
		t.Errorf("%v, %v", written, err)
	}
	for _, name := range append(written, filepath.Join(first, "synonyms.csv"), filepath.Join(first, "facilities.csv")) {
		relative, _ := filepath.Rel(first, name)
		a, errA := os.ReadFile(name)
		b, errB := os.ReadFile(filepath.Join(second, relative))
		if errA != nil || errB != nil || string(a) != string(b) {
			t.Errorf("%s: %v, %v\n%s\n%s", relative, errA, errB, a, b)
		}
	}
	th, err := os.ReadFile(filepath.Join(first, "texts", "th.csv"))
	if want := "\ufeffslug,lang,name,summary,origin,stale\r\na,th,สวนข้าว,,person,\r\na,th,,ปลูกข้าว,machine,true\r\nb,th,,ไม่มี,source,\r\n"; err != nil || string(th) != want {
		t.Errorf("th.csv (%v):\n%s\nwant\n%s", err, th, want)
	}
	fil, err := os.ReadFile(filepath.Join(first, "texts", "fil.csv"))
	if want := "\ufeffslug,lang,name,summary,origin\r\na,fil,Palayan,,person\r\n"; err != nil || string(fil) != want {
		t.Errorf("fil.csv (%v):\n%s\nwant\n%s", err, fil, want)
	}
}

// besideRecord is a folder with one record, and these files beside it.
func besideRecord(t *testing.T, files map[string]string) string {
	t.Helper()
	folder := t.TempDir()
	files["facilities.csv"] = "slug,kind,name,summary\na,k,A,It is.\n"
	for name, content := range files {
		path := filepath.Join(folder, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return folder
}

// In a folder nobody can see whether a text that is marked as stale was put right: it is a
// machine's until the mark is gone.
func TestStaleTextsOfAFolder(t *testing.T) {
	ds, warnings, err := Read(besideRecord(t, map[string]string{"texts/th.csv": "slug,name,summary,origin,stale\na,ก,ข,person,true\n"}))
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range ds.Facilities[0].Translations.All {
		if text.Origin != geo.FromMachine || !text.Stale {
			t.Errorf("%+v", text)
		}
	}
	want := "texts/th.csv: 2 texts are marked as stale, and a machine's for that"
	if !slices.ContainsFunc(warnings, func(w string) bool { return strings.HasPrefix(w, want) }) {
		t.Errorf("%q, want %q", warnings, want)
	}
}

func TestTextsAreBounded(t *testing.T) {
	var languages strings.Builder
	languages.WriteString("slug,lang,name,origin\n")
	for _, a := range "abcdefghijklmnopqrstuvwxyz" {
		for _, region := range []string{"TH", "CN", "SG", "MY", "LA"} {
			fmt.Fprintf(&languages, "a,fr-x-%c%s,A,person\n", a, strings.ToLower(region))
		}
	}
	many := strings.Repeat("x;", 200)
	for want, files := range map[string]map[string]string{
		"is one more than the 100 languages":        {"texts/all.csv": languages.String()},
		"must have at most 500 characters, not 501": {"texts/th.csv": "slug,name,origin\na," + strings.Repeat("ก", 501) + ",person\n"},
		"must have at most 5000 characters":         {"texts/th.csv": "slug,summary,origin\na," + strings.Repeat("ก", 5001) + ",person\n"},
		"must be at most 100, not 200":              {"synonyms.csv": "terms\n" + many + "\n"},
		"must have at most 100 characters, not 101": {"synonyms.csv": "terms\na;" + strings.Repeat("ก", 101) + "\n"},
		"both texts/th.csv and texts/th.csv.gz":     {"texts/th.csv": "slug,name,origin\na,A,person\n", "texts/th.csv.gz": ""},
		"is not compressed by gzip":                 {"texts/th.csv.gz": "slug,name,origin\na,A,person\n"},
		"has no rows below its heading":             {"texts/th.csv": "slug,name,origin\n"},
	} {
		if _, _, err := Read(besideRecord(t, files)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
}
