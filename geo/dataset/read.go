package dataset

import (
	"cmp"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"innoatlas/geo"
	"innoatlas/geo/format"
)

// Read reads a data set: a folder of the form of the built-in one, of which only
// facilities.csv must be there, such a folder packed into a .zip, or one file of
// facilities (.csv, .csv.gz, .geojson). Where the files have errors, err is Errors with all of them.
//
// Each table of a folder may be compressed, as facilities.csv.gz. Where that of the
// facilities has another name, it is the one table that is no other part of a data set.
//
// Without kinds.csv or sectors.csv, kinds or sectors are what the rows have,
// sorted, their labels the ids. Without countries.geojson the outlines are the
// built-in ones. Countries are sorted by their codes.
//
// Columns that are not known are kept as fields of one's own (Dataset.Fields), as is told
// in the warnings; what they are may be declared in datapackage.json of the folder.
func Read(path string) (ds *geo.Dataset, warnings Warnings, err error) {
	return ReadWith(path, Options{})
}

// Options are what a reader may want otherwise.
type Options struct {
	OnlyKnownColumns bool     // refuses columns that would be fields of one's own
	Facets           []string // columns of facilities, or fields made of them, that are to be facets

	// Partial reads what is to be merged into what a database has: rows need no more than their slug,
	// nothing is filled in, and the data set says what they empty (Dataset.Rows). EmptyClears makes
	// each empty cell of a column do so.
	Partial, EmptyClears bool

	// Later is from how many bytes on one table of facilities, read as Partial, is checked and not
	// kept: Dataset.Later reads it again, and the data set has no Revision. 0: never.
	Later int64
}

// ReadWith reads a data set as Read does, with options.
func ReadWith(path string, options Options) (ds *geo.Dataset, warnings Warnings, err error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, nil, fmt.Errorf("no data set there: %w; name a folder with facilities.csv, or a .csv, .csv.gz, .geojson or .zip file", err)
	}
	l := newLoader()
	l.facets, l.partial, l.emptyClears = options.Facets, options.Partial, options.EmptyClears
	for _, own := range l.own {
		own.onlyKnown = options.OnlyKnownColumns
	}
	if info.IsDir() {
		err = l.readFolder(os.DirFS(path))
	} else if err = checkIsFile(info); err == nil && IsArchive(path) {
		err = l.readArchive(path)
	} else if err == nil {
		if options.Partial && options.Later > 0 && info.Mode().IsRegular() && info.Size() >= options.Later {
			l.twice = newTwice(path, info)
		}
		err = l.readFile(path)
	}
	if err != nil {
		return nil, nil, fmt.Errorf("cannot read the data set %s: %w", path, err)
	}
	return l.finish()
}

// checkIsFile refuses what might never begin or end, as a FIFO that nobody writes into or
// a device. What is piped into the program ends with the one before it.
func checkIsFile(info fs.FileInfo) error {
	piped, err := os.Stdin.Stat()
	if info.Mode().IsRegular() || err == nil && info.Mode().Type() == fs.ModeNamedPipe && os.SameFile(info, piped) {
		return nil
	}
	return fmt.Errorf("%s is not a regular file, but %s; write the data into a file first", info.Name(), kindOf(info.Mode()))
}

func kindOf(mode fs.FileMode) string {
	switch {
	case mode.IsDir():
		return "a folder"
	case mode&fs.ModeNamedPipe != 0:
		return "a pipe"
	case mode&fs.ModeSocket != 0:
		return "a socket"
	}
	return "a device"
}

// loader is a data set while its files are read.
type loader struct {
	data     geo.Dataset
	outlines []geo.Country // those of the folder, where it has some
	proved   bool          // that they are areas
	fields   []fieldReader // of a facility
	errors   Errors
	warnings Warnings

	kinds, sectors *vocabulary
	lists          map[string][]string    // sectors by their cell
	codes          map[string]geo.Country // by the code that a row gives
	ids            map[int64]format.Pos
	slugs          map[string]format.Pos
	successors     []string                          // that rows name
	bySlug         map[string]map[string]int         // records
	languages      map[string]string                 // of texts, by the tags that rows give
	places         map[geo.PlaceName]bool            // that have a name, by place and language
	before         map[geo.Feature]*geo.Translations // of a data set that texts are added to
	unread         int                               // texts that are stale and said to be no machine's

	partial, emptyClears bool   // see Options
	twice                *twice // nil where facilities are kept

	noRecords bool // the data package says that there are no facilities

	file string               // that has the facilities of a folder
	own  map[string]*ownTable // by the ids of collections
	// recordSlugs are those of records of collections without a struct, by the ids of these.
	recordSlugs map[string]map[string]format.Pos
	facets      []string // columns that are to be facets
}

func newLoader() *loader {
	return &loader{
		fields: facilityReaders(), own: ownTables(), recordSlugs: map[string]map[string]format.Pos{},
		kinds: newVocabulary("", nil), sectors: newVocabulary("", nil),
		lists: map[string][]string{}, codes: map[string]geo.Country{},
		ids: map[int64]format.Pos{}, slugs: map[string]format.Pos{},
		languages: map[string]string{}, places: map[geo.PlaceName]bool{},
	}
}

// ownTables are those of the collections that have tables.
func ownTables() map[string]*ownTable {
	tables := map[string]*ownTable{geo.Facilities.ID: {collection: geo.Facilities}, geo.Countries.ID: {collection: geo.Countries}}
	for _, t := range recordTables {
		tables[t.collection.ID] = &ownTable{collection: t.collection}
	}
	return tables
}

// finish gives out the data set, or all that is wrong with it.
func (l *loader) finish() (*geo.Dataset, Warnings, error) {
	told := len(l.warnings)
	l.settleOwn()
	if l.errors.Count > 0 {
		return nil, l.warnings[:told], l.errors // what a column is was not found out, if not all was read
	}
	outlines := l.outlines
	if outlines == nil {
		var err error
		if outlines, err = builtinOutlines(); err != nil {
			return nil, nil, err
		}
	}
	ds := &l.data
	ds.Kinds, ds.Sectors = l.kinds.sorted(), l.sectors.sorted()
	ds.OwnKinds, ds.OwnSectors, ds.OwnOutlines = l.kinds.file != "", l.sectors.file != "", l.outlines != nil
	l.noteTerms("kinds", ds.Kinds, ds.OwnKinds)
	l.noteTerms("sectors", ds.Sectors, ds.OwnSectors)
	l.giveOwn()
	l.checkRelations()
	l.relate()
	ds.Countries = l.allCountries(outlines)
	if l.twice != nil {
		ds.Later = l.twice.facilities(l)
		return ds, l.warnings, nil
	}
	ds.Revision = revision(ds)
	return ds, l.warnings, nil
}

// noteTerms says which terms were taken from rows: a typing error would be one.
func (l *loader) noteTerms(name string, terms []geo.Term, own bool) {
	if !own && len(terms) > 0 && !l.partial {
		l.warnings.add("no %s.csv, so the %s are those of the rows: %s", name, name, listed(geo.TermIDs(terms)))
	}
}

// sorted are the terms in the order of their file, or those of the rows by id.
func (v *vocabulary) sorted() []geo.Term {
	if v.file == "" {
		slices.SortFunc(v.terms, func(a, b geo.Term) int { return cmp.Compare(a.ID, b.ID) })
	}
	return v.terms
}

// readArchive reads a data set that is packed into one file.
func (l *loader) readArchive(path string) error {
	archive, err := OpenArchive(path)
	if err != nil {
		return err
	}
	defer archive.Close()
	return l.readFolder(archive)
}

// readFile reads a data set of one file.
func (l *loader) readFile(path string) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	name := filepath.Base(path)
	switch lower := strings.ToLower(name); {
	case isTable(lower):
		return l.readCSV(name, file, l.facilityHeader(), l.readFacilities)
	case strings.HasSuffix(lower, ".geojson"), strings.HasSuffix(lower, ".json"):
		return l.readGeoJSON(name, file)
	}
	return errors.New("it is neither a folder nor a .csv, .csv.gz, .geojson or .zip file")
}

// The files of a folder. Each table may be compressed.
const (
	facilitiesFile = "facilities.csv"
	sourcesFile    = "facility_sources.csv"
	kindsFile      = "kinds.csv"
	sectorsFile    = "sectors.csv"
	figuresFile    = "cooperation.csv"
	termsFile      = "terms.csv"
	synonymsFile   = "synonyms.csv"
	outlinesFile   = "countries.geojson"
)

// readFolder reads all files that are there; what later ones refer to comes first.
func (l *loader) readFolder(folder fs.FS) (err error) {
	if l.file, err = l.findFacilities(folder); err != nil {
		return err
	}
	if err := openIfThere(folder, packageFile, l.readPackage); err != nil {
		return err
	}
	for _, part := range []struct {
		file   string
		header header
		read   func(*sheet) error
	}{
		{kindsFile, kindsHeader, l.readVocabulary(&l.kinds)},
		{sectorsFile, vocabularyHeader, l.readVocabulary(&l.sectors)},
		{l.file, l.facilityHeader(), l.readFacilities},
		{sourcesFile, sourceHeader, l.readSources},
		{figuresFile, cooperationHeader, l.readCooperation},
		{termsFile, termsHeader, l.readTerms},
		{synonymsFile, synonymsHeader, l.readSynonyms},
	} {
		name, err := tableIn(folder, part.file)
		if err != nil {
			return err
		}
		err = openIfThere(folder, name, func(r io.Reader) error { return l.readCSV(name, r, part.header, part.read) })
		if err != nil {
			return err
		}
	}
	if err := l.readRelations(folder); err != nil {
		return err
	}
	if err := l.readTexts(folder); err != nil {
		return err
	}
	return openIfThere(folder, outlinesFile, func(r io.Reader) (err error) {
		l.outlines, err = readOutlines(outlinesFile, r, l.proved, &l.errors, l.own[geo.Countries.ID])
		return err
	})
}

// findFacilities is the table of the facilities.
func (l *loader) findFacilities(folder fs.FS) (name string, err error) {
	name, err = tableIn(folder, facilitiesFile)
	if _, missing := fs.Stat(folder, name); err != nil || missing == nil {
		return name, err
	}
	others, err := otherTables(folder)
	switch {
	case err != nil:
		return "", err
	case len(others) == 1:
		l.warnings.add("no %s, so the facilities are those of %s", facilitiesFile, others[0])
		return others[0], nil
	case len(others) > 1:
		return "", fmt.Errorf("the folder needs a file %s (or %[1]s.gz); any of %s could be meant, so give that name to one of them", facilitiesFile, listed(others))
	}
	return "", fmt.Errorf("the folder needs a file %s (or %[1]s.gz): %w", facilitiesFile, fs.ErrNotExist)
}

// tableIn is the name that a table has in a folder: with .gz where it is compressed.
func tableIn(folder fs.FS, name string) (string, error) {
	packed := name + ".gz"
	if _, err := fs.Stat(folder, packed); err != nil {
		return name, nil
	}
	if _, err := fs.Stat(folder, name); err == nil {
		return "", fmt.Errorf("the folder has both %s and %s; take out the one that is not meant", name, packed)
	}
	return packed, nil
}

// otherTables are those that are no part of a data set by their names.
func otherTables(folder fs.FS) (names []string, err error) {
	entries, err := fs.ReadDir(folder, ".")
	for _, e := range entries {
		part := strings.TrimSuffix(e.Name(), ".gz")
		if !isPart(part) && !e.IsDir() && !strings.HasPrefix(part, ".") && isTable(strings.ToLower(e.Name())) {
			names = append(names, e.Name())
		}
	}
	return names, err
}

// isPart reports whether a file is a table of a data set beside that of the facilities.
func isPart(name string) bool {
	return slices.Contains([]string{sourcesFile, kindsFile, sectorsFile, figuresFile, termsFile, synonymsFile, institutionsFile, linksFile, projectsFile}, name)
}

// isTable reports whether a name in small letters is one of a table.
func isTable(lower string) bool {
	return strings.HasSuffix(lower, ".csv") || strings.HasSuffix(lower, ".csv.gz")
}

func openIfThere(folder fs.FS, name string, read func(io.Reader) error) error {
	info, err := fs.Stat(folder, name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err == nil {
		err = checkIsFile(info) // first: to open a FIFO waits for one who writes
	}
	if err != nil {
		return err
	}
	file, err := folder.Open(name)
	if err != nil {
		return err
	}
	defer file.Close()
	return read(file)
}

// readCSV reads the header of a file, and its rows where the header is good. It is
// compressed where its name says so.
func (l *loader) readCSV(name string, r io.Reader, h header, read func(*sheet) error) error {
	r, err := unpack(name, r)
	if err != nil {
		return err
	}
	s := &sheet{file: name, errors: &l.errors, rowsAre: "rows below its heading", own: h.own,
		partial: l.partial && h.partial, aside: l.partial && h.aside, emptyClears: l.emptyClears}
	reader, err := format.NewCSVReader(r)
	if err != nil {
		return s.fail(err)
	}
	s.rows = reader
	if h.own != nil && isOfTexts(reader.Columns) {
		s.errors.add(name, &format.Problem{Reason: "has texts in other languages, and no records; put it into the folder " + textsFolder +
			" of a data set, or add it with innoatlas texts import"})
		return nil
	}
	if !s.match(reader.Columns, h, &l.warnings) {
		return nil
	}
	return read(s)
}

// unpack unpacks a file where its name says that it is compressed.
func unpack(name string, r io.Reader) (io.Reader, error) {
	if !strings.HasSuffix(strings.ToLower(name), ".gz") {
		return r, nil
	}
	unpacked, err := gzip.NewReader(r)
	if err != nil {
		return nil, fmt.Errorf("%s is not compressed by gzip: %w", filepath.Base(name), err)
	}
	return unpacked, nil
}

func (l *loader) readGeoJSON(name string, r io.Reader) error {
	h := l.facilityHeader()
	s := &sheet{file: name, errors: &l.errors, rowsAre: "features", own: h.own, partial: l.partial && h.partial}
	reader, err := format.NewGeoJSONReader(r)
	if err != nil {
		return s.fail(err)
	}
	s.rows = reader
	if schema := reader.Schema(); schema != nil {
		l.declare(h.own, name, format.SchemaMember, schema)
	}
	s.match(reader.Columns, h, &l.warnings)
	s.names["location_precision"] = "precision"
	if err := l.readFacilities(s); err != nil {
		return err
	}
	terms, problem := reader.Terms()
	if problem != nil {
		s.errors.add(name, problem)
	}
	l.data.Terms = l.checkTerms(&record{Row: &format.Row{}, sheet: s}, terms)
	return nil
}

// readVocabulary reads the terms of a file in place of those of the rows. A file
// with errors settles nothing, so that rows are not blamed for them.
func (l *loader) readVocabulary(v **vocabulary) func(*sheet) error {
	return func(s *sheet) error {
		before := l.errors.Count
		terms, err := readTerms(s)
		if err == nil && l.errors.Count == before {
			*v = newVocabulary(s.file, terms)
		}
		return err
	}
}
