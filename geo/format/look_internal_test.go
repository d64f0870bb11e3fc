package format

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"innoatlas/geo"
)

// Files draw a kind as the page does, whose shapes come from the same place: in the same
// colours.
func TestLooksAreThoseOfThePage(t *testing.T) {
	tokens, err := os.ReadFile("../../web/style/tokens.css")
	if err != nil {
		t.Fatal(err)
	}
	light, _, _ := strings.Cut(string(tokens), "@media")
	var ofPage []string
	for _, m := range regexp.MustCompile(`--kind-\d: (#[0-9a-f]{6});`).FindAllStringSubmatch(light, -1) {
		ofPage = append(ofPage, m[1])
	}
	if diff := cmp.Diff(ofPage, colours[:]); diff != "" {
		t.Errorf("colours -page +files\n%s", diff)
	}
	if got := lookOf(geo.Sign{Shape: "cross", Colour: 8}); got != (look{"cross_fill", "#4b5760"}) {
		t.Errorf("a cross is %v to QGIS", got)
	}
}

func TestCountClass(t *testing.T) {
	for facilities, want := range map[int]int{0: 0, 1: 1, 4: 1, 5: 2, 199: 4, 200: 5, 1 << 40: 5} {
		if got := countClass(facilities); got != want {
			t.Errorf("%d facilities: class %d, want %d", facilities, got, want)
		}
	}
}
