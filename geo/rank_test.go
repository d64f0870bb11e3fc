package geo_test

import (
	"slices"
	"testing"

	"innoatlas/geo"
)

// The exact name first, then names, places, institutions, and the rest in its order; the worst
// of the words decides; countries beside words do not.
func TestTiers(t *testing.T) {
	for _, tt := range []struct {
		q    string
		want []string
	}{
		{"rice", []string{"exact", "former", "name", "translated", "town", "host", "text", "nothing"}},
		{"RICE.", []string{"exact", "former", "name", "translated", "town", "host", "text", "nothing"}},
		{"rice station", []string{"name", "exact", "former", "translated", "town", "host", "text", "nothing"}},
		{"rice laos", []string{"exact", "name", "former", "translated", "town", "host", "text", "nothing"}},
		{"laos", []string{"name", "exact", "former", "translated", "town", "host", "text", "nothing"}},
		{"稻", []string{"translated", "exact", "name", "former", "town", "host", "text", "nothing"}},
	} {
		zh := &geo.Translations{All: []geo.Translation{{Lang: "zh", Field: "name", Text: "水稻站", Origin: geo.FromPerson},
			{Lang: "vi", Field: "summary", Text: "rice", Origin: geo.FromPerson}}}
		records := []*geo.Facility{
			{ID: 9, Slug: "nothing"}, {ID: 8, Slug: "text", Summary: "Grows rice"}, {ID: 7, Slug: "host", HostInstitution: "Rice Institute"},
			{ID: 6, Slug: "town", City: "Rice Town"},
			{ID: 5, Slug: "translated", Name: "A rice bank", Translations: zh}, {ID: 4, Slug: "former", Name: "x", FormerNames: []string{"Rice"}},
			{ID: 3, Slug: "name", Name: "Rice station of the north", Country: "LAO", CountryName: "Laos"}, {ID: 1, Slug: "exact", Name: "Rice"},
		}
		laos, _ := geo.CountryByCode("LAO")
		lexicon := geo.NewLexicon(&geo.Catalog{Countries: []geo.Country{laos}})
		q := geo.Query{Collection: geo.Facilities, Sort: slices.Concat(geo.RankFirst, []geo.SortKey{{Property: "id"}}), Tiers: lexicon.Tiers(geo.Facilities, tt.q)}
		geo.InOrder(q, records)
		var got []string
		for _, f := range records {
			got = append(got, f.Slug)
		}
		if !slices.Equal(got, tt.want) {
			t.Errorf("%q: %q, want %q", tt.q, got, tt.want)
		}
	}
}
