package api

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"innoatlas/geo/memory"
)

// logOf is the log line of one request.
func logOf(t *testing.T, queries bool, target, remote string) (line map[string]any, requestID string) {
	t.Helper()
	var log bytes.Buffer
	cfg := fixtureConfig()
	cfg.Logger, cfg.LogQueries = slog.New(slog.NewJSONHandler(&log, nil)), queries
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, target, nil)
	r.RemoteAddr, r.Host = remote, "localhost"
	r.Header.Set("X-Request-Id", "forged\nline")
	w := httptest.NewRecorder()
	New(memory.New(fixture()), cfg).ServeHTTP(w, r)
	if err := json.Unmarshal(log.Bytes(), &line); err != nil {
		t.Fatalf("%v in %s", err, log.String())
	}
	return line, w.Header().Get("X-Request-Id")
}

func TestAccessLog(t *testing.T) {
	line, id := logOf(t, false, "/collections/facilities/items/1?lang=zh", "203.0.113.77:1234")
	if len(id) != 32 || line["request_id"] != id {
		t.Errorf("request id %q in the answer, %q in the log", id, line["request_id"])
	}
	for name, want := range map[string]any{
		"method": "GET", "route": "/collections/:collectionId/items/:featureId", "status": 200.0, "network": "203.0.113.0/24", "ms": 0.0,
	} {
		if line[name] != want {
			t.Errorf("%s is %v, want %v", name, line[name], want)
		}
	}
	if text, _ := json.Marshal(line); strings.Contains(string(text), "lang") || line["bytes"] == 0.0 {
		t.Errorf("log line %s", text)
	}
}

func TestAccessLogWithQueries(t *testing.T) {
	line, _ := logOf(t, true, "/collections/facilities/items?country=THA", "[2001:db8:1:2::3]:1234")
	if line["query"] != "country=THA" || line["network"] != "2001:db8:1::/48" {
		t.Errorf("log line %v", line)
	}
}

func TestNetwork(t *testing.T) {
	for remote, want := range map[string]string{
		"203.0.113.77:1": "203.0.113.0/24", "[::ffff:203.0.113.77]:1": "203.0.113.0/24", "[fe80::1%eth0]:1": "fe80::/48", "@": "", "": "",
	} {
		if got := network(remote); got != want {
			t.Errorf("network(%q) = %q, want %q", remote, got, want)
		}
	}
}

// Whoever runs the server is told once of each name that it is asked by and does not know.
func TestStrangersAreLoggedOnce(t *testing.T) {
	ask := func(baseURL string, hosts ...string) []string {
		var log bytes.Buffer
		cfg := fixtureConfig()
		now := fixedNow
		cfg.Now = func() time.Time { return now }
		cfg.Logger, cfg.BaseURL = slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelWarn})), baseURL
		s := New(memory.New(fixture()), cfg)
		for _, host := range hosts {
			now = now.Add(strangersPause)
			for _, target := range []string{"/", "/collections", "/collections/facilities/items/formula", "/conformance"} {
				r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, target, nil)
				r.Host = host
				s.ServeHTTP(httptest.NewRecorder(), r)
			}
		}
		return strings.FieldsFunc(log.String(), func(c rune) bool { return c == '\n' })
	}
	lines := ask("", "atlas.example", "localhost:9000", "127.0.0.1:8080", "atlas.example", "192.0.2.1:8080", "")
	if len(lines) != 2 || !strings.Contains(lines[0], "--base-url=https://atlas.example") || !strings.Contains(lines[1], "--base-url=https://192.0.2.1:8080") {
		t.Errorf("%d lines: %q", len(lines), lines)
	}
	if lines := ask("https://atlas.example", "atlas.example", "other.example"); len(lines) > 0 {
		t.Errorf("with --base-url: %q", lines)
	}
	many := []string{strings.Repeat("x", 9000) + ".example"}
	for i := range 100 {
		many = append(many, strings.Repeat("a", i+1)+".example")
	}
	lines = ask("", many...)
	if len(lines) != maxStrangers || !strings.Contains(lines[maxStrangers-1], "last_such_line=true") || len(lines[0]) > 1000 {
		t.Errorf("%d lines, the last is %s", len(lines), lines[len(lines)-1])
	}
}
