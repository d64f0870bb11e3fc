package postgis

import (
	"slices"
	"strings"

	"github.com/paulmach/orb"

	"innoatlas/geo/cql2"
	"innoatlas/geo/zorder"
)

// pointInBox is four comparisons, and no question to PostGIS.
func (s *statement) pointInBox(c column, box cql2.BBox) string {
	bounds := box.Bounds()
	or := make([]string, len(bounds))
	for i, b := range bounds {
		or[i] = s.pointIn(c, b)
	}
	return "(" + strings.Join(or, " OR ") + ")"
}

// pointIn compares plainly, edges included. The key ranges before it only let the
// index find the records to compare.
func (s *statement) pointIn(c column, b orb.Bound) string {
	within := "ST_X(" + c.sql + ") BETWEEN " + s.bind(b.Min[0], "float8") + " AND " + s.bind(b.Max[0], "float8") +
		" AND ST_Y(" + c.sql + ") BETWEEN " + s.bind(b.Min[1], "float8") + " AND " + s.bind(b.Max[1], "float8")
	if s.exact {
		return within
	}
	var ranges []string
	for _, r := range runs(b) {
		ranges = append(ranges, s.keysBetween(r))
	}
	return "((" + strings.Join(ranges, " OR ") + ") AND " + within + ")"
}

// maxRuns is how many ranges of keys a statement has for one box. A box that lies
// across the great borders of the order falls into four runs; the gaps within
// these cost more to test, for each record, than to read.
const maxRuns = 4

// runs are the key ranges of a box, the smallest gaps between them closed.
func runs(b orb.Bound) []zorder.Range {
	ranges := zorder.Cover(b)
	for len(ranges) > maxRuns {
		next := 1 // of the two with the smallest gap
		for i := 2; i < len(ranges); i++ {
			if ranges[i].First-ranges[i-1].Last < ranges[next].First-ranges[next-1].Last {
				next = i
			}
		}
		ranges[next-1].Last = ranges[next].Last
		ranges = slices.Delete(ranges, next, next+1)
	}
	return ranges
}
