package crs

import (
	"fmt"

	"github.com/paulmach/orb"

	"innoatlas/geo"
)

// ProjectGeometry gives a geometry, in degrees, as it is written in this system:
// each coordinate with its Decimals. The geometry it is given stays as it is.
func (c *CRS) ProjectGeometry(g orb.Geometry) orb.Geometry {
	projected, err := each(g, func(p orb.Point) (orb.Point, error) { return c.Round(c.Project(p)), nil })
	if err != nil {
		panic("crs: " + err.Error()) // a type that has no positions
	}
	return projected
}

// Geometry gives a geometry of this system in degrees, longitude first: each of its
// positions, so that the lines between them are straight in degrees. From metres
// they are rounded as those of records are, so that the coordinates which a record
// is written with find it again. A shape that crosses the antimeridian has to be cut
// there, as in degrees. A position outside of the system is an error.
func (c *CRS) Geometry(g orb.Geometry) (orb.Geometry, error) {
	return each(g, func(p orb.Point) (orb.Point, error) {
		lonlat, err := c.Unproject(p)
		if c.projection == nil {
			return lonlat, err
		}
		return geo.RoundPosition(lonlat), err
	})
}

// each changes every position of a geometry, in a copy.
func each(g orb.Geometry, change func(orb.Point) (orb.Point, error)) (orb.Geometry, error) {
	switch g := g.(type) {
	case orb.Point:
		return change(g)
	case orb.MultiPoint:
		return points(g, change)
	case orb.LineString:
		return points(g, change)
	case orb.Ring:
		return points(g, change)
	case orb.MultiLineString:
		return parts(g, change)
	case orb.Polygon:
		return parts(g, change)
	case orb.MultiPolygon:
		return parts(g, change)
	case orb.Collection:
		return parts(g, change)
	}
	return nil, fmt.Errorf("a %T is no geometry with positions", g)
}

func points[S ~[]orb.Point](list S, change func(orb.Point) (orb.Point, error)) (S, error) {
	changed := make(S, len(list))
	for i, p := range list {
		var err error
		if changed[i], err = change(p); err != nil {
			return nil, err
		}
	}
	return changed, nil
}

func parts[S ~[]G, G orb.Geometry](list S, change func(orb.Point) (orb.Point, error)) (S, error) {
	changed := make(S, len(list))
	for i, part := range list {
		g, err := each(part, change)
		if err != nil {
			return nil, err
		}
		changed[i] = g.(G)
	}
	return changed, nil
}
