package postgis_test

import (
	"slices"
	"strings"
	"testing"

	"innoatlas/geo/postgis/postgistest"
	"innoatlas/geo/search"
)

// The terms are those of package search, of every letter that a run is made of.
func TestTermsOfTexts(t *testing.T) {
	t.Parallel()
	conn := connect(t, postgistest.Migrated(t))
	texts := []string{"", "Lab of rice 5G技术网络 China–ASEAN 中国—东盟", "ศูนย์วิจัย กรุงเทพฯ ວຽງຈັນ ភ្នំពេញ ရန်ကုန်", "it's \\ a 'b", strings.Repeat("a", 300) + " b"}
	var letters strings.Builder
	for r := rune(0x80); r <= 0x3ffff; r++ {
		if search.IsRun(string(r)) {
			letters.WriteRune(r)
			if r%40 == 0 {
				letters.WriteString(" a ")
			}
		}
	}
	texts = append(texts, letters.String())
	for _, text := range texts {
		normal := search.Normal(text)
		held := map[string]bool{}
		search.EachTerm(normal, func(term string) { held[string([]rune(term)[:min(200, len([]rune(term)))])] = true })
		var want, got []string
		for term := range held {
			want = append(want, term)
		}
		slices.Sort(want)
		const terms = `SELECT coalesce(array_agg(term ORDER BY term COLLATE "C"), '{}') FROM unnest(tsvector_to_array(innoatlas_terms($1))) term`
		if err := conn.QueryRow(t.Context(), terms, normal).Scan(&got); err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%.40q: %d terms, want %d", text, len(got), len(want))
		}
	}
}
