package geo

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Sign is how a kind is drawn, by shape and colour, so that neither is needed alone: the
// same on the map, on paper, and in the styles of KML and QGIS.
type Sign struct {
	Shape  string // one of SignShapes
	Colour int    // 1 to SignColours, see --kind-1 of web/style/tokens.css
}

// SignShapes are all shapes, in the order in which kinds get them.
var SignShapes = []string{"circle", "square", "triangle", "diamond", "pentagon", "hexagon", "cross", "star"}

// SignColours is how many colours there are.
const SignColours = 8

// ParseSign reads a sign as a data set writes it: "circle 1".
func ParseSign(text string) (Sign, error) {
	shape, number, _ := strings.Cut(text, " ")
	colour, err := strconv.Atoi(number)
	if err != nil || colour < 1 || colour > SignColours || !slices.Contains(SignShapes, shape) {
		return Sign{}, fmt.Errorf("must be one of %s, and a colour from 1 to %d, as circle 1", strings.Join(SignShapes, ", "), SignColours)
	}
	return Sign{shape, colour}, nil
}

// String is the sign as a data set writes it; empty where there is none.
func (s Sign) String() string {
	if s == (Sign{}) {
		return ""
	}
	return s.Shape + " " + strconv.Itoa(s.Colour)
}

// MarshalText writes it so too.
func (s Sign) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// Signs are the signs of the kinds of a data set.
type Signs map[string]Sign

// SignsOf gives each kind its own sign, and those that have none what is left, in the
// order of their ids: when the shapes come again they have other colours.
func SignsOf(kinds []Term) Signs {
	signs, unsigned := Signs{}, []string{}
	var left []Sign
	for i := range len(SignShapes) * SignColours {
		sign := Sign{SignShapes[i%len(SignShapes)], (i+3*(i/len(SignShapes)))%SignColours + 1}
		if !slices.ContainsFunc(kinds, func(t Term) bool { return t.Sign == sign }) {
			left = append(left, sign)
		}
	}
	for _, t := range kinds {
		if signs[t.ID] = t.Sign; t.Sign == (Sign{}) {
			unsigned = append(unsigned, t.ID)
		}
	}
	slices.Sort(unsigned)
	for i, id := range unsigned {
		signs[id] = NoSign
		if len(left) > 0 {
			signs[id] = left[i%len(left)]
		}
	}
	return signs
}

// NoSign is that of a record whose kind is not stated.
var NoSign = Sign{"circle", 8}

// Of is the sign of a kind.
func (s Signs) Of(kind string) Sign {
	if sign, ok := s[kind]; ok {
		return sign
	}
	return NoSign
}
