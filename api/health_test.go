package api

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"
)

func TestReadiness(t *testing.T) {
	now, asked := fixedNow, 0
	answer := Readiness{Ready: true}
	cfg := Config{
		Now:   func() time.Time { return now },
		Ready: func(context.Context) Readiness { asked++; return answer },
	}
	s := New(nil, cfg) // a probe never touches the store
	expect := func(step string, status int, text string) {
		t.Helper()
		w := get(t, s, "/readyz")
		if w.Code != status || !strings.Contains(w.Body.String(), text) || w.Header().Get("Cache-Control") != "no-store" {
			t.Errorf("%s: %d %s, want %d …%s…", step, w.Code, w.Body, status, text)
		}
	}
	expect("at start", http.StatusOK, `{"status":"ready"}`)
	answer = Readiness{Ready: true, DegradedSince: fixedNow, Reason: "database away"}
	expect("within the second", http.StatusOK, `{"status":"ready"}`)
	if asked != 1 {
		t.Errorf("asked %d times within a second", asked)
	}
	now = now.Add(time.Second)
	expect("degraded", http.StatusOK, `"degraded_since":"2025-01-02T03:04:05Z"`)
	answer = Readiness{}
	now = now.Add(time.Second)
	expect("not ready", http.StatusServiceUnavailable, "unavailable")
	answer = Readiness{Ready: true}
	now = now.Add(time.Second)
	s.Drain()
	expect("draining", http.StatusServiceUnavailable, "draining")
	if w := get(t, s, "/livez"); w.Code != http.StatusOK {
		t.Errorf("/livez: %d", w.Code)
	}
}
