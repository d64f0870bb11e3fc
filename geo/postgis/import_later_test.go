package postgis_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"innoatlas/geo"
	"innoatlas/geo/postgis"
	"innoatlas/geo/storetest"
)

// later is the same data set, whose facilities come in chunks that are not kept.
func later(ds *geo.Dataset, size int) *geo.Dataset {
	next := *ds
	next.Facilities, next.Rows = nil, map[string][]geo.Row{}
	next.Later = &geo.Later{
		Count: len(ds.Facilities),
		Has: func(slug string) bool {
			return slices.ContainsFunc(ds.Facilities, func(f geo.Facility) bool { return f.Slug == slug })
		},
		States: func(string) bool { return true },
		Chunks: func(yield func(geo.Chunk, error) bool) {
			rows := slices.Collect(slices.Chunk(ds.Rows[geo.Facilities.ID], size))
			for i, facilities := range slices.Collect(slices.Chunk(ds.Facilities, size)) {
				c := geo.Chunk{Facilities: slices.Clone(facilities), Rows: rows[i]}
				if !yield(c, nil) {
					return
				}
				clear(c.Facilities) // so that whoever kept some would see it
			}
		},
	}
	return &next
}

// TestImportLater: facilities that come in chunks become what they become together: new ones, those
// that are changed, and those that were renamed.
func TestImportLater(t *testing.T) {
	t.Parallel()
	ds := storetest.Generated(700)
	ds.Rows, ds.Versioned = map[string][]geo.Row{geo.Facilities.ID: make([]geo.Row, len(ds.Facilities))}, map[string]bool{}
	for i := range ds.Facilities {
		ds.Rows[geo.Facilities.ID][i].Line = i + 2
		ds.Facilities[i].Closed = 0 // some of the generated ones are closed before they begin
	}
	together, inChunks := fill(t, ds), fill(t, later(ds, 130))
	same := func(what string) {
		t.Helper()
		a, err := together.Dataset(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		b, err := inChunks.Dataset(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		apart := []cmp.Option{cmpopts.IgnoreFields(geo.Dataset{}, "Revision"), cmpopts.IgnoreFields(geo.Facility{}, "Updated"), cmp.AllowUnexported(geo.Own{})}
		a.Records, b.Records = nil, nil
		if diff := cmp.Diff(a, b, apart...); diff != "" {
			t.Fatalf("%s (-together +in chunks)\n%s", what, diff)
		}
	}
	same("new")
	next := *ds
	next.Facilities = slices.Clone(ds.Facilities)
	for i := range next.Facilities {
		if f := &next.Facilities[i]; i%7 == 0 {
			f.Name, f.Sources = "Another name", []geo.Source{{URL: "https://example.org/another"}}
			f.Translations = &geo.Translations{All: []geo.Translation{{Lang: "th", Field: "name", Text: "ชื่ออื่น", Origin: geo.FromSource}}}
		}
	}
	for _, store := range []*postgis.Store{together, inChunks} {
		if _, err := store.Rename(t.Context(), postgis.By{}, geo.Facilities, ds.Facilities[350].Slug, "renamed-meanwhile"); err != nil {
			t.Fatal(err)
		}
	}
	a, err := together.Import(t.Context(), &next)
	if err != nil {
		t.Fatal(err)
	}
	b, err := inChunks.Import(t.Context(), later(&next, 130))
	if err != nil || a.Changed < 100 {
		t.Fatalf("%+v; %v", a, err)
	}
	if diff := cmp.Diff(a, b); diff != "" {
		t.Errorf("(-together +in chunks)\n%s", diff)
	}
	same("changed")
}
