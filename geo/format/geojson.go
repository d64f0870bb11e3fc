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
	members    []member    // of a facility's struct, and what follows from it
	fields     []geo.Field // the rest of the collection's
	further    []Column
	options    *resolved // nil: all of a record, in degrees
}

// NewGeoJSON is the encoder for the records of a collection of a data set. Countries are
// given every indicator of the catalog, null where none is stated.
func NewGeoJSON(catalog *geo.Catalog, c *geo.Collection) GeoJSON {
	g := GeoJSON{catalog: catalog, collection: c, fields: c.Fields, further: furtherColumns(catalog, c)}
	if c.Is(geo.Facilities) {
		g.members, g.fields = facilityMembers, c.OwnFields()
		if c.Lang != "" { // it has labels between them
			g.members = membersOf(c.Fields[:len(c.Fields)-len(g.fields)])
		}
	}
	return g
}

// AppendFeature appends a record as one Feature. Its properties are
// Columns, in that order; one that is not stated is left out, empty lists too (an empty
// array crashes the fiona 1.9 behind geopandas). links is a JSON array for the member "links", which is
// left out where links is nil.
func (g GeoJSON) AppendFeature(dst []byte, f geo.Feature, links []byte) []byte {
	if g.options != nil {
		dst = g.appendWith(dst, f)
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
func (g *GeoJSON) appendWhole(dst []byte, f geo.Feature) []byte {
	id, _ := f.Ref()
	dst = appendHead(dst, id)
	dst = appendGeometryOf(dst, f)
	dst = append(dst, `,"properties":`...)
	return g.appendProperties(dst, f)
}

// appendProperties appends all that a record states.
func (g *GeoJSON) appendProperties(dst []byte, f geo.Feature) []byte {
	dst = append(dst, '{')
	start := len(dst)
	if facility, ok := f.(*geo.Facility); ok {
		dst = appendFacility(dst, g.members, facility)
	}
	for i := range g.fields {
		if field := &g.fields[i]; !field.Unlisted {
			dst = appendMember(dst, len(dst)-start, field, field.Value(f))
		}
	}
	for i := range g.further {
		dst = g.further[i].appendMember(dst, len(dst)-start, f)
	}
	return append(dst, '}')
}

// member is a field of a facility's struct, made ready: there are many, and nearly all
// facilities state few of them.
type member struct {
	opened [mostOpened]byte // the comma before it, its name, and the quote of a text
	length int              // of opened
	key    string           // without the quote

	text    geo.Slot[string]
	texts   geo.Slot[[]string]
	integer geo.Slot[int]
	number  geo.Slot[float64]
	day     geo.Slot[geo.Day]
	time    geo.Slot[time.Time]
	label   geo.Label
	field   *geo.Field // whose value is worked out, where it has none of these
}

// mostOpened is how much is copied to open a text: a size that is known takes no call.
const mostOpened = 32

var facilityMembers = membersOf(geo.Facilities.Fields)

func membersOf(fields []geo.Field) []member {
	members := make([]member, len(fields))
	for i := range members {
		f := &fields[i]
		m := member{
			key: `,"` + f.Name + `":`, text: f.TextAt(), texts: f.TextsAt(), integer: f.IntegerAt(), number: f.NumberAt(), day: f.DayAt(), time: f.TimeAt(), field: f,
			label: f.Label(),
		}
		if m.length = copy(m.opened[:], m.key+`"`); m.length <= len(m.key) {
			panic("format: the name of field " + f.Name + " is too long")
		}
		members[i] = m
	}
	return members
}

// appendFacility appends what the struct of a facility states; the number, which all have,
// comes first.
func appendFacility(dst []byte, members []member, f *geo.Facility) []byte {
	dst = strconv.AppendInt(append(dst, members[0].key[1:]...), f.ID, 10)
	for i := range members[1:] {
		switch m := &members[1+i]; {
		case m.text.Exists():
			if text := *m.text.In(f); text != "" {
				dst = m.appendText(dst, text)
			}
		case m.texts.Exists():
			dst = appendTexts(dst, m.key, *m.texts.In(f))
		case m.integer.Exists():
			dst = appendInteger(dst, m.key, *m.integer.In(f))
		case m.number.Exists():
			if n := *m.number.In(f); n != 0 {
				dst = appendDecimal(append(dst, m.key...), n)
			}
		case m.day.Exists():
			if d := *m.day.In(f); d != 0 {
				dst = appendDay(append(dst, m.key...), d)
			}
		case m.time.Exists():
			if at := *m.time.In(f); !at.IsZero() {
				dst = appendTime(append(dst, m.key...), at)
			}
		case m.label.Exists():
			dst = m.appendLabel(dst, f)
		case m.field.IsMark():
			dst = m.appendMarks(dst, f)
		default:
			dst = appendMember(dst, 1, m.field, m.field.Value(f))
		}
	}
	return dst
}

// appendLabel appends what the values of a field are called in a language.
func (m *member) appendLabel(dst []byte, f *geo.Facility) []byte {
	if m.label.Text.Exists() {
		if id := *m.label.Text.In(f); id != "" {
			return m.appendText(dst, m.label.Of(id))
		}
		return dst
	}
	for i, id := range *m.label.Texts.In(f) {
		if i == 0 {
			dst = append(append(dst, m.key...), '[')
		} else {
			dst = append(dst, ',')
		}
		dst = AppendString(dst, m.label.Of(id))
	}
	if len(*m.label.Texts.In(f)) > 0 {
		dst = append(dst, ']')
	}
	return dst
}

// appendMarks appends which fields are shown in some way.
func (m *member) appendMarks(dst []byte, f *geo.Facility) []byte {
	names := m.field.Marks(f)
	if len(names) == 0 && m.field.Always {
		return append(append(dst, m.key...), "null"...)
	}
	return appendTexts(dst, m.key, names)
}

// appendText appends a text, as most are: without anything to escape, and where there is
// room.
func (m *member) appendText(dst []byte, text string) []byte {
	n := len(dst)
	if cap(dst)-n < mostOpened+len(text)+1 || plainLength(text) < len(text) {
		return AppendString(append(dst, m.key...), text)
	}
	*(*[mostOpened]byte)(dst[n : n+mostOpened]) = m.opened
	return append(append(dst[:n+m.length], text...), '"')
}

// appendMember appends the column as a member, nothing where the record does not state it.
func (c *Column) appendMember(dst []byte, before int, f geo.Feature) []byte {
	if c.json == nil {
		return appendMember(dst, before, &c.Field, c.Value(f))
	}
	return c.json(dst, c.key[1-min(before, 1):], f)
}

// appendMember appends a member, nothing where the value is not stated, unless the field is
// always there.
func appendMember(dst []byte, before int, f *geo.Field, v cql2.Value) []byte {
	if v.Type == cql2.Null && !f.Always {
		return dst
	}
	dst = AppendString(appendComma(dst, before), f.Name)
	return AppendValue(append(dst, ':'), v, f.Type)
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

// appendGeometryOf appends the geometry of a record, or null. The point of a facility as an
// interface would be a piece of memory.
func appendGeometryOf(dst []byte, f geo.Feature) []byte {
	if facility, ok := f.(*geo.Facility); ok {
		return appendPoint(dst, facility.Position)
	}
	return appendGeometry(dst, f.Geometry())
}

// appendGeometry appends a geometry, or null.
func appendGeometry(dst []byte, g orb.Geometry) []byte {
	switch g := g.(type) {
	case nil:
		return append(dst, "null"...)
	case orb.Point:
		return appendPoint(dst, &g)
	case orb.MultiPoint:
		dst = append(dst, `{"type":"MultiPoint","coordinates":`...)
		return append(appendRing(dst, orb.Ring(g)), '}')
	case orb.LineString:
		dst = append(dst, `{"type":"LineString","coordinates":`...)
		return append(appendRing(dst, orb.Ring(g)), '}')
	case orb.MultiLineString:
		return appendMultiLineString(dst, g)
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

func appendMultiLineString(dst []byte, lines orb.MultiLineString) []byte {
	dst = append(dst, `{"type":"MultiLineString","coordinates":[`...)
	for i, line := range lines {
		dst = appendRing(appendComma(dst, i), orb.Ring(line))
	}
	return append(dst, "]}"...)
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
