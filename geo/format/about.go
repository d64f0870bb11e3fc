package format

import (
	"iter"
	"strings"
	"time"
)

// About is what a file says of itself, as far as its format has a place for it.
// Empty fields are left out. Nothing in it is of the moment, so that one selection of
// one revision is one file, wherever and whenever it is made.
type About struct {
	Title, Description  string
	Licence, LicenceURL string
	Attribution         string
	Revision            string    // of the data set
	Updated             time.Time // the last change of the data set; zero where none is dated
	Link                string    // the address this selection can be fetched from again
}

// entries are the fields that are stated, by the names they have in a file.
func (a About) entries() iter.Seq2[string, string] {
	return func(yield func(name, value string) bool) {
		for _, e := range [...]struct{ name, value string }{
			{"title", a.Title}, {"description", a.Description}, {"licence", a.Licence}, {"licence_url", a.LicenceURL},
			{"attribution", a.Attribution}, {"revision", a.Revision}, {"updated", a.updated()}, {"link", a.Link},
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
		{"Revision: ", a.Revision}, {"Updated: ", a.updated()}, {"Source: ", a.Link},
	} {
		if p.text != "" {
			lines = append(lines, p.label+p.text)
		}
	}
	return strings.Join(lines, "\n")
}

// updated is the time as RFC 3339 writes it; empty where it is not stated.
func (a About) updated() string {
	if a.Updated.IsZero() {
		return ""
	}
	return a.Updated.UTC().Format(time.RFC3339)
}
