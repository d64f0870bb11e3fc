// Package layout makes HTML: it is the one system of templates, for the pages for people
// and for the documents of the API, and has what the views of both are made of.
package layout

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"html/template"
	"io"
	"io/fs"
	"path"
	"sync"

	"innoatlas/web"
)

// Template makes one page.
type Template struct{ of *template.Template }

// Parse makes the template of a page from its files, of which the first is the whole
// and the others are parts; functions are those that the files call, beside asset, the
// address of a file of package web. The files are embedded, so an error is a panic.
func Parse(files fs.FS, functions template.FuncMap, names ...string) *Template {
	t := template.New(path.Base(names[0])).Funcs(template.FuncMap{"asset": web.Asset}).Funcs(functions)
	for _, name := range names {
		source, err := fs.ReadFile(files, name)
		if err != nil {
			panic(err)
		}
		_, _ = parsed.Write(append([]byte(name), source...)) // a hash takes everything
	}
	return &Template{template.Must(t.ParseFS(files, names...))}
}

// Write writes a page. What was written before an error is no page: the caller sends it
// only when it is whole.
func (t *Template) Write(w io.Writer, data any) error {
	if err := t.of.Execute(undirectedWriter{w}, data); err != nil {
		return fmt.Errorf("rendering %s: %w", t.of.Name(), err)
	}
	return nil
}

// parsed hashes all templates, which are parsed one after the other when the program starts.
var parsed = sha256.New()

// Version names the files that pages are made of and that they name, so that a page
// which a browser has kept is known to be that of another build.
var Version = sync.OnceValue(func() string { return web.Asset(hex.EncodeToString(parsed.Sum(nil)[:6])) })
