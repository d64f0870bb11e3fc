package format

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"innoatlas/geo"
)

// Files draw a kind as the page does: same colours, same shapes, same order.
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
	if diff := cmp.Diff(ofPage, colours); diff != "" {
		t.Errorf("colours -page +files\n%s", diff)
	}
	script, err := os.ReadFile("../../web/app/dom.js")
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, m := range regexp.MustCompile(`(?m)^  (\w+): 'M`).FindAllStringSubmatch(string(script), -1) {
		names = append(names, strings.Replace(m[1], "cross", "cross_fill", 1))
	}
	if diff := cmp.Diff(names, shapes); diff != "" {
		t.Errorf("shapes -page +files\n%s", diff)
	}
}

func TestLooksOf(t *testing.T) {
	terms := func(ids ...string) (l []geo.Term) {
		for _, id := range ids {
			l = append(l, geo.Term{ID: id})
		}
		return l
	}
	for name, c := range map[string]struct {
		kinds []geo.Term
		want  map[string]look
	}{
		"built-in kinds are fixed": {terms("agricultural-park", "joint-laboratory"), map[string]look{
			"agricultural-park": {"triangle", "#3b7a2b"}, "joint-laboratory": {"circle", "#1d5fae"},
		}},
		"others come after them": {terms("zoo", "joint-laboratory", "archive"), map[string]look{
			"joint-laboratory": {"circle", "#1d5fae"}, "archive": {"diamond", "#7b3f9d"}, "zoo": {"pentagon", "#a3275c"},
		}},
		"or begin where there is none": {terms("b", "a"), map[string]look{"a": {"circle", "#1d5fae"}, "b": {"square", "#b5490c"}}},
		"none":                         {nil, map[string]look{}},
	} {
		if diff := cmp.Diff(c.want, looksOf(c.kinds), cmp.AllowUnexported(look{})); diff != "" {
			t.Errorf("%s -want +got\n%s", name, diff)
		}
	}
	ids := strings.Split("abcdefghijkl", "")
	many := looksOf(terms(ids...))
	seen := map[look]string{}
	for id, l := range many {
		if other, ok := seen[l]; ok {
			t.Errorf("%s and %s look the same", id, other)
		}
		seen[l] = id
	}
	if len(many) != len(ids) {
		t.Errorf("%d looks of %d kinds", len(many), len(ids))
	}
}

func TestCountClass(t *testing.T) {
	for facilities, want := range map[int]int{0: 0, 1: 1, 4: 1, 5: 2, 199: 4, 200: 5, 1 << 40: 5} {
		if got := countClass(facilities); got != want {
			t.Errorf("%d facilities: class %d, want %d", facilities, got, want)
		}
	}
}
