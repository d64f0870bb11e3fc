package drawing

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"sync"

	"github.com/paulmach/orb"

	"innoatlas/recent"
	"innoatlas/web"
)

// Atlas draws maps without a browser, from the basemap that the map page has too.
// It may be used by several goroutines at once.
type Atlas struct {
	borders func() []line
	grounds recent.Cache[viewport, ground]
}

// NewAtlas makes an atlas with the borders that the operator chose. A file that
// cannot be read has none; CheckBasemap says so beforehand.
func NewAtlas(o web.Options) *Atlas {
	return &Atlas{borders: bordersOf(o), grounds: recent.Cache[viewport, ground]{Limit: maxGrounds}}
}

func bordersOf(o web.Options) func() []line {
	switch {
	case o.NoBorders:
		return func() []line { return nil }
	case o.Borders == nil:
		return func() []line { return builtinBasemap().borders }
	}
	return sync.OnceValue(func() []line {
		own, err := decodeBasemap(o.Borders)
		if err != nil {
			return nil
		}
		return own.borders
	})
}

// CheckBasemap reports what is wrong with a basemap file (see web/basemap/generate).
func CheckBasemap(file []byte) error {
	_, err := decodeBasemap(file)
	return err
}

// basemap has the lines of a basemap file.
type basemap struct{ land, borders []line }

// line is a path or a ring in the square of Web Mercator: 0 to 1 from west to
// east, beyond that where it crosses the antimeridian, and 0 to 1 from north to south.
type line struct {
	points                   []orb.Point
	west, east, north, south float64
}

var builtinBasemap = sync.OnceValue(func() basemap {
	file, err := web.File("basemap/world-50m.bin")
	if err != nil { // it is embedded
		panic(err)
	}
	m, err := decodeBasemap(file)
	if err != nil {
		panic(err)
	}
	return m
})

func decodeBasemap(file []byte) (basemap, error) {
	r := basemapReader{rest: file}
	steps := r.count()
	if steps == 0 {
		return basemap{}, errors.New("no basemap file: it does not begin with the steps of a degree")
	}
	m := basemap{land: r.paths(float64(steps)), borders: r.paths(float64(steps))}
	if r.err == nil && len(r.rest) > 0 {
		r.err = fmt.Errorf("no basemap file: it is %d bytes longer than it says", len(r.rest))
	}
	return m, r.err
}

// basemapReader reads numbers until the file ends or one cannot be read.
type basemapReader struct {
	rest []byte
	err  error
}

func (r *basemapReader) count() uint64 {
	n, size := binary.Uvarint(r.rest)
	r.skip(size)
	return n
}

func (r *basemapReader) delta() int64 {
	n, size := binary.Varint(r.rest)
	r.skip(size)
	return n
}

func (r *basemapReader) skip(size int) {
	if size <= 0 {
		r.err, r.rest = errors.New("no basemap file: it ends too early"), nil
		return
	}
	r.rest = r.rest[size:]
}

func (r *basemapReader) paths(steps float64) []line {
	var paths []line
	var x, y int64
	for n := r.count(); n > 0 && r.err == nil; n-- {
		p := line{west: math.Inf(1), east: math.Inf(-1), north: math.Inf(1), south: math.Inf(-1)}
		for m := r.count(); m > 0 && r.err == nil; m-- {
			x, y = x+r.delta(), y+r.delta()
			p.add(project(float64(x)/steps, float64(y)/steps))
		}
		paths = append(paths, p)
	}
	return paths
}

func (p *line) add(q orb.Point) {
	p.points = append(p.points, q)
	p.west, p.east = min(p.west, q[0]), max(p.east, q[0])
	p.north, p.south = min(p.north, q[1]), max(p.south, q[1])
}

// maxLatitude is where the square of Web Mercator ends.
const maxLatitude = 85.0511287798066

func project(lon, lat float64) orb.Point {
	lat = max(-maxLatitude, min(maxLatitude, lat))
	return orb.Point{(lon + 180) / 360, 0.5 - math.Asinh(math.Tan(lat*math.Pi/180))/(2*math.Pi)}
}
