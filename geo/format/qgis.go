package format

import (
	"cmp"
	"encoding/xml"
	"fmt"
	"math"
	"strconv"

	"innoatlas/geo"
)

// qgisStyle is a style file of QGIS (QML) for a layer of the collection.
func qgisStyle(c *geo.Collection, catalog *geo.Catalog) []byte {
	style := append([]byte("<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n"+
		`<qgis version="3.22.0" styleCategories="Symbology|MapTips">`), QGISRenderer(c, catalog)...)
	return append(style, "<previewExpression>&quot;"+c.NamedBy().Name+"&quot;</previewExpression></qgis>\n"...)
}

// QGISRenderer is the element renderer-v2 of a layer in QGIS 3, empty where records are no places: facilities have a
// shape and a colour for each kind, as on the map page, countries are shaded by
// the number of their facilities, and records of other collections are all alike.
func QGISRenderer(c *geo.Collection, catalog *geo.Catalog) []byte {
	if c.Geometry == geo.NoGeometry {
		return nil
	}
	renderer := plainRenderer(c.Geometry)
	switch drawnBy(c) {
	case byKind:
		renderer = kindRenderer(catalog.Kinds, cmp.Or(c.Lang, "en"))
	case byCount:
		renderer = countRenderer()
	}
	data, err := xml.Marshal(renderer)
	if err != nil {
		panic(err) // texts and numbers can be written
	}
	return data
}

type qgisRenderer struct {
	XMLName    xml.Name       `xml:"renderer-v2"`
	Type       string         `xml:"type,attr"`
	Attribute  string         `xml:"attr,attr,omitempty"`
	Method     string         `xml:"graduatedMethod,attr,omitempty"`
	Categories []qgisCategory `xml:"categories>category,omitempty"`
	Ranges     []qgisRange    `xml:"ranges>range,omitempty"`
	Symbols    []qgisSymbol   `xml:"symbols>symbol"`
}

type qgisCategory struct {
	Value  string `xml:"value,attr"`
	Label  string `xml:"label,attr"`
	Symbol int    `xml:"symbol,attr"`
	Render bool   `xml:"render,attr"`
}

type qgisRange struct {
	Lower  string `xml:"lower,attr"`
	Upper  string `xml:"upper,attr"`
	Label  string `xml:"label,attr"`
	Symbol int    `xml:"symbol,attr"`
	Render bool   `xml:"render,attr"`
}

type qgisSymbol struct {
	Type  string          `xml:"type,attr"`
	Name  int             `xml:"name,attr"`
	Alpha int             `xml:"alpha,attr"`
	Layer qgisSymbolLayer `xml:"layer"`
}

type qgisSymbolLayer struct {
	Class   string  `xml:"class,attr"`
	Enabled int     `xml:"enabled,attr"`
	Options qgisMap `xml:"Option"`
}

type qgisMap struct {
	Type    string       `xml:"type,attr"`
	Options []qgisOption `xml:"Option"`
}

type qgisOption struct {
	Type  string `xml:"type,attr"`
	Name  string `xml:"name,attr"`
	Value string `xml:"value,attr"`
}

// kindRenderer has a category for each kind, and one for whatever else there is.
func kindRenderer(kinds []geo.Term, lang string) qgisRenderer {
	r := qgisRenderer{Type: "categorizedSymbol", Attribute: "kind"}
	signs := geo.SignsOf(kinds)
	for _, k := range kinds {
		r.addCategory(k.ID, k.Labels.In(lang), lookOf(signs.Of(k.ID)))
	}
	r.addCategory("", geo.NotStated.In(lang), lookOf(geo.NoSign))
	return r
}

func (r *qgisRenderer) addCategory(value, label string, l look) {
	n := len(r.Symbols)
	r.Categories = append(r.Categories, qgisCategory{value, label, n, true})
	r.Symbols = append(r.Symbols, marker(n, l))
}

func marker(n int, l look) qgisSymbol {
	return qgisSymbol{"marker", n, 1, symbolLayer("SimpleMarker",
		"name", l.shape, "color", qgisColour(l.colour), "outline_color", "255,255,255,255", "outline_width", "0.2", "size", "2.6")}
}

func fill(n int, colour string) qgisSymbol {
	return qgisSymbol{"fill", n, 1, symbolLayer("SimpleFill",
		"style", "solid", "color", qgisColour(colour), "outline_style", "solid", "outline_color", qgisColour(borderColour), "outline_width", "0.2")}
}

// plainRenderer draws all records alike.
func plainRenderer(t geo.GeometryType) qgisRenderer {
	r := qgisRenderer{Type: "singleSymbol"}
	switch t {
	case geo.Point, geo.MultiPoint:
		r.Symbols = []qgisSymbol{marker(0, lookOf(geo.NoSign))}
	case geo.LineString:
		r.Symbols = []qgisSymbol{{"line", 0, 1, symbolLayer("SimpleLine", "line_color", qgisColour(lookOf(geo.NoSign).colour), "line_width", "0.4")}}
	default:
		r.Symbols = []qgisSymbol{fill(0, plainFill)}
	}
	return r
}

func countRenderer() qgisRenderer {
	r := qgisRenderer{Type: "graduatedSymbol", Attribute: "facilities", Method: "GraduatedColor"}
	for i, c := range countClasses {
		r.Ranges = append(r.Ranges, countRange(i))
		r.Symbols = append(r.Symbols, fill(i, c.colour))
	}
	return r
}

// countRange holds whole numbers from its class up to the next one.
func countRange(class int) qgisRange {
	from := countClasses[class].from
	if class == len(countClasses)-1 {
		return qgisRange{strconv.Itoa(from), strconv.Itoa(math.MaxInt32), fmt.Sprintf("%d or more", from), class, true}
	}
	upTo := countClasses[class+1].from - 1
	label := fmt.Sprintf("%d to %d", from, upTo)
	if from == upTo {
		label = strconv.Itoa(from)
	}
	return qgisRange{strconv.Itoa(from), strconv.Itoa(upTo), label, class, true}
}

// symbolLayer has properties by name and value in turn.
func symbolLayer(class string, properties ...string) qgisSymbolLayer {
	options := qgisMap{Type: "Map"}
	for i := 0; i < len(properties); i += 2 {
		options.Options = append(options.Options, qgisOption{"QString", properties[i], properties[i+1]})
	}
	return qgisSymbolLayer{Class: class, Enabled: 1, Options: options}
}

// qgisColour turns #rrggbb into red, green, blue and alpha.
func qgisColour(hex string) string {
	n := hexColour(hex)
	return fmt.Sprintf("%d,%d,%d,255", n>>16, n>>8&0xff, n&0xff)
}
