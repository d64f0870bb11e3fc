package dataset

import (
	"maps"
	"path"
	"slices"
	"strings"

	"innoatlas/geo"
)

// textTables are the files of texts of a folder, by their names: one a language, and one of
// places.
func textTables(ds *geo.Dataset) map[string][][]string {
	tables := map[string][][]string{}
	for _, c := range textedCollections() {
		for _, lang := range textLanguages(ds, c) {
			tables[path.Join(textsFolder, textsPrefix(c)+lang+".csv")] = translationLines(ds, c, lang)
		}
	}
	if len(ds.PlaceNames) > 0 {
		tables[path.Join(textsFolder, "places.csv")] = placeLines(ds.PlaceNames)
	}
	return tables
}

// textsPrefix is how files of texts are called besides their language.
func textsPrefix(c *geo.Collection) string {
	if c.Is(geo.Facilities) {
		return ""
	}
	return c.ID + "."
}

// translatedFields are those that records of a data set state in other languages too.
func translatedFields(ds *geo.Dataset, c *geo.Collection) []geo.Field {
	return c.With(ds.Fields[c.ID]).TranslatedFields()
}

// textLanguages are those that a record says something in.
func textLanguages(ds *geo.Dataset, c *geo.Collection) []string {
	languages := map[string]bool{}
	for r := range recordsOf(ds, c) {
		for _, lang := range r.Translated().Languages() {
			languages[lang] = true
		}
	}
	return slices.Sorted(maps.Keys(languages))
}

// translationLines are the texts of a language, those of a record in one row where they are of
// one origin; without the column of stale ones where there are none.
func translationLines(ds *geo.Dataset, c *geo.Collection, lang string) [][]string {
	fields := geo.NamesOf(translatedFields(ds, c))
	rows := [][]string{slices.Concat([]string{"slug", langColumn}, fields, []string{originColumn, staleColumn})}
	stale := false
	for r := range recordsOf(ds, c) {
		_, slug := r.Ref()
		of := map[textRow][]string{}
		var order []textRow
		for _, t := range r.Translated().Of(lang) {
			at := slices.Index(fields, t.Field)
			if at < 0 { // which only a hand in a database can leave behind
				continue
			}
			row := textRow{slug, lang, t.Origin, t.Stale}
			if of[row] == nil {
				of[row], order = make([]string, len(fields)), append(order, row)
			}
			of[row][at] = t.Text
			stale = stale || t.Stale
		}
		for _, row := range order {
			rows = append(rows, slices.Concat([]string{row.slug, lang}, of[row], []string{string(row.origin), truth(row.stale)}))
		}
	}
	if !stale {
		for i := range rows {
			rows[i] = rows[i][:len(rows[i])-1]
		}
	}
	return rows
}

// truth is true, or empty.
func truth(is bool) string {
	if is {
		return "true"
	}
	return ""
}

func placeLines(names []geo.PlaceName) [][]string {
	lines := [][]string{{"country", "admin1", "city", langColumn, "name", originColumn}}
	for _, n := range slices.SortedFunc(slices.Values(names), comparePlaces) {
		lines = append(lines, []string{n.Country, n.Admin1, n.City, n.Lang, n.Name, string(n.Origin)})
	}
	return lines
}

func synonymLines(groups [][]string) [][]string {
	lines := [][]string{{"terms"}}
	for _, terms := range groups {
		lines = append(lines, []string{strings.Join(terms, ";")})
	}
	return lines
}
