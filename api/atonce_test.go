package api

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"testing"

	"innoatlas/geo/memory"
)

// logging is a server that keeps answers, with its log.
func logging() (*Server, *bytes.Buffer) {
	log := &bytes.Buffer{}
	cfg := fixtureConfig()
	cfg.Cache, cfg.Logger, cfg.LogQueries = 8<<20, slog.New(slog.NewJSONHandler(log, nil)), true
	return New(memory.New(fixture()), cfg), log
}

// lineOf makes a request and gives its line in the log, without the request id.
func lineOf(t *testing.T, s *Server, log *bytes.Buffer, r *http.Request) map[string]any {
	t.Helper()
	log.Reset()
	w := answerTo(s, r)
	var line map[string]any
	if err := json.Unmarshal(log.Bytes(), &line); err != nil {
		t.Fatalf("%v in %q", err, log)
	}
	if id := w.Header().Get(requestIDHeader); len(id) != 32 || line["request_id"] != id {
		t.Errorf("request id %q in the answer, %v in the log", id, line["request_id"])
	}
	delete(line, "request_id")
	return line
}

// TestAnsweredAtOnce: the second time an answer needs none of the handlers, and its line
// in the log is that of the first.
func TestAnsweredAtOnce(t *testing.T) {
	s, log := logging()
	for _, target := range keptTargets {
		r := httptest.NewRequest(http.MethodGet, target, nil)
		r.Host = "localhost" // another would be told of once
		head, fresh := r.Clone(t.Context()), r.Clone(t.Context())
		head.Method = http.MethodHead
		first := lineOf(t, s, log, r)
		fresh.Header.Set("If-None-Match", answerTo(s, r).Header().Get("ETag"))
		for name, again := range map[string]*http.Request{"GET": r, "HEAD": head, "GET of what is known": fresh} {
			if !s.answerAtOnce(httptest.NewRecorder(), again) {
				t.Errorf("%s %s is not answered at once", name, target)
			}
		}
		if second := lineOf(t, s, log, r); fmt.Sprint(first) != fmt.Sprint(second) {
			t.Errorf("%s: the log says\n%v, and the second time\n%v", target, first, second)
		}
		if line := lineOf(t, s, log, head); line["method"] != "HEAD" || line["bytes"] != 0.0 || line["status"] != 200.0 {
			t.Errorf("HEAD %s: the log says %v", target, line)
		}
		if line := lineOf(t, s, log, fresh); line["bytes"] != 0.0 || line["status"] != 304.0 {
			t.Errorf("%s, known: the log says %v", target, line)
		}
	}
}

// TestNotAnsweredAtOnce: what differs from the request before in anything that the answer
// may depend on, or is to be refused, goes the long way.
func TestNotAnsweredAtOnce(t *testing.T) {
	s, _ := logging()
	const target = "/collections/facilities/items?limit=2"
	asked := httptest.NewRequest(http.MethodGet, target, nil)
	answerTo(s, asked)
	if !s.answerAtOnce(httptest.NewRecorder(), asked) {
		t.Fatal("the request itself is not answered at once")
	}
	at := func(address string) context.Context {
		return context.WithValue(t.Context(), http.LocalAddrContextKey, net.TCPAddrFromAddrPort(netip.MustParseAddrPort(address)))
	}
	for name, change := range map[string]func(*http.Request) *http.Request{
		"another query": func(r *http.Request) *http.Request {
			return httptest.NewRequest(http.MethodGet, target+"&lang=zh", nil)
		},
		"another path":      func(r *http.Request) *http.Request { r.URL.Path += "/"; return r },
		"an escaped path":   func(r *http.Request) *http.Request { r.URL.RawPath = "/collections/facilities/%69tems"; return r },
		"another host":      func(r *http.Request) *http.Request { r.Host = "localhost"; return r },
		"another port":      func(r *http.Request) *http.Request { return r.WithContext(at("127.0.0.1:8080")) },
		"Accept":            func(r *http.Request) *http.Request { r.Header.Set("Accept", "text/csv"); return r },
		"a coding":          func(r *http.Request) *http.Request { r.Header.Set("Accept-Encoding", "br"); return r },
		"a body":            func(r *http.Request) *http.Request { r.ContentLength = 1; return r },
		"a coding of it":    func(r *http.Request) *http.Request { r.Header.Set("Content-Encoding", "gzip"); return r },
		"a method":          func(r *http.Request) *http.Request { r.Method = http.MethodPost; return r },
		"OPTIONS":           func(r *http.Request) *http.Request { r.Method = http.MethodOptions; return r },
		"a page in English": func(r *http.Request) *http.Request { r.Header.Set("Accept", "text/html"); answerTo(s, r); return r },
	} {
		if w := httptest.NewRecorder(); s.answerAtOnce(w, change(asked.Clone(t.Context()))) || len(w.Header()) > 0 || w.Body.Len() > 0 {
			t.Errorf("%s is answered at once", name)
		}
	}
}

// TestTooMuchIsUnsent: an answer at once is counted among what readers have not taken yet.
func TestTooMuchIsUnsent(t *testing.T) {
	s, _ := logging()
	asked := httptest.NewRequest(http.MethodGet, "/collections/facilities/items", nil)
	answerTo(s, asked)
	s.unsent.bytes += maxUnsent
	if w := answerTo(s, asked); w.Code != http.StatusServiceUnavailable {
		t.Errorf("status %d while too much is unsent", w.Code)
	}
	s.unsent.bytes -= maxUnsent
	if w := answerTo(s, asked); w.Code != http.StatusOK || s.unsent.bytes != 0 {
		t.Errorf("status %d after that, %d bytes unsent", w.Code, s.unsent.bytes)
	}
}
