package api

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"

	"innoatlas/geo"
	"innoatlas/geo/memory"
)

// many is a server of so many records, each with some 600 bytes.
func many(n int) *Server {
	ds := fixture()
	first := ds.Facilities[0]
	ds.Facilities = make([]geo.Facility, n)
	for i := range ds.Facilities {
		f := first
		f.ID, f.Slug, f.Summary = int64(i+1), "lab-"+strconv.Itoa(i), strings.Repeat("Works on films. ", 20)
		ds.Facilities[i] = f
	}
	return New(memory.New(ds), fixtureConfig())
}

// TestLargePage: a page that is sent in pieces is the page that would be sent whole.
func TestLargePage(t *testing.T) {
	s := many(3000)
	type page struct {
		NumberMatched, NumberReturned int
		TimeStamp                     string
		Features                      []json.RawMessage
		Links                         []Link
		Facets                        json.RawMessage
	}
	const path = "/collections/facilities/items?facets=country&"
	var whole []json.RawMessage
	for _, offset := range []string{"0", "1000", "2000"} {
		whole = append(whole, decode[page](t, get(t, s, path+"limit=1000&offset="+offset)).Features...)
	}
	small := decode[page](t, get(t, s, path+"limit=1000"))
	large := get(t, s, path+"limit=10000")
	got := decode[page](t, large)
	if got.NumberMatched != 3000 || got.NumberReturned != 3000 || got.TimeStamp == "" || len(got.Links) == 0 || large.Header().Get("Link") == "" ||
		large.Header().Get("Etag") == "" {
		t.Errorf("%d matched, %d returned, at %q, %d links", got.NumberMatched, got.NumberReturned, got.TimeStamp, len(got.Links))
	}
	same := func(a, b json.RawMessage) bool { return bytes.Equal(a, b) }
	if !slices.EqualFunc(whole, got.Features, same) || !same(small.Facets, got.Facets) {
		t.Errorf("a large page differs from small ones: %.500s", large.Body)
	}
	packed, err := gzip.NewReader(get(t, s, path+"limit=10000", "Accept-Encoding", "gzip").Body)
	if err != nil {
		t.Fatal(err)
	}
	if text, err := io.ReadAll(packed); err != nil || !bytes.Equal(text, large.Body.Bytes()) {
		t.Errorf("compressed it is another: %v", err)
	}
	if head := do(t, s, http.MethodHead, path+"limit=10000"); head.Code != 200 || head.Body.Len() > 0 {
		t.Errorf("HEAD: %d with %d bytes", head.Code, head.Body.Len())
	}
	if again := get(t, s, path+"limit=10000", "If-None-Match", large.Header().Get("Etag")); again.Code != 304 {
		t.Errorf("with its tag: %d", again.Code)
	}
	if few := get(t, s, path+"limit=10000&q=films&bbox=0,0,1,1"); decode[page](t, few).NumberReturned != 0 || few.Header().Get("Content-Length") == "" {
		t.Errorf("few of a large limit: %d, %.200s", few.Code, few.Body)
	}
}

// TestLargePageTakesNoMemory: however large a page is, its reader holds a piece of it.
func TestLargePageTakesNoMemory(t *testing.T) {
	s := many(10_000)
	ask := func() int64 {
		w := &sink{header: http.Header{}}
		s.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/collections/facilities/items?limit=10000", nil))
		return w.bytes
	}
	ask()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	bytes := ask()
	runtime.ReadMemStats(&after)
	if taken := after.TotalAlloc - before.TotalAlloc; bytes < 8<<20 || taken > 3<<20 {
		t.Errorf("a page of %d bytes took %d", bytes, taken)
	}
}

// sink counts what it is sent.
type sink struct {
	header http.Header
	bytes  int64
}

func (s *sink) Header() http.Header { return s.header }
func (s *sink) WriteHeader(int)     {}
func (s *sink) Write(b []byte) (int, error) {
	s.bytes += int64(len(b))
	return len(b), nil
}
