package dataset

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"

	"golang.org/x/text/language"

	"innoatlas/geo"
	"innoatlas/texts"
)

// textsFolder has the texts of records in other languages, and the names of places.
const textsFolder = "texts"

// maxTextFiles is how many files it may have: some for each language.
const maxTextFiles = 1000

// readTexts reads the texts of the records in other languages, and the names of places.
func (l *loader) readTexts(folder fs.FS) error {
	files, err := textFiles(folder)
	if err != nil {
		return err
	}
	for _, name := range files {
		c := collectionOfTexts(name)
		header, read := l.textsHeader(c), func(s *sheet) error { return l.readTranslations(s, c) }
		if isPlaces(name) {
			header, read = placesHeader, l.readPlaceNames
		}
		err := openIfThere(folder, name, func(r io.Reader) error { return l.readCSV(name, r, header, read) })
		if err != nil {
			return err
		}
	}
	l.sortTexts()
	return nil
}

// textFiles are the tables of the folder of texts, by name.
func textFiles(folder fs.FS) (names []string, err error) {
	if info, err := fs.Stat(folder, textsFolder); err != nil || !info.IsDir() {
		return nil, nil
	}
	entries, err := fs.ReadDir(folder, textsFolder)
	for _, e := range entries {
		if e.IsDir() || strings.HasPrefix(e.Name(), ".") || !isTable(strings.ToLower(e.Name())) {
			continue
		}
		name := path.Join(textsFolder, e.Name())
		if plain, packed := strings.CutSuffix(name, ".gz"); packed && slices.Contains(names, plain) {
			return nil, fmt.Errorf("the folder has both %s and %s; take out the one that is not meant", plain, name)
		}
		names = append(names, name)
	}
	if len(names) > maxTextFiles {
		return nil, fmt.Errorf("the folder %s has more than %s tables; join some", textsFolder, thousands(maxTextFiles))
	}
	return names, err
}

// isPlaces reports whether a file of the folder has the names of places: places.csv, or
// places.th.csv.
func isPlaces(name string) bool {
	first, _, _ := strings.Cut(path.Base(strings.ToLower(name)), ".")
	return first == "places"
}

// collectionOfTexts is the one whose records a file of texts is about: institutions.th.csv and
// projects.csv say so by their names, and the others are about facilities.
func collectionOfTexts(name string) *geo.Collection {
	first, _, _ := strings.Cut(path.Base(strings.ToLower(name)), ".")
	for _, t := range recordTables {
		if t.collection.ID == first {
			return t.collection
		}
	}
	return geo.Facilities
}

// texted are the records of a collection while they are given texts.
type texted struct {
	collection *geo.Collection
	count      int
	at         func(n int) (geo.Feature, **geo.Translations)
	file       string // that has them
}

// texted are those of the data set that is read.
func (l *loader) texted(c *geo.Collection) texted {
	if c.Is(geo.Facilities) {
		return texted{c, len(l.data.Facilities), func(n int) (geo.Feature, **geo.Translations) {
			return &l.data.Facilities[n], &l.data.Facilities[n].Translations
		}, l.file}
	}
	return texted{c, len(l.data.Records[c.ID]), func(n int) (geo.Feature, **geo.Translations) {
		return &l.data.Records[c.ID][n], &l.data.Records[c.ID][n].Translations
	}, c.ID + ".csv"}
}

// textedCollections are those whose records may say something in other languages.
func textedCollections() []*geo.Collection {
	all := []*geo.Collection{geo.Facilities}
	for _, t := range recordTables {
		all = append(all, t.collection)
	}
	return all
}

// textsHeader is that of a file of texts, one row a record and language. What the record says
// in English may stand beside, as a translator wants it. Columns of fields that are not translated
// are known so that they can be refused.
func (l *loader) textsHeader(c *geo.Collection) header {
	var names, others []string
	for _, f := range l.textFields(c) {
		names = append(names, f.Name)
	}
	for _, f := range c.Fields {
		if !f.Translated && f.Name != "slug" {
			others = append(others, f.Name)
		}
	}
	for _, f := range slices.Concat(l.own[c.ID].allFields(), l.data.Fields[c.ID]) {
		if !f.Translated {
			others = append(others, f.Name)
		}
	}
	others = slices.DeleteFunc(others, func(name string) bool { return slices.Contains(names, name) || geo.IsTakenInTexts(name, nil) })
	return header{
		aside:    true,
		required: []string{"slug", originColumn}, optional: append(slices.Clone(names), langColumn, staleColumn),
		beside: inEnglishColumns(names), refused: others, near: true,
	}
}

const (
	langColumn   = "lang"
	originColumn = "origin"
	staleColumn  = "stale"
)

// notTranslated says why a column of a file of texts is refused.
func notTranslated(name string) string {
	switch name = strings.ToLower(name); {
	case name == "admin1" || name == "city" || name == "country":
		return "has no texts here: what towns and provinces are called stands in " + textsFolder + "/places.csv (country, admin1, city, lang, name, origin); leave the column out"
	case slices.ContainsFunc(textedCollections(), func(c *geo.Collection) bool { return c.Field(name) != nil }):
		return "has no texts in other languages; only name, summary, and fields of your own that datapackage.json calls translated have; leave the column out"
	}
	return "is a field of your own that is not translated; say \"translated\": true of it in datapackage.json of the data set, or leave the column out"
}

// textField is a field that records state in other languages too. While the records of a folder
// are read, their values of one of one's own stand in its column.
type textField struct {
	geo.Field
	column *ownColumn
}

// textFields are those of a collection: of the program, and of the data set.
func (l *loader) textFields(c *geo.Collection) (fields []textField) {
	for _, f := range c.TranslatedFields() {
		fields = append(fields, textField{Field: f})
	}
	for _, column := range l.own[c.ID].columns {
		if column.field.Translated {
			fields = append(fields, textField{column.field, column})
		}
	}
	for _, f := range geo.Translated(c.With(l.data.Fields[c.ID]).OwnFields()) {
		fields = append(fields, textField{Field: f})
	}
	return fields
}

// states reports whether a record says something in a field in English.
func (l *loader) states(of texted, n int, f *textField) bool {
	if f.column == nil {
		r, _ := of.at(n)
		return f.Value(r).Text != ""
	}
	rows := l.own[of.collection.ID].rows
	return n < len(rows) && slices.ContainsFunc(rows[n], func(c ownCell) bool { return c.column == f.column })
}

// inEnglishColumns are those that say what is to be translated: name_en.
func inEnglishColumns(names []string) []string {
	english := make([]string, len(names))
	for i, name := range names {
		english[i] = name + geo.EnglishSuffix
	}
	return english
}

var textOrigins = []string{string(geo.FromSource), string(geo.FromPerson), string(geo.FromMachine)}

// textRow is what a row of texts says of all of them.
type textRow struct {
	slug, lang string
	origin     geo.Origin
	stale      bool
}

// readTranslations gives the records their texts in other languages.
func (l *loader) readTranslations(s *sheet, c *geo.Collection) error {
	of, named := l.texted(c), languageOfFile(s.file)
	fields, ok := s.translated(l.textFields(c), named)
	if !ok {
		return nil
	}
	unstated := 0
	for r, err := range s.records() {
		if err != nil {
			return err
		}
		row := l.textRow(r, of, named)
		n, known := l.numberOf(of, row.slug)
		for i := range fields {
			field := &fields[i]
			text := r.text(field.Name, cmp.Or(field.Most, maxOwnText))
			if text == "" || !known || row.lang == "" || row.origin == "" {
				continue
			}
			if !l.states(of, n, field) {
				unstated++
			}
			l.addTranslation(r, of, n, geo.Translation{Field: field.Name, Lang: row.lang, Text: text, Origin: row.origin, Stale: row.stale})
		}
	}
	l.noteUnread(s.file)
	if unstated > 0 {
		l.warnings.add("%s: %s of fields that the record leaves empty in English, and shown to nobody until it states them", s.file, quantity(unstated, "text", "texts"))
	}
	return nil
}

// quantity is a number with what it counts.
func quantity(n int, one, several string) string {
	if n == 1 {
		return "1 " + one
	}
	return thousands(n) + " " + several
}

// translated are the fields that the file has columns for; ok is false where it has none, or
// does not say which language it is in.
func (s *sheet) translated(all []textField, named string) (fields []textField, ok bool) {
	var names []string
	for _, f := range all {
		names = append(names, f.Name)
		if _, there := s.columns[f.Name]; there {
			fields = append(fields, f)
		}
	}
	if len(fields) == 0 {
		s.headerError(strings.Join(names, " or "), "is missing; one of them has the texts")
	}
	_, stated := s.columns[langColumn]
	if !stated && named == "" {
		s.headerError(langColumn, "is missing; add it, or call the file by its language, as th.csv")
	}
	return fields, len(fields) > 0 && (stated || named != "")
}

// textRow reads what a row says besides its texts; named is the language of the file.
func (l *loader) textRow(r *record, of texted, named string) textRow {
	row := textRow{slug: r.cell("slug"), lang: named}
	slugs := l.slugs
	if !of.collection.Is(geo.Facilities) {
		slugs = l.recordSlugs[of.collection.ID]
	}
	if _, ok := slugs[row.slug]; !ok || row.slug == "" {
		r.fail("slug", row.slug, "must be the slug of a record of %s", of.file)
	}
	if _, stated := r.sheet.columns[langColumn]; stated {
		row.lang = l.textLanguage(r)
		if named != "" && row.lang != "" && row.lang != named && isSpoken(named) {
			r.fail(langColumn, r.cell(langColumn), "must be %s, as the file is called so; call it otherwise where it has other languages too", named)
			row.lang = ""
		}
	}
	row.origin = geo.Origin(r.oneOf(originColumn, textOrigins))
	if row.origin == "" && r.cell(originColumn) == "" {
		r.fail(originColumn, "", "must not be empty: source where a page prints the text, person, or machine")
	}
	row.stale = r.oneOf(staleColumn, []string{"true", "false"}) == "true"
	return row
}

// addTranslation keeps a text, unless there is one already.
func (l *loader) addTranslation(r *record, of texted, n int, t geo.Translation) {
	f, texts := of.at(n)
	if before := (*texts).In(t.Lang, t.Field); before != nil {
		r.fail(t.Field, t.Text, "is there already for this record in %s (origin %s); leave one of the two out", t.Lang, before.Origin)
		return
	}
	if l.errors.Count > 0 { // then nothing is read, and what follows is only checked
		t.Text = ""
	}
	if t.Stale && t.Origin != geo.FromMachine && !l.isNews(f, &t) {
		return
	}
	if *texts == nil {
		*texts = &geo.Translations{}
	}
	(*texts).All = append((*texts).All, t)
}

// isNews settles a text that is said to be stale and no machine's: a row for a translator has
// both. Where it is not the text that the record has, somebody has put it right; where it is,
// nobody has looked at it, and it stays what it is.
func (l *loader) isNews(f geo.Feature, t *geo.Translation) bool {
	if l.before == nil { // a folder has nothing to compare it with
		t.Origin = geo.FromMachine
		l.unread++
		return true
	}
	if before := l.before[f].In(t.Lang, t.Field); before != nil && before.Origin == geo.FromMachine && before.Text == t.Text {
		l.unread++
		return false
	}
	t.Stale = false
	return true
}

// noteUnread tells what isNews has found.
func (l *loader) noteUnread(file string) {
	switch {
	case l.unread == 0:
	case l.before == nil:
		l.warnings.add("%s: %s marked as stale, and a machine's for that, whatever the origin says; empty the column stale where a person has put one right",
			file, quantity(l.unread, "text is", "texts are"))
	default:
		l.warnings.add("%s: %s marked as stale and as before, and not taken; where one is right as it is, empty the column stale",
			file, quantity(l.unread, "text is", "texts are"))
	}
	l.unread = 0
}

// facilityOf is the record of that slug; nil where there is none, or it has errors.
func (l *loader) facilityOf(slug string) *geo.Facility {
	if n, ok := l.numberOf(l.texted(geo.Facilities), slug); ok {
		return &l.data.Facilities[n]
	}
	return nil
}

// numberOf is which of the records of a collection has that slug.
func (l *loader) numberOf(of texted, slug string) (n int, ok bool) {
	id := of.collection.ID
	if l.bySlug[id] == nil {
		if l.bySlug == nil {
			l.bySlug = map[string]map[string]int{}
		}
		l.bySlug[id] = make(map[string]int, of.count)
		for i := range of.count {
			r, _ := of.at(i)
			_, slug := r.Ref()
			l.bySlug[id][slug] = i
		}
	}
	n, ok = l.bySlug[id][slug]
	return n, ok
}

// sortTexts puts texts and names of places into the order that does not depend on files.
func (l *loader) sortTexts() {
	for _, c := range textedCollections() {
		of := l.texted(c)
		for i := range of.count {
			if _, t := of.at(i); *t != nil {
				slices.SortFunc((*t).All, compareTranslations)
			}
		}
	}
	slices.SortFunc(l.data.PlaceNames, comparePlaces)
}

func compareTranslations(a, b geo.Translation) int {
	return cmp.Or(cmp.Compare(a.Lang, b.Lang), cmp.Compare(a.Field, b.Field))
}

func comparePlaces(a, b geo.PlaceName) int {
	return cmp.Or(cmp.Compare(a.Country, b.Country), cmp.Compare(a.Admin1, b.Admin1), cmp.Compare(a.City, b.City), cmp.Compare(a.Lang, b.Lang))
}

// textLanguage is the language of a row, as the texts of the program call it; empty after an
// error.
func (l *loader) textLanguage(r *record) string {
	tag := r.language(langColumn)
	if tag == "" && r.cell(langColumn) == "" {
		r.fail(langColumn, "", "must not be empty")
	}
	if tag == "" {
		return ""
	}
	if lang, known := l.languages[tag]; known {
		return lang
	}
	lang := languageOf(tag)
	switch {
	case lang == "":
		r.fail(langColumn, tag, "must be a language code (ISO 639-1 or BCP 47), as th or zh-Hant")
		return ""
	case isEnglish(lang):
		r.fail(langColumn, tag, "must not be English, which %s has", l.file)
		return ""
	case len(l.languages) == maxLanguages:
		r.fail(langColumn, tag, "is one more than the %d languages that there may be", maxLanguages)
		return ""
	}
	if !isSpoken(lang) {
		l.warnings.add("%s: texts in %s are kept and searched, but shown to nobody: there are pages in %s; where one of these is meant, correct the code",
			r.sheet.file, lang, spoken())
	}
	l.languages[strings.Clone(tag)] = lang
	return lang
}

// languageOf is the language that a tag means: th for th-TH, fil for tl, zh for zh-Hans-CN, but
// zh-Hant for itself. Empty: none.
func languageOf(tag string) string {
	parsed, err := language.All.Parse(tag)
	base, sure := parsed.Base()
	if err != nil || sure != language.Exact {
		return ""
	}
	script, _ := parsed.Script()
	usual, _ := language.Make(base.String()).Script()
	if script == usual && (isSpoken(base.String()) || base.String() == texts.Default) {
		return base.String()
	}
	return parsed.String()
}

// Language is the language of texts that a tag of BCP 47 means. The error says why there are
// none in it.
func Language(tag string) (string, error) {
	lang := languageOf(strings.ReplaceAll(tag, "_", "-"))
	switch {
	case lang == "":
		return "", fmt.Errorf("%q is no language; write its code, as th or zh", tag)
	case isEnglish(lang):
		return "", errors.New("there is English in the records themselves; choose another language")
	}
	return lang, nil
}

// isEnglish reports whether a language is what records state themselves.
func isEnglish(lang string) bool {
	base, _, _ := strings.Cut(lang, "-")
	return base == texts.Default
}

// languageOfFile is the language that a file is called by; empty where it is called otherwise.
func languageOfFile(name string) string {
	stem, rest, _ := strings.Cut(path.Base(name), ".")
	if !collectionOfTexts(name).Is(geo.Facilities) {
		stem, _, _ = strings.Cut(rest, ".")
	}
	if lang := languageOf(stem); isSpoken(lang) || len(stem) == 2 || strings.Contains(stem, "-") {
		return lang
	}
	return ""
}

// spoken lists the languages of the pages besides English.
func spoken() string {
	var codes []string
	for _, l := range texts.Languages {
		if l.Code != texts.Default {
			codes = append(codes, l.Code)
		}
	}
	return strings.Join(codes, ", ")
}

// isSpoken reports whether the program has pages in a language.
func isSpoken(lang string) bool {
	return slices.ContainsFunc(texts.Languages, func(l texts.Language) bool { return l.Code == lang && lang != texts.Default })
}
