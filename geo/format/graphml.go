package format

import (
	"bytes"
	"cmp"
	"context"
	"encoding/xml"
	"fmt"
	"io"
	"strings"

	"innoatlas/geo"
	"innoatlas/geo/cql2"
)

// WriteGraphML writes a selection of partnerships as a network (GraphML 1.0), which Gephi,
// yEd and networkx read: a node for each institution and each facility, before the first
// edge that joins it, and an edge from the institution to the facility for each partnership.
// An institution and a facility of one name are two nodes. Lists are joined by semicolons. A
// character that XML cannot have becomes U+FFFD.
func WriteGraphML(ctx context.Context, w io.Writer, f File) error {
	g := network{known: map[string]bool{}, lang: cmp.Or(f.Collection.Lang, "en")}
	err := f.writePieces(ctx, w, graphMLHead(f), "</graph>\n</graphml>\n", func(dst []byte, feature geo.Feature, _ int) ([]byte, error) {
		p, ok := feature.(*geo.Partnership)
		if !ok {
			return dst, fmt.Errorf("a record of %s joins nothing", f.Collection)
		}
		return g.appendPartnership(dst, p), nil
	})
	if err != nil {
		return fmt.Errorf("write GraphML: %w", err)
	}
	return nil
}

// network is a graph in the making.
type network struct {
	known map[string]bool // the nodes so far
	lang  string
}

// graphMLKey is a property of nodes, or of edges.
type graphMLKey struct{ name, of, kind string }

var (
	nodeKeys = []graphMLKey{
		{"label", "node", "string"}, {"collection", "node", "string"}, {"slug", "node", "string"}, {"kind", "node", "string"},
		{"country", "node", "string"}, {"country_name", "node", "string"}, {"lon", "node", "double"}, {"lat", "node", "double"},
	}
	edgeKeys = []graphMLKey{{"roles", "edge", "string"}, {"host", "edge", "boolean"}, {"partner", "edge", "boolean"}}
)

// graphMLHead is what comes before the first node: what the file says of itself, and what
// nodes and edges state.
func graphMLHead(f File) []byte {
	b := []byte(xml.Header + `<graphml xmlns="http://graphml.graphdrawing.org/xmlns" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"` +
		` xsi:schemaLocation="http://graphml.graphdrawing.org/xmlns http://graphml.graphdrawing.org/xmlns/1.0/graphml.xsd">` + "\n<desc>")
	b = append(appendXML(b, strings.TrimSpace(f.About.Title+"\n"+f.About.paragraphs())), "</desc>\n"...)
	for _, keys := range [][]graphMLKey{nodeKeys, edgeKeys} {
		for _, k := range keys {
			b = fmt.Appendf(b, `<key id="%s" for="%s" attr.name="%s" attr.type="%s"/>`+"\n", k.name, k.of, k.name, k.kind)
		}
	}
	return fmt.Appendf(b, `<graph id="%s" edgedefault="directed">`+"\n", f.Collection.ID)
}

// appendPartnership appends its edge, and before it what it joins, where that is new.
func (g *network) appendPartnership(dst []byte, p *geo.Partnership) []byte {
	_, slug := p.Ref()
	from, to := nodeID(geo.Institutions, p.Institution.Slug), nodeID(geo.Facilities, p.Facility.Slug)
	dst = g.appendNode(dst, from, geo.Institutions, p.Institution, "type")
	dst = g.appendNode(dst, to, geo.Facilities, p.Facility, "kind")
	dst = appendXML(append(dst, `<edge id="`...), slug)
	dst = appendXML(append(dst, `" source="`...), from)
	dst = append(appendXML(append(dst, `" target="`...), to), `">`...)
	dst = appendData(dst, "roles", cql2.ListOf(p.Roles))
	for _, role := range p.Roles {
		dst = appendData(dst, role, cql2.BoolOf(true))
	}
	return append(dst, "</edge>\n"...)
}

// nodeID tells an institution from a facility of the same slug.
func nodeID(c *geo.Collection, slug string) string { return c.ID + "/" + slug }

func (g *network) appendNode(dst []byte, id string, c *geo.Collection, f geo.Feature, kind string) []byte {
	if g.known[id] {
		return dst
	}
	g.known[id] = true
	_, slug := f.Ref()
	dst = append(appendXML(append(dst, `<node id="`...), id), `">`...)
	dst = appendData(dst, "label", c.Field("name").Value(f))
	dst = appendData(dst, "collection", cql2.TextOf(c.ID))
	dst = appendData(dst, "slug", cql2.TextOf(slug))
	dst = appendData(dst, "kind", c.Field(kind).Value(f))
	country := c.Field("country").Value(f)
	dst = appendData(dst, "country", country)
	if known, ok := geo.CountryByCode(country.Text); ok {
		dst = appendData(dst, "country_name", cql2.TextOf(known.Name(g.lang)))
	}
	if at := pointOf(f); at != nil {
		dst = appendData(appendData(dst, "lon", cql2.NumberOf(at[0])), "lat", cql2.NumberOf(at[1]))
	}
	return append(dst, "</node>\n"...)
}

// appendData appends a property, nothing where it is not stated.
func appendData(dst []byte, key string, v cql2.Value) []byte {
	text := string(appendValueText(nil, v))
	if v.Type == cql2.List {
		text = strings.Join(v.List, ";")
	}
	if text == "" {
		return dst
	}
	dst = append(append(append(dst, `<data key="`...), key...), `">`...)
	return append(appendXML(dst, text), "</data>"...)
}

// appendXML appends a text with what XML needs escaped.
func appendXML(dst []byte, text string) []byte {
	var b bytes.Buffer
	_ = xml.EscapeText(&b, []byte(text)) // a buffer takes everything
	return append(dst, b.Bytes()...)
}
