package crs_test

import (
	"math"
	"strings"
	"testing"

	"github.com/paulmach/orb"
	"pgregory.net/rapid"

	"innoatlas/geo"
	"innoatlas/geo/crs"
)

func find(t testing.TB, code string) *crs.CRS {
	t.Helper()
	s := crs.Find(crs.Of(geo.Facilities), "http://www.opengis.net/def/crs/EPSG/0/"+code)
	if s == nil {
		t.Fatalf("no EPSG:%s", code)
	}
	return s
}

func TestLists(t *testing.T) {
	want := []string{"http://www.opengis.net/def/crs/OGC/1.3/CRS84"}
	for _, code := range strings.Fields("4326 4490 3857 32646 32647 32648 32649 32650 32651 32652 32653 32654 32746 32747 32748 32749 32750 32751 32752 32753 32754") {
		want = append(want, "http://www.opengis.net/def/crs/EPSG/0/"+code)
	}
	for c, want := range map[*geo.Collection][]string{geo.Facilities: want, geo.Countries: want[:3]} {
		list := crs.Of(c)
		if len(list) != len(want) || list[0] != crs.CRS84 {
			t.Fatalf("%s have %d systems, want %q", c, len(list), want)
		}
		for i, s := range list {
			if s.URI() != want[i] || crs.Find(list, want[i]) != s || s.Title() == "" {
				t.Errorf("system %d of %s is %s, %q", i, c, s.URI(), s.Title())
			}
		}
	}
	for _, unknown := range []string{"", "EPSG:4326", "http://www.opengis.net/def/crs/EPSG/0/3857"} {
		if s := crs.Find(crs.Of(geo.Countries), unknown); s != nil {
			t.Errorf("%q is %s", unknown, s.Title())
		}
	}
}

func TestDegrees(t *testing.T) {
	vientiane := orb.Point{102.6331, 17.9757}
	if got := crs.CRS84.Project(vientiane); got != vientiane {
		t.Errorf("CRS84: %v", got)
	}
	if got := find(t, "4326").Project(vientiane); got != (orb.Point{17.9757, 102.6331}) {
		t.Errorf("EPSG:4326: %v", got)
	}
	if got := find(t, "4490").Project(vientiane); got != (orb.Point{17.9757, 102.6331}) {
		t.Errorf("EPSG:4490: %v", got)
	}
}

func TestRound(t *testing.T) {
	p := orb.Point{12.123456789, -0.987654321}
	for s, want := range map[*crs.CRS]orb.Point{crs.CRS84: {12.1234568, -0.9876543}, find(t, "3857"): {12.1235, -0.9877}} {
		if got := s.Round(p); got != want {
			t.Errorf("%s: %v, want %v", s.Title(), got, want)
		}
	}
}

// Whatever is projected is a finite number: it is written as JSON.
func TestProjectIsFinite(t *testing.T) {
	systems := crs.Of(geo.Facilities)
	for _, s := range systems {
		for longitude := -180.0; longitude <= 180; longitude++ {
			for latitude := -90.0; latitude <= 90; latitude += 5 {
				got := s.Project(orb.Point{longitude, latitude})
				if !(math.Abs(got[0]) < 1e9 && math.Abs(got[1]) < 1e9) {
					t.Fatalf("%s: %v %v is %v", s.Title(), longitude, latitude, got)
				}
			}
		}
	}
}

// The poles have one northing in every zone, and are read back.
func TestPoles(t *testing.T) {
	for _, s := range projected {
		for _, latitude := range []float64{-90, 90} {
			back, err := s.Unproject(s.Round(s.Project(orb.Point{105, latitude})))
			if err != nil || math.Abs(back[1]-latitude) > 1e-7 {
				t.Errorf("%s: the pole at %v is read back as %v, %v", s.Title(), latitude, back, err)
			}
		}
	}
}

// position is one in which the system is good for.
func position(t *rapid.T, s *crs.CRS) orb.Point {
	west, east, latitude := reach(s)
	longitude := rapid.Float64Range(west, east).Draw(t, "longitude")
	return orb.Point{math.Remainder(longitude, 360), rapid.Float64Range(-latitude, latitude).Draw(t, "latitude")}
}

func TestRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.SampledFrom(projected).Draw(t, "crs")
		p := position(t, s)
		back, err := s.Unproject(s.Project(p))
		if err != nil {
			t.Fatal(err)
		}
		const most = 1e-9
		if off := math.Abs(math.Remainder(back[0]-p[0], 360)); off > most || math.Abs(back[1]-p[1]) > most {
			t.Fatalf("%s: %v became %v", s.Title(), p, back)
		}
	})
}

// Whatever numbers come in, there is an error or a place on earth.
func TestUnprojectIsOnEarth(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.SampledFrom(crs.Of(geo.Facilities)).Draw(t, "crs")
		number := rapid.OneOf(rapid.Float64(), rapid.Float64Range(-180, 180), rapid.Float64Range(-2.5e7, 2.5e7),
			rapid.SampledFrom([]float64{math.NaN(), math.Inf(1), math.Inf(-1)}))
		p := orb.Point{number.Draw(t, "first"), number.Draw(t, "second")}
		got, err := s.Unproject(p)
		if err == nil && !(math.Abs(got[0]) <= 180 && math.Abs(got[1]) <= 90) {
			t.Fatalf("%s: %v became %v", s.Title(), p, got)
		}
	})
}

// An error says the range, in the order of the axes.
func TestUnprojectRefuses(t *testing.T) {
	const longitudeFirst, latitudeFirst = "longitude (-180 to 180), latitude (-90 to 90)", "latitude (-90 to 90), longitude (-180 to 180)"
	for name, c := range map[string]struct {
		crs  *crs.CRS
		p    orb.Point
		want string
	}{
		"latitude first":          {crs.CRS84, orb.Point{45, 100}, longitudeFirst},
		"longitude":               {crs.CRS84, orb.Point{180.1, 0}, longitudeFirst},
		"longitude first":         {find(t, "4326"), orb.Point{100, 45}, latitudeFirst},
		"metres beyond the world": {find(t, "3857"), orb.Point{20037509, 0}, "x (-20037508 to 20037508), y (-242528681 to 242528681)"},
		"metres far from the zone": {find(t, "32648"), orb.Point{9e6, 0},
			"9000000, 0 lies outside of WGS 84, UTM zone 48N; write easting (-7500000 to 8500000), northing (-9997965 to 9997965)"},
		"beyond a pole": {find(t, "32748"), orb.Point{5e5, 2e7}, "northing (2035 to 19997965)"},
		"no number":     {crs.CRS84, orb.Point{math.NaN(), 0}, longitudeFirst},
		"infinite":      {find(t, "3857"), orb.Point{0, math.Inf(1)}, "y ("},
	} {
		if got, err := c.crs.Unproject(c.p); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, %v; want %q", name, got, err, c.want)
		}
	}
}

// Others round the edges of the world.
func TestUnprojectAtTheEdge(t *testing.T) {
	for _, x := range []float64{20037508.34, 20037508.3428, 20037508.342789244, 20037508.35} {
		if got, err := find(t, "3857").Unproject(orb.Point{x, 0}); err != nil || math.Abs(got[0]-180) > 1e-7 {
			t.Errorf("%v is %v, %v", x, got, err)
		}
	}
}

func TestGeometry(t *testing.T) {
	wgs := find(t, "4326")
	polygon := orb.Polygon{{{5, 97}, {21, 97}, {21, 106}, {5, 97}}}
	for name, g := range map[string]orb.Geometry{
		"point": orb.Point{17, 102}, "points": orb.MultiPoint{{17, 102}}, "line": orb.LineString{{17, 102}, {18, 103}},
		"lines": orb.MultiLineString{{{17, 102}, {18, 103}}}, "polygon": polygon, "polygons": orb.MultiPolygon{polygon},
		"ring": polygon[0], "collection": orb.Collection{orb.Point{17, 102}, polygon},
	} {
		before := orb.Clone(g)
		there, err := wgs.Geometry(g)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if back := wgs.ProjectGeometry(there); !orb.Equal(back, g) || orb.Equal(there, g) {
			t.Errorf("%s: %v became %v, and back %v", name, g, there, back)
		}
		if !orb.Equal(before, g) {
			t.Errorf("%s: %v was changed into %v", name, before, g)
		}
	}
}

func TestGeometryRefuses(t *testing.T) {
	for name, g := range map[string]orb.Geometry{
		"latitude 180":        orb.Point{90, 180},
		"one of many":         orb.MultiPoint{{1, 2}, {200, 3}},
		"deep in a geometry":  orb.Collection{orb.MultiPolygon{{{{0, 0}, {1, 0}, {1, 91}, {0, 0}}}}},
		"no geometry":         nil,
		"a bound, not a ring": orb.Bound{},
	} {
		if got, err := crs.CRS84.Geometry(g); err == nil {
			t.Errorf("%s: %v became %v", name, g, got)
		}
	}
}

// The coordinates that a record is written with find it again. 180° and -180° are
// one meridian, which a zone cannot tell apart.
func TestWrittenCoordinatesAreReadBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.SampledFrom(crs.Of(geo.Facilities)).Draw(t, "crs")
		p := geo.RoundPosition(position(t, s))
		written := s.ProjectGeometry(p).(orb.Point)
		back, err := s.Geometry(written)
		if err != nil {
			t.Fatal(err)
		}
		if q := back.(orb.Point); math.Remainder(q[0]-p[0], 360) != 0 || q[1] != p[1] {
			t.Fatalf("%s: %v is written as %v and read as %v", s.Title(), p, written, q)
		}
		box, err := s.BBox([4]float64{written[0], written[1], written[0], written[1]})
		if err != nil || !holds(box, p) {
			t.Fatalf("%s: %v is written as %v, a box that is %v, %v", s.Title(), p, written, box, err)
		}
	})
}
