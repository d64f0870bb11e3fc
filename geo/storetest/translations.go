package storetest

import (
	"cmp"
	"slices"
	"strings"
	"testing"

	"innoatlas/geo"
)

// withTexts adds what records say in other languages, of every origin and in many scripts, to
// a data set; names of places in them, and synonyms. Some records say nothing, some a part.
func withTexts(ds *geo.Dataset) *geo.Dataset {
	for n := range ds.Facilities {
		ds.Facilities[n].Translations = textsOf(&ds.Facilities[n], n)
	}
	ds.PlaceNames = placeNames()
	ds.Synonyms = [][]string{{"rice", "paddy", "水稻", "padi"}, {"BeiDou", "北斗", "BDS"}, {"joint laboratory", "kind:joint-laboratory"}}
	return ds
}

// named are what the n-th name is in a language, so that they come in another order than
// they stand in: numbers, accents and letters that only some languages tell apart.
var named = map[string][]string{
	"fil": {"Ñandú 2", "Ngipin 10", "Nara", "Ñandu 10"},
	"km":  {"មជ្ឈមណ្ឌល ២", "ខេត្ត", "កម្ពុជា ១០"},
	"lo":  {"ສູນ 10", "ແຂວງ", "ເມືອງ", "ກຳແພງ"},
	"my":  {"စင်တာ", "ကျောက်", "အာ"},
	"th":  {"แล็บ 10", "แล็บ 2", "เกษตร", "กรุงเทพ", "ไร่"},
	"vi":  {"Đà Lạt", "Da Nang", "Ầm", "Am 2", "Am 10", "Ấm"},
	"zh":  {"重庆实验室2", "北京中心10", "安徽", "北京中心2"},
}

// textsOf are those of the n-th facility; nil is none.
func textsOf(f *geo.Facility, n int) *geo.Translations {
	if n%4 == 0 {
		return nil
	}
	var all []geo.Translation
	origins := []geo.Origin{geo.FromMachine, geo.FromMachine, geo.FromPerson, geo.FromSource}
	at := n
	for _, lang := range []string{"fil", "km", "lo", "my", "th", "vi", "zh", "zh-Hant", "de"} {
		at++
		names := named[lang]
		if names == nil {
			names = []string{"Name in " + lang}
		}
		origin := origins[at%len(origins)]
		stale := origin == geo.FromMachine && at%3 == 0
		if at%3 > 0 {
			all = append(all, geo.Translation{Field: "name", Lang: lang, Text: names[at%len(names)], Origin: origin, Stale: stale})
		}
		if at%7 > 3 { // of fields of one's own, also where the record does not state them
			all = append(all, geo.Translation{Field: "motto", Lang: lang, Text: names[0] + " 口号", Origin: origin, Stale: stale},
				geo.Translation{Field: "telephone", Lang: lang, Text: "unlisted" + lang, Origin: geo.FromPerson})
		}
		if at%5 > 2 {
			all = append(all, geo.Translation{Field: "summary", Lang: lang, Text: "(" + names[n%len(names)] + ")\n" + f.Slug, Origin: geo.FromMachine, Stale: at%2 == 0})
		}
	}
	slices.SortFunc(all, func(a, b geo.Translation) int {
		return cmp.Or(strings.Compare(a.Lang, b.Lang), strings.Compare(a.Field, b.Field))
	})
	if len(all) == 0 {
		return nil
	}
	return &geo.Translations{All: all}
}

// placeNames are in the order of their keys.
func placeNames() []geo.PlaceName {
	return []geo.PlaceName{
		{Country: "", Admin1: "", City: "Hà Nội", Lang: "zh", Name: "河内", Origin: "naturalearth"},
		{Country: "CHN", Admin1: "", City: "Nanning", Lang: "th", Name: "หนานหนิง", Origin: geo.FromMachine},
		{Country: "CHN", Admin1: "", City: "Nanning", Lang: "zh", Name: "南宁", Origin: geo.FromSource},
		{Country: "THA", Admin1: "Bangkok", City: "", Lang: "zh", Name: "曼谷府", Origin: geo.FromMachine},
		{Country: "THA", Admin1: "Bangkok", City: "Bangkok", Lang: "th", Name: "กรุงเทพมหานคร", Origin: "naturalearth"},
		{Country: "THA", Admin1: "Bangkok", City: "Bangkok", Lang: "zh", Name: "曼谷", Origin: geo.FromPerson},
	}
}

// readers are languages that records are read in.
var readers = []string{"en", "th", "zh", "vi"}

// testReadings compares how records are shown to readers of other languages.
func (c contract) testReadings(t *testing.T) {
	catalog, err := c.store.Catalog(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for id, records := range c.records {
		for _, lang := range readers {
			want, got := c.catalog.Reading(c.catalog.Collection(id), lang), catalog.Reading(catalog.Collection(id), lang)
			for _, r := range records {
				id, _ := r.Ref()
				found, err := c.store.Get(t.Context(), c.collection(want.Collection), geo.Ref{ID: id})
				if err != nil {
					t.Fatal(err)
				}
				if d := diff(shownBy(want, r.Feature), shownBy(got, found)); d != "" {
					t.Fatalf("%d read in %s (-want +got):\n%s", id, lang, d)
				}
			}
		}
	}
}

// shownBy are the properties of a record as a reader sees them, by their names.
func shownBy(r *geo.Reading, f geo.Feature) map[string]any {
	f = r.Of(f)
	shown := map[string]any{}
	for i := range r.Collection.Fields {
		shown[r.Collection.Fields[i].Name] = r.Collection.Fields[i].Value(f)
	}
	return shown
}

// testOwnTexts searches for what records say in other languages of fields of one's own: found where
// the record states the field, and never where nobody may see it.
func (c contract) testOwnTexts(t *testing.T) {
	facilities := c.collection(geo.Facilities)
	for words, field := range map[string]string{"口号": "motto", "水稻": "", "unlistedth": "telephone", "345 6789": "telephone"} {
		want := 0
		for i := range c.ds.Facilities {
			f := &c.ds.Facilities[i]
			if field == "motto" && f.Own.Value(field).Text != "" && f.Translations != nil &&
				slices.ContainsFunc(f.Translations.All, func(t geo.Translation) bool { return t.Field == field }) {
				want++
			}
		}
		page, err := c.store.List(t.Context(), geo.Query{Collection: facilities, Limit: 1, Filter: geo.SearchFilter(words)})
		if err != nil {
			t.Fatal(err)
		}
		if field != "" && page.Matched != want || field == "" && page.Matched == 0 || field == "motto" && want == 0 {
			t.Errorf("%q finds %d, want %d of %s", words, page.Matched, want, field)
		}
	}
}
