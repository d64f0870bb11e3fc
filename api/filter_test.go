package api

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func items(query ...string) string {
	values := url.Values{}
	for i := 0; i < len(query); i += 2 {
		values.Set(query[i], query[i+1])
	}
	return "/collections/facilities/items?" + values.Encode()
}

func TestCQL2(t *testing.T) {
	s := newTestServer()
	const mercator = "http://www.opengis.net/def/crs/EPSG/0/3857"
	const latLon = "http://www.opengis.net/def/crs/EPSG/0/4326"
	const cgcs2000 = "http://www.opengis.net/def/crs/EPSG/0/4490"
	for _, test := range []struct {
		name  string
		query []string
		want  []int
	}{
		{"CGCS2000", []string{"filter", "S_INTERSECTS(geometry, BBOX(13,100,14,101))", "filter-crs", cgcs2000}, []int{1}},
		{"box in CGCS2000", []string{"bbox", "13,100,14,101", "bbox-crs", cgcs2000}, []int{1, 8}},
		{"comparison", []string{"filter", "established > 2000"}, []int{1}},
		{"null is neither true nor false", []string{"filter", "NOT (established = 2015)"}, []int{7}},
		{"like", []string{"filter", "name LIKE '%Laborator_%'"}, []int{1, 8}},
		{"case", []string{"filter", "CASEI(name) LIKE casei('%LABORATORY%')"}, []int{1, 8}},
		{"accents", []string{"filter", "ACCENTI(name) LIKE accenti('%Thãiland%')"}, []int{1}},
		{"between", []string{"filter", "established BETWEEN 1990 AND 2000"}, []int{7}},
		{"in", []string{"filter", "country IN ('CHN','FJI')"}, []int{3, 7}},
		{"list", []string{"filter", "A_CONTAINS(sectors, ('new-energy','marine-and-fisheries'))"}, []int{7}},
		{"time", []string{"filter", "T_AFTER(updated, TIMESTAMP('2024-02-03T00:00:00Z'))"}, []int{1}},
		{"arithmetic", []string{"filter", "established - 5 * 2 = 2005"}, []int{1}},
		{"two properties", []string{"filter", "status <> precision"}, []int{3, 1, 7}},
		{"a point in a polygon", []string{"filter", "S_WITHIN(geometry, POLYGON((100 13, 101 13, 101 14, 100 14, 100 13)))"}, []int{1}},
		{"a box across the antimeridian", []string{"filter", "S_INTERSECTS(geometry, BBOX(170,-20,-170,-10))"}, []int{7}},
		{"latitude first", []string{"filter", "S_INTERSECTS(geometry, BBOX(13,100,14,101))", "filter-crs", latLon}, []int{1}},
		{"metres", []string{"filter", "S_INTERSECTS(geometry, BBOX(11100000,1500000,11300000,1600000))", "filter-crs", mercator}, []int{1}},
		{"json", []string{"filter", `{"op":"=","args":[{"property":"country"},"THA"]}`, "filter-lang", "cql2-json"}, []int{1}},
		{"as GDAL names it", []string{"filter", "country = 'THA'", "filter-lang", "cql-text"}, []int{1}},
		{"with other parameters", []string{"filter", "established > 1900", "country", "FJI"}, []int{7}},
		{"box in metres", []string{"bbox", "11100000,1500000,11300000,1600000", "bbox-crs", mercator}, []int{1, 8}},
		{"box with latitude first", []string{"bbox", "13,100,14,101", "bbox-crs", latLon}, []int{1, 8}},
		{"exact time", []string{"updated", "2024-02-03T05:05:06+01:00"}, []int{1}},
	} {
		t.Run(test.name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, featureIDs(t, get(t, s, items(test.query...)))); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// What cannot be read is 400 with what to change, and names the parameter.
func TestCQL2Errors(t *testing.T) {
	s := newTestServer()
	for _, test := range []struct {
		name, parameter string
		query           []string
		want            string
	}{
		{"no filter", "filter", []string{"filter", "("}, "column"},
		{"unknown property", "filter", []string{"filter", "contry = 'THA'"}, "country"},
		{"two types", "filter", []string{"filter", "established = 'x'"}, "established"},
		{"json as text", "filter", []string{"filter", `{"op":"=","args":[]}`}, "filter-lang=cql2-json"},
		{"text as json", "filter", []string{"filter", "a = 1", "filter-lang", "cql2-json"}, "column"},
		{"language", "filter-lang", []string{"filter", "TRUE", "filter-lang", "cql3"}, "cql2-text"},
		{"off the earth", "filter", []string{"filter", "S_INTERSECTS(geometry, POINT(90 180))"}, "latitude"},
		{"system of the filter", "filter-crs", []string{"filter", "TRUE", "filter-crs", "http://www.opengis.net/def/crs/0/unsupported"}, "4326"},
		{"system of the box", "bbox-crs", []string{"bbox", "5,49,6,50", "bbox-crs", "EPSG:4326"}, "4326"},
		{"box beyond its system", "bbox", []string{"bbox", "97,5,106,21", "bbox-crs", "http://www.opengis.net/def/crs/EPSG/0/4326"}, "latitude"},
		{"system of the answer", "crs", []string{"crs", "http://www.opengis.net/def/crs/0/unsupported"}, "3857"},
		{"property", "properties", []string{"properties", "name,contry"}, "did you mean country"},
		{"property to leave out", "exclude-properties", []string{"exclude-properties", "zz"}, "name"},
		{"geometry", "skipGeometry", []string{"skipGeometry", "yes"}, "true or false"},
		{"facet", "facets", []string{"facets", "city"}, "country"},
		{"buckets", "facets", []string{"facets", "country:0"}, "buckets"},
		{"time", "updated", []string{"updated", "yesterday"}, "RFC 3339"},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := get(t, s, items(test.query...))
			problem := decode[struct{ Detail, Parameter string }](t, w)
			if w.Code != http.StatusBadRequest || problem.Parameter != test.parameter || !strings.Contains(problem.Detail, test.want) {
				t.Errorf("%d, parameter %q: %s; want %q in it", w.Code, problem.Parameter, problem.Detail, test.want)
			}
		})
	}
}

// A filter means the same on everything that takes one.
func TestCQL2Everywhere(t *testing.T) {
	s := newTestServer()
	query := "filter=" + url.QueryEscape("established > 2000")
	for path, want := range map[string]string{
		"/collections/facilities/facets?":          `"numberMatched":1`,
		"/collections/facilities/clusters?zoom=3&": `"numberMatched":1`,
		"/data/facilities.geojson?":                `"solar-lab-bangkok"`,
		"/collections/countries/items?filter=" + url.QueryEscape("facilities > 0 AND name LIKE 'T%'") + "&x": "",
	} {
		if want == "" {
			continue
		}
		if w := get(t, s, path+query); w.Code != http.StatusOK || !strings.Contains(w.Body.String(), want) || strings.Contains(w.Body.String(), "fish-farm") {
			t.Errorf("%s%s: %d %s", path, query, w.Code, w.Body)
		}
	}
	w := get(t, s, "/collections/countries/items?filter="+url.QueryEscape("facilities > 0 AND S_CONTAINS(geometry, POINT(100 15))"))
	if diff := cmp.Diff([]int{764}, featureIDs(t, w)); diff != "" {
		t.Error(diff)
	}
}

func TestPagesKeepTheFilter(t *testing.T) {
	s := newTestServer()
	target := items("filter", "country IS NOT NULL", "limit", "1", "crs", "http://www.opengis.net/def/crs/EPSG/0/3857", "properties", "name", "sortby", "-id")
	var ids []int
	for target != "" {
		w := get(t, s, target)
		ids = append(ids, featureIDs(t, w)...)
		if got := w.Header().Get("Content-Crs"); got != "<http://www.opengis.net/def/crs/EPSG/0/3857>" {
			t.Fatalf("Content-Crs %q on %s", got, target)
		}
		target = nextOf(t, w.Body.Bytes())
	}
	if diff := cmp.Diff([]int{7, 3, 1}, ids); diff != "" {
		t.Error(diff)
	}
}
