package format

import (
	"iter"
	"strings"
	"time"
)

// About is what a file says of itself, as far as its format has a place for it.
// Empty fields are left out.
type About struct {
	Title, Description  string
	Licence, LicenceURL string
	Attribution         string
	Revision            string    // of the data set
	Made                time.Time // when the answer was made
	Link                string    // the address this selection can be fetched from again
}

// entries are the fields that are stated, by the names they have in a file.
func (a About) entries() iter.Seq2[string, string] {
	return func(yield func(name, value string) bool) {
		for _, e := range [...]struct{ name, value string }{
			{"title", a.Title}, {"description", a.Description}, {"licence", a.Licence}, {"licence_url", a.LicenceURL},
			{"attribution", a.Attribution}, {"revision", a.Revision}, {"made", a.made()}, {"link", a.Link},
		} {
			if e.value != "" && !yield(e.name, e.value) {
				return
			}
		}
	}
}

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

// made is the time as RFC 3339 writes it; empty where it is not stated.
func (a About) made() string {
	if a.Made.IsZero() {
		return ""
	}
	return a.Made.UTC().Format(time.RFC3339)
}
