package memory_test

import (
	"slices"
	"testing"

	"innoatlas/geo"
	"innoatlas/geo/dataset"
	"innoatlas/geo/memory"
)

// Partnerships are found by an end as a filter finds them, whatever else is asked.
func TestPartnershipsByTheirEnds(t *testing.T) {
	ds, err := dataset.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	store := memory.New(ds)
	list := func(q geo.Query) []geo.Feature {
		q.Collection, q.Limit = geo.Partnerships, geo.MaxLimit
		page, err := store.List(t.Context(), q)
		if err != nil || page.Matched != len(page.Features) {
			t.Fatalf("%+v: %d of %d, %v", q, len(page.Features), page.Matched, err)
		}
		return page.Features
	}
	of := func(d geo.Dimension, values ...string) geo.List { return geo.List{Dimension: d, Values: values} }
	for _, lists := range [][]geo.List{
		{of(geo.ByInstitution, "chinese-academy-of-sciences")}, {of(geo.ByFacility, "cas-icc-bangkok")}, {of(geo.ByInstitution, "gistda", "no-such", "chinese-academy-of-sciences",
			"gistda")},
		{of(geo.ByRole, geo.Host), of(geo.ByInstitution, "chinese-academy-of-sciences")}, {of(geo.ByInstitution, "gistda"), of(geo.ByFacility, "cas-icc-bangkok")},
		{of(geo.ByInstitution, "no-such")}, {of(geo.ByCountry, "LAO")}, {of(geo.ByInstitution, "", "gistda")},
	} {
		filtered := list(geo.Query{Filter: geo.Query{Collection: geo.Partnerships, Lists: lists}.Where()})
		if got := list(geo.Query{Lists: lists}); !slices.Equal(got, filtered) {
			t.Errorf("%v: %d partnerships, a filter finds %d", lists, len(got), len(filtered))
		}
	}
	if all := list(geo.Query{}); len(all) != 403 {
		t.Errorf("%d partnerships", len(all))
	}
}
