package format_test

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"innoatlas/geo"
	"innoatlas/geo/cql2"
	"innoatlas/geo/format"
)

// save writes a selection to a file of that name.
func save(t *testing.T, w writer, s selection, name string) string {
	t.Helper()
	return saveBytes(t, write(t, w, s), name)
}

func saveBytes(t *testing.T, data []byte, name string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// gdal runs one of GDAL's programs, and fails where it complains.
func gdal(t *testing.T, program string, args ...string) []byte {
	t.Helper()
	if testing.Short() {
		t.Skip("runs GDAL")
	}
	var complaints strings.Builder
	cmd := exec.Command(program, args...)
	cmd.Stderr = &complaints
	out, err := cmd.Output()
	if err != nil || complaints.Len() > 0 {
		t.Fatalf("%s %s: %v (GDAL is the package gdal-bin)\n%s", program, strings.Join(args, " "), err, complaints.String())
	}
	return out
}

// readGDAL is what GDAL, the reader behind QGIS, geopandas and R, makes of a file,
// in the order it reads it.
func readGDAL(t *testing.T, path string, options ...string) []feature {
	t.Helper()
	var collection struct{ Features []json.RawMessage }
	out := gdal(t, "ogr2ogr", append([]string{"-f", "GeoJSON", "/vsistdout/", path}, options...)...)
	if err := json.Unmarshal(out, &collection); err != nil {
		t.Fatalf("%v in %.500s", err, out)
	}
	features := []feature{}
	for _, data := range collection.Features {
		features = append(features, decode(t, data))
	}
	return features
}

func byID(features []feature) map[int64]feature {
	m := map[int64]feature{}
	for _, f := range features {
		m[f.ID] = f
	}
	return m
}

func ids(features []feature) []int64 {
	l := []int64{}
	for _, f := range features {
		l = append(l, f.ID)
	}
	slices.Sort(l)
	return l
}

// GDAL prints 15 digits after the point, of which a float64 has not as many.
var aboutEqual = cmpopts.EquateApprox(0, 1e-12)

func TestGDALReadsFlatGeobuf(t *testing.T) {
	for name, s := range selections(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := save(t, format.WriteFlatGeobuf, s, "file.fgb")
			got := readGDAL(t, path, "-oo", "VERIFY_BUFFERS=YES")
			if diff := cmp.Diff(s.placed().wantByParts(t), byID(got), aboutEqual); diff != "" {
				t.Errorf("-want +got\n%s", diff)
			}
			if len(got) != len(s.placed().features) {
				t.Errorf("%d rows of %d", len(got), len(s.placed().features))
			}
		})
	}
}

// Without records a file is no GeoJSONSeq, but it opens under its name.
func TestGDALReadsGeoJSONSeq(t *testing.T) {
	for name, s := range selections(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := save(t, format.WriteGeoJSONSeq, s, "file.geojsonl")
			if len(s.features) > 0 {
				path = "GeoJSONSeq:" + path
			}
			got := readGDAL(t, path)
			if diff := cmp.Diff(s.want(t), byID(got), aboutEqual); diff != "" {
				t.Errorf("-want +got\n%s", diff)
			}
		})
	}
}

// What GDAL says of the layer: its name, geometry, extent and types.
func TestGDALDescribesFlatGeobuf(t *testing.T) {
	all := selections(t)
	cases := map[string][]string{
		"hard facilities": {
			"Layer name: facilities\n", "Geometry: Point\n", "Feature Count: 625\n", `ID["EPSG",4326]`,
			"id: Integer64 (0.0) UNIQUE NOT NULL, alternative name=\"Stable number of the record\"\n", "name_zh: String (0.0)", "sectors: String (0.0)",
			"established: Integer (0.0)", "updated: DateTime (0.0)", "sources: String (0.0)",
		},
		"built-in countries": {"Geometry: Multi Polygon\n", "Feature Count: 236\n", "kind_joint_laboratory: Integer (0.0)", "cooperation: String (0.0)"},
		"hard countries":     {"Extent: (-180.000000, -90.000000) - (180.000000, 15.000000)\n"},
		"no countries":       {"Geometry: Multi Polygon\n", "Feature Count: 0\n", "facilities: Integer (0.0)"},
		"no geometry at all": {"Feature Count: 0\n", "id: Integer64 (0.0)"},
	}
	for name, wants := range cases {
		out := string(gdal(t, "ogrinfo", "-al", "-oo", "VERIFY_BUFFERS=YES", save(t, format.WriteFlatGeobuf, all[name], "file.fgb")))
		for _, want := range wants {
			if !strings.Contains(out, want) {
				t.Errorf("%s: no %q in\n%.3000s", name, want, out)
			}
		}
	}
}

// gdalBoxes have records within, on their edges and outside. None ends at 180°, which to the
// API is the same meridian as −180°, and to GDAL another.
var gdalBoxes = []geo.BBox{
	{95, -10, 127, 41},
	{108.3166667, 22.8166667, 108.3166667, 22.8166667},
	{-180, -90, 180, 90},
	{0, 0, 179, 90},
	{2.12, 2.12, 2.18, 2.18}, // in the hole of a hard country
	{-1, -50, 1, -49},
}

// A box gives exactly the records that it gives in the API, but for those without
// a position.
func TestGDALFiltersFlatGeobuf(t *testing.T) {
	for name, s := range selections(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := save(t, format.WriteFlatGeobuf, s, "file.fgb")
			for _, b := range gdalBoxes {
				got := ids(readGDAL(t, path, spatialFilter(b)...))
				if diff := cmp.Diff(s.intersecting(b), got); diff != "" {
					t.Errorf("%v -want +got\n%s", b, diff)
				}
			}
		})
	}
}

func spatialFilter(b geo.BBox) []string {
	options := []string{"-spat"}
	for _, degrees := range b {
		options = append(options, fmt.Sprint(degrees))
	}
	return options
}

// intersecting are the ids of the records that the box meets, as filters mean it.
func (s selection) intersecting(b geo.BBox) []int64 {
	l := []int64{}
	for _, f := range s.features {
		meets := cql2.Spatial{Op: cql2.SIntersects, Left: cql2.Property("geometry"), Right: cql2.BBox(b)}
		if cql2.Eval(meets, f) == cql2.True {
			id, _ := f.Ref()
			l = append(l, id)
		}
	}
	slices.Sort(l)
	return l
}

// GDAL asks the index and does not read every record: where the index has
// lost its boxes, it finds nothing.
func TestGDALUsesTheIndex(t *testing.T) {
	s := builtin(t, geo.Facilities)
	data := write(t, format.WriteFlatGeobuf, s)
	b := geo.BBox{100, 10, 110, 25}
	if n := len(readGDAL(t, saveBytes(t, data, "file.fgb"), spatialFilter(b)...)); n == 0 {
		t.Fatal("the box holds nothing anyway")
	}
	clear(readFlatGeobuf(t, data).index) // all at 0, 0
	if n := len(readGDAL(t, saveBytes(t, data, "file.fgb"), spatialFilter(b)...)); n != 0 {
		t.Errorf("GDAL finds %d records that the index does not have", n)
	}
}
