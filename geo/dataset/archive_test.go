package dataset

import (
	"archive/zip"
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"innoatlas/geo"
)

// packed writes an archive of files, in this order: names and contents by turns.
func packed(t *testing.T, files ...string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "a.zip")
	writeTo(t, path, func(w io.Writer) {
		archive := zip.NewWriter(w)
		for i := 0; i < len(files); i += 2 {
			member, err := archive.Create(files[i])
			if err == nil {
				_, err = io.WriteString(member, files[i+1])
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		if err := archive.Close(); err != nil {
			t.Fatal(err)
		}
	})
	return path
}

const oneFacility = "slug,kind,name\na,lab,A\n"

// An archive is read as a folder is, also where somebody has packed the folder itself.
func TestReadOfArchives(t *testing.T) {
	for _, path := range []string{
		packed(t, "facilities.csv", oneFacility, "texts/th.csv", "slug,lang,name,origin\na,th,ก,person\n"),
		packed(t, "my set/facilities.csv", oneFacility, "my set/texts/th.csv", "slug,lang,name,origin\na,th,ก,person\n"),
		packed(t, "my set/", "", "my set/facilities.csv", oneFacility, "my set/texts/", "", "my set/texts/th.csv", "slug,lang,name,origin\na,th,ก,person\n"),
	} {
		ds, _, err := Read(path)
		if err != nil {
			t.Fatal(err)
		}
		if len(ds.Facilities) != 1 || ds.Facilities[0].Translations == nil {
			t.Errorf("read %+v", ds.Facilities)
		}
	}
}

// What is no honest archive is refused with a sentence, before anything of it is read.
func TestBadArchives(t *testing.T) {
	whole, err := os.ReadFile(packed(t, "facilities.csv", oneFacility))
	if err != nil {
		t.Fatal(err)
	}
	broken := filepath.Join(t.TempDir(), "broken.zip")
	writeTo(t, broken, func(w io.Writer) { w.Write(whole[:len(whole)-30]) })
	var many []string
	for range maxMembers + 1 {
		many = append(many, strings.Repeat("a", len(many)+1), "")
	}
	for path, says := range map[string]string{
		broken: "cannot be read as .zip",
		packed(t, "../facilities.csv", oneFacility):                                         "which is no name within a folder",
		packed(t, "/facilities.csv", oneFacility):                                           "which is no name within a folder",
		packed(t, `texts\th.csv`, ""):                                                       "which is no name within a folder",
		packed(t, "facilities.csv", oneFacility, "facilities.csv", oneFacility):             "two files facilities.csv",
		packed(t, "facilities.csv", oneFacility+strings.Repeat("b,lab,B\n", freelyLarge/8)): "unpack it, and name the folder",
		packed(t, "facilities.txt", oneFacility):                                            "needs a file facilities.csv",
		packed(t, many...):                                                                  "more than 2,000 files",
		packed(t):                                                                           "needs a file facilities.csv",
	} {
		if _, _, err := Read(path); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%v, want %q", err, says)
		}
	}
}

// A member that is larger than it says is not read on.
func TestArchiveOfALie(t *testing.T) {
	path := packed(t, "facilities.csv", oneFacility+strings.Repeat("b,lab,B\n", 1000))
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	at := bytes.LastIndex(content, []byte("PK\x01\x02")) + 24 // its size in the directory
	copy(content[at:], []byte{30, 0, 0, 0})
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, _, err := Read(path); err == nil {
		t.Error("read")
	}
}

// A failure leaves nothing behind, and what was there as it was.
func TestWholeFails(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"whole", "whole.zip"} {
		path := filepath.Join(dir, name)
		if err := WriteWhole(path, &geo.Dataset{}, Whole{}); err != nil {
			t.Fatal(err)
		}
		before, _ := os.Stat(path)
		fails := map[string]func(io.Writer) error{"history/z.jsonl": func(io.Writer) error { return errFull }}
		if err := WriteWhole(path, &geo.Dataset{}, Whole{Replace: true, More: fails}); !errors.Is(err, errFull) {
			t.Errorf("%s: %v", name, err)
		}
		if after, err := os.Stat(path); err != nil || !os.SameFile(before, after) {
			t.Errorf("%s is another: %v", name, err)
		}
	}
	entries, _ := os.ReadDir(dir)
	if len(entries) != 2 {
		t.Errorf("left: %v", entries)
	}
}

// A term that no row has is kept, and so is the order of terms, though none has a label of its own.
func TestPlainTermsAreWritten(t *testing.T) {
	label := func(id string) geo.Term { return geo.Term{ID: id, Labels: geo.Labels{"en": id}} }
	rows := []geo.Facility{{ID: 1, Slug: "x", Kind: "a", Name: "X"}, {ID: 2, Slug: "y", Kind: "b", Name: "Y"}}
	for name, kinds := range map[string][]geo.Term{
		"unused": {label("a"), label("b"), label("c")}, "order": {label("b"), label("a")}, "as the rows have them": {label("a"), label("b")},
	} {
		folder := filepath.Join(t.TempDir(), "new")
		if err := WriteFolder(folder, &geo.Dataset{Facilities: rows, Kinds: kinds}); err != nil {
			t.Fatal(err)
		}
		ds, _, err := Read(folder)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(geo.TermIDs(kinds), geo.TermIDs(ds.Kinds)); diff != "" {
			t.Errorf("%s: -written +read\n%s", name, diff)
		}
	}
}
