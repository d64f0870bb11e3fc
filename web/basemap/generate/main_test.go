package main

import (
	"bytes"
	"encoding/binary"
	"slices"
	"testing"
)

// Two squares side by side that share one arc; a third away from them, across
// the antimeridian. Arcs are whole degrees.
const squares = `{
	"transform": {"scale": [1, 1], "translate": [0, 0]},
	"arcs": [
		[[10, 0], [0, 10]],
		[[10, 10], [-10, 0], [0, -10], [10, 0]],
		[[10, 10], [10, 0], [0, -10], [-10, 0]],
		[[178, -16], [-356, 0], [0, -2], [356, 0], [0, 2]]
	],
	"objects": {
		"countries": {"type": "GeometryCollection", "geometries": [
			{"type": "Polygon", "id": "764", "arcs": [[0, 1]]},
			{"type": "Polygon", "id": "418", "arcs": [[-1, 2]]},
			{"type": "Polygon", "id": "242", "arcs": [[3]]}
		]},
		"land": {"type": "GeometryCollection", "geometries": [
			{"type": "MultiPolygon", "arcs": [[[1, 2]], [[3]]]}
		]}
	}
}`

func TestConvert(t *testing.T) {
	file, err := convert([]byte(squares), 10, world)
	if err != nil {
		t.Fatal(err)
	}
	steps, land, borders := decode(t, file)
	if steps != 10 || len(land) != 2 {
		t.Fatalf("steps %d, %d rings; want 10 and 2", steps, len(land))
	}
	if want := []path{{{100, 0}, {100, 100}}}; !slices.EqualFunc(borders, want, slices.Equal) {
		t.Errorf("borders %v, want the one arc that two participants share", borders)
	}
	for _, p := range append(land, borders...) {
		for i := 1; i < len(p); i++ {
			if abs(p[i][0]-p[i-1][0]) > 180*steps {
				t.Errorf("%v to %v draws a line across the map", p[i-1], p[i])
			}
		}
	}
}

func TestConvertRefusesOtherFiles(t *testing.T) {
	for name, file := range map[string]string{"not JSON": `x`, "nothing in it": `{}`} {
		if _, err := convert([]byte(file), 10, world); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func TestConvertCutsToTheBox(t *testing.T) {
	file, err := convert([]byte(squares), 1, box{5, -5, 15, 12})
	if err != nil {
		t.Fatal(err)
	}
	_, land, _ := decode(t, file)
	if len(land) != 1 {
		t.Fatalf("%d rings, want the one that meets the box", len(land))
	}
	for _, p := range land[0] {
		if p[0] < 5 || p[0] > 15 || p[1] < 0 || p[1] > 10 {
			t.Errorf("%v is not on land in the box", p)
		}
	}
	if _, err := convert([]byte(squares), 1, box{12, -5, 15, 12}); err == nil {
		t.Error("a border outside of the box is no error")
	}
}

func TestCut(t *testing.T) {
	square := func(west, south, east, north int) path {
		return path{{west, south}, {east, south}, {east, north}, {west, north}}
	}
	b := box{0, 0, 10, 10}
	for _, test := range []struct {
		name string
		ring path
		area int // doubled, in steps of 1/2 degree
	}{
		{"inside it stays", square(2, 2, 4, 4), 8},
		{"outside nothing is left", square(30, 2, 40, 4), 0},
		{"beside it on a side nothing is left", square(20, 0, 24, 20), 0},
		{"around it the box is left", square(-10, -10, 50, 50), 800},
		{"across a corner", square(-4, -4, 4, 4), 32},
		{"a slope is cut where it crosses", path{{-20, 0}, {20, 0}, {20, 20}}, 600},
		{"two arms leave and come back", path{{2, 2}, {30, 2}, {30, 4}, {10, 4}, {10, 6}, {30, 6}, {30, 8}, {2, 8}}, 176},
	} {
		t.Run(test.name, func(t *testing.T) {
			area := 0
			for _, ring := range b.cut(test.ring, 2) {
				if !b.holds(ring, 2) {
					t.Errorf("%v leaves the box", ring)
				}
				for i, p := range ring {
					q := ring[(i+1)%len(ring)]
					area += p[0]*q[1] - q[0]*p[1]
				}
			}
			if abs(area) != test.area {
				t.Errorf("twice the area is %d, want %d", abs(area), test.area)
			}
		})
	}
}

func TestCloseRing(t *testing.T) {
	for _, test := range []struct {
		name string
		line []position
		want path
	}{
		{"a square loses its repeated end", []position{{0, 0}, {1, 0}, {1, 1}, {0, 1}, {0, 0}}, path{{0, 0}, {1, 0}, {1, 1}, {0, 1}}},
		{"points on a straight line go", []position{{0, 0}, {1, 0}, {2, 0}, {2, 2}, {0, 0}}, path{{0, 0}, {2, 0}, {2, 2}}},
		{"across the antimeridian it goes on", []position{{179, 0}, {-179, 0}, {-179, 2}, {179, 0}}, path{{179, 0}, {181, 0}, {181, 2}}},
		{"around the world it is closed along the pole", []position{{-180, -70}, {-90, -71}, {0, -70}, {90, -71}, {180, -70}},
			path{{-180, -70}, {-90, -71}, {0, -70}, {90, -71}, {180, -70}, {180, -90}, {90, -90}, {0, -90}, {-90, -90}, {-180, -90}}},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := closeRing(test.line, 1); !slices.Equal(got, test.want) {
				t.Errorf("got %v, want %v", got, test.want)
			}
		})
	}
}

// decode reads a file as web/app/basemap.js does.
func decode(t *testing.T, file []byte) (steps int, land, borders []path) {
	t.Helper()
	r := bytes.NewReader(file)
	count := func() int {
		n, err := binary.ReadUvarint(r)
		if err != nil {
			t.Fatal(err)
		}
		return int(n)
	}
	delta := func() int {
		n, err := binary.ReadVarint(r)
		if err != nil {
			t.Fatal(err)
		}
		return int(n)
	}
	paths := func() []path {
		x, y := 0, 0
		list := make([]path, count())
		for i := range list {
			for range count() {
				x, y = x+delta(), y+delta()
				list[i] = append(list[i], [2]int{x, y})
			}
		}
		return list
	}
	steps, land, borders = count(), paths(), paths()
	if r.Len() != 0 {
		t.Fatalf("%d bytes too many", r.Len())
	}
	return steps, land, borders
}
