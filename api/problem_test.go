package api

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"innoatlas/geo"
	"innoatlas/geo/memory"
)

// failingStore answers the catalog and fails to list.
type failingStore struct {
	geo.Store
	err error
}

func (s failingStore) List(context.Context, geo.Query) (geo.Page, error) {
	if s.err == nil {
		panic("secret of the inside")
	}
	return geo.Page{}, s.err
}

func TestProblems(t *testing.T) {
	for _, test := range []struct {
		name string
		err  error
		want int
	}{
		{"input", &geo.InputError{Param: "zoom", Reason: "too many"}, 400},
		{"not found", fmt.Errorf("asking: %w", geo.ErrNotFound), 404},
		{"unavailable", fmt.Errorf("secret of the inside: %w", geo.ErrUnavailable), 503},
		{"changed tables", fmt.Errorf("secret of the inside: %w", geo.ErrMalformed), 503},
		{"out of time", context.DeadlineExceeded, 503},
		{"anything else", errors.New("secret of the inside"), 500},
		{"a panic", nil, 500},
	} {
		t.Run(test.name, func(t *testing.T) {
			var log bytes.Buffer
			cfg := fixtureConfig()
			cfg.Logger = slog.New(slog.NewJSONHandler(&log, nil))
			s := New(failingStore{memory.New(fixture()), test.err}, cfg)
			w := get(t, s, "/collections/facilities/items")
			p := decode[problemDetails](t, w)
			if w.Code != test.want || p.Status != test.want || p.Title != http.StatusText(test.want) || p.Detail == "" {
				t.Errorf("%d, %+v; want %d", w.Code, p, test.want)
			}
			if strings.Contains(w.Body.String(), "secret") {
				t.Errorf("the inside is told: %s", w.Body)
			}
			h := w.Header()
			if h.Get("Cache-Control") != "no-store" || h.Get("ETag") != "" || h.Get("Link") != "" || h.Get("Access-Control-Allow-Origin") != "*" {
				t.Errorf("headers %v", h)
			}
			if (test.want == 503) != (h.Get("Retry-After") != "") {
				t.Errorf("Retry-After %q", h.Get("Retry-After"))
			}
			if test.want == 500 && (p.RequestID == "" || !strings.Contains(log.String(), p.RequestID) || !strings.Contains(log.String(), "secret")) {
				t.Errorf("request id %q does not lead to the cause in the log\n%s", p.RequestID, log.String())
			}
		})
	}
}

func TestClientGone(t *testing.T) {
	var log bytes.Buffer
	cfg := fixtureConfig()
	cfg.Logger = slog.New(slog.NewJSONHandler(&log, nil))
	s := New(failingStore{memory.New(fixture()), context.Canceled}, cfg)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	w := httptest.NewRecorder()
	s.ServeHTTP(w, httptest.NewRequestWithContext(ctx, http.MethodGet, "/collections/facilities/items", nil))
	if w.Body.Len() > 0 || !strings.Contains(log.String(), `"status":499`) || strings.Contains(log.String(), "ERROR") {
		t.Errorf("body %q, log %s", w.Body, log.String())
	}
}

func TestMethods(t *testing.T) {
	s := newTestServer()
	for _, target := range append(everyResource, "/collections/facilities/", "/livez", "/readyz") {
		for _, method := range []string{"POST", "PUT", "PATCH", "DELETE", "TRACE"} {
			if w := do(t, s, method, target); w.Code != 405 || w.Header().Get("Allow") != "GET, HEAD, OPTIONS" {
				t.Errorf("%s %s: %d, Allow %q", method, target, w.Code, w.Header().Get("Allow"))
			}
		}
		w := do(t, s, http.MethodOptions, target, "Origin", "https://example.org", "Access-Control-Request-Method", "GET")
		if w.Code != 200 || w.Header().Get("Allow") != "GET, HEAD, OPTIONS" || w.Header().Get("Access-Control-Allow-Methods") == "" {
			t.Errorf("OPTIONS %s: %d, %v", target, w.Code, w.Header())
		}
	}
	for _, method := range []string{"GET", "POST", "OPTIONS"} {
		if w := do(t, s, method, "/no/such/path"); w.Code != 404 {
			t.Errorf("%s of no path: %d, want 404", method, w.Code)
		}
	}
}

// hostile are requests as found in scans: never a failure of the server.
func TestHostile(t *testing.T) {
	s := newTestServer()
	const items = "/collections/facilities/items"
	for _, test := range []struct {
		name, target string
		headers      []string
		want         int
	}{
		{"sql in a number", items + "?limit=1%27%20OR%201=1--", nil, 400},
		{"sql in an order", items + "?sortby=id;drop%20table", nil, 400},
		{"sql in a text", items + "?city=%27%3B--", nil, 200},
		{"markup in a search", items + "?q=%3Cscript%3E", nil, 200},
		{"hexadecimal", items + "?bbox=0x1,0,1,1", nil, 400},
		{"exponent past a double", items + "?bbox=1e400,0,1,1", nil, 400},
		{"infinity", items + "?bbox=0,0,Infinity,1", nil, 400},
		{"year zero", items + "?datetime=0000-00-00T00:00:00Z", nil, 400},
		{"year zero as an open end", items + "?datetime=0000-01-01T00:00:00Z/9999-12-31T00:00:00Z", nil, 200},
		{"deep parentheses", items + "?q=" + strings.Repeat("(", 10000), nil, 200},
		{"long address", items + "?q=" + strings.Repeat("a", 16<<10), nil, 414},
		{"thousand parameters", items + "?" + strings.Repeat("x=1&", 1000), nil, 400},
		{"thousand values", items + "?kind=" + strings.Repeat("joint-laboratory,", 900) + "none", nil, 200},
		{"record by traversal", items + "/..%2f..%2fetc%2fpasswd", nil, 404},
		{"record with NUL", items + "/%00%27", nil, 404},
		{"record not UTF-8", items + "/%ff%fe", nil, 404},
		{"record past int64", items + "/99999999999999999999", nil, 404},
		{"record with leading zero", items + "/01", nil, 404},
		{"negative record", items + "/-1", nil, 404},
		{"asset by traversal", "/assets/../server.go", nil, 404},
		{"asset that is not there", "/assets/x.js", nil, 404},
		{"cursor of junk", items + "?after=eyJ6IjotMX0", nil, 400},
		{"cursor of another order", items + "?after=eyJ6IjowLCJpIjoxfQ&sortby=name", nil, 400},
		{"compressed request", items, []string{"Content-Encoding", "gzip"}, 415},
		{"hostile Accept", items, []string{"Accept", strings.Repeat("a/b;q=0.1,", 2000)}, 200},
		{"hostile If-None-Match", items, []string{"If-None-Match", strings.Repeat(`W/"`, 2000)}, 200},
		{"forwarded headers", items, []string{"X-Forwarded-Host", "evil.example", "X-Forwarded-Proto", "https", "Forwarded", "host=evil.example"}, 200},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := get(t, s, test.target, test.headers...)
			if w.Code != test.want {
				t.Errorf("%d, want %d: %.300s", w.Code, test.want, w.Body)
			}
			if strings.Contains(w.Body.String(), "evil.example/") || strings.Contains(w.Body.String(), "https://localhost") {
				t.Errorf("a forwarded header is in the answer")
			}
		})
	}
}

func TestRequestBody(t *testing.T) {
	s := newTestServer()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/collections", strings.NewReader("{}"))
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	if w.Code != http.StatusRequestEntityTooLarge {
		t.Errorf("GET with a body: %d, want 413", w.Code)
	}
}

func FuzzQuery(f *testing.F) {
	for _, seed := range []string{
		"country=THA,LAO&kind=none", "bbox=177,-19,-178,-16&limit=3", "datetime=../2020-01-01", "established=..2000&q=%E5%86%9C", "after=eyJ6IjowLCJpIjoxfQ",
		"sortby=-established,%2Bname&offset=1", "zoom=22", "id=-0", "a;b", "%", "f=html&lang=zh", "facilities=1&alpha2=TH",
	} {
		f.Add(seed)
	}
	s := newTestServer()
	f.Fuzz(func(t *testing.T, query string) {
		for _, path := range []string{"/", "/collections/facilities/items", "/collections/countries/items", "/collections/facilities/facets",
			"/collections/facilities/matrix", "/collections/facilities/clusters", "/data/facilities.csv", "/collections/facilities/items/1"} {
			r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, nil)
			r.URL.RawQuery = query
			r.RequestURI = path + "?" + query
			w := httptest.NewRecorder()
			s.ServeHTTP(w, r)
			switch w.Code {
			case 200, 400, 414:
			default:
				t.Errorf("GET %s?%s: %d", path, query, w.Code)
			}
		}
	})
}
