// Package apitest has what tests of the server share, of the API and of the pages: a data
// set, and how it is asked.
package apitest

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/paulmach/orb"

	"innoatlas/geo"
)

// Dataset is a small one with everything that records may have or lack.
func Dataset() *geo.Dataset {
	term := func(id, en, zh string) geo.Term { return geo.Term{ID: id, Labels: geo.Labels{"en": en, "zh": zh}} }
	ds := &geo.Dataset{
		Revision: "fixture",
		Kinds:    []geo.Term{term("joint-laboratory", "Joint laboratory", "联合实验室"), term("agricultural-park", "Agricultural park", "农业科技园区")},
		Sectors:  []geo.Term{term("new-energy", "New energy", "新能源"), term("marine-and-fisheries", "Marine & fisheries", "海洋渔业")},
		Figures: []geo.Figure{{Country: "THA", Indicator: "joint_labs", Value: 2, Year: 2021,
			Source: geo.Source{Title: "Report <2021>", URL: "https://example.org/report?a=1&b=2"}}},
	}
	ds.Kinds[0].Sign, ds.Kinds[0].SchemaType = geo.Sign{Shape: "circle", Colour: 1}, "ResearchOrganization"
	ds.Kinds[1].Sign = geo.Sign{Shape: "triangle", Colour: 3}
	for _, code := range []string{"CHN", "FJI", "THA"} {
		c, _ := geo.CountryByCode(code)
		ds.Countries = append(ds.Countries, c)
	}
	ds.Countries[2].Outline = orb.MultiPolygon{{{{97, 5}, {106, 5}, {106, 21}, {97, 21}, {97, 5}}}}
	ds.Facilities = []geo.Facility{
		{ID: 1, Slug: "solar-lab-bangkok", Kind: "joint-laboratory", Name: "China-Thailand Solar Laboratory", NameZh: "中泰太阳能联合实验室",
			NameLocal: "ห้องปฏิบัติการ", NameLocalLang: "th", Country: "THA", CountryName: "Thailand", City: "Bangkok",
			Position: &orb.Point{100.50144, 13.75398}, Precision: "city", Sectors: []string{"new-energy"},
			Partners: []string{"Kasetsart University (THA)", "Guangxi University (CHN)"}, HostInstitution: "Kasetsart University",
			Established: 2015, Status: "operating", Summary: `Works on "thin films" & inverters.`,
			Source:  geo.Source{Title: "Opening of the laboratory", URL: "https://example.org/solar", Date: "2015-06"},
			Sources: []geo.Source{{Title: "Second report", URL: "https://example.org/second", Date: "2016", Supports: "the year"}},
			Updated: time.Date(2024, 2, 3, 4, 5, 6, 0, time.UTC)},
		{ID: 3, Slug: "formula", Kind: "agricultural-park", Name: `=HYPERLINK("https://evil.example")`, Country: "CHN", CountryName: "China",
			City: "Nanning", Position: &orb.Point{108.31667, 22.81667}, Precision: "admin1", Status: "planned",
			Source: geo.Source{Title: "<script>alert(1)</script>", URL: "javascript:alert(1)"}},
		{ID: 7, Slug: "fish-farm-taveuni", Kind: "agricultural-park", Name: "Fish farm across the antimeridian", Country: "FJI", CountryName: "Fiji",
			Position: &orb.Point{-179.9, -16.8}, Precision: "country", Sectors: []string{"marine-and-fisheries", "new-energy"}, Established: 1998, Status: "closed"},
		{ID: 8, Slug: "nowhere", Kind: "joint-laboratory", Name: "Laboratory of no known place", Status: "unknown"},
	}
	return ds
}

// Now is the time of tests.
func Now() time.Time { return time.Date(2025, 1, 2, 3, 4, 5, 0, time.UTC) }

// Get asks a server as a program on this machine does; headers are name, value, name, value …
func Get(t testing.TB, s http.Handler, target string, headers ...string) *httptest.ResponseRecorder {
	t.Helper()
	return Do(t, s, http.MethodGet, target, headers...)
}

// Do makes a request of any method.
func Do(t testing.TB, s http.Handler, method, target string, headers ...string) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), method, target, nil)
	r.Host = "localhost:8080"
	for i := 0; i < len(headers); i += 2 {
		r.Header.Add(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	return w
}
