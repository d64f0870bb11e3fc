package api

import (
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"innoatlas/geo"
)

func TestFilters(t *testing.T) {
	s := newTestServer()
	for _, test := range []struct {
		name, query string
		want        []int
	}{
		{"no filter, in Z-order", "", []int{3, 1, 7, 8}},
		{"country by alpha-3", "country=THA", []int{1}},
		{"country by alpha-2 in lower case", "country=th", []int{1}},
		{"two countries in one list are alternatives", "country=THA,FJI", []int{1, 7}},
		{"two lists of one name are alternatives", "country=THA&country=FJI", []int{1, 7}},
		{"country not stated", "country=none", []int{8}},
		{"a country without records", "country=PER", []int{}},
		{"two facets both hold", "country=THA,FJI&kind=agricultural-park", []int{7}},
		{"sector", "sector=new-energy", []int{1, 7}},
		{"sector not stated", "sector=none", []int{3, 8}},
		{"status", "status=closed,planned", []int{3, 7}},
		{"precision not stated", "precision=none", []int{8}},
		{"founded in a range", "established=1990..2014", []int{7}},
		{"founded in a year", "established=2015", []int{1}},
		{"words, accents and case aside", "q=THÁILAND+solar", []int{1}},
		{"chinese words", "q=" + url.QueryEscape("太阳能"), []int{1}},
		{"partner's name", "q=kasetsart", []int{1}},
		{"box keeps records without a position", "bbox=100,13,101,14", []int{1, 8}},
		{"box with encoded commas", "bbox=100%2C13%2C101%2C14", []int{1, 8}},
		{"box across the antimeridian", "bbox=170,-20,-170,-10", []int{7, 8}},
		{"box with heights", "bbox=100,13,-5,101,14,5", []int{1, 8}},
		{"datetime keeps records without a year", "datetime=2015-06-01", []int{3, 1, 8}},
		{"open interval", "datetime=../2000-01-01T00:00:00Z", []int{3, 7, 8}},
		{"exact text", "city=Bangkok", []int{1}},
		{"exact text is case sensitive", "city=bangkok", []int{}},
		{"exact integer", "id=7", []int{7}},
		{"slug", "slug=nowhere", []int{8}},
		{"limit", "limit=2", []int{3, 1}},
		{"limit above the maximum", "limit=99999999999999999999999", []int{3, 1, 7, 8}},
		{"offset", "offset=2", []int{7, 8}},
		{"offset past the end", "offset=100", []int{}},
		{"order", "sortby=-established", []int{1, 7, 3, 8}},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := featureIDs(t, get(t, s, "/collections/facilities/items?"+test.query))
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestRefusedParameters(t *testing.T) {
	s := newTestServer()
	const items = "/collections/facilities/items"
	for _, test := range []struct{ name, target, parameter, text string }{
		{"unknown name, near a known one", items + "?Contry=THA", "Contry", "did you mean country?"},
		{"unknown name, near none", items + "?colour=red", "colour", "there are country, sector"},
		{"ArcGIS's where clause", items + "?query=1%3D1", "query", "ArcGIS"},
		{"given twice", items + "?limit=1&limit=2", "limit", "twice"},
		{"empty", items + "?limit=", "limit", "empty"},
		{"without a value", items + "?kind", "kind", "empty"},
		{"empty value in a list", items + "?kind=joint-laboratory,", "kind", "joint-laboratory, agricultural-park, none"},
		{"unknown kind", items + "?kind=spaceship", "kind", "joint-laboratory, agricultural-park, none"},
		{"unknown country", items + "?country=XYZ", "country", "CHN, FJI, THA"},
		{"limit of words", items + "?limit=unlimited", "limit", "1 to 10000"},
		{"limit of zero", items + "?limit=0", "limit", "1 to 10000"},
		{"negative limit", items + "?limit=-1", "limit", "1 to 10000"},
		{"fractional limit", items + "?limit=1.5", "limit", "1 to 10000"},
		{"negative offset", items + "?offset=-1", "offset", "integer"},
		{"offset past any data", items + "?offset=100000001", "offset", "100000000"},
		{"box of three numbers", items + "?bbox=1,2,3", "bbox", "four numbers"},
		{"box with NaN", items + "?bbox=NaN,0,1,1", "bbox", "not a number"},
		{"box upside down", items + "?bbox=0,50,10,40", "bbox", "south"},
		{"datetime of words", items + "?datetime=yesterday", "datetime", "RFC 3339"},
		{"years given twice", items + "?established=2015&established=2016", "established", "twice"},
		{"a list of years", items + "?established=2015,2016", "established", "2015..2024"},
		{"reversed years", items + "?established=2020..2010", "established", "after the last"},
		{"integer of words", items + "?id=seven", "id", "integer"},
		{"integer too large", items + "?id=99999999999999999999", "id", "integer"},
		{"search without a word", items + "?q=%20%20", "q", "no word"},
		{"search of too many words", items + "?q=" + strings.Repeat("a+", 40), "q", "at most 32"},
		{"order by a list", items + "?sortby=sectors", "sortby", "not one of"},
		{"place of no page", items + "?after=nonsense", "after", "next link"},
		{"unknown representation", items + "?f=xml", "f", "geojson"},
		{"empty language", items + "?lang=", "lang", "empty"},
		{"two languages", items + "?lang=zh&lang=en", "lang", "twice"},
		{"mark", items + "?bom=no", "bom", "0 or 1"},
		{"half an escape", items + "?q=%zz", "query string", "percent-encoded"},
		{"semicolon", items + "?q=a;limit=2", "query string", "percent-encoded"},
		{"not UTF-8", items + "?q=%ff", "q", "UTF-8"},
		{"NUL", items + "?q=a%00b", "q", "NUL"},
		{"NUL in a name", items + "?a%00b=1", "a\ufffdb", "UTF-8"},
		{"status of countries", "/collections/countries/items?status=closed", "status", "not a parameter"},
		{"years of countries", "/collections/countries/items?established=2000", "established", "not a parameter"},
		{"datetime of countries is checked", "/collections/countries/items?datetime=nonsense", "datetime", "RFC 3339"},
		{"rows by no dimension", "/collections/facilities/matrix?rows=city", "rows", "country, sector"},
		{"columns by years", "/collections/facilities/matrix?columns=established", "columns", "country, sector"},
		{"rows as columns", "/collections/facilities/matrix?rows=kind&columns=kind", "columns", "two different"},
		{"columns as the rows", "/collections/partnerships/matrix?rows=type&columns=type", "columns", "two different"},
		{"rows given twice", "/collections/facilities/matrix?rows=kind&rows=status", "rows", "twice"},
		{"a matrix has no limit", "/collections/facilities/matrix?limit=1", "limit", "not a parameter"},
		{"clusters without zoom", "/collections/facilities/clusters", "zoom", "0 to 22"},
		{"clusters too deep", "/collections/facilities/clusters?zoom=23", "zoom", "0 to 22"},
		{"clusters have no limit", "/collections/facilities/clusters?zoom=1&limit=2", "limit", "not a parameter"},
		{"downloads have no limit", "/data/facilities.csv?limit=2", "limit", "not a parameter"},
		{"landing page", "/?country=THA", "country", "not a parameter"},
		{"conformance", "/conformance?x=1", "x", "not a parameter"},
		{"feature", items + "/1?limit=1", "limit", "not a parameter"},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := get(t, s, test.target)
			p := decode[problemDetails](t, w)
			if w.Code != http.StatusBadRequest || p.Parameter != test.parameter || !strings.Contains(p.Detail, test.text) {
				t.Errorf("status %d, parameter %q, detail %q; want 400, %q, …%s…", w.Code, p.Parameter, p.Detail, test.parameter, test.text)
			}
			if cache := w.Header().Get("Cache-Control"); cache != "no-store" {
				t.Errorf("Cache-Control %q, want no-store", cache)
			}
		})
	}
}

// A filter means the same on items, facets, matrix, clusters and downloads.
func TestFiltersMeanTheSameEverywhere(t *testing.T) {
	s := newTestServer()
	for _, query := range []string{"country=THA,FJI", "q=laboratory", "bbox=90,0,120,30", "established=1990..", "status=planned,unknown"} {
		matched := func(target string) int {
			return decode[struct{ NumberMatched int }](t, get(t, s, target)).NumberMatched
		}
		want := matched("/collections/facilities/items?" + query)
		if got := matched("/collections/facilities/facets?" + query); got != want {
			t.Errorf("%s: facets match %d, items %d", query, got, want)
		}
		if got := matched("/collections/facilities/matrix?" + query); got != want {
			t.Errorf("%s: the matrix matches %d, items %d", query, got, want)
		}
		if got := matched("/collections/facilities/clusters?zoom=3&" + query); got != want {
			t.Errorf("%s: clusters match %d, items %d", query, got, want)
		}
		if got := len(featureIDs(t, get(t, s, "/data/facilities.geojson?"+query))); got != want {
			t.Errorf("%s: the download has %d, items match %d", query, got, want)
		}
	}
}

func TestNearest(t *testing.T) {
	names := filterParameters(geo.Facilities).names()
	for name, want := range map[string]string{
		"BBOX": "bbox", "countries": "country", "sectors": "sector", "kinds": "kind", "establised": "established", "date_time": "datetime",
		"Q": "q", "x": "", "zzzzzzzzzz": "", "": "", strings.Repeat("x", 1000): "",
	} {
		if got := nearest(name, names); got != want {
			t.Errorf("nearest(%.20q) = %q, want %q", name, got, want)
		}
	}
}

// Of several mistakes the answer names always the same one.
func TestFirstInvalidTextIsNamed(t *testing.T) {
	for range 50 {
		_, err := parseParameters("limit=%00&%00=th&country=%FF")
		var input *geo.InputError
		if !errors.As(err, &input) || input.Param != "�" {
			t.Fatalf("%v", err)
		}
	}
}
