package cql2_test

import (
	"strings"
	"testing"

	"github.com/paulmach/orb"

	"innoatlas/geo/cql2"
)

// toAndFro is a line whose n segments lie on each other, so that all of them cross.
func toAndFro(n int) orb.LineString {
	line := orb.LineString{{0, 0}}
	for i := range n {
		x := float64((i + 1) % 2)
		line = append(line, orb.Point{10 * x, 5 * x})
	}
	return line
}

// grid is so many lines from west to east, and as many from south to north.
func grid(n int) (lines orb.MultiLineString) {
	for i := range n {
		at, end := float64(i+1), float64(n+1)
		lines = append(lines, orb.LineString{{0, at}, {end, at}}, orb.LineString{{at, 0}, {at, end}})
	}
	return lines
}

// wave goes from west to east, or from south to north, and meets itself nowhere.
func wave(n int, northward bool) (line orb.LineString) {
	for i := range n {
		p := orb.Point{float64(i) / float64(n), 5 * float64(i%2)}
		if northward {
			p[0], p[1] = p[1], p[0]
		}
		line = append(line, p)
	}
	return line
}

// diagonal is a wave whose segments have all the same bound, or nearly.
func diagonal(n int) (line orb.LineString) {
	for _, p := range wave(n, false) {
		line = append(line, orb.Point{p[1] - p[0], p[1] + p[0]})
	}
	return line
}

// Lines that cross or pass each other too often are refused where that costs much: to
// intersect they may cross, but what is beside a record must not be all of a long wave.
func TestTangledLines(t *testing.T) {
	for name, c := range map[string]struct {
		lines orb.Geometry
		ok    bool
	}{
		"to and fro, 900 crossings":           {toAndFro(43), true},
		"to and fro, a million":               {toAndFro(1500), false},
		"a grid of 900 crossings":             {grid(30), true},
		"a grid of 2500":                      {grid(50), false},
		"many positions without a crossing":   {wave(9000, false), true},
		"many positions, from south to north": {wave(9000, true), true},
		"a diagonal wave":                     {diagonal(900), true},
		"a long diagonal wave":                {diagonal(9000), false},
		"points":                              {orb.MultiPoint(wave(9000, false)), true},
	} {
		for _, op := range []cql2.SpatialOp{cql2.SCrosses, cql2.SEquals, cql2.SIntersects} {
			_, err := cql2.Bind(cql2.Spatial{Op: op, Left: cql2.Property("geometry"), Right: cql2.Literal{Value: cql2.GeometryOf(c.lines)}}, schema)
			if ok := c.ok || op == cql2.SIntersects && name != "a long diagonal wave"; ok && err != nil ||
				!ok && (err == nil || !strings.Contains(err.Error(), "pass each other too often")) {
				t.Errorf("%s, %s: %v", name, op, err)
			}
		}
	}
}

// BenchmarkTangled looks for crossings where the bounds of all segments meet.
func BenchmarkTangled(b *testing.B) {
	e := cql2.Spatial{Op: cql2.SCrosses, Left: cql2.Property("geometry"), Right: cql2.Literal{Value: cql2.GeometryOf(diagonal(9000))}}
	for b.Loop() {
		if _, err := cql2.Bind(e, schema); err == nil {
			b.Fatal("it is no longer refused")
		}
	}
}
