package api

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/labstack/echo/v4"

	"innoatlas/api/loadtest"
	"innoatlas/geo"
	"innoatlas/geo/memory"
)

// endlessStore gives one record again and again, and then fails.
type endlessStore struct {
	geo.Store
	rows int
}

var errBroken = errors.New("connection lost")

func (s endlessStore) All(context.Context, geo.Query) iter.Seq2[geo.Feature, error] {
	f := &fixture().Facilities[0]
	return func(yield func(geo.Feature, error) bool) {
		for range s.rows {
			if !yield(f, nil) {
				return
			}
		}
		yield(nil, errBroken)
	}
}

func TestDownloadThatFails(t *testing.T) {
	for _, test := range []struct {
		name, path string
		rows       int
		sent       bool // the status was 200 when it failed
	}{
		{"before the first piece", "/data/facilities.geojson", 10, false},
		{"in the middle", "/data/facilities.geojson", 5000, true},
		{"in the middle of a document", "/data/facilities.kml", 5000, true},
		{"while a file is made that is sent at the end", "/data/facilities.xlsx", 5000, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			var log bytes.Buffer
			cfg := fixtureConfig()
			cfg.Logger = slog.New(slog.NewJSONHandler(&log, nil))
			server := httptest.NewServer(New(endlessStore{memory.New(fixture()), test.rows}, cfg))
			plain := http.Client{Transport: &http.Transport{DisableCompression: true}}
			response, err := plain.Get(server.URL + test.path)
			if err != nil {
				t.Fatal(err)
			}
			_, err = io.ReadAll(response.Body)
			response.Body.Close()
			server.Close() // waits for the handler, and so for its log
			if !test.sent && (response.StatusCode != http.StatusInternalServerError || response.Header.Get("Content-Disposition") != "") {
				t.Errorf("status %d, %v; want 500", response.StatusCode, response.Header)
			}
			if test.sent && (response.StatusCode != http.StatusOK || err == nil) {
				t.Errorf("status %d, error %v: a client cannot tell that the file is cut off", response.StatusCode, err)
			}
			if !strings.Contains(log.String(), errBroken.Error()) {
				t.Errorf("the cause is not in the log: %s", log.String())
			}
		})
	}
}

// magic is how a file of each extension begins.
var magic = map[string]string{
	"geojson": `{"type":"FeatureCollection","name":"`, "geojsonl": `{"type":"Feature",`, "csv": "\ufeff", "xlsx": "PK\x03\x04",
	"fgb": "fgb\x03fgb", "gpkg": "SQLite format 3\x00", "kml": "<?xml version=", "parquet": "PAR1", "graphml": "<?xml version=",
}

// Every file is there, says what it is, and says the same to HEAD.
func TestDownloads(t *testing.T) {
	s := newNetworkServer()
	var paths []string
	for _, f := range everyFile() {
		paths = append(paths, f.path)
		w := get(t, s, f.path)
		h := w.Header()
		if w.Code != http.StatusOK || h.Get("Content-Type") != contentTypeOf(f) || h.Get("Content-Disposition") != `attachment; filename="`+f.name+`"` {
			t.Errorf("%s: %d, %v", f.path, w.Code, h)
		}
		if !strings.HasPrefix(w.Body.String(), magic[f.extension]) {
			t.Errorf("%s begins with %.40q", f.path, w.Body)
		}
		head := do(t, s, http.MethodHead, f.path)
		if head.Code != http.StatusOK || head.Body.Len() > 0 || head.Header().Get("ETag") != h.Get("ETag") || head.Header().Get("Content-Type") != contentTypeOf(f) {
			t.Errorf("HEAD %s: %d, %d bytes, %v", f.path, head.Code, head.Body.Len(), head.Header())
		}
		if again := get(t, s, f.path, "If-None-Match", h.Get("ETag")); again.Code != http.StatusNotModified || again.Body.Len() > 0 {
			t.Errorf("%s, which the client has: %d", f.path, again.Code)
		}
	}
	want := []string{
		"/data/facilities.geojson", "/data/facilities.geojsonl", "/data/facilities.csv", "/data/facilities.xlsx", "/data/facilities.fgb",
		"/data/facilities.gpkg", "/data/facilities.kml", "/data/facilities.parquet",
		"/data/institutions.geojson", "/data/institutions.geojsonl", "/data/institutions.csv", "/data/institutions.xlsx", "/data/institutions.fgb",
		"/data/institutions.gpkg", "/data/institutions.kml", "/data/institutions.parquet",
		"/data/partnerships.geojson", "/data/partnerships.geojsonl", "/data/partnerships.csv", "/data/partnerships.xlsx", "/data/partnerships.fgb",
		"/data/partnerships.gpkg", "/data/partnerships.kml", "/data/partnerships.parquet", "/data/partnerships.graphml",
		"/data/projects.geojson", "/data/projects.geojsonl", "/data/projects.csv", "/data/projects.xlsx", "/data/projects.fgb",
		"/data/projects.gpkg", "/data/projects.kml", "/data/projects.parquet",
		"/data/countries.geojson", "/data/countries.fgb", "/data/countries.gpkg",
	}
	if !slices.Equal(paths, want) {
		t.Errorf("files %v, want %v", paths, want)
	}
}

// Scripts may have CSV without the mark of spreadsheets.
func TestCSVWithoutByteOrderMark(t *testing.T) {
	s := newTestServer()
	for _, target := range []string{"/data/facilities.csv?", "/collections/facilities/items?f=csv&", "/data/facilities.csv?country=THA&"} {
		marked, plain := get(t, s, target+"bom=1").Body.String(), get(t, s, target+"bom=0").Body.String()
		if !strings.HasPrefix(plain, "id,slug,") || marked != "\ufeff"+plain {
			t.Errorf("%s: %.20q with, %.20q without", target, marked, plain)
		}
	}
	if w := get(t, s, "/data/facilities.kml?bom=0"); w.Code != http.StatusBadRequest {
		t.Errorf("KML has no mark, and takes bom=0: %d", w.Code)
	}
}

// A file is the same at any time on any server of a revision, whatever address it is
// asked by, and so is its tag, which is a strong one.
func TestFilesAreTheSameEverywhere(t *testing.T) {
	later := fixtureConfig()
	later.Now = func() time.Time { return fixedNow.Add(49 * time.Hour) }
	one, other := newTestServer(), New(memory.New(fixture()), later)
	for _, f := range everyFile() {
		for _, query := range []string{"", "?country=THA", "?q=nothing+like+it", "?sortby=-id"} {
			first, second := get(t, one, f.path+query), get(t, other, "http://127.0.0.1:9090"+f.path+query)
			tag := first.Header().Get("ETag")
			if first.Code != http.StatusOK || !bytes.Equal(first.Body.Bytes(), second.Body.Bytes()) {
				t.Errorf("%s%s: two servers of one revision give %d and %d other bytes", f.path, query, first.Body.Len(), second.Body.Len())
			}
			if tag != second.Header().Get("ETag") || !strings.HasPrefix(tag, `"`) {
				t.Errorf("%s%s: the tags %s and %s", f.path, query, tag, second.Header().Get("ETag"))
			}
		}
	}
}

// A file says where it is from and on what terms, if it has a place for it.
func TestDownloadsNameTheirTerms(t *testing.T) {
	cfg := fixtureConfig()
	cfg.BaseURL = "https://atlas.example.org"
	cfg.Terms = Terms{Licence: "Licence of the tests", LicenceURL: "https://example.org/licence", Attribution: "The testers"}
	s := New(memory.New(fixture()), cfg)
	for _, path := range []string{"/data/facilities.kml?country=THA", "/data/facilities.fgb?country=THA", "/data/facilities.gpkg?country=THA"} {
		body := get(t, s, path).Body.String()
		for _, want := range []string{cfg.Terms.Licence, cfg.Terms.LicenceURL, cfg.Terms.Attribution, cfg.BaseURL + path, "2024-02-03T04:05:06Z"} {
			if !strings.Contains(body, want) {
				t.Errorf("%s does not say %q", path, want)
			}
		}
	}
	if body := get(t, newTestServer(), "/data/facilities.kml").Body.String(); strings.Contains(body, "Licence:") {
		t.Error("a licence is stated that nobody gave")
	}
}

func TestLargeDownloads(t *testing.T) {
	const records = 12_000 // more than any buffer holds
	ds := loadtest.Generated()
	ds.Facilities = ds.Facilities[:records]
	server := httptest.NewServer(New(memory.New(ds), fixtureConfig()))
	defer server.Close()
	for _, f := range filesOf(geo.Facilities, filterParameters(geo.Facilities)) {
		plain := readAll(t, server.URL+f.path, "identity", false)
		if lines := bytes.Count(plain, []byte("\n")); (f.extension == "csv" || strings.HasPrefix(f.extension, "geojson")) && lines < records {
			t.Errorf("%s has %d lines", f.path, lines)
		}
		if len(plain) < 2*pieceSize || !bytes.HasPrefix(plain, []byte(magic[f.extension])) {
			t.Errorf("%s has %d bytes and begins with %.40q", f.path, len(plain), plain)
		}
		packed := readAll(t, server.URL+f.path, "gzip", !f.packed)
		if !bytes.Equal(packed, plain) {
			t.Errorf("%s differs when compressed", f.path)
		}
	}
}

// readAll reads a body; the transport undoes gzip when it is left to ask for it.
func readAll(t *testing.T, address, encoding string, compressed bool) []byte {
	t.Helper()
	transport := &http.Transport{DisableCompression: encoding == "identity"}
	defer transport.CloseIdleConnections()
	response, err := (&http.Client{Transport: transport}).Get(address)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if response.Uncompressed != compressed {
		t.Errorf("%s: compressed %v, want %v", address, response.Uncompressed, compressed)
	}
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return body
}

// HEAD of a large file must not read all of it.
func TestHeadOfLargeDownload(t *testing.T) {
	s := New(endlessStore{memory.New(fixture()), 1 << 30}, fixtureConfig())
	for _, path := range []string{"/data/facilities.csv", "/data/facilities.kml"} {
		w := do(t, s, http.MethodHead, path, "Accept-Encoding", "br")
		if w.Code != http.StatusOK || w.Body.Len() > 0 || w.Header().Get("Content-Encoding") != "br" {
			t.Errorf("%s: %d, %d bytes, %v", path, w.Code, w.Body.Len(), w.Header())
		}
	}
}

// hugeStore says that it has more records than a sheet has rows.
type hugeStore struct {
	geo.Store
	matched int
}

func (s hugeStore) Catalog(ctx context.Context) (*geo.Catalog, error) {
	catalog, err := s.Store.Catalog(ctx)
	if err != nil {
		return nil, err
	}
	huge := *catalog
	huge.Facilities = 2_000_000
	return &huge, nil
}

func (s hugeStore) List(_ context.Context, q geo.Query) (geo.Page, error) {
	return geo.Page{Matched: s.matched}, nil
}

// What a sheet cannot hold is refused with what to do instead.
func TestDownloadsThatAFormatCannotHold(t *testing.T) {
	s := New(hugeStore{memory.New(fixture()), 1_048_576}, fixtureConfig())
	w := get(t, s, "/data/facilities.xlsx?country=THA")
	if p := decode[problemDetails](t, w); w.Code != http.StatusBadRequest || !strings.Contains(p.Detail, "1048576 records match") ||
		!strings.Contains(p.Detail, "narrow the filter, or take /data/facilities.csv or .parquet") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	if w := get(t, s, "/data/facilities.csv"); w.Code != http.StatusOK {
		t.Errorf("CSV, which holds any number: %d", w.Code)
	}
	if w := get(t, New(hugeStore{memory.New(fixture()), 1_048_575}, fixtureConfig()), "/data/facilities.xlsx"); w.Code != http.StatusOK {
		t.Errorf("as many as there are rows: %d", w.Code)
	}
	ds := fixture()
	ds.Facilities[0].Summary = strings.Repeat("x", 40_000)
	w = get(t, New(memory.New(ds), fixtureConfig()), "/data/facilities.xlsx")
	if p := decode[problemDetails](t, w); w.Code != http.StatusBadRequest || !strings.Contains(p.Detail, "32767 characters") {
		t.Errorf("a long text: %d %s", w.Code, w.Body)
	}
}

// longStore gives one record many times, and knows whether somebody is reading.
type longStore struct {
	geo.Store
	reading *bool
}

func (s longStore) All(context.Context, geo.Query) iter.Seq2[geo.Feature, error] {
	return func(yield func(geo.Feature, error) bool) {
		*s.reading = true
		defer func() { *s.reading = false }()
		f := fixture().Facilities[0]
		for i := range 10_000 {
			f.ID = int64(i + 1)
			if !yield(&f, nil) {
				return
			}
		}
	}
}

// watchedWriter sees whether the store is still being read while a body is sent.
type watchedWriter struct {
	http.ResponseWriter
	reading *bool
	during  int
}

func (w *watchedWriter) Write(p []byte) (int, error) {
	if *w.reading {
		w.during++
	}
	return w.ResponseWriter.Write(p)
}

// A file that is made before it is sent keeps no connection of the database while
// its reader is slow.
func TestMadeFilesLetGoOfTheStore(t *testing.T) {
	for name, whileReading := range map[string]bool{"geojson": true, "kml": true, "gpkg": false, "xlsx": false, "fgb": false} {
		reading := false
		s := New(longStore{memory.New(fixture()), &reading}, fixtureConfig())
		recorder := httptest.NewRecorder()
		w := &watchedWriter{recorder, &reading, 0}
		s.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/data/facilities."+name, nil))
		if recorder.Code != http.StatusOK || recorder.Body.Len() < pieceSize {
			t.Errorf("%s: %d, %d bytes", name, recorder.Code, recorder.Body.Len())
		}
		if (w.during > 0) != whileReading {
			t.Errorf("%s: %d pieces are sent while the store is read", name, w.during)
		}
	}
}

// pageServer answers GET /page as the items do, with files only.
func pageServer(t *testing.T) *Server {
	t.Helper()
	s := newTestServer()
	col := fixtureService().collections[0]
	res := newResource(AlwaysCheck, pageFormats(filesOf(geo.Facilities, filterParameters(geo.Facilities))), col.items.parameters...)
	s.echo.GET("/page", func(c echo.Context) error {
		a, err := s.Answer(c, res)
		if err != nil {
			return err
		}
		q, err := a.query(col.Collection)
		if err != nil {
			return err
		}
		f := a.format.file
		if err := a.checkPageFile(f); err != nil {
			return err
		}
		found, err := s.store.List(a.Context(), q)
		if err != nil {
			return err
		}
		return s.sendPageFile(&question{Answer: a, col: col, q: q}, f, found)
	})
	return s
}

// Files tell what may be done with them, so a copy from before the operator said so is stale.
func TestTagOfFiles(t *testing.T) {
	seen := map[string]bool{}
	for _, terms := range []Terms{{}, {Licence: "CC BY 4.0"}, {LicenceURL: "https://example.org/"}, {Attribution: "Office A"}, {Attribution: "Office B"}} {
		cfg := fixtureConfig()
		cfg.Terms = terms
		seen[get(t, New(memory.New(fixture()), cfg), "/data/facilities.kml").Header().Get("ETag")] = true
	}
	if len(seen) != 5 {
		t.Errorf("%d tags for 5 choices of the operator", len(seen))
	}
}

// Two selections are two files in a folder; what is no plain name stays out of it.
func TestNamesOfDownloads(t *testing.T) {
	s := newTestServer()
	for query, want := range map[string]string{
		"": "facilities.csv", "?country=THA": "facilities-THA.csv", "?sector=new-energy&country=THA,FJI&q=x": "facilities-THA-FJI-new-energy.csv",
		"?country=THA&country=none": "facilities-THA-none.csv", "?country=" + strings.Repeat("THA,", 20) + "THA": "facilities.csv",
	} {
		w := get(t, s, "/data/facilities.csv"+query)
		if got := w.Header().Get("Content-Disposition"); w.Code != http.StatusOK || got != `attachment; filename="`+want+`"` {
			t.Errorf("%s: %d %s, want %s", query, w.Code, got, want)
		}
	}
}

func TestPageAsAFile(t *testing.T) {
	s := pageServer(t)
	total := len(fixture().Facilities)
	for _, format := range pageFormats(filesOf(geo.Facilities, filterParameters(geo.Facilities))) {
		name := format.names[0]
		w := get(t, s, "/page?limit=2&f="+name)
		h := w.Header()
		if w.Code != http.StatusOK || !strings.HasPrefix(h.Get("Content-Type"), format.mediaType) || !strings.HasPrefix(w.Body.String(), magic[name]) {
			t.Errorf("%s: %d, %v, %.40q", name, w.Code, h, w.Body)
		}
		if h.Get("OGC-NumberMatched") != fmt.Sprint(total) || h.Get("OGC-NumberReturned") != "2" || h.Get("Content-Disposition") != `attachment; filename="facilities.`+name+`"` {
			t.Errorf("%s: %v", name, h)
		}
	}
	if n := get(t, s, "/page?limit=1000&f=fgb").Header().Get("OGC-NumberReturned"); n != fmt.Sprint(total-1) {
		t.Errorf("%s records are said to be in a file without the one that has no position", n)
	}
	if lines := strings.Count(get(t, s, "/page?limit=2&f=geojsonl").Body.String(), "\n"); lines != 2 {
		t.Errorf("%d lines of a page of 2", lines)
	}
	for name, value := range map[string]string{
		"crs": "http://www.opengis.net/def/crs/EPSG/0/4326", "properties": "name", "exclude-properties": "name", "skipGeometry": "true",
		"facets": "country",
	} {
		w := get(t, s, "/page?f=csv&"+url.Values{name: {value}}.Encode())
		if p := decode[problemDetails](t, w); w.Code != http.StatusBadRequest || p.Parameter != name || !strings.Contains(p.Detail, "take f=json") {
			t.Errorf("%s: %d %s", name, w.Code, w.Body)
		}
	}
}

// Each collection lists its own files, and those only.
func TestCollectionsListTheirFiles(t *testing.T) {
	for _, col := range fixtureService().collections {
		doc := decode[collectionDocument](t, get(t, newTestServer(), col.path()))
		var got, want []string
		for _, l := range doc.Links {
			if l.Rel == "enclosure" {
				got = append(got, l.Href+" "+l.Type)
			}
		}
		for _, f := range everyFile() {
			if f.collection.Is(col.Collection) {
				want = append(want, "http://localhost:8080/data/"+col.ID+"."+f.extension+" "+f.mediaType)
			}
		}
		if !slices.Equal(got, want) || len(want) < 3 {
			t.Errorf("%s: %v, want %v", col.Collection, got, want)
		}
	}
}

// contentTypeOf is the media type of a file, with the encoding where it is a text.
func contentTypeOf(f *fileFormat) string {
	if f.extension == "csv" {
		return "text/csv; charset=utf-8"
	}
	return f.mediaType
}
