package tile_test

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/paulmach/orb"

	"innoatlas/geo"
	"innoatlas/geo/tile"
	"innoatlas/geo/zorder"
)

// gdalFeatures are the features of one layer of a tile, as GDAL reads them, in
// longitude and latitude.
func gdalFeatures(t *testing.T, of zorder.Tile, b []byte, layer string) []gdalFeature {
	t.Helper()
	path := filepath.Join(t.TempDir(), fmt.Sprint(of.Z), fmt.Sprint(of.X), fmt.Sprintf("%d.mvt", of.Y))
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	var complaints strings.Builder
	cmd := exec.CommandContext(t.Context(), "ogr2ogr", "-f", "GeoJSON", "-t_srs", "OGC:CRS84", "/vsistdout/", "MVT:"+path, layer)
	cmd.Stderr = &complaints
	out, err := cmd.Output()
	if err != nil || complaints.Len() > 0 {
		t.Fatalf("%v: %v (GDAL is the package gdal-bin)\n%s", cmd, err, complaints.String())
	}
	var doc struct{ Features []gdalFeature }
	if err := json.Unmarshal(out, &doc); err != nil {
		t.Fatal(err)
	}
	return doc.Features
}

type gdalFeature struct {
	Properties map[string]any
	Geometry   struct {
		Type        string
		Coordinates json.RawMessage
	}
}

// GDAL, which has a decoder of its own, reads what was written.
func TestGDALReadsTiles(t *testing.T) {
	if testing.Short() {
		t.Skip("runs GDAL")
	}
	bangkok := orb.Point{100.50144, 13.75398}
	of := zorder.TileAt(bangkok, 10)
	var outlines tile.Outlines
	b := outlines.Areas(nil, ofCountries, "r", of, records(builtinCountries(t)))
	b = ofFacilities.Points(b, of, geo.Tile{Facilities: []*geo.Facility{facility(5, bangkok)}})

	facilities := gdalFeatures(t, of, b, "facilities")
	if len(facilities) != 1 {
		t.Fatalf("%d facilities", len(facilities))
	}
	f := facilities[0]
	var p orb.Point
	if err := json.Unmarshal(f.Geometry.Coordinates, &p); err != nil {
		t.Fatal(err)
	}
	const unit = 360.0 / 1024 / tile.Extent
	if !p.Bound().Pad(unit).Contains(bangkok) {
		t.Errorf("%v is read at %v", bangkok, p)
	}
	if f.Properties["mvt_id"] != 5.0 || f.Properties["name"] != "中泰 Laboratory 5" || f.Properties["point_count"] != 1.0 {
		t.Errorf("properties %v", f.Properties)
	}

	countries := gdalFeatures(t, of, b, "countries")
	if len(countries) != 1 || countries[0].Properties["name_zh"] != "泰国" || !strings.Contains(countries[0].Geometry.Type, "Polygon") {
		t.Errorf("countries %v", countries)
	}
}
