package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"innoatlas/geo/format/formattest"
)

// largeFile is how many of manyRecords make files of some 30 MB.
const largeFile = 120_000

// TestFilesByURL: programs that ask for a file in parts read all of it where it is, also where it
// is longer than what they ask for at first: with GDAL, which QGIS, geopandas and R read by,
// and with the reader of npm, by a box.
func TestFilesByURL(t *testing.T) {
	t.Parallel()
	data := filepath.Join(t.TempDir(), "many.csv")
	if err := os.WriteFile(data, manyRecords(largeFile), 0o600); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	large := startPlain(t, "--data", data, "--temp-dir", dir)
	builtin := startPlain(t)
	if length := lengthOf(t, large.url+"/data/facilities.geojson"); length < 30e6 {
		t.Errorf("the large file has %d bytes only", length)
	}
	for _, ending := range []string{"fgb", "gpkg", "csv"} {
		made(t, large.url+"/data/facilities."+ending)
	}
	all := fmt.Sprintf("Feature Count: %d\n", largeFile)
	const box = "99 7.1 100 7.3"
	inBox := fmt.Sprintf("Feature Count: %d\n", lengthOfBox(t, large.url, box))
	for name, c := range map[string]struct {
		want string
		args []string
	}{
		"FlatGeobuf":            {all, []string{large.url + "/data/facilities.fgb"}},
		"FlatGeobuf by a box":   {inBox, append([]string{large.url + "/data/facilities.fgb", "-spat"}, strings.Fields(box)...)},
		"GeoPackage by a box":   {inBox, append([]string{large.url + "/data/facilities.gpkg", "-spat"}, strings.Fields(box)...)},
		"GeoJSON":               {all, []string{large.url + "/data/facilities.geojson"}},
		"CSV":                   {all, []string{large.url + "/data/facilities.csv"}},
		"built-in FlatGeobuf":   {"Feature Count: 194\n", []string{builtin.url + "/data/facilities.fgb"}},
		"built-in GeoPackage":   {"Feature Count: 199\n", []string{builtin.url + "/data/facilities.gpkg"}},
		"built-in GeoJSON":      {"Feature Count: 199\n", []string{builtin.url + "/data/facilities.geojson"}},
		"built-in workbook":     {"Feature Count: 199\n", []string{builtin.url + "/data/facilities.xlsx"}},
		"built-in KML":          {"Feature Count: 199\n", []string{builtin.url + "/data/facilities.kml"}},
		"countries, FlatGeobuf": {"Feature Count: 236\n", []string{builtin.url + "/data/countries.fgb"}},
		"a selection":           {"Feature Count: 22\n", []string{builtin.url + "/data/facilities.gpkg?country=THA"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			out, err := exec.Command("ogrinfo", append([]string{"-ro", "-so", "-al", "--config", "OGR_XLSX_HEADERS", "FORCE", "/vsicurl/" + c.args[0]},
				c.args[1:]...)...).CombinedOutput()
			if err != nil || !strings.Contains(string(out), c.want) || strings.Contains(string(out), "ERROR") {
				t.Errorf("%v: no %q in\n%.2000s", err, c.want, out)
			}
		})
	}
	t.Run("npm by a box", func(t *testing.T) {
		t.Parallel()
		var file struct {
			Counted  int
			Features []any
		}
		formattest.Node(t, "../..", &file, "read_flatgeobuf.mjs", append([]string{large.url + "/data/facilities.fgb"}, strings.Fields(box)...)...)
		if file.Counted != largeFile || fmt.Sprintf("Feature Count: %d\n", len(file.Features)) != inBox {
			t.Errorf("%d of %d features, want %s", len(file.Features), file.Counted, inBox)
		}
	})
	t.Cleanup(func() {
		if left := entries(t, dir); len(left) != 0 {
			t.Errorf("%v is left in the folder", left)
		}
	})
}

// made waits until a large file is made, and so is there for who asks for parts of it. Where
// the machine has much else to do, a server can be busy for longer than programs ask again.
func made(t *testing.T, url string) {
	t.Helper()
	for last := time.Now().Add(2 * time.Minute); ; time.Sleep(time.Second) {
		response, _ := fileOf(t, url, "bytes=0-0")
		if response.StatusCode == http.StatusPartialContent {
			return
		}
		if response.StatusCode != http.StatusServiceUnavailable || time.Now().After(last) {
			t.Fatalf("%s: %s", url, response.Status)
		}
	}
}

func lengthOf(t *testing.T, url string) int64 {
	t.Helper()
	request, _ := http.NewRequestWithContext(t.Context(), http.MethodHead, url, nil)
	request.Header.Set("Accept-Encoding", "identity")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK || response.Header.Get("Accept-Ranges") != "bytes" {
		t.Errorf("HEAD %s: %s, %v", url, response.Status, response.Header)
	}
	return response.ContentLength
}

// lengthOfBox is how many records the service has in a box.
func lengthOfBox(t *testing.T, url, box string) int {
	t.Helper()
	response, err := http.Get(url + "/collections/facilities/items?limit=1&bbox=" + strings.ReplaceAll(box, " ", ","))
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	var page struct{ NumberMatched int }
	if err := json.NewDecoder(response.Body).Decode(&page); err != nil || page.NumberMatched == 0 {
		t.Fatalf("%d records in the box, %v", page.NumberMatched, err)
	}
	return page.NumberMatched
}

// TestFilesOfTwoServers: a file is the same, byte by byte and under the same strong tag, from each
// server of a revision, whole and in parts; so a reader may ask one for the first part and another
// for the second.
func TestFilesOfTwoServers(t *testing.T) {
	t.Parallel()
	database := filled(t)
	copied, asking := startPlain(t, "--database-url", database), startPlain(t, "--database-url", database, "--reads", "database")
	for _, name := range []string{
		"facilities.geojson", "facilities.geojsonl", "facilities.csv", "facilities.xlsx", "facilities.fgb", "facilities.gpkg", "facilities.kml", "facilities.parquet",
		"countries.geojson", "countries.fgb", "countries.gpkg",
	} {
		for _, query := range []string{"", "?country=THA&sortby=-id", "?q=nothing+like+it"} {
			path := "/data/" + name + query
			one, first := fileOf(t, copied.url+path, "")
			two, second := fileOf(t, asking.url+path, "bytes=0-")
			if one.StatusCode != http.StatusOK || two.StatusCode != http.StatusPartialContent || !bytes.Equal(first, second) {
				t.Errorf("%s: %s with %d bytes from memory, %s with %d other ones from the database", path, one.Status, len(first), two.Status, len(second))
			}
			if tag := one.Header.Get("ETag"); !strings.HasPrefix(tag, `"`) || tag != two.Header.Get("ETag") {
				t.Errorf("%s: the tags %s and %s", path, tag, two.Header.Get("ETag"))
			}
			if length := lengthOf(t, asking.url+path); length != int64(len(first)) {
				t.Errorf("%s: HEAD says %d bytes of %d", path, length, len(first))
			}
		}
	}
}

func fileOf(t *testing.T, url, part string) (*http.Response, []byte) {
	t.Helper()
	request, _ := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	request.Header.Set("Accept-Encoding", "identity")
	if part != "" {
		request.Header.Set("Range", part)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response, body
}
