package storetest

import (
	"maps"
	"slices"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"innoatlas/geo"
	form "innoatlas/geo/search"
)

// WordsOfNames checks the words by which a store's names are corrected.
func WordsOfNames(t *testing.T, store geo.Store, ds *geo.Dataset) {
	t.Helper()
	want := map[string]bool{}
	for i := range ds.Facilities {
		for _, word := range form.Tokens(ds.Facilities[i].Name) {
			if utf8.RuneCountInString(word) >= geo.MinWord && !form.IsRun(word) {
				want[word] = true
			}
		}
	}
	got, err := store.(geo.Vocabulary).Words(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(slices.Sorted(maps.Keys(want)), got); diff != "" {
		t.Errorf("words of names, -want +got\n%s", diff)
	}
}
