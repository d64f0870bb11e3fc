package format_test

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	flatbuffers "github.com/google/flatbuffers/go"
	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"
	"pgregory.net/rapid"

	"innoatlas/geo"
	"innoatlas/geo/format"
)

// flatFile is a FlatGeobuf file taken apart.
type flatFile struct {
	header   table
	columns  []flatColumn
	index    []byte // of the file itself
	nodes    []flatNode
	levels   []int // where the nodes of each level begin, the root first
	features map[uint64]feature
	order    []uint64 // the places of the features, as they stand
}

type flatColumn struct {
	name, title string
	kind        byte
}

type flatNode struct {
	box    orb.Bound
	number uint64
}

// table reads a FlatBuffers table by the numbers of its fields in the schema.
type table struct{ flatbuffers.Table }

func rootTable(data []byte) table {
	return table{flatbuffers.Table{Bytes: data, Pos: flatbuffers.GetUOffsetT(data)}}
}

func (t table) at(field flatbuffers.VOffsetT) flatbuffers.UOffsetT {
	return flatbuffers.UOffsetT(t.Offset(4 + 2*field))
}

func (t table) text(field flatbuffers.VOffsetT) string {
	if o := t.at(field); o != 0 {
		return t.String(o + t.Pos)
	}
	return ""
}

func (t table) number(field flatbuffers.VOffsetT, size int, absent uint64) uint64 {
	o := t.at(field)
	if o == 0 {
		return absent
	}
	var n [8]byte
	copy(n[:size], t.Bytes[o+t.Pos:])
	return binary.LittleEndian.Uint64(n[:])
}

// vector is the bytes of a vector, and how many elements it has.
func (t table) vector(field flatbuffers.VOffsetT) (data []byte, n int) {
	o := t.at(field)
	if o == 0 {
		return nil, 0
	}
	return t.Bytes[t.Vector(o):], t.VectorLen(o)
}

func (t table) doubles(field flatbuffers.VOffsetT) []float64 {
	data, n := t.vector(field)
	numbers := make([]float64, n)
	for i := range numbers {
		numbers[i] = math.Float64frombits(binary.LittleEndian.Uint64(data[8*i:]))
	}
	return numbers
}

func (t table) child(field flatbuffers.VOffsetT) (table, bool) {
	o := t.at(field)
	return table{flatbuffers.Table{Bytes: t.Bytes, Pos: t.Indirect(o + t.Pos)}}, o != 0
}

func (t table) children(field flatbuffers.VOffsetT) []table {
	_, n := t.vector(field)
	tables := make([]table, n)
	for i := range tables {
		tables[i] = table{flatbuffers.Table{Bytes: t.Bytes, Pos: t.Indirect(t.Vector(t.at(field)) + flatbuffers.UOffsetT(4*i))}}
	}
	return tables
}

func readFlatGeobuf(tb tb, data []byte) flatFile {
	tb.Helper()
	if magic := "fgb\x03fgb\x00"; string(data[:8]) != magic {
		tb.Fatalf("the file begins %q", data[:8])
	}
	end := 12 + int(binary.LittleEndian.Uint32(data[8:]))
	f := flatFile{header: rootTable(data[12:end]), features: map[uint64]feature{}}
	data = data[end:]
	for _, c := range f.header.children(7) {
		f.columns = append(f.columns, flatColumn{c.text(0), c.text(2), byte(c.number(1, 1, 0))})
	}
	if count := int(f.header.number(8, 8, 0)); count > 0 {
		size := f.readNodes(data, count)
		f.index, data = data[:size], data[size:]
	}
	for at := 0; at < len(data); {
		end := at + 4 + int(binary.LittleEndian.Uint32(data[at:]))
		f.features[uint64(at)] = f.readFeature(tb, rootTable(data[at+4:end]))
		f.order = append(f.order, uint64(at))
		at = end
	}
	return f
}

// readNodes reads the index, and says how long it is.
func (f *flatFile) readNodes(data []byte, count int) int {
	sizes := []int{count}
	for n := count; n > 1 || len(sizes) == 1; {
		n = (n + 15) / 16
		sizes = append(sizes, n)
	}
	slices.Reverse(sizes)
	total := 0
	for _, n := range sizes {
		f.levels = append(f.levels, total)
		total += n
	}
	number := func(i, field int) uint64 { return binary.LittleEndian.Uint64(data[40*i+8*field:]) }
	degrees := func(i, field int) float64 { return math.Float64frombits(number(i, field)) }
	for i := range total {
		box := orb.Bound{Min: orb.Point{degrees(i, 0), degrees(i, 1)}, Max: orb.Point{degrees(i, 2), degrees(i, 3)}}
		f.nodes = append(f.nodes, flatNode{box, number(i, 4)})
	}
	return 40 * total
}

// search walks the index down, as readers do, and gives the ids that it finds.
func (f *flatFile) search(b orb.Bound) []int64 {
	ids := []int64{}
	var visit func(level, node int)
	visit = func(level, node int) {
		n := f.nodes[node]
		switch {
		case n.box.Max[0] < b.Min[0] || n.box.Max[1] < b.Min[1] || n.box.Min[0] > b.Max[0] || n.box.Min[1] > b.Max[1]:
		case level == len(f.levels)-1:
			ids = append(ids, f.features[n.number].ID)
		default:
			for i := range f.children(n) {
				visit(level+1, int(n.number)+i)
			}
		}
	}
	if len(f.nodes) > 0 {
		visit(0, 0)
	}
	slices.Sort(ids)
	return ids
}

// children are the nodes below an inner one: 16, or what its level has left.
func (f *flatFile) children(n flatNode) []flatNode {
	end := len(f.nodes)
	for _, start := range slices.Backward(f.levels) {
		if start <= int(n.number) {
			break
		}
		end = start
	}
	return f.nodes[n.number:min(int(n.number)+16, end)]
}

func (f *flatFile) readFeature(tb tb, t table) feature {
	tb.Helper()
	object := map[string]any{}
	if g, ok := t.child(0); ok {
		object["geometry"] = readFlatGeometry(g)
	}
	data, n := t.vector(1)
	object["properties"] = f.readProperties(tb, data[:n])
	asJSON, err := json.Marshal(object)
	if err != nil {
		tb.Fatal(err)
	}
	return decode(tb, asJSON)
}

func readFlatGeometry(t table) any {
	points := func(t table) []any {
		var l []any
		for pair := range slices.Chunk(t.doubles(1), 2) {
			l = append(l, pair)
		}
		return l
	}
	switch t.number(6, 1, 0) {
	case 1:
		return map[string]any{"type": "Point", "coordinates": points(t)[0]}
	case 4:
		return map[string]any{"type": "MultiPoint", "coordinates": points(t)}
	case 5:
		return map[string]any{"type": "MultiLineString", "coordinates": endedParts(t, points(t))}
	}
	var polygons []any
	for _, part := range t.children(7) {
		polygons = append(polygons, endedParts(part, points(part)))
	}
	return map[string]any{"type": "MultiPolygon", "coordinates": polygons}
}

// endedParts are positions apart, where the table says that a line or a ring ends.
func endedParts(t table, all []any) (parts []any) {
	start := 0
	data, n := t.vector(0)
	for i := range n {
		end := int(binary.LittleEndian.Uint32(data[4*i:]))
		parts = append(parts, all[start:end])
		start = end
	}
	return parts
}

func (f *flatFile) readProperties(tb tb, data []byte) map[string]any {
	tb.Helper()
	properties := map[string]any{}
	for len(data) > 0 {
		c := f.columns[binary.LittleEndian.Uint16(data)]
		data = data[2:]
		switch c.kind {
		case 5:
			properties[c.name] = int32(binary.LittleEndian.Uint32(data))
			data = data[4:]
		case 2:
			properties[c.name] = data[0] == 1
			data = data[1:]
		case 10:
			properties[c.name] = math.Float64frombits(binary.LittleEndian.Uint64(data))
			data = data[8:]
		case 7:
			properties[c.name] = int64(binary.LittleEndian.Uint64(data))
			data = data[8:]
		default:
			n := binary.LittleEndian.Uint32(data)
			text := data[4 : 4+n]
			data = data[4+n:]
			properties[c.name] = string(text)
			if c.kind == 12 {
				properties[c.name] = json.RawMessage(text)
			}
		}
	}
	return properties
}

// Every record that has a geometry is there, as GeoJSON has it; the header counts the others.
func TestFlatGeobufHoldsWhatGeoJSONHolds(t *testing.T) {
	for name, s := range selections(t) {
		t.Run(name, func(t *testing.T) {
			checkFlatGeobuf(t, s)
		})
	}
	t.Run("any facilities", rapid.MakeCheck(func(t *rapid.T) { checkFlatGeobuf(t, anyFacilities().Draw(t, "facilities")) }))
}

func checkFlatGeobuf(t tb, s selection) {
	t.Helper()
	f := readFlatGeobuf(t, write(t, format.WriteFlatGeobuf, s))
	got := map[int64]feature{}
	for _, at := range f.order {
		got[f.features[at].ID] = f.features[at]
	}
	placed := s.placed()
	if diff := cmp.Diff(placed.wantByParts(t), got); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
	if count := f.header.number(8, 8, 0); int(count) != len(placed.features) || len(f.order) != len(placed.features) {
		t.Errorf("the header counts %d, the file has %d features of %d records", count, len(f.order), len(placed.features))
	}
	var metadata map[string]string
	if err := json.Unmarshal([]byte(f.header.text(13)), &metadata); err != nil {
		t.Fatal(err)
	}
	leftOut, said := strconv.Itoa(len(s.features)-len(placed.features)), metadata["records_without_position"]
	if leftOut == "0" {
		leftOut = ""
	}
	if said != leftOut || strings.Contains(f.header.text(12), "not in this file: "+leftOut+".") != (leftOut != "") {
		t.Errorf("%s records are left out, and the file says %q: %s", leftOut, said, f.header.text(12))
	}
}

// A search of the index finds the records whose box meets the one asked for.
func TestFlatGeobufIndex(t *testing.T) {
	for name, s := range selections(t) {
		f := readFlatGeobuf(t, write(t, format.WriteFlatGeobuf, s))
		if diff := cmp.Diff(s.meeting(everywhere), f.search(everywhere)); diff != "" {
			t.Errorf("%s: everywhere -want +got\n%s", name, diff)
		}
		t.Run(name, rapid.MakeCheck(func(t *rapid.T) {
			b := boxes(s).Draw(t, "box")
			if diff := cmp.Diff(s.meeting(b), f.search(b)); diff != "" {
				t.Fatalf("-want +got\n%s", diff)
			}
		}))
	}
}

// boxes are any boxes, and those that end exactly where a record is.
func boxes(s selection) *rapid.Generator[orb.Bound] {
	return rapid.Custom(func(t *rapid.T) orb.Bound {
		corner := func(name string) orb.Point {
			if len(s.features) > 0 && rapid.Bool().Draw(t, name+" at a record") {
				if own, ok := box(rapid.SampledFrom(s.features).Draw(t, name+" record")); ok {
					return own.Max
				}
			}
			return orb.Point{rapid.Float64Range(-180, 180).Draw(t, name+" longitude"), rapid.Float64Range(-90, 90).Draw(t, name+" latitude")}
		}
		return orb.MultiPoint{corner("one"), corner("other")}.Bound()
	})
}

// The index has no more levels than it needs, and each box is the least one that
// holds its children.
func TestFlatGeobufIndexIsTight(t *testing.T) {
	s := manyFacilities()
	f := readFlatGeobuf(t, write(t, format.WriteFlatGeobuf, s))
	if want := []int{0, 1, 14, 210, 3335}; !slices.Equal(f.levels, want) {
		t.Fatalf("levels begin at %v, want %v", f.levels, want)
	}
	leaves := f.levels[len(f.levels)-1]
	for i, n := range f.nodes[:leaves] {
		children := f.children(n)
		box := children[0].box
		for _, c := range children {
			box = box.Union(c.box)
		}
		if box != n.box {
			t.Fatalf("node %d is %v, its children %v", i, n.box, box)
		}
	}
	// A page of the map needs few pages of the file: 50,000 random points fill
	// 3125 leaves' parents, and one in 64 of the world touches little more than that.
	touched := 0
	window := orb.Bound{Min: orb.Point{0, 0}, Max: orb.Point{45, 22.5}}
	for _, n := range f.nodes[f.levels[len(f.levels)-2]:leaves] {
		if n.box.Intersects(window) {
			touched++
		}
	}
	if touched > 3125/64*2 {
		t.Errorf("1/64 of the world touches %d of 3125 nodes: the order is no Hilbert curve", touched)
	}
}

func TestFlatGeobufHeader(t *testing.T) {
	s := selections(t)["hard countries"]
	f := readFlatGeobuf(t, write(t, format.WriteFlatGeobuf, s))
	h := f.header
	crs, _ := h.child(10)
	got := []any{h.text(0), h.doubles(1), h.number(2, 1, 0), h.number(8, 8, 0), h.number(9, 2, 16), crs.text(0), crs.number(1, 4, 0), h.text(11),
		strings.Split(h.text(12), "\nRecords")[0]}
	want := []any{"countries", []float64{-180, -90, 180, 15}, uint64(6), uint64(3), uint64(16), "EPSG", uint64(4326), about.Title, about.Description}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
	var metadata map[string]string
	if err := json.Unmarshal([]byte(h.text(13)), &metadata); err != nil {
		t.Fatal(err)
	}
	wantMetadata := map[string]string{
		"licence": about.Licence, "licence_url": about.LicenceURL, "attribution": about.Attribution,
		"revision": about.Revision, "updated": "2026-05-01T12:30:00Z", "link": about.Link, "records_without_position": "1",
	}
	if diff := cmp.Diff(wantMetadata, metadata); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
	for i, c := range format.Columns(s.catalog, s.collection) {
		if own := f.columns[i]; own.name != c.Name || own.title != c.Title.In("en") {
			t.Errorf("column %d is %+v, want %s %q", i, own, c.Name, c.Title)
		}
	}
}

// A file without rows, or without geometries, has no index, no extent and nothing after its header.
func TestFlatGeobufWithoutRows(t *testing.T) {
	checkEmptyFlatGeobuf(t, selections(t)["no facilities"])
	checkEmptyFlatGeobuf(t, selections(t)["no geometry at all"])
}

func checkEmptyFlatGeobuf(t *testing.T, s selection) {
	t.Helper()
	f := readFlatGeobuf(t, write(t, format.WriteFlatGeobuf, s))
	if size := f.header.number(9, 2, 16); size != 0 || len(f.header.doubles(1)) != 0 || len(f.order) != 0 {
		t.Errorf("node size %d, envelope %v, %d features", size, f.header.doubles(1), len(f.order))
	}
	if len(f.columns) != len(format.Columns(&geo.Catalog{}, geo.Facilities)) {
		t.Errorf("%d columns", len(f.columns))
	}
}

// An error of the rows comes before the first byte.
func TestFlatGeobufWritesNothingOfBrokenRows(t *testing.T) {
	s := builtin(t, geo.Facilities)
	broken := s.file()
	broken.Rows = rows(s.features, errRows)
	var out bytes.Buffer
	if err := format.WriteFlatGeobuf(t.Context(), &out, broken); !errors.Is(err, errRows) || out.Len() > 0 {
		t.Errorf("%v after %d bytes", err, out.Len())
	}
}

// Nothing stays in the folder for temporary files, and one that is not there is
// an error.
func TestFlatGeobufTemporaryFile(t *testing.T) {
	s := selections(t)["one facility"]
	folder := t.TempDir()
	t.Setenv("TMPDIR", folder)
	write(t, format.WriteFlatGeobuf, s)
	if left, err := os.ReadDir(folder); err != nil || len(left) > 0 {
		t.Errorf("%v stays behind (%v)", left, err)
	}
	t.Setenv("TMPDIR", filepath.Join(folder, "missing"))
	if err := format.WriteFlatGeobuf(t.Context(), io.Discard, s.file()); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("without a folder: %v", err)
	}
}
