package main

import (
	"html"
	"io"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// crawler follows the links of a server, each once.
type crawler struct {
	base  string // which all addresses begin with
	seen  map[string]bool
	kinds map[string]int // how many of each kind are queued or visited
	queue []found
}

// ofAKind is how many addresses of one kind are visited.
const ofAKind = 2

// found is an address, and the document that has it.
type found struct{ address, on string }

// Links as attributes of HTML, as texts of any document, and as what scripts and styles read.
var (
	attributes = regexp.MustCompile(`(?s)\s(?:href|src|action|data-definition)="([^"]*)"`)
	imports    = regexp.MustCompile(`(?:from|import\(?)\s*'(\.[^']*)'|url\("?([^")]*)"?\)`)
)

// links are what a document leads to, as they stand there.
func (c *crawler) links(contentType string, body []byte) (links []string) {
	text := string(body)
	switch {
	case strings.HasPrefix(contentType, "text/html"):
		for _, match := range attributes.FindAllStringSubmatch(text, -1) {
			links = append(links, html.UnescapeString(match[1]))
		}
		text = html.UnescapeString(text)
	case strings.HasPrefix(contentType, "text/javascript"), strings.HasPrefix(contentType, "text/css"):
		for _, match := range imports.FindAllStringSubmatch(text, -1) {
			links = append(links, match[1]+match[2])
		}
	case strings.Contains(contentType, "xml"), contentType == "application/x-qgis-layer-definition":
		text = html.UnescapeString(text)
	case !strings.HasPrefix(contentType, "text/") && !strings.Contains(contentType, "json"):
		return nil // bytes
	}
	for _, part := range strings.Split(text, c.base)[1:] {
		if end := strings.IndexAny(part, "\"'<> \\,\n"); end >= 0 {
			part = part[:end]
		}
		links = append(links, c.base+part)
	}
	return links
}

// variables of templates, with values that there are.
var variables = strings.NewReplacer("{z}", "0", "{x}", "0", "{y}", "0", "{tileMatrix}", "0", "{tileRow}", "0", "{tileCol}", "0",
	"%7Bz%7D", "0", "%7Bx%7D", "0", "%7By%7D", "0")

// uncompressed spares the race detector the decompression, and follows nothing.
var uncompressed = &http.Transport{DisableCompression: true}

// add queues a link of a document, if it leads to this server.
func (c *crawler) add(on, link string) {
	at, err := url.Parse(on)
	if err != nil {
		return
	}
	to, err := at.Parse(variables.Replace(link))
	if err != nil {
		c.queue = append(c.queue, found{link, on})
		return
	}
	to.Fragment = ""
	address := to.String()
	if !strings.HasPrefix(address, c.base) || c.seen[address] {
		return
	}
	c.seen[address] = true
	if k := kind(address); c.kinds[k] < ofAKind {
		c.kinds[k]++
		c.queue = append(c.queue, found{address, on})
	}
}

// visit asks for an address and queues what it leads to.
func (c *crawler) visit(t *testing.T, f found) {
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, f.address, nil)
	if err != nil {
		t.Errorf("%s, on %s: %v", f.address, f.on, err)
		return
	}
	if !strings.Contains(f.address, "f=") {
		r.Header.Set("Accept", "text/html")
	}
	resp, err := uncompressed.RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if resp.StatusCode >= 400 || err != nil {
		t.Errorf("%s, on %s: %d %.300s", f.address, f.on, resp.StatusCode, body)
	}
	if strings.Contains(f.address, "/vendor/") {
		return // what a library of others could load, and does not here
	}
	for _, link := range c.links(resp.Header.Get("Content-Type"), body) {
		c.add(f.address, link)
	}
	for part := range strings.SplitSeq(resp.Header.Get("Link"), "<") {
		if target, _, ok := strings.Cut(part, ">"); ok {
			c.add(f.address, target)
		}
	}
	if location := resp.Header.Get("Location"); location != "" {
		c.add(f.address, location)
	}
}

// kind is what addresses have in common that differ in a value only. Each address without
// parameters is one of its own.
func kind(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.RawQuery == "" {
		return address
	}
	query := u.Query()
	return lastPart.ReplaceAllString(u.Path, "*") + "?f=" + query.Get("f") + " " + strings.Join(slices.Sorted(maps.Keys(query)), " ")
}

// lastPart is the name of a record in the path of its page, or a number of one.
var lastPart = regexp.MustCompile(`[^/]*-[^/]*$|[0-9]+$`)

// TestNoLinkIsDead follows the links of every page and document of the real program: all
// that have no parameters, and some of each kind that has.
func TestNoLinkIsDead(t *testing.T) {
	t.Parallel()
	s := startPlain(t) // the race detector would take a minute
	c := &crawler{base: s.url, seen: map[string]bool{}, kinds: map[string]int{}}
	for _, path := range []string{
		"/", "/?f=json", "/api?f=html", "/api?f=json", "/sitemap.xml", "/robots.txt", "/embed", "/embed?country=THA", "/?country=THA&view=list&offset=10",
		"/collections/facilities/items?crs=http://www.opengis.net/def/crs/EPSG/0/4490&limit=1", "/collections/facilities/items/1?properties=name",
		"/collections/facilities/items?facets=country&bom=0&limit=1&offset=5", "/collections/facilities/items?skipGeometry=true&f=html&limit=2",
		"/collections/facilities/items?f=csv&limit=2&offset=2", "/collections/facilities/open?country=THA&q=a",
		"/collections/facilities/tiles/WebMercatorQuad/tilejson?sector=new-energy",
		"/collections/facilities/facets?q=rice&lang=zh-CN", "/collections/facilities/matrix?rows=kind&lang=th", "/facilities/1?lang=zh", "/facilities?q=rice", "/countries",
		"/sectors",
	} {
		c.add(s.url+"/", path)
	}
	for len(c.queue) > 0 {
		next := c.queue[0]
		c.queue = c.queue[1:]
		c.visit(t, next)
	}
	if len(c.seen) < 2000 {
		t.Errorf("only %d links were met", len(c.seen))
	}
	for _, path := range []string{"/collections/facilities/clusters?zoom=5", "/data/facilities.parquet", "/tiles/WebMercatorQuad/0/0/0", "/sectors/new-energy"} {
		if !c.seen[s.url+path] {
			t.Errorf("nothing leads to %s", path)
		}
	}
}
