// Package storetest is the contract of geo.Store as tests: what every store must
// answer over data and queries that are awkward on purpose.
//
// Run holds one store to a plain reference evaluation, RunAtOnce with many callers at once;
// Compare holds two stores to each other over many generated queries. They need no knowledge of how a
// store works, so a new one is tested by opening it:
//
//	func TestContract(t *testing.T) {
//		storetest.Run(t, func(t *testing.T, ds *geo.Dataset) geo.Store { return memory.New(ds) })
//	}
package storetest

import (
	"fmt"
	"testing"

	"github.com/paulmach/orb"

	"innoatlas/geo"
	"innoatlas/geo/zorder"
)

// contract is one store and what it should answer.
type contract struct {
	store geo.Store
	ds    *geo.Dataset
	reference
}

// collection is one as the data set has it, with own fields.
func (c contract) collection(of *geo.Collection) *geo.Collection { return c.catalog.Collection(of.ID) }

// Run tests the store that open fills with a data set. It opens a few: the
// awkward records with a thousand generated ones, an empty one, and one with more
// places than clusters are made for.
func Run(t *testing.T, open func(t *testing.T, ds *geo.Dataset) geo.Store) {
	start := func(t *testing.T, ds *geo.Dataset) contract {
		return contract{store: open(t, ds), ds: ds, reference: newReference(ds)}
	}
	c := start(t, Generated(1000))
	t.Run("Catalog", c.testCatalog)
	t.Run("Get", c.testGet)
	t.Run("read in other languages", c.testReadings)
	t.Run("texts of own fields are found", c.testOwnTexts)
	t.Run("awkward places", c.testPlaces)
	for _, q := range queries() {
		q.Collection = c.collection(q.Collection)
		t.Run(q.name, func(t *testing.T) { c.testQuery(t, q.Query) })
	}
	t.Run("generated queries", c.testGenerated)
	t.Run("List after a place that no record has", c.testAfterNobody)
	t.Run("All ends when the caller has enough", c.testAllBreak)
	t.Run("a canceled context", c.testCanceled)
	t.Run("an empty data set", func(t *testing.T) { start(t, &geo.Dataset{Revision: "empty"}).testEmpty(t) })
	t.Run("tiles of one zoom hold every record once", c.testTiles)
	t.Run("tiles of collections without an index", c.testDrawn)
	t.Run("a tile with many records of one", func(t *testing.T) { start(t, Cooperation(20, 600, 2*geo.MaxTileFeatures)).testManyDrawn(t) })
	t.Run("a tile with many records", func(t *testing.T) { start(t, crowd()).testCrowd(t) })
	t.Run("too many clusters", func(t *testing.T) { start(t, grid()).testTooManyClusters(t) })
}

// RunAtOnce tests the store that open fills under many callers at once; it is for the race detector.
func RunAtOnce(t *testing.T, open func(t *testing.T, ds *geo.Dataset) geo.Store) {
	ds := Generated(1000)
	contract{store: open(t, ds), ds: ds, reference: newReference(ds)}.testConcurrent(t)
}

func (c contract) testGenerated(t *testing.T) {
	queries := uint64(125)
	if testing.Short() {
		queries = 25
	}
	for seed := range queries {
		c.testQuery(t, NewQuery(c.ds, seed))
		if t.Failed() {
			t.Fatalf("seed %d", seed)
		}
	}
}

// testQuery asks all methods one query.
func (c contract) testQuery(t *testing.T, q geo.Query) {
	t.Helper()
	c.testList(t, q)
	c.testFacets(t, q)
	c.testMatrices(t, q)
	if q.Collection.Is(geo.Facilities) {
		for _, zoom := range []int{0, 3, 9, geo.MaxZoom} {
			c.testClusters(t, q, zoom)
		}
		for _, zoom := range []int{0, geo.DetailZoom - 1, geo.DetailZoom, zorder.MaxTileZoom} {
			c.testTile(t, q, tileOf(c.some(q.Limit), zoom))
		}
	}
}

// grid has a place for each of 10,100 facilities: more than one answer may hold.
func grid() *geo.Dataset {
	ds := &geo.Dataset{Revision: "grid", Kinds: kinds(), Sectors: sectors(), OwnIDs: true, OwnKinds: true, OwnSectors: true, OwnOutlines: true}
	for x := range 101 {
		for y := range 100 {
			id := int64(1 + x*100 + y)
			p := geo.RoundPosition(orb.Point{-175 + 3.5*float64(x), -80 + 1.6*float64(y)})
			ds.Facilities = append(ds.Facilities, geo.Facility{
				ID: id, Slug: fmt.Sprintf("grid-%d", id), Name: "Grid", Kind: "museum", Status: "unknown", Precision: "site", Position: &p,
			})
		}
	}
	Date(ds)
	return ds
}
