package api

import (
	"strings"
	"testing"

	"innoatlas/geo"
)

// No field of one's own can have the name of a parameter, which a request would take for
// something else.
func TestParametersAreReserved(t *testing.T) {
	for _, c := range geo.Collections {
		own := viewParameters(c)
		own = append(own, filterParameters(c)...)
		own = append(own, limitParameter, offsetParameter, sortbyParameter(c), afterParameter(c), zoomParameter, bomParameter, langParameter, formatParameter(jsonFormat))
		for _, p := range own {
			name := strings.ReplaceAll(p.name, "-", "_")
			if !c.IsReserved(name) && c.Faceted(geo.Dimension(name)) == nil && geo.IsFieldName(name) {
				t.Errorf("a field of one's own of %s may be called %s", c, p.name)
			}
		}
	}
	for _, name := range []string{"takes_part", "institution", "geometry", "collections", "facets", "name_th"} {
		if !geo.Facilities.IsReserved(name) {
			t.Errorf("%s is not reserved", name)
		}
	}
}
