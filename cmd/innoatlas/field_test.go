package main

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"innoatlas/geo/postgis/postgistest"
)

// oneMoreField is what a property more of every facility takes: a field of the struct, a
// row of the table, and a column of the database.
func oneMoreField(t *testing.T) map[string][]byte {
	t.Helper()
	source := string(mustRead(t, "../../geo/facility.go"))
	for _, edit := range []struct{ behind, add string }{
		{"	Address     string\n", "	Motto string\n"},
		{"		text: func(f *Facility) *string { return &f.Address }},\n",
			`	{Name: "motto", Title: english("What it says of itself"), Type: Text, Most: maxName, Searched: true, ` +
				"text: func(f *Facility) *string { return &f.Motto }},\n"},
	} {
		before, after, found := strings.Cut(source, edit.behind)
		if !found {
			t.Fatalf("geo/facility.go has no %q", edit.behind)
		}
		source = before + edit.behind + edit.add + after
	}
	steps, err := filepath.Glob("../../migrations/*.sql")
	if err != nil {
		t.Fatal(err)
	}
	return map[string][]byte{
		"geo/facility.go": []byte(source),
		fmt.Sprintf("migrations/%04d_motto.sql", len(steps)+1): mustRead(t, "testdata/more/motto.sql"),
	}
}

// TestOneMoreField: a property more is at once in all that reads and writes records, on both
// stores. The data set has a field of its own besides.
func TestOneMoreField(t *testing.T) {
	if testing.Short() {
		t.Skip("builds the program")
	}
	t.Parallel()
	run := func(args []string) *exec.Cmd { return enlarged(t, args...) }
	t.Run("memory", func(t *testing.T) { testOneMoreField(t, startCommand(t, run, "--data", "testdata/more")) })
	t.Run("database", func(t *testing.T) {
		database := postgistest.Bare(t)
		for _, args := range [][]string{{"migrate"}, {"import", "testdata/more"}} {
			if out, err := run(append(args, "--database-url", database)).CombinedOutput(); err != nil {
				t.Fatalf("%v: %v\n%s", args, err, out)
			}
		}
		testOneMoreField(t, startCommand(t, run, "--database-url", database, "--reads", "database"))
	})
}

func testOneMoreField(t *testing.T, s *server) {
	for _, test := range []struct{ target, want string }{
		{"/collections/facilities/items/nanning-lab", `"motto":"Rice for all"`},
		{"/collections/facilities/items/nanning-lab", `"capacity":120`},
		{"/collections/facilities/items?f=json&filter=" + url.QueryEscape("motto LIKE 'Rice%' AND capacity>=100"), `"numberMatched":1`},
		{"/collections/facilities/items?f=json&motto=" + url.QueryEscape("先行"), `"slug":"bangkok-centre"`},
		{"/collections/facilities/items?f=json&q=" + url.QueryEscape("先行"), `"slug":"bangkok-centre"`},
		{"/collections/facilities/items?f=json&sortby=-motto&limit=1&properties=motto", `"properties":{"motto":"先行"}`},
		{"/collections/facilities/items?f=json&sortby=capacity&limit=1", `"slug":"vientiane-park"`},
		{"/collections/facilities/items?f=json&capacity=30,none", `"numberMatched":2`},
		{"/collections/facilities/facets", `"capacity":{"type":"term","property":"capacity","sortedBy":"value","buckets":[{"value":"30","count":1`},
		{"/collections/facilities/schema", `"motto":{`},
		{"/collections/facilities/schema?lang=zh", `"title":"容量"`},
		{"/collections/facilities/queryables", `"motto":{`},
		{"/collections/facilities/sortables", `"capacity":{`},
		{"/collections/facilities/feature-schema", `"motto":{`},
		{"/api", `"name":"motto"`},
		{"/facilities/nanning-lab?lang=zh", "容量"},
	} {
		if body := s.getIn(t, test.target, ""); !strings.Contains(body, test.want) {
			t.Errorf("%s lacks %s:\n%.600s", test.target, test.want, body)
		}
	}
	for _, file := range []string{"csv", "geojson", "geojsonl", "fgb", "gpkg", "parquet", "kml", "xlsx"} {
		data := unpacked(t, s.getIn(t, "/data/facilities."+file, ""))
		for _, want := range []string{"motto", "capacity", "Rice for all"} {
			if !strings.Contains(data, want) {
				t.Errorf("facilities.%s lacks %q", file, want)
			}
		}
	}
}

// unpacked are the parts of a workbook one after the other; of any other file itself.
func unpacked(t *testing.T, file string) string {
	t.Helper()
	parts, err := zip.NewReader(strings.NewReader(file), int64(len(file)))
	if err != nil {
		return file
	}
	var all bytes.Buffer
	for _, part := range parts.File {
		r, err := part.Open()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.Copy(&all, r); err != nil {
			t.Fatal(err)
		}
		r.Close()
	}
	return all.String()
}

func mustRead(t *testing.T, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return data
}
