package cql2_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/paulmach/orb"

	"innoatlas/geo/cql2"
)

// record is a Row without a map, as those of stores are.
type record struct{ name, city, year, updated, sectors, position cql2.Value }

func (r *record) Value(property string) cql2.Value {
	switch property {
	case "name":
		return r.name
	case "city":
		return r.city
	case "year":
		return r.year
	case "updated":
		return r.updated
	case "sectors":
		return r.sectors
	case "geometry":
		return r.position
	}
	return cql2.Value{}
}

// BenchmarkEval asks one record.
func BenchmarkEval(b *testing.B) {
	r := &record{
		name: cql2.TextOf("Joint Research Centre for Sustainable Agriculture and Forestry"), city: cql2.TextOf("Bangkok"), year: cql2.NumberOf(2015),
		updated: cql2.Value{Type: cql2.Timestamp, Time: 1.7e15}, sectors: cql2.ListOf([]string{"food", "forestry"}),
		position: cql2.GeometryOf(orb.Point{100.5, 13.7}),
	}
	accented := *r
	accented.name = cql2.TextOf("Viện Hàn lâm Khoa học và Công nghệ Việt Nam")
	for _, bb := range []struct {
		name, filter string
		row          *record
	}{
		{"typical", "(city = 'Bangkok' OR city = 'Hanoi') AND year BETWEEN 2010 AND 2020 AND name LIKE '%Agriculture%'", r},
		{"compare", "year > 2010", r},
		{"in", "city IN ('Vientiane', 'Hanoi', 'Bangkok')", r},
		{"arithmetic", "year % 10 = 5", r},
		{"like", "name LIKE '%agriculture%'", r},
		{"like, many wildcards", "name LIKE '%a%a%a%_%a%Z%'", r},
		{"casei", "CASEI(name) = CASEI('joint research centre for sustainable agriculture and forestry')", r},
		{"casei like", "CASEI(name) LIKE CASEI('%agriculture%')", r},
		{"accenti casei like", "ACCENTI(CASEI(name)) LIKE '%cong nghe%'", &accented},
		{"time", "T_DURING(updated, INTERVAL('2020-01-01', '2029-12-31'))", r},
		{"list", "A_CONTAINS(sectors, ('food'))", r},
		{"point in a box", "S_INTERSECTS(geometry, BBOX(97, 5, 106, 21))", r},
		{"point within a box", "S_WITHIN(geometry, BBOX(97, 5, 106, 21))", r},
	} {
		e := bind(b, bb.filter)
		b.Run(bb.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				cql2.Eval(e, bb.row)
			}
		})
	}
}

// BenchmarkMillionPoints relates a million points, three in ten of them in its bound,
// with an outline of a thousand corners.
func BenchmarkMillionPoints(b *testing.B) {
	const points, corners = 1_000_000, 1000
	outline := make(orb.Ring, corners+1)
	for i := range outline {
		turn := 2 * math.Pi * float64(i%corners) / corners
		size := 1 + 0.1*math.Sin(37*turn)
		outline[i] = orb.Point{15 + 25*size*math.Cos(turn), 50 + 15*size*math.Sin(turn)}
	}
	positions := make([]orb.Geometry, points)
	random := rand.New(rand.NewPCG(1, 2))
	bound := outline.Bound()
	for i := range positions {
		positions[i] = orb.Point{-180 + 200*random.Float64(), -90 + 120*random.Float64()}
		if i%10 < 3 {
			positions[i] = orb.Point{
				bound.Min[0] + (bound.Max[0]-bound.Min[0])*random.Float64(), bound.Min[1] + (bound.Max[1]-bound.Min[1])*random.Float64(),
			}
		}
	}
	for _, op := range []cql2.SpatialOp{cql2.SIntersects, cql2.SWithin, cql2.STouches, cql2.SDisjoint} {
		e, err := cql2.Bind(cql2.Spatial{Op: op, Left: cql2.Property("geometry"), Right: cql2.Literal{Value: cql2.GeometryOf(orb.Polygon{outline})}},
			func(string) (cql2.Type, bool) { return cql2.Geometry, true })
		if err != nil {
			b.Fatal(err)
		}
		b.Run(string(op), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				r := &record{}
				matched := 0
				for _, p := range positions {
					r.position = cql2.GeometryOf(p)
					if cql2.Eval(e, r) == cql2.True {
						matched++
					}
				}
				b.ReportMetric(float64(matched), "matched")
			}
		})
	}
}
