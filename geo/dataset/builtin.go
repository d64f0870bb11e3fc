package dataset

import (
	"embed"
	"fmt"
	"io/fs"
	"slices"
	"sync"

	"innoatlas/geo"
)

//go:embed builtin
var embedded embed.FS

// Builtin is the data set that the program brings: facilities of science and
// technology cooperation between China and the ASEAN countries. It is parsed
// once; the lists may be changed, what their records point to may not.
func Builtin() (*geo.Dataset, error) {
	shared, err := parseBuiltin()
	if err != nil {
		return nil, err
	}
	ds := *shared
	ds.Facilities, ds.Countries, ds.Figures = slices.Clone(ds.Facilities), slices.Clone(ds.Countries), slices.Clone(ds.Figures)
	ds.Kinds, ds.Sectors = slices.Clone(ds.Kinds), slices.Clone(ds.Sectors)
	ds.PlaceNames, ds.Synonyms = slices.Clone(ds.PlaceNames), slices.Clone(ds.Synonyms)
	return &ds, nil
}

var parseBuiltin = sync.OnceValues(loadBuiltin)

// loadBuiltin reads the embedded folder as Read reads one on disk.
func loadBuiltin() (*geo.Dataset, error) {
	folder, err := fs.Sub(embedded, "builtin")
	if err != nil {
		return nil, err
	}
	l := newLoader()
	l.proved = true
	if err := l.readFolder(folder); err != nil {
		return nil, fmt.Errorf("built-in data set: %w", err)
	}
	ds, _, err := l.finish()
	if err != nil {
		return nil, fmt.Errorf("built-in data set: %w", err)
	}
	return ds, nil
}

// builtinOutlines are the countries for data sets that bring no outlines.
var builtinOutlines = sync.OnceValues(func() ([]geo.Country, error) {
	file, err := embedded.Open("builtin/countries.geojson")
	if err != nil {
		return nil, err
	}
	defer file.Close()
	var errs Errors
	countries, err := readOutlines("countries.geojson", file, true, &errs, &ownTable{collection: geo.Countries})
	if err == nil && errs.Count > 0 {
		err = errs
	}
	return countries, err
})
