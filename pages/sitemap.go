package pages

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"io"
	"net/url"
	"slices"
	"strconv"

	"github.com/labstack/echo/v4"

	"innoatlas/api"
	"innoatlas/geo"
)

var (
	sitemapResource = api.NewResource("application/xml", api.AlwaysCheck, "part")
	robotsResource  = api.NewResource("text/plain", api.AMinute)
)

// maxSitemap is how many addresses one sitemap may have.
// Source: https://www.sitemaps.org/protocol.html
const maxSitemap = 50_000

const (
	sitemapNamespace = ` xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">` + "\n"
	xmlDeclaration   = `<?xml version="1.0" encoding="UTF-8"?>` + "\n"
)

// robots answers GET /robots.txt: all may be read.
func (p *pages) robots(c echo.Context) error {
	a, err := p.server.Answer(c, robotsResource)
	if err != nil {
		return err
	}
	if a.Fresh() {
		return a.NotModified()
	}
	text := "User-agent: *\nDisallow:\n"
	if a.Base() != "" { // the address has to be absolute
		text += "\nSitemap: " + a.Base() + "/sitemap.xml\n"
	}
	return a.Send([]byte(text))
}

// sitemap answers GET /sitemap.xml: the pages for people, or where they are too
// many for one file, the list of its parts.
func (p *pages) sitemap(c echo.Context) error {
	a, err := p.server.Answer(c, sitemapResource)
	if err != nil {
		return err
	}
	if a.Base() == "" { // the addresses have to be absolute
		return api.NotFound("the server does not know its own address; start it with --base-url")
	}
	general, records := generalPages(a), 0
	for _, c := range collectionsWithPages {
		records += a.Catalog().HoldingOf(c).Count
	}
	parts := (len(general) + records + maxSitemap - 1) / maxSitemap
	part, err := readPart(a.Params(), parts)
	if err != nil {
		return err
	}
	if a.Fresh() {
		return a.NotModified()
	}
	if part == 0 && parts > 1 {
		return a.Send(sitemapIndex(a, parts))
	}
	return p.server.Stream(a, func(out io.Writer) error { return p.writeSitemap(out, a, general, max(part, 1)) })
}

// readPart is the number of the part that is asked for; 0 where none is.
func readPart(params url.Values, parts int) (int, error) {
	text := params.Get("part")
	if text == "" {
		return 0, nil
	}
	n, err := strconv.ParseUint(text, 10, 31)
	if err != nil || n < 1 || n > uint64(parts) {
		return 0, &geo.InputError{Param: "part", Value: text, Reason: fmt.Sprintf("write an integer from 1 to %d", parts)}
	}
	return int(n), nil
}

func sitemapIndex(a *api.Answer, parts int) []byte {
	b := []byte(xmlDeclaration + "<sitemapindex" + sitemapNamespace)
	for part := range parts {
		b = append(b, "<sitemap><loc>"...)
		b = appendXML(b, a.Href("/sitemap.xml", url.Values{"part": {strconv.Itoa(part + 1)}}))
		b = append(b, "</loc></sitemap>\n"...)
	}
	return append(b, "</sitemapindex>\n"...)
}

// collectionsWithPages are those whose records have a page each, beside the countries.
var collectionsWithPages = []*geo.Collection{geo.Facilities, geo.Institutions, geo.Projects}

// generalPages are the map, the lists, and the pages of countries and sectors.
func generalPages(a *api.Answer) []string {
	pages := []string{a.Base() + "/"}
	for _, c := range collectionsWithPages[1:] { // the facilities are on the map
		if a.Catalog().HoldingOf(c).Count > 0 {
			pages = append(pages, a.Base()+"/"+c.ID)
		}
	}
	countries := slices.Clone(a.Catalog().Countries)
	for _, c := range a.Catalog().TakingPart {
		if !slices.ContainsFunc(countries, func(known geo.Country) bool { return known.Code == c.Code }) {
			countries = append(countries, c)
		}
	}
	for i := range countries {
		_, slug := countries[i].Ref()
		pages = append(pages, a.Base()+"/countries/"+slug)
	}
	for _, t := range a.Catalog().Sectors {
		pages = append(pages, a.Base()+"/sectors/"+url.PathEscape(t.ID))
	}
	return pages
}

// writeSitemap writes one part: the general pages come first, then the records in
// the order of the data.
func (p *pages) writeSitemap(w io.Writer, a *api.Answer, general []string, part int) error {
	out := &sitemapWriter{w: w, skip: (part - 1) * maxSitemap, room: maxSitemap}
	out.text(xmlDeclaration + "<urlset" + sitemapNamespace)
	for _, page := range general {
		out.add(page, "")
	}
	for _, c := range collectionsWithPages {
		if err := p.writeRecords(out, a, c); err != nil {
			return err
		}
	}
	out.text("</urlset>\n")
	return out.err
}

// writeRecords writes those of the pages of a collection's records that belong to the part.
func (p *pages) writeRecords(out *sitemapWriter, a *api.Answer, c *geo.Collection) error {
	if count := a.Catalog().HoldingOf(c).Count; out.skip >= count {
		out.skip -= count
		return nil
	}
	for f, err := range a.InTurn(p.store.All(a.Context(), geo.Query{Collection: c})) {
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
		_, slug := f.Ref()
		out.add(a.Base()+"/"+c.ID+"/"+url.PathEscape(slug), changed(f))
	}
	return nil
}

// changed is the date of a record's last change; empty where the data does not say.
func changed(f geo.Feature) string {
	if facility, ok := f.(*geo.Facility); ok {
		return date(facility.Updated)
	}
	return ""
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
	buf := bytes.NewBuffer(b)
	_ = xml.EscapeText(buf, []byte(text)) // a buffer takes everything
	return buf.Bytes()
}
