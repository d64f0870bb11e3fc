package web

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strings"
	"sync"
	"time"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/gzip"

	"innoatlas/texts"
)

// assetRoot is where the files are served. The hash of all files is a folder, so
// that the relative imports of scripts stay within one version.
var assetRoot = "/assets/" + hashFiles() + "/"

// Asset is the address of an embedded file ("app/main.js"). It holds a hash of
// all of them, so browsers may keep it for ever, and relative imports work.
func Asset(name string) string { return assetRoot + name }

// ServeAsset answers a request for a file that Asset names, in a content coding that the
// client takes: br, gzip, or none. It reports whether there is such a file; where there is
// none, nothing is written.
func ServeAsset(w http.ResponseWriter, r *http.Request, coding string) bool {
	a, ok := assets()[r.URL.Path]
	if ok {
		a.serve(w, r, coding)
	}
	return ok
}

// assets are the files by their addresses.
var assets = sync.OnceValue(func() map[string]*asset {
	served := map[string]*asset{}
	for _, name := range assetNames() {
		served[Asset(name)] = newAsset(name)
	}
	return served
})

// asset is one file with its compressed forms, which are made when first asked for.
type asset struct {
	contentType  string
	etag         string // without quotes
	plain        []byte
	gzip, brotli func() []byte
}

func newAsset(name string) *asset {
	data, err := source(name)
	if err != nil { // the name was read from the same files
		panic(err)
	}
	sum := sha256.Sum256(data)
	return &asset{
		contentType: contentType(name),
		etag:        hex.EncodeToString(sum[:8]),
		plain:       data,
		gzip:        sync.OnceValue(func() []byte { return gzipped(data) }),
		brotli:      sync.OnceValue(func() []byte { return brotlied(data) }),
	}
}

func (a *asset) serve(w http.ResponseWriter, r *http.Request, coding string) {
	body, encoding := a.encoded(coding)
	h := w.Header()
	h.Set("Content-Type", a.contentType)
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	h.Set("Vary", "Accept-Encoding")
	h.Set("X-Content-Type-Options", "nosniff")
	etag := a.etag
	if encoding != "" {
		h.Set("Content-Encoding", encoding)
		etag += "-" + encoding
	}
	h.Set("ETag", `"`+etag+`"`)
	// ServeContent answers If-None-Match and ranges; no time, because embedded files have none.
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(body))
}

// encoded is the file in a coding, where that is smaller.
func (a *asset) encoded(coding string) (body []byte, encoding string) {
	body = a.plain
	switch coding {
	case "br":
		body = a.brotli()
	case "gzip":
		body = a.gzip()
	}
	if len(body) < len(a.plain) {
		return body, coding
	}
	return a.plain, ""
}

func gzipped(data []byte) []byte {
	var b bytes.Buffer
	w, _ := gzip.NewWriterLevel(&b, gzip.BestCompression) // the level is valid
	_, _ = w.Write(data)                                  // a Buffer takes everything
	_ = w.Close()
	return b.Bytes()
}

func brotlied(data []byte) []byte {
	var b bytes.Buffer
	w := brotli.NewWriterLevel(&b, brotli.BestCompression)
	_, _ = w.Write(data) // a Buffer takes everything
	_ = w.Close()
	return b.Bytes()
}

func contentType(name string) string {
	switch path.Ext(name) {
	case ".js":
		return "text/javascript; charset=utf-8"
	case ".css":
		return "text/css; charset=utf-8"
	case ".json":
		return "application/json"
	case ".svg":
		return "image/svg+xml"
	case ".bin":
		return "application/octet-stream"
	}
	if t := mime.TypeByExtension(path.Ext(name)); t != "" {
		return t
	}
	return "text/plain; charset=utf-8"
}

// assetNames lists what is served: all files but the type declarations and the parts of
// mapStyle, and the texts for scripts.
func assetNames() []string {
	names := []string{mapStyle}
	for _, l := range texts.Languages {
		names = append(names, scriptTexts+l.Code+".json")
	}
	err := fs.WalkDir(files, ".", func(name string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() && path.Dir(name) != "style/map" && !strings.HasSuffix(name, ".d.ts") {
			names = append(names, name)
		}
		return err
	})
	if err != nil { // embedded files can always be listed
		panic(err)
	}
	return names
}

func hashFiles() string {
	sum := sha256.New()
	for _, name := range assetNames() {
		data, err := source(name)
		if err != nil {
			panic(err)
		}
		_, _ = sum.Write([]byte(name + "\x00")) // a hash takes everything
		_, _ = sum.Write(data)
	}
	return hex.EncodeToString(sum.Sum(nil)[:6])
}
