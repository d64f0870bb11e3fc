package dataset

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"innoatlas/geo"
	"innoatlas/geo/format"
)

// Whatever the bytes: an error names the file, and what is read comes back from what is written,
// each text once, in a language, of an origin.
func FuzzReadTexts(f *testing.F) {
	f.Add([]byte("slug,name,origin\ndone,ก,person\n"), "th.csv")
	f.Add([]byte("\ufeffslug,lang,name,summary,origin,stale\r\ndone,zh-Hant,\"=1, \"\"x\"\"\",\"two\r\nlines\",machine,true\r\nstale,tl,x,,person,true\r\n"), "all.csv")
	f.Add([]byte("slug,lang,name_en,summary_en,name,summary,origin,stale\nstale,th,New,,เก่า,,person,true\n"), "todo.csv")
	f.Add([]byte("country,admin1,city,lang,name,origin\nTH,Fang,Pai,th,ปาย,naturalearth\n"), "places.csv")
	f.Fuzz(func(t *testing.T, file []byte, name string) {
		if strings.ContainsAny(name, "/\x00") || len(name) > 50 || !isTable(name) || strings.HasSuffix(name, ".gz") {
			return
		}
		path := filepath.Join(t.TempDir(), name)
		if os.WriteFile(path, file, 0o644) != nil {
			return
		}
		ds := translated()
		brought, _, err := ReadTexts(path, ds, nil)
		var errs Errors
		if err != nil {
			if !errors.As(err, &errs) || !strings.Contains(err.Error(), name) {
				t.Fatalf("%q: %v", file, err)
			}
			return
		}
		AddTexts(ds, brought)
		for i := range ds.Facilities {
			checkTexts(t, ds.Facilities[i].Translations)
		}
		comesBack(t, ds)
	})
}

func checkTexts(t *testing.T, texts *geo.Translations) {
	t.Helper()
	if texts == nil {
		return
	}
	for i := range texts.All {
		text := &texts.All[i]
		known := text.Origin == geo.FromSource || text.Origin == geo.FromPerson || text.Origin == geo.FromMachine
		if texts.In(text.Lang, text.Field) != text || text.Text == "" || !geo.ValidText(text.Text) || !known || text.Stale && text.Origin != geo.FromMachine {
			t.Errorf("%+v", *text)
		}
		if lang, err := Language(text.Lang); lang != text.Lang || err != nil {
			t.Errorf("the language %q is %q, %v", text.Lang, lang, err)
		}
	}
}

// comesBack writes what records say in each language, and the places, and reads them again.
func comesBack(t *testing.T, ds *geo.Dataset) {
	t.Helper()
	again := translated()
	for i := range again.Facilities {
		again.Facilities[i].Translations = nil
	}
	again.PlaceNames = nil
	for _, lang := range textLanguages(ds, geo.Facilities) {
		var b bytes.Buffer
		if err := WriteTexts(&b, ds, geo.Facilities, lang); err != nil {
			t.Fatal(err)
		}
		addFile(t, again, "written.csv", b.String())
	}
	if lines := placeLines(ds.PlaceNames); len(lines) > 1 {
		addFile(t, again, "places.csv", string(format.AppendCSVTable(nil, lines, true)))
	}
	for i := range ds.Facilities {
		if diff := cmp.Diff(ds.Facilities[i].Translations, again.Facilities[i].Translations); diff != "" {
			t.Errorf("%s: -written +read\n%s", ds.Facilities[i].Slug, diff)
		}
	}
	if diff := cmp.Diff(ds.PlaceNames, again.PlaceNames); diff != "" {
		t.Errorf("places: -written +read\n%s", diff)
	}
}

func addFile(t *testing.T, ds *geo.Dataset, name, content string) {
	t.Helper()
	brought, _, err := ReadTexts(writeFile(t, name, content), ds, nil)
	if err != nil {
		t.Fatalf("%s: %v\n%s", name, err, content)
	}
	AddTexts(ds, brought)
}
