package dataset

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"innoatlas/geo"
)

// withMotto is a folder with a translated field of one's own, a private one, and texts of both.
func withMotto(t *testing.T, fields, texts string) string {
	t.Helper()
	folder := t.TempDir()
	for name, content := range map[string]string{
		"facilities.csv":   "slug,kind,name,motto,note,size\na,k,A,Rice for all,Ask Li,12\nb,k,B,,,\n",
		"datapackage.json": `{"resources":[{"path":"facilities.csv","schema":{"fields":[` + fields + `]}}]}`,
		"texts/th.csv":     texts,
	} {
		if err := os.MkdirAll(filepath.Join(folder, "texts"), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(folder, name), []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return folder
}

const mottoFields = `{"name":"motto","type":"string","translated":true},{"name":"note","type":"string","private":true,"translated":true},{"name":"size","type":"integer"}`

// Texts of own fields are read, and written as they were; those of a private one are no translator's.
func TestTextsOfOwnFields(t *testing.T) {
	folder := withMotto(t, mottoFields, "slug,name,motto,note,origin\na,ก,ข้าว,ลับ,machine\nb,,ไม่มี,,person\n")
	ds, warnings, err := Read(folder)
	if err != nil {
		t.Fatal(err)
	}
	want := []geo.Translation{
		{Field: "motto", Lang: "th", Text: "ข้าว", Origin: geo.FromMachine}, {Field: "name", Lang: "th", Text: "ก", Origin: geo.FromMachine},
		{Field: "note", Lang: "th", Text: "ลับ", Origin: geo.FromMachine},
	}
	if diff := cmp.Diff(want, ds.Facilities[0].Translations.All); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
	if told := "texts/th.csv: 1 text of fields that the record leaves empty in English"; !slices.ContainsFunc(warnings, func(w string) bool { return strings.HasPrefix(w, told) }) {
		t.Errorf("%q, want %q", warnings, told)
	}
	if text := ds.Facilities[0].SearchText(); !strings.Contains(text, "ข้าว") || !strings.Contains(text, "rice") || strings.Contains(text, "ลับ") || strings.Contains(text, "li") {
		t.Errorf("searched by %q", text)
	}
	first, second := filepath.Join(t.TempDir(), "first"), filepath.Join(t.TempDir(), "second")
	if err := WriteFolder(first, ds); err != nil {
		t.Fatal(err)
	}
	again, _, err := Read(first)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(ds, again, ignoreOrigin, comparing); diff != "" {
		t.Errorf("-read +read again\n%s", diff)
	}
	if err := WriteFolder(second, again); err != nil {
		t.Fatal(err)
	}
	sameFolders(t, first, second)

	todo := written(t, func(w *bytes.Buffer) error { return WriteMissing(w, ds, geo.Facilities, "lo") })
	if want := "\ufeffslug,lang,name_en,summary_en,motto_en,name,summary,motto,origin,stale\r\na,lo,A,,Rice for all,,,,person,\r\nb,lo,B,,,,,,person,\r\n"; todo != want {
		t.Errorf("missing in Lao: %q, want %q", todo, want)
	}
	brought, _, err := ReadTexts(writeFile(t, "lo.csv", strings.Replace(todo, "for all,,,,", "for all,ກ,,ເຂົ້າ,", 1)), ds, nil)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := AddTexts(ds, brought), (Added{New: 2}); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
	coverage := geo.NewCoverage(nil, ds.Fields[geo.Facilities.ID])
	for i := range ds.Facilities {
		coverage.Add(&ds.Facilities[i])
	}
	if coverage.Own["motto"] != 1 || len(coverage.Own) != 1 || coverage.Languages[0].Own["motto"] != (geo.Told{}) {
		t.Errorf("%+v", coverage)
	}
	for _, l := range coverage.Languages {
		if l.Lang == "lo" && l.Own["motto"] != (geo.Told{Person: 1}) {
			t.Errorf("%+v", l)
		}
	}
}

// What cannot be translated, and texts that nobody would see, are refused with what to change.
func TestTextsThatNobodyWouldSee(t *testing.T) {
	const texts = "slug,motto,origin\na,ข้าว,machine\n"
	for name, c := range map[string]struct{ fields, texts, want string }{
		"a field that is not declared":   {`{"name":"size","type":"integer"}`, texts, `motto: is a field of your own that is not translated; say "translated": true of it`},
		"a field that is not translated": {`{"name":"motto","type":"string"}`, texts, `motto: is a field of your own that is not translated; say "translated": true of it`},
		"one of a number": {`{"name":"motto","type":"string","translated":true}`,
			"slug,size,motto,origin\na,12,x,person\n", "size: is a field of your own that is not translated"},
		"a field of the program": {mottoFields, "slug,partners,motto,origin\na,x,x,person\n",
			"partners: has no texts in other languages; only name, summary, and fields of your own"},
		"a town":      {mottoFields, "slug,City,motto,origin\na,x,x,person\n", "what towns and provinces are called stands in texts/places.csv"},
		"near to one": {mottoFields, "slug,moto,name,origin\na,x,x,person\n", "near to motto"},
		"a number":    {`{"name":"size","type":"integer","translated":true}`, texts, "only texts are put into other languages"},
		"of no type":  {`{"name":"motto","translated":true}`, texts, "or the type string"},
		"a facet":     {`{"name":"motto","type":"string","facet":true,"translated":true}`, texts, "where the field is a facet"},
		"an enum":     {`{"name":"motto","type":"string","constraints":{"enum":["Rice for all"]},"translated":true}`, texts, "has an enum"},
		"a column of texts": {`{"name":"origin","type":"string","translated":true}`, texts,
			"is what files of texts call something else"},
		"the English of another": {`{"name":"motto","type":"string","translated":true},{"name":"motto_en","type":"string","translated":true}`, texts,
			"is what files of texts call something else"},
		"a slip":                         {`{"name":"motto","type":"string","translate":true}`, texts, "near to translated"},
		"no truth":                       {`{"name":"motto","type":"string","translated":"yes"}`, texts, "translated"},
		"no language":                    {mottoFields, "slug,lang,motto,origin\na,xx1,x,person\n", "lang"},
		"a language that is not spoken":  {mottoFields, "slug,lang,motto,origin\na,en,x,person\n", "must not be English"},
		"another language than the file": {mottoFields, "slug,lang,motto,origin\na,lo,x,person\n", "must be th, as the file is called so"},
		"no field at all, but a remark":  {mottoFields, "slug,remark,origin\na,x,person\n", "name or summary or motto or note: is missing"},
	} {
		_, _, err := Read(withMotto(t, c.fields, c.texts))
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
	if _, _, err := ReadWith(withMotto(t, mottoFields, texts), Options{Facets: []string{"motto"}}); err == nil || !strings.Contains(err.Error(), "because it is translated") {
		t.Errorf("--facet motto: %v", err)
	}
}
