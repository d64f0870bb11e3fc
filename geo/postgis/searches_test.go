package postgis_test

import (
	"testing"

	"innoatlas/geo/dataset"
	"innoatlas/geo/storetest"
)

func TestSearches(t *testing.T) {
	t.Parallel()
	ds, err := dataset.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	store := fill(t, ds)
	storetest.SearchesIn(t, store)
	storetest.WordsOfNames(t, store, ds)
}
