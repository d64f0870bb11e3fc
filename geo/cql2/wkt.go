package cql2

import (
	"strings"

	"github.com/paulmach/orb"
)

// shape reads the well-known text that follows the name of a type.
func (p *textParser) shape(word string) (orb.Geometry, error) {
	p.accept("Z")
	if t := p.peek(); t.is("EMPTY") {
		return nil, &Error{Column: t.column, Reason: emptyGeometry}
	}
	switch word {
	case "POINT":
		return bracketed(p, p.position)
	case "LINESTRING":
		return p.line()
	case "POLYGON":
		return p.polygon()
	case "MULTIPOINT":
		points, err := listOf(p, p.pointOfMany)
		return orb.MultiPoint(points), err
	case "MULTILINESTRING":
		lines, err := listOf(p, p.line)
		return orb.MultiLineString(lines), err
	case "MULTIPOLYGON":
		polygons, err := listOf(p, p.polygon)
		return orb.MultiPolygon(polygons), err
	}
	members, err := listOf(p, p.member)
	return orb.Collection(members), err
}

// member is a geometry within a collection.
func (p *textParser) member() (orb.Geometry, error) {
	t := p.peek()
	if t.kind != nameToken || !among(geometryNames, t.text) {
		return nil, p.expected("a geometry such as POINT(100 14)")
	}
	if err := p.enter(t.column); err != nil {
		return nil, err
	}
	defer p.leave()
	p.next()
	return p.shape(strings.ToUpper(t.text))
}

func (p *textParser) line() (orb.LineString, error) {
	column := p.peek().column
	points, err := listOf(p, p.position)
	if err == nil {
		err = checkLine(points, column)
	}
	return orb.LineString(points), err
}

func (p *textParser) polygon() (orb.Polygon, error) {
	rings, err := listOf(p, func() (orb.Ring, error) {
		column := p.peek().column
		points, err := listOf(p, p.position)
		if err == nil {
			err = checkRing(points, column)
		}
		return orb.Ring(points), err
	})
	return orb.Polygon(rings), err
}

// pointOfMany may stand in brackets of its own.
func (p *textParser) pointOfMany() (orb.Point, error) {
	if p.peek().is("(") {
		return bracketed(p, p.position)
	}
	return p.position()
}

// position reads two numbers, and a height that is dropped.
func (p *textParser) position() (orb.Point, error) {
	x, err := p.signed()
	if err != nil {
		return orb.Point{}, err
	}
	y, err := p.signed()
	if err != nil {
		return orb.Point{}, err
	}
	if t := p.peek(); t.kind == numberToken || t.is("-") || t.is("+") {
		_, err = p.signed()
	}
	return orb.Point{x, y}, err
}

func bracketed[T any](p *textParser, read func() (T, error)) (T, error) {
	var none T
	if err := p.expect("("); err != nil {
		return none, err
	}
	v, err := read()
	if err != nil {
		return none, err
	}
	return v, p.expect(")")
}

// listOf reads one or more in brackets.
func listOf[T any](p *textParser, read func() (T, error)) ([]T, error) {
	return bracketed(p, func() ([]T, error) {
		var list []T
		for {
			v, err := read()
			if err != nil {
				return nil, err
			}
			if list = append(list, v); p.accept(",") {
				continue
			}
			if !p.peek().is(")") {
				return nil, p.expected(", or )")
			}
			return list, nil
		}
	})
}

const emptyGeometry = "an empty geometry meets nothing; leave it out"

func checkLine(points []orb.Point, column int) error {
	if len(points) < 2 {
		return &Error{Column: column, Reason: "a line needs at least two positions"}
	}
	return nil
}

func checkRing(points []orb.Point, column int) error {
	if len(points) < 4 || points[0] != points[len(points)-1] {
		return &Error{Column: column, Reason: "a ring needs at least four positions, the last of them the same as the first"}
	}
	return nil
}
