package format_test

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"

	"innoatlas/geo"
	"innoatlas/geo/format"
)

// python runs a script with Debian's Python, which has the modules of QGIS, GDAL
// and openpyxl.
func python(t *testing.T, args ...string) []byte {
	t.Helper()
	if testing.Short() {
		t.Skip("runs QGIS")
	}
	var complaints strings.Builder
	cmd := exec.Command("/usr/bin/python3", args...)
	cmd.Env = append(os.Environ(), "QT_QPA_PLATFORM=offscreen", "XDG_RUNTIME_DIR="+t.TempDir())
	cmd.Stderr = &complaints
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("python3 %s: %v (the packages are python3-qgis, python3-gdal and python3-openpyxl)\n%s%s", strings.Join(args, " "), err, out, complaints.String())
	}
	return out
}

func TestGDALReadsGeoPackage(t *testing.T) {
	for name, s := range selections(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := save(t, format.WriteGeoPackage, s, "file.gpkg")
			got := readGDAL(t, path, s.collection.ID)
			if diff := cmp.Diff(s.wantByParts(t), byID(got), aboutEqual); diff != "" {
				t.Errorf("-want +got\n%s", diff)
			}
			if len(got) != len(s.features) {
				t.Errorf("%d rows of %d", len(got), len(s.features))
			}
		})
	}
}

// The key that GDAL and QGIS edit by is the stable number too.
func TestGeoPackageKeys(t *testing.T) {
	s := builtin(t, geo.Facilities)
	db := openSQLite(t, save(t, format.WriteGeoPackage, s, "file.gpkg"))
	var rows, equal int
	if err := db.QueryRow("SELECT count(*), sum(fid = id) FROM facilities").Scan(&rows, &equal); err != nil {
		t.Fatal(err)
	}
	if rows != len(s.features) || equal != rows {
		t.Errorf("%d rows, of which %d have their id as key", rows, equal)
	}
}

// What GDAL says of the layer: its names, key, geometry, extent and types.
func TestGDALDescribesGeoPackage(t *testing.T) {
	all := selections(t)
	cases := map[string][]string{
		"hard facilities": {
			"DESCRIPTION=Joint laboratories,", "Licence: CC BY 4.0 https://creativecommons.org/licenses/by/4.0/\n", "Attribution: innoatlas\n", "IDENTIFIER=Facilities — 设施\n",
			"Geometry: Point\n", "Feature Count: 700\n", `ID["EPSG",4326]`, "FID Column = fid\n", "id: Integer64 (0.0) NOT NULL\n", "Geometry Column = geom\n",
			"name_zh: String (0.0)", "sectors: String(JSON) (0.0)", "established: Integer (0.0)", "updated: DateTime (0.0)", "sources: String(JSON) (0.0)",
		},
		"built-in countries": {"Geometry: Multi Polygon\n", "Feature Count: 236\n", "kind_joint_laboratory: Integer (0.0)", "cooperation: String(JSON) (0.0)"},
		"hard countries":     {"Extent: (-180.000000, -90.000000) - (180.000000, 15.000000)\n"},
		"routes":             {"Geometry: Multi Line String\n", "Feature Count: 3\n"},
		"meetings":           {"Geometry: Multi Point\n", "Feature Count: 3\n", "Extent: (-170.000000, -90.000000) - (180.000000, 80.000000)\n"},
		"notes":              {"Geometry: None\n", "Feature Count: 2\n", "seen_at: DateTime (0.0)"},
		"no countries":       {"Geometry: Multi Polygon\n", "Feature Count: 0\n", "facilities: Integer (0.0)"},
	}
	for name, wants := range cases {
		s := all[name]
		out := string(gdal(t, "ogrinfo", "-so", save(t, format.WriteGeoPackage, s, "file.gpkg"), s.collection.ID))
		for _, want := range wants {
			if !strings.Contains(out, want) {
				t.Errorf("%s: no %q in\n%.3000s", name, want, out)
			}
		}
	}
}

// GDAL's own checker holds each file to the requirements of the standard.
func TestGeoPackageIsValid(t *testing.T) {
	for name, s := range selections(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			out := python(t, "-m", "osgeo_utils.samples.validate_gpkg", save(t, format.WriteGeoPackage, s, "file.gpkg"))
			if len(out) > 0 {
				t.Errorf("%s", out)
			}
		})
	}
}

// A box gives exactly the records that it gives in the API, but for those without
// a position.
func TestGDALFiltersGeoPackage(t *testing.T) {
	for name, s := range selections(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := save(t, format.WriteGeoPackage, s, "file.gpkg")
			for _, b := range gdalBoxes {
				got := ids(readGDAL(t, path, append(spatialFilter(b), s.collection.ID)...))
				if diff := cmp.Diff(s.intersecting(b), got); diff != "" {
					t.Errorf("%v -want +got\n%s", b, diff)
				}
			}
		})
	}
}

func openSQLite(t testing.TB, path string) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

// SQLite finds its index in order, and in it every record whose box meets the
// given one: boxes are kept as float32, so it may find a few beside. The index of
// many is three nodes deep.
func TestGeoPackageIndex(t *testing.T) {
	all := selections(t)
	many := manyFacilities()
	many.features = many.features[:3000]
	all["many"] = many
	delete(all, "notes") // which are no places
	for name, s := range all {
		t.Run(name, func(t *testing.T) {
			db := openSQLite(t, save(t, format.WriteGeoPackage, s, "file.gpkg"))
			index := fmt.Sprintf("rtree_%s_geom", s.collection)
			var verdict string
			if err := db.QueryRow("SELECT rtreecheck(?)", index).Scan(&verdict); err != nil || verdict != "ok" {
				t.Fatalf("rtreecheck: %s, %v", verdict, err)
			}
			for _, b := range gdalBoxes {
				box := orb.Bound{Min: orb.Point{b[0], b[1]}, Max: orb.Point{b[2], b[3]}}
				got := query(t, db, "SELECT id FROM "+index+" WHERE maxx >= ? AND minx <= ? AND maxy >= ? AND miny <= ? ORDER BY id", b[0], b[2], b[1], b[3])
				wide := s.meeting(box.Pad(1e-4))
				for _, id := range s.meeting(box) {
					if _, found := slices.BinarySearch(got, id); !found {
						t.Errorf("%v: record %d is missing", b, id)
					}
				}
				for _, id := range got {
					if _, found := slices.BinarySearch(wide, id); !found {
						t.Errorf("%v: record %d is not there", b, id)
					}
				}
			}
		})
	}
}

func query(t *testing.T, db *sql.DB, statement string, args ...any) []int64 {
	t.Helper()
	rows, err := db.Query(statement, args...)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	ids := []int64{}
	for rows.Next() {
		var id int64
		if err := rows.Scan(&id); err != nil {
			t.Fatal(err)
		}
		ids = append(ids, id)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return ids
}

// Who edits the file has the index follow: GDAL's functions stand behind the triggers.
func TestGDALEditsGeoPackage(t *testing.T) {
	s := builtin(t, geo.Facilities)
	path := save(t, format.WriteGeoPackage, s, "file.gpkg")
	for _, edit := range []string{
		"UPDATE facilities SET geom = (SELECT geom FROM facilities WHERE id = 38) WHERE id = 149",
		"DELETE FROM facilities WHERE id = 38",
		"UPDATE facilities SET geom = NULL WHERE id = 1",
		"UPDATE facilities SET fid = 100000 WHERE id = 2",
		"UPDATE facilities SET fid = 100001, geom = NULL WHERE id = 3",
		"INSERT INTO facilities (id, geom) SELECT 100002, geom FROM facilities WHERE id = 149",
	} {
		gdal(t, "ogrinfo", "-q", path, "-sql", edit)
	}
	if got := ids(readGDAL(t, path, "-spat", "100.029", "26.695", "100.030", "26.696", "facilities")); !slices.Equal(got, []int64{149, 100002}) {
		t.Errorf("at the place of record 38 are %v", got)
	}
	db := openSQLite(t, path)
	lost := query(t, db, "SELECT fid FROM facilities WHERE geom IS NOT NULL EXCEPT SELECT id FROM rtree_facilities_geom")
	dangling := query(t, db, "SELECT id FROM rtree_facilities_geom EXCEPT SELECT fid FROM facilities WHERE geom IS NOT NULL")
	if len(lost)+len(dangling) > 0 {
		t.Errorf("not in the index %v, only there %v", lost, dangling)
	}
}

// qgisLayer is what testdata/open_qgis.py prints.
type qgisLayer struct {
	Valid, Indexed      bool
	Count               int
	Renderer, Attribute string
	Legend              [][2]string
	Drawn               []bool
}

func TestQGISOpensGeoPackageStyled(t *testing.T) {
	all := selections(t)
	builtinLegend := [][2]string{
		{"Joint laboratory", "#1d5fae"}, {"Innovation centre", "#b5490c"}, {"Agricultural park", "#3b7a2b"}, {"Not stated", "#4b5760"},
	}
	counts := [][2]string{
		{"0", "#f4f1ea"}, {"1 to 4", "#cfe3e4"}, {"5 to 19", "#9cc6c9"}, {"20 to 49", "#5da1a7"}, {"50 to 199", "#2b7c86"}, {"200 or more", "#0b5f6b"},
	}
	cases := []struct {
		name string
		want qgisLayer
	}{
		{"built-in facilities", qgisLayer{Valid: true, Indexed: true, Count: len(all["built-in facilities"].features), Renderer: "categorizedSymbol", Attribute: "kind",
			Legend: builtinLegend}},
		{"built-in countries", qgisLayer{Valid: true, Indexed: true, Count: len(all["built-in countries"].features), Renderer: "graduatedSymbol", Attribute: "facilities",
			Legend: counts}},
		{"no facilities", qgisLayer{Valid: true, Indexed: true, Renderer: "categorizedSymbol", Attribute: "kind",
			Legend: [][2]string{{"Joint laboratory", "#1d5fae"}, {`Park, "quoted"`, "#b5490c"}, {"Not stated", "#4b5760"}}}},
	}
	args := []string{"testdata/open_qgis.py"}
	for _, c := range cases {
		args = append(args, save(t, format.WriteGeoPackage, all[c.name], "file.gpkg"))
	}
	var got []qgisLayer
	out := python(t, args...)
	if err := json.Unmarshal(out[strings.IndexByte(string(out), '['):], &got); err != nil {
		t.Fatalf("%v in %.500s", err, out)
	}
	for i, c := range cases {
		if slices.Contains(got[i].Drawn, false) || len(got[i].Drawn) != c.want.Count {
			t.Errorf("%s: QGIS leaves records out of %d: %v", c.name, c.want.Count, got[i].Drawn)
		}
		got[i].Drawn = nil
		if diff := cmp.Diff(c.want, got[i]); diff != "" {
			t.Errorf("%s -want +got\n%s", c.name, diff)
		}
	}
}

// Nothing stays behind a file, nor behind one that fails.
func TestTemporaryFilesAreRemoved(t *testing.T) {
	for name, w := range documents {
		folder := t.TempDir()
		t.Setenv("TMPDIR", folder)
		s := selection{geo.Facilities, &geo.Catalog{}, nil}
		for id := range int64(700) { // 20 MB, more than is kept in memory
			s.features = append(s.features, &geo.Facility{ID: id, Summary: strings.Repeat("x", 30_000)})
		}
		write(t, w, s)
		broken := s.file()
		broken.Rows = rows(s.features, errRows)
		if err := w(t.Context(), io.Discard, broken); !errors.Is(err, errRows) {
			t.Errorf("%s: %v", name, err)
		}
		if left, err := os.ReadDir(folder); err != nil || len(left) > 0 {
			t.Errorf("%s leaves %v, %v", name, left, err)
		}
	}
}

// documents are the writers of this package that make a whole document.
var documents = map[string]writer{"GeoPackage": format.WriteGeoPackage, "KML": format.WriteKML, "XLSX": format.WriteXLSX}

func TestDocumentsPassOnErrors(t *testing.T) {
	s := builtin(t, geo.Facilities)
	for name, w := range documents {
		broken := s.file()
		broken.Rows = rows(s.features, errRows)
		if err := w(t.Context(), io.Discard, broken); !errors.Is(err, errRows) {
			t.Errorf("%s: error of a row: %v", name, err)
		}
		for _, size := range []int{0, 2000} {
			if err := w(t.Context(), &fullDisk{size}, s.file()); !errors.Is(err, errFull) {
				t.Errorf("%s: full disk of %d bytes: %v", name, size, err)
			}
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if err := w(ctx, io.Discard, s.file()); !errors.Is(err, context.Canceled) {
			t.Errorf("%s: cancelled: %v", name, err)
		}
	}
}

func BenchmarkWriteDocuments(b *testing.B) {
	s := manyFacilities()
	for name, w := range documents {
		b.Run(name, func(b *testing.B) { benchmarkWriter(b, w, s) })
	}
}
