package main

import (
	"bytes"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// TestWarningsAreBounded: clients cause them, and must not fill a disk.
func TestWarningsAreBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var out bytes.Buffer
		log := slog.New(boundWarnings(slog.NewTextHandler(&out, nil))).With("a", 1)
		for range 1000 {
			log.Warn("one kind of warning")
			log.Warn("another kind of warning")
			log.Error("an error")
		}
		time.Sleep(time.Second)
		log.Warn("one kind of warning")
		if n := strings.Count(out.String(), "kind of warning"); n != 3 {
			t.Errorf("%d warnings, want 3", n)
		}
		if n := strings.Count(out.String(), "an error"); n != 1000 {
			t.Errorf("%d errors, want all 1000", n)
		}
		if !strings.Contains(out.String(), "left_out=999") {
			t.Error("it is not said how many were left out")
		}
	})
}

// TestStrangers: the log of the real program has a line for each name that it is asked by
// and does not know.
func TestStrangers(t *testing.T) {
	t.Parallel()
	s := start(t)
	ask := func(host string) {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.url+"/collections", nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Host = host
		resp, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
	}
	for range 7 { // the second line comes two seconds after the first
		for _, host := range []string{"atlas.example", "other.example:8443"} {
			ask(host)
		}
		time.Sleep(400 * time.Millisecond)
	}
	if err := s.stop(t); err != nil {
		t.Fatal(err)
	}
	for _, address := range []string{"https://atlas.example", "https://other.example:8443"} {
		if n := strings.Count(s.logs.String(), "--base-url="+address+`"`); n != 1 {
			t.Errorf("%d lines say --base-url=%s", n, address)
		}
	}
}
