package main

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
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
			path, part, _ := strings.Cut(path, "#")
			there, err := os.ReadFile(filepath.Join(base, path))
			if _, missing := os.Stat(filepath.Join(base, path)); path != "" && missing != nil && !strings.HasPrefix(path, "docs/screenshot") {
				t.Errorf("%s names %s, which is not there", filepath.Base(document), path)
			}
			if part != "" && path != "" && err == nil && !slices.Contains(partsOf(string(there)), part) {
				t.Errorf("%s names the part %s of %s, which is not there", filepath.Base(document), part, path)
			}
		}
	}
	if checked < 20 {
		t.Errorf("only %d paths found in the documents", checked)
	}
}

var headings = regexp.MustCompile("(?m)^#+ (.+)$")

// partsOf are what links call the parts of a document.
func partsOf(document string) (parts []string) {
	for _, m := range headings.FindAllStringSubmatch(document, -1) {
		parts = append(parts, strings.ReplaceAll(strings.ToLower(notInLinks.ReplaceAllString(m[1], "")), " ", "-"))
	}
	return parts
}

var notInLinks = regexp.MustCompile("[^A-Za-z0-9 -]")
