package format

import (
	"cmp"
	"context"
	"iter"
	"math"
	"strconv"
	"time"

	"github.com/paulmach/orb"

	"innoatlas/geo"
	"innoatlas/geo/cql2"
)

// File is one whole selection, to be written as one file. Its writers read Rows
// once. They return the first error of Rows, of the writer or of the context;
// what they have written by then is no whole file.
type File struct {
	Collection *geo.Collection
	Catalog    *geo.Catalog
	About      About
	Rows       iter.Seq2[geo.Feature, error]

	// TempDir is where FlatGeobuf, GeoPackage and XLSX make their temporary files; ""
	// is the system's folder for such things. Where that fails the error is a *TempError.
	TempDir string

	// NoByteOrderMark leaves out the mark by which a spreadsheet knows that CSV is UTF-8.
	NoByteOrderMark bool
}

// each gives every row to do, until one of them, or the context, has an error.
func (f File) each(ctx context.Context, do func(geo.Feature) error) error {
	for feature, err := range f.Rows {
		if err = cmp.Or(err, ctx.Err()); err != nil {
			return err
		}
		if err := do(feature); err != nil {
			return err
		}
	}
	return ctx.Err()
}

// is64Bit says that the numbers of an Integer column may need 64 bits: ids do, and what
// an office counts may; years and counts do not, and some readers have only floats for 64
// bits.
func (c Column) is64Bit() bool { return c.Type == geo.Integer && (c.Name == "id" || c.Own) }

// appendValueText appends a value where a format has only texts: a list as a JSON
// array, a time as RFC 3339 writes it. Null is an empty text.
func appendValueText(dst []byte, v cql2.Value) []byte {
	switch v.Type {
	case cql2.Number:
		return appendDecimal(dst, v.Number)
	case cql2.Bool:
		return strconv.AppendBool(dst, v.Number != 0)
	case cql2.Date:
		return time.UnixMicro(v.Time).UTC().AppendFormat(dst, time.DateOnly)
	case cql2.Timestamp:
		return time.UnixMicro(v.Time).UTC().AppendFormat(dst, time.RFC3339)
	case cql2.List:
		return appendArray(dst, v.List)
	}
	return append(dst, v.Text...)
}

// HasGeometry reports whether a record has one; FlatGeobuf leaves out those that have none.
func HasGeometry(f geo.Feature) bool {
	geometry, _ := geometryOf(f)
	return geometry != nil
}

// nameOf is what a record is called: a partnership has the names of both.
func nameOf(f geo.Feature) string {
	if p, ok := f.(*geo.Partnership); ok {
		return p.Name()
	}
	return f.Value("name").Text
}

// geometryOf is the geometry of a record and its box; nil and noBox where it has none.
func geometryOf(f geo.Feature) (orb.Geometry, orb.Bound) {
	if geometry := f.Geometry(); geometry != nil {
		return geometry, geometry.Bound()
	}
	return nil, noBox
}

// parts is the geometry of a record of lines as several lines, as all others of its collection
// are then: a column of a GIS has one type, and a line that is cut at 180 degrees is two.
func parts(g orb.Geometry) orb.Geometry {
	if line, ok := g.(orb.LineString); ok {
		return orb.MultiLineString{line}
	}
	return g
}

// typeOfParts is the type that all geometries of a collection have by parts.
func typeOfParts(c *geo.Collection) geo.GeometryType {
	if c.Geometry == geo.LineString {
		return multiLineString
	}
	return c.Geometry
}

// multiLineString is a line that is cut, or any by parts.
const multiLineString geo.GeometryType = "MultiLineString"

// pointOf is where a record of points stands; nil where that is not known. A facility
// keeps it, so that no geometry has to be made of it.
func pointOf(f geo.Feature) *orb.Point {
	if facility, ok := f.(*geo.Facility); ok {
		return facility.Position
	}
	if p, ok := f.Geometry().(orb.Point); ok {
		return &p
	}
	return nil
}

// noBox meets no box, and adds nothing to a box that it is joined to.
var noBox = orb.Bound{Min: orb.Point{math.Inf(1), math.Inf(1)}, Max: orb.Point{math.Inf(-1), math.Inf(-1)}}

// join is the smallest box that holds both. (orb.Bound.Union takes an empty one
// for a point.)
func join(a, b orb.Bound) orb.Bound {
	return orb.Bound{
		Min: orb.Point{min(a.Min[0], b.Min[0]), min(a.Min[1], b.Min[1])},
		Max: orb.Point{max(a.Max[0], b.Max[0]), max(a.Max[1], b.Max[1])},
	}
}
