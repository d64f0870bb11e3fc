package geo

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestSignsOf(t *testing.T) {
	kinds := func(ids string) (list []Term) { // "lab=circle 1" has a sign of its own
		for id := range strings.SplitSeq(ids, ", ") {
			id, text, _ := strings.Cut(id, "=")
			sign, _ := ParseSign(text)
			list = append(list, Term{ID: id, Sign: sign})
		}
		return list
	}
	for name, c := range map[string]struct {
		kinds string
		want  Signs
	}{
		"of their own":             {"park=triangle 3, lab=circle 1", Signs{"park": {"triangle", 3}, "lab": {"circle", 1}}},
		"what is left for others":  {"zoo, lab=circle 1, archive", Signs{"lab": {"circle", 1}, "archive": {"square", 2}, "zoo": {"triangle", 3}}},
		"in the order of the ids":  {"b, a", Signs{"a": {"circle", 1}, "b": {"square", 2}}},
		"no place beside the rest": {"a, b=star 8, c=square 5", Signs{"a": {"circle", 1}, "b": {"star", 8}, "c": {"square", 5}}},
	} {
		if diff := cmp.Diff(c.want, SignsOf(kinds(c.kinds))); diff != "" {
			t.Errorf("%s -want +got\n%s", name, diff)
		}
	}
	many := SignsOf(kinds("x=circle 4, " + strings.Join(strings.Split("abcdefghijklmno", ""), ", ")))
	seen := map[Sign]string{}
	for id, sign := range many {
		if other, ok := seen[sign]; ok {
			t.Errorf("%s and %s look the same", id, other)
		}
		seen[sign] = id
	}
	if len(many) != 16 || many.Of("none") != NoSign {
		t.Errorf("%d signs of 16 kinds; none is %v", len(many), many.Of("none"))
	}
}

func TestParseSign(t *testing.T) {
	for text, want := range map[string]Sign{"circle 1": {"circle", 1}, "star 8": {"star", 8}} {
		if got, err := ParseSign(text); err != nil || got != want || got.String() != text {
			t.Errorf("%q is %v, %v", text, got, err)
		}
	}
	for _, text := range []string{"", "circle", "circle 0", "circle 9", "blob 1", "circle one", "1 circle", "circle  1"} {
		if got, err := ParseSign(text); err == nil {
			t.Errorf("%q is %v", text, got)
		}
	}
}
