package dataset

import (
	"fmt"
	"hash/maphash"
	"io/fs"
	"os"
	"slices"

	"innoatlas/geo"
	"innoatlas/geo/format"
)

// twice reads a table of facilities twice and keeps none of its rows: first to find what is wrong with
// it, what its columns are and which slugs it has, and once more for whoever imports it.
type twice struct {
	path  string
	first fs.FileInfo // of the file as it was checked
	seed  maphash.Seed
	slugs map[uint64]format.Pos // where those with a hash stand
	count int
	give  func(geo.Facility, geo.Row, []ownCell) bool // what takes the rows of the second reading, as long as it says so
}

// chunkRows is how many rows are given at a time.
const chunkRows = 5000

func newTwice(path string, first fs.FileInfo) *twice {
	return &twice{path: path, first: first, seed: maphash.MakeSeed(), slugs: map[uint64]format.Pos{}}
}

func (t *twice) hash(slug string) uint64 { return maphash.String(t.seed, slug) }

func (t *twice) has(slug string) bool {
	_, ok := t.slugs[t.hash(slug)]
	return ok
}

// slug is that of a row. At the second reading it has been found to be there once.
func (t *twice) slug(r *record) string {
	slug := r.slugText()
	if t.give != nil {
		return slug
	}
	key := t.hash(slug)
	pos, twice := t.slugs[key]
	r.checkOnce(slug, pos, twice)
	t.slugs[key] = r.Pos
	return slug
}

// take counts a row, or gives it to who reads now.
func (t *twice) take(l *loader, r *record, f geo.Facility, cells []ownCell) bool {
	t.count++
	says := l.says(geo.Facilities, r, f.Version)
	if t.give == nil {
		l.countriesOfPartners(&f)
		return true
	}
	return t.give(f, says, cells)
}

// facilities are those of a table that was checked.
func (t *twice) facilities(l *loader) *geo.Later {
	return &geo.Later{
		Count: t.count,
		Has:   t.has,
		States: func(field string) bool {
			return slices.ContainsFunc(l.own[geo.Facilities.ID].columns, func(c *ownColumn) bool { return c.field.Name == field && c.stated > 0 })
		},
		Chunks: func(yield func(geo.Chunk, error) bool) { t.read(l, yield) },
	}
}

// read reads the table while what it has given is worked on.
func (t *twice) read(l *loader, yield func(geo.Chunk, error) bool) {
	chunks, enough, failed := make(chan geo.Chunk), make(chan struct{}), make(chan error, 1)
	go func() {
		defer close(chunks)
		failed <- t.again(l, func(c geo.Chunk) bool {
			select {
			case chunks <- c:
				return true
			case <-enough:
				return false
			}
		})
	}()
	for c := range chunks {
		if !yield(c, nil) {
			close(enough)
			<-failed
			return
		}
	}
	if err := <-failed; err != nil {
		yield(geo.Chunk{}, err)
	}
}

// again reads the table a second time. What it says must be what it said before.
func (t *twice) again(l *loader, give func(geo.Chunk) bool) error {
	var c geo.Chunk
	own, more := l.own[geo.Facilities.ID], true
	fields, index := l.data.Fields[geo.Facilities.ID], own.index()
	next := l.firstFree()
	second := *l
	second.data, second.errors, second.warnings, second.successors, second.ids = geo.Dataset{}, Errors{}, nil, nil, map[int64]format.Pos{}
	second.twice = &twice{seed: t.seed, slugs: t.slugs, give: func(f geo.Facility, says geo.Row, cells []ownCell) bool {
		if f.ID == 0 {
			f.ID = next
			next++
		}
		clear(second.ids) // which were found to be there once
		f.Own = ownOf(cells, fields, index)
		c.Facilities, c.Rows = append(c.Facilities, f), append(c.Rows, says)
		if len(c.Facilities) == chunkRows {
			more = give(c)
			c = geo.Chunk{}
		}
		return more
	}}
	err := second.readFile(t.path)
	now, failed := os.Stat(t.path)
	switch {
	case err != nil || !more:
		return err
	case failed != nil || !now.ModTime().Equal(t.first.ModTime()) || now.Size() != t.first.Size() || second.errors.Count > 0 || second.twice.count != t.count:
		return fmt.Errorf("%s was changed while it was read; import it again", t.path)
	}
	if len(c.Facilities) > 0 {
		give(c)
	}
	return nil
}
