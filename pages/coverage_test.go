package pages

import (
	"context"
	"encoding/json"
	"iter"
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"

	"innoatlas/geo"
)

// countingStore counts how often all records are read.
type countingStore struct {
	geo.Store
	read *int
}

func (s countingStore) All(ctx context.Context, q geo.Query) iter.Seq2[geo.Feature, error] {
	*s.read++
	return s.Store.All(ctx, q)
}

func TestCoverage(t *testing.T) {
	read := 0
	s := newServer(countingStore{toldServer().Store(), &read}, fixtureConfig())
	var got geo.Coverage
	for range 2 {
		w := get(t, s, "/languages")
		if err := json.Unmarshal(w.Body.Bytes(), &got); w.Code != http.StatusOK || err != nil {
			t.Fatalf("%d, %v: %s", w.Code, err, w.Body)
		}
	}
	if got.Facilities != 4 || got.Summaries != 1 || got.Towns != 2 || len(got.Languages) != 9 || read != 1 {
		t.Errorf("%+v, read %d times", got, read)
	}
	type told = geo.Told
	for _, want := range []geo.LanguageCoverage{
		{Lang: "zh", Names: told{Source: 1}, Summaries: told{Machine: 1}, Towns: told{Source: 1}},
		{Lang: "th", Names: told{Machine: 1}, Summaries: told{Machine: 1}, Towns: told{Machine: 1}, Outdated: 1},
		{Lang: "lo", Names: told{Person: 1}},
		{Lang: "km"},
	} {
		for _, l := range got.Languages {
			if l.Lang == want.Lang && !cmp.Equal(l, want) {
				t.Errorf("%s: %+v, want %+v", want.Lang, l, want)
			}
		}
	}
	if w := get(t, s, "/languages", "If-None-Match", get(t, s, "/languages").Header().Get("ETag")); w.Code != http.StatusNotModified {
		t.Errorf("with its own tag: %d", w.Code)
	}
	if w := get(t, s, "/languages?x=1"); w.Code != http.StatusBadRequest {
		t.Errorf("with a parameter that is none: %d", w.Code)
	}
}
