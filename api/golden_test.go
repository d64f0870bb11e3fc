package api

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "rewrite the expected answers in testdata")

func TestGolden(t *testing.T) {
	s := newTestServer()
	const html = "text/html,application/xhtml+xml,*/*;q=0.8"
	for _, test := range []struct{ name, target, accept string }{
		{"landing", "/", ""},
		{"conformance", "/conformance", ""},
		{"collections", "/collections", ""},
		{"collection-facilities", "/collections/facilities", ""},
		{"collection-countries", "/collections/countries", ""},
		{"items", "/collections/facilities/items", ""},
		{"items-second-page", "/collections/facilities/items?limit=2&offset=1&kind=joint-laboratory,agricultural-park", ""},
		{"items-none", "/collections/facilities/items?q=nothing+like+this", ""},
		{"items-countries", "/collections/countries/items", ""},
		{"feature", "/collections/facilities/items/1", ""},
		{"feature-by-slug", "/collections/facilities/items/nowhere", ""},
		{"country", "/collections/countries/items/tha", ""},
		{"facets", "/collections/facilities/facets?country=THA&lang=zh", ""},
		{"facets-countries", "/collections/countries/facets", ""},
		{"matrix", "/collections/facilities/matrix?established=1990..", ""},
		{"matrix-csv", "/collections/facilities/matrix?rows=sector&columns=country&f=csv&lang=zh", ""},
		{"clusters", "/collections/facilities/clusters?zoom=0", ""},
		{"api", "/api", ""},
		{"schema", "/collections/facilities/schema", ""},
		{"schema-countries", "/collections/countries/schema", ""},
		{"queryables", "/collections/facilities/queryables", ""},
		{"sortables", "/collections/countries/sortables", ""},
		{"feature-schema", "/collections/facilities/feature-schema", ""},
		{"items-view", "/collections/facilities/items?properties=name,country&crs=http://www.opengis.net/def/crs/EPSG/0/4326&facets=country:1", ""},
		{"open", "/collections/facilities/open?country=THA", ""},
		{"open-qlr", "/collections/facilities/open.qlr?country=THA", ""},
		{"open-qlr-countries", "/collections/countries/open.qlr", ""},
		{"python-arcgis", "/OGCFeatureServer", ""},
		{"download-geojson", "/data/facilities.geojson?sortby=-id", ""},
		{"download-csv", "/data/facilities.csv", ""},
		{"problem-unknown-parameter", "/collections/facilities/items?contry=THA", ""},
		{"problem-value", "/collections/facilities/items?kind=spaceship", ""},
		{"problem-collection", "/collections/labs", ""},
		{"problem-matrix", "/collections/countries/matrix?rows=region", ""},
		{"problem-record", "/collections/facilities/items/99", ""},

		{"html-collections", "/collections", html},
		{"html-collection", "/collections/facilities", html},
		{"html-items", "/collections/facilities/items?limit=2", html},
		{"html-items-zh", "/collections/facilities/items?lang=zh", html},
		{"html-items-none", "/collections/facilities/items?q=nothing", html},
		{"html-items-countries", "/collections/countries/items", html},
		{"html-feature", "/collections/facilities/items/1", html},
		{"html-feature-hostile", "/collections/facilities/items/3", html},
		{"html-country-zh", "/collections/countries/items/tha?lang=zh", html},
		{"html-conformance", "/conformance", html},
		{"html-schema", "/collections/facilities/queryables", html},
		{"html-open", "/collections/facilities/open?country=THA&lang=zh", html},
		{"html-api", "/api", html},
		{"html-problem", "/collections/facilities/items/99", html},
	} {
		t.Run(test.name, func(t *testing.T) {
			compareGolden(t, test.name, transcript(t, get(t, s, test.target, "Accept", test.accept)))
		})
	}
}

// What institutions, partnerships and projects are to programs and to people.
func TestGoldenNetwork(t *testing.T) {
	s := newNetworkServer()
	const html = "text/html,application/xhtml+xml,*/*;q=0.8"
	for _, test := range []struct{ name, target, accept string }{
		{"network-collections", "/collections", ""},
		{"network-institutions", "/collections/institutions/items", ""},
		{"network-partnerships", "/collections/partnerships/items", ""},
		{"network-partnerships-zh", "/collections/partnerships/items?lang=zh&role=host", ""},
		{"network-projects", "/collections/projects/items?datetime=2021-09-30/..&sortby=-start", ""},
		{"network-facets", "/collections/partnerships/facets?lang=zh", ""},
		{"network-facets-facilities", "/collections/facilities/facets?takes_part=CHN", ""},
		{"network-matrix", "/collections/partnerships/matrix?rows=institution_country&columns=country", ""},
		{"network-schema", "/collections/partnerships/schema", ""},
		{"network-schema-projects", "/collections/projects/feature-schema?lang=zh", ""},
		{"network-queryables-projects", "/collections/projects/queryables", ""},
		{"network-csv", "/data/partnerships.csv", ""},
		{"network-csv-projects", "/data/projects.csv?lang=zh", ""},
		{"network-graphml", "/data/partnerships.graphml?lang=zh", ""},
		{"network-qlr", "/collections/partnerships/open.qlr", ""},
		{"network-qlr-projects", "/collections/projects/open.qlr", ""},
		{"network-problem-institution", "/collections/facilities/items?institution=guangxi", ""},
		{"network-problem-file", "/data/projects.graphml", ""},
		{"network-html-institution", "/collections/institutions/items/faculty-of-fisheries", html},
		{"network-html-partnership-zh", "/collections/partnerships/items/guangxi-university--fish-farm-taveuni?lang=zh", html},
		{"network-html-partnerships", "/collections/partnerships/items", html},
		{"network-html-project", "/collections/projects/items/sea-grapes", html},
		{"network-html-facility", "/collections/facilities/items/fish-farm-taveuni", html},
	} {
		t.Run(test.name, func(t *testing.T) {
			compareGolden(t, test.name, transcript(t, get(t, s, test.target, "Accept", test.accept)))
		})
	}
}

func compareGolden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name+".golden")
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s differs; run go test ./api -update and read the diff\n%s", path, cmp.Diff(string(want), string(got)))
	}
}

// TestJSONIsCompact: the transcripts are indented for who reads them, the answers are not;
// a line may end after a document, and after a feature of a file.
func TestJSONIsCompact(t *testing.T) {
	s := newTestServer()
	for _, target := range []string{
		"/", "/api", "/collections", "/tileMatrixSets/WebMercatorQuad", "/tiles/WebMercatorQuad?f=tilejson", "/data/facilities.geojson",
		"/collections/countries/items", "/collections/facilities/items?facets=kind:2", "/collections/facilities/items?kind=spaceship", "/collections/facilities/items/1",
		"/collections/facilities/clusters?zoom=0", "/collections/facilities/facets", "/collections/facilities/matrix", "/collections/facilities/schema",
	} {
		body := get(t, s, target).Body.Bytes()
		var compact bytes.Buffer
		if err := json.Compact(&compact, body); err != nil {
			t.Fatal(target, err)
		}
		if !bytes.Equal(bytes.ReplaceAll(body, []byte("\n"), nil), compact.Bytes()) {
			t.Errorf("%s holds bytes that say nothing: %.300s", target, body)
		}
	}
}

var assetHash = regexp.MustCompile(`/assets/[0-9a-f]+/`)

// transcript is an answer without what changes with each request or build of the page,
// its JSON indented and each of its links on a line, so that a difference can be read.
func transcript(t *testing.T, w *httptest.ResponseRecorder) []byte {
	t.Helper()
	var b bytes.Buffer
	fmt.Fprintln(&b, w.Code)
	var names []string
	for name := range w.Header() {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		if name != requestIDHeader && (name != "Etag" || w.Header().Get("Content-Security-Policy") == "") {
			fmt.Fprintf(&b, "%s: %s\n", name, strings.ReplaceAll(w.Header().Get(name), ", <", ",\n  <"))
		}
	}
	b.WriteByte('\n')
	body := assetHash.ReplaceAll(w.Body.Bytes(), []byte("/assets/HASH/"))
	if !strings.Contains(w.Header().Get("Content-Type"), "json") {
		b.Write(body)
		return b.Bytes()
	}
	if err := json.Indent(&b, body, "", "  "); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}
