package main

import (
	"encoding/json"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"innoatlas/geo/postgis/postgistest"
)

// Where the database is silent, what needs its history says so in time, and does not hang.
func TestHistoryOfASilentDatabase(t *testing.T) {
	t.Parallel()
	proxy, database := postgistest.NewProxy(t, office(t))
	s := startPlain(t, "--database-url", database)
	paths := []string{
		"/changes", "/changes?collection=facilities&record=first", "/feed.atom", "/feed.atom?q=first", "/collections/facilities/changes?since=1",
		"/collections/facilities/items/first/history", "/collections/facilities/items/first/history?f=html",
	}
	for _, path := range paths {
		if status, _, body := s.read(t, path); status != http.StatusOK {
			t.Fatalf("%s: %d %s", path, status, body)
		}
	}
	proxy.Stall()
	var all sync.WaitGroup
	for _, path := range paths {
		all.Go(func() {
			began := time.Now()
			status, _, body := s.read(t, path+again(path))
			if took := time.Since(began); status != http.StatusServiceUnavailable || took > 20*time.Second {
				t.Errorf("%s: %d after %s\n%.300s", path, status, took, body)
			}
			var problem struct{ Status int }
			isPage := strings.HasPrefix(path, "/changes") || strings.Contains(path, "f=html")
			if err := json.Unmarshal([]byte(body), &problem); !isPage && (err != nil || problem.Status != http.StatusServiceUnavailable) {
				t.Errorf("%s: %v\n%.300s", path, err, body)
			}
		})
	}
	all.Wait()
}

// again asks for something else, of which no answer is kept.
func again(path string) string {
	if strings.Contains(path, "?") {
		return "&lang=th"
	}
	return "?lang=th"
}
