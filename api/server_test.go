package api

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"testing"

	"innoatlas/api/apitest"
	"innoatlas/geo"
	"innoatlas/geo/memory"
)

func fixture() *geo.Dataset { return apitest.Dataset() }

var fixedNow = apitest.Now()

func fixtureConfig() Config { return Config{Version: "test", Now: apitest.Now} }

func newNetworkServer() *Server { return New(memory.New(apitest.Network()), fixtureConfig()) }

func newTestServer() *Server { return New(memory.New(fixture()), fixtureConfig()) }

func get(t testing.TB, s *Server, target string, headers ...string) *httptest.ResponseRecorder {
	t.Helper()
	return apitest.Get(t, s, target, headers...)
}

func do(t testing.TB, s *Server, method, target string, headers ...string) *httptest.ResponseRecorder {
	t.Helper()
	return apitest.Do(t, s, method, target, headers...)
}

// decode reads a JSON body.
func decode[T any](t testing.TB, w *httptest.ResponseRecorder) T {
	t.Helper()
	var v T
	if err := json.Unmarshal(w.Body.Bytes(), &v); err != nil {
		t.Fatalf("body is no JSON: %v\n%s", err, w.Body)
	}
	return v
}

// featureIDs are the ids in a FeatureCollection, in their order.
func featureIDs(t testing.TB, w *httptest.ResponseRecorder) []int {
	t.Helper()
	if w.Code != http.StatusOK {
		t.Fatalf("status %d: %s", w.Code, w.Body)
	}
	doc := decode[struct {
		Features []struct{ ID int }
	}](t, w)
	ids := []int{}
	for _, f := range doc.Features {
		ids = append(ids, f.ID)
	}
	return ids
}

// fixtureService is what is served of the fixture.
func fixtureService() *service {
	catalog, err := memory.New(fixture()).Catalog(context.Background())
	if err != nil {
		panic(err)
	}
	return newService(catalog, false)
}

// everyFile are the files of all collections.
func everyFile() (files []*fileFormat) {
	for _, col := range fixtureService().collections {
		files = append(files, col.files...)
	}
	return files
}
