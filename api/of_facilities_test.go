package api

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// Partnerships are narrowed by all that narrows facilities: words, status, and what else they know
// nothing of. What is wrong of that is said as where facilities are asked for.
func TestPartnershipsOfFacilities(t *testing.T) {
	s := newNetworkServer()
	count := func(query string) int {
		return decode[struct{ NumberMatched int }](t, get(t, s, "/collections/partnerships/items?"+query)).NumberMatched
	}
	for of, want := range map[string]int{
		"q=solar": 2, "q=antimeridian": 2, "status=operating": 2, "status=operating&q=antimeridian": 0, "established=1990..": 4, "country=FJI": 2,
		"filter=name LIKE 'Fish%25'": 2, "bbox=100,13,101,14": 2,
	} {
		if got := count("of_facilities=" + url.QueryEscape(of)); got != want {
			t.Errorf("%s keeps %d, want %d", of, got, want)
		}
	}
	if got := count("role=host&of_facilities=q%3Dsolar"); got != 1 {
		t.Errorf("of the hosts it keeps %d", got)
	}
	for of, want := range map[string]string{
		"statuss=closed": "did you mean status", "status=operating&status=": "is empty", "role=host": "is not a parameter here", "%zz": "cannot be read",
		"filter=nonsense(": "filter", "bbox=1,2": "four numbers",
	} {
		w := get(t, s, "/collections/partnerships/facets?of_facilities="+url.QueryEscape(of))
		if w.Code != http.StatusBadRequest || !strings.Contains(w.Body.String(), want) || !strings.Contains(w.Body.String(), `"parameter":"of_facilities"`) {
			t.Errorf("%s: %d %s", of, w.Code, w.Body)
		}
	}
}
