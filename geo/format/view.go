package format

import (
	"slices"
	"strconv"
	"time"

	"github.com/paulmach/orb"

	"innoatlas/geo"
	"innoatlas/geo/cql2"
	"innoatlas/geo/crs"
)

// View says what of a record is written, and in which coordinates. The zero View is
// all of it, in longitude and latitude.
type View struct {
	// CRS is that of the coordinates, which stand in the order of its axes; nil is
	// crs.CRS84. RFC 7946 §4 allows another where both sides have agreed on it, as
	// with the parameter crs (OGC 18-058r1, /req/crs/fc-crs-action).
	CRS *crs.CRS
	// Properties are names of Columns, and are written in the order of those; nil is
	// all, and none that are there is an empty object.
	Properties   []string
	SkipGeometry bool // null for every geometry
}

// view is a View of one collection.
type view struct {
	crs          *crs.CRS // nil is CRS84
	skipGeometry bool
	all          bool // of the properties; otherwise:
	columns      []Column
}

// With is the encoder for another view of the records. What it writes of a property is
// what the whole record has.
func (g GeoJSON) With(v View) GeoJSON {
	if v.CRS == crs.CRS84 {
		v.CRS = nil
	}
	g.view = &view{crs: v.CRS, skipGeometry: v.SkipGeometry, all: v.Properties == nil}
	switch {
	case !g.view.all:
		g.view.columns = slices.DeleteFunc(Columns(g.catalog, g.collection), func(c Column) bool { return !slices.Contains(v.Properties, c.Name) })
	case v.CRS == nil && !v.SkipGeometry:
		g.view = nil // the whole record
	}
	return g
}

// appendView leaves the feature open for its links.
func (g *GeoJSON) appendView(dst []byte, f geo.Feature) []byte {
	id, _ := f.Ref()
	dst = g.view.appendGeometry(appendHead(dst, id), f)
	dst = append(dst, `,"properties":`...)
	if !g.view.all {
		return appendColumns(dst, g.view.columns, f)
	}
	return g.appendProperties(dst, f)
}

// appendColumns appends an object of the columns that the record states.
func appendColumns(dst []byte, columns []Column, f geo.Feature) []byte {
	dst = append(dst, '{')
	start := len(dst)
	for i := range columns {
		dst = columns[i].appendMember(dst, len(dst)-start, f)
	}
	return append(dst, '}')
}

// AppendValue appends a value of a column of that type as JSON, a time in the form
// of RFC 3339; null where the record does not state it.
func AppendValue(dst []byte, v cql2.Value, t geo.Type) []byte {
	switch v.Type {
	case cql2.Null:
		return append(dst, "null"...)
	case cql2.Number:
		return appendDecimal(dst, v.Number)
	case cql2.Bool:
		return strconv.AppendBool(dst, v.Number != 0)
	case cql2.Date:
		return appendDay(dst, geo.DayOf(time.UnixMicro(v.Time)))
	case cql2.Timestamp:
		return appendTime(dst, time.UnixMicro(v.Time))
	case cql2.List:
		return appendArray(dst, v.List)
	}
	if t == geo.Object {
		return append(dst, v.Text...)
	}
	return AppendString(dst, v.Text)
}

// appendGeometry appends the geometry of a record, or null.
func (v *view) appendGeometry(dst []byte, f geo.Feature) []byte {
	if v.skipGeometry {
		return append(dst, "null"...)
	}
	if v.crs == nil {
		return appendGeometryOf(dst, f)
	}
	if facility, ok := f.(*geo.Facility); ok && facility.Position != nil {
		p := v.crs.Round(v.crs.Project(*facility.Position))
		return appendPoint(dst, &p)
	}
	geometry := f.Geometry()
	if p, ok := geometry.(orb.Point); ok {
		geometry = v.crs.Round(v.crs.Project(p))
	} else if geometry != nil {
		geometry = v.crs.ProjectGeometry(geometry)
	}
	return appendGeometry(dst, geometry)
}
