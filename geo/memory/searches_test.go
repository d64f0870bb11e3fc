package memory_test

import (
	"slices"
	"testing"

	"innoatlas/geo"
	"innoatlas/geo/dataset"
	"innoatlas/geo/memory"
	"innoatlas/geo/storetest"
)

func TestSearches(t *testing.T) {
	t.Parallel()
	store := memory.New(builtin(t))
	storetest.SearchesIn(t, store)
	storetest.WordsOfNames(t, store, builtin(t))
}

// Whoever searches for a name finds what is called so: each in one language besides those that
// the records print.
func TestNamesAreFound(t *testing.T) {
	t.Parallel()
	ds := builtin(t)
	store := memory.New(ds)
	catalog, err := store.Catalog(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	lexicon := geo.NewLexicon(catalog)
	for i := range ds.Facilities {
		f := &ds.Facilities[i]
		language := f.Translations.Languages()[i%len(f.Translations.Languages())]
		names := []string{f.Name, f.NameZh, f.NameLocal}
		if translation := f.Translations.In(language, "name"); translation != nil {
			names = append(names, translation.Text)
		}
		for _, name := range slices.DeleteFunc(names, func(name string) bool { return name == "" }) {
			page, err := store.List(t.Context(), geo.Query{Collection: geo.Facilities, Filter: lexicon.Filter(geo.Facilities, name), Limit: geo.MaxLimit})
			if err != nil {
				t.Fatal(err)
			}
			if !slices.ContainsFunc(page.Features, func(found geo.Feature) bool { return found.Value("slug").Text == f.Slug }) {
				t.Errorf("%q does not find %s", name, f.Slug)
			}
		}
	}
}

func builtin(t *testing.T) *geo.Dataset {
	t.Helper()
	ds, err := dataset.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	return ds
}
