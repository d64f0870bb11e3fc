package dataset

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"innoatlas/geo"
)

// textsIn is a folder that has a folder of texts.
func textsIn(t *testing.T, files map[string]string) string {
	t.Helper()
	plain := map[string]string{}
	folder := ""
	for name, text := range files {
		if !strings.Contains(name, "/") {
			plain[name] = text
		}
	}
	folder = folderOf(t, plain)
	if err := os.Mkdir(filepath.Join(folder, textsFolder), 0o755); err != nil {
		t.Fatal(err)
	}
	for name, text := range files {
		if strings.Contains(name, "/") {
			if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	return folder
}

var withInstitutions = map[string]string{
	"facilities.csv":            "slug,kind,name\na,lab,A\n",
	"institutions.csv":          "slug,name,country,motto\nuni,University,THA,Learn\nother,Other,LAO,\n",
	"projects.csv":              "slug,name,summary\nplan,A plan,What it is\n",
	"datapackage.json":          `{"resources":[{"name":"institutions","path":"institutions.csv","schema":{"fields":[{"name":"motto","type":"string","translated":true}]}}]}`,
	"texts/institutions.th.csv": "slug,name,motto,origin\nuni,มหาวิทยาลัย,เรียนรู้,person\n",
	"texts/projects.csv":        "slug,lang,name,summary,origin,stale\nplan,lo,ແຜນ,ມັນ,machine,true\n",
	"texts/th.csv":              "slug,name,origin\na,เอ,machine\n",
}

// Texts of institutions and projects are read, written as they were, and read again.
func TestTextsOfRecords(t *testing.T) {
	t.Parallel()
	ds, _, err := Read(textsIn(t, withInstitutions))
	if err != nil {
		t.Fatal(err)
	}
	uni := ds.Records[geo.Institutions.ID][0]
	if got := uni.Translations.In("th", "name"); got == nil || got.Text != "มหาวิทยาลัย" || got.Origin != geo.FromPerson {
		t.Errorf("%+v", got)
	}
	if got := uni.Translations.In("th", "motto"); got == nil || got.Text != "เรียนรู้" {
		t.Errorf("of an own field: %+v", got)
	}
	plan := ds.Records[geo.Projects.ID][0]
	if got := plan.Translations.In("lo", "summary"); got == nil || got.Text != "ມັນ" || !got.Stale {
		t.Errorf("%+v", got)
	}
	first := filepath.Join(t.TempDir(), "first")
	if err := WriteFolder(first, ds); err != nil {
		t.Fatal(err)
	}
	again, _, err := Read(first)
	if err != nil {
		t.Fatal(err)
	}
	second := filepath.Join(t.TempDir(), "second")
	if err := WriteFolder(second, again); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"texts/institutions.th.csv", "texts/projects.lo.csv", "texts/th.csv", "institutions.csv"} {
		a, errA := os.ReadFile(filepath.Join(first, name))
		b, errB := os.ReadFile(filepath.Join(second, name))
		if errA != nil || errB != nil || !bytes.Equal(a, b) {
			t.Errorf("%s: %v %v\n%s", name, errA, errB, cmp.Diff(string(a), string(b)))
		}
	}
}

// What is wrong with such a file is said with the file that has the records.
func TestBadTextsOfRecords(t *testing.T) {
	t.Parallel()
	for file, want := range map[string]string{
		"slug,name,origin\nno-such,x,person\n":       "must be the slug of a record of institutions.csv",
		"slug,summary,origin\nuni,x,person\n":        "name or motto",
		"slug,country,name,origin\nuni,THA,x,person": "country",
		"slug,name,origin\nuni,x,somebody\n":         "must be one of source, person, machine",
	} {
		files := map[string]string{}
		for name, text := range withInstitutions {
			files[name] = text
		}
		files["texts/institutions.th.csv"] = file
		if _, _, err := Read(textsIn(t, files)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", file, err, want)
		}
	}
}

// A translator's list of institutions is one that can be filled in and given back.
func TestMissingTextsOfRecords(t *testing.T) {
	t.Parallel()
	ds, _, err := Read(textsIn(t, withInstitutions))
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := WriteMissing(&b, ds, geo.Institutions, "th"); err != nil {
		t.Fatal(err)
	}
	if got := b.String(); !strings.Contains(got, "other,th,Other,") || strings.Contains(got, "uni,") {
		t.Errorf("missing:\n%s", got)
	}
	path := filepath.Join(t.TempDir(), "filled.csv")
	if err := os.WriteFile(path, []byte("slug,lang,name,origin\nother,th,อื่น,person\nuni,th,เครื่อง,machine\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	brought, _, err := ReadTexts(path, ds, geo.Institutions)
	if err != nil {
		t.Fatal(err)
	}
	if n := AddTexts(ds, brought); n.New != 1 || n.Kept != 1 {
		t.Errorf("added %+v: a machine's text never replaces a person's", n)
	}
	if got := ds.Records[geo.Institutions.ID][1].Translations.In("th", "name"); got == nil || got.Text != "อื่น" {
		t.Errorf("%+v", got)
	}
}

// A file that does not say whose texts it has is refused where that is not plain: a name of an
// institution must not become that of a facility of the same slug.
func TestTextsOfSharedSlugs(t *testing.T) {
	t.Parallel()
	ds, err := Builtin()
	if err != nil {
		t.Fatal(err)
	}
	for rows, want := range map[string]string{
		"nus-suzhou-research-institute,th,x,person\n":                                 "are those of facilities and of institutions",
		"nus-suzhou-research-institute,th,x,person\nmahidol-university,th,x,person\n": "say --collection institutions",
	} {
		path := filepath.Join(t.TempDir(), "todo.csv")
		if err := os.WriteFile(path, []byte("slug,lang,name,origin\n"+rows), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, _, err := ReadTexts(path, ds, nil); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", rows, err, want)
		}
		if _, _, err := ReadTexts(path, ds, geo.Institutions); err != nil {
			t.Errorf("%q of institutions: %v", rows, err)
		}
	}
}
