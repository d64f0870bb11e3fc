package format

import (
	"slices"
	"strconv"
	"strings"

	"innoatlas/geo"
)

// look is how a kind is drawn: shape and colour, so that neither is needed alone.
// It is the same as on the map page (web/app/dom.js, web/style/tokens.css).
type look struct {
	shape  string // as QGIS names it
	colour string // #rrggbb
}

var (
	shapes  = []string{"circle", "square", "triangle", "diamond", "pentagon", "hexagon", "cross_fill", "star"}
	colours = []string{"#1d5fae", "#b5490c", "#3b7a2b", "#7b3f9d", "#a3275c", "#0d7377", "#7a6200", "#4b5760"}

	// fixedLooks are those of the built-in kinds, whatever else there is.
	fixedLooks = map[string]look{
		"joint-laboratory":  {shapes[0], colours[0]},
		"innovation-centre": {shapes[1], colours[1]},
		"agricultural-park": {shapes[2], colours[2]},
	}
	// otherLook is that of a record whose kind is not stated.
	otherLook = look{shapes[0], colours[7]}
)

// looksOf gives each kind a look, in the order of the ids. When the shapes come
// again they have other colours.
func looksOf(kinds []geo.Term) map[string]look {
	ids := make([]string, len(kinds))
	for i, k := range kinds {
		ids[i] = k.ID
	}
	slices.Sort(ids)
	isFixed := func(id string) bool { _, ok := fixedLooks[id]; return ok }
	next := 0
	if slices.ContainsFunc(ids, isFixed) {
		next = len(fixedLooks)
	}
	looks := map[string]look{}
	for _, id := range ids {
		if isFixed(id) {
			looks[id] = fixedLooks[id]
			continue
		}
		round := next / len(shapes)
		looks[id] = look{shapes[next%len(shapes)], colours[(next+3*round)%len(colours)]}
		next++
	}
	return looks
}

// countClasses are the steps by which countries are shaded: from how many
// facilities on, and the colour.
var countClasses = []struct {
	from   int
	colour string
}{{0, "#f4f1ea"}, {1, "#cfe3e4"}, {5, "#9cc6c9"}, {20, "#5da1a7"}, {50, "#2b7c86"}, {200, "#0b5f6b"}}

// borderColour is that of the borders between countries.
const borderColour = "#9c9482"

// countClass is the class of a country with so many facilities.
func countClass(facilities int) int {
	for i := len(countClasses) - 1; i > 0; i-- {
		if facilities >= countClasses[i].from {
			return i
		}
	}
	return 0
}

// hexColour is red, green and blue out of #rrggbb.
func hexColour(hex string) uint32 {
	n, err := strconv.ParseUint(strings.TrimPrefix(hex, "#"), 16, 24)
	if err != nil {
		panic(err) // colours are constants
	}
	return uint32(n)
}
