package format

import (
	"fmt"
	"strconv"
	"time"

	"github.com/paulmach/orb"

	"innoatlas/geo"
)

// GeoJSON writes records as GeoJSON features (RFC 7946): longitude before
// latitude, in degrees on WGS 84, and no crs member.
type GeoJSON struct {
	catalog    *geo.Catalog
	indicators []string
	view       *view // nil: all of a record, in degrees
}

// NewGeoJSON is the encoder for the records of a data set. Countries are given
// every indicator of the catalog, null where none is stated.
func NewGeoJSON(c *geo.Catalog) GeoJSON { return GeoJSON{catalog: c, indicators: c.Indicators} }

// AppendFeature appends a record as one Feature. The properties of a facility
// are those of geo.Facilities, in that order, then its further sources; one that
// is not stated is left out, empty lists too (an empty array crashes the fiona
// 1.9 behind geopandas). links is a JSON array for the member "links", which is
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
	switch f := f.(type) {
	case *geo.Facility:
		return appendFacility(dst, f)
	case *geo.Country:
		return g.appendCountry(dst, f)
	}
	panic(fmt.Sprintf("format: %T is no record of a collection", f))
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

// appendFacility leaves the feature open for its links.
func appendFacility(dst []byte, f *geo.Facility) []byte {
	dst = appendHead(dst, f.ID)
	dst = appendPoint(dst, f.Position)
	return appendFacilityProperties(append(dst, `,"properties":`...), f)
}

func appendFacilityProperties(dst []byte, f *geo.Facility) []byte {
	dst = append(dst, `{"id":`...)
	dst = strconv.AppendInt(dst, f.ID, 10)
	dst = appendText(dst, `,"slug":`, f.Slug)
	dst = appendText(dst, `,"kind":`, f.Kind)
	dst = appendText(dst, `,"name":`, f.Name)
	dst = appendText(dst, `,"name_zh":`, f.NameZh)
	dst = appendText(dst, `,"name_local":`, f.NameLocal)
	dst = appendText(dst, `,"name_local_lang":`, f.NameLocalLang)
	dst = appendText(dst, `,"country":`, f.Country)
	dst = appendText(dst, `,"country_name":`, f.CountryName)
	dst = appendText(dst, `,"admin1":`, f.Admin1)
	dst = appendText(dst, `,"city":`, f.City)
	dst = appendText(dst, `,"precision":`, f.Precision)
	dst = appendTexts(dst, `,"sectors":`, f.Sectors)
	dst = appendTexts(dst, `,"partners":`, f.Partners)
	dst = appendText(dst, `,"host_institution":`, f.HostInstitution)
	dst = appendInteger(dst, `,"established":`, f.Established)
	dst = appendText(dst, `,"status":`, f.Status)
	dst = appendText(dst, `,"summary":`, f.Summary)
	dst = appendText(dst, `,"source_title":`, f.Source.Title)
	dst = appendText(dst, `,"source_url":`, f.Source.URL)
	dst = appendText(dst, `,"source_date":`, f.Source.Date)
	dst = appendUpdated(dst, f.Updated)
	return append(appendSources(dst, f.Sources), '}')
}

func appendUpdated(dst []byte, t time.Time) []byte {
	if t.IsZero() {
		return dst
	}
	return appendTime(append(dst, `,"updated":`...), t)
}

// appendTime appends a time to the second, in UTC.
func appendTime(dst []byte, t time.Time) []byte {
	dst = append(dst, '"')
	dst = t.UTC().AppendFormat(dst, time.RFC3339)
	return append(dst, '"')
}

func appendSources(dst []byte, sources []geo.Source) []byte {
	if len(sources) == 0 {
		return dst
	}
	return appendSourceArray(append(dst, `,"sources":`...), sources)
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

// appendCountry leaves the feature open for its links.
func (g GeoJSON) appendCountry(dst []byte, c *geo.Country) []byte {
	dst = appendHead(dst, c.ID)
	dst = appendMultiPolygon(dst, c.Outline)
	return g.appendCountryProperties(append(dst, `,"properties":`...), c)
}

// appendCountryProperties makes an id of a kind or sector part of a property name,
// its hyphens underscores, because a GIS makes a field of each.
func (g GeoJSON) appendCountryProperties(dst []byte, c *geo.Country) []byte {
	id, slug := c.Ref()
	dst = append(dst, `{"id":`...)
	dst = strconv.AppendInt(dst, id, 10)
	dst = appendText(dst, `,"slug":`, slug)
	dst = appendText(dst, `,"country":`, c.Code)
	dst = appendText(dst, `,"alpha2":`, c.Alpha2)
	dst = appendText(dst, `,"name":`, c.Names["en"])
	dst = appendText(dst, `,"name_zh":`, c.Names["zh"])
	dst = append(dst, `,"facilities":`...)
	dst = strconv.AppendInt(dst, int64(c.Facilities), 10)
	dst = appendCounts(dst, `,"kind_`, c.ByKind)
	dst = appendCounts(dst, `,"sector_`, c.BySector)
	return append(g.appendCooperation(dst, c.Figures), '}')
}

func appendCounts(dst []byte, prefix string, buckets []geo.Bucket) []byte {
	for _, b := range buckets {
		dst = append(dst, prefix...)
		for i := range len(b.Value) {
			dst = append(dst, underscored(b.Value[i]))
		}
		dst = append(dst, `":`...)
		dst = strconv.AppendInt(dst, int64(b.Count), 10)
	}
	return dst
}

func underscored(c byte) byte {
	if c == '-' {
		return '_'
	}
	return c
}

// appendCooperation appends the figures by indicator: null where none is stated.
func (g GeoJSON) appendCooperation(dst []byte, figures []geo.Figure) []byte {
	return g.appendCooperationObject(append(dst, `,"cooperation":`...), figures)
}

func (g GeoJSON) appendCooperationObject(dst []byte, figures []geo.Figure) []byte {
	dst = append(dst, '{')
	for i, indicator := range g.indicators {
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
