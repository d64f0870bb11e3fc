package format

import (
	"fmt"
	"strconv"
	"time"

	"github.com/paulmach/orb"

	"innoatlas/geo"
	"innoatlas/geo/cql2"
)

// GeoJSON writes the records of a collection as GeoJSON features (RFC 7946): longitude
// before latitude, in degrees on WGS 84, and no crs member.
type GeoJSON struct {
	catalog    *geo.Catalog
	collection *geo.Collection
	further    []Column
	view       *view // nil: all of a record, in degrees
}

// NewGeoJSON is the encoder for the records of a collection of a data set. Countries are
// given every indicator of the catalog, null where none is stated.
func NewGeoJSON(catalog *geo.Catalog, c *geo.Collection) GeoJSON {
	return GeoJSON{catalog: catalog, collection: c, further: furtherColumns(catalog, c)}
}

// AppendFeature appends a record as one Feature. Its properties are
// Columns, in that order; one that is not stated is left out, empty lists too (an empty
// array crashes the fiona 1.9 behind geopandas). links is a JSON array for the member "links", which is
// left out where links is nil.
func (g GeoJSON) AppendFeature(dst []byte, f geo.Feature, links []byte) []byte {
	if g.view != nil {
		dst = g.appendView(dst, f)
	} else {
		dst = g.appendWhole(dst, f)
	}
	if links != nil {
		dst = append(dst, `,"links":`...)
		dst = append(dst, links...)
	}
	return append(dst, '}')
}

// appendWhole leaves the feature open for its links.
func (g GeoJSON) appendWhole(dst []byte, f geo.Feature) []byte {
	id, _ := f.Ref()
	dst = appendGeometry(appendHead(dst, id), f.Geometry())
	dst = append(dst, `,"properties":`...)
	return g.appendProperties(dst, f)
}

// appendProperties appends all that a record states.
func (g GeoJSON) appendProperties(dst []byte, f geo.Feature) []byte {
	facility, _ := f.(*geo.Facility)
	dst = append(dst, '{')
	start := len(dst)
	for i := range g.collection.Fields {
		field := &g.collection.Fields[i]
		if facility != nil {
			if place := field.At(facility); place != nil {
				dst = appendPlace(dst, field.Name, place)
				continue
			}
		}
		if !field.Unlisted {
			dst = appendMember(dst, len(dst)-start, field.Name, field.Value(f), field.Type)
		}
	}
	for i := range g.further {
		dst = appendMember(dst, len(dst)-start, g.further[i].Name, g.further[i].Value(f), g.further[i].Type)
	}
	return append(dst, '}')
}

// appendPlace appends a member with what stands in a place of a facility (geo.Field.At),
// behind a comma; nothing where that is not stated.
func appendPlace(dst []byte, name string, place any) []byte {
	switch p := place.(type) {
	case *string:
		if *p != "" {
			return AppendString(appendName(dst, name), *p)
		}
	case *[]string:
		if len(*p) > 0 {
			return appendArray(appendName(dst, name), *p)
		}
	case *int:
		if *p != 0 {
			return strconv.AppendInt(appendName(dst, name), int64(*p), 10)
		}
	case *float64:
		if *p != 0 {
			return appendDecimal(appendName(dst, name), *p)
		}
	case *geo.Day:
		if *p != 0 {
			return appendDay(appendName(dst, name), *p)
		}
	case *time.Time:
		if !p.IsZero() {
			return appendTime(appendName(dst, name), *p)
		}
	}
	return dst
}

// appendName opens a member behind another. Names of fields need no escapes.
func appendName(dst []byte, name string) []byte {
	dst = append(dst, `,"`...)
	dst = append(dst, name...)
	return append(dst, `":`...)
}

// appendMember appends a member, nothing where the value is not stated.
func appendMember(dst []byte, before int, name string, v cql2.Value, t geo.Type) []byte {
	if v.Type == cql2.Null {
		return dst
	}
	dst = AppendString(appendComma(dst, before), name)
	return AppendValue(append(dst, ':'), v, t)
}

// AppendCluster appends a cluster as one Feature: a Point, with how many members
// it has, how many of each kind, the country that it stands in, and the cell (west, south, east, north) that
// holds them. A cluster of one is the facility itself.
func (g GeoJSON) AppendCluster(dst []byte, c geo.Cluster) []byte {
	if c.Feature != nil {
		return g.AppendFeature(dst, c.Feature, nil)
	}
	dst = append(dst, `{"type":"Feature","geometry":`...)
	dst = appendPoint(dst, &c.Position)
	dst = append(dst, `,"properties":{"cluster":true,"cell":`...)
	dst = strconv.AppendUint(dst, c.Cell, 10)
	dst = append(dst, `,"count":`...)
	dst = strconv.AppendInt(dst, int64(c.Count), 10)
	dst = append(dst, `,"kinds":{`...)
	for i, b := range c.Kinds {
		dst = appendComma(dst, i)
		dst = AppendString(dst, b.Value)
		dst = append(dst, ':')
		dst = strconv.AppendInt(dst, int64(b.Count), 10)
	}
	dst = append(dst, '}')
	if c.Country != "" {
		dst = AppendString(append(dst, `,"country":`...), c.Country)
	}
	dst = append(dst, `,"bounds":[`...)
	for i, degrees := range [4]float64{c.Bounds.Min[0], c.Bounds.Min[1], c.Bounds.Max[0], c.Bounds.Max[1]} {
		dst = appendComma(dst, i)
		dst = appendDecimal(dst, degrees)
	}
	dst = append(dst, `],"stack":`...)
	dst = strconv.AppendBool(dst, c.Stack)
	return append(dst, "}}"...)
}

// appendHead opens a feature up to its geometry.
func appendHead(dst []byte, id int64) []byte {
	dst = append(dst, `{"type":"Feature","id":`...)
	dst = strconv.AppendInt(dst, id, 10)
	return append(dst, `,"geometry":`...)
}

// appendTime appends a time to the second, in UTC.
func appendTime(dst []byte, t time.Time) []byte {
	dst = append(dst, '"')
	dst = t.UTC().AppendFormat(dst, time.RFC3339)
	return append(dst, '"')
}

// appendSourceArray appends nothing where there are no sources.
func appendSourceArray(dst []byte, sources []geo.Source) []byte {
	if len(sources) == 0 {
		return dst
	}
	dst = append(dst, '[')
	for i, s := range sources {
		dst = appendComma(dst, i)
		dst = append(dst, '{')
		dst = appendSource(dst, s)
		dst = append(dst, '}')
	}
	return append(dst, ']')
}

// appendSource appends the members that are stated, with commas between.
func appendSource(dst []byte, s geo.Source) []byte {
	start := len(dst)
	for _, m := range [4]struct{ key, value string }{
		{`"title":`, s.Title}, {`"url":`, s.URL}, {`"date":`, s.Date}, {`"supports":`, s.Supports},
	} {
		if m.value == "" {
			continue
		}
		dst = appendComma(dst, len(dst)-start)
		dst = appendText(dst, m.key, m.value)
	}
	return dst
}

// appendCooperation appends the figures by indicator, null where none is stated, as one
// object.
func appendCooperation(dst []byte, indicators []string, figures []geo.Figure) []byte {
	dst = append(dst, '{')
	for i, indicator := range indicators {
		dst = appendComma(dst, i)
		dst = AppendString(dst, indicator)
		dst = append(dst, ':')
		dst = appendFigures(dst, indicator, figures)
	}
	return append(dst, '}')
}

func appendFigures(dst []byte, indicator string, figures []geo.Figure) []byte {
	n := 0
	for _, f := range figures {
		if f.Indicator != indicator {
			continue
		}
		dst = append(dst, "[,"[min(n, 1)])
		dst = append(dst, `{"value":`...)
		dst = appendDecimal(dst, f.Value)
		dst = appendInteger(dst, `,"year":`, f.Year)
		dst = appendText(dst, `,"source_title":`, f.Source.Title)
		dst = appendText(dst, `,"source_url":`, f.Source.URL)
		dst = append(dst, '}')
		n++
	}
	if n == 0 {
		return append(dst, "null"...)
	}
	return append(dst, ']')
}

// appendDay appends a date as RFC 3339 has it.
func appendDay(dst []byte, d geo.Day) []byte {
	dst = append(dst, '"')
	dst = d.Time().AppendFormat(dst, time.DateOnly)
	return append(dst, '"')
}

// appendGeometry appends a geometry, or null.
func appendGeometry(dst []byte, g orb.Geometry) []byte {
	switch g := g.(type) {
	case nil:
		return append(dst, "null"...)
	case orb.Point:
		return appendPoint(dst, &g)
	case orb.LineString:
		dst = append(dst, `{"type":"LineString","coordinates":`...)
		return append(appendRing(dst, orb.Ring(g)), '}')
	case orb.MultiPolygon:
		return appendMultiPolygon(dst, g)
	}
	panic(fmt.Sprintf("format: a %T is no geometry of a record", g))
}

func appendPoint(dst []byte, p *orb.Point) []byte {
	if p == nil {
		return append(dst, "null"...)
	}
	dst = append(dst, `{"type":"Point","coordinates":`...)
	dst = appendPosition(dst, *p)
	return append(dst, '}')
}

func appendPosition(dst []byte, p orb.Point) []byte {
	dst = append(dst, '[')
	dst = appendDecimal(dst, p[0])
	dst = append(dst, ',')
	dst = appendDecimal(dst, p[1])
	return append(dst, ']')
}

func appendMultiPolygon(dst []byte, polygons orb.MultiPolygon) []byte {
	if polygons == nil {
		return append(dst, "null"...)
	}
	dst = append(dst, `{"type":"MultiPolygon","coordinates":[`...)
	for i, polygon := range polygons {
		dst = appendComma(dst, i)
		dst = append(dst, '[')
		for j, ring := range polygon {
			dst = appendComma(dst, j)
			dst = appendRing(dst, ring)
		}
		dst = append(dst, ']')
	}
	return append(dst, "]}"...)
}

func appendRing(dst []byte, ring orb.Ring) []byte {
	dst = append(dst, '[')
	for i, p := range ring {
		dst = appendComma(dst, i)
		dst = appendPosition(dst, p)
	}
	return append(dst, ']')
}

// appendText appends a member, the key as it is, or nothing where the value is empty.
func appendText(dst []byte, key, value string) []byte {
	if value == "" {
		return dst
	}
	dst = append(dst, key...)
	return AppendString(dst, value)
}

// appendInteger appends a member, or nothing where the value is 0.
func appendInteger(dst []byte, key string, value int) []byte {
	if value == 0 {
		return dst
	}
	dst = append(dst, key...)
	return strconv.AppendInt(dst, int64(value), 10)
}

// appendTexts appends a member, the key as it is, or nothing where the list is empty.
func appendTexts(dst []byte, key string, values []string) []byte {
	if len(values) == 0 {
		return dst
	}
	return appendArray(append(dst, key...), values)
}

func appendArray(dst []byte, values []string) []byte {
	dst = append(dst, '[')
	for i, v := range values {
		dst = appendComma(dst, i)
		dst = AppendString(dst, v)
	}
	return append(dst, ']')
}

// appendComma puts a comma before every element but the first.
func appendComma(dst []byte, i int) []byte {
	if i == 0 {
		return dst
	}
	return append(dst, ',')
}
