package api

import (
	"embed"
	"encoding/json"
	"html/template"
	"io"

	"innoatlas/geo"
	"innoatlas/layout"
	"innoatlas/texts"
)

//go:embed html/*.html
var htmlFiles embed.FS

// page is what every HTML page of the API's documents has.
type page struct {
	Lang   string
	Title  string
	Crumbs []crumb
	Others []translation // the page in the other languages that it is written in
	Links  []Link        // of the JSON document, all of them (/req/html/content)
	Terms  geo.Terms
	Data   any // what the page is about
}

// translation is a page in another language.
type translation struct{ Lang, Name, Href string }

// crumb is a step of the way from the map to a page.
type crumb struct{ Title, Href string }

func homeCrumb(lang string) crumb { return crumb{word(lang, "doc.map"), "/"} }

func collectionsCrumbs(lang string) []crumb {
	return []crumb{homeCrumb(lang), {word(lang, "doc.collections"), "/collections"}}
}

func (col *collection) crumbs(lang string) []crumb {
	return append(collectionsCrumbs(lang), crumb{col.title.In(lang), col.path()})
}

// documents are the templates by name; each is the layout with one content.
var documents = func() map[string]*layout.Template {
	functions := template.FuncMap{"word": word, "linksIn": linksIn, "day": day}
	all := map[string]*layout.Template{}
	for _, name := range []string{"collections", "collection", "items", "feature", "conformance", "schema", "tilesets", "tileset", "tilematrixset", "open", "api", "problem"} {
		all[name] = layout.Parse(htmlFiles, functions, "html/layout.html", "html/"+name+".html")
	}
	return all
}()

// day is the date of a time of RFC 3339; an end that is open is "..".
func day(time *string) string {
	if time == nil {
		return ".."
	}
	return (*time)[:min(len("2006-01-02"), len(*time))]
}

// linkList is what the template of links is given.
type linkList struct {
	Lang  string
	Links []Link
}

func linksIn(lang string, links []Link) linkList { return linkList{lang, links} }

func renderPage(w io.Writer, name string, p page) error {
	p.Lang = documentLanguage(p.Lang)
	return documents[name].Write(w, p)
}

// sendPage answers with an HTML page.
func (a *Answer) sendPage(name string, p page) error {
	p.Lang, p.Terms = a.lang, a.Terms()
	for _, l := range texts.Languages {
		if l.Documents && l.Code != documentLanguage(a.lang) {
			p.Others = append(p.Others, translation{l.Code, word(l.Code, "doc.language"), a.Href(a.path, a.with("lang", l.Code))})
		}
	}
	return a.sendInTurn(func(w io.Writer) error { return renderPage(w, name, p) })
}

// Render answers with a page of package web.
func (a *Answer) Render(page interface{ Render(io.Writer) error }) error {
	return a.sendInTurn(page.Render)
}

// sendInTurn answers with what write writes, in a brief turn.
func (a *Answer) sendInTurn(write func(io.Writer) error) error {
	if err := a.begin(a.turns.brief); err != nil {
		return err
	}
	buf := takeBuffer()
	defer buf.giveBack()
	if err := write(buf); err != nil {
		return err
	}
	return a.Send(buf.b)
}

// sendJSON answers with a document. Addresses in it keep their & as it is.
func (a *Answer) sendJSON(document any) error {
	return a.sendInTurn(func(w io.Writer) error {
		encoder := json.NewEncoder(w)
		encoder.SetEscapeHTML(false)
		return encoder.Encode(document)
	})
}
