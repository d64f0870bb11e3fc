package storetest

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/paulmach/orb"

	"innoatlas/geo"
	"innoatlas/geo/cql2"
)

// Keeper is a store whose records can be changed.
type Keeper interface {
	geo.Store
	geo.Editor
}

// RunEditor tests the editor that open fills with a data set.
func RunEditor(t *testing.T, open func(t *testing.T, ds *geo.Dataset) Keeper) {
	for name, test := range map[string]func(edits, *testing.T){
		"values are set, taken away and left": edits.testValues,
		"fields of one's own":                 edits.testOwn,
		"a new record":                        edits.testNew,
		"records of other collections":        edits.testRecords,
		"one version has one winner":          edits.testWinners,
		"all or nothing":                      edits.testAllOrNothing,
		"deleted, restored, renamed, merged":  edits.testNames,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(edits{open(t, Fixture())}, t)
		})
	}
}

// edits is an editor under test.
type edits struct{ Keeper }

var editing = geo.By{Author: "Somsri", Source: "a test", Reason: "it was wrong"}

func (e edits) apply(t *testing.T, edits ...geo.Edit) geo.Summary {
	t.Helper()
	done, err := e.Apply(t.Context(), editing, slices.Values(edits))
	if err != nil {
		t.Fatal(err)
	}
	return done
}

func (e edits) get(t *testing.T, c *geo.Collection, slug string) geo.Feature {
	t.Helper()
	catalog, err := e.Catalog(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	f, err := e.Get(t.Context(), geo.FindCollection(catalog.Collections, c.ID), geo.Ref{Slug: slug})
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func (e edits) version(t *testing.T, slug string) int {
	t.Helper()
	version, err := e.Version(t.Context(), geo.Facilities, slug)
	if err != nil {
		t.Fatal(err)
	}
	return version
}

// first is a record of the fixture that states much.
func (e edits) first(t *testing.T) *geo.Facility {
	t.Helper()
	ds := Fixture()
	for i := range ds.Facilities {
		if f := &ds.Facilities[i]; f.Position != nil && len(f.Sectors) > 0 && f.Established != 0 {
			return e.get(t, geo.Facilities, f.Slug).(*geo.Facility)
		}
	}
	t.Fatal("no record states enough")
	return nil
}

func edit(slug string, set map[string]cql2.Value) geo.Edit {
	return geo.Edit{Collection: geo.Facilities.ID, Slug: slug, Set: set}
}

func (e edits) testValues(t *testing.T) {
	before := e.first(t)
	version := e.version(t, before.Slug)
	done := e.apply(t, edit(before.Slug, map[string]cql2.Value{
		"name": cql2.TextOf("Another name"), "sectors": cql2.ListOf([]string{"food"}), "established": {}, "geometry": cql2.GeometryOf(orb.Point{1, 2}),
	}))
	after := e.get(t, geo.Facilities, before.Slug).(*geo.Facility)
	if done.Changed != 1 || after.Name != "Another name" || !slices.Equal(after.Sectors, []string{"food"}) || after.Established != 0 || *after.Position != (orb.Point{1, 2}) {
		t.Errorf("%+v: %+v", done, after)
	}
	if after.ID != before.ID || after.Summary != before.Summary || after.Country != before.Country || len(after.Sources) != len(before.Sources) {
		t.Errorf("what the edit says nothing of became %+v of %+v", after, before)
	}
	if got := e.version(t, before.Slug); got != version+1 {
		t.Errorf("version %d, want %d", got, version+1)
	}
	if done := e.apply(t, edit(before.Slug, map[string]cql2.Value{"name": cql2.TextOf("Another name")})); done.Unchanged != 1 || e.version(t, before.Slug) != version+1 {
		t.Errorf("the same once more: %+v", done)
	}
	e.apply(t, edit(before.Slug, map[string]cql2.Value{"geometry": {}, "precision": {}}))
}

func (e edits) testOwn(t *testing.T) {
	f := e.first(t)
	var own geo.Field
	for _, one := range Fixture().Fields[geo.Facilities.ID] {
		if one.Type == geo.Integer && !one.Private {
			own = one
		}
	}
	e.apply(t, edit(f.Slug, map[string]cql2.Value{own.Name: cql2.NumberOf(17)}))
	if v := e.get(t, geo.Facilities, f.Slug).Value(own.Name); v.Number != 17 {
		t.Errorf("%s is %v", own.Name, v)
	}
	e.apply(t, edit(f.Slug, map[string]cql2.Value{own.Name: {}}))
	if v := e.get(t, geo.Facilities, f.Slug).Value(own.Name); v.Type != cql2.Null {
		t.Errorf("%s is %v", own.Name, v)
	}
}

func (e edits) testNew(t *testing.T) {
	if _, err := e.Apply(t.Context(), editing, slices.Values([]geo.Edit{edit("a-new-one", map[string]cql2.Value{"name": cql2.TextOf("New")})})); err == nil {
		t.Error("a new record without a kind was taken")
	}
	done := e.apply(t, edit("a-new-one", map[string]cql2.Value{"name": cql2.TextOf("New"), "kind": cql2.TextOf("museum")}))
	f := e.get(t, geo.Facilities, "a-new-one").(*geo.Facility)
	if done.Added != 1 || f.ID == 0 || f.Status != "unknown" || e.version(t, "a-new-one") != 1 {
		t.Errorf("%+v: %+v", done, f)
	}
	q := geo.Query{Collection: geo.Facilities, Limit: 10, Filter: cql2.Compare{Op: "=", Left: cql2.Property("name"), Right: cql2.Literal{Value: cql2.TextOf("New")}}}
	if page, err := e.List(t.Context(), q); err != nil || page.Matched != 1 {
		t.Errorf("found %+v, %v", page, err)
	}
}

func (e edits) testRecords(t *testing.T) {
	r := Fixture().Records[geo.Institutions.ID][0]
	e.apply(t, geo.Edit{Collection: geo.Institutions.ID, Slug: r.Slug, Set: map[string]cql2.Value{"city": cql2.TextOf("Elsewhere")}})
	after := e.get(t, geo.Institutions, r.Slug)
	if after.Value("city").Text != "Elsewhere" || !after.Value("name").Equal(r.Value("name")) {
		t.Errorf("%+v", after)
	}
	for _, wrong := range []geo.Edit{
		{Collection: geo.Partnerships.ID, Slug: "x"}, {Collection: "no-such", Slug: "x"},
		{Collection: geo.Institutions.ID, Slug: r.Slug, Set: map[string]cql2.Value{"no_such": cql2.TextOf("x")}},
		{Collection: geo.Institutions.ID, Slug: r.Slug, Set: map[string]cql2.Value{"facilities": cql2.NumberOf(3)}},
		{Collection: geo.Institutions.ID, Slug: r.Slug, Set: map[string]cql2.Value{"city": cql2.NumberOf(3)}},
	} {
		if _, err := e.Apply(t.Context(), editing, slices.Values([]geo.Edit{wrong})); err == nil {
			t.Errorf("%+v was taken", wrong)
		}
	}
}

// testWinners has many write one record at once, each in the version that it has read.
func (e edits) testWinners(t *testing.T) {
	const writers, rounds = 8, 3
	slug := e.first(t).Slug
	start := e.version(t, slug)
	var won, refused atomic.Int64
	var group sync.WaitGroup
	for w := range writers {
		group.Go(func() {
			for round := 0; round < rounds; {
				one := edit(slug, map[string]cql2.Value{"summary": cql2.TextOf(fmt.Sprintf("writer %d, round %d", w, round))})
				var err error
				if one.IfVersion, err = e.Version(t.Context(), geo.Facilities, slug); err == nil {
					_, err = e.Apply(t.Context(), editing, slices.Values([]geo.Edit{one}))
				}
				var other *geo.VersionError
				switch {
				case err == nil:
					round++
					won.Add(1)
				case errors.As(err, &other), errors.Is(err, geo.ErrBusy):
					refused.Add(1)
				default:
					t.Error(err)
					return
				}
			}
		})
	}
	group.Wait()
	if got := e.version(t, slug); won.Load() != writers*rounds || got != start+writers*rounds {
		t.Errorf("%d won, %d were refused, and the version is %d, want %d", won.Load(), refused.Load(), got, start+writers*rounds)
	}
}

func (e edits) testAllOrNothing(t *testing.T) {
	f := e.first(t)
	version := e.version(t, f.Slug)
	for name, second := range map[string]geo.Edit{
		"another version":    {Collection: geo.Facilities.ID, Slug: f.Slug, IfVersion: version + 5, Delete: true},
		"one that is not":    {Collection: geo.Facilities.ID, Slug: "no-such", Delete: true},
		"an unknown kind":    edit("other", map[string]cql2.Value{"name": cql2.TextOf("x"), "kind": cql2.TextOf("no-such")}),
		"a version of a new": {Collection: geo.Facilities.ID, Slug: "other", IfVersion: 2, Set: map[string]cql2.Value{"name": cql2.TextOf("x"), "kind": cql2.TextOf("museum")}},
	} {
		first := edit(f.Slug, map[string]cql2.Value{"name": cql2.TextOf("Changed")})
		if _, err := e.Apply(t.Context(), editing, slices.Values([]geo.Edit{first, second})); err == nil {
			t.Errorf("%s was taken", name)
		}
		if got := e.get(t, geo.Facilities, f.Slug).(*geo.Facility); got.Name != f.Name || e.version(t, f.Slug) != version {
			t.Errorf("%s left %q", name, got.Name)
		}
	}
	stopped, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := e.Apply(stopped, editing, slices.Values([]geo.Edit{edit(f.Slug, map[string]cql2.Value{"name": cql2.TextOf("Changed")})})); err == nil {
		t.Error("a caller who has gone was served")
	}
}

func (e edits) testNames(t *testing.T) {
	ctx, f := t.Context(), e.first(t)
	must := func(_ geo.Summary, err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(e.Delete(ctx, editing, geo.Facilities, f.Slug))
	if _, err := e.Get(ctx, geo.Facilities, geo.Ref{Slug: f.Slug}); !errors.Is(err, geo.ErrNotFound) {
		t.Errorf("a deleted record: %v", err)
	}
	if _, err := e.Apply(ctx, editing, one(edit(f.Slug, map[string]cql2.Value{"name": cql2.TextOf("x"), "kind": cql2.TextOf("museum")}))); err == nil {
		t.Error("a deleted record came again by an edit")
	}
	must(e.Restore(ctx, editing, geo.Facilities, f.Slug))
	if got := e.get(t, geo.Facilities, f.Slug).(*geo.Facility); got.ID != f.ID || got.Name != f.Name || len(got.Sources) != len(f.Sources) {
		t.Errorf("restored %+v of %+v", got, f)
	}
	must(e.Rename(ctx, editing, geo.Facilities, f.Slug, "another-slug"))
	if got := e.get(t, geo.Facilities, "another-slug").(*geo.Facility); got.ID != f.ID {
		t.Errorf("renamed %+v", got)
	}
	must(e.Apply(ctx, editing, one(edit("to-be-merged", map[string]cql2.Value{
		"name": cql2.TextOf("Merged"), "kind": cql2.TextOf("museum"), "address": cql2.TextOf("A street")}))))
	must(e.Merge(ctx, editing, geo.Facilities, "to-be-merged", "another-slug"))
	if got := e.get(t, geo.Facilities, "another-slug").(*geo.Facility); got.Name != f.Name || !slices.Contains(got.FormerNames, "Merged") {
		t.Errorf("merged %+v", got)
	}
	for name, err := range map[string]error{
		"Delete": second(e.Delete(ctx, editing, geo.Facilities, "no-such")), "Restore": second(e.Restore(ctx, editing, geo.Facilities, "no-such")),
		"Rename": second(e.Rename(ctx, editing, geo.Facilities, "no-such", "x")), "Merge": second(e.Merge(ctx, editing, geo.Facilities, "no-such", "another-slug")),
		"Revert": second(e.Revert(ctx, editing, 1<<40)),
	} {
		if !errors.Is(err, geo.ErrNotFound) {
			t.Errorf("%s of what is not there: %v", name, err)
		}
	}
}

func one(e geo.Edit) iter.Seq[geo.Edit] { return slices.Values([]geo.Edit{e}) }

func second(_ geo.Summary, err error) error { return err }
