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
	texts.Texts
	Lang   string
	Title  string
	Crumbs []layout.Label // the way from the map to the page
	Query  string         // of links to other pages: ?lang=zh, or nothing
	Others []layout.Label // the page in the other languages that it is written in
	Links  []Link         // of the JSON document, all of them (/req/html/content)
	Terms  geo.Terms
	Data   any // what the page is about
}

func homeCrumb(lang string) layout.Label {
	return layout.Label{Text: word(lang, "doc.map"), Href: "/"}
}

func collectionsCrumbs(lang string) []layout.Label {
	return []layout.Label{homeCrumb(lang), {Text: word(lang, "doc.collections"), Href: "/collections"}}
}

func (col *collection) crumbs(lang string) []layout.Label {
	return append(collectionsCrumbs(lang), layout.Label{Text: col.Title.In(lang), Href: col.path()})
}

// documents are the templates by name; each is the layout with one content.
var documents = func() map[string]*layout.Template {
	functions := template.FuncMap{"linksIn": linksIn, "day": day}
	all := map[string]*layout.Template{}
	for _, name := range []string{
		"collections", "collection", "items", "feature", "changes", "conformance", "schema", "tilesets", "tileset", "tilematrixset", "open", "api",
		"problem",
	} {
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
	p.Texts = texts.In(p.Lang)
	return documents[name].Write(w, p)
}

// sendPage answers with an HTML page.
func (a *Answer) sendPage(name string, p page) error {
	p.Lang, p.Terms, p.Query = a.lang, a.Terms(), a.dataHref("", nil)[len(a.base):]
	for _, l := range texts.Languages {
		if l.Documents && l.Code != documentLanguage(a.lang) {
			p.Others = append(p.Others, layout.Label{Text: word(l.Code, "doc.language"), Lang: l.Code, Href: a.Href(a.path, a.with("lang", l.Code))})
		}
	}
	return a.sendInTurn(func(w io.Writer) error { return renderPage(w, name, p) })
}

// Render answers with a page for people.
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
