package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// named are the paths that a document names in code or in links.
var named = regexp.MustCompile("`([a-z0-9_]+(?:/[A-Za-z0-9_.]+)+)`|\\]\\(([^):]+)\\)")

// TestDocumentsNameWhatIsThere: a page that sends readers to files that do not
// exist is worse than none.
func TestDocumentsNameWhatIsThere(t *testing.T) {
	root := filepath.Join("..", "..")
	documents, err := filepath.Glob(filepath.Join(root, "docs", "*.md"))
	if err != nil {
		t.Fatal(err)
	}
	checked := 0
	for _, document := range append(documents, filepath.Join(root, "README.md"), filepath.Join(root, "CHANGELOG.md")) {
		text, err := os.ReadFile(document)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range named.FindAllStringSubmatch(string(text), -1) {
			base, path := root, m[1]
			if path == "" {
				base, path = filepath.Dir(document), m[2]
			}
			checked++
			if _, err := os.Stat(filepath.Join(base, path)); err != nil && !strings.HasPrefix(path, "docs/screenshot") {
				t.Errorf("%s names %s, which is not there", filepath.Base(document), path)
			}
		}
	}
	if checked < 20 {
		t.Errorf("only %d paths found in the documents", checked)
	}
}
