package geo_test

import (
	"testing"

	"github.com/paulmach/orb"

	"innoatlas/geo"
)

// TestLineOnTheAntimeridian: who stands on it stands on both sides of the map.
func TestLineOnTheAntimeridian(t *testing.T) {
	for _, c := range []struct {
		from, to orb.Point
		want     orb.Geometry
	}{
		{orb.Point{180, 10}, orb.Point{-180, 20}, orb.LineString{{-180, 10}, {-180, 20}}},
		{orb.Point{-180, 10}, orb.Point{180, 20}, orb.LineString{{180, 10}, {180, 20}}},
		{orb.Point{180, 10}, orb.Point{-180, 10}, nil},
		{orb.Point{180, 10}, orb.Point{-170, 20}, orb.LineString{{-180, 10}, {-170, 20}}},
	} {
		if got := geo.Line(c.from, c.to); !orb.Equal(got, c.want) {
			t.Errorf("the line from %v to %v is %v, want %v", c.from, c.to, got, c.want)
		}
	}
}
