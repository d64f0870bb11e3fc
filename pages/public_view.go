package pages

import (
	"slices"
	"strings"

	"innoatlas/layout"
	"innoatlas/pages/drawing"
)

// Public is what the pages of records have in common: those that are found by
// search engines, sent by mail and printed.
type Public struct {
	Lang        string // one of texts.Languages
	Title       string
	Description string // for search engines, a sentence
	Address     string // the absolute address, whose language the reader's browser chooses
	Chosen      bool   // the language was asked for by lang, so the address says so
	Crumbs      []Labelled
	Date        string         // of the answer, YYYY-MM-DD
	Signs       []drawing.Sign // that are on the page
	Credits     Credits
}

// Labelled is a text that may lead somewhere.
type Labelled struct{ Label, Href string }

// Text is a text in a language of its own.
type Text struct{ Text, Lang string }

// Cited is a page that something was read in.
type Cited struct {
	Title, URL, Date, Supports string

	Number int // in the list of a briefing, from 1
}

// IsLink reports whether the source can be opened: data may hold any text there.
func (c Cited) IsLink() bool { return isWebAddress(c.URL) }

func isWebAddress(s string) bool {
	s = strings.ToLower(s)
	return strings.HasPrefix(s, "https://") || strings.HasPrefix(s, "http://")
}

// Canonical is the address that search engines should keep.
func (p Public) Canonical() string {
	if p.Chosen {
		return p.In(p.Lang)
	}
	return p.Address
}

// In is the address of the page in a language.
func (p Public) In(lang string) string { return p.Address + "?lang=" + lang }

// parsePublic makes the template of a page: the layout with one content.
func parsePublic(name string) *layout.Template {
	return parsePage("public.html", name, "precision.html", "credits.html")
}

// eachShape keeps one sign of each shape: a page defines a shape once, and colours it
// where it is used.
func eachShape(signs []drawing.Sign) (kept []drawing.Sign) {
	for _, s := range signs {
		if !slices.ContainsFunc(kept, func(k drawing.Sign) bool { return k.Shape == s.Shape }) {
			kept = append(kept, s)
		}
	}
	return kept
}
