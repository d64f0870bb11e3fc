package dataset

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"innoatlas/geo"
)

// translated is a small data set: texts that are there, stale ones, ones that are missing, and a
// name that a source prints.
func translated() *geo.Dataset {
	texts := func(all ...geo.Translation) *geo.Translations { return &geo.Translations{All: all} }
	return &geo.Dataset{Facilities: []geo.Facility{
		{ID: 1, Slug: "done", Kind: "lab", Name: "Done", Summary: "All of it.", Country: "THA", Admin1: "Fang", Translations: texts(
			geo.Translation{Field: "name", Lang: "th", Text: "เสร็จ", Origin: geo.FromMachine},
			geo.Translation{Field: "summary", Lang: "th", Text: "ทั้งหมด", Origin: geo.FromPerson})},
		{ID: 2, Slug: "stale", Kind: "lab", Name: "New name", Summary: "New.", Country: "THA", Admin1: "Fang", City: "Pai", Translations: texts(
			geo.Translation{Field: "summary", Lang: "lo", Text: "ໃໝ່", Origin: geo.FromMachine},
			geo.Translation{Field: "name", Lang: "th", Text: "เก่า", Origin: geo.FromMachine, Stale: true})},
		{ID: 3, Slug: "printed", Kind: "lab", Name: "Printed", NameLocal: "พิมพ์", NameLocalLang: "th", Summary: "=1, \"quoted\""},
		{ID: 4, Slug: "no-summary", Kind: "lab", Name: "Named", Translations: texts(
			geo.Translation{Field: "name", Lang: "th", Text: "ชื่อ", Origin: geo.FromSource})},
	}, PlaceNames: []geo.PlaceName{{Country: "THA", Admin1: "Fang", Lang: "th", Name: "ฝาง", Origin: geo.FromPerson}}}
}

func written(t *testing.T, write func(w *bytes.Buffer) error) string {
	t.Helper()
	var b bytes.Buffer
	if err := write(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestWriteMissing(t *testing.T) {
	ds := translated()
	for lang, want := range map[string]string{
		"th": "\ufeffslug,lang,name_en,summary_en,name,summary,origin,stale\r\n" +
			"stale,th,New name,New.,เก่า,,person,true\r\n" +
			"printed,th,,\"'=1, \"\"quoted\"\"\",,,person,\r\n",
		"lo": "\ufeffslug,lang,name_en,summary_en,name,summary,origin,stale\r\n" +
			"done,lo,Done,All of it.,,,person,\r\n" +
			"stale,lo,New name,,,,person,\r\n" +
			"printed,lo,Printed,\"'=1, \"\"quoted\"\"\",,,person,\r\n" +
			"no-summary,lo,Named,,,,person,\r\n",
	} {
		if diff := cmp.Diff(want, written(t, func(w *bytes.Buffer) error { return WriteMissing(w, ds, geo.Facilities, lang) })); diff != "" {
			t.Errorf("%s: -want +got\n%s", lang, diff)
		}
	}
	want := "\ufeffcountry,admin1,city,lang,name,origin\r\nTHA,Fang,Pai,th,,person\r\n"
	if diff := cmp.Diff(want, written(t, func(w *bytes.Buffer) error { return WriteMissingPlaces(w, ds, "th") })); diff != "" {
		t.Errorf("places: -want +got\n%s", diff)
	}
}

// What a translator was given and has not filled in changes nothing; what is filled in is a
// person's, and nothing is missing in the end.
func TestMissingComesBack(t *testing.T) {
	ds := translated()
	given := written(t, func(w *bytes.Buffer) error { return WriteMissing(w, ds, geo.Facilities, "th") })

	untouched, warnings, err := ReadTexts(writeFile(t, "todo.csv", given), ds, nil)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(Warnings{"todo.csv: 1 text is marked as stale and as before, and not taken; where one is right as it is, empty the column stale"}, warnings); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
	if len(untouched.Facilities) > 0 {
		t.Errorf("%d records of a file that nobody has filled in", len(untouched.Facilities))
	}

	filled := strings.NewReplacer("New.,เก่า,,", "New.,ชื่อใหม่,ใหม่,", "\",,,person", "\",,สรุป,person").Replace(given)
	brought, warnings, err := ReadTexts(writeFile(t, "todo.csv", filled), ds, nil)
	if err != nil || len(warnings) > 0 {
		t.Fatal(err, warnings)
	}
	if got, want := AddTexts(ds, brought), (Added{New: 2, Changed: 1}); got != want {
		t.Errorf("%v, want %v", got, want)
	}
	if name := ds.Facilities[1].Translations.In("th", "name"); *name != (geo.Translation{Field: "name", Lang: "th", Text: "ชื่อใหม่", Origin: geo.FromPerson}) {
		t.Errorf("%+v", *name)
	}
	if left := written(t, func(w *bytes.Buffer) error { return WriteMissing(w, ds, geo.Facilities, "th") }); strings.Count(left, "\n") != 1 {
		t.Errorf("still missing:\n%s", left)
	}
}

// Whoever finds that the old text is right takes the mark out.
func TestStaleTextsThatAreRight(t *testing.T) {
	ds := translated()
	brought, _, err := ReadTexts(writeFile(t, "a.csv", "slug,lang,name,origin,stale\nstale,th,เก่า,person,\n"), ds, nil)
	if err != nil {
		t.Fatal(err)
	}
	AddTexts(ds, brought)
	if name := ds.Facilities[1].Translations.In("th", "name"); name.Origin != geo.FromPerson || name.Stale {
		t.Errorf("%+v", *name)
	}
}

// A machine's text gives way to a person's and a source's, and one that is the same is as old as
// it was.
func TestAddTexts(t *testing.T) {
	for _, c := range []struct {
		row   string
		added Added
		want  geo.Translation
	}{
		{"done,th,,อื่น,machine,", Added{Kept: 1}, geo.Translation{Field: "summary", Lang: "th", Text: "ทั้งหมด", Origin: geo.FromPerson}},
		{"done,th,,ทั้งหมด,machine,", Added{Unchanged: 1}, geo.Translation{Field: "summary", Lang: "th", Text: "ทั้งหมด", Origin: geo.FromPerson}},
		{"done,th,,ทั้งหมด,person,", Added{Unchanged: 1}, geo.Translation{Field: "summary", Lang: "th", Text: "ทั้งหมด", Origin: geo.FromPerson}},
		{"done,th,,อื่น,person,", Added{Changed: 1}, geo.Translation{Field: "summary", Lang: "th", Text: "อื่น", Origin: geo.FromPerson}},
		{"stale,th,เก่า,,machine,", Added{Unchanged: 1}, geo.Translation{Field: "name", Lang: "th", Text: "เก่า", Origin: geo.FromMachine, Stale: true}},
		{"stale,th,ใหม่,,machine,", Added{Changed: 1}, geo.Translation{Field: "name", Lang: "th", Text: "ใหม่", Origin: geo.FromMachine}},
		{"no-summary,th,อื่น,,machine,", Added{Kept: 1}, geo.Translation{Field: "name", Lang: "th", Text: "ชื่อ", Origin: geo.FromSource}},
		{"no-summary,vi,Tên,,machine,", Added{New: 1}, geo.Translation{Field: "name", Lang: "vi", Text: "Tên", Origin: geo.FromMachine}},
	} {
		ds := translated()
		brought, _, err := ReadTexts(writeFile(t, "a.csv", "slug,lang,name,summary,origin,stale\n"+c.row+"\n"), ds, nil)
		if err != nil {
			t.Fatal(err)
		}
		if got := AddTexts(ds, brought); got != c.added {
			t.Errorf("%s: %+v, want %+v", c.row, got, c.added)
		}
		slug, _, _ := strings.Cut(c.row, ",")
		for i := range ds.Facilities {
			if f := &ds.Facilities[i]; f.Slug == slug {
				if got := f.Translations.In(c.want.Lang, c.want.Field); *got != c.want {
					t.Errorf("%s: %+v, want %+v", c.row, *got, c.want)
				}
			}
		}
	}
}

func TestReadTextsOfPlaces(t *testing.T) {
	ds := translated()
	brought, warnings, err := ReadTexts(writeFile(t, "towns.csv", "country,admin1,city,lang,name,origin\n"+
		"THA,Fang,,th,อื่น,machine\nTHA,Fang,Pai,th,ปาย,machine\nLAO,,Vientiane,th,เวียงจันทน์,machine\n"), ds, nil)
	if err != nil {
		t.Fatal(err)
	}
	if len(warnings) != 1 || !strings.Contains(warnings[0], "1 place that no record names: Vientiane (LAO)") {
		t.Error(warnings)
	}
	if got, want := AddTexts(ds, brought), (Added{New: 2, Kept: 1}); got != want || ds.PlaceNames[1].Name != "ฝาง" {
		t.Errorf("%+v, want %+v; %v", got, want, ds.PlaceNames)
	}
}

// A file of texts is no file of records, and says where it belongs.
func TestTextsAreNoRecords(t *testing.T) {
	texts := writeFile(t, "th.csv", "slug,lang,name,summary,origin\na,th,ก,,person\n")
	records := writeFile(t, "a.csv", "slug,kind,name,origin\na,k,A,b\n")
	if !HasTexts(texts) || HasTexts(records) || HasTexts(writeFile(t, "none.csv", "")) || HasTexts(t.TempDir()) {
		t.Error("texts and records are not told apart")
	}
	if _, _, err := Read(texts); err == nil || !strings.Contains(err.Error(), "innoatlas texts import") {
		t.Error(err)
	}
	if _, _, err := Read(records); err != nil {
		t.Error(err)
	}
	for name, content := range map[string]string{
		"slug.csv": "slug,lang,name,origin\nnobody,th,ก,person\n", "twice.csv": "slug,lang,name,origin\ndone,th,ก,person\ndone,th,ข,machine\n",
		"places.csv": "country,admin1,lang,name,origin\nTHA,Fang,th,,person\nTHA,Fang,en,Fang,person\n",
	} {
		if _, _, err := ReadTexts(writeFile(t, name, content), translated(), nil); err == nil || !strings.Contains(err.Error(), name+", line ") {
			t.Errorf("%s: %v", name, err)
		}
	}
}
