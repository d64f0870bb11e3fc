package format

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
)

// TestSweep: what a killed run left is removed, and nothing else: no folder that is in
// use, nor one of another name, nor what a link leads to.
func TestSweep(t *testing.T) {
	dir := t.TempDir()
	alive, err := newScratch(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer alive.close()
	killed, err := newScratch(dir)
	if err != nil {
		t.Fatal(err)
	}
	if file, err := killed.create("facilities.gpkg"); err != nil || file.Close() != nil {
		t.Fatal(err)
	}
	killed.folder.Close() // as the system does

	elsewhere := t.TempDir()
	kept := []string{filepath.Base(alive.path), "innoatlas-data", "innoatlas-temporary-mine", "innoatlas-temporary-7"}
	for _, name := range kept[1:3] {
		if err := os.Mkdir(filepath.Join(dir, name), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink(elsewhere, filepath.Join(dir, kept[3])); err != nil {
		t.Fatal(err)
	}
	if removed, err := PrepareTempDir(dir); err != nil || removed != 1 {
		t.Errorf("%d removed, %v; want 1", removed, err)
	}
	for _, name := range kept {
		if _, err := os.Stat(filepath.Join(dir, name)); err != nil {
			t.Errorf("%s is gone", name)
		}
	}
	if _, err := os.Stat(killed.path); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the folder of the killed run: %v", err)
	}
	if entries, _ := os.ReadDir(dir); len(entries) != len(kept) {
		t.Errorf("%d entries, want %d", len(entries), len(kept))
	}
}

func TestPrepareTempDirThatIsNone(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, dir := range []string{file, filepath.Join(file, "missing"), "/proc"} {
		var temporary *TempError
		if _, err := PrepareTempDir(dir); !errors.As(err, &temporary) {
			t.Errorf("%s: %v", dir, err)
		}
	}
}
