package postgis_test

import (
	"testing"

	"innoatlas/geo"
	"innoatlas/geo/dataset"
	"innoatlas/geo/memory"
	"innoatlas/geo/postgis"
	"innoatlas/geo/postgis/postgistest"
	"innoatlas/geo/storetest"
)

func TestMain(m *testing.M) { postgistest.Main(m) }

// open gives a store on a database of its own.
func open(t testing.TB, url string) *postgis.Store {
	t.Helper()
	store, err := postgis.Open(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(store.Close)
	return store
}

// fill is a store on a database of its own that holds the data set.
func fill(t testing.TB, ds *geo.Dataset) *postgis.Store {
	t.Helper()
	store := open(t, postgistest.Migrated(t))
	if _, err := store.Import(t.Context(), ds); err != nil {
		t.Fatal(err)
	}
	return store
}

func TestContract(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T, ds *geo.Dataset) geo.Store { return fill(t, ds) })
}

func TestContractAtOnce(t *testing.T) {
	t.Parallel()
	storetest.RunAtOnce(t, func(t *testing.T, ds *geo.Dataset) geo.Store { return fill(t, ds) })
}

func TestAgreesWithMemory(t *testing.T) {
	t.Parallel()
	ds := storetest.Generated(1000)
	storetest.Compare(t, memory.New(ds), fill(t, ds), ds, 1000)
}

func TestAgreesWithMemoryOnTheBuiltInData(t *testing.T) {
	t.Parallel()
	ds, err := dataset.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	storetest.Compare(t, memory.New(ds), fill(t, ds), ds, 300)
}
