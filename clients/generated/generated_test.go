package generated

import (
	"bufio"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
)

// serve starts the program on the built-in data, and gives its address.
func serve(t *testing.T) string {
	t.Helper()
	binary := filepath.Join(t.TempDir(), "innoatlas")
	run(t, "go", "build", "-o", binary, "innoatlas/cmd/innoatlas")
	cmd := exec.Command(binary, "--listen", "127.0.0.1:0")
	cmd.Env = slices.DeleteFunc(os.Environ(), func(v string) bool {
		return strings.HasPrefix(v, "DATABASE_URL=") || strings.HasPrefix(v, "INNOATLAS_")
	})
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Signal(syscall.SIGTERM)
		_ = cmd.Wait()
	})
	line, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	go func() { _, _ = io.Copy(io.Discard, stdout) }()
	return strings.Fields(line[strings.Index(line, "http://"):])[0]
}

// run runs a command, which must succeed.
func run(t *testing.T, command ...string) string {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), command[0], command[1:]...).CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v\n%s", strings.Join(command, " "), err, out)
	}
	return string(out)
}

// definition fetches the API's definition into a file.
func definition(t *testing.T, address string) string {
	t.Helper()
	resp, err := http.Get(address + "/api")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(t.TempDir(), "api.json")
	if err := os.WriteFile(name, body, 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

// operations are those that the client in Go is made for; with all of them it takes the
// compiler four times as long.
var operations = []string{
	"getFeatures.facilities", "getFeatures.countries", "getFeature.facilities", "getFacets.facilities", "getMatrix.facilities", "getClusters.facilities",
	"all.dataset.vector.getTile",
	"download.facilities.geojson", "download.facilities.geojsonl", "download.facilities.csv", "download.facilities.xlsx", "download.facilities.fgb", "download.facilities.gpkg",
	"download.facilities.kml", "download.facilities.parquet", "download.countries.geojson", "download.countries.fgb", "download.countries.gpkg", "getLayerFile.facilities",
}

// TestGo makes a client with oapi-codegen beside fetch/fetch.go, without writing into the
// project, and runs it.
func TestGo(t *testing.T) {
	address := serve(t)
	folder := t.TempDir()
	client, overlay := filepath.Join(folder, "client.go"), filepath.Join(folder, "overlay.json")
	run(t, "go", "tool", "oapi-codegen", "-generate", "types,client", "-package", "main", "-include-operation-ids", strings.Join(operations, ","), "-o", client,
		definition(t, address))
	here, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	replace, err := json.Marshal(map[string]any{"Replace": map[string]string{filepath.Join(here, "fetch", "client.go"): client}})
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(overlay, replace, 0o600); err != nil {
		t.Fatal(err)
	}
	program := filepath.Join(folder, "fetch")
	run(t, "go", "build", "-tags", "generated", "-overlay", overlay, "-o", program, "./fetch")
	if out := run(t, program, address); !strings.Contains(out, "all fetched") {
		t.Error(out)
	}
}
