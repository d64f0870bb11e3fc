package postgis_test

import (
	"context"
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/paulmach/orb"

	"innoatlas/geo"
	"innoatlas/geo/cql2"
	"innoatlas/geo/postgis"
	"innoatlas/geo/postgis/postgistest"
	"innoatlas/geo/storetest"
)

// small is a data set of two records that each test changes in its own way.
func small() *geo.Dataset {
	thailand, _ := geo.CountryByCode("THA")
	ds := &geo.Dataset{
		Kinds:   []geo.Term{{ID: "lab", Labels: geo.Labels{"en": "Laboratory"}}},
		Sectors: []geo.Term{{ID: "food", Labels: geo.Labels{"en": "Food"}}, {ID: "energy", Labels: geo.Labels{"en": "Energy"}}},
		Facilities: []geo.Facility{
			{ID: 7, Slug: "first", Kind: "lab", Name: "First", Country: "THA", Position: &orb.Point{100.5, 13.75}, Sectors: []string{"food"},
				Sources: []geo.Source{{Title: "One"}, {Title: "Two", URL: "https://example.org", Date: "2021", Supports: "the year"}}},
			{ID: 3, Slug: "second", Kind: "lab", Name: "Second", Status: "operating", Sources: []geo.Source{}},
		},
		Countries: []geo.Country{thailand},
		Figures:   []geo.Figure{{Country: "THA", Indicator: "centres", Value: 4, Year: 2021}},
		OwnKinds:  true, OwnSectors: true, OwnOutlines: true,
		OwnIDs: true,
	}
	storetest.Date(ds)
	return ds
}

// whole is a data set that says of its facilities what they do not state too: it empties that.
func whole(ds *geo.Dataset) *geo.Dataset {
	ds.Rows = map[string][]geo.Row{}
	for i := range ds.Facilities {
		row := geo.Row{Line: i + 2}
		for _, f := range geo.Facilities.Fields {
			if f.Value(&ds.Facilities[i]).Type == cql2.Null {
				row.Clear = append(row.Clear, f.Name)
			}
		}
		if ds.Facilities[i].Position == nil {
			row.Clear = append(row.Clear, "position")
		}
		ds.Rows[geo.Facilities.ID] = append(ds.Rows[geo.Facilities.ID], row)
	}
	ds.Versioned = map[string]bool{geo.Facilities.ID: true}
	return ds
}

func importInto(t *testing.T, store *postgis.Store, ds *geo.Dataset, want postgis.Summary) {
	t.Helper()
	got, err := store.Import(t.Context(), ds)
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("Import = %+v, want %+v", got, want)
	}
}

// content is what the store holds, without its revision, which each import makes anew.
func content(t *testing.T, store *postgis.Store) *geo.Dataset {
	t.Helper()
	ds, err := store.Dataset(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	ds.Revision = ""
	return ds
}

func revision(t *testing.T, store *postgis.Store) string {
	t.Helper()
	r, err := store.Revision(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// TestImportLeavesTheDataSet: what an import works out of links and names is the database's; the data set
// is that of the caller, who may give it to others at the same time.
func TestImportLeavesTheDataSet(t *testing.T) {
	t.Parallel()
	made := func() *geo.Dataset {
		ds := small()
		ds.Facilities[0].Partners = []string{"Academy (THA)"}
		academy := geo.Institutions.NewRecord("academy")
		geo.Institutions.Field("name").Set(academy, cql2.TextOf("Academy"))
		geo.Institutions.Field("country").Set(academy, cql2.TextOf("THA"))
		ds.Records = map[string][]geo.Record{geo.Institutions.ID: {*academy}}
		return ds
	}
	ds := made()
	store := fill(t, ds)
	if diff := cmp.Diff(made(), ds, cmp.AllowUnexported(geo.Own{})); diff != "" {
		t.Errorf("(-before +after)\n%s", diff)
	}
	for _, f := range content(t, store).Facilities {
		if f.Slug == ds.Facilities[0].Slug && !(slices.Equal(f.Institutions, []string{"academy"}) && slices.Contains(f.TakesPart, "THA")) {
			t.Errorf("%s has %q and %q in the database", f.Slug, f.Institutions, f.TakesPart)
		}
	}
}

func TestImportSummary(t *testing.T) {
	t.Parallel()
	store := fill(t, small())
	before := revision(t, store)

	importInto(t, store, small(), postgis.Summary{Unchanged: 2})
	if after := revision(t, store); after != before {
		t.Errorf("revision %s after an import that changed nothing, want %s", after, before)
	}

	ds := small()
	ds.Facilities[1].Status = "closed"
	ds.Facilities = append(ds.Facilities, geo.Facility{ID: 9, Slug: "third", Kind: "lab", Name: "Third"})
	importInto(t, store, ds, postgis.Summary{Added: 1, Changed: 1, Unchanged: 1})
	if after := revision(t, store); after == before {
		t.Error("the revision stayed where records were changed")
	}
	importInto(t, store, ds, postgis.Summary{Unchanged: 3})
}

// Each field of a record, a term, a country and a figure is written, compared and
// read back.
func TestImportSeesEveryChange(t *testing.T) {
	t.Parallel()
	store := fill(t, small())
	changes := []struct {
		name   string
		change func(*geo.Dataset)
		want   postgis.Summary
	}{
		{"a text", func(ds *geo.Dataset) { ds.Facilities[0].NameZh = "实验室" }, postgis.Summary{Changed: 1, Unchanged: 1}},
		{"a position", func(ds *geo.Dataset) { ds.Facilities[1].Position = &orb.Point{-180, 90} }, postgis.Summary{Changed: 1, Unchanged: 1}},
		{"no position", func(ds *geo.Dataset) { ds.Facilities[0].Position = nil }, postgis.Summary{Changed: 1, Unchanged: 1}},
		{"the order of sectors", func(ds *geo.Dataset) { ds.Facilities[0].Sectors = []string{"energy", "food"} }, postgis.Summary{Changed: 1, Unchanged: 1}},
		{"no sectors", func(ds *geo.Dataset) { ds.Facilities[0].Sectors = nil }, postgis.Summary{Changed: 1, Unchanged: 1}},
		{"a year", func(ds *geo.Dataset) { ds.Facilities[1].Established = 1999 }, postgis.Summary{Changed: 1, Unchanged: 1}},
		{"a further source", func(ds *geo.Dataset) { ds.Facilities[1].Sources = []geo.Source{{URL: "https://example.com"}} }, postgis.Summary{Changed: 1, Unchanged: 1}},
		{"the order of further sources", func(ds *geo.Dataset) { slices.Reverse(ds.Facilities[0].Sources) }, postgis.Summary{Changed: 1, Unchanged: 1}},
		{"fewer further sources", func(ds *geo.Dataset) { ds.Facilities[0].Sources = ds.Facilities[0].Sources[:1] }, postgis.Summary{Changed: 1, Unchanged: 1}},
		{"a label", func(ds *geo.Dataset) { ds.Kinds[0].Labels["en"] = "Another" }, postgis.Summary{Unchanged: 2}},
		{"the order of a vocabulary", func(ds *geo.Dataset) { slices.Reverse(ds.Sectors) }, postgis.Summary{Unchanged: 2}},
		{"a country's name", func(ds *geo.Dataset) { ds.Countries[0].Names["zh"] = "泰王国" }, postgis.Summary{Unchanged: 2}},
		{"a figure's value", func(ds *geo.Dataset) { ds.Figures[0].Value = 5.25 }, postgis.Summary{Unchanged: 2}},
		{"an outline", func(ds *geo.Dataset) {
			ds.Countries[0].Outline = orb.MultiPolygon{{{{97, 5}, {106, 5}, {106, 21}, {97, 5}}}}
		}, postgis.Summary{Unchanged: 2}},
	}
	for _, c := range changes {
		t.Run(c.name, func(t *testing.T) {
			if _, err := store.Import(t.Context(), whole(small())); err != nil {
				t.Fatal(err)
			}
			before := revision(t, store)
			ds := small()
			c.change(ds)
			importInto(t, store, whole(ds), c.want)
			if revision(t, store) == before {
				t.Error("the revision stayed")
			}
			slices.SortFunc(ds.Facilities, func(a, b geo.Facility) int { return int(a.ID - b.ID) })
			ds.Relate()
			for i := range ds.Facilities {
				ds.Facilities[i].Complete() // as an import does where rows say what they empty
			}
			ignored := cmp.Options{cmpopts.EquateEmpty(), cmpopts.IgnoreUnexported(geo.Field{}), cmpopts.IgnoreFields(geo.Dataset{}, "Rows", "Versioned"),
				cmpopts.IgnoreFields(geo.Facility{}, "Updated", "Version")}
			if d := cmp.Diff(ds, content(t, store), ignored); d != "" {
				t.Errorf("stored (-want +got):\n%s", d)
			}
		})
	}
}

func TestDatasetGivesBackWhatWasImported(t *testing.T) {
	t.Parallel()
	want := storetest.Generated(200)
	got := content(t, fill(t, want))
	want.Revision, want.OwnIDs = "", true
	slices.SortFunc(want.Facilities, func(a, b geo.Facility) int { return int(a.ID - b.ID) })
	slices.SortFunc(want.Countries, func(a, b geo.Country) int { return int(a.ID - b.ID) })
	for _, records := range want.Records {
		slices.SortFunc(records, func(a, b geo.Record) int { return int(a.ID - b.ID) })
	}
	want.Relate() // puts the links in the order of the facilities
	if d := cmp.Diff(want, got, cmpopts.EquateEmpty(), cmpopts.IgnoreUnexported(geo.Field{})); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}

func TestImportIsAllOrNothing(t *testing.T) {
	t.Parallel()
	store := fill(t, small())
	before, revisionBefore := content(t, store), revision(t, store)
	bad := []struct {
		name   string
		change func(*geo.Dataset)
	}{
		{"an unknown country in the last row", func(ds *geo.Dataset) { ds.Facilities[1].Country = "LAO" }},
		{"an unknown sector", func(ds *geo.Dataset) { ds.Facilities[1].Sectors = []string{"magic"} }},
		{"one slug twice", func(ds *geo.Dataset) { ds.Facilities[1].Slug = "first" }},
		{"a slug that reads as an id", func(ds *geo.Dataset) { ds.Facilities[1].Slug = "42" }},
		{"a latitude past the pole", func(ds *geo.Dataset) { ds.Facilities[1].Position = &orb.Point{0, 91} }},
		{"a figure of an unknown country", func(ds *geo.Dataset) { ds.Figures[0].Country = "LAO" }},
	}
	for _, c := range bad {
		t.Run(c.name, func(t *testing.T) {
			ds := small()
			ds.Facilities[0].Name = "Changed"
			ds.Kinds[0].Labels["en"] = "Changed"
			c.change(ds)
			if _, err := store.Import(t.Context(), ds); err == nil {
				t.Fatal("Import took it")
			}
			if d := cmp.Diff(before, content(t, store), cmpopts.IgnoreUnexported(geo.Field{})); d != "" {
				t.Errorf("it left something behind (-before +after):\n%s", d)
			}
			if after := revision(t, store); after != revisionBefore {
				t.Errorf("revision %s, want %s", after, revisionBefore)
			}
		})
	}
}

// An import that is broken off leaves nothing, wherever it was.
func TestImportBrokenOff(t *testing.T) {
	t.Parallel()
	ds := storetest.Generated(3000)
	store := open(t, postgistest.Migrated(t))
	for _, after := range []time.Duration{0, 10, 30, 60, 100, 150, 200, 300, 400} {
		ctx, cancel := context.WithTimeout(t.Context(), after*time.Millisecond)
		_, err := store.Import(ctx, ds)
		cancel()
		if n := len(content(t, store).Facilities); err != nil && n != 0 {
			t.Fatalf("broken off after %d ms (%v) it left %d records", after, err, n)
		} else if err == nil && n != len(ds.Facilities) {
			t.Fatalf("it ended and left %d records, want %d", n, len(ds.Facilities))
		} else if err == nil {
			return // this machine is faster than that
		} else if !errors.Is(err, context.DeadlineExceeded) && !errors.Is(err, postgis.ErrImportRunning) { // the server may still be ending the one before
			t.Fatalf("Import = %v, want %v", err, context.DeadlineExceeded)
		}
	}
}

func TestImportIDs(t *testing.T) {
	t.Parallel()
	type record struct {
		id   int64
		slug string
	}
	cases := []struct {
		name    string
		ownIDs  bool
		rows    []record
		want    map[string]int64
		message string
	}{
		{"a known slug keeps its id", true, []record{{100, "first"}}, map[string]int64{"first": 7}, ""},
		{"a new slug takes the id stated", true, []record{{100, "new"}}, map[string]int64{"new": 100}, ""},
		{"a new slug without an id", true, []record{{0, "new"}, {0, "newer"}}, map[string]int64{"new": 8, "newer": 9}, ""},
		{"beside a stated one", true, []record{{0, "new"}, {20, "newer"}}, map[string]int64{"new": 21, "newer": 20}, ""},
		{"an id of another slug", true, []record{{7, "new"}}, nil, "id 7 of new belongs to first"},
		{"the ids of two slugs changed round", true, []record{{3, "first"}, {7, "second"}}, nil, "id 3 of first belongs to second"},
		{"row numbers give way", false, []record{{1, "a"}, {2, "b"}, {3, "c"}, {4, "d"}}, map[string]int64{"a": 1, "b": 2, "c": 8, "d": 4}, ""},
		{"row numbers of known slugs are nothing", false, []record{{1, "second"}, {2, "first"}}, map[string]int64{"first": 7, "second": 3}, ""},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			store := fill(t, small())
			ds := small()
			ds.OwnIDs, ds.Facilities = c.ownIDs, nil
			for _, r := range c.rows {
				ds.Facilities = append(ds.Facilities, geo.Facility{ID: r.id, Slug: r.slug, Kind: "lab", Name: r.slug})
			}
			if _, err := store.Import(t.Context(), ds); err != nil || c.message != "" {
				if c.message == "" || err == nil || !strings.Contains(err.Error(), c.message) {
					t.Fatalf("Import = %v, want %q", err, c.message)
				}
				return
			}
			for slug, id := range c.want {
				f, err := store.Get(t.Context(), geo.Facilities, geo.Ref{Slug: slug})
				if err != nil {
					t.Fatal(err)
				}
				if got, _ := f.Ref(); got != id {
					t.Errorf("%s has the id %d, want %d", slug, got, id)
				}
			}
		})
	}
}

func TestImportOfTermsTakenFromRows(t *testing.T) {
	t.Parallel()
	store := open(t, postgistest.Migrated(t))
	ds := small()
	ds.OwnKinds, ds.OwnSectors = false, false
	importInto(t, store, ds, postgis.Summary{Added: 2}) // into an empty database

	ds.Kinds = append(ds.Kinds, geo.Term{ID: "castle"}, geo.Term{ID: "moat"})
	_, err := store.Import(t.Context(), ds)
	if err == nil || !strings.Contains(err.Error(), "kind castle, moat: not in this database, which has lab") {
		t.Errorf("Import of unknown kinds = %v", err)
	}

	ds = small()
	ds.OwnKinds, ds.OwnSectors = false, false
	ds.Kinds[0].Labels = geo.Labels{"en": "lab"}
	importInto(t, store, ds, postgis.Summary{Unchanged: 2})
	if got := content(t, store).Kinds[0].Labels["en"]; got != "Laboratory" {
		t.Errorf("the label became %q; one taken from rows must not replace it", got)
	}
}

// Terms and outlines that a data set brings replace those of the database, one
// vocabulary without the other; what was filled in does not.
func TestImportOfWhatIsBrought(t *testing.T) {
	t.Parallel()
	triangle := orb.MultiPolygon{{{{97, 5}, {106, 5}, {106, 21}, {97, 5}}}}
	square := orb.MultiPolygon{{{{97, 5}, {106, 5}, {106, 21}, {97, 21}, {97, 5}}}}
	ds := small()
	ds.Countries[0].Outline = triangle
	store := fill(t, ds)

	part := small()
	part.OwnSectors, part.OwnOutlines = false, false
	part.Kinds = append(part.Kinds, geo.Term{ID: "castle"})
	part.Sectors[0].Labels = geo.Labels{"en": "filled in"}
	part.Countries[0].Outline = square
	importInto(t, store, part, postgis.Summary{Unchanged: 2})
	got := content(t, store)
	if geo.FindTerm(got.Kinds, "castle") == nil {
		t.Error("a kind that was brought alone is not there")
	}
	if got.Sectors[0].Labels["en"] == "filled in" {
		t.Error("a label taken from rows replaced one of the database")
	}
	if !orb.Equal(got.Countries[0].Outline, triangle) {
		t.Error("an outline that was filled in replaced that of the database")
	}
	part.OwnOutlines = true
	importInto(t, store, part, postgis.Summary{Unchanged: 2})
	if !orb.Equal(content(t, store).Countries[0].Outline, square) {
		t.Error("an outline that was brought did not replace that of the database")
	}
}

func TestImportKeepsWhatItDoesNotName(t *testing.T) {
	t.Parallel()
	ds := small()
	ds.Countries[0].Outline = orb.MultiPolygon{{{{97, 5}, {106, 5}, {106, 21}, {97, 5}}}}
	store := fill(t, ds)
	before := content(t, store)

	part := small()
	part.Facilities, part.Figures, part.Sectors = part.Facilities[:1], nil, nil
	part.Facilities[0].Sources = nil // in no record: the data set does not speak of them
	importInto(t, store, part, postgis.Summary{Unchanged: 1})
	if d := cmp.Diff(before, content(t, store), cmpopts.IgnoreUnexported(geo.Field{})); d != "" {
		t.Errorf("(-before +after):\n%s", d)
	}
}

// Further sources are replaced of the records for which there are some, or expressly
// none, and of no others.
func TestImportReplacesTheSourcesThatItNames(t *testing.T) {
	t.Parallel()
	one, other := geo.Source{Title: "One"}, geo.Source{URL: "https://example.org/other"}
	all := small()
	all.Facilities[1].Sources = []geo.Source{one, other}
	first := all.Facilities[0].Sources
	cases := []struct {
		name          string
		first, second []geo.Source
		want          [2][]geo.Source
	}{
		{"one of two", []geo.Source{other}, nil, [2][]geo.Source{{other}, {one, other}}},
		{"the other", nil, []geo.Source{one}, [2][]geo.Source{first, {one}}},
		{"none is named", nil, nil, [2][]geo.Source{first, {one, other}}},
		{"one has none", []geo.Source{}, nil, [2][]geo.Source{nil, {one, other}}},
		{"both", []geo.Source{one}, []geo.Source{}, [2][]geo.Source{{one}, nil}},
	}
	store := fill(t, all)
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if _, err := store.Import(t.Context(), all); err != nil {
				t.Fatal(err)
			}
			ds := small()
			ds.Facilities[0].Sources, ds.Facilities[1].Sources = c.first, c.second
			if _, err := store.Import(t.Context(), ds); err != nil {
				t.Fatal(err)
			}
			got := map[string][]geo.Source{}
			for _, f := range content(t, store).Facilities {
				got[f.Slug] = f.Sources
			}
			if d := cmp.Diff(map[string][]geo.Source{"first": c.want[0], "second": c.want[1]}, got, cmpopts.EquateEmpty(), cmpopts.IgnoreUnexported(geo.Field{})); d != "" {
				t.Errorf("(-want +got):\n%s", d)
			}
		})
	}
}

func TestSecondImportAtOnceIsRefused(t *testing.T) {
	t.Parallel()
	url := postgistest.Migrated(t)
	store, first := open(t, url), connect(t, url)
	execute(t, first, `SELECT pg_advisory_lock($1)`, postgis.ImportLock)
	if _, err := store.Import(t.Context(), small()); !errors.Is(err, postgis.ErrImportRunning) {
		t.Fatalf("Import = %v, want %v", err, postgis.ErrImportRunning)
	}
	execute(t, first, `SELECT pg_advisory_unlock($1)`, postgis.ImportLock)
	importInto(t, store, small(), postgis.Summary{Added: 2})
}

// The importer's own store answers with the new data at once, catalog included.
func TestReadAfterImport(t *testing.T) {
	t.Parallel()
	store := fill(t, small())
	for n := range 20 {
		ds := small()
		ds.Sectors = append(ds.Sectors, geo.Term{ID: "s-" + string(rune('a'+n))})
		if _, err := store.Import(t.Context(), ds); err != nil {
			t.Fatal(err)
		}
		catalog, err := store.Catalog(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if len(catalog.Sectors) != 3+n || catalog.Revision != revision(t, store) {
			t.Fatalf("after import %d the catalog has %d sectors and the revision %s", n+1, len(catalog.Sectors), catalog.Revision)
		}
	}
}
