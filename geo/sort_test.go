package geo_test

import (
	"slices"
	"testing"

	"github.com/paulmach/orb"

	"innoatlas/geo"
)

func TestParseSort(t *testing.T) {
	cases := map[string]struct {
		collection *geo.Collection
		s          string
		want       []geo.SortKey
	}{
		"ascending":                           {geo.Facilities, "name", []geo.SortKey{{"name", false}}},
		"descending":                          {geo.Facilities, "-name", []geo.SortKey{{"name", true}}},
		"plus":                                {geo.Facilities, "+name", []geo.SortKey{{"name", false}}},
		"a plus that became a blank":          {geo.Facilities, " name", []geo.SortKey{{"name", false}}},
		"several":                             {geo.Facilities, "country,-established,+id", []geo.SortKey{{"country", false}, {"established", true}, {"id", false}}},
		"a property of countries":             {geo.Countries, "-facilities", []geo.SortKey{{"facilities", true}}},
		"names as they are shown":             {geo.Facilities, "-label,name", []geo.SortKey{{"collated_th", true}, {"name", false}}},
		"names of countries":                  {geo.Countries, "label", []geo.SortKey{{"collated_th", false}}},
		"names of the countries":              {geo.Facilities, "-country_label,label", []geo.SortKey{{"collated country_th", true}, {"collated_th", false}}},
		"countries have no country":           {geo.Countries, "country_label", nil},
		"the order of a search":               {geo.Facilities, "relevance,label", append(slices.Clone(geo.RankFirst), geo.SortKey{Property: "collated_th"})},
		"the order of a search, not first":    {geo.Facilities, "label,relevance", nil},
		"the order of a search, backwards":    {geo.Facilities, "-relevance", nil},
		"names as they are shown, twice":      {geo.Facilities, "label,-label", nil},
		"a property that only stores ask for": {geo.Facilities, "collated_th", nil},
		"empty":                               {geo.Facilities, "", nil},
		"empty between commas":                {geo.Facilities, "name,,id", nil},
		"only a sign":                         {geo.Facilities, "-", nil},
		"two signs":                           {geo.Facilities, "--name", nil},
		"unknown":                             {geo.Facilities, "colour", nil},
		"a property of the other kind":        {geo.Countries, "established", nil},
		"a list":                              {geo.Facilities, "sectors", nil},
		"geometry":                            {geo.Facilities, "geometry", nil},
		"search text":                         {geo.Facilities, "search_text", nil},
		"twice":                               {geo.Facilities, "name,-name", nil},
		"more than eight":                     {geo.Facilities, "id,slug,kind,name,country,city,status,summary,updated", nil},
		"SQL":                                 {geo.Facilities, "name;drop table facility", nil},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			got, err := geo.ParseSort(c.collection, "th", c.s)
			if !slices.Equal(got, c.want) || (c.want == nil) != isInputError(err, "sortby") {
				t.Errorf("ParseSort(%q) = %v, %v, want %v", c.s, got, err, c.want)
			}
		})
	}
}

// Missing values come last in both directions; texts go by bytes; Z-order and
// then the id decide what the keys leave open.
func TestCompare(t *testing.T) {
	at := func(lon float64) *orb.Point { return &orb.Point{lon, 0} }
	records := map[string]*geo.Facility{
		"young, here":   {ID: 5, Name: "b", Established: 2020, Position: at(0)},
		"old, here":     {ID: 4, Name: "B", Established: 1990, Position: at(0)},
		"old, east":     {ID: 3, Name: "ä", Established: 1990, Position: at(90)},
		"old, nowhere":  {ID: 2, Name: "中", Established: 1990},
		"dateless":      {ID: 1, Name: "z", Position: at(0)},
		"old, here too": {ID: 6, Name: "", Established: 1990, Position: at(0)},
	}
	cases := map[string][]string{ // sortby: order
		"":                  {"dateless", "old, here", "young, here", "old, here too", "old, east", "old, nowhere"},
		"established":       {"old, here", "old, here too", "old, east", "old, nowhere", "young, here", "dateless"},
		"-established":      {"young, here", "old, here", "old, here too", "old, east", "old, nowhere", "dateless"},
		"name":              {"old, here", "young, here", "dateless", "old, east", "old, nowhere", "old, here too"},
		"-name":             {"old, nowhere", "old, east", "dateless", "young, here", "old, here", "old, here too"},
		"-established,-id":  {"young, here", "old, here too", "old, here", "old, east", "old, nowhere", "dateless"},
		"city":              {"dateless", "old, here", "young, here", "old, here too", "old, east", "old, nowhere"},
		"id":                {"dateless", "old, nowhere", "old, east", "old, here", "young, here", "old, here too"},
		"label":             {"old, east", "young, here", "old, here", "dateless", "old, nowhere", "old, here too"},
		"-label":            {"old, nowhere", "dateless", "old, here", "young, here", "old, east", "old, here too"},
		"established,-name": {"old, nowhere", "old, east", "old, here", "old, here too", "young, here", "dateless"},
	}
	for sortby, want := range cases {
		q := geo.Query{Collection: geo.Facilities}
		if sortby != "" {
			var err error
			if q.Sort, err = geo.ParseSort(geo.Facilities, "en", sortby); err != nil {
				t.Fatal(err)
			}
		}
		got := slices.Clone(want)
		slices.Sort(got) // an order that no key gives
		slices.SortFunc(got, func(a, b string) int { return q.Compare(records[a], records[b]) })
		if !slices.Equal(got, want) {
			t.Errorf("sortby=%s: %q, want %q", sortby, got, want)
		}
		testIsAfter(t, q, want, records)
	}
}

// testIsAfter checks that the place after each record divides the order there,
// also when it has been through the next link.
func testIsAfter(t *testing.T, q geo.Query, order []string, records map[string]*geo.Facility) {
	t.Helper()
	for i, name := range order {
		text := q.CursorAfter(records[name]).Encode(q.Sort)
		cursor, err := geo.ParseCursor(q.Collection, q.Sort, text)
		if err != nil {
			t.Fatal(err)
		}
		for j, other := range order {
			if got := q.IsAfter(records[other], cursor); got != (j > i) {
				t.Errorf("sort %v: %q is after %q: %v", q.Sort, other, name, got)
			}
		}
	}
}

func FuzzParseSort(f *testing.F) {
	f.Add("name,-established")
	f.Add("+,-, ")
	f.Fuzz(func(t *testing.T, s string) {
		for _, c := range []*geo.Collection{geo.Facilities, geo.Countries} {
			keys, err := geo.ParseSort(c, "zh", s)
			if err != nil && !isInputError(err, "sortby") {
				t.Errorf("%v is no *InputError", err)
			}
			for _, k := range keys {
				if p, ok := c.FindField(k.Property); (!ok || !p.Scalar()) && k.Property != geo.CollatedBy("zh") {
					t.Errorf("ParseSort(%q) lets %q pass", s, k.Property)
				}
			}
		}
	})
}
