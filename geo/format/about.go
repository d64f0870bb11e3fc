package format

import (
	"strings"
	"time"
)

// paragraphs are what a file says of itself as one text, for formats that have
// a place for one only.
func (a About) paragraphs() string {
	var lines []string
	for _, p := range [...]struct{ label, text string }{
		{"", a.Description}, {"Licence: ", strings.TrimSpace(a.Licence + " " + a.LicenceURL)}, {"Attribution: ", a.Attribution},
		{"Revision: ", a.Revision}, {"Made: ", a.made()}, {"Source: ", a.Link},
	} {
		if p.text != "" {
			lines = append(lines, p.label+p.text)
		}
	}
	return strings.Join(lines, "\n")
}

func (a About) made() string {
	if a.Made.IsZero() {
		return ""
	}
	return a.Made.UTC().Format(time.RFC3339)
}
