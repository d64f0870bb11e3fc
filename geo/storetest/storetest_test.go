package storetest

import (
	"reflect"
	"testing"

	"github.com/google/go-cmp/cmp"

	"innoatlas/geo"
)

// TestGenerated: the records are ones that a store may be given, and the same each time.
func TestGenerated(t *testing.T) {
	ds := Generated(500)
	if diff := cmp.Diff(Generated(500), ds); diff != "" {
		t.Fatalf("not the same twice:\n%s", diff)
	}
	ids, slugs := map[int64]bool{}, map[string]bool{}
	for _, f := range ds.Facilities {
		if ids[f.ID] || slugs[f.Slug] || f.ID <= 0 || geo.IsID(f.Slug) {
			t.Errorf("%d %q: the names are not unique, or the slug reads as an id", f.ID, f.Slug)
		}
		ids[f.ID], slugs[f.Slug] = true, true
		if f.Name == "" || f.Status == "" || geo.FindTerm(ds.Kinds, f.Kind) == nil {
			t.Errorf("%s: name %q, status %q, kind %q", f.Slug, f.Name, f.Status, f.Kind)
		}
		if p := f.Position; p != nil && geo.RoundPosition(*p) != *p {
			t.Errorf("%s: %v is not rounded", f.Slug, p)
		}
		if (f.Position == nil) != (f.Precision == "") {
			t.Errorf("%s: position %v with precision %q", f.Slug, f.Position, f.Precision)
		}
		for _, text := range []string{f.Name, f.NameZh, f.NameLocal, f.City, f.Summary, f.HostInstitution} {
			if !geo.ValidText(text) {
				t.Errorf("%s: %q cannot be kept", f.Slug, text)
			}
		}
	}
}

// TestNewQuery: queries that find nothing, or everything, tell two stores apart less.
func TestNewQuery(t *testing.T) {
	ds := Generated(500)
	ref := newReference(ds)
	const queries = 500
	var some int
	for seed := range uint64(queries) {
		q := NewQuery(ds, seed)
		again := NewQuery(ds, seed)
		if text := asText(q.Filter); text != asText(again.Filter) {
			t.Fatalf("seed %d: the filter is not the same twice: %s", seed, text)
		}
		rest := q
		rest.Filter, again.Filter, rest.Collection, again.Collection = nil, nil, nil, nil
		if rest.Of != nil && again.Of != nil && asText(rest.Of.Where()) == asText(again.Of.Where()) {
			rest.Of, again.Of = nil, nil
		}
		if !reflect.DeepEqual(rest, again) {
			t.Fatalf("seed %d: not the same twice", seed)
		}
		if n := len(ref.all(q)); n > 0 && n < len(ref.records[q.Collection.ID]) {
			some++
		}
	}
	if some < queries/2 {
		t.Errorf("%d of %d queries keep some records and leave out others, want half of them", some, queries)
	}
}

// TestCooperation: it is the same each time, and is as large as it is asked to be.
func TestCooperation(t *testing.T) {
	ds := Cooperation(300, 40, 500)
	if diff := cmp.Diff(Cooperation(300, 40, 500), ds); diff != "" {
		t.Fatalf("not the same twice:\n%s", diff)
	}
	plain := Generated(300)
	if n := len(ds.Records["institutions"]) - len(plain.Records["institutions"]); n != 40 {
		t.Errorf("%d more institutions, want 40", n)
	}
	if n := len(ds.Links) - len(plain.Links); n < 450 || n > 500 {
		t.Errorf("%d more links, want 500 but for those that are there twice", n)
	}
}
