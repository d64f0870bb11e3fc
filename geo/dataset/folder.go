package dataset

import (
	"bytes"
	"cmp"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"innoatlas/geo"
	"innoatlas/geo/format"
)

// WriteFolder writes a whole data set into a new folder, or an empty one, which Read reads
// back: the same records, fields of one's own and their definitions (datapackage.json),
// private ones included.
func WriteFolder(folder string, ds *geo.Dataset) error {
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	if entries, err := os.ReadDir(folder); err != nil || len(entries) > 0 {
		return cmp.Or(err, fmt.Errorf("%s is not empty; name a new folder, so that nothing is overwritten", folder))
	}
	files := map[string]func(io.Writer) error{
		"facilities.csv": func(w io.Writer) error { return WriteCSV(w, ds) },
		packageFile:      func(w io.Writer) error { return writeAll(w, packageOf(ds)) },
	}
	for name, lines := range map[string][][]string{
		"kinds.csv": vocabularyLines(ds.Kinds), "sectors.csv": vocabularyLines(ds.Sectors), "facility_sources.csv": sourceLines(ds),
		"cooperation.csv": figureLines(ds.Figures), "terms.csv": termsLines(ds.Terms),
	} {
		if len(lines) > 1 {
			files[name] = func(w io.Writer) error { return writeAll(w, format.AppendCSVTable(nil, lines, true)) }
		}
	}
	if ds.OwnOutlines || len(ds.Fields[geo.Countries.ID]) > 0 {
		files["countries.geojson"] = func(w io.Writer) error { return writeCountries(w, ds) }
	}
	for _, name := range slices.Sorted(maps.Keys(files)) {
		if err := writeNew(filepath.Join(folder, name), files[name]); err != nil {
			return err
		}
	}
	return nil
}

func writeAll(w io.Writer, data []byte) error {
	_, err := w.Write(data)
	return err
}

// writeNew makes a file that is not there yet.
func writeNew(path string, write func(io.Writer) error) error {
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	return cmp.Or(write(file), file.Sync(), file.Close())
}

// vocabularyLines are none where the terms are only what the rows have.
func vocabularyLines(terms []geo.Term) [][]string {
	labels, plurals := geo.Labels{}, geo.Labels{}
	plain := true
	for _, t := range terms {
		maps.Copy(labels, t.Labels)
		maps.Copy(plurals, t.Plurals)
		plain = plain && len(t.Labels) == 1 && t.Labels["en"] == t.ID && len(t.Plurals) == 0
	}
	if plain {
		return nil
	}
	inOrder := func(l geo.Labels) []string {
		return slices.SortedFunc(maps.Keys(l), func(a, b string) int {
			return cmp.Or(-cmp.Compare(strconv.FormatBool(a == "en"), strconv.FormatBool(b == "en")), cmp.Compare(a, b))
		})
	}
	header := []string{"id"}
	for _, lang := range inOrder(labels) {
		header = append(header, "label_"+lang)
	}
	for _, lang := range inOrder(plurals) {
		header = append(header, "plural_"+lang)
	}
	lines := [][]string{header}
	for _, t := range terms {
		line := []string{t.ID}
		for _, column := range header[1:] {
			if lang, ok := strings.CutPrefix(column, "label_"); ok {
				line = append(line, t.Labels[lang])
			} else {
				line = append(line, t.Plurals[strings.TrimPrefix(column, "plural_")])
			}
		}
		lines = append(lines, line)
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
	lines := [][]string{{"country", "indicator", "value", "year", "source_title", "source_url", "source_date"}}
	for _, f := range figures {
		year := ""
		if f.Year != 0 {
			year = strconv.Itoa(f.Year)
		}
		lines = append(lines, []string{f.Country, f.Indicator, strconv.FormatFloat(f.Value, 'f', -1, 64), year, f.Source.Title, f.Source.URL, f.Source.Date})
	}
	return lines
}

func termsLines(t geo.Terms) [][]string {
	if t == (geo.Terms{}) {
		return nil
	}
	return [][]string{{"licence", "licence_url", "attribution"}, {t.Licence, t.LicenceURL, t.Attribution}}
}

// writeCountries writes the outlines, and what countries state in fields of one's own.
func writeCountries(w io.Writer, ds *geo.Dataset) error {
	g := format.NewGeoJSON(&geo.Catalog{}, geo.Countries.With(ds.Fields[geo.Countries.ID]))
	var file bytes.Buffer
	file.WriteString(`{"type":"FeatureCollection","features":[` + "\n")
	var record []byte
	for i := range ds.Countries {
		if i > 0 {
			file.WriteString(",\n")
		}
		record = g.AppendFeature(record[:0], &ds.Countries[i], nil)
		file.Write(record)
	}
	file.WriteString("\n]}\n")
	_, err := file.WriteTo(w)
	return err
}
