package pages

import (
	"strings"
	"testing"

	"innoatlas/geo"
	"innoatlas/geo/memory"
)

// Each page for people says whose data it is, at its foot.
func TestPagesNameTheirTerms(t *testing.T) {
	cfg := fixtureConfig()
	cfg.Terms = geo.Terms{Licence: "Licence <of> the tests", LicenceURL: "https://example.org/licence", Attribution: "The testers"}
	s := newServer(memory.New(fixture()), cfg)
	for _, path := range []string{
		"/", "/embed", "/facilities/solar-lab-bangkok", "/countries/tha", "/sectors/new-energy", "/collections", "/collections/facilities", "/collections/facilities/items",
		"/collections/facilities/items/solar-lab-bangkok", "/collections/facilities/open", "/collections/facilities/tiles/WebMercatorQuad", "/conformance",
	} {
		body := get(t, s, path, "Accept", "text/html").Body.String()
		for _, want := range []string{"The testers", `href="https://example.org/licence"`, "Licence &lt;of&gt; the tests"} {
			if !strings.Contains(body, want) {
				t.Errorf("%s lacks %s", path, want)
			}
		}
	}
}
