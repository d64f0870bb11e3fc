package pages

import (
	"context"
	"errors"
	"io"
	"iter"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"innoatlas/geo"
	"innoatlas/geo/memory"
	"innoatlas/texts"
)

// failingStore has no time for lists, or is too slow for them where err is nil.
type failingStore struct {
	geo.Store
	err error
}

func (s failingStore) List(ctx context.Context, _ geo.Query) (geo.Page, error) {
	if s.err == nil {
		<-ctx.Done()
		return geo.Page{}, ctx.Err()
	}
	return geo.Page{}, s.err
}

// All fails after many records.
func (s failingStore) All(ctx context.Context, q geo.Query) iter.Seq2[geo.Feature, error] {
	return func(yield func(geo.Feature, error) bool) {
		for range 2000 {
			for f := range s.Store.All(ctx, q) {
				if !yield(f, nil) {
					return
				}
			}
		}
		yield(nil, s.err)
	}
}

// A page that the store has no time for is 503 in its language, at once or when the time
// of an answer is over.
func TestPagesOfAStoreThatFails(t *testing.T) {
	t.Parallel()
	for _, l := range texts.Languages {
		busy := newServer(failingStore{memory.New(fixture()), geo.ErrBusy}, fixtureConfig())
		for _, path := range []string{"/", "/embed", "/countries/tha"} {
			w := get(t, busy, path+"?lang="+l.Code, "Accept", "text/html")
			if w.Code != http.StatusServiceUnavailable || w.Header().Get("Retry-After") == "" || !strings.Contains(w.Body.String(), texts.In(l.Code).T("failed.busy")) {
				t.Errorf("%s in %s: %d, %v, %.300s", path, l.Code, w.Code, w.Header(), w.Body)
			}
		}
	}
	synctest.Test(t, func(t *testing.T) {
		slow := newServer(failingStore{memory.New(fixture()), nil}, fixtureConfig())
		for _, path := range []string{"/?f=html", "/embed", "/countries/tha"} {
			begin := time.Now()
			if w := get(t, slow, path); w.Code != http.StatusServiceUnavailable || time.Since(begin) != 10*time.Second {
				t.Errorf("%s: %d after %s", path, w.Code, time.Since(begin))
			}
		}
	})
}

// A sitemap that fails after its status was sent is not taken for whole.
func TestSitemapThatFails(t *testing.T) {
	server := httptest.NewServer(newServer(failingStore{memory.New(fixture()), errors.New("broken")}, fixtureConfig()))
	defer server.Close()
	plain := http.Client{Transport: &http.Transport{DisableCompression: true}}
	response, err := plain.Get(server.URL + "/sitemap.xml")
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if _, err := io.ReadAll(response.Body); response.StatusCode != http.StatusOK || err == nil {
		t.Errorf("status %d, error %v: a client cannot tell that it is cut off", response.StatusCode, err)
	}
}
