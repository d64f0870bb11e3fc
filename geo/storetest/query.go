package storetest

import (
	"math/rand/v2"
	"slices"
	"strings"
	"sync"

	"github.com/paulmach/orb"

	"innoatlas/geo"
	"innoatlas/geo/cql2"
)

// NewQuery makes a valid query over one of the collections, mostly over the facilities. Its values are
// taken from the data set, so that most queries match something. Equal seeds give
// equal queries.
func NewQuery(ds *geo.Dataset, seed uint64) geo.Query {
	g := newGenerator(ds, geo.Facilities, seed, 0)
	switch g.IntN(16) {
	case 0, 1:
		g.collection = Collection(ds, geo.Countries)
	case 2:
		g.collection = Collection(ds, geo.Institutions)
	case 3:
		g.collection = Collection(ds, geo.Projects)
	case 4:
		g.collection = Collection(ds, geo.Partnerships)
	}
	return geo.Query{
		Collection:  g.collection,
		Of:          g.ofFacilities(seed),
		Lists:       g.lists(),
		Filter:      g.filter(),
		Sort:        g.sort(),
		Limit:       pick(g.Rand, 1, 2, 10, 100, 1000, geo.MaxLimit),
		Offset:      pick(g.Rand, 0, 0, 0, 1, 7, 100, geo.MaxOffset),
		Established: g.established(),
	}
}

// ofFacilities is a query of facilities that narrows partnerships; nil for most of them, and for other
// collections.
func (g generator) ofFacilities(seed uint64) *geo.Query {
	if !g.collection.Is(geo.Partnerships) || seed%4 > 0 {
		return nil
	}
	of := newGenerator(g.ds, geo.Facilities, seed, 3)
	return &geo.Query{Collection: of.collection, Lists: of.lists(), Filter: of.filter(), Established: of.established()}
}

// NewFilter makes a filter of any form over a collection, as NewQuery does: And,
// Or and Not to a depth of four, over all predicates.
func NewFilter(ds *geo.Dataset, c *geo.Collection, seed uint64) cql2.Expr {
	return newGenerator(ds, c, seed, 1).tree(4)
}

// generator draws the parts of a query.
type generator struct {
	*rand.Rand
	ds           *geo.Dataset
	collection   *geo.Collection
	partnerships func() []*geo.Partnership
}

func newGenerator(ds *geo.Dataset, c *geo.Collection, seed, stream uint64) generator {
	return generator{rand.New(rand.NewPCG(seed, stream)), ds, Collection(ds, c), sync.OnceValue(ds.Partnerships)}
}

// chance is true once in n times.
func (g generator) chance(n int) bool { return g.IntN(n) == 0 }

// record is any record of the collection.
func (g generator) record() geo.Feature {
	if records := g.ds.Records[g.collection.ID]; records != nil {
		return &records[g.IntN(len(records))]
	}
	if g.collection.Is(geo.Partnerships) && len(g.partnerships()) > 0 {
		return pick(g.Rand, g.partnerships()...)
	}
	if g.collection.Is(geo.Countries) {
		return &g.ds.Countries[g.IntN(len(g.ds.Countries))]
	}
	return &g.ds.Facilities[g.IntN(len(g.ds.Facilities))]
}

// lists choose by few dimensions, "not stated" among the values now and then.
func (g generator) lists() []geo.List {
	var lists []geo.List
	for _, d := range g.collection.Dimensions() {
		if !g.chance(8) {
			continue
		}
		l := geo.List{Dimension: d}
		for range 1 + g.IntN(3) {
			l.Values = append(l.Values, g.listValue(d))
		}
		lists = append(lists, l)
	}
	return lists
}

// established is a span of years; nil for most queries, and for records without a year.
func (g generator) established() *geo.Years {
	if g.collection.Year == "" || !g.chance(8) {
		return nil
	}
	years := g.years()
	return &years
}

func (g generator) listValue(d geo.Dimension) string {
	if g.chance(6) {
		return ""
	}
	if d == geo.ByCountry {
		return g.ds.Countries[g.IntN(len(g.ds.Countries))].Code
	}
	switch f := g.collection.Faceted(d); {
	case f.Own || f.Open:
		return g.statedValue(f)
	case f.Terms != nil:
		return pick(g.Rand, geo.TermIDs(f.Terms)...)
	}
	catalog := geo.Catalog{Kinds: g.ds.Kinds, Sectors: g.ds.Sectors}
	return pick(g.Rand, geo.TermIDs(catalog.Terms(d))...)
}

// statedValue is one that a record states of a field; empty where it states none.
func (g generator) statedValue(f *geo.Field) string {
	v := f.Value(g.record())
	if v.Type == cql2.List {
		return pick(g.Rand, v.List...)
	}
	return geo.TextOf(v)
}

// filter is what the parameters of a request make, or a tree of a CQL2 filter,
// or both.
func (g generator) filter() cql2.Expr {
	var and cql2.And
	for range min(g.IntN(4), g.IntN(4)) {
		if part := g.parameter(); part != nil {
			and = append(and, part)
		}
	}
	if g.chance(4) {
		and = append(and, g.tree(3))
	}
	switch len(and) {
	case 0:
		return nil
	case 1:
		return and[0]
	}
	return and
}

// parameter is the filter of one parameter; nil where that keeps all.
func (g generator) parameter() cql2.Expr {
	switch g.IntN(5) {
	case 0:
		if g.collection.Year == "" {
			return g.box().Filter()
		}
		if g.chance(2) {
			return g.years().DatetimeFilter()
		}
		return g.years().Filter()
	case 1:
		return g.box().Filter()
	case 2:
		return g.equal()
	}
	return geo.SearchFilter(g.words())
}

func (g generator) years() geo.Years {
	from := 1960 + g.IntN(65)
	return pick(g.Rand,
		geo.Years{From: from, To: from + g.IntN(20)},
		geo.Years{From: from, To: from},
		geo.Years{From: from, To: geo.NoEnd},
		geo.Years{From: geo.NoStart, To: from},
		geo.Years{From: geo.NoStart, To: geo.NoEnd},
	)
}

// words are one or two pieces of a record's texts, whole words or their beginnings as a
// rule, in capitals or not, and now and then one that no record has.
func (g generator) words() string {
	words := make([]string, 1+g.IntN(2))
	for i := range words {
		words[i] = g.word()
		if g.chance(3) {
			words[i] = strings.ToUpper(words[i])
		}
	}
	return strings.Join(words, pick(g.Rand, " ", "\u3000", " \t"))
}

func (g generator) word() string {
	if g.chance(10) {
		return pick(g.Rand, "zzqx", "%", "_", `\`, "'", `"`, "$1", "--", "水")
	}
	r := g.record()
	property := pick(g.Rand, "name", "name_zh", "name_local", "city", "host_institution", "summary", "facility_name")
	words := strings.Fields(r.Value(property).Text)
	if len(words) == 0 {
		words = strings.Fields(r.Value("name").Text + r.Value("institution_name").Text)
	}
	if len(words) == 0 {
		return "zzqx"
	}
	word := []rune(pick(g.Rand, words...))
	start := pick(g.Rand, 0, 0, 0, 0, g.IntN(len(word)))
	if !g.chance(8) {
		return string(word[start:])
	}
	return string(word[start : start+1+g.IntN(len(word)-start)])
}

// box is of any size around or between records, one record's point, a line, the
// world, a polar cap or one across the antimeridian.
func (g generator) box() geo.BBox {
	a, b := g.point(), g.point()
	size := pick(g.Rand, 0.0000001, 0.01, 1, 20, 90)
	switch g.IntN(8) {
	case 0:
		return geo.BBox{a[0], a[1], a[0], a[1]}
	case 1:
		return geo.BBox{min(a[0], b[0]), a[1], max(a[0], b[0]), a[1]}
	case 2:
		return geo.BBox{max(a[0], b[0]), min(a[1], b[1]), min(a[0], b[0]), max(a[1], b[1])}
	case 3:
		return pick(g.Rand, geo.BBox{-180, -90, 180, 90}, geo.BBox{-180, 85, 180, 90}, geo.BBox{-180, -90, 180, -85.0511},
			geo.BBox{177, -19, -178, -16}, geo.BBox{180, -90, -180, 90}, geo.BBox{0, 0, 180, 90})
	case 4:
		return geo.BBox{min(a[0], b[0]), min(a[1], b[1]), max(a[0], b[0]), max(a[1], b[1])}
	}
	return geo.BBox{max(-180, a[0]-size), max(-90, a[1]-size), min(180, a[0]+size), min(90, a[1]+size)}
}

// point is the position of a record, or any point where the record has none.
func (g generator) point() orb.Point {
	switch shape := g.record().Value("geometry").Geometry.(type) {
	case orb.Point:
		return shape
	case orb.MultiPolygon:
		ring := pick(g.Rand, pick(g.Rand, shape...)...)
		return pick(g.Rand, ring...)
	case orb.MultiPoint:
		return pick(g.Rand, shape...)
	case orb.LineString:
		return pick(g.Rand, shape...)
	case orb.MultiLineString:
		return pick(g.Rand, pick(g.Rand, shape...)...)
	}
	return *at(g.Float64()*360-180, g.Float64()*180-90)
}

// equal is an exact match: a scalar property has the value that a record has.
func (g generator) equal() cql2.Expr {
	name, value := g.stated()
	return cql2.Compare{Op: cql2.Equal, Left: cql2.Property(name), Right: cql2.Literal{Value: value}}
}

// stated is a scalar property with a value that some record has. The count of
// facilities is made up: the data set leaves counting to the store.
func (g generator) stated() (string, cql2.Value) {
	for {
		name := g.scalar().Name
		if name == "facilities" {
			return name, cql2.NumberOf(float64(g.IntN(30)))
		}
		if value := g.record().Value(name); value.Type != cql2.Null {
			return name, value
		}
	}
}

func (g generator) scalar() geo.Field {
	return pick(g.Rand, slices.DeleteFunc(slices.Clone(g.collection.Filterable()), func(p geo.Field) bool { return !p.Scalar() })...)
}

func (g generator) sort() []geo.SortKey {
	var keys []geo.SortKey
	for range max(0, g.IntN(5)-2) {
		key := geo.SortKey{Property: g.scalar().Name, Descending: g.chance(2)}
		if !slices.ContainsFunc(keys, func(k geo.SortKey) bool { return k.Property == key.Property }) {
			keys = append(keys, key)
		}
	}
	return keys
}
