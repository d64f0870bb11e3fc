package web

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"crypto/sha512"
	"encoding/hex"
	"io"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/andybalholm/brotli"
)

// What the page loads at once is fetched side by side, and nothing else is.
func TestModules(t *testing.T) {
	found := Modules("app/main.js")
	for _, want := range []string{"app/dom.js", "app/map.js", "app/url.js", "vendor/leaflet/leaflet.js"} {
		if !slices.Contains(found, want) {
			t.Errorf("%s is not loaded at once", want)
		}
	}
	for _, name := range found {
		if _, err := files.ReadFile(name); err != nil {
			t.Errorf("a script imports %s, which is not there", name)
		}
	}
	for _, lazy := range []string{"app/main.js", "app/share.js", "app/views.js"} {
		if slices.Contains(found, lazy) {
			t.Errorf("%s is loaded at once", lazy)
		}
	}
}

func TestAssets(t *testing.T) {
	for name, want := range map[string]string{
		"app/main.js": "text/javascript; charset=utf-8", "style/map.css": "text/css; charset=utf-8", "style/icon.svg": "image/svg+xml",
		"i18n/zh.json": "application/json", "basemap/world-110m.bin": "application/octet-stream", "vendor/leaflet/LICENSE": "text/plain; charset=utf-8",
	} {
		w := httptest.NewRecorder()
		ServeAsset(w, httptest.NewRequest("GET", Asset(name), nil), "")
		plain, err := source(name)
		if err != nil {
			t.Fatal(err)
		}
		if w.Code != 200 || !bytes.Equal(w.Body.Bytes(), plain) || w.Header().Get("Content-Type") != want {
			t.Errorf("%s: %d, %s, %d bytes", name, w.Code, w.Header().Get("Content-Type"), w.Body.Len())
		}
		if cache := w.Header().Get("Cache-Control"); cache != "public, max-age=31536000, immutable" {
			t.Errorf("%s: Cache-Control %s", name, cache)
		}
	}
}

func TestWithoutComments(t *testing.T) {
	const script = "// Head.\n\nimport a from 'a' // goes\n/** One line. @type {string} */\nconst x = 1\n/**\n * Many\n */\n  // in between\nf(/** @type {any} */ (x))\n" +
		"/* a */ g() /* b */\n\th('// a') // it's kept\n"
	const want = "import a from 'a'\nconst x = 1\nf((x))\n/* a */ g() /* b */\nh('// a') // it's kept\n"
	if got := string(withoutComments([]byte(script))); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestAssetsCompressed(t *testing.T) {
	plain, err := source("app/main.js")
	if err != nil {
		t.Fatal(err)
	}
	for _, coding := range []string{"br", "gzip", ""} {
		t.Run("coding "+coding, func(t *testing.T) {
			r := httptest.NewRequest("GET", Asset("app/main.js"), nil)
			w := httptest.NewRecorder()
			ServeAsset(w, r, coding)
			if got := w.Header().Get("Content-Encoding"); got != coding {
				t.Fatalf("Content-Encoding %q, want %q", got, coding)
			}
			if got := decoded(t, w.Body, coding); !bytes.Equal(got, plain) {
				t.Error("the content is not that of the file")
			}
			r.Header.Set("If-None-Match", w.Header().Get("ETag"))
			w = httptest.NewRecorder()
			ServeAsset(w, r, coding)
			if w.Code != 304 {
				t.Errorf("with its ETag: %d, want 304", w.Code)
			}
		})
	}
}

func decoded(t *testing.T, body io.Reader, encoding string) []byte {
	t.Helper()
	var err error
	switch encoding {
	case "br":
		body = brotli.NewReader(body)
	case "gzip":
		body, err = gzip.NewReader(body)
	}
	if err != nil {
		t.Fatal(err)
	}
	data, err := io.ReadAll(body)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestAssetsNotServed(t *testing.T) {
	for _, path := range []string{
		"/assets/", Asset("none.js"), "/assets/0/app/main.js", Asset("app/../web.go"), Asset("vendor/leaflet/leaflet.d.ts"),
		Asset("style/map/4-map.css"),
	} {
		w := httptest.NewRecorder()
		if ServeAsset(w, httptest.NewRequest("GET", path, nil), "") || w.Body.Len() > 0 {
			t.Errorf("%s is served", path)
		}
	}
}

// What is vendored must be what was published: scripts/vendor.sh writes the sums.
func TestVendoredFilesAreUnchanged(t *testing.T) {
	sums, err := os.Open("vendor/SHA512SUMS")
	if err != nil {
		t.Fatal(err)
	}
	defer sums.Close()
	var listed []string
	for scanner := bufio.NewScanner(sums); scanner.Scan(); {
		want, name, _ := strings.Cut(scanner.Text(), "  ./")
		data, err := os.ReadFile(filepath.Join("vendor", name))
		if err != nil {
			t.Fatal(err)
		}
		if got := sha512.Sum512(data); hex.EncodeToString(got[:]) != want {
			t.Errorf("%s was changed; run scripts/vendor.sh", name)
		}
		listed = append(listed, name)
	}
	for _, name := range []string{
		"leaflet/LICENSE", "leaflet/leaflet.css", "leaflet/leaflet.js", "swagger-ui/LICENSE", "swagger-ui/swagger-ui-bundle.js",
		"swagger-ui/swagger-ui.css",
	} {
		if !slices.Contains(listed, name) {
			t.Errorf("%s has no checksum", name)
		}
	}
}
