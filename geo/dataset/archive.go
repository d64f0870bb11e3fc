package dataset

import (
	"archive/zip"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"strings"
)

// HistoryFolder has the history of the database that a whole data set is of.
const HistoryFolder = "history"

// Bounds of an archive, which may be made to unpack without end: a data set of a million records in
// ten languages has some GB, and its tables are a tenth of that when they are packed.
const (
	maxMembers  = 2000
	maxUnpacked = 32 << 30
	maxPacking  = 200      // how many times smaller a member may be than its content
	freelyLarge = 16 << 20 // a member as large as this may be as small as it can
)

// IsArchive reports whether a path names an archive.
func IsArchive(name string) bool { return strings.HasSuffix(strings.ToLower(name), ".zip") }

// Archive is a data set in one file. It is read where it is: nothing is unpacked to a disk.
type Archive struct {
	fs.FS
	io.Closer
}

// OpenArchive opens an archive of a data set, which may lie in one folder within it.
func OpenArchive(name string) (*Archive, error) {
	file, err := zip.OpenReader(name)
	if err != nil {
		return nil, fmt.Errorf("%s cannot be read as .zip: %w", path.Base(name), err)
	}
	if err := checkMembers(file.File); err != nil {
		file.Close()
		return nil, err
	}
	var files fs.FS = file
	if top := topFolder(file.File); top != "" {
		if files, err = fs.Sub(file, top); err != nil {
			file.Close()
			return nil, err
		}
	}
	return &Archive{bounded{files}, file}, nil
}

// checkMembers refuses what is not made by an honest hand.
func checkMembers(members []*zip.File) error {
	if len(members) > maxMembers {
		return fmt.Errorf("it has more than %s files, which no data set has", thousands(maxMembers))
	}
	names, all := map[string]bool{}, uint64(0)
	for _, m := range members {
		name := strings.TrimSuffix(m.Name, "/")
		switch {
		case !fs.ValidPath(name) || strings.ContainsAny(name, "\\:"):
			return fmt.Errorf("it has a file %q, which is no name within a folder", m.Name)
		case names[name]:
			return fmt.Errorf("it has two files %s", name)
		case m.UncompressedSize64 > freelyLarge && m.UncompressedSize64/maxPacking > m.CompressedSize64:
			return fmt.Errorf("%s is packed more than %d times smaller, as no table is; unpack it, and name the folder", name, maxPacking)
		}
		names[name] = true
		if all += min(m.UncompressedSize64, maxUnpacked+1); all > maxUnpacked {
			return fmt.Errorf("it has more than %d GB; unpack it, and name the folder", maxUnpacked>>30)
		}
	}
	return nil
}

// topFolder is the folder that all members lie in; "" where there is none.
func topFolder(members []*zip.File) string {
	top := ""
	for _, m := range members {
		first, _, within := strings.Cut(m.Name, "/")
		if !within || top != "" && first != top || first == textsFolder || first == HistoryFolder {
			return ""
		}
		top = first
	}
	return top
}

// bounded are files of which no more is read than they say that they have.
type bounded struct{ fs.FS }

// ReadDir lists a folder.
func (b bounded) ReadDir(name string) ([]fs.DirEntry, error) { return fs.ReadDir(b.FS, name) }

// Stat describes a file.
func (b bounded) Stat(name string) (fs.FileInfo, error) { return fs.Stat(b.FS, name) }

// Open opens a file.
func (b bounded) Open(name string) (fs.File, error) {
	file, err := b.FS.Open(name)
	if err != nil {
		return nil, err
	}
	info, err := file.Stat()
	if err != nil || !info.Mode().IsRegular() {
		return file, err
	}
	return &boundedFile{File: file, left: info.Size()}, nil
}

type boundedFile struct {
	fs.File
	left int64
}

func (f *boundedFile) Read(p []byte) (int, error) {
	n, err := f.File.Read(p)
	if f.left -= int64(n); f.left < 0 {
		return 0, fmt.Errorf("it is larger than the archive says: %w", zip.ErrFormat)
	}
	return n, err
}

// OpenHistory opens the history that lies beside a whole data set; nil where there is none.
func OpenHistory(name string) (*Archive, error) {
	info, err := os.Stat(name)
	if err != nil {
		return nil, err
	}
	var files *Archive
	switch {
	case info.IsDir():
		files = &Archive{os.DirFS(name), io.NopCloser(nil)}
	case info.Mode().IsRegular() && IsArchive(name):
		if files, err = OpenArchive(name); err != nil {
			return nil, err
		}
	default:
		return nil, nil
	}
	if info, err := fs.Stat(files, HistoryFolder); err != nil || !info.IsDir() {
		return nil, files.Close()
	}
	if files.FS, err = fs.Sub(files.FS, HistoryFolder); err != nil {
		return nil, err
	}
	return files, nil
}
