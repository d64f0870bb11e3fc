package format

import (
	"bufio"
	"cmp"
	"context"
	"encoding/xml"
	"fmt"
	"html"
	"image/color"
	"io"
	"strconv"
	"strings"

	"github.com/paulmach/orb"
	"github.com/twpayne/go-kml/v3"

	"innoatlas/geo"
	"innoatlas/geo/cql2"
)

// WriteKML writes the selection as KML 2.2 (OGC 12-007r2), one Placemark a record,
// coloured as on the map page; points have the pin that every viewer brings,
// so that nothing is fetched from elsewhere. The values are in ExtendedData under
// a schema; KML has no lists, which are texts of JSON, and no times, which are
// texts. A character that XML cannot have becomes U+FFFD.
func WriteKML(ctx context.Context, w io.Writer, f File) error {
	out := bufio.NewWriterSize(w, flushSize)
	err := writeKML(ctx, out, f)
	if err == nil {
		err = out.Flush()
	}
	if err != nil {
		return fmt.Errorf("write KML: %w", err)
	}
	return nil
}

func writeKML(ctx context.Context, w io.Writer, f File) error {
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	encoder := xml.NewEncoder(struct{ io.Writer }{w}) // which flushes after each element, and would flush ours
	root := xml.StartElement{Name: xml.Name{Space: kml.Namespace, Local: "kml"}}
	document, folder := kmlTag("Document"), kmlTag("Folder")
	write := func(e kml.Element) error { return e.MarshalXML(encoder, xml.StartElement{}) }

	columns := Columns(f.Catalog, f.Collection)
	if err := encodeTokens(encoder, root, document); err != nil {
		return err
	}
	for _, head := range kmlHead(f, columns) {
		if err := write(head); err != nil {
			return err
		}
	}
	// To GDAL a folder is a layer, even where it is empty.
	if err := encodeTokens(encoder, folder); err != nil {
		return err
	}
	if err := write(kml.Name(f.Collection.ID)); err != nil {
		return err
	}
	err := f.each(ctx, func(feature geo.Feature) error { return write(kmlPlacemark(feature, f.Collection, columns)) })
	if err != nil {
		return err
	}
	if err := encodeTokens(encoder, folder.End(), document.End(), root.End()); err != nil {
		return err
	}
	return encoder.Close()
}

func encodeTokens(encoder *xml.Encoder, tokens ...xml.Token) error {
	for _, token := range tokens {
		if err := encoder.EncodeToken(token); err != nil {
			return err
		}
	}
	return nil
}

func kmlTag(name string) xml.StartElement { return xml.StartElement{Name: xml.Name{Local: name}} }

// kmlHead is what comes before the records: what the file says of itself, styles
// and schema.
func kmlHead(f File, columns []Column) []kml.Element {
	head := []kml.Element{kml.Name(cmp.Or(f.About.Title, f.Collection.ID)), kml.Description(f.About.paragraphs())}
	head = append(head, kmlStyles(f)...)
	schema := kml.NamedSchema(f.Collection.ID, f.Collection.ID)
	for _, c := range columns {
		schema.Append(kml.SimpleField(c.Name, kmlType(c), kmlDisplayName(c.Title.In("en"))))
	}
	return append(head, schema)
}

// kmlType is double for the id, because the int of KML has 32 bits. A truth is a text,
// which GDAL would else read as a number.
func kmlType(c Column) string {
	switch {
	case c.is64Bit() || c.Type == geo.Number:
		return "double"
	case c.Type == geo.Integer:
		return "int"
	}
	return "string"
}

// kmlDisplayName is the title of a field.
type kmlDisplayName string

// MarshalXML implements kml.Element.
func (n kmlDisplayName) MarshalXML(encoder *xml.Encoder, _ xml.StartElement) error {
	return encoder.EncodeElement(string(n), kmlTag("displayName"))
}

func kmlStyles(f File) []kml.Element {
	var styles []kml.Element
	switch drawnBy(f.Collection) {
	case byCount:
		for i, c := range countClasses {
			styles = append(styles, kmlArea(kmlCountStyle(i), c.colour))
		}
	case byKind:
		signs := geo.SignsOf(f.Catalog.Kinds)
		for _, k := range f.Catalog.Kinds {
			styles = append(styles, kmlPin(kmlKindStyle(k.ID), lookOf(signs.Of(k.ID))))
		}
		styles = append(styles, kmlPin(kmlKindStyle(""), lookOf(geo.NoSign)))
	case plainly:
		if f.Collection.Geometry == geo.Point || f.Collection.Geometry == geo.MultiPoint {
			return []kml.Element{kmlPin(kmlPlainStyle, lookOf(geo.NoSign))}
		}
		styles = append(styles, kmlArea(kmlPlainStyle, plainFill))
	}
	return styles
}

// kmlArea is how areas are filled, and lines drawn.
func kmlArea(style, fill string) kml.Element {
	return kml.SharedStyle(style, kml.LineStyle(kml.Color(kmlColour(borderColour, 0xff)), kml.Width(1)), kml.PolyStyle(kml.Color(kmlColour(fill, 0xb0))))
}

func kmlPin(style string, l look) kml.Element {
	c := kml.Color(kmlColour(l.colour, 0xff))
	return kml.SharedStyle(style, kml.IconStyle(c), kml.LabelStyle(c))
}

const kmlPlainStyle = "plain"

func kmlKindStyle(kind string) string { return "kind-" + kind }

func kmlCountStyle(class int) string { return "facilities-" + strconv.Itoa(countClasses[class].from) }

// kmlColour is a color.RGBA, which is written as it stands; any other type would be
// multiplied by its alpha first.
func kmlColour(hex string, alpha uint8) color.Color {
	n := hexColour(hex)
	return color.RGBA{R: uint8(n >> 16), G: uint8(n >> 8), B: uint8(n), A: alpha}
}

func kmlPlacemark(f geo.Feature, c *geo.Collection, columns []Column) kml.Element {
	data := kml.SchemaData("#" + c.ID)
	for _, column := range columns {
		if v := column.Value(f); v.Type != cql2.Null {
			data.Append(kml.SimpleData(column.Name, string(appendValueText(nil, v))))
		}
	}
	placemark := kml.Placemark(kml.Name(nameOf(f)))
	if text := kmlDescription(f); text != "" {
		placemark.Append(kml.Description(text))
	}
	placemark.Append(kml.StyleURL("#"+kmlStyle(f, c)), kml.ExtendedData(data))
	if geometry, _ := geometryOf(f); geometry != nil {
		placemark.Append(kmlGeometry(geometry))
	}
	return placemark
}

func kmlStyle(f geo.Feature, c *geo.Collection) string {
	switch drawnBy(c) {
	case byCount:
		return kmlCountStyle(countClass(int(f.Value(string(byCount)).Number)))
	case byKind:
		return kmlKindStyle(f.Value(string(byKind)).Text)
	}
	return kmlPlainStyle
}

// kmlDescription is HTML, as viewers show it: the summary, and the source as a link.
func kmlDescription(f geo.Feature) string {
	var parts []string
	if summary := f.Value("summary").Text; summary != "" {
		parts = append(parts, html.EscapeString(summary))
	}
	url := f.Value("source_url").Text
	switch title := html.EscapeString(cmp.Or(f.Value("source_title").Text, url)); {
	case title == "":
	case strings.HasPrefix(url, "https://"), strings.HasPrefix(url, "http://"):
		parts = append(parts, `Source: <a href="`+html.EscapeString(url)+`">`+title+`</a>`)
	default:
		parts = append(parts, "Source: "+title)
	}
	return strings.Join(parts, "<br/>")
}

func kmlGeometry(g orb.Geometry) kml.Element {
	switch g := g.(type) {
	case orb.Point:
		return kml.Point(kml.Coordinates(kmlCoordinate(g)))
	case orb.MultiPoint:
		parts := kml.MultiGeometry()
		for _, point := range g {
			parts.Append(kmlGeometry(point))
		}
		return parts
	case orb.LineString:
		return kml.LineString(kml.Coordinates(kmlCoordinates(g)...))
	case orb.MultiLineString:
		parts := kml.MultiGeometry()
		for _, line := range g {
			parts.Append(kmlGeometry(line))
		}
		return parts
	case orb.MultiPolygon:
		parts := kml.MultiGeometry()
		for _, polygon := range g {
			parts.Append(kmlPolygon(polygon))
		}
		return parts
	}
	panic(fmt.Sprintf("format: %T is no geometry of a record", g))
}

func kmlPolygon(p orb.Polygon) kml.Element {
	polygon := kml.Polygon()
	for i, ring := range p {
		if boundary := kml.LinearRing(kml.Coordinates(kmlCoordinates(ring)...)); i == 0 {
			polygon.Append(kml.OuterBoundaryIs(boundary))
		} else {
			polygon.Append(kml.InnerBoundaryIs(boundary))
		}
	}
	return polygon
}

func kmlCoordinates(points []orb.Point) []kml.Coordinate {
	coordinates := make([]kml.Coordinate, len(points))
	for i, p := range points {
		coordinates[i] = kmlCoordinate(p)
	}
	return coordinates
}

func kmlCoordinate(p orb.Point) kml.Coordinate { return kml.Coordinate{Lon: p[0], Lat: p[1]} }
