package dataset

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/paulmach/orb"

	"innoatlas/geo"
	"innoatlas/geo/format"
)

// What GDAL makes of our own files is the same records again, further sources too,
// whichever way it writes the points.
func TestReadsCSVOfGDAL(t *testing.T) {
	ds, err := Builtin()
	if err != nil {
		t.Fatal(err)
	}
	ds.Facilities[0].Updated = time.Date(2024, 5, 31, 8, 0, 7, 0, time.UTC)
	ds.Facilities[0].Partners = []string{`[Institute "A", B]`, "=1+1", `back\slash`}
	ds.Facilities[1].Summary = "a, b; =c\nsecond line"
	for extension, write := range map[string]func(context.Context, io.Writer, format.File) error{
		"gpkg": format.WriteGeoPackage, "fgb": format.WriteFlatGeobuf, "geojson": format.WriteGeoJSON,
	} {
		folder := t.TempDir()
		file := filepath.Join(folder, "facilities."+extension)
		writeOf(t, file, ds, write)
		for _, points := range []string{"AS_XY", "AS_YX", "AS_XYZ", "AS_WKT"} {
			t.Run(extension+" "+points, func(t *testing.T) {
				t.Parallel()
				out := filepath.Join(folder, points+".csv")
				if said, err := exec.Command("ogr2ogr", "-f", "CSV", out, file, "facilities", "-lco", "GEOMETRY="+points).CombinedOutput(); err != nil {
					t.Fatalf("ogr2ogr: %v (GDAL is the package gdal-bin)\n%s", err, said)
				}
				read, warnings, err := Read(out)
				if err != nil {
					t.Fatal(err)
				}
				want := slices.DeleteFunc(slices.Clone(ds.Facilities), func(f geo.Facility) bool { return extension == "fgb" && !format.HasGeometry(&f) })
				byID := cmpopts.SortSlices(func(a, b geo.Facility) bool { return a.ID < b.ID })
				if diff := cmp.Diff(withoutTexts(want), read.Facilities, byID, cmpopts.EquateEmpty(), comparing); diff != "" {
					t.Errorf("-written +read\n%.3000s", diff)
				}
				for _, w := range warnings {
					t.Log(w)
				}
			})
		}
	}
}

func writeOf(t *testing.T, path string, ds *geo.Dataset, write func(context.Context, io.Writer, format.File) error) {
	t.Helper()
	file, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	rows := func(yield func(geo.Feature, error) bool) {
		for i := range ds.Facilities {
			if !yield(&ds.Facilities[i], nil) {
				return
			}
		}
	}
	err = write(t.Context(), file, format.File{Collection: geo.Facilities, Catalog: &geo.Catalog{Kinds: ds.Kinds, Sectors: ds.Sectors}, Rows: rows})
	if err != nil {
		t.Fatal(err)
	}
}

// Where a file has positions twice, a warning names those that were left out.
func TestPositionsThatAreThereTwice(t *testing.T) {
	const file = "X,Y,WKT,slug,kind,name,lon,lat,precision\n1,2,POINT (3 4),a,k,A,100,15,city\n"
	ds, warnings, err := Read(writeFile(t, "a.csv", file))
	if err != nil || *ds.Facilities[0].Position != (orb.Point{100, 15}) {
		t.Fatalf("%v, %v", ds, err)
	}
	for _, name := range []string{"X", "Y", "WKT"} {
		if !slices.Contains(warnings, fmt.Sprintf("a.csv: column %q is not known and was left out", name)) {
			t.Errorf("no warning of %s in %q", name, warnings)
		}
	}
	for wkt, want := range map[string]*orb.Point{
		"POINT (3 -4.5)": {3, -4.5}, "point z(3 4 5)": {3, 4}, "POINT EMPTY": nil, "": nil, "POINT(1e2 4)": {100, 4},
	} {
		ds, _, err := Read(writeFile(t, "a.csv", "slug,WKT,kind,name,colour\na,"+wkt+",k,A,red\nb,,k,B,blue\n"))
		if err != nil || !cmp.Equal(ds.Facilities[0].Position, want) {
			t.Errorf("%q: %v", wkt, err)
		}
	}
	for _, wkt := range []string{"POINT (3)", "LINESTRING (1 2 3)", "POINT (a b)", "POINT (200 1)", "somewhere"} {
		if _, _, err := Read(writeFile(t, "a.csv", "slug,WKT,kind,name\na,"+wkt+",k,A\n")); err == nil || !strings.Contains(err.Error(), "a.csv, line 2") {
			t.Errorf("%q: %v", wkt, err)
		}
	}
}

// GDAL leaves the points out unless it is asked for them: then nothing is read, and a
// message says how to ask.
func TestCSVOfGDALWithoutPoints(t *testing.T) {
	ds, err := Builtin()
	if err != nil {
		t.Fatal(err)
	}
	file, out := filepath.Join(t.TempDir(), "f.gpkg"), filepath.Join(t.TempDir(), "f.csv")
	writeOf(t, file, ds, format.WriteGeoPackage)
	if said, err := exec.Command("ogr2ogr", "-f", "CSV", out, file, "facilities").CombinedOutput(); err != nil {
		t.Fatalf("ogr2ogr: %v\n%s", err, said)
	}
	if _, _, err := Read(out); err == nil || !strings.Contains(err.Error(), "GEOMETRY=AS_XY") {
		t.Errorf("%v", err)
	}
}
