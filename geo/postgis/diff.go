package postgis

import (
	"context"
	"encoding/json"
	"maps"
	"slices"

	"innoatlas/geo"
)

// Difference is what became of a record, or of another thing, between two revisions.
type Difference struct {
	Op              geo.ChangeOp
	Collection, Key string
	Fields          []FieldDifference // in the order of their names
}

// FieldDifference is one value, or one row of a part ("sources.0").
type FieldDifference struct {
	Field      string
	Was, IsNow json.RawMessage // nil: not known, or not there
}

// Diff is what was changed after one revision, up to another (0: now), taken together: what was
// changed and changed back is nothing.
func (s *Store) Diff(ctx context.Context, from, to int64) ([]Difference, error) {
	type thing struct {
		collection string
		id         int64
		key        string
	}
	all := map[thing]*difference{}
	for c, err := range s.Changes(ctx, ChangesOf{After: from, To: to}) {
		if err != nil {
			return nil, err
		}
		name := thing{c.Collection, c.ID, c.Key}
		if c.ID != 0 {
			name.key = ""
		}
		if all[name] == nil {
			all[name] = &difference{fields: map[string]*FieldDifference{}}
		}
		all[name].add(c)
	}
	var differences []Difference
	for name, d := range all {
		if whole := d.taken(name.collection); whole != nil {
			differences = append(differences, *whole)
		}
	}
	slices.SortFunc(differences, func(a, b Difference) int {
		return compareTexts(a.Collection, b.Collection, a.Key, b.Key)
	})
	return differences, nil
}

func compareTexts(texts ...string) int {
	for n := 0; n < len(texts); n += 2 {
		if texts[n] != texts[n+1] {
			if texts[n] < texts[n+1] {
				return -1
			}
			return 1
		}
	}
	return 0
}

// difference gathers the changes of one thing.
type difference struct {
	key         string
	first, last geo.ChangeOp // of the thing itself
	fields      map[string]*FieldDifference

	lost   map[string]json.RawMessage // what the last revision that took something away took
	lostIn int64                      // its number
}

func (d *difference) add(c geo.Change) {
	d.key = c.Key
	if c.Part == "" {
		if d.last == geo.Deleted && c.Op == geo.Added { // it came back as it was
			for name, v := range d.lost {
				d.fields[name].IsNow = v
			}
		}
		if d.first == "" {
			d.first = c.Op
		}
		d.last = c.Op
	}
	prefix := ""
	if c.Part != "" {
		prefix = c.Part + "."
	}
	names := slices.Concat(slices.Collect(maps.Keys(c.Before)), slices.Collect(maps.Keys(c.After)))
	for _, name := range names {
		f := d.fields[prefix+name]
		if f == nil {
			f = &FieldDifference{Field: prefix + name, Was: c.Before[name]}
			d.fields[prefix+name] = f
		}
		f.IsNow = c.After[name]
		if c.After[name] == nil {
			d.lose(c.Revision.Number, prefix+name, c.Before[name])
		}
	}
}

func (d *difference) lose(revision int64, name string, value json.RawMessage) {
	if d.lostIn != revision {
		d.lost, d.lostIn = map[string]json.RawMessage{}, revision
	}
	d.lost[name] = value
}

// taken is what is left of all changes; nil where that is nothing.
func (d *difference) taken(collection string) *Difference {
	whole := &Difference{Op: geo.Changed, Collection: collection, Key: d.key}
	switch {
	case d.first == geo.Added && d.last == geo.Deleted:
		return nil
	case d.first == geo.Added:
		whole.Op = geo.Added
		return whole
	case d.last == geo.Deleted:
		whole.Op = geo.Deleted
	}
	for _, name := range slices.Sorted(maps.Keys(d.fields)) {
		if f := d.fields[name]; string(f.Was) != string(f.IsNow) {
			whole.Fields = append(whole.Fields, *f)
		}
	}
	if whole.Op == geo.Changed && len(whole.Fields) == 0 {
		return nil
	}
	return whole
}
