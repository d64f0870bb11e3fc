package dataset

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"innoatlas/geo"
	"innoatlas/geo/format"
)

// HasTexts reports whether a file has texts of records in other languages, or names of places,
// by its columns.
func HasTexts(path string) bool { return isOfTexts(columnsOf(path)) }

// columnsOf are the columns of a file; nil where it is no table, or one that can be read only
// once.
func columnsOf(path string) []string {
	info, err := os.Stat(path)
	if err != nil || !info.Mode().IsRegular() || !isTable(strings.ToLower(path)) {
		return nil
	}
	file, err := os.Open(path)
	if err != nil {
		return nil
	}
	defer file.Close()
	unpacked, err := unpack(path, file)
	if err != nil {
		return nil
	}
	reader, err := format.NewCSVReader(unpacked)
	if err != nil {
		return nil
	}
	return reader.Columns
}

// isOfTexts reports whether these are the columns of a file of texts, or of places.
func isOfTexts(columns []string) bool {
	return hasColumn(columns, originColumn) && !hasColumn(columns, "kind") && (hasColumn(columns, "slug") || hasColumn(columns, langColumn) && hasColumn(columns, "country"))
}

func hasColumn(columns []string, name string) bool {
	return slices.ContainsFunc(columns, func(c string) bool { return strings.EqualFold(c, name) })
}

// ReadTexts reads one file of texts for the records of a data set, or of names of its places:
// in what it returns there are the records that the file has texts for, with these alone, and
// the places. They are checked as those of a folder are, by themselves; see AddTexts.
//
// A row with a mark that it is stale, and no machine's by its origin, is one of WriteMissing. It
// counts where its text is another than before, and then it is not stale.
func ReadTexts(path string, ds *geo.Dataset, c *geo.Collection) (added *geo.Dataset, warnings Warnings, err error) {
	info, err := os.Stat(path)
	if err == nil {
		err = checkIsFile(info)
	}
	if err != nil {
		return nil, nil, err
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, nil, err
	}
	defer file.Close()
	l, name := newTextLoader(ds), filepath.Base(path)
	if c == nil {
		if c, err = collectionMeant(path, name, ds); err != nil {
			return nil, nil, err
		}
	}
	header, read := l.textsHeader(c), func(s *sheet) error { return l.readTranslations(s, c) }
	if columns := columnsOf(path); !hasColumn(columns, "slug") && hasColumn(columns, "country") || columns == nil && isPlaces(name) {
		header, read = placesHeader, l.readPlaceNames
	}
	if err := l.readCSV(name, file, header, read); err != nil {
		return nil, l.warnings, err
	}
	if l.errors.Count > 0 {
		return nil, l.warnings, l.errors
	}
	l.sortTexts()
	l.data.Facilities = slices.DeleteFunc(l.data.Facilities, func(f geo.Facility) bool { return f.Translations == nil })
	for id := range l.data.Records {
		l.data.Records[id] = slices.DeleteFunc(l.data.Records[id], func(r geo.Record) bool { return r.Translations == nil })
	}
	return &l.data, l.warnings, nil
}

// collectionMeant is the collection whose texts a file has, by its name, or else by its slugs. Some
// are those of records of two: then somebody must say which are meant.
func collectionMeant(path, name string, ds *geo.Dataset) (*geo.Collection, error) {
	if named := collectionOfTexts(name); !named.Is(geo.Facilities) {
		return named, nil
	}
	slugs, err := slugsOf(path)
	if err != nil || len(slugs) == 0 {
		return geo.Facilities, err
	}
	var meant []*geo.Collection
	for _, c := range textedCollections() {
		known := ds.Slugs(c)
		if !slices.ContainsFunc(slugs, func(slug string) bool { _, ok := known[slug]; return !ok }) {
			meant = append(meant, c)
		}
	}
	switch {
	case len(meant) > 1:
		return nil, fmt.Errorf("%s: all of its slugs are those of %s and of %s; say which are meant with --collection, or call the file %s.th.csv",
			name, meant[0], meant[1], meant[1])
	case len(meant) == 1 && !meant[0].Is(geo.Facilities):
		return nil, fmt.Errorf("%s: its slugs are those of %s; say --collection %[2]s, or call the file %[2]s.th.csv", name, meant[0])
	}
	return geo.Facilities, nil
}

// slugsOf are the slugs of a table; none where it has no such column.
func slugsOf(path string) (slugs []string, err error) {
	columns := columnsOf(path)
	at := slices.IndexFunc(columns, func(c string) bool { return strings.EqualFold(c, "slug") })
	if at < 0 {
		return nil, nil
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	unpacked, err := unpack(path, file)
	if err != nil {
		return nil, err
	}
	reader, err := format.NewCSVReader(unpacked)
	if err != nil {
		return nil, nil // which is told when it is read
	}
	for {
		row, err := reader.Read()
		if err != nil {
			return slugs, nil // the end, or what is told when it is read
		}
		if at < len(row.Cells) {
			slugs = append(slugs, strings.Clone(strings.TrimSpace(row.Cells[at])))
		}
	}
}

// newTextLoader has the records of a data set, without their texts.
func newTextLoader(ds *geo.Dataset) *loader {
	l := newLoader()
	l.file, l.partial = "the data set", true
	l.data.Facilities, l.data.Fields = slices.Clone(ds.Facilities), ds.Fields
	l.before = make(map[geo.Feature]*geo.Translations, len(ds.Facilities))
	l.data.Records = map[string][]geo.Record{}
	for _, t := range recordTables {
		id := t.collection.ID
		l.data.Records[id], l.recordSlugs[id] = slices.Clone(ds.Records[id]), map[string]format.Pos{}
		for i := range l.data.Records[id] {
			r := &l.data.Records[id][i]
			l.before[r], r.Translations = r.Translations, nil
			l.recordSlugs[id][r.Slug] = format.Pos{}
		}
	}
	for i := range l.data.Facilities {
		f := &l.data.Facilities[i]
		l.before[f], f.Translations = f.Translations, nil
		l.slugs[f.Slug] = format.Pos{}
	}
	return l
}

// Added counts what AddTexts did.
type Added struct {
	New, Changed, Unchanged int
	Kept                    int // texts of a machine that were not taken, since a person or a source says something else
}

// AddTexts puts texts and names of places into a data set, in place of those that it has. A
// machine's gives way to a person's or a source's.
func AddTexts(ds, from *geo.Dataset) Added {
	var n Added
	for _, c := range textedCollections() {
		bySlug := map[string]*geo.Translations{}
		for r := range recordsOf(from, c) {
			_, slug := r.Ref()
			bySlug[slug] = r.Translated()
		}
		for r := range recordsOf(ds, c) {
			if _, slug := r.Ref(); bySlug[slug] != nil {
				geo.Translate(r, n.texts(r.Translated(), bySlug[slug]))
			}
		}
	}
	ds.PlaceNames = slices.SortedFunc(slices.Values(ds.PlaceNames), comparePlaces)
	for _, name := range from.PlaceNames {
		at, there := slices.BinarySearchFunc(ds.PlaceNames, name, comparePlaces)
		if !there {
			ds.PlaceNames = slices.Insert(ds.PlaceNames, at, name)
			n.New++
		} else if n.replaces(ds.PlaceNames[at].Origin, name.Origin, ds.PlaceNames[at] == name, ds.PlaceNames[at].Name == name.Name) {
			ds.PlaceNames[at] = name
		}
	}
	ds.Revision = revision(ds)
	return n
}

// texts are those of a record with what is brought.
func (n *Added) texts(before, brought *geo.Translations) *geo.Translations {
	next := &geo.Translations{}
	if before != nil {
		next.All = slices.SortedFunc(slices.Values(before.All), compareTranslations)
	}
	for _, t := range brought.All {
		at, there := slices.BinarySearchFunc(next.All, t, compareTranslations)
		if !there {
			next.All = slices.Insert(next.All, at, t)
			n.New++
			continue
		}
		was := next.All[at]
		if was.Text == t.Text && was.Origin == t.Origin { // as old as it was
			t.Stale = t.Stale || was.Stale
		}
		if n.replaces(was.Origin, t.Origin, was == t, was.Text == t.Text) {
			next.All[at] = t
		}
	}
	return next
}

// replaces counts what becomes of a text that was there, and reports whether the new one takes
// its place.
func (n *Added) replaces(was, is geo.Origin, same, sameText bool) bool {
	switch {
	case same:
		n.Unchanged++
	case is == geo.FromMachine && was != geo.FromMachine:
		if sameText {
			n.Unchanged++
		} else {
			n.Kept++
		}
	default:
		n.Changed++
		return true
	}
	return false
}
