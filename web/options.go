package web

// Options are what the operator of a service chooses for its pages.
type Options struct {
	// Contact is the bare mail address for reports of errors; empty: none is offered.
	Contact string

	// Borders is a basemap file (see web/basemap/generate) whose lines are drawn in
	// place of the built-in ones; NoBorders draws none.
	Borders   []byte
	NoBorders bool

	// TilesURL is the template of raster tiles that are drawn in place of the
	// built-in basemap ("https://tiles.example.org/{z}/{x}/{y}.png"); empty: none.
	TilesURL         string
	TilesAttribution string // whom to name on the map for them

	// FrameAncestors are the origins whose pages may show /embed in a frame, as in
	// the directive of that name (CSP Level 3, 6.4.2): "https://example.org", "*";
	// empty: none.
	FrameAncestors []string
}
