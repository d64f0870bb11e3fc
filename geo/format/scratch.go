package format

import (
	"cmp"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// scratch is a folder for the temporary files of one file in the making. It is locked
// as long as it is in use, and the system gives the lock back whatever becomes of the
// program, so that what a killed run left can be told from what another still needs.
type scratch struct {
	path   string
	folder *os.File // with the lock
}

// scratchPattern and scratchName are what the folders are called: nobody else's are.
const scratchPattern = "innoatlas-temporary-*"

var scratchName = regexp.MustCompile(`^innoatlas-temporary-[0-9]+$`)

// TempError reports that a temporary file could not be made, written or read: the
// folder is missing or may not be written, or the disk is full. Nothing was sent.
type TempError struct{ err error }

func (e *TempError) Error() string { return "temporary file: " + e.err.Error() }

// Unwrap is the system's error.
func (e *TempError) Unwrap() error { return e.err }

// tempError makes an error of the file system, or of SQLite about it, a *TempError.
func tempError(err error) error {
	var file *fs.PathError
	var database *sqlite.Error
	switch {
	case errors.As(err, &file):
	case errors.As(err, &database) && isStorage(database.Code()):
	default:
		return err
	}
	return &TempError{err}
}

// isStorage looks at the primary code, which is the lowest byte.
func isStorage(code int) bool {
	switch code & 0xff {
	case sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM:
		return true
	}
	return false
}

// newScratch makes a folder in another one, "" being the system's for such things.
func newScratch(in string) (*scratch, error) {
	path, err := os.MkdirTemp(in, scratchPattern)
	if err != nil {
		return nil, &TempError{err}
	}
	folder, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) { // swept before it was locked
		return newScratch(in)
	}
	if err != nil {
		return nil, &TempError{err}
	}
	s := &scratch{path, folder}
	if err := lock(folder); errors.Is(err, errLocked) || !s.stands() {
		s.close()
		return newScratch(in)
	}
	return s, nil // also where the file system has no locks: then nothing is swept there
}

// stands reports that the folder is still there, and no other in its place.
func (s *scratch) stands() bool {
	here, err := s.folder.Stat()
	there, errThere := os.Lstat(s.path)
	return cmp.Or(err, errThere) == nil && os.SameFile(here, there)
}

// create makes a file in the folder.
func (s *scratch) create(name string) (*os.File, error) {
	file, err := os.Create(filepath.Join(s.path, name))
	if err != nil {
		return nil, &TempError{err}
	}
	return file, nil
}

// close removes the folder with all that is in it.
func (s *scratch) close() {
	_ = os.RemoveAll(s.path)
	_ = s.folder.Close()
}

// NewTempFile makes a file in a folder, "" being the system's for such things. It has no
// name, so it is gone when it is closed, or the program ends. The error is a *TempError.
func NewTempFile(dir string) (*os.File, error) {
	s, err := newScratch(dir)
	if err != nil {
		return nil, err
	}
	defer s.close()
	return s.create("file")
}

// PrepareTempDir removes from a folder what killed runs of this program left there,
// and says how much that was. The error is why files could not be made there now; "" is
// the system's folder for such things.
func PrepareTempDir(dir string) (removed int, err error) {
	dir = cmp.Or(dir, os.TempDir())
	removed = sweep(dir)
	s, err := newScratch(dir)
	if err != nil {
		return removed, err
	}
	defer s.close()
	file, err := s.create("try")
	if err != nil {
		return removed, err
	}
	_, err = file.Write(make([]byte, 64<<10)) // a full disk has room for names, and for nothing in them
	if err = cmp.Or(err, file.Close()); err != nil {
		return removed, &TempError{err}
	}
	return removed, nil
}

// sweep removes the folders that nobody has locked.
func sweep(dir string) (removed int) {
	entries, _ := os.ReadDir(dir) // where it cannot be read, nothing can be made either
	for _, entry := range entries {
		if !entry.IsDir() || !scratchName.MatchString(entry.Name()) {
			continue
		}
		s := scratch{path: filepath.Join(dir, entry.Name())}
		var err error
		if s.folder, err = os.Open(s.path); err != nil {
			continue // another user's, or gone
		}
		if lock(s.folder) == nil && s.stands() && os.RemoveAll(s.path) == nil {
			removed++
		}
		_ = s.folder.Close()
	}
	return removed
}

var errLocked = errors.New("format: somebody else has locked the folder")
