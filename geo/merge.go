package geo

import (
	"fmt"
	"slices"
	"strings"

	"github.com/paulmach/orb"

	"innoatlas/geo/cql2"
)

// Row says what a row of a file says besides the values of its record, to whoever merges it
// into a record that is there.
type Row struct {
	Line    int      // where it stands in its file, from 1; 0: nobody knows
	Version int      // that the record had when the file was made of it; 0: the row does not say
	Clear   []string // fields that it empties, by their names, and position
	Exact   bool     // whether a record of any other version is not to be changed at all
}

// position is what a row calls the place of its record where it empties that.
const position = "position"

// Conflict is a field that two have changed, each to something else.
type Conflict struct {
	Slug, Field        string
	Line               int    // of the file
	Was, Theirs, Yours string // as texts; empty: not stated
}

// String is a sentence with all three values.
func (c Conflict) String() string {
	line := ""
	if c.Line > 0 {
		line = fmt.Sprintf("line %d, ", c.Line)
	}
	return fmt.Sprintf("%s%s: %s was %s, is %s now, and the file says %s", line, c.Slug, c.Field, stated(c.Was), stated(c.Theirs), stated(c.Yours))
}

func stated(text string) string {
	if text == "" {
		return "not stated"
	}
	return fmt.Sprintf("%q", text)
}

// Merge puts into a record of the collection what a row states of it: an absent or empty value
// leaves what is there, and only Clear takes one away.
//
// Base is the record as it was when the file was made of it; nil where nobody knows. What the row
// says as it was then is no edit, so that what others have changed since stays theirs. What both
// have changed, each to something else, is a conflict; the record has the row's value then.
// Fields that follow of others, and what only a database says (version, updated), are passed over.
func (c *Collection) Merge(into, row Feature, says Row, base Feature) (changed bool, conflicts []Conflict) {
	_, slug := into.Ref()
	for i := range c.Fields {
		f := &c.Fields[i]
		if !f.IsMerged() {
			continue
		}
		m := merging{there: f.Value(into), stated: f.statedBy(row), clears: slices.Contains(says.Clear, f.Name)}
		if base != nil {
			was := f.Value(base)
			m.was = &was
		}
		v, conflict := m.outcome()
		if conflict && f.Name != "country_name" { // which follows of country
			conflicts = append(conflicts, Conflict{slug, f.Name, says.Line, ShownValue(*m.was), ShownValue(m.there), ShownValue(m.stated)})
		}
		if !v.Equal(m.there) {
			f.Set(into, v)
			changed = true
		}
	}
	moved, conflict := mergePosition(into, row, says, base)
	if conflict != nil {
		conflicts = append(conflicts, *conflict)
	}
	return changed || moved, conflicts
}

// IsMerged reports whether a row may say something of a field: it follows of nothing, and is not the
// record's name or what only a database says.
func (f *Field) IsMerged() bool {
	return !f.Derived && f.Type != Object && !slices.Contains([]string{"id", "slug", "version", "updated"}, f.Name)
}

// statedBy is what a row states of a field, whatever fields of one's own its data set has beside it.
func (f *Field) statedBy(row Feature) cql2.Value {
	if !f.Own {
		return f.Value(row)
	}
	v := row.Value(f.Name)
	if f.Type == Text && v.Type != cql2.Null && v.Type != cql2.Text {
		return cql2.TextOf(TextOf(v)) // kept as a text, whatever the values of a file were found to be
	}
	return v
}

// merging is one field of one record.
type merging struct {
	there, stated cql2.Value
	was           *cql2.Value // nil: not known
	clears        bool
}

// outcome is the value that the record has then, and whether two have changed it.
func (m merging) outcome() (cql2.Value, bool) {
	isNull := m.stated.Type == cql2.Null
	switch {
	case isNull && !m.clears, m.stated.Equal(m.there):
		return m.there, false
	case m.was == nil:
		return m.stated, false
	case m.stated.Equal(*m.was):
		return m.there, false
	}
	return m.stated, !m.there.Equal(*m.was)
}

// ShownValue is a value as people write it.
func ShownValue(v cql2.Value) string {
	if v.Type == cql2.List {
		return strings.Join(v.List, "; ")
	}
	return TextOf(v)
}

// mergePosition does so with the place of a record that is a point or has none.
func mergePosition(into, row Feature, says Row, base Feature) (moved bool, conflict *Conflict) {
	there, stated := pointOf(into), pointOf(row)
	clears := slices.Contains(says.Clear, position)
	if stated == nil && !clears || samePoint(stated, there) {
		return false, nil
	}
	if base != nil {
		was := pointOf(base)
		if samePoint(stated, was) {
			return false, nil
		}
		if !samePoint(there, was) {
			_, slug := into.Ref()
			conflict = &Conflict{slug, position, says.Line, shownPoint(was), shownPoint(there), shownPoint(stated)}
		}
	}
	place(into, stated)
	return true, conflict
}

// Translate gives a record its texts in other languages.
func Translate(r Feature, texts *Translations) {
	switch r := r.(type) {
	case *Facility:
		r.Translations = texts
	case *Record:
		r.Translations = texts
	}
}

// place puts a record somewhere; nil is nowhere.
func place(r Feature, at *orb.Point) {
	switch r := r.(type) {
	case *Facility:
		r.Position = at
	case *Record:
		if r.Shape = nil; at != nil {
			r.Shape = *at
		}
	}
}

func pointOf(r Feature) *orb.Point {
	p, ok := r.Geometry().(orb.Point)
	if !ok {
		return nil
	}
	return &p
}

func samePoint(a, b *orb.Point) bool { return a == b || a != nil && b != nil && *a == *b }

func shownPoint(p *orb.Point) string {
	if p == nil {
		return ""
	}
	return fmt.Sprintf("%v, %v", p[1], p[0])
}

// Complete fills in what follows of what a facility states: a status, and how exact its position is.
func (f *Facility) Complete() {
	switch {
	case f.Status != "":
	case f.Closed != 0:
		f.Status = "closed"
	default:
		f.Status = "unknown"
	}
	if f.Position == nil {
		f.Precision = ""
	} else if f.Precision == "" {
		f.Precision = "city"
	}
}

// Slugs are those of all records of a collection that the data set has.
func (d *Dataset) Slugs(c *Collection) map[string]struct{} {
	all := map[string]struct{}{}
	if c.Is(Facilities) {
		for i := range d.Facilities {
			all[d.Facilities[i].Slug] = struct{}{}
		}
	}
	for i := range d.Records[c.ID] {
		all[d.Records[c.ID][i].Slug] = struct{}{}
	}
	return all
}

// Renamed is the data set with other slugs of the records of a collection, and of whatever names
// them. What it shares with the one that it was made of is not changed.
func (d *Dataset) Renamed(c *Collection, slugs map[string]string) *Dataset {
	next := *d
	next.Facilities, next.Links = slices.Clone(d.Facilities), slices.Clone(d.Links)
	next.Records = map[string][]Record{}
	if c.Is(Facilities) {
		for i := range next.Facilities {
			next.Facilities[i].rename(slugs)
		}
		if d.Later != nil {
			next.Later = d.Later.renamed(slugs)
		}
	}
	for i := range next.Links {
		if c.Is(Facilities) {
			rename(&next.Links[i].Facility, slugs)
		} else if c.Is(Institutions) {
			rename(&next.Links[i].Institution, slugs)
		}
	}
	for id, records := range d.Records {
		next.Records[id] = slices.Clone(records)
		for i := range next.Records[id] {
			r := &next.Records[id][i]
			if id == c.ID {
				rename(&r.Slug, slugs)
			}
			renameIn(FindCollection(Collections, id), r, c, slugs)
		}
	}
	return &next
}

func (f *Facility) rename(slugs map[string]string) {
	rename(&f.Slug, slugs)
	rename(&f.Successor, slugs)
}

func rename(slug *string, slugs map[string]string) {
	if now, ok := slugs[*slug]; ok {
		*slug = now
	}
}

// namesOthers are the fields that name records of other collections, by the ids of both.
var namesOthers = map[string]map[string]string{
	"institutions": {"institutions": "parent"},
	"projects":     {"institutions": "institutions", "facilities": "facilities"},
}

// renameIn takes other slugs for what a record names.
func renameIn(of *Collection, r *Record, c *Collection, slugs map[string]string) {
	name := namesOthers[of.ID][c.ID]
	if name == "" {
		return
	}
	f := of.Field(name)
	switch v := f.Value(r); v.Type {
	case cql2.Text:
		rename(&v.Text, slugs)
		f.Set(r, v)
	case cql2.List:
		list := slices.Clone(v.List)
		for i := range list {
			rename(&list[i], slugs)
		}
		f.Set(r, cql2.ListOf(list))
	}
}
