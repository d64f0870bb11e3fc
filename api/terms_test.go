package api

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"innoatlas/geo"
	"innoatlas/geo/memory"
)

// termsServer serves records of somebody's own, with these terms of the data and of the
// operator.
func termsServer(data, operator geo.Terms, ownOutlines bool) *Server {
	ds := fixture()
	ds.Terms, ds.OwnOutlines = data, ownOutlines
	cfg := fixtureConfig()
	cfg.Terms = operator
	return New(memory.New(ds), cfg)
}

// sayTerms are all that say on what terms the data may be used.
var sayTerms = []string{
	"/?f=json", "/OGCFeatureServer", "/collections", "/collections/facilities", "/collections/facilities?f=html", "/collections/countries",
	"/tiles", "/tiles/WebMercatorQuad", "/tiles/WebMercatorQuad?f=html", "/tiles/WebMercatorQuad/tilejson", "/collections/facilities/tiles/WebMercatorQuad/tilejson",
	"/data/facilities.geojson", "/data/facilities.kml", "/data/facilities.fgb", "/data/facilities.gpkg", "/data/facilities.parquet",
	"/data/countries.geojson", "/data/countries.fgb", "/data/countries.gpkg",
}

// Terms come with the data. What the operator states stands in their place, a licence
// and its address together, but whom the data names stays named.
func TestTerms(t *testing.T) {
	data := geo.Terms{Licence: "Licence of the data", LicenceURL: "https://data.example/licence", Attribution: "Office of the data"}
	own := geo.Terms{Licence: "Own licence", LicenceURL: "https://own.example/", Attribution: "Own office"}
	for name, c := range map[string]struct{ operator, want geo.Terms }{
		"of the data":     {geo.Terms{}, data},
		"of the operator": {own, geo.Terms{Licence: own.Licence, LicenceURL: own.LicenceURL, Attribution: "Own office · Office of the data"}},
		"the same":        {data, data},
		"a licence":       {geo.Terms{Licence: "Own licence"}, geo.Terms{Licence: "Own licence", Attribution: "Office of the data"}},
		"an attribution": {geo.Terms{Attribution: "Own office"},
			geo.Terms{Licence: data.Licence, LicenceURL: data.LicenceURL, Attribution: "Own office · Office of the data"}},
		"a licence's address": {geo.Terms{LicenceURL: "https://own.example/"}, geo.Terms{LicenceURL: "https://own.example/", Attribution: "Office of the data"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := termsServer(data, c.operator, true)
			for _, path := range sayTerms {
				body := get(t, s, path).Body.String()
				for _, want := range []string{c.want.Licence, c.want.LicenceURL, c.want.Attribution} {
					if !strings.Contains(body, want) {
						t.Errorf("%s does not say %q", path, want)
					}
				}
				for _, never := range []string{data.Licence, data.LicenceURL, "Office of the data · Office of the data"} {
					if !slices.Contains([]string{c.want.Licence, c.want.LicenceURL}, never) && strings.Contains(body, never) {
						t.Errorf("%s says %q", path, never)
					}
				}
			}
		})
	}
}

// Whoever serves records of their own names nobody whose data is not there. Only the
// outlines that stand in for theirs are named, where these are.
func TestNobodyIsNamedWithoutReason(t *testing.T) {
	for _, own := range []bool{true, false} {
		s := termsServer(geo.Terms{}, geo.Terms{}, own)
		for _, path := range sayTerms {
			body := get(t, s, path).Body.String()
			for _, never := range []string{"GeoNames", "ROR", "Research Organization", `"license"`, `"attribution":""`} {
				if strings.Contains(body, never) {
					t.Errorf("%s has %q", path, never)
				}
			}
			outlines := !own && (path == "/collections" || strings.HasPrefix(path, "/tiles") || strings.Contains(path, "countries"))
			if got := strings.Contains(body, "Natural Earth"); got != outlines {
				t.Errorf("own outlines %v, %s: Natural Earth is named: %v", own, path, got)
			}
		}
	}
}

// TileJSON's attribution is shown as HTML, so no text of the terms is markup in it.
func TestCreditIsNoMarkup(t *testing.T) {
	s := termsServer(geo.Terms{Licence: `<b>"A" & B`, LicenceURL: `https://a.example/?a=1&b="`, Attribution: "<script>R&D</script>"}, geo.Terms{}, true)
	var doc struct{ Attribution string }
	if err := json.Unmarshal(get(t, s, "/collections/facilities/tiles/WebMercatorQuad/tilejson").Body.Bytes(), &doc); err != nil {
		t.Fatal(err)
	}
	const want = `&lt;script&gt;R&amp;D&lt;/script&gt; · <a href="https://a.example/?a=1&amp;b=&#34;" rel="license">&lt;b&gt;&#34;A&#34; &amp; B</a>`
	if doc.Attribution != want {
		t.Errorf("%s, want %s", doc.Attribution, want)
	}
}

// Files lead to the licence by a header, since CSV and lines have no place for it.
func TestFilesLeadToTheLicence(t *testing.T) {
	const address = "https://example.org/licence?a=(b)"
	for given, want := range map[string]string{
		address: "<" + address + `>; rel="license"`, "": "", `https://example.org/>; rel="next"`: "", "https://example.org/\r\nX: y": "", "https://例.example/": "",
	} {
		s := termsServer(geo.Terms{LicenceURL: given}, geo.Terms{}, true)
		for _, path := range []string{"/data/facilities.csv", "/data/facilities.geojsonl", "/data/facilities.xlsx", "/data/countries.fgb"} {
			if got := get(t, s, path).Header().Get("Link"); got != want {
				t.Errorf("%s, %q: Link is %q, want %q", path, given, got, want)
			}
		}
	}
}

// The licence is a link of the landing page and of each collection.
func TestLicenceLinks(t *testing.T) {
	s := termsServer(geo.Terms{Licence: "CC BY 4.0", LicenceURL: "https://creativecommons.org/licenses/by/4.0/"}, geo.Terms{}, true)
	const want = `{"href":"https://creativecommons.org/licenses/by/4.0/","rel":"license","type":"text/html","title":"CC BY 4.0"}`
	for path, n := range map[string]int{"/?f=json": 1, "/OGCFeatureServer": 1, "/collections": len(geo.Collections), "/collections/facilities": 1, "/collections/countries": 1} {
		if got := strings.Count(get(t, s, path).Body.String(), want); got != n {
			t.Errorf("%s has %d links to the licence, want %d", path, got, n)
		}
	}
}
