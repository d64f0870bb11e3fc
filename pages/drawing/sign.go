package drawing

import "slices"

// Sign is how a kind is drawn: by shape and colour, so that neither is needed
// alone. It is the same as on the map page (app/dom.js).
type Sign struct {
	Shape  string // the name of one of shapes
	Colour int    // one of --kind-1 to --kind-8 of tokens.css
}

// Path is the shape in a box of 24 units.
func (s Sign) Path() string {
	for _, shape := range shapes {
		if shape.name == s.Shape {
			return shape.path
		}
	}
	return shapes[0].path
}

var shapes = []struct{ name, path string }{
	{"circle", "M12 3.5a8.5 8.5 0 1 0 0 17a8.5 8.5 0 1 0 0-17z"},
	{"square", "M5.6 4.2h12.8a1.4 1.4 0 0 1 1.4 1.4v12.8a1.4 1.4 0 0 1-1.4 1.4H5.6a1.4 1.4 0 0 1-1.4-1.4V5.6a1.4 1.4 0 0 1 1.4-1.4z"},
	{"triangle", "M12 3.2c.6 0 1.1.3 1.4.8l8 14c.6 1-.1 2.3-1.4 2.3H4c-1.3 0-2-1.3-1.4-2.3l8-14c.3-.5.8-.8 1.4-.8z"},
	{"diamond", "M12 2.2L21.8 12L12 21.8L2.2 12z"},
	{"pentagon", "M12 2.6L21.5 9.5L17.9 20.7H6.1L2.5 9.5z"},
	{"hexagon", "M7 3.5h10L22 12l-5 8.5H7L2 12z"},
	{"cross", "M8.5 3h7v5.5H21v7h-5.5V21h-7v-5.5H3v-7h5.5z"},
	{"star", "M12 1.8l3.1 6.6l7.2.9l-5.3 5l1.4 7.1L12 17.9l-6.4 3.5L7 14.3l-5.3-5l7.2-.9z"},
}

// fixedSigns are those of the built-in kinds, whatever else there is.
var fixedSigns = map[string]Sign{
	"joint-laboratory": {"circle", 1}, "innovation-centre": {"square", 2}, "agricultural-park": {"triangle", 3},
}

// otherSign is that of a record whose kind is not stated.
var otherSign = Sign{"circle", 8}

// Signs are the signs of the kinds of a data set.
type Signs map[string]Sign

// SignsOf gives each kind a sign, in the order of the ids. When the shapes come
// again they have other colours.
func SignsOf(kinds []string) Signs {
	ids := slices.Sorted(slices.Values(kinds))
	signs, next := Signs{}, 0
	if slices.ContainsFunc(ids, func(id string) bool { return fixedSigns[id] != Sign{} }) {
		next = len(fixedSigns)
	}
	for _, id := range ids {
		if fixed, ok := fixedSigns[id]; ok {
			signs[id] = fixed
			continue
		}
		round := next / len(shapes)
		signs[id] = Sign{shapes[next%len(shapes)].name, (next+3*round)%len(shapes) + 1}
		next++
	}
	return signs
}

// Of is the sign of a kind.
func (s Signs) Of(kind string) Sign {
	if sign, ok := s[kind]; ok {
		return sign
	}
	return otherSign
}
