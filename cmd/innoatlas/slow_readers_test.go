package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// Slow readers of large files keep nobody waiting, and hold nothing of the database.
// After an import they get nothing of it: their transfer breaks.
func TestSlowReaders(t *testing.T) {
	database := filled(t)
	mustRun(t, "import", writeLarge(t, "einmal"), "--database-url", database)
	s := start(t, "--database-url", database, "--reads", "database")
	const readers = 40
	var slow []*http.Response
	for i := range readers {
		slow = append(slow, s.stall(t, "/data/facilities.geojson"+[]string{"", "?sortby=name", "?country=THA"}[i%3]))
	}
	for _, path := range []string{"/data/facilities.csv", "/data/facilities.geojson?country=THA", "/collections/facilities/items", "/readyz"} {
		began := time.Now()
		s.stall(t, path)
		if took := time.Since(began); took > 2*time.Second {
			t.Errorf("beside %d slow readers %s answers after %v", readers, path, took)
		}
	}
	eventually(t, "no download holds a connection", func() bool { return reading(t, database) == 0 })

	mustRun(t, "import", writeLarge(t, "zweimal"), "--database-url", database)
	for i, response := range slow[:6] {
		rest, err := io.ReadAll(response.Body)
		if err == nil || strings.Contains(string(rest), "zweimal") {
			t.Errorf("reader %d got %d bytes more and %v, want a broken transfer without a record of the import", i, len(rest), err)
		}
	}
	if whole := s.get(t, "/data/facilities.geojson"); !strings.Contains(string(whole), "zweimal") {
		t.Error("a download after the import is of the revision before")
	}
}

// writeLarge writes a data set that is larger than what systems hold of an answer.
func writeLarge(t *testing.T, word string) (path string) {
	t.Helper()
	var b strings.Builder
	b.WriteString("slug,name,country,kind,status,summary\n")
	for i := range 2000 {
		fmt.Fprintf(&b, "large-%d,Institute %d,THA,joint-laboratory,operating,%s\n", i, i, strings.Repeat(word+" ", 300))
	}
	path = filepath.Join(t.TempDir(), "large.csv")
	writeFile(t, path, b.String())
	return path
}

// stall asks, and reads no more of the answer than its status.
func (s *server) stall(t *testing.T, path string) *http.Response {
	t.Helper()
	client := http.Client{Transport: &http.Transport{
		DisableKeepAlives: true, DisableCompression: true,
		DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
			conn, err := (&net.Dialer{}).DialContext(ctx, network, address)
			if tcp, ok := conn.(*net.TCPConn); ok {
				err = tcp.SetReadBuffer(64 << 10)
			}
			return conn, err
		},
	}}
	response, err := client.Get(s.url + path)
	if err != nil || response.StatusCode != http.StatusOK {
		t.Fatalf("GET %s: %v %v", path, response, err)
	}
	t.Cleanup(func() { response.Body.Close() })
	return response
}

// reading is how many connections for downloads are busy, or in a transaction.
func reading(t *testing.T, database string) (n int) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), database)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	const busy = `SELECT count(*) FROM pg_stat_activity WHERE application_name = 'innoatlas-stream' AND datname = current_database() AND state <> 'idle'`
	if err := conn.QueryRow(t.Context(), busy).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}
