package cql2_test

import (
	"strings"
	"testing"

	"innoatlas/geo/cql2"
)

// A geometry that Simple Features does not allow is refused in words that say what to
// change.
func TestInvalidGeometries(t *testing.T) {
	for geometry, want := range map[string]string{
		"POLYGON((0 0,2 2,2 0,0 2,0 0))": "a ring crosses or touches itself",
		"POLYGON((0 0,0 0,0 0,0 0))":     "two different positions",
		"LINESTRING(1 1,1 1)":            "two different positions",
		"POLYGON((0 0,9 0,9 9,0 9,0 0),(1 1,5 1,5 5,1 5,1 1),(2 2,3 2,3 3,2 3,2 2))": "within another",
		"POLYGON((0 0,2 0,2 2,0 2,0 0),(5 5,6 5,6 6,5 6,5 5))":                       "outside of its polygon",
		"POLYGON((0 0,4 0,4 4,0 4,0 0),(2 0,3 1,2 2,1 1,2 0),(2 2,3 3,2 4,1 3,2 2))": "write a MULTIPOLYGON",
		"POLYGON((0 0,4 0,4 4,0 4,0 0),(1 1,5 1,5 3,1 3,1 1))":                       "crosses a ring",
		"MULTIPOLYGON(((0 0,2 0,2 2,0 2,0 0)),((1 0,3 0,3 2,1 2,1 0)))":              "two polygons overlap",
		"MULTIPOLYGON(((0 0,2 0,2 2,0 2,0 0)),((2 0,3 0,3 2,2 2,2 0)))":              "two polygons overlap or share an edge",
		"GEOMETRYCOLLECTION(POINT(1 1),POLYGON((0 0,2 2,2 0,0 2,0 0)))":              "a ring crosses or touches itself",
	} {
		_, err := cql2.Bind(parsed(t, "S_INTERSECTS(geometry,"+geometry+")"), schema)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", geometry, err, want)
		}
	}
}
