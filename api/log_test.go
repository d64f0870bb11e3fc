package api

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"innoatlas/geo/memory"
)

// logOf is the log line of one request.
func logOf(t *testing.T, queries bool, target, remote string) (line map[string]any, requestID string) {
	t.Helper()
	var log bytes.Buffer
	cfg := fixtureConfig()
	cfg.Logger, cfg.LogQueries = slog.New(slog.NewJSONHandler(&log, nil)), queries
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, target, nil)
	r.RemoteAddr = remote
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
