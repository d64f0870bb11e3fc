package geo_test

import (
	"slices"
	"testing"

	"innoatlas/geo"
)

// told is a catalog with one named place, and a facility that stands there.
func told() (*geo.Catalog, *geo.Facility) {
	labels := geo.Labels{"en": "Joint laboratory", "th": "ห้องปฏิบัติการร่วม"}
	catalog := &geo.Catalog{
		Kinds: []geo.Term{{ID: "joint-laboratory", Labels: labels}},
		Places: geo.NewPlaces([]geo.PlaceName{
			{Country: "CHN", Admin1: "Guangxi", City: "Nanning", Lang: "zh", Name: "南宁", Origin: "naturalearth"},
			{Country: "CHN", Admin1: "Guangxi", Lang: "th", Name: "กว่างซี", Origin: geo.FromMachine},
		}),
	}
	catalog.Describe(geo.Collections, nil)
	china, _ := geo.CountryByCode("CHN")
	catalog.Countries = []geo.Country{china}
	return catalog, &geo.Facility{
		ID: 7, Slug: "lab-7", Kind: "joint-laboratory", Name: "Lab 7", NameZh: "七号实验室", Country: "CHN", CountryName: "China", Admin1: "Guangxi", City: "Nanning",
		Summary: "It tests rice.",
		Translations: &geo.Translations{All: []geo.Translation{
			{Field: "name", Lang: "th", Text: "ห้องปฏิบัติการที่ 7", Origin: geo.FromMachine},
			{Field: "summary", Lang: "th", Text: "ทดสอบข้าว", Origin: geo.FromMachine, Stale: true},
			{Field: "name", Lang: "zh", Text: "实验室七", Origin: geo.FromMachine},
		}},
	}
}

func TestReading(t *testing.T) {
	catalog, f := told()
	for _, c := range []struct {
		lang, name, summary, admin1, city, country, kind string
		machine, stale, english                          []string
	}{
		{"en", "Lab 7", "It tests rice.", "Guangxi", "Nanning", "China", "Joint laboratory", nil, nil, nil},
		{"zh", "七号实验室", "It tests rice.", "Guangxi", "南宁", "中国", "Joint laboratory", nil, nil, []string{"summary"}},
		{"th", "ห้องปฏิบัติการที่ 7", "ทดสอบข้าว", "กว่างซี", "Nanning", "จีน", "ห้องปฏิบัติการร่วม", []string{"admin1", "name", "summary"}, []string{"summary"}, nil},
		{"lo", "Lab 7", "It tests rice.", "Guangxi", "Nanning", "ຈີນ", "Joint laboratory", nil, nil, []string{"name", "summary"}},
	} {
		t.Run(c.lang, func(t *testing.T) {
			r := catalog.Reading(geo.Facilities, c.lang)
			shown := r.Of(f)
			value := func(name string) string { return r.Collection.Field(name).Value(shown).Text }
			for name, want := range map[string]string{
				"name": c.name, "summary": c.summary, "admin1": c.admin1, "city": c.city, "country_name": c.country, "kind": "joint-laboratory", "kind_label": c.kind,
			} {
				if got := value(name); got != want {
					t.Errorf("%s is %q, want %q", name, got, want)
				}
			}
			for name, want := range map[string][]string{"machine_translated": c.machine, "outdated_translation": c.stale, "in_english": c.english} {
				if got := r.Collection.Field(name).Value(shown).List; !slices.Equal(got, want) {
					t.Errorf("%s is %q, want %q", name, got, want)
				}
			}
		})
	}
	if f.Name != "Lab 7" || f.City != "Nanning" {
		t.Error("the record itself was changed")
	}
}

func TestCollationKey(t *testing.T) {
	for _, c := range []struct {
		lang    string
		ordered []string
	}{
		{"en", []string{"ábaco", "lab 2", "Lab 10", "zebra"}},
		{"vi", []string{"da", "đa", "ea"}},
		{"zh", []string{"北京", "昆明", "南宁", "泰国"}}, // by Pinyin
		{"th", []string{"กา", "เก", "ขา"}},       // by consonants, whatever vowel is written in front
	} {
		for i, s := range c.ordered[1:] {
			if before := c.ordered[i]; geo.CollationKey(c.lang, before) >= geo.CollationKey(c.lang, s) {
				t.Errorf("%s: %s does not stand before %s", c.lang, before, s)
			}
		}
	}
}
