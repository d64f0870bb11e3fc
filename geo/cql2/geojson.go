package cql2

import "github.com/paulmach/orb"

// shape reads a geometry of GeoJSON.
func (n jsonNode) shape() (orb.Geometry, error) {
	members, ok := n.value.([]jsonMember)
	if !ok {
		return nil, n.fail("expected a geometry")
	}
	named, _ := member(members, "type")
	kind, _ := named.value.(string)
	content := "coordinates"
	if kind == "GeometryCollection" {
		content = "geometries"
	}
	if err := others(members, "type", content, "bbox"); err != nil {
		return nil, err
	}
	of, ok := member(members, content)
	if !ok {
		return nil, n.fail("a geometry needs a member %s", content)
	}
	switch kind {
	case "Point":
		return of.position()
	case "MultiPoint":
		points, err := nodesOf(of, jsonNode.position)
		return orb.MultiPoint(points), err
	case "LineString":
		return of.line()
	case "MultiLineString":
		lines, err := nodesOf(of, jsonNode.line)
		return orb.MultiLineString(lines), err
	case "Polygon":
		return of.polygon()
	case "MultiPolygon":
		polygons, err := nodesOf(of, jsonNode.polygon)
		return orb.MultiPolygon(polygons), err
	case "GeometryCollection":
		members, err := nodesOf(of, jsonNode.shape)
		return orb.Collection(members), err
	}
	return nil, named.fail("expected a type of GeoJSON, such as Point or Polygon")
}

func (n jsonNode) line() (orb.LineString, error) {
	points, err := nodesOf(n, jsonNode.position)
	if err == nil {
		err = checkLine(points, n.column)
	}
	return orb.LineString(points), err
}

func (n jsonNode) ring() (orb.Ring, error) {
	points, err := nodesOf(n, jsonNode.position)
	if err == nil {
		err = checkRing(points, n.column)
	}
	return orb.Ring(points), err
}

func (n jsonNode) polygon() (orb.Polygon, error) {
	rings, err := nodesOf(n, jsonNode.ring)
	return orb.Polygon(rings), err
}

// position reads two numbers, and a height that is dropped.
func (n jsonNode) position() (orb.Point, error) {
	numbers, err := n.numbers()
	if err == nil && (len(numbers) < 2 || len(numbers) > 3) {
		err = n.fail("a position has two numbers, or three with a height")
	}
	if err != nil {
		return orb.Point{}, err
	}
	return orb.Point(numbers[:2]), nil
}

// nodesOf reads one element or more.
func nodesOf[T any](n jsonNode, read func(jsonNode) (T, error)) ([]T, error) {
	list, ok := n.value.([]jsonNode)
	if !ok {
		return nil, n.fail("expected an array")
	}
	if len(list) == 0 {
		return nil, n.fail(emptyGeometry)
	}
	return readAll(list, read)
}
