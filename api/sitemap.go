package api

import (
	"encoding/xml"
	"fmt"
	"io"
	"net/url"
	"strconv"

	"github.com/labstack/echo/v4"

	"innoatlas/geo"
)

var (
	sitemapFormat = &representation{names: []string{"xml"}, mediaType: "application/xml", accepts: []string{"application/xml", "text/xml"}, name: "XML"}
	robotsFormat  = &representation{names: []string{"txt"}, mediaType: "text/plain", accepts: []string{"text/plain"}, name: "text"}

	sitemapResource = &Resource{formats: []*representation{sitemapFormat}, parameters: parameters{{name: "part"}}, cache: alwaysCheck}
	robotsResource  = &Resource{formats: []*representation{robotsFormat}, cache: aMinute}
)

// maxSitemap is how many addresses one sitemap may have.
// Source: https://www.sitemaps.org/protocol.html
const maxSitemap = 50_000

const (
	sitemapNamespace = ` xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">` + "\n"
	xmlDeclaration   = `<?xml version="1.0" encoding="UTF-8"?>` + "\n"
)

// robots answers GET /robots.txt: all may be read.
func (s *Server) robots(c echo.Context) error {
	a, err := s.answer(c, robotsResource)
	if err != nil {
		return err
	}
	if a.Fresh() {
		return a.NotModified()
	}
	text := "User-agent: *\nDisallow:\n"
	if a.base != "" { // the address has to be absolute
		text += "\nSitemap: " + a.base + "/sitemap.xml\n"
	}
	return a.Send([]byte(text))
}

// sitemap answers GET /sitemap.xml: the pages for people, or where they are too
// many for one file, the list of its parts.
func (s *Server) sitemap(c echo.Context) error {
	a, err := s.answer(c, sitemapResource)
	if err != nil {
		return err
	}
	if a.base == "" { // the addresses have to be absolute
		return NotFound("the server does not know its own address; start it with --base-url")
	}
	general := a.generalPages()
	parts := (len(general) + a.catalog.Facilities + maxSitemap - 1) / maxSitemap
	part, err := readPart(a.params, parts)
	if err != nil {
		return err
	}
	if a.Fresh() {
		return a.NotModified()
	}
	if part == 0 && parts > 1 {
		return a.Send(a.sitemapIndex(parts))
	}
	return s.stream(a, func(out *stream) error { return s.writeSitemap(out, a, general, max(part, 1)) })
}

// readPart is the number of the part that is asked for; 0 where none is.
func readPart(params url.Values, parts int) (int, error) {
	text := params.Get("part")
	if text == "" {
		return 0, nil
	}
	n, ok := parseInteger(text)
	if !ok || n < 1 || n > int64(parts) {
		return 0, &geo.InputError{Param: "part", Value: text, Reason: fmt.Sprintf("write an integer from 1 to %d", parts)}
	}
	return int(n), nil
}

func (a *Answer) sitemapIndex(parts int) []byte {
	b := []byte(xmlDeclaration + "<sitemapindex" + sitemapNamespace)
	for part := range parts {
		b = append(b, "<sitemap><loc>"...)
		b = appendXML(b, a.Href("/sitemap.xml", url.Values{"part": {strconv.Itoa(part + 1)}}))
		b = append(b, "</loc></sitemap>\n"...)
	}
	return append(b, "</sitemapindex>\n"...)
}

// generalPages are the map, and the pages of countries and sectors.
func (a *Answer) generalPages() []string {
	pages := []string{a.base + "/"}
	for i := range a.catalog.Countries {
		_, slug := a.catalog.Countries[i].Ref()
		pages = append(pages, a.base+"/countries/"+slug)
	}
	for _, t := range a.catalog.Sectors {
		pages = append(pages, a.base+"/sectors/"+url.PathEscape(t.ID))
	}
	return pages
}

// writeSitemap writes one part: the general pages come first, then the records in
// the order of the data.
func (s *Server) writeSitemap(w io.Writer, a *Answer, general []string, part int) error {
	out := &sitemapWriter{w: w, skip: (part - 1) * maxSitemap, room: maxSitemap}
	out.text(xmlDeclaration + "<urlset" + sitemapNamespace)
	for _, page := range general {
		out.add(page, "")
	}
	for f, err := range a.InTurn(s.store.All(a.Context(), geo.Query{Collection: geo.Facilities})) {
		if err != nil {
			return err
		}
		if out.err != nil || out.room == 0 {
			break
		}
		if out.skip > 0 {
			out.skip--
			continue
		}
		facility := f.(*geo.Facility)
		out.add(a.base+"/facilities/"+url.PathEscape(facility.Slug), date(facility.Updated))
	}
	out.text("</urlset>\n")
	return out.err
}

// sitemapWriter writes the addresses of a part, and keeps the first error.
type sitemapWriter struct {
	w          io.Writer
	skip, room int
	err        error
}

func (w *sitemapWriter) add(address, changed string) {
	if w.skip > 0 {
		w.skip--
		return
	}
	if w.room == 0 {
		return
	}
	w.room--
	b := appendXML([]byte("<url><loc>"), address)
	b = append(b, "</loc>"...)
	if changed != "" {
		b = append(b, "<lastmod>"+changed+"</lastmod>"...)
	}
	w.text(string(append(b, "</url>\n"...)))
}

func (w *sitemapWriter) text(s string) {
	if w.err == nil {
		_, w.err = io.WriteString(w.w, s)
	}
}

func appendXML(b []byte, text string) []byte {
	buf := buffer{b}
	_ = xml.EscapeText(&buf, []byte(text)) // a buffer takes everything
	return buf.b
}
