package pages

import (
	"net/http"
	"strings"
	"testing"
)

// What others add to the address of a page where they pass it on.
const tracked = "utm_source=letter&utm_medium=e-mail&UTM_ID=7&fbclid=IwAR0&gclid=x&msclkid=y&spm=a.1&scm=2&mc_cid=3&from=singlemessage&isappinstalled=0"

// Pages for people pass over it in silence, and hand it on in no link.
func TestPagesPassOverTracking(t *testing.T) {
	s := publicServer()
	for _, path := range []string{
		"/", "/embed", "/facilities/solar-lab-bangkok", "/countries/tha", "/sectors/new-energy", "/collections", "/collections/facilities", "/collections/facilities/items",
		"/collections/facilities/items/solar-lab-bangkok", "/collections/countries/items", "/collections/facilities/open", "/collections/facilities/queryables",
		"/collections/facilities/tiles", "/conformance", "/api", "/tileMatrixSets",
	} {
		w := get(t, s, path+"?"+tracked, "Accept", "text/html")
		if w.Code != http.StatusOK || !strings.HasPrefix(w.Header().Get("Content-Type"), "text/html") {
			t.Errorf("%s: %d %s: %s", path, w.Code, w.Header().Get("Content-Type"), firstLine(w.Body.String()))
			continue
		}
		for _, told := range []string{"utm_", "UTM_", "fbclid", "gclid", "msclkid", "spm=", "mc_cid", "isappinstalled", "singlemessage", "Not understood", "does not use"} {
			if strings.Contains(w.Body.String(), told) || strings.Contains(w.Header().Get("Link"), told) {
				t.Errorf("%s tells %s", path, told)
			}
		}
		if mixed := get(t, s, path+"?f=html&"+tracked); mixed.Code != http.StatusOK {
			t.Errorf("%s, with f=html: %d", path, mixed.Code)
		}
	}
}

// What narrows the page beside it counts, and other unknown names are told as before.
func TestTrackingBesideFilters(t *testing.T) {
	s := newTestServer()
	page := get(t, s, "/?country=THA&"+tracked, "Accept", "text/html").Body.String()
	if !strings.Contains(page, "China-Thailand Solar Laboratory") || strings.Contains(page, "Laboratory of no known place") {
		t.Error("the filter beside it is not kept to")
	}
	for _, unknown := range []string{"colour=red", "from=2015", "utmost=1"} {
		if page := get(t, s, "/?"+unknown+"&"+tracked, "Accept", "text/html").Body.String(); !strings.Contains(page, "Not understood and left out: "+unknown) {
			t.Errorf("%s is passed over too", unknown)
		}
	}
	if w := get(t, s, "/collections/facilities/items?colour=red&utm_id=1", "Accept", "text/html"); w.Code != http.StatusBadRequest {
		t.Errorf("an unknown parameter of the records as a page: %d, want 400", w.Code)
	}
	for from, to := range map[string]string{
		"/facilities/1?lang=zh&" + tracked: "/facilities/solar-lab-bangkok?lang=zh", "/countries?" + tracked: "/?f=html&view=statistics",
	} {
		if got := strings.TrimPrefix(get(t, s, from).Header().Get("Location"), "http://localhost:8080"); got != to {
			t.Errorf("%s leads to %s, want %s", from, got, to)
		}
	}
}

// A program wrote its parameters itself.
func TestProgramsAreRefusedTracking(t *testing.T) {
	s := newTestServer()
	for _, path := range []string{
		"/", "/collections", "/collections/facilities/items", "/collections/facilities/items/1", "/collections/facilities/facets", "/collections/facilities/clusters?zoom=3",
		"/data/facilities.csv", "/collections/facilities/tiles/WebMercatorQuad/0/0/0", "/collections/facilities/tiles/WebMercatorQuad/tilejson", "/api", "/conformance",
	} {
		sign := "?"
		if strings.Contains(path, "?") {
			sign = "&"
		}
		for _, name := range []string{"utm_source", "fbclid", "gclid", "msclkid", "spm"} {
			if w := get(t, s, path+sign+name+"=1", "Accept", "application/json"); w.Code != http.StatusBadRequest {
				t.Errorf("%s with %s: %d, want 400", path, name, w.Code)
			}
		}
	}
}

func firstLine(text string) string {
	line, _, _ := strings.Cut(text, "\n")
	return line
}
