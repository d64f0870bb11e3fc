package api

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"reflect"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"innoatlas/api/apitest"
	"innoatlas/geo"
	"innoatlas/geo/memory"
	"innoatlas/geo/zorder"
)

// keeping is a server that keeps finished answers.
func keeping(store geo.Store) *Server {
	cfg := fixtureConfig()
	cfg.Cache = 8 << 20
	return New(store, cfg)
}

// hookedStore calls a hook before each question for data, and counts them.
type hookedStore struct {
	geo.Store
	asked  atomic.Int32
	before func(context.Context) error
	away   atomic.Bool
}

func (s *hookedStore) Catalog(ctx context.Context) (*geo.Catalog, error) {
	if s.away.Load() {
		return nil, geo.ErrUnavailable
	}
	return s.Store.Catalog(ctx)
}

func (s *hookedStore) hook(ctx context.Context) error {
	s.asked.Add(1)
	if s.away.Load() {
		return geo.ErrUnavailable
	}
	if s.before != nil {
		return s.before(ctx)
	}
	return nil
}

func (s *hookedStore) Get(ctx context.Context, c *geo.Collection, ref geo.Ref) (geo.Feature, error) {
	if err := s.hook(ctx); err != nil {
		return nil, err
	}
	return s.Store.Get(ctx, c, ref)
}

func (s *hookedStore) List(ctx context.Context, q geo.Query) (geo.Page, error) {
	if err := s.hook(ctx); err != nil {
		return geo.Page{}, err
	}
	return s.Store.List(ctx, q)
}

func (s *hookedStore) Facets(ctx context.Context, q geo.Query) (geo.Facets, error) {
	if err := s.hook(ctx); err != nil {
		return geo.Facets{}, err
	}
	return s.Store.Facets(ctx, q)
}

func (s *hookedStore) Matrix(ctx context.Context, q geo.Query, rows, columns geo.Dimension) (geo.Matrix, error) {
	if err := s.hook(ctx); err != nil {
		return geo.Matrix{}, err
	}
	return s.Store.Matrix(ctx, q, rows, columns)
}

func (s *hookedStore) Clusters(ctx context.Context, q geo.Query, zoom int) (geo.Clusters, error) {
	if err := s.hook(ctx); err != nil {
		return geo.Clusters{}, err
	}
	return s.Store.Clusters(ctx, q, zoom)
}

func (s *hookedStore) Tile(ctx context.Context, q geo.Query, t zorder.Tile) (geo.Tile, error) {
	if err := s.hook(ctx); err != nil {
		return geo.Tile{}, err
	}
	return s.Store.Tile(ctx, q, t)
}

// keptTargets has every resource whose answers are kept.
var keptTargets = []string{
	"/collections/facilities/items", "/collections/facilities/items?limit=2", "/collections/facilities/items?limit=2&offset=1", "/collections/facilities/items?offset=1&limit=2",
	"/collections/facilities/items?kind=joint-laboratory&facets=country:1", "/collections/facilities/items?crs=http://www.opengis.net/def/crs/EPSG/0/4326",
	"/collections/facilities/items?properties=name", "/collections/facilities/items?q=nothing+like+it", "/collections/countries/items",
	"/collections/facilities/items/1", "/collections/facilities/items/1/", "/collections/facilities/items/solar-lab-bangkok", "/collections/countries/items/tha",
	"/collections/facilities/facets", "/collections/countries/facets", "/collections/facilities/facets?country=THA",
	"/collections/facilities/matrix", "/collections/facilities/matrix?rows=sector&columns=kind", "/collections/facilities/clusters?zoom=2",
	"/tiles/WebMercatorQuad/0/0/0", "/tiles/WebMercatorQuad/0/0/0?collections=facilities", "/collections/facilities/tiles/WebMercatorQuad/0/0/0",
	"/collections/facilities/tiles/WebMercatorQuad/2/1/3", "/collections/countries/tiles/WebMercatorQuad/0/0/0",
	"/collections/facilities/tiles/WebMercatorQuad/0/0/0?kind=joint-laboratory",
}

// variants are the ways in which one address can be asked for.
func variants(target string) (requests []*http.Request) {
	add := func(query, accept, language, host, coding string) {
		r := httptest.NewRequest(http.MethodGet, target+query, nil)
		r.Host = host
		r.Header.Set("Accept", accept)
		r.Header.Set("Accept-Language", language)
		r.Header.Set("Accept-Encoding", coding)
		requests = append(requests, r)
	}
	for _, coding := range []string{"", "gzip", "br, gzip"} {
		for _, query := range queriesOf(target) {
			add(query, "", "", "localhost:8080", coding)
		}
		for _, host := range []string{"localhost:8080", "127.0.0.1", "elsewhere.example"} {
			for _, language := range []string{"", "zh"} {
				add("", "text/html", language, host, coding)
				add("", "text/csv", language, host, coding)
			}
		}
	}
	return requests
}

// queriesOf choose the representation and the language by the address.
func queriesOf(target string) []string {
	queries := []string{"", "lang=zh", "lang=th"}
	switch {
	case strings.Contains(target, "/tiles/"):
		queries = []string{"", "f=mvt", "lang=zh", "lang=th"}
	case strings.Contains(target, "/facilities/items?limit=2&o"):
		for _, f := range []string{"json", "geojson", "html", "csv", "geojsonl", "kml", "xlsx", "fgb", "gpkg", "parquet", "nonsense"} {
			queries = append(queries, "f="+f)
		}
	case strings.Contains(target, "/items"):
		queries = append(queries, "f=json", "f=html", "f=html&lang=zh")
	case strings.Contains(target, "/matrix"):
		queries = append(queries, "f=csv", "lang=zh&f=csv")
	}
	mark := "?"
	if strings.Contains(target, "?") {
		mark = "&"
	}
	for i, query := range queries[1:] {
		queries[1+i] = mark + query
	}
	return queries
}

func answerTo(s *Server, r *http.Request) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	return w
}

// same compares two answers but for their request ids. The parts of a workbook stand in
// any order.
func same(a, b *httptest.ResponseRecorder) bool {
	a.Header().Del(requestIDHeader)
	b.Header().Del(requestIDHeader)
	equal := bytes.Equal(a.Body.Bytes(), b.Body.Bytes()) || a.Header().Get("Content-Type") == excelFile.mediaType && a.Body.Len() == b.Body.Len()
	return a.Code == b.Code && equal && reflect.DeepEqual(a.Header(), b.Header())
}

// TestKeptAnswersAreThoseThatAreMade: whatever was asked before, an answer is byte by
// byte and header by header the one that a server without a shelf makes: asked for once
// and again, in any representation, language and coding, under any name, by GET and HEAD,
// and by who has it already.
func TestKeptAnswersAreThoseThatAreMade(t *testing.T) {
	store := &hookedStore{Store: memory.New(apitest.InLanguages())}
	plain, kept := serverInLanguages(), keeping(store)
	for _, target := range keptTargets {
		for _, r := range variants(target) {
			want := answerTo(plain, r)
			for turn := range 3 {
				before := store.asked.Load()
				got := answerTo(kept, r)
				tag := want.Header().Get("ETag")
				if !same(got, want) {
					t.Fatalf("turn %d, GET %s on %s %v:\n%d %v\n%.400q\nwant %d %v\n%.400q", turn, r.URL, r.Host, r.Header, got.Code, got.Header(), got.Body, want.Code,
						want.Header(), want.Body)
				}
				if want.Code != http.StatusOK {
					continue
				}
				if turn > 0 && store.asked.Load() != before {
					t.Errorf("GET %s on %s %v again asked the store", r.URL, r.Host, r.Header)
				}
				for method, given := range map[string]string{http.MethodHead: "", http.MethodGet: tag} {
					other := r.Clone(t.Context())
					other.Method = method
					if given != "" {
						other.Header.Set("If-None-Match", given)
					}
					if got, want := answerTo(kept, other), answerTo(plain, other); !same(got, want) {
						t.Errorf("%s %s on %s %v: %d %v, want %d %v", method, r.URL, r.Host, other.Header, got.Code, got.Header(), want.Code, want.Header())
					}
				}
			}
		}
	}
}

// TestHeadIsNoEmptyAnswer: what HEAD made is whole for GET.
func TestHeadIsNoEmptyAnswer(t *testing.T) {
	store := &hookedStore{Store: memory.New(fixture())}
	s := keeping(store)
	head := do(t, s, http.MethodHead, "/collections/facilities/items")
	w := get(t, s, "/collections/facilities/items")
	if head.Body.Len() > 0 || fmt.Sprint(w.Body.Len()) != head.Header().Get("Content-Length") || store.asked.Load() != 1 {
		t.Errorf("HEAD says %s bytes, GET has %d, the store was asked %d times", head.Header().Get("Content-Length"), w.Body.Len(), store.asked.Load())
	}
}

// TestOneMakingForAll: who asks the same at the same time, in any coding, waits for one answer.
func TestOneMakingForAll(t *testing.T) {
	for _, target := range []string{
		"/collections/facilities/items", "/collections/facilities/items/1", "/collections/facilities/tiles/WebMercatorQuad/0/0/0",
		"/collections/facilities/facets",
	} {
		store := &hookedStore{Store: memory.New(fixture())}
		all := make(chan struct{})
		store.before = func(context.Context) error { <-all; return nil }
		s := keeping(store)
		var group sync.WaitGroup
		for i := range 100 {
			group.Go(func() {
				if w := get(t, s, target, "Accept-Encoding", []string{"", "gzip", "br"}[i%3]); w.Code != 200 || w.Body.Len() == 0 {
					t.Errorf("%s: %d", target, w.Code)
				}
			})
		}
		for waitingFor(s) < 100 {
			time.Sleep(time.Millisecond)
		}
		close(all)
		group.Wait()
		if n := store.asked.Load(); n != 1 {
			t.Errorf("%s: the store was asked %d times", target, n)
		}
	}
}

// waitingFor is how many wait for an answer.
func waitingFor(s *Server) (n int) {
	for key, waiting := range s.makings.Waiting() {
		n += waiting
		if strings.Contains(key, " gzip\x00") || strings.Contains(key, " br\x00") {
			n-- // it waits for the plain one itself
		}
	}
	return n
}

// TestWhoLeavesFirst: the first asker is gone before the answer is there, and the others
// get it; when all are gone, the store is told.
func TestWhoLeavesFirst(t *testing.T) {
	store := &hookedStore{Store: memory.New(fixture())}
	begun, proceed, stopped := make(chan struct{}, 9), make(chan struct{}), make(chan struct{}, 9)
	store.before = func(ctx context.Context) error {
		begun <- struct{}{}
		select {
		case <-proceed:
			return nil
		case <-ctx.Done():
			stopped <- struct{}{}
			return ctx.Err()
		}
	}
	s := keeping(store)
	ask := func(ctx context.Context) int {
		w := httptest.NewRecorder()
		s.ServeHTTP(w, httptest.NewRequestWithContext(ctx, http.MethodGet, "/collections/facilities/items", nil))
		return w.Code
	}
	first, leave := context.WithCancel(t.Context())
	var group sync.WaitGroup
	group.Go(func() { ask(first) })
	<-begun
	codes := make(chan int, 1)
	group.Go(func() { codes <- ask(t.Context()) })
	for waitingFor(s) < 2 {
		time.Sleep(time.Millisecond)
	}
	leave()
	for waitingFor(s) > 1 {
		time.Sleep(time.Millisecond)
	}
	close(proceed)
	if code := <-codes; code != 200 || store.asked.Load() != 1 {
		t.Errorf("who stayed got %d, the store was asked %d times", code, store.asked.Load())
	}
	group.Wait()

	store, proceed = &hookedStore{Store: memory.New(fixture()), before: store.before}, nil
	s = keeping(store)
	all, leave := context.WithCancel(t.Context())
	group.Go(func() { ask(all) })
	<-begun
	leave()
	<-stopped
	group.Wait()
}

// TestErrorsAreNotKept: an error is the answer of the moment only.
func TestErrorsAreNotKept(t *testing.T) {
	for _, target := range []string{
		"/collections/facilities/items", "/collections/facilities/items/1", "/collections/facilities/tiles/WebMercatorQuad/0/0/0",
		"/collections/facilities/clusters?zoom=1",
	} {
		store := &hookedStore{Store: memory.New(fixture())}
		s := keeping(store)
		for _, failure := range []struct {
			err  error
			want int
		}{{geo.ErrUnavailable, 503}, {errors.New("broken"), 500}, {nil, 200}, {geo.ErrUnavailable, 200}} {
			store.before = func(context.Context) error { return failure.err }
			if w := get(t, s, target); w.Code != failure.want || (w.Header().Get("Cache-Control") == "no-store") != (failure.want != 200) {
				t.Errorf("%s with %v: %d, want %d, %v", target, failure.err, w.Code, failure.want, w.Header())
			}
		}
	}
}

// grown is the fixture with that many facilities, named after their number.
func grown(n int) *geo.Dataset {
	ds := fixture()
	ds.Revision = fmt.Sprint("of ", n)
	for i := range n - len(ds.Facilities) {
		ds.Facilities = append(ds.Facilities, geo.Facility{ID: int64(100 + i), Slug: fmt.Sprint("more-", i), Kind: "joint-laboratory", Name: "More", Status: "unknown"})
	}
	return ds
}

// TestKeptAnswersAreNeverStale: after a change each answer is the new one, whoever asks
// meanwhile.
func TestKeptAnswersAreNeverStale(t *testing.T) {
	data := memory.New(grown(4))
	s := keeping(data)
	var current atomic.Int32
	current.Store(4)
	var readers sync.WaitGroup
	for i := range 4 {
		readers.Go(func() {
			target := []string{"/collections/facilities/items?limit=1", "/collections/facilities/facets"}[i%2]
			for current.Load() < 60 {
				before := current.Load()
				w := get(t, s, target, "Accept-Encoding", "")
				if page := decode[struct{ NumberMatched int32 }](t, w); page.NumberMatched < before {
					t.Errorf("%s: %d facilities after the change to %d", target, page.NumberMatched, before)
					return
				}
			}
		})
	}
	for n := 5; n <= 60; n++ {
		data.Replace(grown(n))
		current.Store(int32(n))
	}
	readers.Wait()
}

// TestNewDataUnderAnOldName: the data may change between the catalog and the records.
// Such an answer has newer data than its tag says, and is not kept: the old data may
// come back, and with it the tag.
func TestNewDataUnderAnOldName(t *testing.T) {
	data := memory.New(grown(4))
	store := &hookedStore{Store: data}
	s := keeping(store)
	matched := func() int {
		return decode[struct{ NumberMatched int }](t, get(t, s, "/collections/facilities/items?limit=1")).NumberMatched
	}
	store.before = func(context.Context) error { data.Replace(grown(9)); return nil }
	if n := matched(); n != 9 {
		t.Errorf("%d facilities, want 9", n)
	}
	store.before = nil
	data.Replace(grown(4))
	if n := matched(); n != 4 {
		t.Errorf("%d facilities of the old data, want 4", n)
	}
}

// TestAwayDatabase: what is kept is still answered, with 304 where it is known; all else
// is 503 until the database is back.
func TestAwayDatabase(t *testing.T) {
	data := memory.New(grown(4))
	store := &hookedStore{Store: data}
	s := keeping(store)
	const kept, other = "/collections/facilities/items?limit=1", "/collections/facilities/items?limit=2"
	tag := get(t, s, kept).Header().Get("ETag")
	get(t, s, "/collections")
	store.away.Store(true)
	for _, test := range []struct {
		target, tag string
		want        int
	}{{kept, "", 200}, {kept, tag, 304}, {other, "", 503}, {kept + "&lang=zh", "", 503}, {"/collections", "", 503}, {"/data/facilities.csv", "", 503},
		{kept + "&offset=x", "", 400}} {
		w := get(t, s, test.target, "If-None-Match", test.tag)
		if w.Code != test.want || (w.Header().Get("Retry-After") != "") != (test.want == 503) {
			t.Errorf("%s: %d, %v, want %d", test.target, w.Code, w.Header(), test.want)
		}
	}
	data.Replace(grown(7))
	store.away.Store(false)
	for n := 0; s.catalogs.failed.Load() != nil && n < 500; n++ {
		get(t, s, kept)
		time.Sleep(10 * time.Millisecond)
	}
	if n := decode[struct{ NumberMatched int }](t, get(t, s, kept, "If-None-Match", tag)).NumberMatched; n != 7 {
		t.Errorf("%d facilities after the outage, want 7", n)
	}
	store.away.Store(true)
	if w := get(t, keeping(store), kept); w.Code != 503 {
		t.Errorf("a server that never saw its database: %d", w.Code)
	}
}

// TestParametersInAnyOrder are one question.
func TestParametersInAnyOrder(t *testing.T) {
	store := &hookedStore{Store: memory.New(fixture())}
	s := keeping(store)
	tags := []string{}
	for _, query := range []string{"limit=2&offset=1", "offset=1&limit=2", "%6Cimit=2&offset=%31"} {
		tags = append(tags, get(t, s, "/collections/facilities/items?"+query).Header().Get("ETag"))
	}
	if store.asked.Load() != 1 || len(slices.Compact(slices.Sorted(slices.Values(tags)))) != 3 {
		t.Errorf("asked %d times, tags %q", store.asked.Load(), tags)
	}
}
