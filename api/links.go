package api

import (
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strconv"
	"strings"

	"innoatlas/geo/format"
)

// link is a web link (RFC 8288) of a document; none of its texts is empty.
type link struct {
	Href  string `json:"href"`
	Rel   string `json:"rel"`
	Type  string `json:"type"`
	Title string `json:"title"`
	// Templated says that Href has variables in braces (RFC 6570).
	Templated bool `json:"templated,omitempty"`
}

// base is what links begin with: the configured address, or the Host where that
// is this machine, or nothing. A foreign Host is never repeated, and forwarded
// headers are not read: both could send other readers of a cache elsewhere.
func (s *Server) base(r *http.Request) string {
	switch {
	case s.cfg.BaseURL != "":
		return s.cfg.BaseURL
	case !isLoopback(r.Host):
		return ""
	case r.TLS != nil:
		return "https://" + r.Host
	}
	return "http://" + r.Host
}

// isLoopback reports whether a Host header names this machine, with or without a port.
func isLoopback(hostport string) bool {
	host, port, err := net.SplitHostPort(hostport)
	if err != nil {
		host, port = strings.TrimSuffix(strings.TrimPrefix(hostport, "["), "]"), "80"
	}
	if _, err := strconv.ParseUint(port, 10, 16); err != nil {
		return false
	}
	bracketed := strings.HasPrefix(hostport, "[")
	if strings.EqualFold(host, "localhost") {
		return !bracketed
	}
	addr, err := netip.ParseAddr(host)
	return err == nil && addr.IsLoopback() && addr.Zone() == "" && addr.Is6() == bracketed
}

// href is the absolute address of a path of this server, with a query if there is one.
func (a *answer) href(path string, query url.Values) string {
	if len(query) == 0 {
		return a.base + path
	}
	return a.base + path + "?" + query.Encode()
}

// with is the query of the request with one parameter changed, or dropped where
// the value is empty.
func (a *answer) with(name, value string) url.Values {
	changed := make(url.Values, len(a.params)+1)
	for k, v := range a.params {
		changed[k] = v
	}
	delete(changed, name)
	if value != "" {
		changed.Set(name, value)
	}
	return changed
}

// formatQuery is the query that asks for a representation.
func formatQuery(name string) url.Values { return url.Values{"f": {name}} }

// selfAndAlternates are the links to this document and to its other representations.
func (a *answer) selfAndAlternates() []link {
	links := make([]link, 0, 5)
	links = append(links, link{Href: a.href(a.path, a.params), Rel: "self", Type: a.format.mediaType, Title: "This document"})
	for _, f := range a.resource.formats {
		if f != a.format {
			name := f.names[len(f.names)-1]
			links = append(links, link{Href: a.hrefAs(name), Rel: "alternate", Type: f.mediaType, Title: f.alternateTitle()})
		}
	}
	return links
}

// hrefAs is the address of this document in another representation.
func (a *answer) hrefAs(name string) string {
	if len(a.params) == 0 {
		return a.base + a.path + "?f=" + name
	}
	return a.href(a.path, a.with("f", name))
}

var alternateTitles = map[*representation]string{
	jsonFormat: "This document as JSON", geoJSONFormat: "This document as GeoJSON", openAPIFormat: "This document as JSON",
	schemaFormat: "This document as JSON", htmlFormat: "This document as HTML",
}

// alternateTitle is the title of a link to a document in that form.
func (f *representation) alternateTitle() string {
	if title, ok := alternateTitles[f]; ok {
		return title
	}
	return "This page as " + f.name
}

// appendLinks writes links as the JSON array of a links member. All but the href
// is our own text, with nothing in it to escape.
func appendLinks(dst []byte, links []link) []byte {
	dst = append(dst, '[')
	for i, l := range links {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = append(dst, `{"href":`...)
		dst = format.AppendString(dst, l.Href)
		dst = append(append(append(dst, `,"rel":"`...), l.Rel...), `","type":"`...)
		dst = append(append(append(dst, l.Type...), `","title":"`...), l.Title...)
		dst = append(dst, '"')
		dst = append(dst, '}')
	}
	return append(dst, ']')
}

// maxLinkHeader keeps the Link header below what proxies accept, in bytes. Links
// that do not fit are in the body only, except those that clients page by.
const maxLinkHeader = 4 << 10

// setLinkHeader repeats links in the Link header. The hrefs are percent-encoded,
// so nothing in them ends the header or a target.
func (a *answer) setLinkHeader(links []link) {
	b := make([]byte, 0, 512)
	for _, l := range links {
		pages := l.Rel == "next" || l.Rel == "prev"
		if !pages && len(b)+len(l.Href)+len(l.Rel)+len(l.Type)+32 > maxLinkHeader {
			continue
		}
		if len(b) > 0 {
			b = append(b, ", "...)
		}
		b = append(append(append(b, '<'), l.Href...), `>; rel="`...)
		b = append(append(append(append(b, l.Rel...), `"; type="`...), l.Type...), '"')
	}
	a.c.Response().Header()["Link"] = []string{string(b)}
}
