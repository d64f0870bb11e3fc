package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"innoatlas/geo/dataset"
	"innoatlas/geo/postgis/postgistest"
)

// What an office does with its records, and what the history says of it.
func TestKeepingRecords(t *testing.T) {
	t.Parallel()
	file, database := filepath.Join(t.TempDir(), "facilities.csv"), postgistest.Bare(t)
	const header = "slug,kind,name,status\n"
	writeFile(t, file, header+"first,lab,First,operating\nsecond,lab,Second,\n")
	mustRun(t, "migrate", "--database-url", database)
	mustRun(t, "import", file, "--database-url", database)
	writeFile(t, file, header+"first,lab,Wrong,closed\nsecond,lab,Second,\nthird,lab,Third,\n")
	mustRun(t, "import", file, "--database-url", database)

	steps := []struct {
		args []string
		says string
	}{
		{[]string{"log"}, "facilities 1 added, 1 changed"},
		{[]string{"history", "first"}, `name: "First" -> "Wrong"`},
		{[]string{"diff", "2"}, "facilities/third added"},
		{[]string{"revert", "3", "--as", "Somsri", "--reason", "wrong file"}, "Revision 3 is taken back."},
		{[]string{"log", "--limit", "1"}, "Somsri"},
		{[]string{"history", "first"}, `name: "Wrong" -> "First"`},
		{[]string{"rename", "second", "the-second"}, "second is called the-second now."},
		{[]string{"delete", "first", "--reason", "there twice"}, "first is deleted; innoatlas restore first brings it back."},
		{[]string{"restore", "first"}, "first is there again."},
		{[]string{"merge", "the-second", "first"}, "the-second is merged into first."},
		{[]string{"purge", "first", "--reason", "a person's name", "--yes"}, "is taken away"},
	}
	for _, step := range steps {
		if out := mustRun(t, append(step.args, "--database-url", database)...); !strings.Contains(out, step.says) {
			t.Errorf("innoatlas %s says\n%s\nwant %q", strings.Join(step.args, " "), out, step.says)
		}
	}
	if out, errs, code := output(t, "delete", "first", "--database-url", database); code == 0 || !strings.Contains(errs, "--reason") {
		t.Errorf("a deletion without a reason: %q %q", out, errs)
	}
	if out, errs, code := output(t, "restore", "no-such", "--database-url", database); code == 0 || !strings.Contains(errs, "no-such") {
		t.Errorf("restored what never was: %q %q", out, errs)
	}
}

// What there was comes back as it was, byte for byte, under the number of a revision or a time.
func TestExportAsOf(t *testing.T) {
	t.Parallel()
	database := filled(t)
	then := mustRun(t, "export", "--database-url", database)
	file := filepath.Join(t.TempDir(), "facilities.csv")
	writeFile(t, file, "slug,kind,name\nnew-one,joint-laboratory,New one\nhiseaton-brunei-cage-culture,joint-laboratory,Another name\n")
	mustRun(t, "import", file, "--database-url", database)
	mustRun(t, "delete", "new-one", "--reason", "a test", "--database-url", database)
	if now := mustRun(t, "export", "--database-url", database); now == then {
		t.Error("nothing was changed")
	}
	if got := mustRun(t, "export", "--as-of", "2", "--database-url", database); got != then {
		t.Errorf("as of 2: %s", firstDifference(then, got))
	}
	if _, errs, code := output(t, "export", "--as-of", "1999-01-01", "--database-url", database); code == 0 || !strings.Contains(errs, "innoatlas log lists the revisions") {
		t.Errorf("before the first revision: %q", errs)
	}
}

// A file changes what it says and nothing else; two who change one record are both heard, and the
// same field changed by both is told with all three values.
func TestImportOfParts(t *testing.T) {
	t.Parallel()
	file, database := filepath.Join(t.TempDir(), "facilities.csv"), postgistest.Bare(t)
	mustRun(t, "migrate", "--database-url", database)
	step := func(rows, says string, flags ...string) {
		t.Helper()
		writeFile(t, file, rows)
		out, errs, _ := output(t, append([]string{"import", file, "--database-url", database}, flags...)...)
		if !strings.Contains(out+errs, says) {
			t.Errorf("%q says\n%s%s\nwant %q", rows, out, errs, says)
		}
	}
	const whole = "slug,kind,name,city,lon,lat\nfirst,lab,First,Bangkok,100,13\nsecond,lab,Second,,,\n"
	step(whole, "2 added, 0 changed, 0 unchanged.")
	step(whole, "0 added, 0 changed, 2 unchanged.")
	step("slug,status\nfirst,closed\n", "0 added, 1 changed, 0 unchanged.")
	step(whole, "0 added, 0 changed, 2 unchanged.")
	step("slug,city\nfirst,\n", "0 added, 0 changed, 1 unchanged.")
	step("slug,name\nthird,Third\n", "line 2: third is no record of the database, and a new one must state its kind")
	step("slug,city,version\nfirst,Chiang Mai,2\n", "1 changed")
	step("slug,name,city,version\nfirst,The first,Bangkok,2\n", "1 changed") // of before: the city stays that of the other
	step("slug,city,version\nfirst,Phuket,2\n", `line 2, first: city was "Bangkok", is "Chiang Mai" now, and the file says "Phuket"`)
	step("slug,city,version\nfirst,Phuket,2\n", "1 changed", "--force")
	step("slug,city,lon,lat\nfirst,[clear],[clear],[clear]\n", "1 changed")
	got := mustRun(t, "export", "--database-url", database)
	if !strings.Contains(got, "first,lab,The first,") || strings.Contains(got, "Phuket") || !strings.Contains(got, ",closed,") {
		t.Errorf("in the end:\n%s", got)
	}
	exported := filepath.Join(t.TempDir(), "again.csv")
	writeFile(t, exported, got)
	if out := mustRun(t, "import", exported, "--database-url", database); !strings.Contains(out, "0 added, 0 changed, 2 unchanged.") {
		t.Errorf("the export imported again: %s", out)
	}
}

// What a folder says a part of: labels in other languages stay, and nothing comes in that a later
// reading of the export would refuse.
func TestImportOfPartsOfTables(t *testing.T) {
	t.Parallel()
	database := postgistest.Bare(t)
	mustRun(t, "migrate", "--database-url", database)
	step := func(says string, files map[string]string) {
		t.Helper()
		folder := t.TempDir()
		for name, content := range files {
			writeFile(t, filepath.Join(folder, name), content)
		}
		if out, errs, _ := output(t, "import", folder, "--database-url", database); !strings.Contains(out+errs, says) {
			t.Errorf("%v says\n%s%s\nwant %q", files, out, errs, says)
		}
	}
	const one = "slug\na\n"
	step("institutions: 1 added, 0 changed, 0 unchanged.", map[string]string{
		"facilities.csv":   "slug,kind,name,established,sectors\na,lab,A,2000,soil\n",
		"institutions.csv": "slug,name,lon,lat\nx,X,116,39\n",
		"kinds.csv":        "id,label_en,label_th,plural_en\nlab,Lab,ห้องแล็บ,Labs\n",
		"sectors.csv":      "id,label_en,label_th\nsoil,Soil,ดิน\n",
	})
	step("0 added, 0 changed, 1 unchanged.", map[string]string{
		"facilities.csv": one,
		"kinds.csv":      "id,label_en,label_lo,label_th\nlab,Lab,ຫ້ອງ,\n", "sectors.csv": "id,label_en,label_lo\nsoil,Soil,ດິນ\n",
	})
	step("new is no record of the database, and a new one must state its name", map[string]string{"facilities.csv": one, "institutions.csv": "slug,city\nnew,Bangkok\n"})
	step("p is no record of the database, and a new one must state its name", map[string]string{"facilities.csv": one, "projects.csv": "slug,summary\np,S\n"})
	step("line 2: a was established in 2000 and closed in 1995", map[string]string{"facilities.csv": "slug,closed\na,1995\n"})
	step("institutions: 0 added, 1 changed, 0 unchanged.", map[string]string{"facilities.csv": one, "institutions.csv": "slug,city\nx,Beijing\n"})

	whole := filepath.Join(t.TempDir(), "whole")
	mustRun(t, "export", "--folder", whole, "--database-url", database)
	for name, want := range map[string][]string{
		"kinds.csv": {"ห้องแล็บ", "ຫ້ອງ", "Labs"}, "sectors.csv": {"ดิน", "ດິນ"}, "institutions.csv": {",Beijing,116,39,city,"},
	} {
		got, err := os.ReadFile(filepath.Join(whole, name))
		if err != nil {
			t.Fatal(err)
		}
		for _, text := range want {
			if !strings.Contains(string(got), text) {
				t.Errorf("%s lacks %q:\n%s", name, text, got)
			}
		}
	}
	if out := mustRun(t, "import", whole, "--database-url", database); !strings.Contains(out, "0 added, 0 changed, 1 unchanged.") {
		t.Errorf("the export imported again: %s", out)
	}
	if _, _, err := dataset.Read(whole); err != nil {
		t.Errorf("the export read as a whole: %v", err)
	}
}
