package dataset

import (
	"archive/zip"
	"bufio"
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"innoatlas/geo"
)

// Whole is how a whole data set is written.
type Whole struct {
	Replace bool // what an export has written there before; never anything else

	// More are files beside those of the data set, by their paths, as the history of a database.
	More map[string]func(io.Writer) error
}

// WriteFolder writes a whole data set into a new folder, or an empty one, which Read reads
// back: the same records, fields of one's own and their definitions (datapackage.json),
// private ones included.
func WriteFolder(folder string, ds *geo.Dataset) error { return WriteWhole(folder, ds, Whole{}) }

// WriteWhole writes a whole data set into a folder, or into one file where the path ends in .zip.
// The same data set is the same bytes. It is written beside the path and takes its place in the end,
// so that there is all of it or nothing.
func WriteWhole(path string, ds *geo.Dataset, as Whole) error {
	path, err := filepath.Abs(path)
	if err != nil {
		return err
	}
	write, check := writeTables, checkFolder
	if IsArchive(path) {
		write, check = writeArchive, checkArchive
	}
	if err := check(path, as.Replace); err != nil {
		return err
	}
	files := filesOf(ds)
	maps.Copy(files, as.More)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	beside, err := os.MkdirTemp(filepath.Dir(path), "."+filepath.Base(path)+".part-")
	if err != nil {
		return err
	}
	defer os.Remove(beside) // which is empty by then, unless something of before is in it
	whole := filepath.Join(beside, filepath.Base(path))
	defer os.RemoveAll(whole)
	if err := write(whole, files); err != nil {
		return err
	}
	if err := check(path, as.Replace); err != nil { // somebody else may have been quicker
		return err
	}
	return takePlace(whole, path, filepath.Join(beside, "before"))
}

// takePlace moves what was written to its path. What was there is put aside first, and put back
// where that fails.
func takePlace(whole, path, before string) error {
	err := os.Rename(path, before)
	there := err == nil
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%w; name a new folder within it", err) // as one that is mounted
	}
	switch err = os.Rename(whole, path); {
	case err == nil:
		return os.RemoveAll(before)
	case there:
		return errors.Join(err, os.Rename(before, path))
	}
	return err
}

// checkFolder refuses a folder that an export must not take the place of.
func checkFolder(folder string, replace bool) error {
	info, err := os.Lstat(folder)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	if !info.IsDir() {
		return fmt.Errorf("%s is there and no folder; name a new one, or one that ends in .zip for a file", folder)
	}
	entries, err := os.ReadDir(folder)
	switch {
	case err != nil || len(entries) == 0:
		return err
	case !replace:
		return fmt.Errorf("%s is not empty; name a new folder, so that nothing is overwritten, or say --force where it is an export of before", folder)
	}
	return checkExported(folder, os.DirFS(folder))
}

// checkArchive refuses a file that an export must not take the place of.
func checkArchive(path string, replace bool) error {
	info, err := os.Lstat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return err
	case !info.Mode().IsRegular():
		return fmt.Errorf("%s is there and no file; name a new one", path)
	case !replace:
		return fmt.Errorf("%s is there already; name a new file, so that nothing is overwritten, or say --force where it is an export of before", path)
	}
	archive, err := OpenArchive(path)
	if err != nil {
		return fmt.Errorf("%s is no export of before, and is not replaced: %w", path, err)
	}
	defer archive.Close()
	return checkExported(path, archive)
}

// checkExported refuses what has other files than an export writes, or not those that each has.
func checkExported(path string, files fs.FS) error {
	missing := map[string]bool{facilitiesFile: true, packageFile: true}
	err := fs.WalkDir(files, ".", func(name string, e fs.DirEntry, err error) error {
		delete(missing, name)
		if err == nil && !isExported(name, e) {
			err = fmt.Errorf("%s has %s, which no export writes, and is not replaced; name a new one", path, name)
		}
		return err
	})
	if err == nil && len(missing) > 0 {
		err = fmt.Errorf("%s is no export of before, and is not replaced; name a new one", path)
	}
	return err
}

// isExported reports whether an export may have written a file, or made a folder, of that name.
func isExported(name string, e fs.DirEntry) bool {
	if e.IsDir() {
		return name == "." || name == textsFolder || name == HistoryFolder
	}
	folder, base, within := strings.Cut(name, "/")
	switch {
	case !e.Type().IsRegular():
		return false
	case within && folder == textsFolder:
		return strings.HasSuffix(base, ".csv")
	case within && folder == HistoryFolder:
		return strings.HasSuffix(base, ".jsonl")
	}
	return name == facilitiesFile || name == packageFile || name == outlinesFile || isPart(name)
}

// writeTables writes files into a new folder.
func writeTables(folder string, files map[string]func(io.Writer) error) error {
	for _, name := range slices.Sorted(maps.Keys(files)) {
		file := filepath.Join(folder, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			return err
		}
		if err := writeNew(file, files[name]); err != nil {
			return err
		}
	}
	return nil
}

// writeNew makes a file that is not there yet.
func writeNew(path string, write func(io.Writer) error) error {
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	buffered := bufio.NewWriterSize(file, 1<<16)
	return cmp.Or(write(buffered), buffered.Flush(), file.Sync(), file.Close())
}

// writeArchive writes files into one that is packed. All are of one time, so that the same data set
// is the same bytes.
func writeArchive(path string, files map[string]func(io.Writer) error) error {
	return writeNew(path, func(w io.Writer) error {
		archive := zip.NewWriter(w)
		for _, name := range slices.Sorted(maps.Keys(files)) {
			member, err := archive.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate, Modified: time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)})
			if err != nil {
				return err
			}
			if err := files[name](member); err != nil {
				return err
			}
		}
		return archive.Close()
	})
}
