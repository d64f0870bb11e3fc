package postgis_test

import (
	"testing"

	"innoatlas/geo"
	"innoatlas/geo/postgis"
	"innoatlas/geo/postgis/postgistest"
)

// Terms are kept with the data, and read with it. What an import does not state stays; a
// licence and its address are replaced together; each change is a new revision.
func TestImportOfTerms(t *testing.T) {
	t.Parallel()
	url := postgistest.Migrated(t)
	store, conn := open(t, url), connect(t, url)
	all := geo.Terms{Licence: "CC BY 4.0", LicenceURL: "https://creativecommons.org/licenses/by/4.0/", Attribution: "Office A"}
	before := ""
	for _, step := range []struct {
		name        string
		terms       geo.Terms
		outlines    bool
		want        geo.Terms
		ownOutlines bool
		same        bool // revision
	}{
		{"none", geo.Terms{}, false, geo.Terms{}, false, false},
		{"all", all, false, all, false, false},
		{"again", all, false, all, false, true},
		{"none is stated", geo.Terms{}, false, all, false, true},
		{"outlines", geo.Terms{}, true, all, true, false},
		{"others' outlines", geo.Terms{}, false, all, true, true},
		{"another licence", geo.Terms{Licence: "CC0"}, false, geo.Terms{Licence: "CC0", Attribution: "Office A"}, true, false},
		{"an address alone", geo.Terms{LicenceURL: "https://example.org"}, false, geo.Terms{LicenceURL: "https://example.org", Attribution: "Office A"}, true, false},
		{"another office", geo.Terms{Attribution: "Office B"}, false, geo.Terms{LicenceURL: "https://example.org", Attribution: "Office B"}, true, false},
	} {
		t.Run(step.name, func(t *testing.T) {
			ds := small()
			ds.Terms, ds.OwnOutlines = step.terms, step.outlines
			if _, err := store.Import(t.Context(), ds); err != nil {
				t.Fatal(err)
			}
			catalog, err := store.Catalog(t.Context())
			if err != nil || catalog.DataTerms != step.want || catalog.OwnOutlines != step.ownOutlines {
				t.Errorf("the catalog has %+v, own outlines %v, %v", catalog.DataTerms, catalog.OwnOutlines, err)
			}
			if read := content(t, store); read.Terms != step.want || read.OwnOutlines != step.ownOutlines {
				t.Errorf("the data set has %+v, own outlines %v", read.Terms, read.OwnOutlines)
			}
			if now := revision(t, store); (now == before) != step.same {
				t.Errorf("the revision is %s, and was %s", now, before)
			}
			before = revision(t, store)
		})
	}
	execute(t, conn, `UPDATE dataset SET attribution = 'by hand'`)
	if now := revision(t, store); now == before {
		t.Error("a change by hand is no new revision")
	}
}

// A database from before states no terms, and an import gives it some.
func TestTermsOfADatabaseFromBefore(t *testing.T) {
	t.Parallel()
	url := migratedTo(t, 11)
	if _, _, err := postgis.Migrate(t.Context(), url); err != nil {
		t.Fatal(err)
	}
	store := open(t, url)
	if read := content(t, store); read.Terms != (geo.Terms{}) || read.OwnOutlines {
		t.Errorf("it has %+v", read.Terms)
	}
	ds := small()
	ds.Terms.Attribution = "Office"
	if _, err := store.Import(t.Context(), ds); err != nil {
		t.Fatal(err)
	}
	if read := content(t, store); read.Terms.Attribution != "Office" {
		t.Errorf("it has %+v", read.Terms)
	}
}

// Signs and types of kinds are kept with them. What an import does not say of them stays,
// and a change of them is a new revision.
func TestImportOfSigns(t *testing.T) {
	t.Parallel()
	store := open(t, postgistest.Migrated(t))
	star, cross := geo.Sign{Shape: "star", Colour: 8}, geo.Sign{Shape: "cross", Colour: 2}
	before := ""
	for _, step := range []struct {
		name        string
		given, want geo.Term
		same        bool // revision
	}{
		{"none", geo.Term{}, geo.Term{}, false},
		{"both", geo.Term{Sign: star, SchemaType: "Museum"}, geo.Term{Sign: star, SchemaType: "Museum"}, false},
		{"none is stated", geo.Term{}, geo.Term{Sign: star, SchemaType: "Museum"}, true},
		{"another sign", geo.Term{Sign: cross}, geo.Term{Sign: cross, SchemaType: "Museum"}, false},
	} {
		ds := small()
		ds.Kinds[0].Sign, ds.Kinds[0].SchemaType = step.given.Sign, step.given.SchemaType
		if _, err := store.Import(t.Context(), ds); err != nil {
			t.Fatal(err)
		}
		catalog, err := store.Catalog(t.Context())
		if err != nil || catalog.Kinds[0].Sign != step.want.Sign || catalog.Kinds[0].SchemaType != step.want.SchemaType {
			t.Errorf("%s: the catalog has %+v, %v", step.name, catalog.Kinds, err)
		}
		if now := revision(t, store); (now == before) != step.same {
			t.Errorf("%s: the revision is %s, and was %s", step.name, now, before)
		}
		before = revision(t, store)
	}
}
