package dataset

import (
	"bytes"
	"cmp"
	"io"
	"maps"
	"slices"
	"strconv"

	"innoatlas/geo"
	"innoatlas/geo/format"
)

// filesOf are the files of a whole data set by their paths, each with what writes it: the records,
// what hangs on them, fields of one's own and their definitions (datapackage.json), private ones too.
func filesOf(ds *geo.Dataset) map[string]func(io.Writer) error {
	files := map[string]func(io.Writer) error{
		facilitiesFile: func(w io.Writer) error { return WriteCSV(w, ds) },
		packageFile:    func(w io.Writer) error { return writeAll(w, packageOf(ds)) },
	}
	tables := textTables(ds)
	maps.Copy(tables, map[string][][]string{
		kindsFile:   vocabularyLines(ds.Kinds, usedTerms(ds, func(f *geo.Facility) []string { return []string{f.Kind} })),
		sectorsFile: vocabularyLines(ds.Sectors, usedTerms(ds, func(f *geo.Facility) []string { return f.Sectors })),
		sourcesFile: sourceLines(ds), figuresFile: figureLines(ds.Figures), termsFile: termsLines(ds.Terms), synonymsFile: synonymLines(ds.Synonyms), linksFile: linkLines(ds),
	})
	for name, lines := range tables {
		if len(lines) > 1 {
			files[name] = func(w io.Writer) error { return writeAll(w, format.AppendCSVTable(nil, lines, true)) }
		}
	}
	for _, t := range recordTables {
		if len(ds.Records[t.collection.ID]) > 0 {
			files[t.file] = func(w io.Writer) error { return writeRecords(w, ds, t.collection) }
		}
	}
	if ds.OwnOutlines || len(ds.Fields[geo.Countries.ID]) > 0 {
		files[outlinesFile] = func(w io.Writer) error { return writeCountries(w, ds) }
	}
	return files
}

func writeAll(w io.Writer, data []byte) error {
	_, err := w.Write(data)
	return err
}

// vocabularyColumns are what a vocabulary says of its terms, as its file has it.
func vocabularyColumns(terms []geo.Term) (names []string, cells []func(geo.Term) string) {
	add := func(name string, cell func(geo.Term) string) { names, cells = append(names, name), append(cells, cell) }
	labels, plurals := geo.Labels{}, geo.Labels{}
	for _, t := range terms {
		maps.Copy(labels, t.Labels)
		maps.Copy(plurals, t.Plurals)
	}
	add("id", func(t geo.Term) string { return t.ID })
	for _, lang := range languagesOf(labels) {
		add("label_"+lang, func(t geo.Term) string { return t.Labels[lang] })
	}
	for _, lang := range languagesOf(plurals) {
		add("plural_"+lang, func(t geo.Term) string { return t.Plurals[lang] })
	}
	add("sign", func(t geo.Term) string { return t.Sign.String() })
	add("schema_type", func(t geo.Term) string { return t.SchemaType })
	return names, cells
}

// languagesOf has English first.
func languagesOf(labels geo.Labels) []string {
	delete(labels, "en")
	others := slices.Sorted(maps.Keys(labels))
	return append([]string{"en"}, others...)
}

// usedTerms are those that facilities have, sorted.
func usedTerms(ds *geo.Dataset, of func(*geo.Facility) []string) []string {
	used := map[string]bool{}
	for i := range ds.Facilities {
		for _, id := range of(&ds.Facilities[i]) {
			used[id] = true
		}
	}
	return slices.Sorted(maps.Keys(used))
}

// vocabularyLines are none where the terms are only what the rows have, as a reader makes them of
// these.
func vocabularyLines(terms []geo.Term, used []string) [][]string {
	if slices.Equal(geo.TermIDs(terms), used) && !slices.ContainsFunc(terms, func(t geo.Term) bool {
		return len(t.Labels) != 1 || t.Labels["en"] != t.ID || len(t.Plurals) > 0 || t.Sign != (geo.Sign{}) || t.SchemaType != ""
	}) {
		return nil
	}
	names, cells := vocabularyColumns(terms)
	lines := make([][]string, 1+len(terms))
	for column, name := range names {
		stated := slices.ContainsFunc(terms, func(t geo.Term) bool { return cells[column](t) != "" })
		if !stated {
			continue
		}
		lines[0] = append(lines[0], name)
		for i, t := range terms {
			lines[i+1] = append(lines[i+1], cells[column](t))
		}
	}
	return lines
}

func sourceLines(ds *geo.Dataset) [][]string {
	lines := [][]string{{"slug", "source_title", "source_url", "source_date", "supports"}}
	for _, f := range ds.Facilities {
		for _, s := range f.Sources {
			lines = append(lines, []string{f.Slug, s.Title, s.URL, s.Date, s.Supports})
		}
	}
	return lines
}

func figureLines(figures []geo.Figure) [][]string {
	lines := [][]string{{"country", "indicator", "value", "year", "source_title", "source_url", "source_date", "named"}}
	for _, f := range figures {
		year, named := "", ""
		if f.Year != 0 {
			year = strconv.Itoa(f.Year)
		}
		if f.Named {
			named = "true"
		}
		lines = append(lines, []string{f.Country, f.Indicator, strconv.FormatFloat(f.Value, 'f', -1, 64), year, f.Source.Title, f.Source.URL, f.Source.Date, named})
	}
	return lines
}

func termsLines(t geo.Terms) [][]string {
	if t == (geo.Terms{}) {
		return nil
	}
	return [][]string{{"licence", "licence_url", "attribution"}, {t.Licence, t.LicenceURL, t.Attribution}}
}

// writeCountries writes the outlines, and what countries state in fields of one's own, by code,
// as they are read: a database has them by number.
func writeCountries(w io.Writer, ds *geo.Dataset) error {
	g := format.NewGeoJSON(&geo.Catalog{}, geo.Countries.With(ds.Fields[geo.Countries.ID]))
	var file bytes.Buffer
	file.WriteString(`{"type":"FeatureCollection","features":[` + "\n")
	var record []byte
	countries := slices.SortedFunc(slices.Values(ds.Countries), func(a, b geo.Country) int { return cmp.Compare(a.Code, b.Code) })
	for i := range countries {
		if i > 0 {
			file.WriteString(",\n")
		}
		record = g.AppendFeature(record[:0], &countries[i], nil)
		file.Write(record)
	}
	file.WriteString("\n]}\n")
	_, err := file.WriteTo(w)
	return err
}
