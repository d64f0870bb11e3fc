package main

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
)

// needTemporary are the downloads that are made in a temporary file, otherFiles some that are not.
var (
	needTemporary = []string{"/data/facilities.gpkg", "/data/facilities.fgb", "/data/facilities.xlsx", "/data/countries.gpkg", "/data/countries.fgb",
		"/collections/facilities/items?f=gpkg"}
	otherFiles = []string{"/data/facilities.csv", "/data/facilities.geojson", "/data/facilities.kml", "/data/facilities.parquet", "/readyz", "/?f=html"}
)

// TestNoTempDir: a folder that cannot be written takes three formats and nothing else,
// and both the log and the answer say why.
func TestNoTempDir(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	s := startPlain(t, "--temp-dir", filepath.Join(file, "folder"))
	for _, path := range needTemporary {
		wantNoRoom(t, s.url+path)
	}
	for _, path := range otherFiles {
		s.get(t, path)
	}
	s.stop(t)
	if log := s.logs.String(); !strings.Contains(log, "--temp-dir") || !strings.Contains(log, "not a directory") {
		t.Errorf("the log does not say why:\n%.500s", log)
	}
}

// TestDiskFull: where files may have 8 kB only, a download finds the disk full in the middle.
func TestDiskFull(t *testing.T) {
	t.Parallel()
	s := startCommand(t, func(args []string) *exec.Cmd {
		cmd := plainProgram(t, context.Background(), args...)
		cmd.Path, cmd.Args = "/bin/sh", append([]string{"sh", "-c", `ulimit -f 16; exec "$0" "$@"`, cmd.Path}, args...)
		return cmd
	}, "--temp-dir", t.TempDir())
	for _, path := range needTemporary {
		if !strings.Contains(path, "xlsx") { // a small one stays in memory
			wantNoRoom(t, s.url+path)
		}
	}
	for _, path := range otherFiles {
		s.get(t, path)
	}
}

func wantNoRoom(t *testing.T, url string) {
	t.Helper()
	response, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode != 503 || response.Header.Get("Retry-After") == "" ||
		!bytes.Contains(body, []byte("temporary file")) || bytes.Contains(body, []byte(os.TempDir())) {
		t.Errorf("%s: %s %.300s", url, response.Status, body)
	}
}

// TestKilledRunLeavesNothing: a server that was killed while it made files leaves
// folders, and the next start removes them; those of one that still runs stay.
func TestKilledRunLeavesNothing(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	data := filepath.Join(t.TempDir(), "many.csv")
	if err := os.WriteFile(data, manyRecords(30_000), 0o600); err != nil {
		t.Fatal(err)
	}
	s := startPlain(t, "--temp-dir", dir, "--data", data)
	for range 3 {
		go http.Get(s.url + "/data/facilities.gpkg") // never ends well
	}
	eventually(t, "files are being made", func() bool { return len(entries(t, dir)) > 0 })
	s.cmd.Process.Signal(syscall.SIGSTOP)
	made := entries(t, dir)
	startPlain(t, "--temp-dir", dir)
	if left := entries(t, dir); len(made) == 0 || !slices.Equal(left, made) {
		t.Errorf("beside a run that lives, %v is left of %v", left, made)
	}
	s.cmd.Process.Kill()
	<-s.done
	startPlain(t, "--temp-dir", dir)
	if left := entries(t, dir); len(left) != 0 {
		t.Errorf("after the run was killed, %v is left", left)
	}
}

func entries(t *testing.T, dir string) (names []string) {
	t.Helper()
	list, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range list {
		names = append(names, entry.Name())
	}
	return names
}

// manyRecords are so many facilities as CSV.
func manyRecords(n int) []byte {
	b := []byte("slug,kind,name,country,lon,lat\n")
	for i := range n {
		number := strconv.Itoa(i)
		b = append(b, "lab-"+number+",joint-laboratory,Laboratory "+number+",THA,"+strconv.FormatFloat(98+float64(i%700)/100, 'f', 2, 64)+","+
			strconv.FormatFloat(7+float64(i/700%1300)/100, 'f', 2, 64)+"\n"...)
	}
	return b
}
