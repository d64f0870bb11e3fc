package format

import (
	"bufio"
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"os"
	"strings"

	flatbuffers "github.com/google/flatbuffers/go"
	"github.com/paulmach/orb"

	"innoatlas/geo"
	"innoatlas/geo/cql2"
)

// flatGeobufMagic begins every file: "fgb", version 3, "fgb", patch level 0.
const flatGeobufMagic = "fgb\x03fgb\x00"

// WriteFlatGeobuf writes the selection as FlatGeobuf 3 with its spatial index, so
// that a reader fetches the part of the map it shows and no more. Features stand
// in the order of a Hilbert curve, which is the order that the index wants;
// readers number them as they stand, so the stable number of a record is its
// column "id". Lists and objects are columns of JSON.
//
// Records without a geometry are left out, and the file says how many these are: the
// readers for browsers and for Rust stop at the first of them, and what all
// readers take, a point of two NaN, gives invalid JSON there and ends Leaflet.
//
// The features lie in a temporary file until their order is known; in memory are
// 56 bytes for each. Nothing is written to w before the last row is read.
func WriteFlatGeobuf(ctx context.Context, w io.Writer, f File) error {
	if err := spoolFlatGeobuf(ctx, bufio.NewWriterSize(w, flushSize), f); err != nil {
		return fmt.Errorf("write FlatGeobuf: %w", tempError(err))
	}
	return nil
}

func spoolFlatGeobuf(ctx context.Context, w *bufio.Writer, f File) error {
	scratch, err := newScratch(f.TempDir)
	if err != nil {
		return err
	}
	defer scratch.close()
	spool, err := scratch.create("features")
	if err != nil {
		return err
	}
	defer spool.Close()
	return writeFlatGeobuf(ctx, w, f, spool)
}

func writeFlatGeobuf(ctx context.Context, w *bufio.Writer, f File, scratch *os.File) error {
	columns := Columns(f.Catalog, f.Collection)
	features, leftOut, err := spoolFeatures(ctx, scratch, f, columns)
	if err != nil {
		return err
	}
	extent := extentOf(features)
	sortByHilbert(features, extent)
	if _, err := w.WriteString(flatGeobufMagic); err != nil {
		return err
	}
	if _, err := w.Write(flatGeobufHeader(f, columns, extent, len(features), leftOut)); err != nil {
		return err
	}
	if len(features) > 0 {
		if err := writeIndex(w, features); err != nil {
			return err
		}
	}
	if err := copyFeatures(ctx, w, scratch, features); err != nil {
		return err
	}
	return w.Flush()
}

// spoolFeatures writes each row to the scratch file, and keeps where it stands. Those
// without a geometry it counts.
func spoolFeatures(ctx context.Context, scratch *os.File, f File, columns []Column) (features []indexed, leftOut int, err error) {
	out := bufio.NewWriterSize(scratch, flushSize)
	encoder := newFlatFeature(columns)
	var offset int64
	err = f.each(ctx, func(feature geo.Feature) error {
		geometry, box := geometryOf(feature)
		if geometry == nil {
			leftOut++
			return nil
		}
		data := encoder.encode(feature, geometry)
		features = append(features, indexed{box: box, offset: offset, size: uint32(len(data)), ordinal: uint32(len(features))})
		offset += int64(len(data))
		_, err := out.Write(data)
		return err
	})
	if err != nil {
		return nil, 0, err
	}
	return features, leftOut, out.Flush()
}

// copyFeatures writes the features in their order, out of the scratch file.
func copyFeatures(ctx context.Context, w *bufio.Writer, scratch *os.File, features []indexed) error {
	var data []byte
	for _, f := range features {
		if err := ctx.Err(); err != nil {
			return err
		}
		data = append(data[:0], make([]byte, f.size)...)
		if _, err := scratch.ReadAt(data, f.offset); err != nil {
			return err
		}
		if _, err := w.Write(data); err != nil {
			return err
		}
	}
	return nil
}

// The types of geometries and columns, and the slots of the tables, as header.fbs
// and feature.fbs of FlatGeobuf 3 number them.
const (
	flatPoint           byte = 1
	flatPolygon         byte = 3
	flatMultiPoint      byte = 4
	flatMultiLineString byte = 5
	flatMultiPolygon    byte = 6

	flatBool     byte = 2
	flatInt      byte = 5
	flatLong     byte = 7
	flatDouble   byte = 10
	flatString   byte = 11
	flatJSON     byte = 12
	flatDateTime byte = 13

	headerName         = 0
	headerEnvelope     = 1
	headerGeometryType = 2
	headerColumns      = 7
	headerCount        = 8
	headerNodeSize     = 9
	headerCRS          = 10
	headerTitle        = 11
	headerDescription  = 12
	headerMetadata     = 13
	headerSlots        = 14

	crsOrg   = 0
	crsCode  = 1
	crsName  = 2
	crsSlots = 6

	columnName       = 0
	columnType       = 1
	columnTitle      = 2
	columnNullable   = 7
	columnUnique     = 8
	columnPrimaryKey = 9
	columnSlots      = 11

	featureGeometry   = 0
	featureProperties = 1
	featureSlots      = 3

	geometryEnds  = 0
	geometryXY    = 1
	geometryType  = 6
	geometryParts = 7
	geometrySlots = 8
)

// flatGeobufHeader is the header with its size in front.
func flatGeobufHeader(f File, columns []Column, extent orb.Bound, count, leftOut int) []byte {
	b := flatbuffers.NewBuilder(4096)
	name := b.CreateString(f.Collection.ID)
	title, description := flatText(b, f.About.Title), flatText(b, flatDescription(f.About, leftOut))
	metadata := b.CreateString(string(flatMetadata(f.About, leftOut)))
	var envelope flatbuffers.UOffsetT
	if extent != noBox {
		envelope = flatDoubles(b, extent.Min, extent.Max)
	}
	columnVector := flatColumns(b, columns)
	crs := flatCRS(b)

	b.StartObject(headerSlots)
	b.PrependUOffsetTSlot(headerName, name, 0)
	b.PrependUOffsetTSlot(headerEnvelope, envelope, 0)
	b.PrependByteSlot(headerGeometryType, flatGeometryType(f.Collection), 0)
	b.PrependUOffsetTSlot(headerColumns, columnVector, 0)
	b.PrependUint64Slot(headerCount, uint64(count), 0)
	b.PrependUint16Slot(headerNodeSize, uint16(min(count, 1)*nodeSize), 16) // an empty file has no index
	b.PrependUOffsetTSlot(headerCRS, crs, 0)
	b.PrependUOffsetTSlot(headerTitle, title, 0)
	b.PrependUOffsetTSlot(headerDescription, description, 0)
	b.PrependUOffsetTSlot(headerMetadata, metadata, 0)
	b.FinishSizePrefixed(b.EndObject())
	return b.FinishedBytes()
}

// flatText is 0, which leaves a slot out, for an empty text.
func flatText(b *flatbuffers.Builder, s string) flatbuffers.UOffsetT {
	if s == "" {
		return 0
	}
	return b.CreateString(s)
}

// flatDescription says of the file what cannot be seen in it.
func flatDescription(a About, leftOut int) string {
	if leftOut == 0 {
		return a.Description
	}
	return strings.TrimSpace(fmt.Sprintf("%s\nRecords without a position, which are not in this file: %d. Every other format has them.", a.Description, leftOut))
}

// flatMetadata is a JSON object of texts. Title and description have slots of their own.
func flatMetadata(a About, leftOut int) []byte {
	a.Title, a.Description = "", ""
	object := []byte{'{'}
	for name, value := range a.entries() {
		object = appendComma(object, len(object)-1)
		object = append(AppendString(object, name), ':')
		object = AppendString(object, value)
	}
	if leftOut > 0 {
		object = appendComma(object, len(object)-1)
		object = fmt.Appendf(object, `"records_without_position":"%d"`, leftOut)
	}
	return append(object, '}')
}

func flatColumns(b *flatbuffers.Builder, columns []Column) flatbuffers.UOffsetT {
	offsets := make([]flatbuffers.UOffsetT, len(columns))
	for i, c := range columns {
		name, title := b.CreateString(c.Name), flatText(b, c.Title.In("en"))
		isID := c.Name == "id"
		b.StartObject(columnSlots)
		b.PrependUOffsetTSlot(columnName, name, 0)
		b.PrependByteSlot(columnType, flatColumnType(c), 0)
		b.PrependUOffsetTSlot(columnTitle, title, 0)
		b.PrependBoolSlot(columnNullable, !isID, true)
		b.PrependBoolSlot(columnUnique, isID, false)
		b.PrependBoolSlot(columnPrimaryKey, isID, false)
		offsets[i] = b.EndObject()
	}
	return b.CreateVectorOfTables(offsets)
}

func flatColumnType(c Column) byte {
	switch {
	case c.is64Bit():
		return flatLong
	case c.Type == geo.Integer:
		return flatInt
	case c.Type == geo.Number:
		return flatDouble
	case c.Type == geo.Boolean:
		return flatBool
	case c.Type == geo.Time: // a date is a text: as one of these it would have a time of day
		return flatDateTime
	case c.Type == geo.Texts || c.Type == geo.Object:
		return flatJSON
	}
	return flatString
}

// flatCRS is WGS 84; FlatGeobuf has longitude first whatever the authority says.
func flatCRS(b *flatbuffers.Builder) flatbuffers.UOffsetT {
	org, name := b.CreateString("EPSG"), b.CreateString("WGS 84")
	b.StartObject(crsSlots)
	b.PrependUOffsetTSlot(crsOrg, org, 0)
	b.PrependInt32Slot(crsCode, 4326, 0)
	b.PrependUOffsetTSlot(crsName, name, 0)
	return b.EndObject()
}

func flatGeometryType(c *geo.Collection) byte {
	return flatTypes[typeOfParts(c)]
}

var flatTypes = map[geo.GeometryType]byte{
	geo.Point: flatPoint, geo.MultiPoint: flatMultiPoint, multiLineString: flatMultiLineString, geo.MultiPolygon: flatMultiPolygon,
}

// flatFeature encodes features, each into the buffer of the one before.
type flatFeature struct {
	builder    *flatbuffers.Builder
	columns    []Column
	properties []byte
}

func newFlatFeature(columns []Column) *flatFeature {
	return &flatFeature{builder: flatbuffers.NewBuilder(4096), columns: columns}
}

// encode is the feature with its size in front, valid until the next call.
func (e *flatFeature) encode(f geo.Feature, geometry orb.Geometry) []byte {
	b := e.builder
	b.Reset()
	e.properties = appendFlatProperties(e.properties[:0], f, e.columns)
	properties := b.CreateByteVector(e.properties)
	table := flatGeometry(b, parts(geometry))
	b.StartObject(featureSlots)
	b.PrependUOffsetTSlot(featureGeometry, table, 0)
	b.PrependUOffsetTSlot(featureProperties, properties, 0)
	b.FinishSizePrefixed(b.EndObject())
	return b.FinishedBytes()
}

// appendFlatProperties appends the values that are stated, each after the number
// of its column.
func appendFlatProperties(dst []byte, f geo.Feature, columns []Column) []byte {
	for i, c := range columns {
		v := c.Value(f)
		if v.Type == cql2.Null {
			continue
		}
		dst = binary.LittleEndian.AppendUint16(dst, uint16(i))
		switch {
		case v.Type == cql2.Number && c.Type == geo.Number:
			dst = binary.LittleEndian.AppendUint64(dst, math.Float64bits(v.Number))
		case v.Type == cql2.Bool:
			dst = append(dst, byte(v.Number))
		case v.Type == cql2.Number && c.is64Bit():
			dst = binary.LittleEndian.AppendUint64(dst, uint64(int64(v.Number)))
		case v.Type == cql2.Number:
			dst = binary.LittleEndian.AppendUint32(dst, uint32(int32(v.Number)))
		default:
			dst = appendFlatText(dst, v)
		}
	}
	return dst
}

// appendFlatText appends a text, or a value as a text, after its length in bytes.
func appendFlatText(dst []byte, v cql2.Value) []byte {
	start := len(dst)
	dst = append(dst, 0, 0, 0, 0)
	dst = appendValueText(dst, v)
	binary.LittleEndian.PutUint32(dst[start:], uint32(len(dst)-start-4))
	return dst
}

func flatGeometry(b *flatbuffers.Builder, g orb.Geometry) flatbuffers.UOffsetT {
	switch g := g.(type) {
	case orb.Point:
		return flatGeometryTable(b, flatPoint, 0, flatDoubles(b, g), 0)
	case orb.MultiPoint:
		return flatGeometryTable(b, flatMultiPoint, 0, flatDoubles(b, g...), 0)
	case orb.MultiLineString:
		return flatLines(b, g)
	case orb.MultiPolygon:
		return flatPolygons(b, g)
	}
	panic(fmt.Sprintf("format: %T is no geometry of a record", g))
}

// flatLines are one list of positions, and after how many each line ends.
func flatLines(b *flatbuffers.Builder, lines orb.MultiLineString) flatbuffers.UOffsetT {
	var points []orb.Point
	var ends []uint32
	for _, line := range lines {
		points = append(points, line...)
		ends = append(ends, uint32(len(points)))
	}
	return flatGeometryTable(b, flatMultiLineString, flatInts(b, ends), flatDoubles(b, points...), 0)
}

func flatPolygons(b *flatbuffers.Builder, polygons orb.MultiPolygon) flatbuffers.UOffsetT {
	parts := make([]flatbuffers.UOffsetT, len(polygons))
	for i, polygon := range polygons {
		var points []orb.Point
		var ends []uint32 // after how many points each ring ends
		for _, ring := range polygon {
			points = append(points, ring...)
			ends = append(ends, uint32(len(points)))
		}
		parts[i] = flatGeometryTable(b, flatPolygon, flatInts(b, ends), flatDoubles(b, points...), 0)
	}
	return flatGeometryTable(b, flatMultiPolygon, 0, 0, b.CreateVectorOfTables(parts))
}

func flatGeometryTable(b *flatbuffers.Builder, kind byte, ends, xy, parts flatbuffers.UOffsetT) flatbuffers.UOffsetT {
	b.StartObject(geometrySlots)
	b.PrependUOffsetTSlot(geometryEnds, ends, 0)
	b.PrependUOffsetTSlot(geometryXY, xy, 0)
	b.PrependByteSlot(geometryType, kind, 0)
	b.PrependUOffsetTSlot(geometryParts, parts, 0)
	return b.EndObject()
}

// flatDoubles is a vector of longitudes and latitudes in turn. Vectors are built
// from their ends.
func flatDoubles(b *flatbuffers.Builder, points ...orb.Point) flatbuffers.UOffsetT {
	const size = 8
	b.StartVector(size, 2*len(points), size)
	for i := len(points) - 1; i >= 0; i-- {
		b.PrependFloat64(points[i][1])
		b.PrependFloat64(points[i][0])
	}
	return b.EndVector(2 * len(points))
}

func flatInts(b *flatbuffers.Builder, numbers []uint32) flatbuffers.UOffsetT {
	const size = 4
	b.StartVector(size, len(numbers), size)
	for i := len(numbers) - 1; i >= 0; i-- {
		b.PrependUint32(numbers[i])
	}
	return b.EndVector(len(numbers))
}
