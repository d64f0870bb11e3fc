package tile

import (
	"math"
	"slices"

	"github.com/paulmach/orb"

	"innoatlas/geo"
)

// WithOtherSide is a tile at the edge of the map with what stands on the antimeridian in
// the tile beyond that edge. Both tiles stay as they are.
func WithOtherSide(t, beyond geo.Tile) geo.Tile {
	clusters, facilities := slices.Clone(t.Clusters), slices.Clone(t.Facilities)
	for _, c := range beyond.Clusters {
		if isOnEdge(c.Position) {
			c.Position = otherSide(c.Position)
			if c.Feature != nil {
				c.Feature = moved(c.Feature)
			}
			clusters = append(clusters, c)
		}
	}
	for _, f := range beyond.Facilities {
		if f.Position != nil && isOnEdge(*f.Position) {
			facilities = append(facilities, moved(f))
		}
	}
	return geo.Tile{Clusters: clusters, Facilities: facilities}
}

func isOnEdge(p orb.Point) bool { return math.Abs(p[0]) == 180 }

// otherSide is the same place by its other longitude.
func otherSide(p orb.Point) orb.Point { return orb.Point{-p[0], p[1]} }

func moved(f *geo.Facility) *geo.Facility {
	other, p := *f, otherSide(*f.Position)
	other.Position = &p
	return &other
}
