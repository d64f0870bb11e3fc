package memory_test

import (
	"testing"

	"innoatlas/geo"
	"innoatlas/geo/dataset"
	"innoatlas/geo/storetest"
)

// TestPairTexts: what is made once for each end is what each partnership says of itself.
func TestPairTexts(t *testing.T) {
	builtin, err := dataset.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	for _, ds := range []*geo.Dataset{builtin, storetest.Cooperation(300, 100, 500)} {
		texts := geo.NewPairTexts()
		for _, p := range ds.Partnerships() {
			if got, want := texts.Of(p), p.SearchText(); got != want {
				t.Fatalf("%s--%s: %q, want %q", p.Institution.Slug, p.Facility.Slug, got, want)
			}
		}
	}
}
