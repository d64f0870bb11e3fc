package dataset

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"innoatlas/geo"
)

func withTerms(t *testing.T, terms string) string {
	t.Helper()
	folder := filepath.Dir(writeFile(t, "facilities.csv", "slug,kind,name\na,k,A\n"))
	if err := os.WriteFile(filepath.Join(folder, "terms.csv"), []byte(terms), 0o600); err != nil {
		t.Fatal(err)
	}
	return folder
}

// Terms are read from a folder and from GeoJSON, and come back from an export.
func TestTermsOfADataSet(t *testing.T) {
	want := geo.Terms{Licence: `Open; "free", 开放`, LicenceURL: "https://example.org/licence?a=b", Attribution: "Office of A <b>"}
	ds, warnings, err := Read(withTerms(t, "attribution,licence,licence_url\nOffice of A <b>,\"Open; \"\"free\"\", 开放\",https://example.org/licence?a=b\n"))
	if err != nil || ds.Terms != want {
		t.Fatalf("Read = %+v, %v, %v, want %+v", ds, warnings, err, want)
	}
	if got := export(t, ds, "a.geojson"); got.Terms != want {
		t.Errorf("an export has %+v", got.Terms)
	}
	after := `{"features":[{"type":"Feature","geometry":null,"properties":{"slug":"a","kind":"k","name":"A"}}],"licence":" CC0 ","attribution":null,"type":"FeatureCollection"}`
	if ds, _, err := Read(writeFile(t, "a.geojson", after)); err != nil || ds.Terms != (geo.Terms{Licence: "CC0"}) {
		t.Errorf("after the features: %v", err)
	}
	changed := *ds
	changed.Terms.Attribution += "."
	if revision(&changed) == ds.Revision {
		t.Error("the terms change, and the revision does not")
	}
	builtin, err := Builtin()
	if err != nil || builtin.Terms.Attribution == "" || builtin.Terms.LicenceURL == "" {
		t.Errorf("the built-in data set has the terms %+v, %v", builtin.Terms, err)
	}
	var file bytes.Buffer
	if err := WriteGeoJSON(&file, &geo.Dataset{Facilities: ds.Facilities}); err != nil || strings.Contains(file.String(), "licence") {
		t.Errorf("terms that nobody states: %s, %v", file.String(), err)
	}
}

func TestBadTerms(t *testing.T) {
	for file, want := range map[string]string{
		"licence\na\nb\n":                              "terms.csv, line 3: is one more",
		"licence\n":                                    "no rows",
		"licence_url\njavascript:alert(1)\n":           "terms.csv, line 2, licence_url",
		"licence\n\"two\nlines\"\n":                    "one line",
		"attribution\n" + "a\u202eb" + "\n":            "U+202E",
		"licence,licence\na,b\n":                       "must be there once",
		"attribution\n\xff\n":                          "UTF-8",
		"licence,attribution\r\"a\",\"b\"\r":           "carriage returns",
		"licence\n" + strings.Repeat("x", 3000) + "\n": "at most",
	} {
		if _, _, err := Read(withTerms(t, file)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", file, err, want)
		}
	}
	for members, want := range map[string]string{`"licence":7`: "licence = ", `"licence_url":"ftp://a"`: "licence_url", `"attribution":["a"]`: "attribution"} {
		file := `{"type":"FeatureCollection",` + members + `,"features":[{"type":"Feature","geometry":null,"properties":{"slug":"a","kind":"k","name":"A"}}]}`
		if _, _, err := Read(writeFile(t, "a.geojson", file)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", members, err, want)
		}
	}
}

// Kinds say how they are drawn and what schema.org calls them, or do not.
func TestSignsOfKinds(t *testing.T) {
	ds, err := Builtin()
	if err != nil {
		t.Fatal(err)
	}
	for id, want := range map[string]geo.Term{
		"joint-laboratory": {Sign: geo.Sign{Shape: "circle", Colour: 1}, SchemaType: "ResearchOrganization"}, "agricultural-park": {Sign: geo.Sign{Shape: "triangle", Colour: 3}},
	} {
		if got := geo.FindTerm(ds.Kinds, id); got.Sign != want.Sign || got.SchemaType != want.SchemaType {
			t.Errorf("%s is drawn as %q and is a %q", id, got.Sign, got.SchemaType)
		}
	}
	for kinds, want := range map[string]string{
		"id,label_en,sign\nlab,Laboratory,blob 1\n":                     `kinds.csv, line 2, sign = "blob 1": must be one of circle, square`,
		"id,label_en,sign\nlab,Laboratory,star 2\npark,Park,star 2\n":   `kinds.csv, line 3, sign = "star 2": is that of another kind`,
		"id,label_en,schema_type\nlab,Laboratory,research laboratory\n": `kinds.csv, line 2, schema_type = "research laboratory": must be a type of schema.org`,
	} {
		folder := filepath.Dir(writeFile(t, "facilities.csv", "slug,kind,name\na,lab,A\n"))
		if err := os.WriteFile(filepath.Join(folder, "kinds.csv"), []byte(kinds), 0o600); err != nil {
			t.Fatal(err)
		}
		_, _, err := Read(folder)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %s", kinds, err, want)
		}
	}
}
