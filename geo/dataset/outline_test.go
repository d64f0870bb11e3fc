package dataset

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/wkt"
)

// outlineFile is a countries.geojson with one outline.
func outlineFile(coordinates string) string {
	return `{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"country":"LAO"},"geometry":{"type":"MultiPolygon","coordinates":` + coordinates + `}}]}`
}

// TestOutlinesAreAreas: what PostGIS would refuse is refused when it is read, with the
// country; what only touches itself is an area.
func TestOutlinesAreAreas(t *testing.T) {
	cases := map[string]struct {
		coordinates string
		good        bool
	}{
		"an eight":                       {`[[[[0,0],[2,2],[2,0],[0,2],[0,0]]]]`, false},
		"a line there and back":          {`[[[[0,0],[1,0],[2,0],[1,0],[0,0]]]]`, false},
		"one position":                   {`[[[[1,1],[1,1],[1,1],[1,1]]]]`, false},
		"a spike":                        {`[[[[0,0],[4,0],[4,4],[2,4],[2,6],[2,4],[0,4],[0,0]]]]`, false},
		"a hole outside":                 {`[[[[0,0],[1,0],[1,1],[0,0]],[[5,5],[6,5],[6,6],[5,5]]]]`, false},
		"a hole that crosses":            {`[[[[0,0],[4,0],[4,4],[0,4],[0,0]],[[1,1],[6,1],[6,2],[1,2],[1,1]]]]`, false},
		"two parts, one in another":      {`[[[[0,0],[9,0],[9,9],[0,9],[0,0]]],[[[1,1],[2,1],[2,2],[1,1]]]]`, false},
		"two parts with a common edge":   {`[[[[0,0],[1,0],[1,1],[0,1],[0,0]]],[[[1,0],[2,0],[2,1],[1,1],[1,0]]]]`, false},
		"no ring":                        {`[[]]`, false},
		"two parts that touch":           {`[[[[0,0],[1,0],[1,1],[0,1],[0,0]]],[[[1,1],[2,1],[2,2],[1,2],[1,1]]]]`, true},
		"a hole that touches the edge":   {`[[[[0,0],[4,0],[4,4],[0,4],[0,0]],[[0,2],[1,1],[1,3],[0,2]]]]`, true},
		"nothing but one position":       {`[[[[1,1]` + strings.Repeat(",[1,1]", 200_000) + `]]]`, false},
		"a position twice in a row":      {`[[[[0,0],[4,0],[4,0],[4,4],[0,0]]]]`, true},
		"the other way round":            {`[[[[0,0],[0,4],[4,4],[4,0],[0,0]]]]`, true},
		"less wide than the data can be": {`[[[[0,0],[4,0],[4,1e-9],[0,0]]]]`, false}, // it is rounded
	}
	for name, c := range cases {
		folder := t.TempDir()
		for file, text := range map[string]string{"facilities.csv": "slug,kind,name\na,lab,A\n", "countries.geojson": outlineFile(c.coordinates)} {
			if err := os.WriteFile(filepath.Join(folder, file), []byte(text), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		_, _, err := Read(folder)
		if (err == nil) != c.good || err != nil && !strings.Contains(err.Error(), "countries.geojson, features[0], geometry") {
			t.Errorf("%s: %v", name, err)
		}
		if err != nil && name != "no ring" && !strings.Contains(err.Error(), "the outline of Laos is no area: ") {
			t.Errorf("%s: %v does not name the country", name, err)
		}
	}
}

// The outlines that the program brings are read without a check, so here is one.
func TestBuiltinOutlinesAreAreas(t *testing.T) {
	ds, err := Builtin()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range ds.Countries {
		if err := checkOutline(c.Outline); err != nil {
			t.Errorf("%s: %v", c.Code, err)
		}
	}
}

// TestOutlinesCostLittle: a coast of 100,000 corners is read; zig-zags and rakes, whose
// lines would all have to be compared, are told at once, and so are holes without end.
func TestOutlinesCostLittle(t *testing.T) {
	coast, zigzag, rake := make(orb.Ring, 100_000), make(orb.Ring, 10_000), make(orb.Ring, 60_000)
	for i := range coast {
		angle := float64(i) / float64(len(coast)) * 2 * math.Pi
		far := 50 + 10*math.Sin(25*angle) + math.Sin(400*angle)
		coast[i] = orb.Point{far * math.Cos(angle), far * math.Sin(angle)}
	}
	for i := range zigzag {
		zigzag[i] = orb.Point{float64(i)/1000 + float64(i%2)*100, float64(i%2) * 80}
	}
	zigzag = append(zigzag, orb.Point{10, -5})
	for i := range rake {
		rake[i] = orb.Point{float64(i)/200 - 150, float64(i%2)*80 - 40}
	}
	rake = append(rake, orb.Point{150, -80}, orb.Point{-150, -80})
	holes := orb.Polygon{append(coast, coast[0])}
	for i := range 2000 {
		x := float64(i)/100 - 10
		holes = append(holes, orb.Ring{{x, 0}, {x + 0.001, 0}, {x, 0.001}, {x, 0}})
	}
	for _, c := range []struct {
		outline orb.Polygon
		good    bool
	}{{holes[:1], true}, {holes[:100], true}, {orb.Polygon{append(zigzag, zigzag[0])}, false}, {orb.Polygon{append(rake, rake[0])}, false}, {holes, false}} {
		begin := time.Now()
		outline := orb.MultiPolygon{c.outline}
		if err := checkOutline(outline); (err == nil) != c.good {
			t.Errorf("%.60s: %v", wkt.MarshalString(outline), err)
		}
		if took := time.Since(begin); took > 5*time.Second {
			t.Errorf("%d corners and %d holes took %v", len(c.outline[0]), len(c.outline)-1, took)
		}
	}
}

// Whatever the bytes: an error says where, what is read is an area on the earth, and a
// small file takes little of time and memory.
func FuzzReadOutlines(f *testing.F) {
	f.Add([]byte(outlineFile(`[[[[0,0],[4,0],[4,4],[0,4],[0,0]],[[1,1],[1,2],[2,2],[1,1]]]]`)))
	f.Add([]byte(outlineFile(`[[[[0,0],[2,2],[2,0],[0,2],[0,0]]]]`)))
	f.Add([]byte(outlineFile(strings.Repeat("[", 60) + strings.Repeat("]", 60))))
	f.Add([]byte(`{"features":[{"type":"Feature","properties":{"country":"TH"},"geometry":` +
		`{"type":"Polygon","coordinates":[[[179,1],[-179,1,5],[180,2],[179,1]]]}},7],"type":"FeatureCollection"}`))
	zigzag := "[[["
	for i := range 400 {
		zigzag += fmt.Sprintf("[%d,%d],", i/8+i%2*50, i%2*80)
	}
	f.Add([]byte(outlineFile(zigzag + "[0,-5],[0,0]]]]")))
	f.Fuzz(func(t *testing.T, file []byte) {
		if len(file) > 1<<16 {
			return
		}
		path := filepath.Join(t.TempDir(), "countries.geojson")
		if err := os.WriteFile(path, file, 0o644); err != nil {
			t.Fatal(err)
		}
		var errs Errors
		begin := time.Now()
		countries, allocated, err := readOutlinesCost(path, &errs)
		if took := time.Since(begin); took > 5*time.Second || allocated > 64<<20 {
			t.Errorf("%d bytes took %v and %d MB", len(file), took, allocated>>20)
		}
		if err != nil {
			t.Errorf("an error that is none of the file: %v", err)
		}
		for _, err := range errs.First {
			if err.Reason == "" || err.File != "countries.geojson" {
				t.Errorf("%#v", err)
			}
		}
		seen := map[string]bool{}
		for _, c := range countries {
			if b := c.Outline.Bound(); seen[c.Code] || c.Outline != nil &&
				(b.Min[0] < -180 || b.Max[0] > 180 || b.Min[1] < -90 || b.Max[1] > 90 || checkOutline(c.Outline) != nil) {
				t.Errorf("%s has the outline %s", c.Code, wkt.MarshalString(c.Outline))
			}
			seen[c.Code] = true
		}
	})
}
