package drawing

import (
	"encoding/binary"
	"maps"
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/paulmach/orb"

	"innoatlas/geo"
	"innoatlas/web"
)

var thailand = Extent{West: 97.3, South: 5.6, East: 105.7, North: 20.5}

func TestDraw(t *testing.T) {
	d := NewAtlas(web.Options{}).Draw(thailand, 560)
	if d.Width != 560 || d.Height != 616 {
		t.Errorf("%d by %d, want 560 by 616: as tall as may be", d.Width, d.Height)
	}
	if len(d.Land) < 1000 || len(d.Land) > 20_000 {
		t.Errorf("%d bytes of land", len(d.Land))
	}
	if len(d.Borders) < 500 {
		t.Errorf("%d bytes of borders", len(d.Borders))
	}
	for name, path := range map[string]string{"land": d.Land, "borders": d.Borders} {
		if m := regexp.MustCompile(`[^Mlz0-9 -]`).FindString(path); m != "" {
			t.Errorf("%s has %q", name, m)
		}
	}
	far := 0.0
	for _, p := range absolute(t, d.Land) {
		far = max(far, -p[0], -p[1], p[0]-float64(d.Width), p[1]-float64(d.Height))
	}
	if far > margin+0.1 {
		t.Errorf("land goes on %.1f pixels beyond the edge", far)
	}
}

// absolute are the points of path data.
func absolute(t *testing.T, path string) (points []orb.Point) {
	t.Helper()
	for _, ring := range strings.Split(strings.TrimPrefix(path, "M"), "M") {
		var x, y float64
		numbers := regexp.MustCompile(`-?\d+`).FindAllString(ring, -1)
		for i := 0; i+1 < len(numbers); i += 2 {
			dx, _ := strconv.ParseFloat(numbers[i], 64)
			dy, _ := strconv.ParseFloat(numbers[i+1], 64)
			x, y = x+dx/10, y+dy/10
			points = append(points, orb.Point{x, y})
		}
	}
	return points
}

// A position that is on land in the world is on land in the drawing, and one at sea at sea.
func TestDrawIsTrue(t *testing.T) {
	for _, test := range []struct {
		name     string
		extent   Extent
		lon, lat float64
		land     bool
	}{
		{"Bangkok", thailand, 100.6, 14.2, true},
		{"the Gulf of Thailand", thailand, 101, 10.5, false},
		{"between Hainan and Luzon", Extent{105, 10, 125, 25}, 115, 17, false},
		{"Viti Levu, in an extent across the antimeridian", Extent{176, -20, 183, -15}, 178, -17.8, true},
		{"Taveuni is not the whole Pacific", Extent{176, -20, 183, -15}, 181, -19, false},
		{"Siberia in the world", Extent{-180, -60, 180, 80}, 100, 62, true},
		{"the Pacific in the world", Extent{-180, -60, 180, 80}, -150, 10, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			d := NewAtlas(web.Options{}).Draw(test.extent, 560)
			p, seen := d.viewport.locate(test.lon, test.lat)
			if !seen || inside(t, d.Land, p) != test.land {
				t.Errorf("seen %v, land %v", seen, !test.land)
			}
			if len(d.Land)+len(d.Borders) > 40_000 {
				t.Errorf("%d bytes", len(d.Land)+len(d.Borders))
			}
		})
	}
}

// inside reports whether a point is in a path, by the even-odd rule.
func inside(t *testing.T, path string, p orb.Point) bool {
	t.Helper()
	in := false
	for _, ring := range strings.Split(strings.TrimPrefix(path, "M"), "M") {
		points := absolute(t, ring)
		for i, b := range points {
			a := points[(i+len(points)-1)%len(points)]
			if (a[1] > p[1]) != (b[1] > p[1]) && p[0] < a[0]+(p[1]-a[1])/(b[1]-a[1])*(b[0]-a[0]) {
				in = !in
			}
		}
	}
	return in
}

func TestBorders(t *testing.T) {
	border := func(from, to int64) []byte { // one border along 100° east, in whole degrees
		b := binary.AppendUvarint(nil, 1)
		b = binary.AppendUvarint(b, 0)
		b = binary.AppendUvarint(binary.AppendUvarint(b, 1), 2)
		for _, delta := range []int64{100, from, 0, to - from} {
			b = binary.AppendVarint(b, delta)
		}
		return b
	}
	for name, file := range map[string][]byte{"within": border(10, 15), "across": border(-30, 60)} {
		own := NewAtlas(web.Options{Borders: file}).Draw(thailand, 560)
		if points := absolute(t, own.Borders); len(points) != 2 || math.Abs(points[0][0]-points[1][0]) > 0.1 {
			t.Errorf("%s: borders %q, want one line north", name, own.Borders)
		}
	}
	if d := NewAtlas(web.Options{Borders: border(50, 60)}).Draw(thailand, 560); d.Borders != "" {
		t.Errorf("beyond the edge: borders %q", d.Borders)
	}
	if d := NewAtlas(web.Options{NoBorders: true}).Draw(thailand, 560); d.Borders != "" {
		t.Errorf("without borders there is %q", d.Borders)
	}
	for name, file := range map[string][]byte{
		"nothing": {}, "a text": []byte("none"), "cut off": border(10, 15)[:6], "too long": append(border(10, 15), 0),
		"a huge count": {1, 0, 255, 255, 255, 255, 15},
	} {
		if CheckBasemap(file) == nil {
			t.Errorf("%s is taken for a basemap", name)
		}
		if len(file) > 0 {
			if d := NewAtlas(web.Options{Borders: file}).Draw(thailand, 560); d.Borders != "" {
				t.Errorf("%s draws %q", name, d.Borders)
			}
		}
	}
	if err := CheckBasemap(border(10, 15)); err != nil {
		t.Error(err)
	}
}

func TestAddPlaces(t *testing.T) {
	circle, square := geo.Sign{Shape: "circle", Colour: 1}, geo.Sign{Shape: "square", Colour: 2}
	d := NewAtlas(web.Options{}).Draw(thailand, 560)
	d.AddPlaces([]Place{
		{100.5, 13.75, 1, circle}, {100.5, 13.75, 2, circle}, {100.5, 13.75, 3, circle}, {100.51, 13.76, 7, square},
		{98.98, 18.79, 4, circle}, {100.6, 7.2, 5, square}, {120, 50, 6, circle},
	})
	var texts []string
	for _, m := range d.Marks { // from north to south
		texts = append(texts, m.Text)
		if m.Anchor == "" || m.TextX <= 0 || m.TextX >= d.Width || m.TextY <= 0 || m.TextY >= d.Height {
			t.Errorf("the text of %+v is nowhere", m)
		}
	}
	if got := strings.Join(texts, " | "); got != "4 | 1–3, 7 | 5" {
		t.Errorf("marks %s", got)
	}
	if m := d.Marks[1]; !m.Mixed() || !m.Many {
		t.Errorf("a mark of two kinds is %+v", m)
	}
	if d.Outside != 1 {
		t.Errorf("%d outside, want 1", d.Outside)
	}
}

func TestAddDots(t *testing.T) {
	d := NewAtlas(web.Options{}).Draw(thailand, 560)
	d.AddDots([]Dot{{100.5, 13.75, 900}, {98.98, 18.79, 1}, {100, 15, 1}, {-70, 40, 12}})
	if d.Outside != 12 || len(d.Dots) != 2 || d.Dots[0].Size != 5 || d.Dots[1].Size != 1 || strings.Count(d.Dots[1].Path, "M") != 2 {
		t.Errorf("outside %d, dots %+v", d.Outside, d.Dots)
	}
	if zoom := d.ClusterZoom(); zoom < 7 || zoom > 8 {
		t.Errorf("zoom %d; cells of 16 to 32 pixels are at 7 or 8", zoom)
	}
}

func TestLabelsHideNoMark(t *testing.T) {
	d := &Drawing{Width: 200, Height: 100, Marks: []Mark{{X: 100, Y: 50, Text: "1"}, {X: 116, Y: 50, Text: "2"}, {X: 195, Y: 20, Text: "3"}}}
	d.label()
	if d.Marks[0].Anchor == "start" || d.Marks[1].Anchor != "start" {
		t.Errorf("1 is put %s, 2 %s; 1 has a mark to its right", d.Marks[0].Anchor, d.Marks[1].Anchor)
	}
	if d.Marks[2].Anchor != "end" {
		t.Errorf("3 is put %s, which is beyond the edge", d.Marks[2].Anchor)
	}
}

// A ground that is kept is that of its own extent, however many there were.
func TestGroundsAreKept(t *testing.T) {
	atlas := NewAtlas(web.Options{})
	extent := func(i int) Extent {
		return Extent{West: 90 + float64(i)/10, South: 0, East: 100 + float64(i)/10, North: 10}
	}
	for range 2 {
		for i := range maxGrounds + 5 {
			d := atlas.Draw(extent(i), 100)
			if i%50 == 0 {
				if fresh := NewAtlas(web.Options{}).Draw(extent(i), 100); d.Land != fresh.Land || d.Borders != fresh.Borders {
					t.Errorf("extent %d has another ground", i)
				}
			}
		}
	}
	if n := atlas.grounds.Taken(); n != maxGrounds {
		t.Errorf("%d grounds are kept, want %d", n, maxGrounds)
	}
}

// A sign is solid only where the site of all its records is known.
func TestAddPlacesHollow(t *testing.T) {
	circle := geo.Sign{Shape: "circle", Colour: 1}
	d := NewAtlas(web.Options{}).Draw(thailand, 560)
	d.AddPlaces([]Place{{100.5, 13.75, 1, circle}, {98.98, 18.79, 2, circle}}, Place{100.5, 13.75, 3, circle}, Place{102.8, 16.4, 4, circle})
	hollow := map[string]bool{}
	for _, m := range d.Marks {
		hollow[m.Text] = m.Hollow
	}
	if want := (map[string]bool{"1, 3": true, "2": false, "4": true}); !maps.Equal(hollow, want) {
		t.Errorf("hollow are %v, want %v", hollow, want)
	}
}
