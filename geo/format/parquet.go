package format

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"time"

	"github.com/parquet-go/parquet-go"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/wkb"

	"innoatlas/geo"
	"innoatlas/geo/cql2"
)

// parquetGroupRows is how many rows are in a row group: these are held in memory
// until they are written, and are what a reader that looks for a box leaves out
// at once.
const parquetGroupRows = 10_000

// parquetDictionaryBytes is how much text of one column is listed once and
// numbered; a column with more of it has few texts twice.
const parquetDictionaryBytes = 256 << 10

// WriteParquet writes the selection as GeoParquet 1.1, compressed with Snappy,
// which every reader has. The columns are those of Columns, then "geometry" (WKB,
// longitude first on OGC:CRS84, null where there is none) and "bbox", its box. Where the
// records are no places the file has neither, and is Parquet.
// Lists are lists of texts; an object is a text of JSON, because many readers
// take Parquet's own JSON type for bytes. The file ends with its description, so
// that a file cut short cannot be read at all.
func WriteParquet(ctx context.Context, w io.Writer, f File) error {
	if err := writeParquet(ctx, w, f); err != nil {
		return fmt.Errorf("write GeoParquet: %w", err)
	}
	return nil
}

func writeParquet(ctx context.Context, w io.Writer, f File) error {
	columns, places := Columns(f.Catalog, f.Collection), f.Collection.Geometry != geo.NoGeometry
	file := parquet.NewWriter(w, parquetSchema(f.Collection, columns),
		parquet.MaxRowsPerRowGroup(parquetGroupRows),
		parquet.Compression(&parquet.Snappy),
		parquet.DataPageVersion(1), // the one that every reader has
		parquet.DictionaryMaxBytes(parquetDictionaryBytes),
		parquet.SkipPageBounds("geometry")) // the least WKB says nothing, and is as long as an outline
	extent := geo.NewExtent()
	row := make(parquet.Row, 0, len(columns)+8)
	err := f.each(ctx, func(feature geo.Feature) error {
		var geometry orb.Geometry
		var err error
		if row = appendParquetRow(row[:0], feature, columns); places {
			if row, geometry, err = appendParquetGeometry(row, feature, len(columns)); err != nil {
				return err
			}
			extent.AddParts(geometry)
		}
		_, err = file.WriteRows([]parquet.Row{row})
		return err
	})
	if err != nil {
		return err
	}
	for name, value := range f.About.entries() {
		file.SetKeyValueMetadata(name, value)
	}
	if places {
		file.SetKeyValueMetadata("geo", geoParquetMetadata(f.Collection, extent.Box()))
	}
	return file.Close()
}

// parquetSchema has the columns in their order.
func parquetSchema(c *geo.Collection, columns []Column) *parquet.Schema {
	root := newParquetGroup()
	for _, column := range columns {
		root.add(column.Name, parquetNode(column))
	}
	if c.Geometry == geo.NoGeometry {
		return parquet.NewSchema(c.ID, root)
	}
	root.add("geometry", parquet.Optional(parquet.Encoded(parquet.Leaf(parquet.ByteArrayType), &parquet.Plain)))
	box := newParquetGroup()
	for _, name := range boxNames {
		box.add(name, parquet.Leaf(parquet.DoubleType))
	}
	root.add("bbox", parquet.Optional(box))
	return parquet.NewSchema(c.ID, root)
}

var boxNames = [4]string{"xmin", "ymin", "xmax", "ymax"}

func parquetNode(c Column) parquet.Node {
	switch {
	case c.Name == "id":
		return parquet.Int(64)
	case c.is64Bit():
		return parquet.Optional(parquet.Int(64))
	case c.Type == geo.Integer:
		return parquet.Optional(parquet.Int(32))
	case c.Type == geo.Number:
		return parquet.Optional(parquet.Leaf(parquet.DoubleType))
	case c.Type == geo.Boolean:
		return parquet.Optional(parquet.Leaf(parquet.BooleanType))
	case c.Type == geo.Date:
		return parquet.Optional(parquet.Date())
	case c.Type == geo.Time:
		return parquet.Optional(parquet.Timestamp(parquet.Microsecond))
	case c.Type == geo.Texts:
		return parquet.Optional(parquet.List(parquetText()))
	}
	return parquet.Optional(parquetText())
}

// parquetText is a text; those that come again and again are written once.
func parquetText() parquet.Node { return parquet.Encoded(parquet.String(), &parquet.RLEDictionary) }

// parquetGroup is a group whose fields keep the order they were added in;
// parquet.Group sorts them by name.
type parquetGroup struct {
	parquet.Group
	names []string
}

func newParquetGroup() *parquetGroup { return &parquetGroup{Group: parquet.Group{}} }

func (g *parquetGroup) add(name string, node parquet.Node) {
	g.Group[name] = node
	g.names = append(g.names, name)
}

// Fields implements parquet.Node.
func (g *parquetGroup) Fields() []parquet.Field {
	byName := map[string]parquet.Field{}
	for _, field := range g.Group.Fields() {
		byName[field.Name()] = field
	}
	fields := make([]parquet.Field, len(g.names))
	for i, name := range g.names {
		fields[i] = byName[name]
	}
	return fields
}

// appendParquetRow appends the values of one row by the number of their column
// in the file, each with its levels: how deep it is defined and, within a list,
// whether it repeats.
func appendParquetRow(row parquet.Row, f geo.Feature, columns []Column) parquet.Row {
	for i, c := range columns {
		row = appendParquetValue(row, i, c, c.Value(f))
	}
	return row
}

// appendParquetGeometry appends the geometry, which is the column of that number, and its box,
// and says what geometry that was; nil where there is none.
func appendParquetGeometry(row parquet.Row, f geo.Feature, column int) (parquet.Row, orb.Geometry, error) {
	geometry, box := geometryOf(f)
	if geometry == nil {
		for i := range 1 + len(boxNames) {
			row = append(row, parquet.NullValue().Level(0, 0, column+i))
		}
		return row, nil, nil
	}
	data, err := wkb.Marshal(geometry, binary.LittleEndian)
	if err != nil {
		return row, nil, fmt.Errorf("geometry: %w", err)
	}
	row = append(row, parquet.ByteArrayValue(data).Level(0, 1, column))
	for i, degrees := range [4]float64{box.Min[0], box.Min[1], box.Max[0], box.Max[1]} {
		row = append(row, parquet.DoubleValue(degrees).Level(0, 1, column+1+i))
	}
	return row, geometry, nil
}

func appendParquetValue(row parquet.Row, i int, c Column, v cql2.Value) parquet.Row {
	switch {
	case v.Type == cql2.Null:
		return append(row, parquet.NullValue().Level(0, 0, i))
	case c.Name == "id":
		return append(row, parquet.Int64Value(int64(v.Number)).Level(0, 0, i))
	case v.Type == cql2.Number && c.Type == geo.Number:
		return append(row, parquet.DoubleValue(v.Number).Level(0, 1, i))
	case v.Type == cql2.Number && c.is64Bit():
		return append(row, parquet.Int64Value(int64(v.Number)).Level(0, 1, i))
	case v.Type == cql2.Number:
		return append(row, parquet.Int32Value(int32(v.Number)).Level(0, 1, i))
	case v.Type == cql2.Bool:
		return append(row, parquet.BooleanValue(v.Number != 0).Level(0, 1, i))
	case v.Type == cql2.Date:
		return append(row, parquet.Int32Value(daysSince1970(v)).Level(0, 1, i))
	case v.Type == cql2.Timestamp:
		return append(row, parquet.Int64Value(v.Time).Level(0, 1, i))
	case v.Type == cql2.List:
		for n, s := range v.List {
			row = append(row, parquet.ValueOf(s).Level(min(n, 1), 2, i))
		}
		return row
	}
	return append(row, parquet.ValueOf(v.Text).Level(0, 1, i))
}

// daysSince1970 is how Parquet counts days.
func daysSince1970(v cql2.Value) int32 {
	const day = int64(24 * time.Hour / time.Microsecond)
	return int32(v.Time / day) // it is the first moment of one
}

// typesOf are the types that geometries of a collection may have.
func typesOf(c *geo.Collection) []geo.GeometryType {
	if c.Geometry == geo.LineString {
		return []geo.GeometryType{geo.LineString, multiLineString}
	}
	return []geo.GeometryType{c.Geometry}
}

// geoParquetMetadata is the value of the key "geo" (GeoParquet 1.1.0). Without
// a crs the geometry is on OGC:CRS84. Its box crosses the antimeridian where that is
// narrower, as the format has it.
func geoParquetMetadata(c *geo.Collection, extent geo.BBox) string {
	type object = map[string]any
	covering := object{}
	for _, name := range boxNames {
		covering[name] = []string{"bbox", name}
	}
	column := object{
		"encoding":       "WKB",
		"geometry_types": typesOf(c),
		"covering":       object{"bbox": covering},
	}
	if !extent.IsEmpty() {
		column["bbox"] = extent
	}
	// Texts and finite numbers always marshal.
	data, _ := json.Marshal(object{"version": "1.1.0", "primary_column": "geometry", "columns": object{"geometry": column}})
	return string(data)
}
