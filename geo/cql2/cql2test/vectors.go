// Package cql2test reads the official predicates of CQL2 for the tests of whatever
// evaluates filters.
package cql2test

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
)

// errata are the official counts that the official data do not have.
var errata = map[string]int{
	"ACCENTI(name) LIKE accenti('Ch%')":                 3,
	"ACCENTI(CASEI(name)) LIKE accenti(casei('Chiș%'))": 1,
	"ACCENTI(CASEI(name)) LIKE accenti(casei('cHis%'))": 1,
}

// Vector is a predicate of the abstract tests of CQL2 (OGC 21-065r2, annex A) and how
// many records of the layer it keeps.
type Vector struct {
	Layer, Filter string
	Count         int
}

// UnmarshalJSON reads an array of layer, filter in CQL2 text, and count.
func (v *Vector) UnmarshalJSON(data []byte) error {
	return json.Unmarshal(data, &[]any{&v.Layer, &v.Filter, &v.Count})
}

// Layers are those of the GeoPackage that the vectors are about.
var Layers = []string{"ne_110m_admin_0_countries", "ne_110m_populated_places_simple", "ne_110m_rivers_lake_centerlines"}

// Vectors gives the predicates by requirement class, their errata corrected, and the
// path of the GeoPackage. They lie beside the project, since their licence does not
// let them be distributed; where they do not, the test is skipped. root is the folder
// of the project as the test sees it.
func Vectors(t *testing.T, root string) (classes map[string][]Vector, geoPackage string) {
	t.Helper()
	folder := filepath.Join(root, "..", "shared", "ogc-cql2")
	data, err := os.ReadFile(filepath.Join(folder, "vectors.json"))
	if errors.Is(err, fs.ErrNotExist) {
		t.Skip("the test data of CQL2 do not lie beside the project; they may not be distributed")
	}
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(data, &classes); err != nil {
		t.Fatal(err)
	}
	for _, vectors := range classes {
		for i := range vectors {
			if n, ok := errata[vectors[i].Filter]; ok {
				vectors[i].Count = n
			}
		}
	}
	return classes, filepath.Join(folder, "ne110m4cql2.gpkg")
}

// WKB cuts the header off a geometry of a GeoPackage (OGC 12-128r18, 2.1.3).
func WKB(blob []byte) []byte {
	envelope := []int{0, 32, 48, 48, 64}[blob[3]>>1&7] // bytes of it, by the flags
	return blob[8+envelope:]
}
