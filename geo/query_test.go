package geo_test

import (
	"slices"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"innoatlas/geo"
	"innoatlas/geo/cql2"
)

func TestListFilter(t *testing.T) {
	lao := &geo.Facility{Country: "LAO", Sectors: []string{"rice", "maize"}}
	nowhere := &geo.Facility{}
	country := &geo.Country{Code: "LAO", ByKind: []geo.Bucket{{Value: "lab"}, {Value: "park", Count: 2}}}
	cases := map[string]struct {
		collection *geo.Collection
		list       geo.List
		record     geo.Feature
		want       bool
	}{
		"one of the values":                  {geo.Facilities, geo.List{Dimension: geo.ByCountry, Values: []string{"THA", "LAO"}}, lao, true},
		"none of the values":                 {geo.Facilities, geo.List{Dimension: geo.ByCountry, Values: []string{"THA"}}, lao, false},
		"a value, where none is stated":      {geo.Facilities, geo.List{Dimension: geo.ByCountry, Values: []string{"THA"}}, nowhere, false},
		"not stated, where it is not":        {geo.Facilities, geo.List{Dimension: geo.ByCountry, Values: []string{""}}, nowhere, true},
		"not stated, where it is":            {geo.Facilities, geo.List{Dimension: geo.ByCountry, Values: []string{""}}, lao, false},
		"not stated or a value: the first":   {geo.Facilities, geo.List{Dimension: geo.ByCountry, Values: []string{"LAO", ""}}, nowhere, true},
		"not stated or a value: the second":  {geo.Facilities, geo.List{Dimension: geo.ByCountry, Values: []string{"LAO", ""}}, lao, true},
		"no values keep nothing":             {geo.Facilities, geo.List{Dimension: geo.ByCountry}, lao, false},
		"a sector among several":             {geo.Facilities, geo.List{Dimension: geo.BySector, Values: []string{"maize", "fish"}}, lao, true},
		"another sector":                     {geo.Facilities, geo.List{Dimension: geo.BySector, Values: []string{"fish"}}, lao, false},
		"a sector, where none is stated":     {geo.Facilities, geo.List{Dimension: geo.BySector, Values: []string{"fish"}}, nowhere, false},
		"no sector, where none is stated":    {geo.Facilities, geo.List{Dimension: geo.BySector, Values: []string{""}}, nowhere, true},
		"a kind that stands in the country":  {geo.Countries, geo.List{Dimension: geo.ByKind, Values: []string{"park"}}, country, true},
		"a kind that does not stand there":   {geo.Countries, geo.List{Dimension: geo.ByKind, Values: []string{"lab"}}, country, false},
		"a country without any, of no kind":  {geo.Countries, geo.List{Dimension: geo.ByKind, Values: []string{""}}, &geo.Country{}, true},
		"a country by its code":              {geo.Countries, geo.List{Dimension: geo.ByCountry, Values: []string{"LAO"}}, country, true},
		"the sector of a country without it": {geo.Countries, geo.List{Dimension: geo.BySector, Values: []string{"rice"}}, country, false},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			values := slices.Clone(c.list.Values)
			if got := cql2.Eval(c.list.Filter(c.collection), c.record) == cql2.True; got != c.want {
				t.Errorf("kept: %v, want %v", got, c.want)
			}
			if !slices.Equal(values, c.list.Values) {
				t.Errorf("Filter changed the list to %q", c.list.Values)
			}
		})
	}
}

// Values of a list are alternatives; lists, years and the filter are all to hold; a
// facet leaves out the choice of its own dimension and nothing else.
func TestWhere(t *testing.T) {
	q := geo.Query{
		Collection:  geo.Facilities,
		Lists:       []geo.List{{Dimension: geo.ByCountry, Values: []string{"LAO"}}, {Dimension: geo.ByKind, Values: []string{"park", "lab"}}},
		Established: &geo.Years{From: 2010, To: 2015},
		Filter:      geo.SearchFilter("rice"),
	}
	cases := map[string]struct {
		record                                    geo.Facility
		where, noCountry, noKind, noYears, noElse bool
	}{
		"all hold":          {geo.Facility{Country: "LAO", Kind: "lab", Name: "Rice", Established: 2015}, true, true, true, true, true},
		"another country":   {geo.Facility{Country: "THA", Kind: "lab", Name: "Rice", Established: 2015}, false, true, false, false, false},
		"another kind":      {geo.Facility{Country: "LAO", Kind: "port", Name: "Rice", Established: 2015}, false, false, true, false, false},
		"another year":      {geo.Facility{Country: "LAO", Kind: "lab", Name: "Rice", Established: 2016}, false, false, false, true, false},
		"no year":           {geo.Facility{Country: "LAO", Kind: "lab", Name: "Rice"}, false, false, false, true, false},
		"neither":           {geo.Facility{Country: "THA", Kind: "port", Name: "Rice", Established: 2015}, false, false, false, false, false},
		"without the words": {geo.Facility{Country: "LAO", Kind: "lab", Name: "Maize", Established: 2015}, false, false, false, false, false},
	}
	for name, c := range cases {
		holds := func(e cql2.Expr) bool { return cql2.Eval(e, &c.record) == cql2.True }
		got := []bool{holds(q.Where()), holds(q.WhereExcept(geo.ByCountry)), holds(q.WhereExcept(geo.ByKind)),
			holds(q.WhereExcept(geo.ByEstablished)), holds(q.WhereExcept(geo.ByStatus))}
		if want := []bool{c.where, c.noCountry, c.noKind, c.noYears, c.noElse}; !slices.Equal(got, want) {
			t.Errorf("%s: kept by all, except country, except kind, except years, except status: %v, want %v", name, got, want)
		}
	}
}

// What is left out of the filter is what the query chooses.
func TestChooses(t *testing.T) {
	by := geo.List{Dimension: geo.ByCountry, Values: []string{"LAO"}}
	for name, c := range map[string]struct {
		q    geo.Query
		want []geo.Dimension
	}{
		"nothing":          {geo.Query{Filter: geo.SearchFilter("rice")}, nil},
		"a list":           {geo.Query{Lists: []geo.List{by}}, []geo.Dimension{geo.ByCountry}},
		"years":            {geo.Query{Established: &geo.Years{From: 2010, To: 2015}}, []geo.Dimension{geo.ByEstablished}},
		"a list and years": {geo.Query{Lists: []geo.List{by}, Established: &geo.Years{}}, []geo.Dimension{geo.ByCountry, geo.ByEstablished}},
	} {
		c.q.Collection = geo.Facilities
		for _, d := range geo.Facilities.Facets() {
			got := c.q.Chooses(d)
			if want := slices.Contains(c.want, d); got != want || got != !cmp.Equal(c.q.Where(), c.q.WhereExcept(d)) {
				t.Errorf("%s: chooses by %s: %v, want %v", name, d, got, want)
			}
		}
	}
}

// Years stand one after the other, everything else by its count.
func TestCompareBuckets(t *testing.T) {
	for _, c := range []struct {
		name string
		by   geo.Dimension
		want []geo.Bucket
	}{
		{"counts", geo.ByKind, []geo.Bucket{{Value: "b", Count: 3}, {Value: "", Count: 2}, {Value: "a", Count: 1}, {Value: "c", Count: 1}, {Value: "d"}}},
		{"not stated is last among equals", geo.ByCountry, []geo.Bucket{{Value: "THA", Count: 1}, {Value: "", Count: 1}, {Value: "LAO"}}},
		{"years", geo.ByEstablished, []geo.Bucket{{Value: "998"}, {Value: "1998", Count: 1}, {Value: "2015", Count: 3}, {Value: "", Count: 9}}},
	} {
		got := slices.Clone(c.want)
		slices.Reverse(got)
		slices.SortFunc(got, geo.Facilities.Faceted(c.by).CompareBuckets)
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s: -want +got\n%s", c.name, diff)
		}
	}
	if geo.Facilities.Faceted(geo.ByEstablished).SortedBy() != "value" || geo.Facilities.Faceted(geo.ByKind).SortedBy() != "count" {
		t.Error("years are sorted by value, kinds by count")
	}
}

func TestWhereIsNoLargerThanNeeded(t *testing.T) {
	filter := cql2.IsNull{X: cql2.Property("city")}
	list := geo.List{Dimension: geo.ByKind, Values: []string{"park"}}
	in := cql2.In{X: cql2.Property("kind"), Values: []cql2.Expr{cql2.Literal{Value: cql2.TextOf("park")}}}
	cases := map[string]struct {
		q    geo.Query
		want cql2.Expr
	}{
		"nothing":           {geo.Query{}, nil},
		"a filter":          {geo.Query{Filter: filter}, filter},
		"a list":            {geo.Query{Lists: []geo.List{list}}, in},
		"a list and filter": {geo.Query{Lists: []geo.List{list}, Filter: filter}, cql2.And{in, filter}},
	}
	for name, c := range cases {
		c.q.Collection = geo.Facilities
		if diff := cmp.Diff(c.want, c.q.Where()); diff != "" {
			t.Errorf("%s: -want +got\n%s", name, diff)
		}
	}
}

func TestSearchFilter(t *testing.T) {
	f := &geo.Facility{Name: "Trung tâm Đổi mới", NameZh: "中国—东盟技术转移中心", City: "Nanning", Partners: []string{"Academy (CHN)"}, Summary: "First line.\nSecond"}
	cases := map[string]struct {
		q    string
		want bool
	}{
		"a word":                         {"nanning", true},
		"the beginning of a word":        {"nann", true},
		"not the middle":                 {"anni", false},
		"two letters only whole":         {"na", false},
		"other case, other accents":      {"TRUNG doi", true},
		"accents that the text has":      {"Đổi mới", true},
		"Chinese, from the middle":       {"技术转移", true},
		"without the dash":               {"中国东盟", true},
		"traditional":                    {"中國—東盟技術", true},
		"words from two fields":          {"nanning academy", true},
		"one word is missing":            {"nanning bangkok", false},
		"no word spans two fields":       {"nanningacademy", false},
		"a plural":                       {"academies", true},
		"a sign of SQL is none":          {"n%g", false},
		"nothing but signs":              {"%!", false},
		"brackets":                       {"(chn)", true},
		"the end of a line is a blank":   {"line. second", true},
		"not looked for: kind or status": {"operating", false},
	}
	for name, c := range cases {
		if got := cql2.Eval(geo.SearchFilter(c.q), f) == cql2.True; got != c.want {
			t.Errorf("%s: q=%q keeps it: %v, want %v", name, c.q, got, c.want)
		}
	}
	if e := geo.SearchFilter(" \u3000"); e != nil {
		t.Errorf("no words are %v, want nil", e)
	}
}

// Each dimension is a property that is there, and only lists are lists.
func TestDimensions(t *testing.T) {
	for _, c := range []*geo.Collection{geo.Facilities, geo.Countries} {
		for _, d := range c.Facets() {
			name, list := c.Property(d)
			p, ok := c.FindField(name)
			if !ok || list == p.Scalar() {
				t.Errorf("%s by %s looks at %q, list %v, which is %+v", c, d, name, list, p)
			}
		}
		if _, ok := c.FindField("geometry"); ok {
			t.Errorf("%s: geometry is found as a property", c)
		}
	}
}

// Many servers may make a lexicon of one catalog at once.
func TestLexiconsAtOnce(t *testing.T) {
	catalog := &geo.Catalog{Synonyms: make([][]string, 0, 4)}
	catalog.Synonyms = append(catalog.Synonyms, []string{"rice", "padi"})
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() { geo.NewLexicon(catalog) })
	}
	group.Wait()
	if kept := catalog.Synonyms[:2]; kept[1] != nil {
		t.Errorf("%q was written behind the catalog's synonyms", kept[1])
	}
}
