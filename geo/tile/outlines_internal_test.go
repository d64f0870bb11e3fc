package tile

import (
	"testing"

	"github.com/paulmach/orb"

	"innoatlas/geo"
)

// TestNobodyWaitsForAnotherOutline: while one country is being simplified, the others
// are had.
func TestNobodyWaitsForAnotherOutline(t *testing.T) {
	var o Outlines
	begun, end, done := make(chan struct{}), make(chan struct{}), make(chan struct{})
	o.at("r").outlines.Store(levelOf{"countries", 0, 1}, func() outline {
		close(begun)
		<-end
		return outline{}
	})
	square := &geo.Country{ID: 2, Outline: orb.MultiPolygon{{{{0, 0}, {20, 0}, {20, 20}, {0, 20}, {0, 0}}}}}
	go func() {
		defer close(done)
		o.of("countries", "r", []geo.Feature{&geo.Country{ID: 1}}, 0)
	}()
	<-begun
	for _, revision := range []string{"r", "s"} {
		if got := o.of("countries", revision, []geo.Feature{square}, 0); len(got) != 1 || len(got[0].polygons) != 1 {
			t.Errorf("%+v, want one square", got)
		}
	}
	close(end)
	<-done
}
