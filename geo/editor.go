package geo

import (
	"context"
	"errors"
	"fmt"
	"iter"

	"github.com/paulmach/orb"

	"innoatlas/geo/cql2"
)

// Editor changes records, and knows what was changed. It is the one door for writing: imports and
// commands go through it too. Each call is all or nothing, and one revision, unless it changes
// nothing.
type Editor interface {
	// Apply makes the edits. A record that is not of the version it is edited in is a
	// *VersionError, one that is not there ErrNotFound, and what the records may not be an
	// *InputError, or an error of the store that says what it refuses.
	Apply(ctx context.Context, by By, edits iter.Seq[Edit]) (Summary, error)

	// Delete deletes a record with all that hangs on it, and Restore brings it back. Rename gives it
	// another slug, and Merge puts it into another; their addresses lead on. Revert takes a revision
	// back. A record or a revision that there is not is ErrNotFound.
	Delete(ctx context.Context, by By, c *Collection, slug string) (Summary, error)
	Restore(ctx context.Context, by By, c *Collection, slug string) (Summary, error)
	Rename(ctx context.Context, by By, c *Collection, from, to string) (Summary, error)
	Merge(ctx context.Context, by By, c *Collection, slug, into string) (Summary, error)
	Revert(ctx context.Context, by By, revision int64) (Summary, error)

	// Version is that of a record, which goes up with each change of it.
	Version(ctx context.Context, c *Collection, slug string) (int, error)
}

// By is who changes something: a name, the file or command that it comes from, and why. What is
// empty is not known; the history has the user of the database besides.
type By struct{ Author, Source, Reason string }

// Edit is what shall become of one record. Set has values by the names of fields, and by "geometry"
// a position; Null takes one away, and what it does not have stays. A record that there is not is a
// new one where IfVersion is 0.
type Edit struct {
	Collection string
	Slug       string
	Set        map[string]cql2.Value
	Delete     bool
	IfVersion  int // the version that the record must have; 0: whatever it has
}

// Summary says what an import did with the facilities, with the records of other collections
// and with the texts of all in other languages, and what whoever brings them should know.
type Summary struct {
	Added, Changed, Unchanged int
	Deleted                   int // with ImportOptions.DeleteMissing

	// Records are the institutions and projects, by the ids of their collections; nil where the
	// data set has none.
	Records map[string]Merged

	Texts int // in other languages that were added or changed
	Kept  int // texts and names of places, of sources and persons, that a machine's would have replaced

	Notes []string
}

// Merged says how many records of a data set an import added, changed and left as they were.
type Merged struct{ Added, Changed, Unchanged, Deleted int }

// VersionError is a record that is of another version than the one it was edited in.
type VersionError struct {
	Slug      string
	Has, Want int // Has is 0 where there is no such record
}

func (e *VersionError) Error() string {
	if e.Has == 0 {
		return fmt.Sprintf("%s is not there any more; it was edited in version %d", e.Slug, e.Want)
	}
	return fmt.Sprintf("%s has version %d by now and was edited in version %d; read it again and repeat the edit", e.Slug, e.Has, e.Want)
}

// EditsOf makes a data set of edits that are no deletions, as an import takes one, with the fields of
// one's own that there are. A collection or field that there is not is an error.
func EditsOf(edits iter.Seq[Edit], own map[string][]Field) (*Dataset, error) {
	ds := &Dataset{Fields: own, Records: map[string][]Record{}, Rows: map[string][]Row{}, Versioned: map[string]bool{}}
	for e := range edits {
		if e.Delete {
			continue
		}
		if err := ds.addEdit(e); err != nil {
			return nil, fmt.Errorf("%s: %w", e.Slug, err)
		}
	}
	return ds, nil
}

func (d *Dataset) addEdit(e Edit) error {
	c := FindCollection(Collections, e.Collection)
	if c == nil || !(c.Is(Facilities) || c.Is(Institutions) || c.Is(Projects)) {
		return fmt.Errorf("records of %q cannot be edited; those of facilities, institutions and projects can", e.Collection)
	}
	r, says := c.NewFeature(e.Slug), Row{Version: e.IfVersion, Exact: e.IfVersion > 0}
	of := c.With(d.Fields[c.ID])
	for name, v := range e.Set {
		if err := setEdited(of, r, &says, name, v); err != nil {
			return err
		}
	}
	switch r := r.(type) {
	case *Facility:
		d.Facilities = append(d.Facilities, *r)
	case *Record:
		d.Records[c.ID] = append(d.Records[c.ID], *r)
	}
	d.Rows[c.ID], d.Versioned[c.ID] = append(d.Rows[c.ID], says), true
	return nil
}

func setEdited(of *Collection, r Feature, says *Row, name string, v cql2.Value) error {
	if name == "geometry" {
		return setPosition(r, says, v)
	}
	f := of.Field(name)
	switch {
	case f == nil || !f.IsMerged():
		return fmt.Errorf("%s has no field %q that can be edited", of, name)
	case v.Type == cql2.Null:
		says.Clear = append(says.Clear, name)
	case v.Type != f.Type.Value():
		return fmt.Errorf("%s must be of the type %s", name, f.Type)
	default:
		f.Set(r, v)
	}
	return nil
}

var errNoPosition = errors.New("geometry must be a point, or null")

func setPosition(r Feature, says *Row, v cql2.Value) error {
	if v.Type == cql2.Null {
		says.Clear = append(says.Clear, position)
		return nil
	}
	p, ok := v.Geometry.(orb.Point)
	if !ok {
		return errNoPosition
	}
	p = RoundPosition(p)
	place(r, &p)
	return nil
}
