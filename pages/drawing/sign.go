package drawing

import "maps"

// paths are the shapes of signs in a box of 24 units, each about as heavy to the eye as the
// others.
var paths = map[string]string{
	"circle":   "M12 3.5a8.5 8.5 0 1 0 0 17a8.5 8.5 0 1 0 0-17z",
	"square":   "M5.6 4.2h12.8a1.4 1.4 0 0 1 1.4 1.4v12.8a1.4 1.4 0 0 1-1.4 1.4H5.6a1.4 1.4 0 0 1-1.4-1.4V5.6a1.4 1.4 0 0 1 1.4-1.4z",
	"triangle": "M12 3.2c.6 0 1.1.3 1.4.8l8 14c.6 1-.1 2.3-1.4 2.3H4c-1.3 0-2-1.3-1.4-2.3l8-14c.3-.5.8-.8 1.4-.8z",
	"diamond":  "M12 2.2L21.8 12L12 21.8L2.2 12z",
	"pentagon": "M12 2.6L21.5 9.5L17.9 20.7H6.1L2.5 9.5z",
	"hexagon":  "M7 3.5h10L22 12l-5 8.5H7L2 12z",
	"cross":    "M8.5 3h7v5.5H21v7h-5.5V21h-7v-5.5H3v-7h5.5z",
	"star":     "M12 1.8l3.1 6.6l7.2.9l-5.3 5l1.4 7.1L12 17.9l-6.4 3.5L7 14.3l-5.3-5l7.2-.9z",
}

// Path is a shape in a box of 24 units, as path data.
func Path(shape string) string { return paths[shape] }

// Paths are all shapes by their names.
func Paths() map[string]string { return maps.Clone(paths) }
