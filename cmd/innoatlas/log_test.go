package main

import (
	"bytes"
	"log/slog"
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
