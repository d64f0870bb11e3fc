package memory_test

import (
	"slices"
	"testing"

	"innoatlas/geo"
	"innoatlas/geo/cql2"
	"innoatlas/geo/dataset"
	"innoatlas/geo/memory"
	"innoatlas/geo/storetest"
)

// TestPairTexts: what is made once for each end is what each partnership says of itself.
func TestPairTexts(t *testing.T) {
	builtin, err := dataset.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	for _, ds := range []*geo.Dataset{builtin, storetest.Cooperation(300, 100, 500)} {
		texts := geo.NewPairTexts()
		for _, p := range ds.Partnerships() {
			if got, want := texts.Of(p), p.SearchText(); got != want {
				t.Fatalf("%s--%s: %q, want %q", p.Institution.Slug, p.Facility.Slug, got, want)
			}
		}
	}
}

// TestCountsOfPartnerships: what is counted by numbers is what counting them one by one gives.
func TestCountsOfPartnerships(t *testing.T) {
	ds := storetest.Cooperation(300, 100, 900)
	store := memory.New(ds)
	for _, lists := range [][]geo.List{
		nil,
		{{Dimension: geo.ByTakesPart, Values: []string{"CHN", "FJI"}}, {Dimension: geo.BySector, Values: []string{""}}},
		{{Dimension: geo.ByInstitution, Values: []string{"inst-1", "inst-2"}}},
	} {
		q := geo.Query{Collection: geo.Partnerships, Lists: lists}
		found, err := store.Facets(t.Context(), q)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range found.Facets {
			want := facilitiesBy(ds, q.WhereExcept(f.Dimension), q.Collection.Faceted(f.Dimension))
			for _, b := range f.Buckets {
				if b.Count != len(want[b.Value]) {
					t.Errorf("%v: %d of %s %q, want %d", lists, b.Count, f.Property, b.Value, len(want[b.Value]))
				}
			}
		}
		m, err := store.Matrix(t.Context(), q, geo.ByInstitutionCountry, geo.BySector)
		if err != nil {
			t.Fatal(err)
		}
		for i, row := range m.Rows {
			of := geo.List{Dimension: geo.ByInstitutionCountry, Values: []string{row.Value}}
			want := facilitiesBy(ds, geo.Query{Collection: q.Collection, Lists: append(slices.Clone(lists), of)}.Where(), q.Collection.Faceted(geo.BySector))
			for j, column := range m.Columns {
				if m.Counts[i][j] != len(want[column.Value]) {
					t.Errorf("%v: %d of %q and %q, want %d", lists, m.Counts[i][j], row.Value, column.Value, len(want[column.Value]))
				}
			}
		}
	}
}

// facilitiesBy are the facilities of the partnerships that match, by the values of a field.
func facilitiesBy(ds *geo.Dataset, where cql2.Expr, f *geo.Field) map[string]map[string]bool {
	by := map[string]map[string]bool{}
	for _, p := range ds.Partnerships() {
		if where != nil && cql2.Eval(where, p) != cql2.True {
			continue
		}
		v := f.Value(p)
		values := v.List
		if v.Type != cql2.List {
			values = []string{geo.TextOf(v)}
		}
		for _, value := range values {
			if by[value] == nil {
				by[value] = map[string]bool{}
			}
			by[value][p.Facility.Slug] = true
		}
	}
	return by
}

// TestOrderOfInstitutions: a kept order of names is that of the names.
func TestOrderOfInstitutions(t *testing.T) {
	ds := storetest.Cooperation(50, 700, 100)
	store := memory.New(ds)
	q := geo.Query{Collection: geo.Institutions, Sort: []geo.SortKey{{Property: "type", Descending: true}, {Property: geo.CollatedBy("zh")}}, Limit: geo.MaxLimit}
	var want []*geo.Record
	for i := range ds.Records[geo.Institutions.ID] {
		want = append(want, &ds.Records[geo.Institutions.ID][i])
	}
	geo.InOrder(q, want)
	found, err := store.List(t.Context(), q)
	if err != nil || len(found.Features) != len(want) {
		t.Fatal(len(found.Features), err)
	}
	for i, f := range found.Features {
		if id, _ := f.Ref(); id != want[i].ID {
			t.Fatalf("place %d has %d, want %d", i, id, want[i].ID)
		}
	}
	place := q.CursorAfter(want[200])
	q.After, q.Limit = &place, 1
	if found, err = store.List(t.Context(), q); err != nil || found.Features[0].(*geo.Record).ID != want[201].ID {
		t.Error("after a record stands another than next to it", err)
	}
}
