// Package drawing makes maps without a browser, as SVG writes them: of the basemap that
// the map page has too, with the signs of records on it.
package drawing

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"strings"

	"innoatlas/geo"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/clip"
	"github.com/paulmach/orb/simplify"
)

// Extent is a part of the world in degrees. East is greater than West, and beyond
// 180 where the extent crosses the antimeridian.
type Extent struct{ West, South, East, North float64 }

// Place is one record on a drawing.
type Place struct {
	Lon, Lat float64
	Number   int      // in the table beside; 0: none is written
	Sign     geo.Sign // of its kind
}

// Dot stands for some records that are near each other.
type Dot struct {
	Lon, Lat float64
	Count    int
}

// Drawing is a map as a template writes it into a page, in units of a CSS pixel
// at full size. Lines are in tenths of that, which makes them short.
type Drawing struct {
	Label         string // what it shows, for who cannot see it
	Width, Height int
	Land, Borders string // path data
	Marks         []Mark
	Dots          []DotPath
	Circle        *Circle
	Lines         []Line
	Seat          *Point // of an institution; nil where it is not drawn
	Outside       int    // how many records lie beyond the drawing

	viewport viewport
}

// Mark is a sign with the numbers of the records that it stands for. Where their
// kinds differ it has no sign.
type Mark struct {
	X, Y         int
	Sign         geo.Sign
	Text         string
	TextX, TextY int
	Anchor       string // start, middle or end, as in SVG
	Many         bool   // it stands for several records
	Hollow       bool   // the site of one of them is not known
	numbers      []int
}

// Mixed reports whether the mark stands for records of different kinds.
func (m Mark) Mixed() bool { return m.Sign == geo.Sign{} }

// DotPath has the dots of one size: 1 to 5.
type DotPath struct {
	Size int
	Path string
}

// Circle is how far a place may be off.
type Circle struct{ X, Y, R int }

// margin is how far lines go on beyond the edge, so that their ends are not seen.
const margin = 6

// Draw makes a drawing of an extent, so many pixels wide. The extent grows where it
// is too flat or too tall to be looked at.
func (a *Atlas) Draw(e Extent, width int) *Drawing {
	w := newViewport(e, float64(width))
	g := a.ground(w)
	return &Drawing{Width: width, Height: int(w.height), viewport: w, Land: g.land, Borders: g.borders}
}

// ground is what a drawing shows below its marks, as path data.
type ground struct{ land, borders string }

// maxGrounds is how many grounds an atlas keeps, of up to 60 kB each.
const maxGrounds = 100

// ground draws what a viewport shows of the basemap, which takes a hundred times as long
// as the marks. The same viewports come again, so grounds are kept.
func (a *Atlas) ground(v viewport) ground {
	g, known := a.grounds.Find(v)
	if !known {
		g = ground{v.draw(builtinBasemap().land, true), v.draw(a.borders(), false)}
		a.grounds.Keep(v, g, 1)
	}
	return g
}

// viewport is what is seen of the world: its corner, and the width of the world, in pixels.
type viewport struct{ left, top, world, width, height float64 }

func newViewport(e Extent, width float64) viewport {
	const pad = 1.12
	nw, se := project(e.West, min(e.North, 84)), project(e.East, max(e.South, -80))
	dx, dy := max(se[0]-nw[0], 1e-6), max(se[1]-nw[1], 1e-6)
	height := math.Round(width * min(max(dy/dx, 0.6), 1.1))
	world := min(width/dx, height/dy) / pad
	return viewport{
		left: (nw[0]+se[0])/2*world - width/2, top: (nw[1]+se[1])/2*world - height/2,
		world: world, width: width, height: height,
	}
}

func (v viewport) at(p orb.Point) orb.Point {
	return orb.Point{p[0]*v.world - v.left, p[1]*v.world - v.top}
}

// locate is where a position is drawn, in that of the repeating worlds that is seen.
func (v viewport) locate(lon, lat float64) (p orb.Point, seen bool) {
	p = v.at(project(lon, lat))
	p[0] -= math.Floor(p[0]/v.world) * v.world
	return p, p[0] <= v.width && p[1] >= 0 && p[1] <= v.height
}

// draw is the path data of what is seen of some paths.
func (v viewport) draw(paths []line, closed bool) string {
	var b []byte
	for _, p := range paths {
		for turn := -1.0; turn <= 1; turn++ {
			west, east := (p.west+turn)*v.world-v.left, (p.east+turn)*v.world-v.left
			north, south := p.north*v.world-v.top, p.south*v.world-v.top
			if east < 0 || west > v.width || south < 0 || north > v.height || closed && east-west+south-north < 1.6 {
				continue
			}
			points := make(orb.LineString, len(p.points), len(p.points)+1)
			for i, q := range p.points {
				points[i] = v.at(orb.Point{q[0] + turn, q[1]})
			}
			if closed {
				b = v.appendRing(b, orb.Ring(append(points, points[0])))
			} else {
				b = v.appendLine(b, points)
			}
		}
	}
	return string(b)
}

// tolerance is how far a drawn line may be off, in pixels.
const tolerance = 0.45

// appendRing writes what is within the margin of an area.
func (v viewport) appendRing(b []byte, ring orb.Ring) []byte {
	ring = simplify.DouglasPeucker(tolerance).Ring(clip.Ring(v.bounds(), ring))
	if len(ring) < 4 {
		return b
	}
	return append(appendPath(b, ring[:len(ring)-1]), 'z')
}

// appendLine writes the parts of a line that are within the margin.
func (v viewport) appendLine(b []byte, line orb.LineString) []byte {
	for _, part := range clip.LineString(v.bounds(), line) {
		b = appendPath(b, simplify.DouglasPeucker(tolerance).LineString(part))
	}
	return b
}

// bounds is what is drawn, the margin included.
func (v viewport) bounds() orb.Bound {
	return orb.Bound{Min: orb.Point{-margin, -margin}, Max: orb.Point{v.width + margin, v.height + margin}}
}

// appendPath writes a line in whole tenths, each point from the one before it.
func appendPath(b []byte, points []orb.Point) []byte {
	var x, y int
	for i, p := range points {
		toX, toY := int(math.Round(10*p[0])), int(math.Round(10*p[1]))
		switch i {
		case 0:
			b = append(b, 'M')
		case 1:
			b = append(b, 'l')
		}
		if i != 1 && toX-x >= 0 && i > 0 {
			b = append(b, ' ')
		}
		b = strconv.AppendInt(b, int64(toX-x), 10)
		if toY-y >= 0 {
			b = append(b, ' ')
		}
		b = strconv.AppendInt(b, int64(toY-y), 10)
		x, y = toX, toY
	}
	return b
}

// Surround draws how far a position may be off, at least so that it can be seen.
func (d *Drawing) Surround(lon, lat, kilometres float64) {
	const around = 40075 // kilometres along the equator
	p, _ := d.viewport.locate(lon, lat)
	r := kilometres / (around * math.Cos(lat*math.Pi/180)) * d.viewport.world
	d.Circle = &Circle{X: int(p[0]), Y: int(p[1]), R: int(max(18, math.Round(r)))}
}

// ClusterZoom is the zoom whose clusters are 16 to 32 pixels apart: 64 at their own scale.
func (d *Drawing) ClusterZoom() int {
	return max(0, int(math.Floor(math.Log2(d.viewport.world/256)+2)))
}

// AddDots draws records that are too many for signs.
func (d *Drawing) AddDots(dots []Dot) {
	var paths [6][]byte
	for _, dot := range dots {
		p, seen := d.viewport.locate(dot.Lon, dot.Lat)
		if !seen {
			d.Outside += dot.Count
			continue
		}
		size := min(5, 1+int(math.Log2(float64(dot.Count))/2))
		paths[size] = append(appendPath(paths[size], []orb.Point{p, p}), 'z')
	}
	for size := 5; size > 0; size-- { // the large ones below
		if len(paths[size]) > 0 {
			d.Dots = append(d.Dots, DotPath{size, string(paths[size])})
		}
	}
}

// apart is how near signs may come to each other before they become one.
const apart = 15

// AddPlaces draws records by the signs of their kinds, with their numbers. Those of
// which only the town or the province is known are hollow.
func (d *Drawing) AddPlaces(sites []Place, rough ...Place) {
	for i, place := range slices.Concat(sites, rough) {
		p, seen := d.viewport.locate(place.Lon, place.Lat)
		if !seen {
			d.Outside++
			continue
		}
		d.mark(int(math.Round(p[0])), int(math.Round(p[1])), place, i >= len(sites))
	}
	for i := range d.Marks {
		d.Marks[i].finish()
	}
	slices.SortFunc(d.Marks, func(a, b Mark) int { return cmp.Or(cmp.Compare(a.Y, b.Y), cmp.Compare(a.X, b.X)) })
	d.label()
}

func (d *Drawing) mark(x, y int, place Place, hollow bool) {
	i := slices.IndexFunc(d.Marks, func(m Mark) bool { return math.Hypot(float64(m.X-x), float64(m.Y-y)) < apart })
	if i < 0 {
		d.Marks = append(d.Marks, Mark{X: x, Y: y, Sign: place.Sign})
		i = len(d.Marks) - 1
	}
	m := &d.Marks[i]
	if m.Sign != place.Sign {
		m.Sign = geo.Sign{}
	}
	m.Hollow = m.Hollow || hollow
	m.numbers = append(m.numbers, place.Number)
}

// finish writes the numbers of a mark, neighbours as a range.
func (m *Mark) finish() {
	m.Many = len(m.numbers) > 1
	slices.Sort(m.numbers)
	var parts []string
	for i := 0; i < len(m.numbers); {
		j := i
		for j+1 < len(m.numbers) && m.numbers[j+1] == m.numbers[j]+1 {
			j++
		}
		switch first, last := strconv.Itoa(m.numbers[i]), strconv.Itoa(m.numbers[j]); {
		case m.numbers[i] == 0:
		case i == j:
			parts = append(parts, first)
		default:
			parts = append(parts, first+"–"+last)
		}
		i = j + 1
	}
	const most = 4 // longer ones hide what lies beside them; the table has them all
	if len(parts) > most {
		parts = append(parts[:most], "…")
	}
	m.Text = strings.Join(parts, ", ")
}
