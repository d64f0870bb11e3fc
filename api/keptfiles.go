package api

import (
	"bufio"
	"cmp"
	"container/list"
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"sync"
	"time"

	"innoatlas/geo/format"
	"innoatlas/singleflight"
)

// keptFiles are whole files on the disk, for those who ask for parts of them: each is made
// once for all who ask, and kept as long as there is room. The one that was not used for
// the longest goes first; one that is being read stays. The files have no names, so the
// system takes them away whatever becomes of the program.
type keptFiles struct {
	dir   string
	limit int64 // in bytes; 0 keeps none

	makings singleflight.Group[struct{}]

	mu       sync.Mutex
	files    map[string]*keptFile // by what they are made of
	order    list.List            // of the same, the last used first
	bytes    int64                // on the disk, with what is in the making
	tooLarge map[string]bool      // what had no room when it was alone
	looked   time.Time            // when a file could last be made, or could not
	noFolder bool
}

// keptFile is a file that can be read in any part by several at once.
type keptFile struct {
	key     string
	file    *os.File
	size    int64
	readers int
	element *list.Element
}

const (
	// mostKeptFiles are open at once.
	mostKeptFiles = 256

	// folderPatience is after which time a folder that could not be written is tried again.
	folderPatience = 10 * time.Second
)

// errNoRoom says that a file cannot be kept, and so not be had in parts.
var errNoRoom = errors.New("there is no room to keep the file")

// unkept reports that a file could not be kept for want of a folder or of room in it.
// It may still be sent as it is made.
func unkept(err error) bool {
	var temporary *format.TempError
	var file *fs.PathError
	return errors.Is(err, errNoRoom) || errors.As(err, &temporary) || errors.As(err, &file)
}

// find gives the file, which the caller releases; nil where it is not there.
func (k *keptFiles) find(key string) *keptFile {
	k.mu.Lock()
	defer k.mu.Unlock()
	f := k.files[key]
	if f != nil {
		f.readers++
		k.order.MoveToFront(f.element)
	}
	return f
}

// release is called by each who has found the file.
func (k *keptFiles) release(f *keptFile) {
	k.mu.Lock()
	defer k.mu.Unlock()
	f.readers--
}

// get gives the file, which the caller releases, and makes it by write where it is not
// there.
func (k *keptFiles) get(ctx context.Context, key string, write func(context.Context, io.Writer) error) (*keptFile, error) {
	for range 3 { // another may take its room before it is found
		if f := k.find(key); f != nil {
			return f, nil
		}
		_, err := k.makings.Do(ctx, key, func(ctx context.Context) (struct{}, error) { return struct{}{}, k.make(ctx, key, write) })
		if err != nil {
			return nil, err
		}
	}
	return nil, errNoRoom
}

// make makes a file that is not there.
func (k *keptFiles) make(ctx context.Context, key string, write func(context.Context, io.Writer) error) error {
	if known, err := k.known(key); known {
		return err
	}
	file, err := format.NewTempFile(k.dir)
	k.saw(err)
	if err != nil {
		return err
	}
	in, kept := &inRoom{files: k, file: file}, false
	defer func() { // also of a writer that panics
		if !kept {
			_ = file.Close()
			k.give(in.taken)
		}
	}()
	out := bufio.NewWriterSize(in, writeSize)
	if err = write(ctx, out); err == nil {
		err = out.Flush()
	}
	if err != nil {
		if errors.Is(err, errNoRoom) && in.alone {
			k.refuse(key)
		}
		return err
	}
	kept = true
	k.add(&keptFile{key: key, file: file, size: in.taken})
	return nil
}

// known reports that a file need not be made: it is there by now, or too large.
func (k *keptFiles) known(key string) (known bool, err error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.limit <= 0 || k.tooLarge[key] {
		return true, errNoRoom
	}
	return k.files[key] != nil, nil
}

// refuse remembers that a file is too large, so that it is not begun again for each part.
func (k *keptFiles) refuse(key string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.tooLarge == nil || len(k.tooLarge) >= mostKeptFiles {
		k.tooLarge = map[string]bool{}
	}
	k.tooLarge[key] = true
}

func (k *keptFiles) add(f *keptFile) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.files == nil {
		k.files = map[string]*keptFile{}
	}
	k.files[f.key], f.element = f, k.order.PushFront(f)
	k.leave(func() bool { return len(k.files) > mostKeptFiles })
}

// take takes room for so many bytes more; alone says that nothing else is in the making
// or being read.
func (k *keptFiles) take(n, own int64) (alone bool, err error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.leave(func() bool { return k.bytes+n > k.limit })
	if k.bytes+n > k.limit {
		return k.bytes == own, errNoRoom
	}
	k.bytes += n
	return false, nil
}

// leave lets files go that nobody reads while there are too many.
func (k *keptFiles) leave(tooMany func() bool) {
	for e := k.order.Back(); e != nil && tooMany(); {
		f := e.Value.(*keptFile)
		e = e.Prev()
		if f.readers == 0 {
			_ = f.file.Close()
			k.order.Remove(f.element)
			delete(k.files, f.key)
			k.bytes -= f.size
		}
	}
}

// give gives room back.
func (k *keptFiles) give(n int64) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.bytes -= n
}

// inRoom writes a file as long as there is room.
type inRoom struct {
	files *keptFiles
	file  *os.File
	taken int64
	alone bool
}

func (w *inRoom) Write(p []byte) (n int, err error) {
	if w.alone, err = w.files.take(int64(len(p)), w.taken); err != nil {
		return 0, err
	}
	w.taken += int64(len(p))
	return w.file.Write(p)
}

// possible reports whether files can be kept, as far as was seen lately.
func (k *keptFiles) possible() bool {
	if k.limit <= 0 {
		return false
	}
	k.mu.Lock()
	seen := !k.looked.IsZero() && (!k.noFolder || time.Since(k.looked) < folderPatience)
	noFolder := k.noFolder
	k.mu.Unlock()
	if seen {
		return !noFolder
	}
	file, err := format.NewTempFile(k.dir)
	k.saw(err)
	return cmp.Or(err, file.Close()) == nil
}

// saw remembers whether a file could be made.
func (k *keptFiles) saw(err error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.looked, k.noFolder = time.Now(), err != nil
}
