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

// Options says what of a record is written, and in which coordinates. The zero Options is
// all of it, in longitude and latitude.
type Options struct {
	// CRS is that of the coordinates, which stand in the order of its axes; nil is
	// crs.CRS84. RFC 7946 §4 allows another where both sides have agreed on it, as
	// with the parameter crs (OGC 18-058r1, /req/crs/fc-crs-action).
	CRS *crs.CRS
	// Properties are names of Columns, and are written in the order of those; nil is
	// all, and none that are there is an empty object. Fields that are always there are
	// written besides.
	Properties   []string
	SkipGeometry bool // null for every geometry
}

// resolved are Options for one collection.
type resolved struct {
	crs          *crs.CRS // nil is CRS84
	skipGeometry bool
	all          bool // of the properties; otherwise:
	columns      []Column
}

// With is the encoder by other options. What it writes of a property is
// what the whole record has.
func (g GeoJSON) With(o Options) GeoJSON {
	if o.CRS == crs.CRS84 {
		o.CRS = nil
	}
	g.options = &resolved{crs: o.CRS, skipGeometry: o.SkipGeometry, all: o.Properties == nil}
	switch {
	case !g.options.all:
		g.options.columns = slices.DeleteFunc(Columns(g.catalog, g.collection), func(c Column) bool { return !c.Always && !slices.Contains(o.Properties, c.Name) })
	case o.CRS == nil && !o.SkipGeometry:
		g.options = nil // the whole record
	}
	return g
}

// appendWith leaves the feature open for its links.
func (g *GeoJSON) appendWith(dst []byte, f geo.Feature) []byte {
	id, _ := f.Ref()
	dst = g.options.appendGeometry(appendHead(dst, id), f)
	dst = append(dst, `,"properties":`...)
	if !g.options.all {
		return appendColumns(dst, g.options.columns, f)
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
func (r *resolved) appendGeometry(dst []byte, f geo.Feature) []byte {
	if r.skipGeometry {
		return append(dst, "null"...)
	}
	if r.crs == nil {
		return appendGeometryOf(dst, f)
	}
	if facility, ok := f.(*geo.Facility); ok && facility.Position != nil {
		p := r.crs.Round(r.crs.Project(*facility.Position))
		return appendPoint(dst, &p)
	}
	geometry := f.Geometry()
	if p, ok := geometry.(orb.Point); ok {
		geometry = r.crs.Round(r.crs.Project(p))
	} else if geometry != nil {
		geometry = r.crs.ProjectGeometry(geometry)
	}
	return appendGeometry(dst, geometry)
}
