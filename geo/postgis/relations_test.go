package postgis_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"innoatlas/geo"
	"innoatlas/geo/dataset"
	"innoatlas/geo/memory"
	"innoatlas/geo/storetest"
)

// The built-in data is the same from a database as from its files: institutions, projects,
// partnerships and who takes part.
func TestBuiltinRelations(t *testing.T) {
	t.Parallel()
	ds, err := dataset.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	store := fill(t, ds)
	for code, want := range map[string]int{"SGP": 20, "THA": 27, "LAO": 23, "MYS": 19, "CHN": 189, "IDN": 23} {
		q := geo.Query{Collection: geo.Facilities, Lists: []geo.List{{Dimension: geo.ByTakesPart, Values: []string{code}}}, Limit: 1}
		if p, err := store.List(t.Context(), q); err != nil || p.Matched != want {
			t.Errorf("%s takes part in %d, %v; want %d", code, p.Matched, err, want)
		}
	}
	files := memory.New(ds)
	for _, c := range []*geo.Collection{geo.Institutions, geo.Projects, geo.Partnerships} {
		storetest.CompareRecords(t, files, store, ds, c, 20)
	}
	whole := content(t, store)
	key := func(k geo.Link) string { return k.Facility + " " + k.Institution + " " + k.Role }
	links := func(all []geo.Link) []string {
		var keys []string
		for _, k := range all {
			keys = append(keys, key(k))
		}
		slices.Sort(keys)
		return keys
	}
	if d := cmp.Diff(links(ds.Links), links(whole.Links)); d != "" {
		t.Errorf("links (-want +got):\n%s", d)
	}
	if again, err := store.Import(t.Context(), ds); err != nil || again.Changed+again.Added > 0 ||
		again.Records[geo.Institutions.ID].Unchanged != len(ds.Records[geo.Institutions.ID]) {
		t.Errorf("the second time: %+v, %v", again, err)
	}
}
