package main

import (
	"bytes"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"innoatlas/geo/dataset"
	"innoatlas/geo/postgis/postgistest"
)

// kept is a database in which all that may be kept is: the built-in set in its ten languages, fields of
// one's own, private and translated ones too, awkward texts, and records that were renamed, merged,
// deleted, brought back and purged.
func kept(t *testing.T) string {
	t.Helper()
	database, folder := filled(t), t.TempDir()
	const fields = `{"fields": [{"name": "slug", "type": "string"},
		{"name": "seats", "type": "integer", "title": "Seats", "titles": {"th": "ที่นั่ง"}, "facet": true},
		{"name": "motto", "type": "string", "title": "Motto", "translated": true, "facet": false},
		{"name": "mail", "type": "string", "title": "E-mail", "private": true, "facet": false}]}`
	files := map[string]string{
		"facilities.csv": "slug,kind,name,status,seats,motto,mail,summary,host_institution,partners\n" +
			"awkward,joint-laboratory,\"'=1+1 \"\"quoted\"\", here\",operating,7,'-5,a@example.org,\"two\r\nlines \\ 🌾 \u200f e\u0301\",Awkward Host,A;B\n" +
			"second,joint-laboratory,@Second,closed,,,,'+86 771,,\nthird,joint-laboratory,Third,,,,,,,\n" +
			"fourth,joint-laboratory,Fourth,,,,,,,\nfifth,joint-laboratory,Fifth,,,,,,,\n",
		"institutions.csv":          "slug,name,chief,lon,lat\nhost,Awkward Host,'=chief,116,39\n",
		"projects.csv":              "slug,name,facilities\np,A project,awkward\n",
		"facility_sources.csv":      "slug,source_title,source_url\nawkward,\"A \"\"title\"\", and\nmore\",https://example.org/?a=b&c=d\n",
		"facility_institutions.csv": "facility,institution,role\nsecond,host,partner\n",
		"kinds.csv":                 "id,label_en,label_th\njoint-laboratory,Joint laboratory,\nunused,Unused,ไม่ใช้\n",
		"texts/th.csv":              "slug,lang,name,motto,origin\nawkward,th,'=ไทย,คำขวัญ,person\n",
		"texts/institutions.th.csv": "slug,lang,name,origin\nhost,th,เจ้าภาพ,machine\n",
		"datapackage.json": `{"resources": [{"name": "facilities", "path": "facilities.csv", "schema": ` + fields + `},
			{"name": "institutions", "path": "institutions.csv", "schema": {"fields": [{"name": "chief", "type": "string", "private": true}]}}]}`,
	}
	for name, content := range files {
		writeText(t, filepath.Join(folder, name), content)
	}
	for _, args := range [][]string{
		{"import", folder, "--as", "Somsri <s@example.org>", "--reason", "=1\n\"why\""},
		{"rename", "second", "the-second"},
		{"merge", "fourth", "the-second"},
		{"delete", "third", "--reason", "it was \"never\" there\\"},
		{"delete", "fifth", "--reason", "a mistake"},
		{"restore", "fifth"},
		{"purge", "fifth", "--reason", "a person's", "--yes"},
		{"delete", "fifth", "--reason", "after all"},
	} {
		mustRun(t, append(args, "--database-url", database)...)
	}
	return database
}

// What an export writes comes back as it was, byte for byte, through an empty database: as a folder and
// as a file, with the history and without it.
func TestWholeExport(t *testing.T) {
	t.Parallel()
	database, dir := kept(t), t.TempDir()
	for name, with := range map[string][]string{"whole": nil, "history.zip": {"--with-history"}} {
		first, again := filepath.Join(dir, name), filepath.Join(dir, "again-"+name)
		mustRun(t, append([]string{"export", "--to", first, "--database-url", database}, with...)...)
		empty := postgistest.Migrated(t)
		mustRun(t, "import", first, "--database-url", empty)
		mustRun(t, append([]string{"export", "--to", again, "--database-url", empty}, with...)...)
		sameFiles(t, first, again)
	}
	direct := filepath.Join(dir, "direct")
	mustRun(t, "export", "--to", direct, "--data", filepath.Join(dir, "history.zip"))
	sameFiles(t, filepath.Join(dir, "whole"), direct)
}

// sameFiles compares two folders, or two files.
func sameFiles(t *testing.T, want, got string) {
	t.Helper()
	wanted, gotten := filesIn(t, want), filesIn(t, got)
	if a, b := slices.Sorted(maps.Keys(wanted)), slices.Sorted(maps.Keys(gotten)); !slices.Equal(a, b) {
		t.Errorf("%s has %s, and %s has %s", want, a, got, b)
	}
	for name, content := range wanted {
		if !bytes.Equal(content, gotten[name]) {
			t.Errorf("%s of %s is otherwise: %s", name, got, firstDifference(string(content), string(gotten[name])))
		}
	}
}

func filesIn(t *testing.T, path string) map[string][]byte {
	t.Helper()
	files := map[string][]byte{}
	err := filepath.WalkDir(path, func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		within, _ := filepath.Rel(path, name)
		files[within], err = os.ReadFile(name)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// A database that takes over a history leads on from old addresses, knows what was before, gives no id
// twice, and goes on from there.
func TestHistoryMoves(t *testing.T) {
	t.Parallel()
	database, whole := kept(t), filepath.Join(t.TempDir(), "whole.zip")
	mustRun(t, "export", "--to", whole, "--with-history", "--database-url", database)
	moved := postgistest.Migrated(t)
	mustRun(t, "import", whole, "--database-url", moved)

	old, now := startPlain(t, "--database-url", database), startPlain(t, "--database-url", moved)
	for _, path := range []string{
		"/collections/facilities/items/third", "/collections/facilities/items/second", "/collections/facilities/items/fourth", "/collections/facilities/items/fifth",
		"/collections/facilities/items/the-second/history", "/collections/facilities/changes?since=2", "/collections/institutions/changes?since=1",
	} {
		want, got := changing.ReplaceAllString(toldOf(t, old, path), ""), changing.ReplaceAllString(toldOf(t, now, path), "")
		if want != got {
			t.Errorf("%s answers otherwise: %s", path, firstDifference(want, got))
		}
	}
	for _, args := range [][]string{{"log"}, {"history", "the-second"}, {"diff", "2"}, {"export", "--as-of", "2"}, {"export", "--as-of", "3"}} {
		want, got := mustRun(t, append(args, "--database-url", database)...), mustRun(t, append(args, "--database-url", moved)...)
		if want != got {
			t.Errorf("innoatlas %s says otherwise: %s", strings.Join(args, " "), firstDifference(want, got))
		}
	}
	mustRun(t, "restore", "third", "--database-url", moved)
	if out := mustRun(t, "log", "--limit", "1", "--database-url", moved); !strings.Contains(out, "restore third") || !strings.HasPrefix(strings.Split(out, "\n")[1], "11 ") {
		t.Errorf("goes on as\n%s", out)
	}
	if _, errs, _ := output(t, "import", whole, "--database-url", moved); !strings.Contains(errs, "history that is beside the records was left aside") {
		t.Errorf("imported again: %s", errs)
	}
	conn, err := pgx.Connect(t.Context(), moved)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	var twice int
	const both = `SELECT count(*) FROM facility f JOIN gone g ON g.collection = 'facilities' AND g.id = f.id AND g.slug = f.slug`
	if err := conn.QueryRow(t.Context(), both).Scan(&twice); err != nil || twice > 0 {
		t.Errorf("%d are there and gone, %v", twice, err)
	}
}

// toldOf is an answer with its status and where it leads.
func toldOf(t *testing.T, s *server, path string) string {
	t.Helper()
	status, location, body := s.read(t, path)
	return fmt.Sprintf("%d %s\n%s", status, location, body)
}

// An export takes the place of nothing but an export of before, and only where that is said.
func TestExportOverwritesNothing(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for name, content := range map[string]string{
		"foreign/photo.jpg": "mine", "mixed/facilities.csv": "slug\n", "mixed/datapackage.json": "{}", "mixed/notes.txt": "mine", "file.zip": "mine", "file": "mine",
		"half/facilities.csv": "slug\n",
	} {
		writeText(t, filepath.Join(dir, name), content)
	}
	before := filesIn(t, dir)
	for to, says := range map[string][2]string{
		"foreign":  {"is not empty", "photo.jpg, which no export writes"},
		"mixed":    {"is not empty", "notes.txt, which no export writes"},
		"half":     {"is not empty", "is no export of before"},
		"file.zip": {"is there already", "is no export of before"},
		"file":     {"is there and no folder", "is there and no folder"},
	} {
		for i, args := range [][]string{{"export", "--to", filepath.Join(dir, to)}, {"export", "--to", filepath.Join(dir, to), "--force"}} {
			if _, errs, code := output(t, args...); code == 0 || !strings.Contains(errs, says[i]) {
				t.Errorf("%s: %d %q, want %q", args, code, errs, says[i])
			}
		}
	}
	if after := filesIn(t, dir); !maps.EqualFunc(before, after, bytes.Equal) {
		t.Errorf("there was %s, and is %s", slices.Sorted(maps.Keys(before)), slices.Sorted(maps.Keys(after)))
	}
	for _, to := range []string{"new/folder", "new.zip"} {
		to = filepath.Join(dir, to)
		mustRun(t, "export", "--to", to)
		first := filesIn(t, to)
		if _, errs, code := output(t, "export", "--to", to); code == 0 || !strings.Contains(errs, "--force") {
			t.Errorf("%s again: %d %q", to, code, errs)
		}
		mustRun(t, "export", "--to", to, "--force")
		if !maps.EqualFunc(first, filesIn(t, to), bytes.Equal) {
			t.Errorf("%s is otherwise the second time", to)
		}
	}
	if left, _ := filepath.Glob(filepath.Join(dir, ".*")); len(left) > 0 {
		t.Errorf("left behind: %s", left)
	}
	if _, _, err := dataset.Read(filepath.Join(dir, "new.zip")); err != nil {
		t.Error(err)
	}
}

// Flags that say two things, or nothing, are sentences.
func TestExportFlags(t *testing.T) {
	t.Parallel()
	for args, says := range map[string]string{
		"--to x --format geojson":               "leave --format out",
		"--force":                               "--to DIR or FILE.zip",
		"--with-history":                        "--to DIR or FILE.zip",
		"--with-history --to x":                 "only a database has a history",
		"--with-history --to x --as-of 2":       "leave it or --as-of out",
		"--with-history --to x --data testdata": "only a database has a history",
	} {
		if _, errs, code := output(t, append([]string{"export"}, strings.Fields(args)...)...); code == 0 || !strings.Contains(errs, says) {
			t.Errorf("export %s: %d %q, want %q", args, code, errs, says)
		}
	}
}
