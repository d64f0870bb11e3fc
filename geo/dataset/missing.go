package dataset

import (
	"io"
	"slices"

	"innoatlas/geo"
	"innoatlas/geo/format"
)

// WriteMissing writes what a translator is to do in a language, one row a record: what it does
// not say in the language, and what a machine said of English that was changed since. The
// English stands beside what is wanted, and only there. A row that is filled in can be read as
// any of texts/LANG.csv; see ReadTexts.
func WriteMissing(w io.Writer, ds *geo.Dataset, c *geo.Collection, lang string) error {
	fields := geo.PublicFields(translatedFields(ds, c)) // what is private is no translator's
	names := geo.NamesOf(fields)
	lines := [][]string{slices.Concat([]string{"slug", langColumn}, inEnglishColumns(names), names, []string{originColumn, staleColumn})}
	for f := range recordsOf(ds, c) {
		_, slug := f.Ref()
		english, texts, stale := make([]string, len(fields)), make([]string, len(fields)), false
		wanted := false
		for at := range fields {
			if !isWanted(f, &fields[at], lang) {
				continue
			}
			wanted = true
			english[at] = fields[at].Value(f).Text
			if t := f.Translated().In(lang, fields[at].Name); t != nil {
				texts[at], stale = t.Text, true
			}
		}
		if wanted {
			lines = append(lines, slices.Concat([]string{slug, lang}, english, texts, []string{string(geo.FromPerson), truth(stale)}))
		}
	}
	return writeAll(w, format.AppendCSVTable(nil, lines, true))
}

// isWanted reports whether a translator has something to do: nothing where a source prints the
// name.
func isWanted(r geo.Feature, field *geo.Field, lang string) bool {
	if field.Value(r).Text == "" || field.Name == "name" && printedName(r, lang) {
		return false
	}
	t := r.Translated().In(lang, field.Name)
	return t == nil || t.Stale
}

// printedName reports whether a source prints the name of a record in a language.
func printedName(r geo.Feature, lang string) bool {
	if f, ok := r.(*geo.Facility); ok {
		return f.Printed(lang) != ""
	}
	return lang == "zh" && r.Value("name_zh").Text != "" || lang != "" && r.Value("name_local_lang").Text == lang && r.Value("name_local").Text != ""
}

// WriteMissingPlaces writes the towns and provinces that have no name in a language.
func WriteMissingPlaces(w io.Writer, ds *geo.Dataset, lang string) error {
	places, seen := geo.NewPlaces(ds.PlaceNames), map[placeKey]bool{}
	var missing []geo.PlaceName
	for i := range ds.Facilities {
		f := &ds.Facilities[i]
		for _, at := range []placeKey{{f.Country, f.Admin1, ""}, {f.Country, f.Admin1, f.City}} {
			if at.admin1 == "" && at.city == "" || seen[at] {
				continue
			}
			seen[at] = true
			if places.Name(lang, at.country, at.admin1, at.city) == nil {
				missing = append(missing, geo.PlaceName{Country: at.country, Admin1: at.admin1, City: at.city, Lang: lang, Origin: geo.FromPerson})
			}
		}
	}
	return writeAll(w, format.AppendCSVTable(nil, placeLines(missing), true))
}

// WriteTexts writes what records say in a language, as the folder of texts has it.
func WriteTexts(w io.Writer, ds *geo.Dataset, c *geo.Collection, lang string) error {
	return writeAll(w, format.AppendCSVTable(nil, translationLines(ds, c, lang), true))
}

// WritePlaces writes the names of places in a language, as the folder of texts has them.
func WritePlaces(w io.Writer, ds *geo.Dataset, lang string) error {
	names := slices.DeleteFunc(slices.Clone(ds.PlaceNames), func(n geo.PlaceName) bool { return n.Lang != lang })
	return writeAll(w, format.AppendCSVTable(nil, placeLines(names), true))
}
