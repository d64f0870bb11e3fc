package api

import (
	"context"
	"errors"
	"io"
	"iter"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"innoatlas/geo"
	"innoatlas/geo/memory"
	"innoatlas/texts"
	"innoatlas/web"
)

// slowStore lists when the context ends, and gives its records one an hour but the first.
type slowStore struct{ geo.Store }

func (s slowStore) List(ctx context.Context, _ geo.Query) (geo.Page, error) {
	<-ctx.Done()
	return geo.Page{}, ctx.Err()
}

func (s slowStore) All(ctx context.Context, q geo.Query) iter.Seq2[geo.Feature, error] {
	return func(yield func(geo.Feature, error) bool) {
		for f := range s.Store.All(ctx, q) {
			big := *f.(*geo.Facility)
			big.Summary = strings.Repeat("x", pieceSize)
			if !yield(&big, ctx.Err()) {
				return
			}
			time.Sleep(time.Hour)
		}
	}
}

// TestAnswerTime: after ten seconds an answer is 503, in the reader's language, whoever
// waits for it; a file that has begun goes on.
func TestAnswerTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := New(slowStore{memory.New(fixture())}, fixtureConfig())
		for _, target := range []string{"/collections/facilities/items", "/collections/facilities/items?f=html"} {
			begin := time.Now()
			w := get(t, s, target, "Accept-Language", "th")
			if took := time.Since(begin); took != answerTime {
				t.Errorf("%s took %s, want %s", target, took, answerTime)
			}
			if w.Code != 503 || w.Header().Get("Retry-After") == "" || !strings.Contains(w.Body.String(), texts.In("th").T("failed.busy")) {
				t.Errorf("%s: %d, %v, %.600s", target, w.Code, w.Header(), w.Body)
			}
		}
		if n := s.Refused()["out of time"]; n != 2 {
			t.Errorf("%d are counted, want 2", n)
		}
		for file, end := range map[string]string{"geojson": "]}\n", "fgb": "", "gpkg": ""} { // the last two are made whole before their first byte
			if w := get(t, s, "/data/facilities."+file); w.Code != 200 || !strings.HasSuffix(w.Body.String(), end) {
				t.Errorf("%s that takes hours: %d, %d bytes", file, w.Code, w.Body.Len())
			}
		}
	})
}

// TestFiltersAreReadInTurns: who has no turn to read a filter waits, as long as an answer
// has time, and keeps nobody else waiting.
func TestFiltersAreReadInTurns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newTestServer()
		for range geo.Processors() {
			leave, err := s.turns.filters.Enter(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			defer leave()
		}
		for target, want := range map[string]time.Duration{
			"/collections/facilities/items?filter=id=1": answerTime, "/data/facilities.csv?filter=id=1": answerTime,
			"/collections/facilities/items?country=THA&q=a": 0, "/data/facilities.csv": 0, "/readyz": 0,
		} {
			begin := time.Now()
			w := get(t, s, target)
			if took := time.Since(begin); took != want || (w.Code == 200) != (want == 0) {
				t.Errorf("%s: %d after %s, want %s", target, w.Code, took, want)
			}
		}
	})
}

func TestBusyInEveryLanguage(t *testing.T) {
	seen := map[string]bool{}
	for _, lang := range languages {
		s := New(failingStore{memory.New(fixture()), geo.ErrBusy}, fixtureConfig())
		text := texts.In(lang).T("failed.busy")
		for name, w := range map[string]*httptest.ResponseRecorder{
			"page":      get(t, s, "/collections/facilities/items?f=html", "Accept-Language", lang),
			"document":  get(t, s, "/collections/facilities/items?lang="+lang),
			"by header": get(t, s, "/collections/facilities/items", "Accept-Language", lang),
		} {
			if w.Code != 503 || w.Header().Get("Retry-After") == "" || !strings.Contains(w.Body.String(), text) {
				t.Errorf("%s, %s: %d, %v, %.300s", name, lang, w.Code, w.Header(), w.Body)
			}
		}
		seen[text] = true
	}
	if len(seen) != 10 {
		t.Errorf("%d texts, want one a language", len(seen))
	}
}

// TestUnsent: what waits for slow readers is bounded, and a shared body counts once.
func TestUnsent(t *testing.T) {
	var u unsent
	body := make([]byte, (maxUnsent-smallUnsent)/2+1)
	first, err := u.hold(body)
	if err != nil {
		t.Fatal(err)
	}
	second, err := u.hold(body)
	if err != nil {
		t.Errorf("a body that is held already: %v", err)
	}
	if _, err := u.hold(make([]byte, len(body))); !errors.Is(err, geo.ErrBusy) {
		t.Errorf("beyond the bound: %v", err)
	}
	if small, err := u.hold(make([]byte, smallBody)); err != nil {
		t.Errorf("a small one beside large ones: %v", err)
	} else {
		small()
	}
	first()
	if u.bytes != len(body) {
		t.Errorf("%d bytes while one reader is left, want %d", u.bytes, len(body))
	}
	second()
	if u.bytes != 0 || len(u.bodies) != 0 {
		t.Errorf("%d bytes of %d bodies are left", u.bytes, len(u.bodies))
	}
}

func TestNothingIsHeldAfterwards(t *testing.T) {
	s := newTestServer()
	s.unsent.bytes = maxUnsent
	for _, target := range []string{"/collections/facilities/items", "/collections/facilities/items?f=html", "/data/facilities.geojson", "/data/facilities.gpkg",
		"/collections/countries/tiles/WebMercatorQuad/0/0/0"} {
		if w := get(t, s, target, "Accept-Encoding", "br"); w.Code != 503 || w.Header().Get("Retry-After") == "" || w.Header().Get("Content-Encoding") != "" {
			t.Errorf("%s beyond the bound: %d, %v", target, w.Code, w.Header())
		}
	}
	for _, target := range []string{"/readyz", "/livez", web.Asset("app/main.js")} {
		if w := get(t, s, target); w.Code != 200 {
			t.Errorf("%s beyond the bound: %d", target, w.Code)
		}
	}
	s.unsent.bytes = 0
	for _, target := range everyResource {
		for _, method := range []string{"GET", "HEAD"} {
			do(t, s, method, target, "Accept-Encoding", "gzip")
		}
	}
	if s.unsent.bytes != 0 || len(s.unsent.bodies) != 0 {
		t.Errorf("%d bytes of %d bodies are left", s.unsent.bytes, len(s.unsent.bodies))
	}
	if a, b, c := s.turns.costly.Counts(), s.turns.brief.Counts(), s.turns.again.Counts(); a.Running+b.Running+c.Running != 0 {
		t.Errorf("turns are left: %+v %+v %+v", a, b, c)
	}
}

// TestCostlyTurns: of many costly answers at once some are made, the others refused,
// and what asks little is answered in between.
func TestCostlyTurns(t *testing.T) {
	s := newTestServer()
	leave := func() {}
	for range 64 { // all places
		ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
		if l, err := s.turns.costly.Enter(ctx); err == nil {
			before := leave
			leave = func() { l(); before() }
		}
		cancel()
	}
	codes := make(chan int, 64)
	for range 64 {
		go func() {
			w := httptest.NewRecorder()
			s.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/data/facilities.csv", nil))
			io.Copy(io.Discard, w.Body)
			codes <- w.Code
		}()
	}
	refused := 0
	for range 32 {
		if <-codes == 503 {
			refused++
		}
	}
	if w := get(t, s, "/collections/facilities/items"); refused != 32 || w.Code != 200 {
		t.Errorf("%d refused of 64, want 32; the items are %d", refused, w.Code)
	}
	leave()
	for range 32 {
		if code := <-codes; code != 200 {
			t.Errorf("one that waited: %d", code)
		}
	}
}

// pausingStore waits for others after the first record, until it is released.
type pausingStore struct {
	geo.Store
	waiting chan struct{}
	release chan struct{}
}

func (s pausingStore) All(ctx context.Context, q geo.Query) iter.Seq2[geo.Feature, error] {
	return func(yield func(geo.Feature, error) bool) {
		for f, err := range s.Store.All(ctx, q) {
			if !yield(f, err) {
				return
			}
			resume := geo.Pause(ctx)
			s.waiting <- struct{}{}
			<-s.release
			if err := resume(); err != nil {
				yield(nil, err)
				return
			}
		}
	}
}

// TestFilesWaitWithoutATurn: a file whose store waits for its database keeps no other from
// being made.
func TestFilesWaitWithoutATurn(t *testing.T) {
	t.Parallel()
	store := pausingStore{memory.New(fixture()), make(chan struct{}), make(chan struct{})}
	s := New(store, fixtureConfig())
	for _, target := range []string{"/data/facilities.csv", "/data/facilities.gpkg"} {
		code := make(chan int)
		go func() {
			w := httptest.NewRecorder()
			s.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, target, nil))
			code <- w.Code
		}()
		for range fixture().Facilities {
			<-store.waiting
			if n := s.turns.costly.Counts().Running + s.turns.again.Counts().Running; n != 0 {
				t.Errorf("%s holds %d turns while its store waits", target, n)
			}
			store.release <- struct{}{}
		}
		if got := <-code; got != 200 || s.turns.costly.Counts().Running+s.turns.again.Counts().Running != 0 {
			t.Errorf("%s: %d, and turns are left", target, got)
		}
	}
}

// scatteredStore has clusters without end.
type scatteredStore struct{ geo.Store }

func (scatteredStore) Clusters(context.Context, geo.Query, int) (geo.Clusters, error) {
	return geo.Clusters{Clusters: slices.Repeat([]geo.Cluster{{Count: 2}}, briefRecords+1)}, nil
}

// TestLargeAnswersTakeCostlyTurns: what is as large as a file, or is one, waits with files,
// and holds no buffer meanwhile: the buffers of hundreds that waited took most of a gigabyte.
func TestLargeAnswersTakeCostlyTurns(t *testing.T) {
	s := New(scatteredStore{memory.New(fixture())}, fixtureConfig())
	var leaves []func()
	for range geo.Processors() {
		leave, err := s.turns.costly.Enter(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		leaves = append(leaves, leave)
	}
	targets := []string{"/collections/facilities/clusters?zoom=22", "/collections/facilities/items?limit=1&f=gpkg", "/collections/facilities/items?limit=1&f=xlsx"}
	for _, target := range targets {
		ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		w := httptest.NewRecorder()
		s.ServeHTTP(w, httptest.NewRequestWithContext(ctx, http.MethodGet, target, nil))
		if cancel(); w.Body.Len() > 1000 {
			t.Errorf("%s did not wait for a costly turn", target)
		}
	}
	for _, leave := range leaves {
		leave()
	}
	for _, target := range targets {
		if w := get(t, s, target); w.Code != http.StatusOK {
			t.Errorf("%s: %d", target, w.Code)
		}
	}
}
