package geo_test

import (
	"testing"

	"innoatlas/geo"
)

// What files and answers in a reader's language have besides is no name of a field of one's own.
func TestNamesOfAReadingAreReserved(t *testing.T) {
	for _, name := range []string{"machine_translated", "outdated_translation", "in_english", "label", "kind_label", "sectors_label", "status_label", "precision_label"} {
		if !geo.Facilities.IsReserved(name) {
			t.Errorf("%s may be a field of one's own", name)
		}
	}
	for _, name := range []string{"labels", "colour_label", "translated", "name_label"} {
		if geo.Facilities.IsReserved(name) {
			t.Errorf("%s may not be a field of one's own", name)
		}
	}
	if geo.IsMark("label") || !geo.IsMark("machine_translated") || !geo.IsMark("outdated_translation") {
		t.Error("the marks of a file in a reader's language are not those that they were")
	}
}
