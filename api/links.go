package api

import (
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"innoatlas/geo/format"
)

// Link is a web link (RFC 8288) of a document; none of its texts is empty.
type Link struct {
	Href  string    `json:"href"`
	Rel   string    `json:"rel"`
	Type  string    `json:"type"`
	Title LinkTitle `json:"title"`
	// Templated says that Href has variables in braces (RFC 6570).
	Templated bool `json:"templated,omitempty"`
}

// LinkTitle is the key of a text, or a text that the data bring along. JSON has it in English.
type LinkTitle string

// In is the title in a language.
func (t LinkTitle) In(lang string) string { return word(lang, string(t)) }

// MarshalText gives the title in English.
func (t LinkTitle) MarshalText() ([]byte, error) { return []byte(t.In(english)), nil }

// Base is what links begin with: the configured address, or the Host where that
// names this very server on this machine, or nothing. No other Host is ever repeated,
// and forwarded headers are not read: all of them could send other readers of a cache
// elsewhere.
func (s *Server) Base(r *http.Request) string {
	if s.cfg.BaseURL != "" {
		return s.cfg.BaseURL
	}
	local, _ := r.Context().Value(http.LocalAddrContextKey).(net.Addr)
	host, ok := loopbackHost(r.Host, local)
	switch {
	case !ok:
		s.strangers.meet(r, s.cfg.Now(), s.cfg.Logger)
		return ""
	case r.TLS != nil:
		return "https://" + host
	}
	return "http://" + host
}

// loopbackHost is a Host header that names this machine, and the port that the request
// came in by, in its one usual form. A port that is forwarded to this server (ssh -L)
// is another: a header cannot prove that it leads here, so that links are relative
// there, and --base-url makes them absolute. Where local is nil there is no connection,
// and any port will do.
func loopbackHost(hostport string, local net.Addr) (string, bool) {
	host, port, err := net.SplitHostPort(hostport)
	if err != nil {
		host, port = strings.TrimSuffix(strings.TrimPrefix(hostport, "["), "]"), "80"
	}
	number, err := strconv.ParseUint(port, 10, 16)
	if tcp, ok := local.(*net.TCPAddr); err != nil || ok && int(number) != tcp.Port {
		return "", false
	}
	bracketed := strings.HasPrefix(hostport, "[")
	switch addr, err := netip.ParseAddr(host); {
	case strings.ToLower(host) == "localhost" && !bracketed: // EqualFold would take ſ for s
		host = "localhost"
	case err == nil && addr.Is6() == bracketed && isOwn(addr, local):
		host = addr.String()
	default:
		return "", false
	}
	if host = bracketIPv6(host); number != 80 {
		host += ":" + strconv.FormatUint(number, 10)
	}
	return host, true
}

// isOwn reports the two usual loopback addresses, and the one that the request came in by.
func isOwn(addr netip.Addr, local net.Addr) bool {
	if addr.Zone() != "" {
		return false
	}
	tcp, ok := local.(*net.TCPAddr)
	return addr == netip.IPv6Loopback() || addr == netip.AddrFrom4([4]byte{127, 0, 0, 1}) || ok && addr.IsLoopback() && addr == tcp.AddrPort().Addr().Unmap()
}

func bracketIPv6(host string) string {
	if strings.Contains(host, ":") {
		return "[" + host + "]"
	}
	return host
}

// Href is the absolute address of a path of this server, with a query if there is one.
func (a *Answer) Href(path string, query url.Values) string {
	if len(query) == 0 {
		return a.base + path
	}
	return a.base + path + "?" + query.Encode()
}

// with is the query of the request with one parameter changed, or dropped where
// the value is empty.
func (a *Answer) with(name, value string) url.Values {
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
func (a *Answer) selfAndAlternates() []Link {
	links := make([]Link, 0, 5)
	links = append(links, Link{Href: a.Href(a.path, a.params), Rel: "self", Type: a.format.mediaType, Title: "link.document"})
	parts := slices.ContainsFunc(wholeRecords, a.params.Has) // of records, which files have whole
	for _, f := range a.resource.formats {
		if f != a.format && !(parts && f.file != nil) {
			name := f.names[len(f.names)-1]
			links = append(links, Link{Href: a.hrefAs(name), Rel: "alternate", Type: f.mediaType, Title: f.alternateTitle()})
		}
	}
	return links
}

// hrefAs is the address of this document in another representation.
func (a *Answer) hrefAs(name string) string {
	if len(a.params) == 0 {
		return a.base + a.path + "?f=" + name
	}
	return a.Href(a.path, a.with("f", name))
}

var alternateTitles = map[*representation]LinkTitle{
	jsonFormat: "link.document_as.JSON", geoJSONFormat: "link.document_as.GeoJSON", openAPIFormat: "link.document_as.JSON",
	schemaFormat: "link.document_as.JSON", htmlFormat: "link.document_as.HTML",
}

// alternateTitle is the title of a link to a document in that form.
func (f *representation) alternateTitle() LinkTitle {
	if title, ok := alternateTitles[f]; ok {
		return title
	}
	return LinkTitle("link.page_as." + f.name)
}

// appendLinks writes links as the JSON array of a links member, by hand: encoding/json
// takes seven times as long, which an item by its id would feel. Relations and media types
// have nothing in them to escape.
func appendLinks(dst []byte, links []Link) []byte {
	dst = append(dst, '[')
	for i, l := range links {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = format.AppendString(append(dst, `{"href":`...), l.Href)
		dst = append(append(append(dst, `,"rel":"`...), l.Rel...), `","type":"`...)
		dst = append(append(dst, l.Type...), `","title":`...)
		dst = append(format.AppendString(dst, l.Title.In(english)), '}')
	}
	return append(dst, ']')
}

// MaxGrown is how long the one header of an answer may be that grows with the request, Link
// or Location, in bytes. nginx takes 4 KiB of all headers unless it is told otherwise, and
// answers 502 to more; what comes beside takes up to 1 kB.
const MaxGrown = 2900

// inHeader are the relations in the order in which links have room in the header: pages
// are followed by it, and the alternates, each as long as the address, go first.
var inHeader = []string{"next", "self", "prev", "collection", relQueryables, "alternate"}

// setLinkHeader repeats in the Link header as many links as it has room for. The hrefs are
// percent-encoded, so nothing in them ends the header or a target. It reports whether the
// next page is among them, where there is one.
func (a *Answer) setLinkHeader(links []Link) (followed bool) {
	fits, room := make([]bool, len(links)), MaxGrown-len("Link: \r\n")
	followed = true
	for _, rel := range inHeader {
		for i, l := range links {
			if l.Rel != rel {
				continue
			}
			if fits[i] = l.headerBytes() <= room; fits[i] {
				room -= l.headerBytes()
			} else if rel == "next" {
				followed = false
			}
		}
	}
	b := make([]byte, 0, MaxGrown-room)
	for i, l := range links {
		if fits[i] {
			b = l.appendHeader(b)
		}
	}
	if len(b) > 0 {
		a.header["Link"] = []string{string(b)}
	}
	return followed
}

// headerBytes is the length of what appendHeader appends, at most.
func (l Link) headerBytes() int {
	return len(`, <>; rel=""; type=""`) + len(l.Href) + len(l.Rel) + len(l.Type)
}

func (l Link) appendHeader(b []byte) []byte {
	if len(b) > 0 {
		b = append(b, ", "...)
	}
	b = append(append(append(b, '<'), l.Href...), `>; rel="`...)
	return append(append(append(append(b, l.Rel...), `"; type="`...), l.Type...), '"')
}
