package api

import (
	"bytes"
	"context"
	"errors"
	"io"
	"iter"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

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
		name string
		rows int
		sent bool // the status was 200 when it failed
	}{
		{"before the first piece", 10, false},
		{"in the middle", 5000, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			var log bytes.Buffer
			cfg := fixtureConfig()
			cfg.Logger = slog.New(slog.NewJSONHandler(&log, nil))
			server := httptest.NewServer(New(endlessStore{memory.New(fixture()), test.rows}, cfg))
			response, err := http.Get(server.URL + "/data/facilities.geojson")
			if err != nil {
				t.Fatal(err)
			}
			_, err = io.ReadAll(response.Body)
			response.Body.Close()
			server.Close() // waits for the handler, and so for its log
			if !test.sent && response.StatusCode != http.StatusInternalServerError {
				t.Errorf("status %d, want 500", response.StatusCode)
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

func TestLargeDownloads(t *testing.T) {
	server := httptest.NewServer(New(memory.New(loadtest.Generated()), fixtureConfig()))
	defer server.Close()
	for _, f := range fileFormats {
		plain := readAll(t, server.URL+f.path, "identity")
		if rows := bytes.Count(plain, []byte("\n")); rows < 51_370 {
			t.Errorf("%s has %d lines", f.path, rows)
		}
		if packed := readAll(t, server.URL+f.path, "gzip"); !bytes.Equal(packed, plain) {
			t.Errorf("%s differs when compressed", f.path)
		}
	}
}

// readAll reads a body; the transport undoes gzip when it is left to ask for it.
func readAll(t *testing.T, address, encoding string) []byte {
	t.Helper()
	transport := &http.Transport{DisableCompression: encoding == "identity"}
	defer transport.CloseIdleConnections()
	response, err := (&http.Client{Transport: transport}).Get(address)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if encoding == "gzip" && !response.Uncompressed {
		t.Error("the answer was not compressed")
	}
	if got := response.Header.Get("Content-Disposition"); !strings.HasPrefix(got, `attachment; filename="facilities.`) {
		t.Errorf("Content-Disposition %q", got)
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
	w := do(t, s, http.MethodHead, "/data/facilities.csv", "Accept-Encoding", "br")
	if w.Code != http.StatusOK || w.Body.Len() > 0 || w.Header().Get("Content-Encoding") != "br" {
		t.Errorf("%d, %d bytes, %v", w.Code, w.Body.Len(), w.Header())
	}
}
