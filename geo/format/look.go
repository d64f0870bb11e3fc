package format

import (
	"strconv"
	"strings"

	"innoatlas/geo"
)

// look is the sign of a kind as files have it.
type look struct {
	shape  string // as QGIS names it
	colour string // #rrggbb
}

// colours are those of signs on the light map page (web/style/tokens.css).
var colours = [geo.SignColours]string{"#1d5fae", "#b5490c", "#3b7a2b", "#7b3f9d", "#a3275c", "#0d7377", "#7a6200", "#4b5760"}

// lookOf is the look of a sign.
func lookOf(s geo.Sign) look {
	if s.Shape == "cross" { // as QGIS calls lines that cross
		s.Shape = "cross_fill"
	}
	return look{s.Shape, colours[s.Colour-1]}
}

// drawn is the property by which the records of a collection are drawn.
type drawn string

const (
	byKind  drawn = "kind"       // shape and colour for each
	byCount drawn = "facilities" // shaded
	plainly drawn = ""
)

// drawnBy says how a collection is drawn: by its kinds, by its counts of facilities, or all
// records alike.
func drawnBy(c *geo.Collection) drawn {
	switch {
	case c.Geometry == geo.Point && c.Field(string(byKind)) != nil && c.Field(string(byKind)).Facet == geo.ByKind:
		return byKind
	case c.Geometry == geo.MultiPolygon && c.Field(string(byCount)) != nil && !c.Field(string(byCount)).Own:
		return byCount
	}
	return plainly
}

// countClasses are the steps by which countries are shaded: from how many
// facilities on, and the colour.
var countClasses = []struct {
	from   int
	colour string
}{{0, "#f4f1ea"}, {1, "#cfe3e4"}, {5, "#9cc6c9"}, {20, "#5da1a7"}, {50, "#2b7c86"}, {200, "#0b5f6b"}}

// plainFill is that of areas that are all alike.
const plainFill = "#9cc6c9"

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
