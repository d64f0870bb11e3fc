package api

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// nextOf is the path and query of a page's next link; empty on the last page.
func nextOf(t *testing.T, body []byte) string {
	t.Helper()
	var page struct{ Links []Link }
	if err := json.Unmarshal(body, &page); err != nil {
		t.Fatal(err)
	}
	for _, l := range page.Links {
		if l.Rel == "next" {
			return strings.TrimPrefix(l.Href, "http://localhost:8080")
		}
	}
	return ""
}

type anyFeature struct {
	ID       int
	Geometry *struct {
		Type        string
		Coordinates []float64
	}
	Properties map[string]any
}

func TestFormatOptions(t *testing.T) {
	s := newTestServer()
	for _, test := range []struct {
		name  string
		query []string
		want  string // of the feature 1, as JSON
	}{
		{"latitude first", []string{"crs", "http://www.opengis.net/def/crs/EPSG/0/4326", "properties", "id"},
			`{"ID":1,"Geometry":{"Type":"Point","Coordinates":[13.75398,100.50144]},"Properties":{"id":1}}`},
		{"CGCS2000", []string{"crs", "http://www.opengis.net/def/crs/EPSG/0/4490", "properties", "id"},
			`{"ID":1,"Geometry":{"Type":"Point","Coordinates":[13.75398,100.50144]},"Properties":{"id":1}}`},
		{"UTM", []string{"crs", "http://www.opengis.net/def/crs/EPSG/0/32647", "properties", "id"},
			`{"ID":1,"Geometry":{"Type":"Point","Coordinates":[662329.2681,1521023.7584]},"Properties":{"id":1}}`},
		{"chosen properties, in their order", []string{"properties", "sectors,name,updated,established", "skipGeometry", "true"},
			`{"ID":1,"Geometry":null,"Properties":{"established":2015,"name":"China-Thailand Solar Laboratory","sectors":["new-energy"],"updated":"2024-02-03T04:05:06Z"}}`},
		{"the geometry is no property", []string{"properties", "geometry"},
			`{"ID":1,"Geometry":{"Type":"Point","Coordinates":[100.50144,13.75398]},"Properties":{}}`},
		{"chosen, and some of them left out", []string{"properties", "name,city", "exclude-properties", "city", "skipGeometry", "true"},
			`{"ID":1,"Geometry":null,"Properties":{"name":"China-Thailand Solar Laboratory"}}`},
	} {
		t.Run(test.name, func(t *testing.T) {
			page := decode[struct{ Features []anyFeature }](t, get(t, s, items(append(test.query, "id", "1")...)))
			got, err := json.Marshal(page.Features[0])
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, string(got)); diff != "" {
				t.Error(diff)
			}
			one := decode[anyFeature](t, get(t, s, strings.Replace(items(test.query...), "items?", "items/1?", 1)))
			if diff := cmp.Diff(page.Features[0], one); diff != "" {
				t.Errorf("the record by itself differs: %s", diff)
			}
		})
	}
}

// What is left out is left out, and all else is as in the whole record.
func TestExcludedProperties(t *testing.T) {
	s := newTestServer()
	whole := decode[anyFeature](t, get(t, s, "/collections/facilities/items/1")).Properties
	for _, name := range slices.Sorted(maps.Keys(whole)) {
		rest := decode[anyFeature](t, get(t, s, "/collections/facilities/items/1?exclude-properties="+name)).Properties
		want := maps.Clone(whole)
		delete(want, name)
		if diff := cmp.Diff(want, rest); diff != "" {
			t.Errorf("without %s: %s", name, diff)
		}
	}
}

func TestFacetsBesideTheRecords(t *testing.T) {
	s := newTestServer()
	type facet struct {
		Type, Property, SortedBy string
		Buckets                  []struct {
			Value *string
			Count int
		}
	}
	page := decode[struct {
		NumberMatched int
		Facets        map[string]facet
	}](t, get(t, s, "/collections/facilities/items?country=FJI&limit=1&facets=country:2,sector"))
	if len(page.Facets) != 2 || page.NumberMatched != 1 {
		t.Fatalf("%+v", page)
	}
	if n := len(page.Facets["country"].Buckets); n != 2 {
		t.Errorf("%d buckets of country, 2 were asked for", n)
	}
	own := decode[struct{ Facets map[string]facet }](t, get(t, s, "/collections/facilities/facets?country=FJI"))
	if diff := cmp.Diff(own.Facets["sector"], page.Facets["sector"]); diff != "" {
		t.Errorf("the same facet by itself differs: %s", diff)
	}
	if w := get(t, s, "/collections/facilities/items"); strings.Contains(w.Body.String(), `"facets"`) {
		t.Error("facets were counted, and nobody asked")
	}
}

// Years stand in their order, with how many have none last, and ignore the years
// that are chosen.
func TestYearsAsAFacet(t *testing.T) {
	s := newTestServer()
	type facet struct {
		Property, SortedBy string
		Buckets            []struct {
			Value *string
			Count int
			Label string
		}
	}
	counts := func(target string) string {
		f := decode[struct{ Facets map[string]facet }](t, get(t, s, target)).Facets["established"]
		if f.Property != "established" || f.SortedBy != "value" {
			t.Errorf("%s: %+v", target, f)
		}
		var list []string
		for _, b := range f.Buckets {
			if b.Value != nil && *b.Value != b.Label {
				t.Errorf("%s: the year %s is called %s", target, *b.Value, b.Label)
			}
			list = append(list, fmt.Sprint(b.Label, " ", b.Count))
		}
		return strings.Join(list, ", ")
	}
	for _, test := range []struct{ name, target, want string }{
		{"all", "facets", "1998 1, 2015 1, Not stated 2"},
		{"years chosen", "facets?established=2015", "1998 1, 2015 1, Not stated 2"},
		{"another choice", "facets?country=THA&established=1998", "1998 0, 2015 1, Not stated 0"},
		{"years in a filter", "facets?filter=established%3E2000", "1998 0, 2015 1, Not stated 0"},
		{"beside the records", "items?established=2015&facets=established", "1998 1, 2015 1, Not stated 2"},
		{"as many as there are", "items?facets=established:3", "1998 1, 2015 1, Not stated 2"},
		{"the latest", "items?facets=established:1", "2015 1"},
		{"not stated goes first", "items?facets=established:2", "1998 1, 2015 1"},
	} {
		if got := counts("/collections/facilities/" + test.target); got != test.want {
			t.Errorf("%s: %s, want %s", test.name, got, test.want)
		}
	}
}
