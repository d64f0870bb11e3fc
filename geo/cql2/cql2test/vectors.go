// Package cql2test holds predicates of CQL2 with what they keep of some records, for the
// tests of whatever evaluates filters.
package cql2test

import (
	"embed"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
)

// Vector is a predicate and how many records of the layer it keeps.
type Vector struct {
	Layer, Filter string
	Count         int
}

// UnmarshalJSON reads an array of layer, filter in CQL2 text, and count.
func (v *Vector) UnmarshalJSON(data []byte) error {
	return json.Unmarshal(data, &[]any{&v.Layer, &v.Filter, &v.Count})
}

// A Suite is a set of vectors by requirement class, and the layers that they are about.
type Suite struct {
	Classes map[string][]Vector
	Layers  []Layer
}

//go:embed testdata
var testdata embed.FS

// Own is a suite of this project: a made-up country whose counts were worked out by
// neither of the evaluators that it tests.
func Own(t *testing.T) Suite {
	t.Helper()
	data, err := testdata.ReadFile("testdata/vectors.json")
	if err != nil {
		t.Fatal(err)
	}
	s := Suite{Classes: parse(t, data)}
	for _, name := range []string{"districts", "stations", "canals"} {
		s.Layers = append(s.Layers, readTable(t, name))
	}
	return s
}

// errata are the official counts that the official data do not have.
var errata = map[string]int{
	"ACCENTI(name) LIKE accenti('Ch%')":                 3,
	"ACCENTI(CASEI(name)) LIKE accenti(casei('Chiș%'))": 1,
	"ACCENTI(CASEI(name)) LIKE accenti(casei('cHis%'))": 1,
}

// Official are the abstract tests of CQL2 (OGC 21-065r2, annex A), their errata
// corrected. They lie beside the project, since their licence does not let them be
// distributed; where they do not, the test is skipped. root is the folder of the
// project as the test sees it.
func Official(t *testing.T, root string) Suite {
	t.Helper()
	folder := filepath.Join(root, "..", "shared", "ogc-cql2")
	data, err := os.ReadFile(filepath.Join(folder, "vectors.json"))
	if errors.Is(err, fs.ErrNotExist) {
		t.Skip("the official test data of CQL2 do not lie beside the project; they may not be distributed")
	}
	if err != nil {
		t.Fatal(err)
	}
	s := Suite{Classes: parse(t, data)}
	for _, vectors := range s.Classes {
		for i := range vectors {
			if n, ok := errata[vectors[i].Filter]; ok {
				vectors[i].Count = n
			}
		}
	}
	s.Layers = readGeoPackage(t, filepath.Join(folder, "ne110m4cql2.gpkg"),
		"ne_110m_admin_0_countries", "ne_110m_populated_places_simple", "ne_110m_rivers_lake_centerlines")
	return s
}

func parse(t *testing.T, data []byte) (classes map[string][]Vector) {
	t.Helper()
	if err := json.Unmarshal(data, &classes); err != nil {
		t.Fatal(err)
	}
	return classes
}
