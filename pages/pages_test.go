package pages

import (
	"net/http/httptest"
	"testing"

	"innoatlas/api"
	"innoatlas/api/apitest"
	"innoatlas/geo"
	"innoatlas/geo/memory"
)

func fixture() *geo.Dataset { return apitest.Dataset() }

func fixtureConfig() api.Config { return api.Config{Version: "test", Now: apitest.Now} }

func newTestServer() *api.Server { return newServer(memory.New(fixture()), fixtureConfig()) }

// newServer is a server with its pages.
func newServer(store geo.Store, cfg api.Config) *api.Server {
	s := api.New(store, cfg)
	Register(s)
	return s
}

func get(t testing.TB, s *api.Server, target string, headers ...string) *httptest.ResponseRecorder {
	t.Helper()
	return apitest.Get(t, s, target, headers...)
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// policy is the Content-Security-Policy of the documents of the API.
func policy(t testing.TB, s *api.Server) string {
	t.Helper()
	return get(t, s, "/conformance?f=html").Header().Get("Content-Security-Policy")
}
