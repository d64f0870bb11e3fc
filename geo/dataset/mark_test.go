package dataset

import (
	"bytes"
	"path/filepath"
	"strings"
	"testing"

	"innoatlas/geo"
	"innoatlas/geo/format"
)

// A file that was made for readers of a language is no file of records, whatever the language:
// its texts would stand in the place of the English ones.
func TestFilesOfAReadingAreRefused(t *testing.T) {
	ds, err := Builtin()
	if err != nil {
		t.Fatal(err)
	}
	catalog := &geo.Catalog{Kinds: ds.Kinds, Sectors: ds.Sectors, Countries: ds.Countries, Places: geo.NewPlaces(ds.PlaceNames)}
	for _, lang := range []string{"en", "th", "zh"} {
		r := catalog.Reading(geo.Facilities, lang)
		csv, geojson := format.NewCSV(catalog, r.Collection), format.NewGeoJSON(catalog, r.Collection)
		table, features := csv.Header(), []byte(`{"type":"FeatureCollection","features":[`)
		for i := range ds.Facilities[:20] {
			f := r.Facility(&ds.Facilities[i])
			table = csv.AppendRow(table, f)
			if i > 0 {
				features = append(features, ',')
			}
			features = geojson.AppendFeature(features, f, nil)
		}
		features = append(features, "]}"...)
		refused(t, lang+".csv", table)
		refused(t, lang+".geojson", features)
		refused(t, filepath.Join("folder", "facilities.csv"), table)
		refused(t, "capitals.csv", bytes.Replace(table, []byte("machine_translated"), []byte("Machine Translated"), 1))
	}
}

// refused checks that a file is, with the name of its mark, and what to do.
func refused(t *testing.T, name string, content []byte) {
	t.Helper()
	path := writeFile(t, filepath.Base(name), string(content))
	if filepath.Dir(name) != "." {
		path = filepath.Dir(path)
	}
	ds, _, err := Read(path)
	if err == nil || ds != nil {
		t.Fatalf("%s was read", name)
	}
	if said := strings.ToLower(err.Error()); !strings.Contains(said, "machine") || !strings.Contains(said, "download it without lang=") {
		t.Errorf("%s: %v", name, err)
	}
}

// The mark counts where no record has a value of it, and where only known columns may be.
func TestMarkWithoutValues(t *testing.T) {
	for name, content := range map[string]string{
		"a.csv":     "slug,kind,name,machine_translated\na,k,A,\n",
		"b.csv":     "slug,kind,name,outdated_translation\na,k,A,\n",
		"c.geojson": `{"type":"FeatureCollection","features":[{"type":"Feature","geometry":null,"properties":{"slug":"a","kind":"k","name":"A","machine_translated":null}}]}`,
		"d.geojson": `{"type":"FeatureCollection","features":[{"type":"Feature","geometry":null,"properties":{"slug":"a","kind":"k","name":"A","in_english":["name"]}}]}`,
	} {
		for _, onlyKnown := range []bool{false, true} {
			_, _, err := ReadWith(writeFile(t, name, content), Options{OnlyKnownColumns: onlyKnown})
			if err == nil || !strings.Contains(err.Error(), "download it without lang=") {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
}
