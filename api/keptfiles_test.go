package api

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"iter"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"innoatlas/api/loadtest"
	"innoatlas/geo"
	"innoatlas/geo/memory"
)

// readStore counts the files that are read from it.
type readStore struct {
	geo.Store
	files atomic.Int32
}

func (s *readStore) All(ctx context.Context, q geo.Query) iter.Seq2[geo.Feature, error] {
	s.files.Add(1)
	return s.Store.All(ctx, q)
}

// inParts is a server whose files can be had in parts, up to so many bytes.
func inParts(t *testing.T, store geo.Store, bytes int64) *Server {
	cfg := fixtureConfig()
	cfg.FileCache, cfg.TempDir = bytes, t.TempDir()
	return New(store, cfg)
}

// Every file can be had in any part, and is made once for all of them and for HEAD.
func TestPartsOfFiles(t *testing.T) {
	for _, f := range everyFile() {
		t.Run(f.name, func(t *testing.T) {
			t.Parallel()
			store := &readStore{Store: memory.New(fixture())}
			s := inParts(t, store, 8<<20)
			whole := get(t, newTestServer(), f.path).Body.Bytes()
			size := len(whole)
			head := do(t, s, http.MethodHead, f.path)
			tag := head.Header().Get("ETag")
			if h := head.Header(); head.Code != http.StatusOK || h.Get("Content-Length") != fmt.Sprint(size) || h.Get("Accept-Ranges") != "bytes" || head.Body.Len() > 0 {
				t.Errorf("HEAD: %d %v, and the file has %d bytes", head.Code, h, size)
			}
			for _, c := range []struct {
				given    string
				from, to int // of what is sent
				headers  []string
			}{
				{"bytes=0-9", 0, 10, nil}, {"bytes=10-19", 10, 20, nil}, {"Bytes= 7-7", 7, 8, nil}, {"bytes=5-", 5, size, nil}, {"bytes=-4", size - 4, size, nil},
				{"bytes=0-999999999", 0, size, nil}, {"bytes=-999999999", 0, size, nil},
				{"bytes=2-3", 2, 4, []string{"If-Range", tag}}, {"bytes=2-3", 2, 4, []string{"Accept-Encoding", "gzip, br"}}, {"bytes=2-3", 2, 4, []string{"If-Match", tag}},
			} {
				w := get(t, s, f.path, append(c.headers, "Range", c.given)...)
				h := w.Header()
				if w.Code != http.StatusPartialContent || !bytes.Equal(w.Body.Bytes(), whole[c.from:c.to]) ||
					h.Get("Content-Range") != fmt.Sprintf("bytes %d-%d/%d", c.from, c.to-1, size) {
					t.Errorf("%s %v: %d %v, %d bytes", c.given, c.headers, w.Code, h, w.Body.Len())
				}
				if h.Get("ETag") != tag || h.Get("Content-Type") != contentTypeOf(f) || h.Get("Content-Encoding") != "" || h.Get("Accept-Ranges") != "bytes" {
					t.Errorf("%s: %v", c.given, h)
				}
			}
			// What is no range of this file is answered with all of it.
			for _, headers := range [][]string{
				{}, {"Range", "bytes=0-1,4-5"}, {"Range", "lines=0-1"}, {"Range", "bytes=a-b"}, {"Range", "bytes=-"}, {"Range", ""},
				{"Range", "bytes=0-1", "If-Range", `"other"`}, {"Range", "bytes=0-1", "If-Range", "W/" + tag}, {"Range", "bytes=0-1", "If-Range", "Mon, 30 Nov 2026 00:00:00 GMT"},
			} {
				if w := get(t, s, f.path, headers...); w.Code != http.StatusOK || !bytes.Equal(w.Body.Bytes(), whole) || w.Header().Get("ETag") != tag ||
					w.Header().Get("Content-Range") != "" {
					t.Errorf("%q: %d %v, %d bytes of %d", headers, w.Code, w.Header(), w.Body.Len(), size)
				}
			}
			for _, given := range []string{fmt.Sprintf("bytes=%d-", size), "bytes=99999999-", "bytes=-0", "bytes=5-2"} {
				w := get(t, s, f.path, "Range", given)
				if p := decode[problemDetails](t, w); w.Code != http.StatusRequestedRangeNotSatisfiable || w.Header().Get("Content-Range") != fmt.Sprintf("bytes */%d", size) ||
					p.Status != w.Code {
					t.Errorf("%s: %d %v %s", given, w.Code, w.Header(), w.Body)
				}
			}
			if w := get(t, s, f.path, "Range", "bytes=0-1", "If-Match", `"other"`); w.Code != http.StatusPreconditionFailed {
				t.Errorf("another file than that of If-Match: %d", w.Code)
			}
			if w := get(t, s, f.path, "Range", "bytes=0-1", "If-None-Match", tag); w.Code != http.StatusNotModified {
				t.Errorf("a part of a file that the client has: %d", w.Code)
			}
			if n := store.files.Load(); n != 1 {
				t.Errorf("the file was made %d times", n)
			}
		})
	}
}

// A file that is made whole anyway is made once for all who ask at the same time; what can be
// sent while it is made is not waited for, and its parts are those of what was sent.
func TestFilesAreMadeOnce(t *testing.T) {
	ds := loadtest.Generated()
	ds.Facilities = ds.Facilities[:3000]
	for _, name := range []string{"fgb", "gpkg", "xlsx", "csv"} {
		store := &readStore{Store: memory.New(ds)}
		s := inParts(t, store, 64<<20)
		path := "/data/facilities." + name
		whole := get(t, s, path).Body.Bytes()
		var group sync.WaitGroup
		for i := range 20 {
			group.Go(func() {
				from := i * 1000
				w := get(t, s, path, "Range", fmt.Sprintf("bytes=%d-%d", from, from+999))
				if w.Code != http.StatusPartialContent || !bytes.Equal(w.Body.Bytes(), whole[from:from+1000]) {
					t.Errorf("%s from %d: %d, %d bytes", name, from, w.Code, w.Body.Len())
				}
			})
		}
		group.Wait()
		want := int32(1)
		if name == "csv" {
			want = 2 // once to be sent, once to be kept
		}
		packed := get(t, s, path, "Accept-Encoding", "gzip")
		if body := unpacked(t, packed); !bytes.Equal(body, whole) {
			t.Errorf("%s is %d other bytes when compressed", name, len(body))
		}
		if n := store.files.Load(); n != want {
			t.Errorf("%s was made %d times", name, n)
		}
		if coded := packed.Header().Get("Content-Encoding") == "gzip"; coded == (name == "xlsx") || coded && packed.Header().Get("ETag") == get(t, s, path).Header().Get("ETag") {
			t.Errorf("%s: %v", name, packed.Header())
		}
	}
}

// unpacked is the body without its coding.
func unpacked(t *testing.T, w *httptest.ResponseRecorder) []byte {
	t.Helper()
	if w.Header().Get("Content-Encoding") == "" {
		return w.Body.Bytes()
	}
	r, err := gzip.NewReader(bytes.NewReader(w.Body.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return body
}

// The files take the room that they may, and no more; those that were not used for the longest
// go, never one that is being read. What is larger is sent as a whole, and says so.
func TestRoomForFiles(t *testing.T) {
	store := &readStore{Store: memory.New(fixture())}
	size := int64(get(t, newTestServer(), "/data/facilities.kml").Body.Len())
	s := inParts(t, store, 3*size)
	part := func(query string) int {
		return get(t, s, "/data/facilities.kml"+query, "Range", "bytes=0-9").Code
	}
	for i, query := range []string{"", "?sortby=-id", "?sortby=name", "", "?sortby=-name"} { // the last takes the room of the second
		if code := part(query); code != http.StatusPartialContent || s.files.bytes > 3*size {
			t.Errorf("file %d: %d, %d bytes are kept of %d", i, code, s.files.bytes, 3*size)
		}
	}
	made := store.files.Load()
	if part(""); store.files.Load() != made {
		t.Error("the file that is used most has gone")
	}
	if part("?sortby=-id"); store.files.Load() != made+1 {
		t.Error("the file that was not used for the longest is still there")
	}

	small := inParts(t, store, size/2)
	for range 2 {
		w := get(t, small, "/data/facilities.kml", "Range", "bytes=0-9")
		if w.Code != http.StatusOK || int64(w.Body.Len()) != size || w.Header().Get("Accept-Ranges") != "none" || small.files.bytes != 0 {
			t.Errorf("a file without room: %d %v, %d bytes are taken", w.Code, w.Header(), small.files.bytes)
		}
	}
	made = store.files.Load()
	if get(t, small, "/data/facilities.kml", "Range", "bytes=0-9"); store.files.Load() != made+1 {
		t.Error("what is too large is begun again for each part")
	}
}

// A file that is being read stays, whatever else is asked for.
func TestReadFilesStay(t *testing.T) {
	write := func(n int) func(context.Context, io.Writer) error {
		return func(_ context.Context, w io.Writer) error { _, err := w.Write(make([]byte, n)); return err }
	}
	k := &keptFiles{dir: t.TempDir(), limit: 100}
	read, err := k.get(t.Context(), "read", write(60))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := k.get(t.Context(), "other", write(60)); !unkept(err) {
		t.Errorf("no room is left, and the error is %v", err)
	}
	if n, err := read.file.ReadAt(make([]byte, 60), 0); n != 60 || err != nil {
		t.Errorf("the file that is read: %d bytes, %v", n, err)
	}
	k.release(read)
	if other, err := k.get(t.Context(), "other", write(60)); err != nil || k.bytes != 60 || k.find("read") != nil {
		t.Errorf("%v, %v, %d bytes", other, err, k.bytes)
	}
	if left, err := os.ReadDir(k.dir); err != nil || len(left) != 0 {
		t.Errorf("%v is left in the folder", left)
	}
}

// Without a folder, files are what they were: those that can be sent while they are made are, as a whole.
func TestPartsWithoutAFolder(t *testing.T) {
	cfg := fixtureConfig()
	cfg.FileCache, cfg.TempDir = 8<<20, filepath.Join(t.TempDir(), "missing")
	s := New(memory.New(fixture()), cfg)
	for _, f := range everyFile() {
		want := http.StatusOK
		if f.whole {
			want = http.StatusServiceUnavailable
		}
		for _, headers := range [][]string{nil, {"Range", "bytes=0-9"}} {
			w := get(t, s, f.path, headers...)
			if w.Code != want || want == http.StatusOK && w.Header().Get("Accept-Ranges") != "none" {
				t.Errorf("%s %v: %d, %v", f.path, headers, w.Code, w.Header())
			}
		}
	}
}

// changingStore has new data from the moment on that records are read.
type changingStore struct {
	*memory.Store
	changes atomic.Int32
}

func (s *changingStore) All(ctx context.Context, q geo.Query) iter.Seq2[geo.Feature, error] {
	if n := s.changes.Add(1); n <= 2 {
		s.Replace(grown(4 + int(n)))
	}
	return s.Store.All(ctx, q)
}

// A file that is kept has the data that its tag names: where that changes before the first record is
// read, it is made anew.
func TestKeptFilesAreOfTheirRevision(t *testing.T) {
	store := &changingStore{Store: memory.New(grown(4))}
	s := inParts(t, store, 8<<20)
	w := get(t, s, "/data/facilities.csv", "Range", "bytes=0-")
	want := get(t, New(memory.New(grown(6)), fixtureConfig()), "/data/facilities.csv")
	if w.Code != http.StatusPartialContent || w.Body.String() != want.Body.String() || w.Header().Get("ETag") != want.Header().Get("ETag") {
		t.Errorf("%d, %d bytes with the tag %s, want %d with %s", w.Code, w.Body.Len(), w.Header().Get("ETag"), want.Body.Len(), want.Header().Get("ETag"))
	}
}

// What is compressed does not depend on the pieces in which it was written, so that the tag of
// a coded file is as strong as that of a plain one.
func TestCodingsDoNotDependOnPieces(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	text := []byte(strings.Repeat(get(t, newTestServer(), "/data/facilities.geojson").Body.String(), 400))
	for i := range len(text) / 50 {
		text[50*i] = byte('a' + r.IntN(26))
	}
	for _, coding := range []encoding{gzipped, brotlied} {
		var want []byte
		for try := range 6 {
			var packed bytes.Buffer
			w := coding.compressTo(&packed)
			for rest := text; len(rest) > 0; {
				n := min(len(rest), []int{len(text), 1 + r.IntN(200_000)}[min(try, 1)])
				if _, err := w.Write(rest[:n]); err != nil {
					t.Fatal(err)
				}
				rest = rest[n:]
			}
			if err := w.Close(); err != nil {
				t.Fatal(err)
			}
			if want == nil {
				want = packed.Bytes()
			} else if !bytes.Equal(want, packed.Bytes()) {
				t.Fatalf("%s: %d bytes in one piece, %d other ones in several", coding, len(want), packed.Len())
			}
		}
	}
}

// A part of a file that is longer than any buffer, as it comes over the wire.
func TestPartsOverTheWire(t *testing.T) {
	ds := loadtest.Generated()
	ds.Facilities = ds.Facilities[:3000]
	server := httptest.NewServer(inParts(t, memory.New(ds), 64<<20))
	defer server.Close()
	whole := readAll(t, server.URL+"/data/facilities.gpkg", "identity", false)
	request, _ := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL+"/data/facilities.gpkg", nil)
	request.Header.Set("Range", "bytes=4096-")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if rest, err := io.ReadAll(response.Body); err != nil || response.StatusCode != http.StatusPartialContent || !bytes.Equal(rest, whole[4096:]) {
		t.Errorf("%d, %d bytes, %v", response.StatusCode, len(rest), err)
	}
}

// The definition says that files can be had in parts, and asked for their length.
func TestDefinitionOfParts(t *testing.T) {
	doc := loadDefinition(t, newTestServer())
	for _, f := range everyFile() {
		item := doc.Paths.Find(f.path)
		if item.Head == nil || item.Head.OperationID == item.Get.OperationID || item.Head.Responses.Status(200) == nil || item.Head.Responses.Status(206) != nil {
			t.Errorf("%s: HEAD is %+v", f.path, item.Head)
		}
		if item.Get.Parameters.GetByInAndName("header", "Range") == nil || item.Get.Responses.Status(206) == nil || item.Get.Responses.Status(416) == nil {
			t.Errorf("%s: parts are not declared", f.path)
		}
	}
}
