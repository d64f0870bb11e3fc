package crs_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"flag"
	"fmt"
	"math"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"

	"innoatlas/geo"
	"innoatlas/geo/crs"
	"innoatlas/geo/postgis/postgistest"
)

var update = flag.Bool("update", false, "rewrite testdata/proj.csv by what PostGIS says")

// Only what is not in testdata/proj.csv needs a database: go test -short does without.
func TestMain(m *testing.M) {
	flag.Parse()
	if testing.Short() {
		os.Exit(m.Run())
	}
	postgistest.Main(m)
}

// What agrees: a millimetre, in metres and in degrees.
const (
	millimetre        = 0.001
	millimetreDegrees = millimetre / 111320
)

// pair is a position in degrees, and in a system as PROJ has it.
type pair struct{ lonlat, projected orb.Point }

// check compares one position both ways.
func (p pair) check(t *testing.T, s *crs.CRS) {
	t.Helper()
	got := s.Project(p.lonlat)
	if off := math.Hypot(got[0]-p.projected[0], got[1]-p.projected[1]); !(off <= millimetre) {
		t.Fatalf("%v is %.4f, PROJ says %.4f: %v m apart", p.lonlat, got, p.projected, off)
	}
	back, err := s.Unproject(p.projected)
	if err != nil {
		t.Fatalf("%.4f: %v", p.projected, err)
	}
	off := math.Hypot((back[0]-p.lonlat[0])*math.Cos(p.lonlat[1]*math.Pi/180), back[1]-p.lonlat[1])
	if !(off <= millimetreDegrees) {
		t.Fatalf("%.4f back is %v, not %v", p.projected, back, p.lonlat)
	}
}

// The projected systems.
var projected = crs.Of(geo.Facilities)[3:]

// code is the system's number at EPSG.
func code(s *crs.CRS) string { return s.URI()[strings.LastIndexByte(s.URI(), '/')+1:] }

// meridian is the central one of a zone; ok is false for Web Mercator.
func meridian(s *crs.CRS) (longitude float64, ok bool) {
	c := code(s)
	if len(c) != 5 {
		return 0, false
	}
	zone, err := strconv.Atoi(c[3:])
	return float64(6*zone - 183), err == nil
}

// reach is the part of the world in which a system is compared, in degrees. UTM is
// made for 3° beside its meridian; the data of a country is asked for in any zone.
func reach(s *crs.CRS) (west, east, latitude float64) {
	if m, ok := meridian(s); ok {
		return m - 58, m + 58, 89
	}
	return -180, 180, 89.9
}

// grid has some 4,000 positions, edges and lines of symmetry included.
func grid(s *crs.CRS) []orb.Point {
	const steps = 64
	west, east, latitude := reach(s)
	var points []orb.Point
	for i := range steps + 1 {
		for j := range steps + 1 {
			p := orb.Point{west + (east-west)*float64(i)/steps, -latitude + 2*latitude*float64(j)/steps}
			if p[0] <= 180 {
				points = append(points, p)
			}
		}
	}
	return points
}

// ask lets PostGIS, which asks PROJ, project positions.
func ask(t *testing.T, conn *pgx.Conn, s *crs.CRS, points []orb.Point) []pair {
	t.Helper()
	longitudes, latitudes := make([]float64, len(points)), make([]float64, len(points))
	for i, p := range points {
		longitudes[i], latitudes[i] = p[0], p[1]
	}
	rows, err := conn.Query(t.Context(), `
		SELECT x, y, ST_X(g), ST_Y(g)
		FROM unnest($1::float8[], $2::float8[]) AS p (x, y), ST_Transform(ST_SetSRID(ST_MakePoint(x, y), 4326), $3::integer) AS g`,
		longitudes, latitudes, code(s))
	if err != nil {
		t.Fatal(err)
	}
	pairs, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (p pair, err error) {
		err = row.Scan(&p.lonlat[0], &p.lonlat[1], &p.projected[0], &p.projected[1])
		return p, err
	})
	if err != nil || len(pairs) != len(points) {
		t.Fatalf("%d of %d positions: %v", len(pairs), len(points), err)
	}
	return pairs
}

// TestAgreesWithPROJ compares each projected system, forward and back; with -update
// it rewrites the fixture.
func TestAgreesWithPROJ(t *testing.T) {
	if testing.Short() {
		t.Skip("needs PostGIS; TestFixture has a few of the positions")
	}
	conn, err := pgx.Connect(t.Context(), postgistest.Migrated(t))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background())
	var fixture bytes.Buffer
	for _, s := range projected {
		t.Run(s.Title(), func(t *testing.T) {
			for _, p := range ask(t, conn, s, grid(s)) {
				p.check(t, s)
			}
			for _, p := range ask(t, conn, s, samples(s)) {
				fmt.Fprintf(&fixture, "%s,%v,%v,%.4f,%.4f\n", code(s), p.lonlat[0], p.lonlat[1], p.projected[0], p.projected[1])
			}
		})
	}
	if *update {
		if err := os.WriteFile("testdata/proj.csv", fixture.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// samples are the positions of the fixture: near the middle, far off, near a pole.
func samples(s *crs.CRS) []orb.Point {
	m, ok := meridian(s)
	if !ok {
		return []orb.Point{{102.6331, 17.9757}, {-180, -85.0511}, {180, 85.0511}, {0, 0}, {-43.2, -22.9}, {10, 89.9}}
	}
	return []orb.Point{{m + 1.37, 17.9757}, {m - 30, -8.5}, {m + 30, 51.25}, {m - 44.9, -8.72806}, {m, 89.5}}
}

// TestFixture needs no database.
func TestFixture(t *testing.T) {
	if *update {
		t.Skip("the fixture is being written")
	}
	file, err := os.Open("testdata/proj.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	rows, err := csv.NewReader(file).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]int{}
	for _, row := range rows {
		var n [4]float64
		for i := range n {
			if n[i], err = strconv.ParseFloat(row[i+1], 64); err != nil {
				t.Fatal(err)
			}
		}
		seen[row[0]]++
		pair{orb.Point{n[0], n[1]}, orb.Point{n[2], n[3]}}.check(t, find(t, row[0]))
	}
	for _, s := range projected {
		if seen[code(s)] < 5 {
			t.Errorf("%d positions of %s", seen[code(s)], s.Title())
		}
	}
}
